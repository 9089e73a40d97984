"""The bundled maps, held against facts that were not taken from them: the data sheets' and QEMU's."""

from __future__ import annotations

import pytest

from inspector import maps
from inspector.backends.simulation import Simulation
from inspector.model.access import OnRead, OnWrite
from inspector.model.field import Field
from inspector.model.register import Group, Memory, Poll, Register
from inspector.model.registermap import OpenMode, RegisterMap, RegisterNode
from inspector.model.safety import Skip
from inspector.model.windows import memory_nodes, name_words
from inspector.session import Session

NAMES = ["16550", "ahci", "bcm2835-gpio", "bcm2835-timer", "demo", "edu", "hpet", "pl011", "pl031", "pl061"]
"""Written by hand, every register and field."""

OVERLAYS = ["gd32vf103", "rp2040"]
"""What is put right of the vendors' descriptions, whose texts they have."""

VENDORS = [*OVERLAYS, "gd32vf103-svd", "rp2040-svd"]
"""These, and the descriptions that they build on."""


def node(register_map: RegisterMap, path: str) -> RegisterNode:
    return register_map.by_path[path]


def field(register_map: RegisterMap, path: str, name: str) -> Field:
    found = node(register_map, path).register.field(name)
    assert found is not None, f"{path} has no field {name}"
    return found


class Clock:
    """Time that goes by when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """A bundled map in simulation, accessed by path."""

    def __init__(self, name: str) -> None:
        self.clock = Clock()
        self.map = maps.load(name)
        self.simulation = Simulation(self.map, clock=self.clock)

    def read(self, path: str) -> int:
        at = node(self.map, path)
        (value,) = self.simulation.bus_read(at.region.name, at.offset, at.width, 1)
        if at.register.byte_order == "big":
            value = int.from_bytes(value.to_bytes(at.width // 8, "little"), "big")
        return value

    def write(self, path: str, value: int) -> None:
        at = node(self.map, path)
        if at.register.byte_order == "big":
            value = int.from_bytes(value.to_bytes(at.width // 8, "little"), "big")
        self.simulation.bus_write(at.region.name, value, at.offset, at.width)

    def wait(self, seconds: float) -> None:
        self.clock.now += seconds


# --- every map --------------------------------------------------------------------------------


def test_these_are_bundled() -> None:
    assert [bundled.name for bundled in maps.bundled()] == sorted([*NAMES, *VENDORS])


@pytest.mark.parametrize("name", [*NAMES, *VENDORS])
def test_it_loads_without_errors_or_warnings(name: str) -> None:
    assert maps.check(name) == []
    assert maps.load(name).name == name


@pytest.mark.parametrize("bundled", maps.bundled(), ids=lambda bundled: bundled.name)
def test_it_is_listed_with_its_title_and_its_data_sheet(bundled: maps.BundledMap) -> None:
    loaded = maps.load(bundled.name)
    assert bundled.title == loaded.title != ""
    assert bundled.doc == loaded.doc != ""


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_described(name: str) -> None:
    """The texts are what a person reads beside the live value."""
    bare = [
        node.path
        for node in maps.load(name).nodes
        if not node.register.title or not node.register.desc.endswith(".")
    ]
    bare += [
        f"{node.path}.{field.name}"
        for node in maps.load(name).nodes
        for field in node.register.fields
        if not field.desc.endswith(".")
    ]
    bare += [group.name for group in _groups(maps.load(name)) if not group.title or not group.desc]
    assert bare == []


def _groups(register_map: RegisterMap) -> list[Group]:
    found: list[Group] = []
    waiting: list[Register | Group | Memory] = [
        child for block in register_map.blocks for child in block.children
    ]
    while waiting:
        child = waiting.pop()
        if isinstance(child, Group):
            found.append(child)
            waiting.extend(child.children)
    return found


@pytest.mark.parametrize("name", [*NAMES, *VENDORS])
def test_it_opens_nothing_by_itself(name: str) -> None:
    assert [region.source for region in maps.load(name).regions if region.source] == []


@pytest.mark.parametrize("name", [*NAMES, *VENDORS])
def test_in_simulation_each_register_starts_at_its_reset(name: str) -> None:
    bench = Bench(name)
    for at in bench.map.nodes:
        register = at.register
        if register.reset is None or register.sim or not register.readable:
            continue
        defined = register.reset_mask
        for part in register.fields:
            if not part.access.readable:
                defined &= ~part.bits.mask
        assert bench.simulation.peek(at.path) & defined == register.reset & defined, at.path


@pytest.mark.parametrize("name", [*NAMES, *OVERLAYS])
def test_nothing_that_is_skipped_lacks_a_reason(name: str) -> None:
    for at in maps.load(name).nodes:
        safe = at.register.readable and not any(part.on_read.acts for part in at.register.parts())
        assert at.safety.safe is safe, at.path
        assert bool(at.safety.reason) is not safe, at.path


# --- where things are -------------------------------------------------------------------------

PLACES = [
    ("pl011", "UART0", 0x0900_0000, 4096, OpenMode.SHARED),
    ("pl031", "RTC0", 0x0901_0000, 4096, OpenMode.SHARED),
    ("pl061", "GPIO0", 0x0903_0000, 4096, OpenMode.SHARED),
    ("edu", "EDU", 0xFEA0_0000, 1 << 20, OpenMode.EXCLUSIVE),
    ("hpet", "HPET", 0xFED0_0000, 1024, OpenMode.SHARED),
    ("ahci", "HBA", 0xFEB1_1000, 4096, OpenMode.SHARED),
    ("bcm2835-gpio", "GPIO", 0x2020_0000, 4096, OpenMode.SHARED),
    ("bcm2835-timer", "ST", 0x2000_3000, 4096, OpenMode.SHARED),
]


@pytest.mark.parametrize(("name", "instance", "base", "size", "mode"), PLACES)
def test_the_instance_stands_at_its_address(
    name: str, instance: str, base: int, size: int, mode: OpenMode
) -> None:
    (region,) = maps.load(name).regions
    assert (region.base, region.size, region.open) == (base, size, mode)
    assert [(placed.name, placed.offset) for placed in region.instances] == [(instance, 0)]


@pytest.mark.parametrize(
    ("name", "pci", "bar", "compatible"),
    [
        ("edu", "1234:11e8", 0, ""),
        ("ahci", "8086:2922", 5, ""),
        ("pl011", "", 0, "arm,pl011"),
        ("pl031", "", 0, "arm,pl031"),
        ("pl061", "", 0, "arm,pl061"),
        ("bcm2835-gpio", "", 0, "brcm,bcm2835-gpio"),
        ("bcm2835-timer", "", 0, "brcm,bcm2835-system-timer"),
    ],
)
def test_how_its_resource_is_found(name: str, pci: str, bar: int, compatible: str) -> None:
    (region,) = maps.load(name).regions
    assert region.bind is not None
    assert (region.bind.pci_id, region.bind.pci_bar, region.bind.compatible) == (pci, bar, compatible)


@pytest.mark.parametrize(
    ("name", "path", "offset", "width", "reset"),
    [
        ("pl011", "UART0.FR", 0x018, 32, 0x90),
        ("pl011", "UART0.LCR_H", 0x02C, 32, 0),
        ("pl011", "UART0.CR", 0x030, 32, 0x300),
        ("pl011", "UART0.IFLS", 0x034, 32, 0x12),
        ("pl011", "UART0.ICR", 0x044, 32, None),
        ("pl011", "UART0.PCELLID[3]", 0xFFC, 32, 0xB1),
        ("pl031", "RTC0.DR", 0x000, 32, 0),
        ("pl031", "RTC0.ICR", 0x01C, 32, None),
        ("pl031", "RTC0.PERIPHID[0]", 0xFE0, 32, 0x31),
        ("pl061", "GPIO0.DATA", 0x3FC, 32, 0),
        ("pl061", "GPIO0.DATA_PIN0", 0x004, 32, 0),
        ("pl061", "GPIO0.DATA_PIN3", 0x020, 32, 0),
        ("pl061", "GPIO0.DATA_PIN7", 0x200, 32, 0),
        ("pl061", "GPIO0.DIR", 0x400, 32, 0),
        ("pl061", "GPIO0.IC", 0x41C, 32, None),
        ("pl061", "GPIO0.AFSEL", 0x420, 32, 0),
        ("pl061", "GPIO0.PERIPHID[0]", 0xFE0, 32, 0x61),
        ("edu", "EDU.ID", 0x00, 32, 0x0100_00ED),
        ("edu", "EDU.LIVE", 0x04, 32, None),
        ("edu", "EDU.FACT", 0x08, 32, 0),
        ("edu", "EDU.IRQ_ACK", 0x64, 32, None),
        ("edu", "EDU.DMA.CMD", 0x98, 64, 0),
        ("hpet", "HPET.GCAP_ID", 0x000, 64, 0x0098_9680_8086_A201),
        ("hpet", "HPET.GINTR_STS", 0x020, 64, 0),
        ("hpet", "HPET.MAIN_CNT", 0x0F0, 64, 0),
        ("hpet", "HPET.TIM2.COMPARATOR", 0x148, 64, (1 << 64) - 1),
        ("ahci", "HBA.CAP", 0x00, 32, 0xC014_1F05),
        ("ahci", "HBA.BOHC", 0x28, 32, None),
        ("ahci", "HBA.PORT[3].IS", 0x290, 32, 0),
        ("ahci", "HBA.PORT[5].TFD", 0x3A0, 32, 0x7F),
        ("ahci", "HBA.PORT[0].CI", 0x138, 32, 0),
        ("bcm2835-gpio", "GPIO.GPFSEL5", 0x14, 32, 0),
        ("bcm2835-gpio", "GPIO.GPSET1", 0x20, 32, None),
        ("bcm2835-gpio", "GPIO.GPLEV0", 0x34, 32, None),
        ("bcm2835-gpio", "GPIO.GPAFEN1", 0x8C, 32, 0),
        ("bcm2835-gpio", "GPIO.GPPUDCLK1", 0x9C, 32, 0),
        ("bcm2835-timer", "ST.CLO", 0x04, 32, 0),
        ("bcm2835-timer", "ST.C3", 0x18, 32, 0),
    ],
)
def test_a_register_is_where_the_data_sheet_has_it(
    name: str, path: str, offset: int, width: int, reset: int | None
) -> None:
    at = node(maps.load(name), path)
    assert (at.offset, at.width, at.register.reset) == (offset, width, reset)


@pytest.mark.parametrize(
    ("name", "registers"),
    [
        ("pl011", 14 + 8),
        ("pl031", 8 + 8),
        ("pl061", 10 + 8 + 8),
        ("edu", 7 + 4),
        ("hpet", 4 + 3 * 3),
        ("ahci", 11 + 6 * 17),
        ("bcm2835-gpio", 6 + 11 * 2 + 1),
        ("bcm2835-timer", 3 + 4),
    ],
)
def test_how_many_registers_there_are(name: str, registers: int) -> None:
    assert len(maps.load(name).nodes) == registers


def test_one_map_is_a_large_controllers() -> None:
    assert len(maps.load("ahci").nodes) > 100


@pytest.mark.parametrize(
    ("name", "path", "part", "bits"),
    [
        ("pl011", "UART0.DR", "OE", 0x800),
        ("pl011", "UART0.FR", "RI", 0x100),
        ("pl011", "UART0.LCR_H", "WLEN", 0x60),
        ("pl011", "UART0.CR", "CTSEN", 0x8000),
        ("pl011", "UART0.IMSC", "RT", 0x40),
        ("pl011", "UART0.DMACR", "DMAONERR", 0x4),
        ("edu", "EDU.STATUS", "IRQFACT", 0x80),
        ("edu", "EDU.IRQ_RAISE", "DMA", 0x100),
        ("edu", "EDU.DMA.CMD", "IRQ", 0x4),
        ("hpet", "HPET.GCAP_ID", "NUM_TIM_CAP", 0x1F00),
        ("hpet", "HPET.TIM0.CONF_CAP", "INT_ROUTE_CNF", 0x3E00),
        ("hpet", "HPET.TIM0.CONF_CAP", "VAL_SET_CNF", 0x40),
        ("ahci", "HBA.CAP", "ISS", 0xF << 20),
        ("ahci", "HBA.PORT[0].IS", "TFES", 1 << 30),
        ("ahci", "HBA.PORT[0].CMD", "ICC", 0xF << 28),
        ("ahci", "HBA.PORT[0].CMD", "FBSCP", 1 << 22),
        ("ahci", "HBA.PORT[0].TFD", "STS_CS", 0x76),
        ("ahci", "HBA.PORT[0].FBS", "ADO", 0xF000),
        ("bcm2835-gpio", "GPIO.GPFSEL1", "FSEL17", 7 << 21),
        ("bcm2835-gpio", "GPIO.GPSET1", "SET53", 1 << 21),
        ("bcm2835-timer", "ST.CS", "M3", 8),
    ],
)
def test_a_field_has_the_bits_that_the_data_sheet_gives_it(
    name: str, path: str, part: str, bits: int
) -> None:
    assert field(maps.load(name), path, part).bits.mask == bits


@pytest.mark.parametrize(
    ("name", "path", "part", "value", "meaning"),
    [
        ("pl011", "UART0.LCR_H", "WLEN", 3, "8 bits"),
        ("pl011", "UART0.IFLS", "RXIFLSEL", 2, "1/2 full"),
        ("pl011", "UART0.FBRD", "BAUDDIVFRAC", 40, "0.625"),
        ("pl011", "UART0.DR", "DATA", 0x41, "'A' 0x41"),
        ("pl061", "GPIO0.DIR", "PIN7", 1, "output"),
        ("edu", "EDU.ID", "MAJOR", 1, "1"),
        ("hpet", "HPET.GCAP_ID", "VENDOR_ID", 0x8086, "Intel"),
        ("hpet", "HPET.GCAP_ID", "COUNTER_CLK_PERIOD", 10_000_000, "10000000 fs"),
        ("ahci", "HBA.VS", "VERSION", 0x10301, "1.3.1"),
        ("ahci", "HBA.PORT[0].SIG", "SIG", 0xEB140101, "ATAPI device"),
        ("ahci", "HBA.PORT[0].SSTS", "SPD", 3, "Gen3 (6 Gb/s)"),
        ("bcm2835-gpio", "GPIO.GPFSEL1", "FSEL14", 4, "alt0"),
        ("bcm2835-gpio", "GPIO.GPFSEL1", "FSEL14", 2, "alt5"),
    ],
)
def test_a_value_reads_as_the_data_sheet_says(
    name: str, path: str, part: str, value: int, meaning: str
) -> None:
    assert field(maps.load(name), path, part).render(value) == meaning


# --- what reading and writing do --------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "path", "token"),
    [
        ("pl011", "UART0.RSR", "rwclr"),
        ("pl011", "UART0.ICR", "wo1c"),
        ("pl031", "RTC0.ICR", "wo1c"),
        ("pl031", "RTC0.RIS", "ro"),
        ("pl061", "GPIO0.IC", "wo1c"),
        ("edu", "EDU.IRQ_RAISE", "wo1s"),
        ("edu", "EDU.IRQ_ACK", "wo1c"),
        ("hpet", "HPET.GINTR_STS", "w1c"),
        ("ahci", "HBA.IS", "w1c"),
        ("ahci", "HBA.PORT[0].SERR", "w1c"),
        ("ahci", "HBA.PORT[0].CI", "w1s"),
        ("bcm2835-gpio", "GPIO.GPSET0", "wo1s"),
        ("bcm2835-gpio", "GPIO.GPCLR0", "wo1c"),
        ("bcm2835-gpio", "GPIO.GPEDS1", "w1c"),
        ("bcm2835-timer", "ST.CS", "w1c"),
        ("bcm2835-timer", "ST.CHI", "ro"),
    ],
)
def test_an_access_is_the_data_sheets(name: str, path: str, token: str) -> None:
    assert node(maps.load(name), path).register.access.token == token


def test_the_uarts_data_is_never_read_unasked() -> None:
    uart = maps.load("pl011")
    data = node(uart, "UART0.DR")
    assert (data.register.access.on_read, data.register.access.on_write) == (OnRead.POP, OnWrite.PUSH)
    assert data.safety.skip is Skip.READ_SIDE_EFFECT
    assert [at.path for at in uart.nodes if not at.safety.safe] == ["UART0.DR", "UART0.ICR"]


def test_causes_that_the_port_clears_elsewhere_are_read_only() -> None:
    """PxIS.PRCS, PCS and UFS follow PxSERR."""
    status = node(maps.load("ahci"), "HBA.PORT[0].IS").register
    assert [part.name for part in status.fields if not part.access.writable] == ["PRCS", "PCS", "UFS"]


def test_a_reset_request_triggers_and_does_not_store() -> None:
    assert field(maps.load("ahci"), "HBA.GHC", "HR").access.on_write is OnWrite.PULSE


def test_liveness_reads_back_something_else() -> None:
    assert node(maps.load("edu"), "EDU.LIVE").register.echo is False


@pytest.mark.parametrize(
    ("name", "instance", "identification"),
    [
        # As QEMU's devices read; a revision differs from chip to chip, and no reset is stated for it.
        ("pl011", "UART0", [0x11, 0x10, 0x14, 0x00, 0x0D, 0xF0, 0x05, 0xB1]),
        ("pl031", "RTC0", [0x31, 0x10, 0x14, 0x00, 0x0D, 0xF0, 0x05, 0xB1]),
        ("pl061", "GPIO0", [0x61, 0x10, 0x04, 0x00, 0x0D, 0xF0, 0x05, 0xB1]),
        # A PL011 r1p5 in silicon.
        ("pl011", "UART0", [0x11, 0x10, 0x34, 0x00, 0x0D, 0xF0, 0x05, 0xB1]),
    ],
)
def test_the_identification_is_that_of_the_hardware(
    name: str, instance: str, identification: list[int]
) -> None:
    loaded = maps.load(name)
    identity = [at for at in loaded.nodes if at.register.const]
    assert [at.path for at in identity] == [
        f"{instance}.{kind}[{n}]" for kind in ("PERIPHID", "PCELLID") for n in range(4)
    ]
    assert [at.offset for at in identity] == [0xFE0 + 4 * n for n in range(8)]
    for at, value in zip(identity, identification, strict=True):
        assert at.register.reset_mask
        assert value & at.register.reset_mask == at.register.reset


def test_what_the_firmware_sets_is_read_once() -> None:
    ahci = maps.load("ahci")
    once = [at.path for at in ahci.nodes if at.register.poll is Poll.ONCE]
    assert once == ["HBA.CAP", "HBA.PI", "HBA.VS", "HBA.CAP2"]


# --- in simulation ----------------------------------------------------------------------------


def test_a_pl011_in_simulation_receives_what_it_sends() -> None:
    bench = Bench("pl011")
    for character in b"ok":
        bench.write("UART0.DR", character)
    assert bench.read("UART0.FR") & 0x10 == 0
    assert bytes((bench.read("UART0.DR") & 0xFF, bench.read("UART0.DR") & 0xFF)) == b"ok"
    assert bench.read("UART0.FR") == 0x90


def test_a_pl031_in_simulation_counts_once_started() -> None:
    bench = Bench("pl031")
    bench.wait(5)
    assert bench.read("RTC0.DR") == 0
    bench.write("RTC0.CR", 1)
    bench.read("RTC0.DR")
    bench.wait(5)
    assert bench.read("RTC0.DR") == 5


def test_an_edu_in_simulation_complements_and_acknowledges() -> None:
    bench = Bench("edu")
    assert bench.read("EDU.ID") == 0x0100_00ED
    bench.write("EDU.LIVE", 0x1234_5678)
    assert bench.read("EDU.LIVE") == 0xEDCB_A987
    bench.write("EDU.IRQ_RAISE", 0x101)
    assert bench.read("EDU.IRQ_STATUS") == 0x101
    bench.write("EDU.IRQ_ACK", 0x100)
    assert bench.read("EDU.IRQ_STATUS") == 1


def test_the_transfer_buffer_of_an_edu_is_known_and_never_touched() -> None:
    register_map = maps.load("edu")
    (window,) = memory_nodes(register_map)
    assert (window.path, window.offset, window.memory.size, window.memory.words) == (
        "EDU.BUF",
        0x40000,
        0x1000,
        4096,
    )
    named, (path,) = name_words(register_map, ["EDU.BUF[0xfff]"])
    with Session(named) as session:
        (sample,) = session.read_safe([named.by_path[path]])
        assert sample.skipped is not None
        assert sample.skipped.skip is Skip.NO_ACCESS


def test_an_hpet_in_simulation_counts_while_enabled() -> None:
    bench = Bench("hpet")
    bench.write("HPET.GEN_CONF", 1)
    before = bench.read("HPET.MAIN_CNT")
    bench.wait(1)
    assert bench.read("HPET.MAIN_CNT") - before == 100_000_000


def test_pins_of_a_bcm2835_in_simulation_are_set_and_cleared() -> None:
    bench = Bench("bcm2835-gpio")
    bench.write("GPIO.GPSET1", 0b110)
    bench.write("GPIO.GPCLR1", 0b010)
    assert (bench.read("GPIO.GPLEV0"), bench.read("GPIO.GPLEV1")) == (0, 0b100)


def test_pins_of_an_rp2040_in_simulation_are_set_cleared_and_toggled() -> None:
    bench = Bench("rp2040")
    bench.write("SIO.GPIO_OUT_SET", 0b1110)
    bench.write("SIO.GPIO_OUT_CLR", 0b0100)
    bench.write("SIO.GPIO_OUT_XOR", 0b0011)
    assert bench.read("SIO.GPIO_OUT") == 0b1001


def test_pins_of_a_gd32vf103_in_simulation_are_set_and_cleared() -> None:
    bench = Bench("gd32vf103")
    bench.write("GPIOC.BOP", 0b110)
    bench.write("GPIOC.BC", 0b010)
    assert (bench.read("GPIOC.OCTL"), bench.read("GPIOA.OCTL")) == (0b100, 0)


# --- the demonstration ------------------------------------------------------------------------


def test_the_demonstration_has_a_mix_of_everything() -> None:
    demo = maps.load("demo")
    assert 60 <= len(demo.nodes) <= 90
    assert {region.open for region in demo.regions} == {OpenMode.SHARED, OpenMode.EXCLUSIVE}
    assert {at.width for at in demo.nodes} == {8, 16, 32, 64}
    assert {at.register.byte_order for at in demo.nodes} == {"little", "big"}
    accesses = [access for at in demo.nodes for access in at.register.parts()]
    assert {access.on_read for access in accesses} >= {OnRead.NONE, OnRead.CLEAR, OnRead.POP}
    assert {access.on_write for access in accesses} >= {
        OnWrite.STORE,
        OnWrite.W1C,
        OnWrite.W1S,
        OnWrite.W1T,
        OnWrite.PULSE,
        OnWrite.PUSH,
    }
    formats = {at.register.format.type.value for at in demo.nodes}
    formats |= {part.format.type.value for at in demo.nodes for part in at.register.fields}
    assert formats >= {
        *("hex", "dec", "bin", "signed", "ascii", "addr", "float", "bcd", "ipv4", "fixed", "ufixed", "linear")
    }
    assert any(len(part.bits.parts) > 1 for at in demo.nodes for part in at.register.fields)
    assert any(part.constraint.minimum for at in demo.nodes for part in at.register.fields)


def test_the_demonstration_lives() -> None:
    """Of what the live display shows, a third changes within a minute."""
    bench = Bench("demo")
    shown = [at.path for at in bench.map.nodes if at.safety.safe]
    before = {path: bench.simulation.peek(path) for path in shown}
    changed: set[str] = set()
    for _ in range(60):
        bench.wait(1)
        changed |= {path for path in shown if bench.simulation.peek(path) != before[path]}
    assert len(changed) >= len(shown) / 3
    regions = {bench.map.by_path[path].region.name for path in changed}
    assert regions == {region.name for region in bench.map.regions}


def test_characters_arrive_at_the_demonstrations_uart() -> None:
    bench = Bench("demo")
    assert bench.read("UART0.STATUS") & 1
    bench.wait(10)
    level = field(bench.map, "UART0.STATUS", "LEVEL").bits
    assert level.extract(bench.read("UART0.STATUS")) == 8
    assert bytes(bench.read("UART0.RXDATA") for _ in range(5)) == b"Hello"
    assert level.extract(bench.read("UART0.STATUS")) == 3
    bench.write("UART0.TXDATA", ord("!"))
    assert [bench.read("UART0.RXDATA") for _ in range(4)][-1] == ord("!")


def test_flags_of_the_demonstration_rise_and_clear() -> None:
    bench = Bench("demo")
    bench.wait(3.5)
    assert bench.read("UART0.IRQ_RAW") & 1
    assert bench.read("UART0.IRQ_STATUS") == 1
    bench.write("UART0.IRQ_RAW", 1)
    assert bench.read("UART0.IRQ_RAW") & 1 == bench.read("UART0.IRQ_STATUS") == 0
    bench.wait(3)
    assert bench.read("UART0.IRQ_STATUS") == 1
    bench.write("UART0.IRQ_ENABLE", 0)
    assert bench.read("UART0.IRQ_STATUS") == 0


def test_timers_of_the_demonstration_stop_and_go() -> None:
    bench = Bench("demo")
    bench.wait(2)
    assert bench.read("TIMER0.COUNT") == bench.read("TIMER1.COUNT") == 2_000_000
    bench.write("TIMER0.CONTROL", bench.read("TIMER0.CONTROL") & ~1)
    bench.wait(3)
    assert (bench.read("TIMER0.COUNT"), bench.read("TIMER1.COUNT")) == (2_000_000, 5_000_000)
    assert bench.read("TIMER1.FLAGS") == 1


def test_outputs_of_the_demonstration_are_set_cleared_and_toggled() -> None:
    bench = Bench("demo")
    bench.write("GPIO.SET", 0x600)
    assert bench.read("GPIO.OUT") == 0x700
    bench.write("GPIO.CLEAR", 0x100)
    assert bench.read("GPIO.OUT") == 0x600
    bench.write("GPIO.TOGGLE", 0x300)
    assert bench.read("GPIO.OUT") == 0x500


def test_the_demonstrations_event_counter_starts_again_when_read() -> None:
    bench = Bench("demo")
    bench.wait(10)
    assert bench.read("SYS.EVENT_COUNT") == 30
    assert bench.read("SYS.EVENT_COUNT") == 0


def test_the_demonstrations_guarded_registers() -> None:
    bench = Bench("demo")
    before = bench.read("SYS.PLL_CONFIG")
    bench.write("SYS.PLL_CONFIG", 0)
    assert bench.read("SYS.PLL_CONFIG") == before
    bench.write("SYS.PLL_LOCK", 0)
    bench.write("SYS.PLL_CONFIG", 0x0000_0120)
    assert bench.read("SYS.PLL_CONFIG") == 0x0000_0120

    bench.write("SYS.CLOCK_GATE", 0x0010_0000)
    assert bench.read("SYS.CLOCK_GATE") == 0x0F

    bench.write("SYS.WATCHDOG", 0x0000_0011)
    assert bench.read("SYS.WATCHDOG") == 0x3C0
    bench.write("SYS.WATCHDOG", 0x5AFE_0011)
    assert bench.read("SYS.WATCHDOG") == 0x11

    bench.write("SYS.SERIAL_NUMBER", 42)
    bench.write("SYS.SERIAL_NUMBER", 43)
    assert bench.read("SYS.SERIAL_NUMBER") == 42


def test_the_demonstrations_network_is_big_endian_on_the_bus() -> None:
    bench = Bench("demo")
    at = node(bench.map, "NET.ADDRESS")
    (on_the_bus,) = bench.simulation.bus_read("network", at.offset, 32, 1)
    assert on_the_bus == 0x1701_A8C0
    assert at.register.format.render(bench.read("NET.ADDRESS"), 32) == "192.168.1.23"


def test_the_discontiguous_field_of_the_demonstration_reads_as_one_number() -> None:
    bench = Bench("demo")
    trim = field(bench.map, "SYS.PLL_CONFIG", "TRIM")
    assert trim.bits.parts == ((31, 30), (17, 14))
    assert trim.render(trim.bits.extract(bench.read("SYS.PLL_CONFIG"))) == "-3"

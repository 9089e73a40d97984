"""The bundled 16550: ten registers at eight addresses, and no read that acts is made unasked.

Facts are those of the PC16550D's data sheet (National Semiconductor, June 1995).
"""

from __future__ import annotations

import json
import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector import maps
from inspector.backends.simulation import Simulation
from inspector.cli.status import run
from inspector.errors import Stopped
from inspector.model.edit import parse_assignment
from inspector.model.safety import Skip
from inspector.session import Poller, Session, Snapshot

STRIDES = {"ns16550a": 1, "dw_apb_uart": 4}
IIR, LSR, MSR = 2, 5, 6


class Bus:
    """Every access of any simulation: what was read and written, and whether DLAB was 1 then."""

    def __init__(self) -> None:
        self.reads: list[tuple[str, int, int]] = []
        self.writes: list[tuple[str, int, int]] = []

    def numbers(self, region: str) -> list[int]:
        """Which of the eight addresses were read in a region, in order."""
        return [number for name, number, _ in self.reads if name == region]

    def check(self) -> None:
        """Check that nothing that acts was read: not RBR, IIR, LSR nor MSR."""
        assert self.reads
        assert self.writes == []
        for _, number, divisor in self.reads:
            assert number not in (IIR, LSR, MSR)
            assert number != 0 or divisor == 1


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Bus:
    seen = Bus()
    read, write = Simulation.bus_read, Simulation.bus_write

    def divisor(simulation: Simulation, region: str) -> int:
        uart = "UART0" if region == "ns16550a" else "UART1"
        return simulation.peek(f"{uart}.LCR") >> 7

    def bus_read(self: Simulation, region: str, offset: int, width: int, count: int) -> tuple[int, ...]:
        now = divisor(self, region)
        for i in range(count):
            number, rest = divmod(offset + i * width // 8, STRIDES[region])
            assert rest == 0
            seen.reads.append((region, number, now))
        return read(self, region, offset, width, count)

    def bus_write(self: Simulation, region: str, value: int, offset: int, width: int) -> None:
        seen.writes.append((region, offset // STRIDES[region], divisor(self, region)))
        write(self, region, value, offset, width)

    monkeypatch.setattr(Simulation, "bus_read", bus_read)
    monkeypatch.setattr(Simulation, "bus_write", bus_write)
    return seen


@pytest.fixture(params=[0, 1], ids=["DLAB 0", "DLAB 1"])
def behaviour(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The simulation with DLAB as the parameter says, and characters that wait in the FIFO."""
    file = tmp_path / "uart.py"
    file.write_text(
        "def attach(simulation):\n"
        "    for uart in ('UART0', 'UART1'):\n"
        f"        simulation.poke(uart + '.LCR', {0x03 | request.param << 7})\n"
        "        simulation.receive(uart + '.RBR', 0x41)\n"
        "        simulation.poke(uart + '.LSR', 0x1e)\n"
    )
    return f"sim:{file}"


def simulation_of(session: Session) -> Simulation:
    backend = session.regions["ns16550a"].backend
    assert isinstance(backend, Simulation)
    return backend


# --- nothing that acts is read unasked ----------------------------------------------------------


@pytest.fixture
def poller(behaviour: str) -> Iterator[tuple[Poller, queue.Queue[Snapshot]]]:
    posted: queue.Queue[Snapshot] = queue.Queue()
    with Session(maps.load("16550"), [behaviour]) as session:
        made = Poller(session, posted.put, rate=500)
        made.start()
        yield made, posted
        assert made.stop(timeout=5)


def test_the_live_refresh_touches_only_what_is_safe(
    bus: Bus, poller: tuple[Poller, queue.Queue[Snapshot]]
) -> None:
    made, posted = poller
    made.watch(maps.load("16550").nodes)
    while True:
        snapshot = posted.get(timeout=5)
        if snapshot.number >= 6 and snapshot.samples:
            break
    bus.check()
    for region in STRIDES:
        numbers = bus.numbers(region)
        assert set(numbers) >= {1, 3, 4, 7}


@pytest.mark.parametrize(
    "words",
    [
        ("dump", "16550"),
        ("read", "16550"),
        ("read", "16550", "UART0.*"),
        ("watch", "16550", "UART?.*", "--count", "3", "--rate", "1000"),
        ("watch", "16550", "UART0.DLL", "UART0.IER", "UART1.DLM", "--count", "3", "--rate", "1000"),
    ],
    ids=" ".join,
)
def test_commands_touch_only_what_is_safe(
    bus: Bus, behaviour: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    run([*words, "-b", behaviour])
    bus.check()
    assert capsys.readouterr().out


def test_each_tick_makes_one_access_of_what_is_there(bus: Bus, behaviour: str) -> None:
    with Session(maps.load("16550"), [behaviour]) as session:
        session.read_safe(session.map.nodes)
        bus.reads.clear()
        session.read_safe(session.map.nodes)
        there = [1, 3, 4, 7] if simulation_of(session).peek("UART0.LCR") < 0x80 else [0, 1, 3, 4, 7]
        for region in STRIDES:
            assert sorted(bus.numbers(region)) == there
            assert bus.numbers(region)[0] == 3


def test_the_last_values_stay_while_their_view_is_away() -> None:
    with Session(maps.load("16550")) as session:
        simulation, nodes = simulation_of(session), session.map.by_path
        simulation.poke("UART0.IER", 5)
        session.read_safe(session.map.nodes)
        simulation.poke("UART0.LCR", 0x80)
        session.read_safe(session.map.nodes)
        sample = session.sample(nodes["UART0.IER"])
        assert sample.value == 5
        assert sample.skipped is not None
        assert (sample.skipped.skip, sample.skipped.reason) == (
            Skip.INACTIVE,
            "LCR.DLAB is 1, this view needs 0",
        )
        assert session.sample(nodes["UART0.DLL"]).value == 0
        assert session.sample(nodes["UART1.IER"]).value == 0


# --- what is asked for --------------------------------------------------------------------------


def test_what_is_not_there_is_not_read_even_in_full(capsys: pytest.CaptureFixture[str], bus: Bus) -> None:
    for more in ([], ["--force"], ["--destructive"]):
        bus.reads.clear()
        assert run(["read", "16550", "UART0.DLL", "--json", *more]) == 1
        captured = capsys.readouterr()
        line = json.loads(captured.out)
        assert (line["skipped"], line["reason"]) == ("inactive", "LCR.DLAB is 0, this view needs 1")
        assert "write UART0.LCR.DLAB=1 first" in captured.err
        assert bus.numbers("ns16550a") == [3]


def test_reading_takes_a_character_only_where_it_is_asked_for(bus: Bus) -> None:
    with Session(maps.load("16550")) as session:
        simulation, data = simulation_of(session), session.map.by_path["UART0.RBR"]
        simulation.receive("UART0.RBR", ord("x"))
        assert session.read([data])[0].value == ord("x")
        assert bus.numbers("ns16550a") == [3, 0]
        simulation.poke("UART0.LCR", 0x80)
        skipped = session.read([data])[0].skipped
        assert skipped is not None
        assert skipped.skip is Skip.INACTIVE


def test_the_divisor_is_written_while_its_latches_are_there(bus: Bus) -> None:
    with Session(maps.load("16550")) as session:
        simulation = simulation_of(session)

        def write(text: str) -> object:
            node, edit = parse_assignment(session.map, text)
            return session.write(session.compose(node, [edit])).error

        assert isinstance(write("UART1.DLL=12"), Stopped)
        assert bus.writes == []
        assert write("UART1.LCR.DLAB=1") is None
        assert write("UART1.DLL=12") is None
        assert isinstance(write("UART1.THR=0x41"), Stopped)
        assert write("UART1.LCR.DLAB=0") is None
        assert (simulation.peek("UART1.DLL"), simulation.peek("UART1.IER")) == (12, 0)


def test_a_restored_snapshot_leaves_alone_what_is_not_there(
    tmp_path: Path, behaviour: str, bus: Bus, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "saved.jsonl"
    assert run(["dump", "16550", "-b", behaviour, "-o", str(file)]) == 0
    assert run(["restore", "16550", str(file), "-b", behaviour]) in (0, 1)
    assert not any(number == 0 and not divisor for _, number, divisor in bus.reads + bus.writes)
    assert run(["diff", str(file), str(file)]) == 0


# --- the data sheet -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "number", "divisor", "token"),
    [
        ("RBR", 0, 0, "ro"),
        ("THR", 0, 0, "wo"),
        ("DLL", 0, 1, "rw"),
        ("IER", 1, 0, "rw"),
        ("DLM", 1, 1, "rw"),
        ("IIR", 2, None, "ro"),
        ("FCR", 2, None, "wo"),
        ("LCR", 3, None, "rw"),
        ("MCR", 4, None, "rw"),
        ("LSR", 5, None, "ro"),
        ("MSR", 6, None, "ro"),
        ("SCR", 7, None, "rw"),
    ],
)
def test_a_register_is_where_the_data_sheet_has_it(
    name: str, number: int, divisor: int | None, token: str
) -> None:
    nodes = maps.load("16550").by_path
    for instance, stride, width in (("UART0", 1, 8), ("UART1", 4, 32)):
        node = nodes[f"{instance}.{name}"]
        assert (node.offset, node.width, node.register.access.token) == (number * stride, width, token)
        needs = [] if divisor is None else [f"LCR.DLAB == {divisor}"]
        assert [str(guard) for guard in node.register.when] == needs


@pytest.mark.parametrize(
    ("path", "reset"), [("IER", 0), ("IIR", 1), ("FCR", 0), ("LCR", 0), ("MCR", 0), ("LSR", 0x60)]
)
def test_a_reset_is_the_data_sheets(path: str, reset: int) -> None:
    assert maps.load("16550").by_path[f"UART0.{path}"].register.reset == reset


@pytest.mark.parametrize(
    ("path", "name", "mask"),
    [
        ("IER", "ERBFI", 0x01),
        ("IER", "EDSSI", 0x08),
        ("IIR", "ID", 0x0E),
        ("IIR", "FIFOS", 0xC0),
        ("FCR", "TX_RESET", 0x04),
        ("FCR", "TRIGGER", 0xC0),
        ("LCR", "WLS", 0x03),
        ("LCR", "DLAB", 0x80),
        ("MCR", "LOOP", 0x10),
        ("LSR", "DR", 0x01),
        ("LSR", "BI", 0x10),
        ("LSR", "THRE", 0x20),
        ("LSR", "TEMT", 0x40),
        ("MSR", "TERI", 0x04),
        ("MSR", "DCD", 0x80),
    ],
)
def test_a_field_has_the_data_sheets_bits(path: str, name: str, mask: int) -> None:
    for instance in ("UART0", "UART1"):
        field = maps.load("16550").by_path[f"{instance}.{path}"].register.field(name)
        assert field is not None
        assert field.bits.mask == mask


def test_what_clears_on_reading_is_the_data_sheets() -> None:
    nodes = maps.load("16550").by_path
    for path, cleared in (("LSR", 0x1E), ("MSR", 0x0F)):
        mask = 0
        for field in nodes[f"UART0.{path}"].register.fields:
            mask |= field.bits.mask if field.access.on_read.acts else 0
        assert mask == cleared
    assert nodes["UART0.IIR"].safety.skip is Skip.READ_SIDE_EFFECT


def test_it_is_found_by_the_names_that_device_trees_have() -> None:
    regions = maps.load("16550").regions
    assert [region.bind.compatible for region in regions if region.bind] == ["ns16550a", "snps,dw-apb-uart"]


# --- in simulation ------------------------------------------------------------------------------


def test_text_arrives_and_what_is_sent_leaves() -> None:
    now = 0.0
    simulation = Simulation(maps.load("16550"), clock=lambda: now)

    def read(number: int) -> int:
        return simulation.bus_read("ns16550a", number, 8, 1)[0]

    assert read(LSR) == 0x60
    now = 3.0
    assert read(LSR) & 1
    assert bytes(read(0) for _ in range(5)) == b"Hello"
    simulation.bus_write("ns16550a", ord("!"), 0, 8)
    assert read(LSR) & 0x60 == 0
    now = 4.0
    assert read(LSR) & 0x60 == 0x60
    simulation.poke("UART0.LSR", 0x7E)
    assert (read(LSR) & 0x1E, read(LSR) & 0x1E) == (0x1E, 0)

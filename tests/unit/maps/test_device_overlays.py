"""The bundled overlays on vendors' descriptions: the data sheets' words in place of the vendors' silence."""

from __future__ import annotations

import pytest

from inspector import maps
from inspector.errors import RefusedError
from inspector.model.access import OnRead, OnWrite
from inspector.model.compose import Composition, compose
from inspector.model.edit import parse_assignment
from inspector.model.safety import Skip
from inspector.model.transaction import Read, Write
from inspector.model.unstated import unstated

BASES = {"rp2040": "rp2040-svd", "gd32vf103": "gd32vf103-svd"}

# All that reading changes, and nothing else: RP2040 Datasheet, the lists of registers in 2.3.1 (SIO), 2.6.3
# (XIP), 3.7 (PIO), 4.2 (UART), 4.3 (I2C), 4.4 (SPI), 4.6 (timer), 4.8 (RTC), 4.9 (ADC), 4.10 (SSI); ARMv6-M
# Architecture Reference Manual, B3.3.3 (SYST_CSR). GD32VF103 User Manual, the registers of each chapter.
ACTS = {
    "rp2040": {
        "XIP_CTRL.STREAM_FIFO",
        "XIP_AUX.STREAM_FIFO",
        *(f"XIP_SSI.{name}" for name in ("DR0", "SR", "TXOICR", "RXOICR", "RXUICR", "MSTICR", "ICR")),
        *(f"UART{n}.UARTDR" for n in range(2)),
        *(f"SPI{n}.SSPDR" for n in range(2)),
        *(f"I2C{n}.IC_DATA_CMD" for n in range(2)),
        *(
            f"I2C{n}.IC_CLR_{what}"
            for n in range(2)
            for what in (
                *("INTR", "RX_UNDER", "RX_OVER", "TX_OVER", "RD_REQ", "TX_ABRT", "RX_DONE", "ACTIVITY"),
                *("STOP_DET", "START_DET", "GEN_CALL", "RESTART_DET"),
            )
        ),
        "ADC.FIFO",
        "TIMER.TIMELR",
        "RTC.RTC_0",
        *(f"PIO{n}.RXF{machine}" for n in range(2) for machine in range(4)),
        "SIO.FIFO_RD",
        "SIO.DIV_QUOTIENT",
        *(f"SIO.INTERP{n}_POP_{what}" for n in range(2) for what in ("LANE0", "LANE1", "FULL")),
        *(f"SIO.SPINLOCK{n}" for n in range(32)),
        "PPB.SYST_CSR",
    },
    "gd32vf103": {
        *(f"TIMER{n}.CH{channel}CV" for n in range(5) for channel in range(4)),
        *(f"TIMER{n}.DMATB" for n in range(5)),
        *(f"SPI{n}.{name}" for n in range(3) for name in ("STAT", "DATA")),
        *(
            f"{port}.{name}"
            for port in ("USART0", "USART1", "USART2", "UART3", "UART4")
            for name in ("STAT", "DATA")
        ),
        *(f"I2C{n}.{name}" for n in range(2) for name in ("STAT0", "STAT1", "DATA")),
        *(f"ADC{n}.RDATA" for n in range(2)),
        "USBFS_GLOBAL.GRSTATP_Device",
        "USBFS_GLOBAL.GRSTATP_Host",
    },
}

# The vendor has it readable, where it is not: 2.3.1 (SIO), 3.7 (PIO), 4.2 (UART), 4.4 (SPI).
WRITE_ONLY = [
    "SIO.GPIO_OUT_SET",
    "SIO.INTERP1_BASE_1AND0",
    "PIO1.INSTR_MEM31",
    "UART0.UARTICR",
    "SPI1.SSPICR",
]


@pytest.mark.parametrize("name", BASES)
def test_a_read_that_acts_is_never_made_unasked_and_every_other_is(name: str) -> None:
    skipped = {at.path: at.safety.skip for at in maps.load(name).nodes if not at.safety.safe}
    assert {path for path, skip in skipped.items() if skip is not Skip.WRITE_ONLY} == ACTS[name]
    assert {skipped[path] for path in ACTS[name]} == {Skip.READ_SIDE_EFFECT}


@pytest.mark.parametrize("name", BASES)
def test_the_vendor_is_silent_and_the_overlay_is_not(name: str) -> None:
    overlay, base = maps.load(name), maps.load(BASES[name])
    assert unstated(base.nodes).polled > 1_000
    assert not unstated(overlay.nodes)
    before = {(at.path, at.address) for at in base.nodes}
    assert before - {(at.path, at.address) for at in overlay.nodes} == MOVED[name]


# Put right by the overlays, after the manuals.
MOVED = {
    "rp2040": {("SYSINFO.GITREF_RP2040", 0x4000_0040)},
    "gd32vf103": {("ECLIC.CLICINTIP_85", 0xD200_1158), ("ECLIC.CLICINTIP_86", 0xD200_115C)},
}


@pytest.mark.parametrize("path", WRITE_ONLY)
def test_what_cannot_be_read_is_not_readable(path: str) -> None:
    assert maps.load("rp2040-svd").by_path[path].register.readable
    assert maps.load("rp2040").by_path[path].safety.skip is Skip.WRITE_ONLY


def composed(name: str, *edits: str) -> Composition:
    register_map = maps.load(name)
    parsed = [parse_assignment(register_map, edit) for edit in edits]
    return compose(register_map, parsed[0][0], [change for _, change in parsed])


def written(result: Composition) -> list[Write]:
    return [operation for operation in result.transaction if isinstance(operation, Write)]


@pytest.mark.parametrize(
    ("name", "edit", "word"),
    [
        # Write-1-to-clear: the flag alone.
        ("rp2040", "UART0.UARTICR.OEIC=1", 1 << 10),
        ("rp2040", "SPI0.SSPICR.RTIC=1", 1 << 1),
        ("gd32vf103", "DMA0.INTC.FTFIFC3=1", 1 << 13),
        ("rp2040", "USBCTRL_REGS.BUFF_STATUS.EP2_IN=1", 1 << 4),
        ("gd32vf103", "EXTI.PD.PD3=1", 1 << 3),
        ("gd32vf103", "USBFS_GLOBAL.GINTF.SOF=1", 1 << 3),
        # Write-0-to-clear: ones for every other flag, zeros for what is reserved.
        ("gd32vf103", "TIMER1.INTF.UPIF=0", 0b1_1110_0101_1110),
        ("gd32vf103", "USART0.STAT.TC=0", 0b11_0010_0000),
        ("gd32vf103", "SPI1.STAT.CRCERR=0", 0b1_0000_0000),
    ],
)
def test_clearing_a_flag_writes_that_flag_alone(name: str, edit: str, word: int) -> None:
    (write,) = written(composed(name, edit))
    assert (write.value, write.keep) == (word, 0)


@pytest.mark.parametrize(
    ("edit", "address", "value"),
    [
        ("UART0.UARTCR.RXE=clear", 0x4003_7030, 1 << 9),
        ("UART0.UARTCR.RXE=set", 0x4003_6030, 1 << 9),
        ("UART0.UARTCR.RXE=toggle", 0x4003_5030, 1 << 9),
    ],
)
def test_a_bit_of_the_rp2040_is_edited_through_its_alias_without_a_read(
    edit: str, address: int, value: int
) -> None:
    """2.1.2: writes at +0x1000 invert, at +0x2000 set and at +0x3000 clear the bits that are 1."""
    operations = composed("rp2040", edit).transaction
    (write,) = [operation for operation in operations if isinstance(operation, Write)]
    base = maps.load("rp2040").by_path[edit.rpartition(".")[0]].region.base
    assert base is not None
    assert (base + write.offset, write.value) == (address, value)
    assert not [
        operation for operation in operations[: operations.index(write)] if isinstance(operation, Read)
    ]


@pytest.mark.parametrize(
    ("name", "edit", "path"),
    [
        ("rp2040", "SIO.GPIO_OUT.GPIO_OUT=|0x80", "SIO.GPIO_OUT_SET"),
        ("rp2040", "SIO.GPIO_OE.GPIO_OE=&~0x80", "SIO.GPIO_OE_CLR"),
        ("rp2040", "SIO.GPIO_OUT.GPIO_OUT=^0x80", "SIO.GPIO_OUT_XOR"),
        ("gd32vf103", "GPIOB.OCTL.OCTL7=set", "GPIOB.BOP"),
        ("gd32vf103", "GPIOB.OCTL.OCTL7=clear", "GPIOB.BC"),
    ],
)
def test_a_pin_is_set_and_cleared_by_the_register_for_it(name: str, edit: str, path: str) -> None:
    (write,) = written(composed(name, edit))
    assert (write.offset, write.value) == (maps.load(name).by_path[path].offset, 1 << 7)


@pytest.mark.parametrize(
    ("name", "edit", "value", "keep"),
    [
        # A request beside settings goes out as 0, and the settings as they are.
        ("rp2040", "PWM.CH0_CSR.EN=1", 0x01, 0x3E),
        ("rp2040", "ADC.CS.START_ONCE=pulse", 0x04, 0x1F_730B),
        ("rp2040", "WATCHDOG.CTRL.PAUSE_DBG0=0", 0, 0x45FF_FFFF),
        # The keys: 2.4.8 (AIRCR), 2.17.8 (FREQA).
        ("rp2040", "PPB.AIRCR.SYSRESETREQ=pulse", 0x05FA_0004, 0),
        ("rp2040", "ROSC.FREQA.DS0=1", 0x9696_0001, 0xFFF8),
        # Switching a port's power does not disable it: ones clear PE, PCD and PEDC.
        ("gd32vf103", "USBFS_HOST.HPCS.PP=1", 1 << 12, 0x0006_0D41),
        # Ones leave the debugger's pins as they are.
        ("gd32vf103", "AFIO.PCF0.SPI0_REMAP=1", 0x0700_0001, 0xF8FF_FFFE),
    ],
)
def test_an_edit_leaves_what_is_beside_it_alone(name: str, edit: str, value: int, keep: int) -> None:
    (write,) = written(composed(name, edit))
    assert (write.value, write.keep) == (value, keep)


@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("rp2040", "WATCHDOG.CTRL.TRIGGER=pulse"),
        ("rp2040", "RESETS.RESET.uart0=1"),
        ("rp2040", "PSM.FRCE_OFF.proc1=1"),
        ("rp2040", "VREG_AND_CHIP_RESET.VREG.VSEL=0"),
        ("rp2040", "CLOCKS.CLK_SYS_CTRL.SRC=1"),
        ("rp2040", "PADS_BANK0.VOLTAGE_SELECT.VOLTAGE_SELECT=1"),
        ("gd32vf103", "FMC.CTL0.START=set"),
        ("gd32vf103", "FWDGT.CTL.CMD=0xcccc"),
        ("gd32vf103", "RCU.BDCTL.BKPRST=1"),
        ("gd32vf103", "DMA0.CH0CTL.CHEN=1"),
    ],
)
def test_what_stops_more_than_the_register_must_be_confirmed(name: str, edit: str) -> None:
    assert composed(name, edit).dangers


@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("rp2040", "RESETS.RESET.uart0=0"),
        ("rp2040", "PADS_BANK0.VOLTAGE_SELECT.VOLTAGE_SELECT=0"),
        ("gd32vf103", "FWDGT.CTL.CMD=0xaaaa"),
        ("gd32vf103", "DMA0.CH0CTL.CHEN=0"),
    ],
)
def test_what_is_harmless_there_need_not_be(name: str, edit: str) -> None:
    assert not composed(name, edit).dangers


def test_a_baud_rate_takes_effect_with_the_line_control_that_follows() -> None:
    offsets = [write.offset for write in written(composed("rp2040", "UART0.UARTIBRD.BAUD_DIVINT=10"))]
    assert offsets == [0x024, 0x02C]


@pytest.mark.parametrize(
    ("name", "edit", "lock"),
    [
        ("rp2040", "I2C0.IC_SAR.IC_SAR=0x55", 0x6C),
        ("gd32vf103", "RTC.CNTL.CNT=5", 0x2804),
        ("gd32vf103", "CAN0.BT.SJW=1", 0x6404),
        ("gd32vf103", "FMC.CTL0.PER=1", 0x2010),
    ],
)
def test_what_locks_a_register_is_looked_at_first(name: str, edit: str, lock: int) -> None:
    first = composed(name, edit).transaction[0]
    assert isinstance(first, Read)
    assert (first.offset, first.mask != 0) == (lock, True)


def test_a_spinlock_is_claimed_by_reading_and_freed_by_any_write() -> None:
    lock = maps.load("rp2040").by_path["SIO.SPINLOCK17"].register
    assert (lock.access.on_read, lock.access.on_write) == (OnRead.SET, OnWrite.WCLR)


@pytest.mark.parametrize("edit", ["UART0.UARTRSR.OE=clear", "TIMER0.CCHP.POEN=1"])
def test_a_neighbour_that_no_value_leaves_alone_is_told(edit: str) -> None:
    name = "rp2040" if edit.startswith("UART") else "gd32vf103"
    with pytest.raises(RefusedError):
        composed(name, edit)

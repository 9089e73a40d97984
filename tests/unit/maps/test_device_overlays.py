"""The bundled overlays on vendors' descriptions: the data sheets' words in place of the vendors' silence."""

from __future__ import annotations

import pytest

from inspector import maps
from inspector.model.compose import compose
from inspector.model.edit import parse_assignment
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.model.safety import Skip
from inspector.model.transaction import Read, Write
from inspector.model.unstated import unstated

BASES = {"rp2040": "rp2040-svd", "gd32vf103": "gd32vf103-svd"}

# RP2040 Datasheet: 4.2.8 (UARTDR), 4.4.4 (SSPDR), 4.3.17 (IC_DATA_CMD, IC_CLR_*), 2.3.1.7 (FIFO_RD,
# spinlocks, QUOTIENT), 3.7 (RXF), 4.9.6 (FIFO), 4.6.5 (TIMELR), 4.8.6 (RTC_0).
# GD32VF103 User Manual: USART_DATA, SPI_DATA, I2C_DATA, ADC_RDATA, USBFS_GRSTATP.
ACTS = {
    "rp2040": [
        "UART0.UARTDR",
        "SPI1.SSPDR",
        "I2C0.IC_DATA_CMD",
        "I2C1.IC_CLR_INTR",
        "SIO.FIFO_RD",
        "SIO.SPINLOCK17",
        "SIO.DIV_QUOTIENT",
        "PIO0.RXF3",
        "ADC.FIFO",
        "TIMER.TIMELR",
        "RTC.RTC_0",
        "XIP_CTRL.STREAM_FIFO",
        "XIP_AUX.STREAM_FIFO",
    ],
    "gd32vf103": [
        "USART0.DATA",
        "UART4.DATA",
        "USART1.STAT",
        "SPI2.DATA",
        "I2C0.DATA",
        "I2C1.STAT0",
        "ADC0.RDATA",
        "USBFS_GLOBAL.GRSTATP_Device",
    ],
}

# Plain status and control registers, whose names must not keep them from being looked at.
HARMLESS = {
    "rp2040": [
        "UART0.UARTFR",
        "SIO.GPIO_IN",
        "TIMER.TIMERAWL",
        "DMA.CH0_READ_ADDR",
        "XIP_CTRL.STREAM_ADDR",
        "RTC.RTC_1",
    ],
    "gd32vf103": ["GPIOA.ISTAT", "GPIOC.OCTL", "TIMER0.CNT", "USART0.BAUD", "RCU.CTL", "EXTI.PD"],
}


def node(register_map: RegisterMap, path: str) -> RegisterNode:
    return register_map.by_path[path]


@pytest.mark.parametrize(("name", "path"), [(name, path) for name, paths in ACTS.items() for path in paths])
def test_a_read_that_acts_is_never_made_unasked(name: str, path: str) -> None:
    assert node(maps.load(name), path).safety.skip is Skip.READ_SIDE_EFFECT


@pytest.mark.parametrize(
    ("name", "path"), [(name, path) for name, paths in HARMLESS.items() for path in paths]
)
def test_what_changes_nothing_is_looked_at(name: str, path: str) -> None:
    assert node(maps.load(name), path).safety.safe


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


@pytest.mark.parametrize(
    ("name", "edit", "word"),
    [
        # Write-1-to-clear: the flag alone.
        ("rp2040", "UART0.UARTICR.OEIC=1", 1 << 10),
        ("rp2040", "SPI0.SSPICR.RTIC=1", 1 << 1),
        ("gd32vf103", "DMA0.INTC.FTFIFC3=1", 1 << 13),
        # Write-0-to-clear: ones for every other flag, zeros for what is reserved.
        ("gd32vf103", "TIMER1.INTF.UPIF=0", 0b1_1110_0101_1110),
    ],
)
def test_clearing_a_flag_writes_that_flag_alone(name: str, edit: str, word: int) -> None:
    register_map = maps.load(name)
    at, change = parse_assignment(register_map, edit)
    composed = compose(register_map, at, [change])
    (write,) = [operation for operation in composed.transaction if isinstance(operation, Write)]
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
    register_map = maps.load("rp2040")
    at, change = parse_assignment(register_map, edit)
    operations = compose(register_map, at, [change]).transaction
    (write,) = [operation for operation in operations if isinstance(operation, Write)]
    base = at.region.base
    assert base is not None
    assert (base + write.offset, write.value) == (address, value)
    assert not [
        operation for operation in operations[: operations.index(write)] if isinstance(operation, Read)
    ]


def test_the_pins_of_the_gd32vf103_are_set_by_bop_and_cleared_by_bc() -> None:
    register_map = maps.load("gd32vf103")
    for edit, path in (("GPIOB.OCTL.OCTL7=set", "GPIOB.BOP"), ("GPIOB.OCTL.OCTL7=clear", "GPIOB.BC")):
        at, change = parse_assignment(register_map, edit)
        operations = compose(register_map, at, [change]).transaction
        (write,) = [operation for operation in operations if isinstance(operation, Write)]
        assert (write.offset, write.value) == (node(register_map, path).offset, 1 << 7)

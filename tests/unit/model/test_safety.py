from __future__ import annotations

import pytest

from inspector.model.access import TOKENS, OnRead
from inspector.model.register import Block, Register
from inspector.model.registermap import Instance, Region, RegisterMap
from inspector.model.safety import FIFO_LIKE, Skip
from tests.unit.model.build import field, one_block, register

UNKNOWN = TOKENS["rw"].with_effects(on_read=OnRead.UNKNOWN)
POP = TOKENS["rw"].with_effects(on_read=OnRead.POP)


@pytest.mark.parametrize(
    ("one", "skip"),
    [
        (register("R"), None),
        (register("R", access="ro"), None),
        (register("R", access="wo"), Skip.WRITE_ONLY),
        (register("R", access="none"), Skip.NO_ACCESS),
        (register("R", access="rc"), Skip.READ_SIDE_EFFECT),
        (register("R", field("A", "0"), field("B", "1", "rc")), Skip.READ_SIDE_EFFECT),
        (register("R", field("A", "0", "wo"), field("B", "1", "wo")), Skip.WRITE_ONLY),
        (register("R", field("A", "0", "ro"), access="wo"), None),
        (register("R", field("A", "0", "wo"), field("B", "1", "ro")), None),
        (register("CTRL", access=UNKNOWN), None),
        (register("UARTDR", access=UNKNOWN), Skip.UNKNOWN_SIDE_EFFECT),
        (register("RXDATA", access=UNKNOWN), Skip.UNKNOWN_SIDE_EFFECT),
        (register("TX_FIFO", access=UNKNOWN), Skip.UNKNOWN_SIDE_EFFECT),
        (register("ADDR", access="rw"), None),
    ],
)
def test_what_is_read_unasked(one: Register, skip: Skip | None) -> None:
    (node,) = one_block(one).nodes
    assert node.safety.skip is skip
    assert bool(node.safety.reason) is (skip is not None)


def test_safety_belongs_to_bytes() -> None:
    nodes = one_block(
        register("WORD", access="ro"),
        register("BYTE", offset=1, width=8, access=POP),
        register("NEXT", offset=4, access="ro"),
    ).nodes
    word, byte, neighbour = nodes
    assert word.safety.skip is Skip.READ_SIDE_EFFECT
    assert "BYTE" in word.safety.reason
    assert byte.safety.skip is Skip.READ_SIDE_EFFECT
    assert neighbour.safety.safe


def test_a_read_only_register_beside_a_write_only_one_is_readable() -> None:
    status, command = one_block(register("STATUS", access="ro"), register("COMMAND", access="wo")).nodes
    assert status.safety.safe
    assert command.safety.skip is Skip.WRITE_ONLY


def test_regions_that_overlap_share_their_bytes() -> None:
    acting = Block("a", 16, (register("POP", access="rc"),))
    plain = Block("b", 16, (register("VIEW"), register("NEXT", offset=4)))
    one = Region("one", 0x1008, 16, (Instance("A", acting),))
    two = Region("two", 0x1000, 16, (Instance("B", plain, 8),))
    far = Region("far", None, 16, (Instance("C", plain, 8),))
    nodes = RegisterMap("t", (one, two, far)).by_path
    assert nodes["B.VIEW"].safety.skip is Skip.READ_SIDE_EFFECT
    assert "shares its bytes with A.POP" in nodes["B.VIEW"].safety.reason
    assert nodes["B.NEXT"].safety.safe
    assert nodes["C.VIEW"].safety.safe


def test_a_write_only_register_beside_one_that_acts_acts_when_read() -> None:
    nodes = one_block(
        register("RBR", access="rc"), register("THR", access="wo"), register("W", access="wo", offset=4)
    ).nodes
    assert [(node.safety.skip, node.safety.acts) for node in nodes[1:]] == [
        (Skip.WRITE_ONLY, True),
        (Skip.WRITE_ONLY, False),
    ]


def test_a_read_acts_if_it_acts_on_a_field_that_is_not_told() -> None:
    hidden = TOKENS["wo"].with_effects(on_read=OnRead.CLEAR)
    (node,) = one_block(register("R", field("A", "0", hidden), field("B", "1"))).nodes
    assert node.safety.skip is Skip.READ_SIDE_EFFECT


@pytest.mark.parametrize(
    ("name", "like"),
    [
        *(
            (name, True)
            for name in [
                "DR",
                "UARTDR",
                "SSPDR",
                "SPIDR",
                "SPI_DR",
                "DR[0]",
                "RDR",
                "USART_RDR",
                "RXD",
                "RXDATA",
                "RBR",
                "RHR",
            ]
        ),
        *((name, True) for name in ("STREAM_FIFO", "FIFO_RD", "ADC_DR", "I2CDR", "RXDATA_0")),
        *(
            (name, False)
            for name in [
                "ADDR",
                "READ_ADDR",
                "BAUDR",
                "IDR",
                "ODR",
                "GPIO_IDR",
                "DDR",
                "PDDR",
                "OSPEEDR",
                "SR",
                "CR",
            ]
        ),
    ],
)
def test_which_names_look_like_a_fifos(name: str, like: bool) -> None:
    assert bool(FIFO_LIKE.search(name)) is like

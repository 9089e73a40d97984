from __future__ import annotations

import pytest

from inspector.model.access import TOKENS, OnRead
from inspector.model.register import Register
from inspector.model.safety import Skip
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

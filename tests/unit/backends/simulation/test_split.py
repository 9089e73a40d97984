"""Registers that take several accesses, each of which reaches its part."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.model.access import TOKENS, Access, OnRead, OnWrite, Writable
from inspector.model.register import ByteOrder, Register, RegisterBehaviour
from inspector.model.transaction import Read
from tests.unit.backends.simulation.board import Board, bits, field


def wide(name: str = "WIDE", access: str | Access = "rw", **more: Any) -> Register:
    token = TOKENS[access] if isinstance(access, str) else access
    return Register(name, 0x10, 64, token, access_width=32, **more)


def accesses(board: Board) -> list[tuple[str, int, int, int]]:
    return [(entry.kind, entry.offset, entry.width, entry.value) for entry in board.simulation.log]


@pytest.mark.parametrize(
    ("word_order", "words", "first"),
    [
        ("little", (0x4433_2211, 0x8877_6655), 0x4433_2211),
        ("big", (0x8877_6655, 0x4433_2211), 0x8877_6655_0000_0000),
    ],
)
def test_each_word_is_stored_by_itself(word_order: ByteOrder, words: tuple[int, int], first: int) -> None:
    board = Board(wide(word_order=word_order))
    board.write("WIDE", 0x8877_6655_4433_2211)
    assert board.read("WIDE") == 0x8877_6655_4433_2211
    assert accesses(board) == [
        ("write", 0x10, 32, words[0]),
        ("write", 0x14, 32, words[1]),
        ("read", 0x10, 32, words[0]),
        ("read", 0x14, 32, words[1]),
    ]
    board.io.write32(0, 0x14)
    assert board.simulation.peek("X.WIDE") == first


def test_an_access_of_the_whole_width_finds_nobody() -> None:
    board = Board(wide())
    board.io.write64(5, 0x10)
    assert board.io.read64(0x10) == (1 << 64) - 1
    assert board.simulation.peek("X.WIDE") == 0


def test_three_bytes() -> None:
    board = Board(Register("ID", 1, 24, TOKENS["rw"], access_width=8, word_order="big"))
    board.write("ID", 0x12_3456)
    assert accesses(board) == [("write", 1, 8, 0x12), ("write", 2, 8, 0x34), ("write", 3, 8, 0x56)]
    assert board.read("ID") == 0x12_3456


def test_effects_reach_no_further_than_the_access() -> None:
    flags = (field("LOW", bits(0), "w1c"), field("HIGH", bits(40), "w1c"), field("READ", bits(63), "rc"))
    board = Board(wide(fields=flags))
    board.simulation.poke("X.WIDE", 1 << 63 | 1 << 40 | 1)
    board.io.write32(0xFFFF_FFFF, 0x10)
    assert board.simulation.peek("X.WIDE") == 1 << 63 | 1 << 40
    assert board.io.read32(0x10) == 0
    assert board.simulation.peek("X.WIDE") == 1 << 63 | 1 << 40
    assert board.io.read32(0x14) == 1 << 31 | 1 << 8
    assert board.simulation.peek("X.WIDE") == 1 << 40


def test_an_entry_goes_into_and_out_of_a_fifo_whole() -> None:
    both = Access(True, Writable.YES, OnRead.POP, OnWrite.PUSH)
    data = wide("DATA", both, sim=RegisterBehaviour(fifo=4, loopback="DATA"))
    board = Board(data)
    entries = [0x1111_1111_2222_2222, 0x3333_3333_4444_4444]
    for entry in entries:
        board.write("DATA", entry)
    assert [board.read("DATA"), board.read("DATA")] == entries


def test_it_takes_effect_only_when_every_word_is_written_twice() -> None:
    board = Board(wide(write_twice=True))
    board.write("WIDE", 0x2_0000_0001)
    assert board.read("WIDE") == 0
    board.write("WIDE", 0x2_0000_0001)
    assert board.read("WIDE") == 0x2_0000_0001


def test_a_counter_that_runs_over_between_two_accesses_is_read_whole() -> None:
    start = 0x7_FFFF_FFFF
    sim = RegisterBehaviour(counter=1.0)
    board = Board(wide("COUNT", "ro", volatile=True, sim=sim, reset=start, reset_mask=(1 << 64) - 1))
    found = []

    def tick(value: int) -> None:
        found.append(value)
        board.wait(1)

    board.simulation.on_read("X.COUNT", tick)
    register = board.map.by_path["X.COUNT"].register
    # Word by word it would be 0x7_0000_0000: neither before nor after.
    assert board.io.execute((Read.sample(register, 0x10),)) == (0x8_0000_0000,)
    assert found == [start, start + 1, start + 2]
    assert [entry.offset for entry in board.simulation.log] == [0x14, 0x10, 0x14]


def test_behaviour_files_see_whole_values() -> None:
    board = Board(wide())
    written = []
    board.simulation.on_read("X.WIDE", lambda value: 0x1234_5678_9ABC_DEF0)
    board.simulation.on_write("X.WIDE", lambda value: written.append(value))
    assert board.read("WIDE") == 0x1234_5678_9ABC_DEF0
    board.write("WIDE", 0x2_0000_0001)
    assert written == [0x1, 0x2_0000_0000]

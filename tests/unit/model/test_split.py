from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.errors import InvalidArgument, RefusedError
from inspector.model.compose import compose
from inspector.model.edit import Edit, Operator
from inspector.model.guard import Guard
from inspector.model.register import ByteOrder
from inspector.model.split import Expansion, Shape, counted, expand
from inspector.model.transaction import Operation, Read, ReadRun, Write
from tests.unit.model.build import field, one_block, only, register

WIDE = 0x8877_6655_4433_2211


def wide_read(word_order: ByteOrder = "little", **rest: object) -> Read:
    return Read(0x80, 64, access_width=32, word_order=word_order, **rest)  # type: ignore[arg-type]


def test_what_is_one_access_stays_what_it_is() -> None:
    transaction = (Read(0, 64), ReadRun(8, 32, 4), Write(0, 32, 1, keep=2, source=0))
    expansion = expand(transaction)
    assert expansion.accesses is transaction
    assert expansion.results((1, (2, 3, 4, 5), 6)) == (1, (2, 3, 4, 5), 6)
    assert [expansion.owner(i) for i in range(3)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("word_order", "words"),
    [("little", [0x4433_2211, 0x8877_6655]), ("big", [0x8877_6655, 0x4433_2211])],
)
def test_words_go_out_in_the_order_of_their_addresses(word_order: ByteOrder, words: list[int]) -> None:
    write = Write(0x80, 64, WIDE, access_width=32, word_order=word_order)
    expansion = expand((wide_read(word_order), write))
    assert expansion.accesses == (
        Read(0x80, 32),
        Read(0x84, 32),
        Write(0x80, 32, words[0]),
        Write(0x84, 32, words[1]),
    )
    assert expansion.results([*words, *words]) == (WIDE, WIDE)
    assert [expansion.owner(i) for i in range(4)] == [0, 0, 1, 1]


def test_each_word_has_the_registers_byte_order() -> None:
    read = Read(0, 24, "big", access_width=8, word_order="big")
    assert expand((read,)).accesses == (Read(0, 8, "big"), Read(1, 8, "big"), Read(2, 8, "big"))
    assert expand((read,)).results([0x12, 0x34, 0x56]) == (0x123456,)


def test_a_guard_and_what_is_kept_are_those_of_each_word() -> None:
    mask, expected = 0xFF00_0000_0000_00F0, 0x8800_0000_0000_0010
    transaction: tuple[Operation, ...] = (
        Read(4, 32),
        wide_read(mask=mask, expected=expected, why="it changed"),
        Write(
            0x80,
            64,
            0x0000_0000_0000_0005,
            keep=0xFFFF_0000_0000_0000,
            flip=0x0001_0000_0000_0000,
            source=1,
            access_width=32,
        ),
        Write(4, 32, 0, keep=0xF, source=0),
    )
    assert expand(transaction).accesses == (
        Read(4, 32),
        Read(0x80, 32, mask=0xF0, expected=0x10, why="it changed"),
        Read(0x84, 32, mask=0xFF00_0000, expected=0x8800_0000, why="it changed"),
        Write(0x80, 32, 5),
        Write(0x84, 32, 0, keep=0xFFFF_0000, flip=0x0001_0000, source=2),
        Write(4, 32, 0, keep=0xF, source=0),
    )


def test_bits_of_one_word_may_have_to_differ_and_those_of_several_not() -> None:
    lock = wide_read(mask=1 << 40, expected=1 << 40, differs=True)
    assert expand((lock,)).accesses == (
        Read(0x80, 32, differs=True),
        Read(0x84, 32, mask=1 << 8, expected=1 << 8, differs=True),
    )
    with pytest.raises(InvalidArgument, match="several"):
        expand((wide_read(mask=1 << 40 | 1, expected=1, differs=True),))


@pytest.mark.parametrize(
    "transaction",
    [
        (Read(0, 64, access_width=24),),
        (Write(0, 32, 0, access_width=64),),
        (Read(0, 64), Write(0, 64, 0, keep=1, source=0, access_width=32)),
        (wide_read("big"), Write(0x80, 64, 0, keep=1, source=0, access_width=32)),
        (wide_read(), Write(0x80, 64, 0, keep=1, source=0)),
        (wide_read(counter=True), Write(0x80, 64, 0, keep=1, source=0, access_width=32)),
        (Read(0, 64, access_width=16, counter=True),),
        (wide_read(counter=True, mask=1),),
    ],
)
def test_what_no_single_accesses_do_is_refused(transaction: tuple[Operation, ...]) -> None:
    with pytest.raises(InvalidArgument):
        expand(transaction)


def test_only_operations_whose_accesses_were_all_made_have_results() -> None:
    expansion = expand((wide_read(), Read(0, 32), wide_read("big")))
    assert expansion.results([0x11, 0x22, 0x33, 0x44]) == (0x22_0000_0011, 0x33)
    assert expansion.took([0.5, 0.25, 0.125, 1.0]) == (0.75, 0.125)


@given(st.integers(0, (1 << 128) - 1), st.sampled_from([8, 16, 32, 64]), st.sampled_from(["little", "big"]))
def test_words_join_to_what_was_cut(value: int, access_width: int, word_order: ByteOrder) -> None:
    of = Shape(128, access_width, word_order)
    words = of.cut(value)
    data = b"".join(word.to_bytes(access_width // 8, word_order) for word in words)
    assert int.from_bytes(data, word_order) == value
    assert of.join(words) == value
    assert of.known(1) == of.join([(1 << access_width) - 1])


@given(
    st.integers(0, (1 << 16) - 1),
    st.tuples(st.integers(0, 127), st.integers(0, 127)).filter(lambda steps: sum(steps) < 128),
    st.sampled_from([1, -1]),
)
def test_a_counter_that_moves_between_the_accesses_reads_as_what_it_was(
    start: int, steps: tuple[int, int], direction: int
) -> None:
    """Two words of 8 bits; the counter moves less than half of the low one's range in all."""
    before, during = start, (start + direction * steps[0]) & 0xFFFF
    after = (during + direction * steps[1]) & 0xFFFF
    read = Read(0, 16, access_width=8, counter=True)
    found = [before >> 8, during & 0xFF, after >> 8]
    assert expand((read,)).results(found) == (during,)
    assert counted(found[0], found[1], found[2], 8) == during


def test_a_counters_high_word_is_read_around_the_low_one_wherever_that_is() -> None:
    little, big = expand((wide_read(counter=True),)), expand((wide_read("big", counter=True),))
    assert little.accesses == (Read(0x84, 32), Read(0x80, 32), Read(0x84, 32))
    assert big.accesses == (Read(0x80, 32), Read(0x84, 32), Read(0x80, 32))


@pytest.mark.parametrize(
    ("counts", "rest", "fields"),
    [
        (True, {"volatile": True, "access_width": 32}, ()),
        (False, {"access_width": 32}, ()),
        (False, {"volatile": True}, ()),
        (False, {"volatile": True, "access_width": 16}, ()),
        (True, {"access_width": 32}, ("40:0",)),
        (False, {"access_width": 32}, ("31:0", "63:32")),
    ],
)
def test_a_counter_is_what_changes_across_two_words(
    counts: bool, rest: dict[str, Any], fields: tuple[str, ...]
) -> None:
    parts = [field(f"F{i}", bits, volatile=True) for i, bits in enumerate(fields)]
    what = register("COUNT", *parts, width=64, **rest)
    assert Read.sample(what, 8).counter is counts
    assert not Read.of(what, 8).counter


def test_a_field_edit_writes_every_word_from_its_own_fresh_read_and_says_that_it_is_not_atomic() -> None:
    a, b, c = field("A", "7:0"), field("B", "39:28"), field("C", "63:60", "w1c")
    register_map = one_block(register("W", a, b, c, offset=0x10, width=64, access_width=32))
    composition = compose(register_map, only(register_map), [Edit(b, Operator.ASSIGN, 0xABC)], shown=0x12)
    accesses: Expansion = expand(composition.transaction)
    why = "X.W changed since it was shown"
    assert accesses.accesses == (
        Read(0x10, 32, mask=0xF000_00FF, expected=0x12, why=why),
        Read(0x14, 32, mask=0xFF, why=why),
        Write(0x10, 32, 0xC000_0000, keep=0x0000_00FF, source=0),
        Write(0x14, 32, 0xAB),
        Read(0x10, 32),
        Read(0x14, 32),
    )
    assert "not atomic: 2 accesses of 32 bits each" in composition.notes


def test_a_lock_that_no_single_access_tells_is_a_refusal() -> None:
    lock = register("LOCK", field("ON", "40:30"), offset=0x8, width=64, access_width=32, access="ro")
    target = register("R", field("A", "7:0"), field("B", "15:8"), locked_by=Guard("LOCK.ON", 5))
    register_map = one_block(target, lock)
    node = register_map.by_path["X.R"]
    with pytest.raises(RefusedError, match=r"lies in several accesses of X\.LOCK"):
        compose(register_map, node, [Edit(node.register.fields[0], Operator.ASSIGN, 1)])

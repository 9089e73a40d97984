from __future__ import annotations

from typing import Any

import pytest

from inspector.model.access import TOKENS, OnRead, OnWrite, ReservedWrite
from inspector.model.compose import Composition, compose
from inspector.model.edit import parse_value
from inspector.model.field import Constraint
from inspector.model.guard import Guard
from inspector.model.register import Atomic, Register
from inspector.model.transaction import Read, Write
from tests.unit.model.build import field, one_block, register

NEAR = Atomic(set=0x100, clear=0x200, xor=0x300)
PLAIN = register("R", field("A", "3:0"), field("B", "7:4"), field("N", "8", "ro"), atomic=NEAR)


def composed(one: Register, *edits: str, others: tuple[Register, ...] = (), **rest: Any) -> Composition:
    register_map = one_block(one, *others)
    parsed = []
    for text in edits:
        name, _, value = text.partition("=")
        parsed.append(parse_value(value, one, one.field(name) if name else None))
    return compose(register_map, register_map.by_path["X.R"], parsed, **rest)


@pytest.mark.parametrize(
    ("text", "offset", "value", "effect", "compares"),
    [
        ("B=0xf", 0x100, 0xF0, "set", 0xF0),
        ("B=set", 0x100, 0xF0, "set", 0xF0),
        ("B=|4", 0x100, 0x40, "set", 0x40),
        ("B=0", 0x200, 0xF0, "clear", 0xF0),
        ("B=clear", 0x200, 0xF0, "clear", 0xF0),
        ("B=&~4", 0x200, 0x40, "clear", 0x40),
        ("B=toggle", 0x300, 0xF0, "xor", 0),
        ("B=^5", 0x300, 0x50, "xor", 0),
        ("=|0x41", 0x100, 0x41, "set", 0x41),
    ],
)
def test_one_access_makes_the_edit(text: str, offset: int, value: int, effect: str, compares: int) -> None:
    made = composed(PLAIN, text)
    assert made.transaction == (Write(offset, 32, value=value), Read(0, 32))
    assert (made.read, made.write, made.readback, made.compares) == (None, 0, 1, compares)
    assert made.alias is not None
    assert (made.alias.effect, made.alias.mask) == (effect, value)
    assert made.notes[0].startswith(f"written at X.R + {offset:#x}, which ")


def test_two_accesses_would_not_be_atomic() -> None:
    for edits in (("B=5",), ("A=0", "B=0xf"), ("A=toggle", "B=0")):
        made = composed(PLAIN, *edits)
        assert made.alias is None
        assert made.read == 0
    both = composed(PLAIN, "A=0xf", "B=0xf")
    assert both.transaction[0] == Write(0x100, 32, value=0xFF)


def test_what_the_word_becomes() -> None:
    assert composed(PLAIN, "B=0xf").word(0xFFFF_FF05) == 0xFFFF_FFF5
    assert composed(PLAIN, "B=0").word(0xFFFF_FFA5) == 0xFFFF_FF05
    assert composed(PLAIN, "B=0").word(0xA4) == 4
    assert [composed(PLAIN, "B=^1").word(word) for word in (0xA4, 0xA5)] == [0xB4, 0xB5]
    made = composed(PLAIN, "B=0")
    assert made.word(None) is None
    assert [(change.old, change.new) for change in made.changes(None)] == [(None, 0)]
    assert [(change.old, change.new) for change in made.changes(0x5A)] == [(5, 0)]
    assert [(change.old, change.new) for change in composed(PLAIN, "B=^1").changes(None)] == [(None, None)]
    assert made.left(0xF0, 0x35A) == 0x30A
    assert made.left(0xF0, None) is None
    assert composed(PLAIN, "B=5").left(0x51, None) == 0x51


def test_what_did_not_store_is_found() -> None:
    made = composed(PLAIN, "B=0")
    assert made.mismatch(0xF0, 0xFFFF_FF0F) == 0
    assert made.mismatch(0xF0, 0x20) == 0x20
    assert composed(PLAIN, "B=0xf").mismatch(0xF0, 0xD0) == 0x20
    assert composed(PLAIN, "B=5").mismatch(0x51, 0x71) == 0x20


@pytest.mark.parametrize(
    "sibling",
    [
        *("w1c", "w1s", "w1t", "w0c", "rw1p", "wo1c", "rwclr", "rc", "wrc", "rw-once"),
        TOKENS["rw"].with_effects(on_write=OnWrite.PUSH),
        TOKENS["rw"].with_effects(on_read=OnRead.POP),
    ],
)
def test_no_alias_beside_what_neither_stores_nor_is_read_only(sibling: Any) -> None:
    one = register("R", field("A", "0"), field("S", "1", sibling), atomic=NEAR)
    try:
        assert composed(one, "A=1", assume_store=True).alias is None
    except Exception as error:
        assert "read" in str(error) or "once" in str(error)


@pytest.mark.parametrize(
    "sibling",
    [
        *("rw", "ro", "wo", "none"),
        TOKENS["rw"].with_effects(on_write=OnWrite.NONE),
        TOKENS["ro"].with_effects(on_write=OnWrite.W1C),
    ],
)
def test_an_alias_beside_what_stores_or_is_read_only(sibling: Any) -> None:
    one = register("R", field("A", "0"), field("S", "1", sibling), atomic=NEAR)
    assert composed(one, "A=1").transaction[0] == Write(0x100, 32, value=1)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("A=1", {"write_twice": True}),
        ("A=1", {"reserved_write": ReservedWrite.ZERO}),
        ("A=1", {"reserved_write": ReservedWrite.ONE}),
        ("A=1", {"access": "w1c"}),
        ("A=1", {"atomic": Atomic(clear=4)}),
        ("A=0", {"atomic": Atomic(set=4, xor=8)}),
        ("A=toggle", {"atomic": Atomic(set=4, clear=8)}),
    ],
)
def test_no_alias_where_the_register_asks_for_more(text: str, rest: dict[str, Any]) -> None:
    one = register("R", field("A", "0"), field("B", "1"), **{"atomic": NEAR, **rest})
    assert composed(one, text).alias is None


def test_no_alias_for_what_may_be_forbidden_or_is_stated_in_full() -> None:
    few = register("R", field("A", "3:0", constraint=Constraint(maximum=9)), field("B", "4"), atomic=NEAR)
    made = composed(few, "A=|8", shown=1)
    assert made.alias is None
    assert made.read == 0
    assert composed(few, "A=0").alias is not None
    assert composed(register("R", field("A", "7:0"), width=8, atomic=NEAR), "A=0xff").alias is None
    keyed = register("R", field("A", "0"), field("K", "7:4", "wo", write_value=5), atomic=NEAR)
    assert composed(keyed, "A=1").alias is None
    masked = register("R", field("A", "0"), atomic=NEAR, write_mask="upper")
    assert composed(masked, "A=1").transaction[0] == Write(0, 32, value=0x1_0001)
    assert composed(PLAIN, "=0xff").alias is None


def test_a_flag_is_not_cleared_by_an_alias() -> None:
    one = register("R", field("F", "0", "w1c"), field("A", "1"), atomic=NEAR)
    assert composed(one, "F=clear").alias is None


def test_locks_and_latches_hold_for_aliases_too() -> None:
    one = register(
        "R", field("A", "0"), field("B", "1"), atomic=NEAR, locked_by=Guard("L", 1), latched_by="U"
    )
    made = composed(one, "A=1", others=(register("L", offset=4), register("U", offset=8, access="wo1p")))
    assert [operation.offset for operation in made.transaction] == [4, 0x100, 8, 0]
    assert (made.write, made.latch) == (1, 2)


def aliased(text: str, atomic: Atomic, *others: Register) -> Composition:
    return composed(register("R", field("A", "3:0"), field("B", "7:4"), atomic=atomic), text, others=others)


def test_a_declared_alias_takes_the_registers_bits() -> None:
    made = aliased("B=set", Atomic(set="S"), register("S", offset=4, access="wo1s", width=16))
    assert made.transaction[0] == Write(4, 16, value=0xF0)
    assert made.notes == ("written at X.S, which sets bits",)
    both = register(
        "SR", field("S", "15:0", "wo1s"), field("C", "31:16", "wo1p"), offset=4, access="wo", reset=0
    )
    atomic = Atomic(set="SR.S", clear="SR.C")
    assert aliased("B=set", atomic, both).transaction[0] == Write(4, 32, value=0xF0)
    assert aliased("B=clear", atomic, both).transaction[0] == Write(4, 32, value=0xF0_0000)


@pytest.mark.parametrize(
    "other",
    [
        register("S", field("BITS", "3:0", "wo1s"), offset=4, access="ro"),
        register("S", field("BITS", "15:0", "wo1c"), offset=4, access="ro"),
        register("S", field("BITS", "15:0", "wo1s"), field("X", "16"), offset=4, access="ro"),
        register("S", field("BITS", "15:0", "wo1s"), field("X", "16", "rwclr"), offset=4, access="ro"),
        register("S", field("BITS", "15:0", write_value=1), offset=4, access="ro"),
        register("S", field("BITS", "15:0", "wo1s"), offset=4, access="wo", write_twice=True),
        register("S", field("BITS", "15:0", "wo1s"), offset=4, access="wo", write_mask="upper"),
        register("S", field("BITS", "15:0", "wo1s"), offset=4, access="wo", locked_by=Guard("R", 1)),
        register("S", field("BITS", "15:0", "wo1s"), offset=4, access="wo", latched_by="R"),
    ],
)
def test_a_declared_alias_that_would_do_more_is_not_used(other: Register) -> None:
    assert aliased("B=set", Atomic(set="S.BITS"), other).alias is None


def test_the_danger_of_an_alias_is_told() -> None:
    other = register(
        "S", field("LO", "3:0", "wo1s", danger="No."), field("HI", "7:4", "wo1s"), offset=4, access="ro"
    )
    assert aliased("B=set", Atomic(set="S"), other).dangers == ()
    assert aliased("A=set", Atomic(set="S"), other).dangers == ("X.S, which sets bits: No.",)
    whole = register("S", offset=4, access="wo1s", danger="Careful.")
    assert aliased("A=set", Atomic(set="S"), whole).dangers == ("X.S, which sets bits: Careful.",)


def test_byte_order_follows_the_register() -> None:
    one = register("R", field("A", "0"), field("B", "1"), atomic=NEAR, byte_order="big")
    assert {operation.byte_order for operation in composed(one, "A=1").transaction} == {"big"}

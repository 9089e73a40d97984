from __future__ import annotations

from typing import Any

import pytest

from inspector.errors import RefusedError
from inspector.model.compose import Composition, compose, compose_latch
from inspector.model.edit import Edit, Operator, parse_value
from inspector.model.guard import Guard
from inspector.model.register import Register
from inspector.model.transaction import Read, Write
from tests.unit.model.build import field, one_block, register


def latched(other: Register, path: str = "CTRL", **rest: Any) -> Composition:
    one = register("PERIOD", field("P", "15:0"), latched_by=path, width=16)
    register_map = one_block(one, other)
    edit = parse_value("5", one, one.field("P"))
    return compose(register_map, register_map.by_path["X.PERIOD"], [edit], **rest)


CTRL = register("CTRL", field("EN", "0"), field("UPDATE", "1", "rw1p"), field("DONE", "2", "w1c"), offset=4)


def test_a_register_that_latches_is_rewritten_with_what_it_holds() -> None:
    made = latched(register("CTRL", field("EN", "0"), field("MODE", "7:4"), offset=4))
    assert made.transaction == (
        Write(0, 16, value=5),
        Read(4, 32, why="X.CTRL changed since it was shown"),
        Write(4, 32, value=0, keep=0xFFFF_FFFF, source=1),
        Read(0, 16),
    )
    assert (made.read, made.write, made.latch, made.readback) == (None, 0, 2, 3)
    assert made.notes == ("takes effect with the write of X.CTRL that follows",)
    assert made.word(None) == 5


def test_a_field_that_latches_is_pulsed_and_its_neighbours_get_their_neutral_values() -> None:
    made = latched(CTRL, "CTRL.UPDATE")
    # The flag gets zero, and so do the unnamed bits beside it; only EN has to be read.
    assert made.transaction[2] == Write(4, 32, value=2, keep=1, source=1)


@pytest.mark.parametrize(("access", "value"), [("rw", 2), ("wo1s", 2), ("w1s", 2), ("w0s", 0)])
def test_a_field_that_latches_without_pulsing_is_set(access: str, value: int) -> None:
    latch = register("CTRL", field("GO", "1", access), offset=4, access="ro", width=8)
    write = latched(latch, "CTRL.GO").transaction[-2]
    assert isinstance(write, Write)
    assert write.value == value


def test_a_key_latches_by_itself() -> None:
    latch = register("CTRL", field("KEY", "7:0", "wo", write_value=0xA5), offset=4, access="ro")
    assert latched(latch, "CTRL.KEY").transaction[-2] == Write(4, 32, value=0xA5)


def test_a_register_that_triggers_as_a_whole_is_written_with_ones() -> None:
    latch = register("CTRL", offset=4, access="wo1p", width=8)
    assert latched(latch).transaction[-2] == Write(4, 8, value=0xFF)


def test_a_register_with_fields_is_rewritten_whatever_its_unnamed_bits_do() -> None:
    latch = register("CTRL", field("EN", "0"), offset=4, access="rw1p")
    assert latched(latch).transaction[2] == Write(4, 32, value=0, keep=1, source=1)


def test_a_masked_latch_enables_only_its_bit() -> None:
    latch = register("CTRL", field("GO", "1"), field("EN", "0"), offset=4, write_mask="upper")
    assert latched(latch, "CTRL.GO").transaction[-2] == Write(4, 32, value=0x2_0002)


def test_a_latch_is_written_twice_where_it_must_be() -> None:
    made = latched(register("CTRL", offset=4, write_twice=True))
    assert made.transaction[2] == made.transaction[3]
    assert made.latch == 3


@pytest.mark.parametrize(
    "latch",
    [
        register("CTRL", field("EN", "0", "wo"), field("UPDATE", "1", "rw1p"), offset=4),
        register("CTRL", field("EN", "0"), field("UPDATE", "1", "rw1p"), field("N", "2", "rc"), offset=4),
        register("CTRL", field("EN", "0"), field("UPDATE", "1", "w1c"), offset=4),
        register(
            "CTRL", field("EN", "0"), field("UPDATE", "1", "rw1p"), field("ERR", "2", "rwclr"), offset=4
        ),
    ],
)
def test_a_latch_that_would_disturb_something_refuses_the_edit(latch: Register) -> None:
    with pytest.raises(
        RefusedError, match=r"X\.PERIOD takes effect only with a write to CTRL\.UPDATE, which"
    ) as e:
        latched(latch, "CTRL.UPDATE")
    assert e.value.path == "X.PERIOD"
    assert latched(latch, "CTRL.UPDATE", latch=False).latch is None


def test_the_latchs_lock_is_read_before_anything_is_written() -> None:
    one = register("PERIOD", latched_by="CTRL", locked_by=Guard("LOCK", 1))
    latch = register("CTRL", offset=4, locked_by=Guard("LOCK", 1))
    other = register("CTRL2", offset=12, locked_by=Guard("LOCK2", 1))
    register_map = one_block(
        one,
        latch,
        register("LOCK", offset=8),
        other,
        register("LOCK2", offset=16),
        register("TIME", offset=20, latched_by="CTRL2", locked_by=Guard("LOCK", 1)),
    )
    made = compose(register_map, register_map.by_path["X.PERIOD"], [Edit(None, Operator.ASSIGN, 1)])
    # One lock, looked at once.
    assert [(type(operation), operation.offset) for operation in made.transaction] == [
        (Read, 8),
        (Write, 0),
        (Read, 4),
        (Write, 4),
        (Read, 0),
    ]
    made = compose(register_map, register_map.by_path["X.TIME"], [Edit(None, Operator.ASSIGN, 1)])
    assert [operation.offset for operation in made.transaction][:3] == [8, 16, 20]


def test_what_is_dangerous_of_the_latch_is_told() -> None:
    assert latched(register("CTRL", offset=4, danger="Restarts the clock.")).dangers == (
        "X.CTRL: Restarts the clock.",
    )
    latch = register("CTRL", field("GO", "1", "rw1p", danger="Restarts the clock."), offset=4)
    assert latched(latch, "CTRL.GO").dangers == ("X.CTRL.GO: Restarts the clock.",)
    assert latched(latch, "CTRL.GO", latch=False).dangers == ()


def test_both_dangers_are_told() -> None:
    one = register("PERIOD", latched_by="CTRL", danger="Moves the motor.")
    register_map = one_block(one, register("CTRL", offset=4, danger="Restarts the clock."))
    made = compose(register_map, register_map.by_path["X.PERIOD"], [Edit(None, Operator.ASSIGN, 1)])
    assert made.dangers == ("X.PERIOD: Moves the motor.", "X.CTRL: Restarts the clock.")


def test_a_latch_can_be_composed_by_itself() -> None:
    one = register("PERIOD", latched_by="CTRL.UPDATE")
    register_map = one_block(one, CTRL)
    made = compose_latch(register_map, register_map.by_path["X.PERIOD"])
    assert made is not None
    assert made.node is register_map.by_path["X.CTRL"]
    assert made.transaction == (
        Read(4, 32, why="X.CTRL changed since it was shown"),
        Write(4, 32, value=2, keep=1, source=0),
    )
    assert (made.read, made.write, made.latch, made.edits, made.touched) == (0, 1, None, (), 2)
    assert compose_latch(register_map, register_map.by_path["X.CTRL"]) is None


def test_what_of_the_latch_may_change_meanwhile_is_told() -> None:
    latch = register("CTRL", field("LIVE", "0", volatile=True), field("GO", "1", "rw1p"), offset=4)
    assert "LIVE may change between the read and the write" in latched(latch, "CTRL.GO").notes

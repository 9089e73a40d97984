from __future__ import annotations

from typing import Any

import pytest

from inspector.model.access import TOKENS, OnRead, OnWrite
from inspector.model.enumeration import EnumEntry, Enumeration
from inspector.model.field import Constraint
from inspector.model.guard import Guard
from inspector.model.register import Register, Restore
from inspector.model.restore import EQUAL, RestorePlan, plan_restore
from inspector.model.transaction import Read, Write
from tests.unit.model.build import field, one_block, register


def planned(
    *registers: Register, saved: int | dict[str, int] = 0xFFFF_FFFF, present: int | dict[str, int] | None = 0
) -> RestorePlan:
    register_map = one_block(*registers)

    def words(stated: int | dict[str, int] | None) -> dict[Any, int]:
        if isinstance(stated, dict):
            return {register_map.by_path[f"X.{name}"]: word for name, word in stated.items()}
        return {} if stated is None else {node: stated & node.register.mask for node in register_map.nodes}

    return plan_restore(register_map, words(saved), words(present))


def order(plan: RestorePlan) -> list[str]:
    """The steps by name; a latching write with what it latches."""
    return [
        step.node.local + (" for " if step.latches else "") + " ".join(node.local for node in step.latches)
        for step in plan.steps
    ]


def reasons(plan: RestorePlan) -> list[tuple[str, str | None, str]]:
    return [
        (left.node.local, left.field.name if left.field is not None else None, left.why)
        for left in plan.left_out
    ]


def test_what_differs_goes_back_from_a_fresh_read() -> None:
    one = register("R", field("A", "3:0"), field("B", "7:4"), field("N", "31", "ro"))
    plan = planned(one, saved=0x8000_0012, present=0x15)
    (step,) = plan.steps
    assert step.composition.transaction == (
        Read(0, 32, mask=0xFF, expected=0x15, why="X.R changed since it was shown"),
        Write(0, 32, value=2, keep=0xFFFF_FFF0, source=0),
        Read(0, 32),
    )
    assert [one.name for one in step.fields] == ["A"]
    assert step.latches == ()
    assert reasons(plan) == [("R", "N", "it is read-only")]


def test_a_register_without_fields_goes_back_whole() -> None:
    plan = planned(register("R"), saved=5, present=4)
    assert plan.steps[0].composition.transaction[0] == Write(0, 32, value=5)
    assert plan.steps[0].fields == ()
    masked = planned(register("R", write_mask="upper"), saved=0x8000_0005, present=6)
    assert masked.steps[0].composition.transaction[0] == Write(0, 32, value=0x3_0001)
    upper = planned(register("R", write_mask="upper"), saved=0x8000_0006, present=6)
    assert upper.steps == ()
    assert upper.left_out[0].why == EQUAL
    rising = planned(register("R", write_mask="upper"), saved=7, present=6)
    assert rising.steps[0].composition.transaction[0] == Write(0, 32, value=0x1_0001)


@pytest.mark.parametrize(
    ("rest", "why"),
    [
        ({"access": "ro"}, "it is read-only"),
        ({"access": "none"}, "it has no access"),
        ({"access": "wo"}, "it is write-only, so what it held is not known"),
        ({"restore": Restore(never=True)}, "the map says restore: never"),
        ({"danger": "Boom."}, "danger: Boom."),
        ({"access": "wrc"}, "reading clears"),
        ({"access": TOKENS["rw"].with_effects(on_read=OnRead.POP)}, "reading takes an entry out of the FIFO"),
        ({"echo": False}, "it does not read back what was written"),
        ({"access": "w1c"}, "it is a flag: a write can only clear it"),
        ({"access": "w0c"}, "it is a flag: a write can only clear it"),
        ({"access": "rwclr"}, "it is a flag: a write can only clear it"),
        ({"access": "w1s"}, "a write can only set it"),
        ({"access": "w0s"}, "a write can only set it"),
        ({"access": "rwset"}, "a write can only set it"),
        ({"access": "w1t"}, "a write toggles it"),
        ({"access": "w0t"}, "a write toggles it"),
        ({"access": "rw1p"}, "a write triggers it"),
        ({"access": "rw-once"}, "it can be written only once"),
        ({"access": TOKENS["rw"].with_effects(on_write=OnWrite.PUSH)}, "a write adds an entry to its FIFO"),
        (
            {"access": TOKENS["rw"].with_effects(on_write=OnWrite.MODIFY)},
            "a write changes it in a way that the map does not state",
        ),
        ({"access": TOKENS["rw"].with_effects(on_write=OnWrite.NONE)}, "a write does nothing to it"),
        (
            {"access": TOKENS["rw"].with_effects(on_write=OnWrite.UNKNOWN)},
            "the map does not say what writing it does",
        ),
    ],
)
def test_what_is_left_out_has_its_reason(rest: dict[str, Any], why: str) -> None:
    plan = planned(register("R", **rest))
    assert plan.steps == ()
    (left,) = plan.left_out
    assert why in left.why
    assert left.differs


def test_a_register_that_holds_the_value_is_left_alone() -> None:
    plan = planned(register("R", field("A", "0"), field("N", "1", "ro")), saved=3, present=3)
    assert (plan.steps, reasons(plan)) == ((), [("R", None, EQUAL)])
    assert not plan.left_out[0].differs


def test_what_is_present_must_be_known() -> None:
    plan = planned(register("R"), present=None)
    assert (plan.steps, reasons(plan)) == ((), [("R", None, "what it holds now was not read")])
    assert reasons(planned(register("R", access="ro"), present=None)) == [("R", None, "it is read-only")]
    same = planned(register("R", access="ro"), saved=5, present=5)
    assert not same.left_out[0].differs


def test_fields_are_judged_by_themselves() -> None:
    modes = Enumeration((EnumEntry(0, 0, "on"), EnumEntry(3, 3, "off", danger="For good.")))
    one = register(
        "R",
        field("FLAG", "0", "w1c"),
        field("HOT", "1", danger="Burns."),
        field("MODE", "3:2", enum=modes),
        field("FEW", "7:4", constraint=Constraint(maximum=9)),
        field("GOOD", "8"),
    )
    plan = planned(one, saved=0x1FF, present=0)
    assert [field.name for field in plan.steps[0].fields] == ["GOOD"]
    assert plan.steps[0].composition.dangers == ()
    assert reasons(plan) == [
        ("R", "FLAG", "it is a flag: a write can only clear it"),
        ("R", "HOT", "danger: Burns."),
        ("R", "MODE", "danger: For good."),
        ("R", "FEW", "FEW: 15 is more than 9, the most the map allows"),
    ]
    assert [one.name for one in planned(one, saved=0x104, present=0).steps[0].fields] == ["MODE", "GOOD"]
    only = planned(one, saved=3, present=0)
    assert (only.steps, len(only.left_out)) == ((), 2)


def test_bits_without_a_name_and_keys_do_not_go_back() -> None:
    one = register("R", field("A", "0"), field("K", "15:8", "rw", write_value=0x5A))
    plan = planned(one, saved=0xFF01_0001, present=0x5A00)
    assert reasons(plan) == [("R", "K", "it holds a key"), ("R", None, "no field names these bits")]
    assert plan.steps[0].composition.word(0x5A00) == 0x5A01


def test_what_would_disturb_a_neighbour_is_left_out() -> None:
    plan = planned(register("R", field("A", "0"), field("W", "1", "wo")))
    assert plan.steps == ()
    assert "W is write-only" in plan.left_out[0].why
    locked = register("R", locked_by=Guard("L", 1))
    plan = planned(locked, register("L", offset=4, access="wo"), saved={"R": 1}, present={"R": 0})
    assert "cannot be checked" in plan.left_out[0].why


def test_the_lock_is_looked_at() -> None:
    plan = planned(
        register("R", locked_by=Guard("L", 1)), register("L", offset=4), saved={"R": 1}, present={"R": 0}
    )
    assert isinstance(plan.steps[0].composition.transaction[0], Read)


def test_stated_orders_come_first() -> None:
    plan = planned(
        register("A"),
        register("B", offset=4, restore=Restore(order=7)),
        register("C", offset=8, restore=Restore(order=0)),
        register("D", offset=12),
        register("E", offset=16, restore=Restore(order=7)),
    )
    assert order(plan) == ["C", "B", "E", "A", "D"]


LATCH = register("CTRL", field("EN", "0"), field("GO", "1", "rw1p"), offset=0x10)


def test_one_latching_write_follows_the_last_that_it_latches() -> None:
    plan = planned(
        register("A", latched_by="CTRL.GO"),
        register("B", offset=4, latched_by="CTRL.GO"),
        register("C", offset=8),
        LATCH,
        saved={"A": 1, "B": 1, "C": 1},
        present={"A": 0, "B": 0, "C": 0},
    )
    assert order(plan) == ["A", "B", "CTRL for A B", "C"]
    assert plan.steps[0].composition.latch is None
    assert plan.steps[2].composition.transaction[-1] == Write(0x10, 32, value=2, keep=1, source=0)


def test_a_latch_that_is_restored_itself_latches_where_any_write_does() -> None:
    timing = [register("A", latched_by="CTRL"), register("B", offset=0x20, latched_by="CTRL.GO"), LATCH]
    plan = planned(*timing, saved={"A": 1, "CTRL": 1}, present={"A": 0, "CTRL": 0})
    assert order(plan) == ["A", "CTRL"]
    plan = planned(*timing, saved={"A": 1, "B": 1, "CTRL": 1}, present={"A": 0, "B": 0, "CTRL": 0})
    # A field has to be pulsed, which restoring its neighbour does not.
    assert order(plan) == ["A", "CTRL", "B", "CTRL for B"]
    before = register("B", offset=8, latched_by="CTRL.GO")
    plan = planned(before, LATCH, saved={"B": 1, "CTRL": 1}, present={"B": 0, "CTRL": 0})
    assert order(plan) == ["B", "CTRL for B", "CTRL"]
    early = register("CTRL", field("EN", "0"), offset=0x10, restore=Restore(order=1))
    plan = planned(timing[0], early, saved={"A": 1, "CTRL": 1}, present={"A": 0, "CTRL": 0})
    assert order(plan) == ["CTRL", "A", "CTRL for A"]


def test_what_cannot_be_latched_safely_is_left_out() -> None:
    plan = planned(
        register("A", latched_by="CTRL"),
        register("CTRL", offset=4, danger="Glitches."),
        saved={"A": 1},
        present={"A": 0},
    )
    assert reasons(plan) == [("A", None, "danger: X.CTRL: Glitches.")]
    plan = planned(
        register("A", latched_by="CTRL"),
        register("CTRL", field("W", "0", "wo"), offset=4),
        saved={"A": 1},
        present={"A": 0},
    )
    assert plan.steps == ()
    assert "takes effect only with a write to CTRL" in plan.left_out[0].why


def test_a_whole_registers_dangerous_value_is_left_out() -> None:
    modes = Enumeration((EnumEntry(3, 3, "off", danger="For good."),))
    plan = planned(register("R", enum=modes, width=8), saved=3, present=0)
    assert reasons(plan) == [("R", None, "danger: X.R = off: For good.")]

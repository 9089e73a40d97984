"""Views: what must be seen of which register, and what a read may meet then."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from inspector.errors import RefusedError
from inspector.model.access import TOKENS, OnRead
from inspector.model.compose import compose
from inspector.model.edit import Edit, Operator
from inspector.model.guard import Guard, Guards
from inspector.model.register import Block, Group, Memory, Register
from inspector.model.registermap import Instance, Region, RegisterMap, RegisterNode
from inspector.model.safety import Skip
from inspector.model.transaction import Read, Write
from inspector.model.views import Condition
from tests.unit.model.build import array, field, one_block, register

POP = TOKENS["ro"].with_effects(on_read=OnRead.POP)


def when(*words: str) -> Guards:
    """Conditions as in a map: ``LCR.DLAB == 1``."""
    found = []
    for text in words:
        path, sign, value = text.split()
        found.append(Guard(path, int(value, 0), sign == "!="))
    return tuple(found)


def uart(*more: Register, lcr: str = "rw") -> RegisterMap:
    return one_block(
        register("RBR", width=8, access=POP, when=when("LCR.DLAB == 0")),
        register("THR", width=8, access="wo", when=when("LCR.DLAB == 0")),
        register("DLL", width=8, when=when("LCR.DLAB == 1")),
        register("LCR", field("WLS", "1:0"), field("DLAB", "7", lcr), offset=3, width=8),
        *more,
    )


def looks(node: RegisterNode) -> list[str]:
    return [str(condition) for condition in node.presence.guards]


def condition(mask: int, expected: int, differs: bool = False, selector: int = 0) -> Condition:
    return Condition(Guard("S", expected, differs), selector, None, mask, expected)


@pytest.mark.parametrize(
    ("one", "other", "excludes"),
    [
        (condition(0x80, 0x80), condition(0x80, 0x00), True),
        (condition(0x80, 0x80), condition(0x80, 0x80), False),
        (condition(0x80, 0x80), condition(0x01, 0x00), False),
        (condition(0xFF, 0x81), condition(0x80, 0x00), True),
        (condition(0xFF, 0x81), condition(0x80, 0x80), False),
        (condition(0x80, 0x80), condition(0x80, 0x80, differs=True), True),
        (condition(0x80, 0x00), condition(0x80, 0x80, differs=True), False),
        (condition(0xFF, 0xBF), condition(0x80, 0x80, differs=True), True),
        # The whole word must not be 0xbf, and bit 7 alone does not tell whether it is.
        (condition(0x80, 0x80), condition(0xFF, 0xBF, differs=True), False),
        (condition(0x80, 0x80, differs=True), condition(0x80, 0x00, differs=True), False),
        (condition(0x80, 0x80), condition(0x80, 0x00, selector=1), False),
    ],
)
def test_conditions_that_never_hold_at_once(one: Condition, other: Condition, excludes: bool) -> None:
    assert one.excludes(other) is excludes
    assert other.excludes(one) is excludes


def test_what_is_read_once_its_view_was_seen_is_judged_by_the_views_of_then() -> None:
    nodes = uart(register("PLAIN", width=8)).by_path
    assert nodes["X.DLL"].safety.safe
    assert looks(nodes["X.DLL"]) == ["LCR.DLAB is 1"]
    assert nodes["X.RBR"].safety.skip is Skip.READ_SIDE_EFFECT
    assert (nodes["X.THR"].safety.skip, nodes["X.THR"].safety.acts) == (Skip.WRITE_ONLY, True)
    # What is always there meets the worst of them.
    assert nodes["X.PLAIN"].safety.skip is Skip.READ_SIDE_EFFECT
    assert "shares its bytes with X.RBR" in nodes["X.PLAIN"].safety.reason
    assert looks(nodes["X.PLAIN"]) == []


@pytest.mark.parametrize("access", ["wo", "rc"])
def test_a_selector_that_cannot_be_looked_at_leaves_everything_unknown(access: str) -> None:
    nodes = uart(lcr=access).by_path
    assert nodes["X.DLL"].safety.skip is Skip.INACTIVE
    assert "it is there while LCR.DLAB is 1, which cannot be" in nodes["X.DLL"].safety.reason
    assert nodes["X.DLL"].safety.acts
    assert looks(nodes["X.DLL"]) == []
    assert nodes["X.THR"].safety.skip is Skip.WRITE_ONLY


def test_views_without_a_condition_count_all() -> None:
    plain, acting = one_block(register("A", alt="one"), register("B", access="rc", alt="two")).nodes
    assert plain.safety.skip is Skip.READ_SIDE_EFFECT
    assert acting.safety.skip is Skip.READ_SIDE_EFFECT


def test_instances_of_different_views_count_all() -> None:
    blocks = [Block("a", 16, (register("A"),)), Block("b", 16, (register("B", access="rc"),))]
    instances = tuple(Instance(block.name.upper(), block, 0, block.name) for block in blocks)
    nodes = RegisterMap("m", (Region("r", 0, 16, instances),), tuple(blocks)).nodes
    assert nodes[0].safety.skip is Skip.READ_SIDE_EFFECT


def test_memory_counts_with_its_view() -> None:
    def nodes(conditions: Guards) -> Mapping[str, RegisterNode]:
        fifo = Memory("FIFO", 0, 64, 32, POP, when=conditions)
        a = register("A", offset=4, when=when("S == 1"))
        block = Block("b", 0x100, (a, fifo, register("S", offset=0x80)))
        return RegisterMap("m", (Region("r", 0, 0x100, (Instance("X", block),)),), (block,)).by_path

    assert nodes(when("S == 0"))["X.A"].safety.safe
    assert nodes(())["X.A"].safety.skip is Skip.READ_SIDE_EFFECT


def test_a_selector_that_is_not_always_there_is_looked_at_after_its_own() -> None:
    nodes = one_block(
        register("LCR", width=8, offset=3),
        register("EFR", field("EN", "4"), width=8, offset=2, when=when("LCR == 0xbf")),
        register("TCR", width=8, offset=6, when=when("EFR.EN == 1")),
        register("TLR", width=8, offset=7, when=when("EFR.EN == 1", "LCR != 0xbf")),
        register("A", width=8, offset=8, when=when("B == 1")),
        register("B", width=8, offset=9, when=when("A == 1")),
    ).by_path
    assert looks(nodes["X.TCR"]) == ["LCR is 0xbf", "EFR.EN is 1"]
    assert nodes["X.TCR"].safety.safe
    # EN cannot be seen while the register that needs it is there.
    assert nodes["X.TLR"].safety.skip is Skip.INACTIVE
    assert "that can be seen only while LCR is 0xbf" in nodes["X.TLR"].safety.reason
    assert nodes["X.A"].safety.skip is Skip.INACTIVE


def test_a_register_may_be_its_own_selector() -> None:
    pair = (
        register("A", field("MODE", "0"), field("X", "7:4"), alt="a", when=when("MODE == 0")),
        register("B", field("MODE", "0"), field("Y", "7:4"), alt="b", when=when("MODE == 1")),
    )
    nodes = one_block(*pair).nodes
    assert [looks(node) for node in nodes] == [[], []]
    assert all(node.safety.safe for node in nodes)
    assert [len(node.presence.when) for node in nodes] == [1, 1]


def test_a_path_starts_at_the_registers_own_group() -> None:
    group = Group(
        "CH",
        0x20,
        (register("MODE", field("S", "0")), register("R", offset=4, when=when("MODE.S == 1"))),
        array(2, 16),
    )
    nodes = one_block(group).by_path
    (seen,) = nodes["X.CH[1].R"].presence.guards
    assert seen.selector == nodes["X.CH[1].MODE"].index


# --- writing ----------------------------------------------------------------------------------


def test_a_write_looks_at_the_selector_and_stops_where_it_says_no() -> None:
    register_map = uart()
    made = compose(register_map, register_map.by_path["X.DLL"], [Edit(None, Operator.ASSIGN, 12)])
    why = "X.DLL is not there, which needs LCR.DLAB to be 1"
    assert made.transaction == (
        Read(3, 8, mask=0x80, expected=0x80, why=why),
        Write(0, 8, 12),
        Read(0, 8),
    )


def test_several_conditions_on_one_register_are_one_read() -> None:
    register_map = one_block(
        register("S", field("A", "0"), field("B", "7:4"), field("C", "8")),
        register("R", offset=4, when=when("S.A == 1", "S.B == 3", "S.C != 1")),
    )
    first, second, *_ = compose(
        register_map, register_map.by_path["X.R"], [Edit(None, Operator.ASSIGN, 1)]
    ).transaction
    assert isinstance(first, Read)
    assert isinstance(second, Read)
    assert (first.mask, first.expected, first.differs) == (0xF1, 0x31, False)
    assert (second.mask, second.expected, second.differs) == (0x100, 0x100, True)


def test_what_nobody_can_see_is_not_written() -> None:
    register_map = uart(lcr="wo")
    with pytest.raises(RefusedError, match=r"X\.DLL: it is there while LCR\.DLAB is 1, which cannot be read"):
        compose(register_map, register_map.by_path["X.DLL"], [Edit(None, Operator.ASSIGN, 1)])

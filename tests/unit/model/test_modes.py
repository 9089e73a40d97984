"""Edits of fields that are there only in a mode, and of bits that several views share."""

from __future__ import annotations

import pytest

from inspector.errors import RefusedError
from inspector.model.compose import Composition, compose
from inspector.model.decode import decode, summarise
from inspector.model.edit import parse_assignment
from inspector.model.guard import Guard
from inspector.model.register import Register
from inspector.model.registermap import RegisterMap
from inspector.model.restore import plan_restore
from inspector.model.transaction import Read, Write
from inspector.model.undo import undo
from tests.unit.model.build import field, one_block, register
from tests.unit.model.test_views import when

MODAL = register(
    "R",
    field("MODE", "7:6"),
    field("FLAGS", "3:0", "w1c", when=when("MODE == 0")),
    field("LEVEL", "3:0", when=when("MODE == 1")),
    field("COUNT", "5:0", when=when("MODE == 2")),
    field("EN", "5"),
    width=8,
    reset=0,
)
MODAL_TWO = register(
    "R",
    field("MODE", "7:6"),
    field("LOW", "3:0", when=when("MODE == 1")),
    field("ALL", "4:0", when=when("MODE == 2")),
    field("EN", "5"),
    width=8,
)


def write(
    one: Register, *texts: str, more: tuple[Register, ...] = (), shown: int | None = None
) -> Composition:
    register_map = one_block(one, *more)
    parsed = [parse_assignment(register_map, f"X.{one.name}.{text}") for text in texts]
    return compose(register_map, parsed[0][0], [edit for _, edit in parsed], shown=shown)


def first_read(made: Composition) -> Read:
    read = made.transaction[0]
    assert isinstance(read, Read)
    return read


def test_what_a_field_needs_of_its_register_is_asked_of_the_read_before_the_write() -> None:
    made = write(MODAL_TWO, "LOW=5")
    read, out, _ = made.transaction
    assert isinstance(read, Read)
    assert isinstance(out, Write)
    assert (read.mask, read.expected) == (0xC0, 0x40)
    assert read.why == "what is meant of X.R is not there, which needs MODE to be 1"
    assert (out.value, out.keep) == (5, 0xF0)


def test_no_read_is_needed_for_a_mode_but_that_it_holds() -> None:
    one = register("R", field("M", "7", "w1c"), field("F", "6:0", "w1c", when=when("M == 1")), width=8)
    made = write(one, "F=1")
    read, out, *_ = made.transaction
    assert isinstance(read, Read)
    assert (read.mask, read.expected) == (0x80, 0x80)
    assert out == Write(0, 8, 1)


def test_a_field_that_is_not_there_is_refused_and_the_same_edit_may_put_it_there() -> None:
    with pytest.raises(
        RefusedError, match="LOW is not there: MODE is 2, this view needs 1; set that in the same edit"
    ):
        write(MODAL_TWO, "LOW=5", shown=0x80)
    made = write(MODAL_TWO, "LOW=5", "MODE=1", shown=0x80)
    assert made.word(0x80) == 0x45
    with pytest.raises(RefusedError, match="LOW needs MODE to be 1, and the same edit says otherwise"):
        write(MODAL_TWO, "LOW=5", "MODE=2", shown=0x40)
    with pytest.raises(RefusedError, match="LOW needs MODE to be 1; state its value in the same edit"):
        write(MODAL_TWO, "LOW=5", "MODE=|1")
    # Its other bits are another field's as long as the mode is another one.
    with pytest.raises(RefusedError, match=r"LOW is there only with MODE .*; state its whole value"):
        write(MODAL_TWO, "LOW=|1", "MODE=1", shown=0x80)
    with pytest.raises(RefusedError, match="never there at once"):
        write(MODAL_TWO, "LOW=5", "ALL=1")


def test_neighbours_of_several_modes_get_a_value_that_leaves_all_of_them_alone() -> None:
    # In both modes the bits store: what is read goes back.
    assert write(MODAL_TWO, "EN=1").word(0x4F) == 0x6F
    # One clears what is written as 1, another stores.
    with pytest.raises(
        RefusedError, match="FLAGS or LEVEL or COUNT: which of these is there is not known"
    ) as refusal:
        write(MODAL, "EN=1")
    assert refusal.value.consent == "--assume-store"


@pytest.mark.parametrize(("shown", "word"), [(0x0F, 0x20), (0x4F, 0x6F)])
def test_the_value_shown_tells_which_mode_it_is_and_must_still_be_there(shown: int, word: int) -> None:
    made = write(MODAL, "EN=1", shown=shown)
    assert made.word(shown) == word
    assert first_read(made).mask & 0xC0 == 0xC0
    assert first_read(made).expected & 0xC0 == shown & 0xC0


def test_a_change_of_mode_must_leave_alone_what_either_mode_has() -> None:
    with pytest.raises(RefusedError, match="FLAGS or LEVEL"):
        write(MODAL, "MODE=1", shown=0x0F)
    assert write(MODAL_TWO, "MODE=1", shown=0x85).word(0x85) == 0x45


def test_a_mode_told_by_another_register_is_looked_at_first() -> None:
    control = register("CTRL", field("FAST", "2"), offset=4)
    one = register(
        "R",
        field("DIV", "7:0", when=when("CTRL.FAST == 1")),
        field("PIN", "7:0", "w1c", when=when("CTRL.FAST == 0")),
    )
    made = write(one, "DIV=3", more=(control,))
    assert first_read(made) == Read(
        4, 32, mask=4, expected=4, why="what is meant of X.R is not there, which needs CTRL.FAST to be 1"
    )
    assert [change.field.name for change in made.changes(None)] == ["DIV"]


def test_what_another_register_held_last_tells_and_is_looked_at_again() -> None:
    control = register("CTRL", field("FAST", "2"), offset=4)
    one = register(
        "R",
        field("DIV", "3:0", when=when("CTRL.FAST == 1")),
        field("PIN", "3:0", "w1c", when=when("CTRL.FAST == 0")),
        field("EN", "4"),
    )
    register_map = one_block(one, control)
    node, edit = parse_assignment(register_map, "X.R.EN=1")
    with pytest.raises(RefusedError, match="DIV or PIN"):
        compose(register_map, node, [edit])
    for held, word in ((4, 0x1F), (0, 0x10)):
        made = compose(register_map, node, [edit], word_of={register_map.by_path["X.CTRL"]: held}.get)
        assert (first_read(made).offset, first_read(made).mask, first_read(made).expected) == (4, 4, held)
        assert made.word(0x0F) == word


def test_views_of_the_same_bits_without_a_condition_leave_it_to_the_person() -> None:
    one = register(
        "R",
        field("OUT", "3:0", alt="out"),
        field("IN", "5:2", "w1c", alt="in"),
        field("OTHER", "7:6"),
        width=8,
    )
    # Whoever names a field says what its bits are; what only another view has of the rest counts.
    assert write(one, "OUT=1").word(0xFF) == 0xC1
    with pytest.raises(RefusedError, match="OUT or IN"):
        write(one, "OTHER=1")
    assert (
        write(register("R", field("A", "3:0", alt="a"), field("B", "3:0", alt="b"), width=8), "A=1").word(
            0x30
        )
        == 0x31
    )


def test_a_value_that_goes_back_goes_to_what_was_there_then() -> None:
    register_map = one_block(MODAL_TWO)
    (node,) = register_map.nodes
    plan = plan_restore(register_map, {node: 0x45}, {node: 0x9A})
    (step,) = plan.steps
    assert [each.name for each in step.fields] == ["MODE", "LOW"]
    # Bit 4 has no name in the mode that goes back.
    assert step.composition.word(0x9A) == 0x55
    (left,) = plan.left_out
    assert left.why == "no field names these bits"


def test_an_edit_is_undone_in_its_mode() -> None:
    made = write(MODAL_TWO, "LOW=5", shown=0x42)
    found = undo(made, 0x42, 0x45)
    assert [(edit.field and edit.field.name, edit.value) for edit in found.edits] == [("LOW", 2)]
    assert found.kept == ()


def test_dangers_are_those_of_what_is_meant() -> None:
    one = register(
        "R",
        field("M", "7"),
        field("A", "3:0", when=when("M == 0"), danger="the board resets"),
        field("B", "3:0", when=when("M == 1")),
        width=8,
    )
    assert write(one, "B=1").dangers == ()
    assert write(one, "A=1").dangers == ("X.R.A: the board resets",)


# --- decoding -----------------------------------------------------------------------------------


def test_a_word_is_decoded_by_the_mode_in_it() -> None:
    assert [(one.field.name, one.value) for one in decode(MODAL_TWO, 0x65)] == [
        ("MODE", 1),
        ("LOW", 5),
        ("EN", 1),
    ]
    assert [(one.field.name, one.value) for one in decode(MODAL_TWO, 0x95)] == [
        ("MODE", 2),
        ("ALL", 21),
        ("EN", 0),
    ]
    assert summarise(MODAL_TWO, 0x65) == "MODE 0x1 · LOW 0x5 · EN"


def test_what_another_register_decides_is_certain_only_where_that_is_known() -> None:
    one = register("R", field("DIV", "7:0", when=when("CTRL.FAST == 1")), field("EN", "8"))
    control = register("CTRL", field("FAST", "2"), offset=4)
    register_map: RegisterMap = one_block(one, control)
    node, selector = register_map.nodes
    unsure, sure = decode(one, 0x105)
    assert (unsure.field.name, unsure.unsure) == ("DIV", "CTRL.FAST == 1")
    assert (sure.field.name, sure.unsure) == ("EN", "")
    assert summarise(one, 0x105) == "EN"

    for word, names in ((4, ["DIV", "EN"]), (0, ["EN"])):
        known = register_map.known_of(node, {selector: word}.get)
        assert known == {Guard("CTRL.FAST", 1): word == 4}
        assert [decoded.field.name for decoded in decode(one, 0x105, known)] == names
        assert not any(decoded.unsure for decoded in decode(one, 0x105, known))

"""An edit under way, without a screen."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from inspector.errors import RefusedError, UsageError
from inspector.model.compose import Composition, compose
from inspector.model.edit import Edit
from inspector.model.format import Format, FormatType
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.ui.choosing import fitting
from inspector.ui.editing import Editing
from inspector.ui.pasting import tidy
from inspector.ui.words import operations_text
from tests.ui.driving import LEVELS, small_map
from tests.unit.model import build

MAP = small_map()


def begin(path: str, shown: int | None, register_map: RegisterMap = MAP) -> Editing:
    def composer(node: RegisterNode, edits: Sequence[Edit], value: int | None) -> Composition:
        return compose(register_map, node, edits, shown=value)

    return Editing(register_map.by_path[path], shown, composer)


def type_in(editing: Editing, text: str) -> None:
    for c in text:
        editing.key(c, c)


def field(editing: Editing, name: str) -> None:
    target = editing.node.register.field(name)
    assert target is not None
    editing.open(target)


def test_typing_replaces_the_proposal() -> None:
    editing = begin("DEV.CTRL", 0x10)
    editing.open(None)
    assert editing.line is not None
    assert editing.line.text == "0x0000_0010"
    type_in(editing, "0x20")
    assert editing.line.text == "0x20"
    assert editing.word == 0x20
    assert editing.composition is not None
    assert operations_text(editing.composition, 0x10) == "write 0x0000_0020 to 0x0000_1000 · read back"


def test_moving_the_caret_keeps_the_proposal() -> None:
    editing = begin("DEV.CTRL", 0x10)
    editing.open(None)
    editing.key("backspace", None)
    type_in(editing, "1")
    assert editing.word == 0x11


@pytest.mark.parametrize(
    ("text", "word"), [("|1", 0x11), ("&~0x10", 0), ("^0x11", 1), ("0b101", 5), ("1_0", 10), ("2K", 2048)]
)
def test_takes_all_that_the_command_line_takes(text: str, word: int) -> None:
    editing = begin("DEV.CTRL", 0x10)
    editing.open(None)
    type_in(editing, text)
    assert editing.word == word


def test_a_field_is_written_with_its_neighbours_as_they_are() -> None:
    editing = begin("DEV.CTRL", 0x10)
    field(editing, "EN")
    type_in(editing, "1")
    assert editing.word == 0x11
    assert editing.composition is not None
    text = operations_text(editing.composition, 0x10)
    assert text == "read 0x0000_1000, stop if it changed · write 0x0000_0011 · read back"


def test_the_start_of_a_name_chooses_it() -> None:
    editing = begin("DEV.CTRL", 0x10)
    field(editing, "MODE")
    assert [entry.name for entry in editing.choices] == ["off", "slow", "fast"]
    type_in(editing, "f")
    assert [entry.name for entry in editing.choices] == ["fast", "off"]
    assert editing.word == 0x20
    editing.key("down", None)
    assert editing.word == 0x00
    assert [entry.name for entry in editing.choices] == ["fast", "off"]


def test_choosing_by_arrow_goes_round() -> None:
    editing = begin("DEV.CTRL", 0x10)
    field(editing, "MODE")
    editing.key("down", None)
    assert editing.word == 0x20
    editing.key("down", None)
    assert editing.word == 0x00
    editing.key("up", None)
    assert editing.word == 0x20


def test_drafts_go_out_together() -> None:
    editing = begin("DEV.CTRL", 0x10)
    field(editing, "MODE")
    type_in(editing, "fast")
    editing.open(editing.next_target(1))
    assert editing.target is not None
    assert editing.target.name == "EN"
    type_in(editing, "1")
    assert editing.word == 0x21
    editing.open(editing.next_target(-1))
    assert editing.line is not None
    assert editing.line.text == "fast"
    assert editing.word == 0x21


def test_a_whole_value_turns_into_its_fields_when_going_on() -> None:
    editing = begin("DEV.CTRL", 0x10)
    editing.open(None)
    type_in(editing, "0x20")
    editing.open(editing.next_target(1))
    assert editing.target is not None
    editing.open(editing.next_target(1))
    type_in(editing, "1")
    assert editing.word == 0x21


def test_flags_are_proposed_their_verb() -> None:
    editing = begin("DEV.FLAGS", 0x3)
    field(editing, "DONE")
    assert editing.line is not None
    assert editing.line.text == "clear"
    assert editing.word == 0x1
    assert editing.meaning == "0x1"


def test_flips_and_takes_back() -> None:
    editing = begin("DEV.CTRL", 0x10)
    editing.flip(0)
    assert editing.word == 0x11
    editing.flip(5)
    assert editing.word == 0x31
    editing.flip(5)
    editing.flip(0)
    assert editing.empty
    assert editing.composition is None


def test_flips_a_flag_by_its_verb_and_unnamed_bits_by_xor() -> None:
    flags = begin("DEV.FLAGS", 0x3)
    flags.flip(1)
    assert flags.drafts == {"LATE": "clear"}
    assert flags.word == 0x2
    other = begin("MORE.R1", 0x1)
    other.flip(0)
    other.flip(4)
    assert other.drafts == {"": "^0x11"}
    assert other.word == 0x10


def test_follows_the_value_on_the_screen() -> None:
    editing = begin("DEV.CTRL", 0x10)
    field(editing, "EN")
    type_in(editing, "1")
    assert editing.see(0x20)
    assert editing.word == 0x21
    assert not editing.see(0x20)


def test_a_refusal_offers_the_whole_word() -> None:
    editing = begin("DEV.OWN", 0x0102)
    field(editing, "A")
    type_in(editing, "7")
    assert isinstance(editing.error, RefusedError)
    assert editing.composition is None
    assert editing.offered == 0x0107
    editing.take_offer()
    assert editing.target is None
    assert editing.word == 0x0107
    assert editing.composition is not None


def test_words_that_mean_nothing_are_an_error_and_no_operation() -> None:
    editing = begin("DEV.CTRL", 0x10)
    editing.open(None)
    type_in(editing, "zz")
    assert isinstance(editing.error, UsageError)
    assert editing.composition is None
    assert editing.word is None


def test_an_unknown_value_is_not_guessed() -> None:
    editing = begin("DEV.CTRL", None)
    field(editing, "EN")
    assert editing.line is not None
    assert editing.line.text == ""
    type_in(editing, "1")
    assert editing.word is None
    assert editing.composition is not None
    assert "write the word just read with changes" in operations_text(editing.composition, None)


def test_a_paste_takes_its_first_line() -> None:
    editing = begin("DEV.CTRL", 0x10)
    editing.open(None)
    editing.paste("  0x21  \n0x33\n")
    assert editing.word == 0x21
    editing.paste("")
    assert editing.word == 0x21


def test_a_whole_value_of_a_register_without_fields_survives_tab() -> None:
    editing = begin("MORE.R1", 0x1)
    editing.open(None)
    type_in(editing, "0x42")
    editing.open(editing.next_target(1))
    assert editing.line is not None
    assert editing.line.text == "0x42"
    assert editing.word == 0x42
    editing.rest()
    editing.flip(0)
    assert editing.word == 0x43


@pytest.mark.parametrize(("text", "word"), [("|1", 0x11), ("&~0x10", 0), ("^0x21", 0x31), ("1<<5|1", 0x21)])
def test_an_operation_on_the_whole_stays_meant_when_going_on(text: str, word: int) -> None:
    editing = begin("DEV.CTRL", 0x10)
    editing.open(None)
    type_in(editing, text)
    assert editing.word == word
    editing.open(editing.next_target(1))
    assert editing.word == word


def test_what_no_field_names_survives_tab_too() -> None:
    editing = begin("DEV.CTRL", 0x10)
    editing.open(None)
    type_in(editing, "0x8020")
    editing.open(editing.next_target(1))
    assert editing.drafts[""] == "^0x8000"
    assert editing.word == 0x8020
    editing.flip(15)
    assert editing.word == 0x20


def test_flips_on_after_an_operation_was_typed() -> None:
    editing = begin("MORE.R1", 0x1)
    editing.open(None)
    type_in(editing, "|1<<5")
    editing.flip(4)
    assert editing.word == 0x31


def test_a_draft_is_replaced_by_typing_and_kept_by_moving() -> None:
    editing = begin("DEV.CTRL", 0x10)
    field(editing, "MODE")
    type_in(editing, "fast")
    field(editing, "EN")
    field(editing, "MODE")
    assert editing.word == 0x20
    type_in(editing, "off")
    assert editing.word == 0x00


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", ["off", "slow", "fast"]),
        ("s", ["slow", "fast"]),
        ("st", ["fast"]),
        ("FA", ["fast"]),
        ("sw", ["slow"]),
        ("2", ["off", "slow", "fast"]),
        ("slow", ["off", "slow", "fast"]),
        ("x", []),
    ],
)
def test_filters_names_a_little_fuzzily(typed: str, names: list[str]) -> None:
    assert [entry.name for entry in fitting(typed, LEVELS.entries)] == names


def test_a_number_marks_the_name_that_it_has() -> None:
    editing = begin("DEV.CTRL", 0x10)
    field(editing, "MODE")
    type_in(editing, "2")
    assert editing.choices[editing.chosen].name == "fast"
    assert editing.word == 0x20


@pytest.mark.parametrize(
    ("typed", "meaning"),
    [
        ("3.3V", "0x34cd = 3.30005 V"),
        ("0x34cd", "3.30005 V"),
        ("1<<12", "0x1000 = 1 V"),
        ("|1", "0x3001 = 3.00024 V"),
        ("zz", ""),
    ],
)
def test_says_what_the_text_stands_for(typed: str, meaning: str) -> None:
    volts = build.field("VOLT", "15:0", format=Format(FormatType.UFIXED, frac=12), unit="V")
    register_map = build.one_block(build.register("SUPPLY", volts))
    editing = begin("X.SUPPLY", 0x3000, register_map)
    field(editing, "VOLT")
    assert editing.line is not None
    assert editing.line.text == "3 V"
    type_in(editing, typed)
    assert editing.meaning == meaning


@pytest.mark.parametrize(
    ("pasted", "text"),
    [
        ("\n\n  0x21 \nrest", "0x21"),
        ("0XFF,", "0xFF"),
        ("0x1234'5678UL;", "0x1234_5678"),
        ("100u", "100"),
        ("0FFh", "0x0FF"),
        ("10h", "10h"),
        ("32'h0000_1f00", "0x0000_1f00"),
        ("8'b1010", "0b1010"),
        ("4'd9", "9"),
        ("0x dead beef", "0xdeadbeef"),
        ("`fast`", "fast"),
        ("3.3 V", "3.3 V"),
        ("", ""),
    ],
)
def test_tidies_what_is_pasted(pasted: str, text: str) -> None:
    assert tidy(pasted) == text

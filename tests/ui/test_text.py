"""Lines, words, values, searches: the parts that need no screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from inspector.errors import NotPermitted, Stopped
from inspector.model.registermap import RegisterMap
from inspector.ui.consent import Consents, hardware_named
from inspector.ui.editline import EditLine
from inspector.ui.lines import clean, cut, fit, flow, length, plain, squeeze, titled, width_of, wrap
from inspector.ui.search import Search
from inspector.ui.values import ValueFormat
from inspector.ui.words import address_text, error_short, error_text, span_words
from tests.ui.driving import small_map
from tests.unit.model import build


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a\nb\tc", "a b c"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\u202e", r"\u202e"),
        ("é·✓", "é·✓"),
        ("[b]x[/]", "[b]x[/]"),
    ],
)
def test_clean_escapes_what_is_not_text(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_fit_cuts_with_a_mark_and_pads() -> None:
    assert fit("abcdef", 4) == "abc…"
    assert fit("ab", 4) == "ab  "
    assert fit("ab", 4, right=True) == "  ab"
    assert fit("ab", 0) == ""
    assert width_of(fit("日本語テキスト", 5)) == 5


def test_a_panel_without_a_title_has_its_rule_right_after_the_name() -> None:
    assert plain(titled("Region uart", "", 24)) == "─ Region uart ─────────"
    assert plain(titled("Map pl011", "UART", 24)) == "─ Map pl011  UART ─────"


def test_squeeze_keeps_both_ends() -> None:
    assert squeeze("CHANNEL[12].SOURCE", 12) == "CHA…].SOURCE"
    assert squeeze("SHORT", 12) == "SHORT"


def test_cut_keeps_looks_and_marks_the_loss() -> None:
    line = (("abc", "x"), ("def", "y"))
    assert cut(line, 6) == line
    assert cut(line, 5) == (("abc", "x"), ("d…", "y"))
    assert plain(cut(line, 3)) == "ab…"
    assert cut(line, 0) == ()


def test_wrap_breaks_at_words_in_any_script() -> None:
    assert wrap("one two three", 7) == ["one two", "three"]
    assert all(width_of(part) <= 6 for part in wrap("日本語 テキスト です", 6))
    assert wrap("", 5) == []


def test_flow_fills_lines() -> None:
    parts = [(("aaaa", "x"),), (("bbbb", "x"),), (("cccc", "x"),)]
    lines = flow(parts, (" · ", "y"), 11)
    assert [plain(line) for line in lines] == ["aaaa · bbbb", "cccc"]
    assert all(length(line) <= 11 for line in lines)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (59.9, "59 s"), (61, "1 min"), (7300, "2 h"), (200_000, "2 d")]
)
def test_spans_are_coarse(seconds: float, words: str) -> None:
    assert span_words(seconds) == words


def test_errors_keep_their_errno_in_sight() -> None:
    error = NotPermitted("/dev/mem may be opened by root only", errno_name="EACCES", advice="run as root")
    assert error_short(error) == "EACCES: /dev/mem may be opened by root only"
    assert error_text(error) == "/dev/mem may be opened by root only (EACCES): run as root"
    assert error_text(Stopped("it\x1b moved")) == r"it\x1b moved (ECANCELED)"


def test_addresses_are_grouped() -> None:
    assert address_text(0x9000018) == "0x0900_0018"
    assert address_text(0x1_0000_0000) == "0x0000_0001_0000_0000"


@pytest.mark.parametrize("form", list(ValueFormat))
@pytest.mark.parametrize("width", [8, 16, 32, 64])
def test_values_are_taken_back_by_an_edit(form: ValueFormat, width: int) -> None:
    from inspector.model.numbers import parse_number

    for value in (0, 1, (1 << width) - 1):
        text = form.render(value, width)
        assert parse_number(text) == value
        assert len(text) <= form.cells(width)


def test_the_edit_line_scrolls_with_its_caret() -> None:
    line = EditLine()
    for c in "abcdefghij":
        line.key(c, c)
    assert plain(line.spans(5)) == "ghij "
    line.key("home", None)
    assert plain(line.spans(5)) == "abcde"
    line.key("delete", None)
    line.key("end", None)
    line.key("ctrl+w", None)
    assert line.text == ""
    assert not line.key("f5", None)


def test_search_ranks_names_before_fields_before_text() -> None:
    search = Search(small_map())
    assert [(match.node.path, match.where) for match in search.find("d")][:1] == [("DEV.CTRL", "name")]
    (match,) = search.find("mode")
    assert match.where == "field"
    assert match.field is not None
    assert match.field.name == "MODE"
    (text,) = search.find("turns it on")
    assert text.where == "text"
    assert text.field is not None
    assert text.field.name == "EN"
    (own,) = search.find("what the device does")
    assert own.field is None
    (mixed,) = search.find("dev late")
    assert mixed.node.path == "DEV.FLAGS"
    assert mixed.field is not None
    assert search.find("  ") == []
    assert [match.node.path for match in search.find("more r39")] == ["MORE.R39"]


def test_search_is_complete_on_arrays() -> None:
    from tests.ui.test_painting import many

    assert len(Search(many(1000)).find("r99")) == 11


def test_the_register_that_is_called_so_comes_first() -> None:
    uart = build.one_block(
        build.register("LCR_H"), build.register("CR", offset=4), build.register("CRC", offset=8)
    )
    found = [match.node.local for match in Search(uart).find("cr")]
    assert found == ["CR", "CRC", "LCR_H"]


def with_source(source: str | None, *, bundled: bool = False) -> RegisterMap:
    return replace(small_map(source=source, digest="abc"), bundled=bundled)


@pytest.mark.parametrize(
    ("source", "backends", "bundled", "expected"),
    [
        ("devmem", [], False, {"main": "devmem"}),
        ("devmem", [], True, {}),
        ("devmem", ["sim"], False, {}),
        ("devmem", ["devmem"], False, {}),
        ("devmem", ["main=devmem"], False, {}),
        ("devmem", ["rest=devmem"], False, {"main": "devmem"}),
        ("sim", [], False, {}),
        (None, [], False, {}),
    ],
)
def test_consent_is_asked_for_what_the_map_itself_names(
    source: str | None, backends: list[str], bundled: bool, expected: dict[str, str]
) -> None:
    assert hardware_named(with_source(source, bundled=bundled), backends) == expected


def test_consent_is_remembered_by_content(tmp_path: Path) -> None:
    consents = Consents(tmp_path / "state" / "consents")
    assert not consents.given("abc")
    consents.give("abc")
    consents.give("")
    assert consents.given("abc")
    assert not consents.given("abd")
    assert not consents.given("")
    assert Consents(tmp_path / "state" / "consents").given("abc")


def test_consent_that_cannot_be_kept_is_asked_again(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    consents = Consents(blocked / "consents")
    consents.give("abc")
    assert not consents.given("abc")

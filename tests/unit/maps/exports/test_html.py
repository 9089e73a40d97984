"""The HTML page: nothing of a map can run in it, everything in it is found, and it tells what it must."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections import Counter
from html.parser import HTMLParser

import pytest

from inspector import maps
from inspector.maps.exports.bit_picture import layers
from inspector.maps.exports.html import export_html
from tests.unit.maps.exports.rich import HOSTILE, rich_map
from tests.unit.maps.loading import load_registers, register_of

VOID = {"meta", "input"}

OWN_TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "script",
        "body",
        "nav",
        "main",
        "header",
        "footer",
        "section",
    ),
    *("article", "h1", "h2", "h3", "p", "a", "b", "i", "code", "small", "span", "div", "input", "label"),
    *("details", "summary", "ol", "ul", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td"),
}


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.contents: dict[str, list[str]] = {}
        self.comments: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.contents.setdefault(self._open[-1] if self._open else "", []).append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def values(self, name: str) -> list[str]:
        return [value for _, attribute, value in self.attributes if attribute == name]

    @property
    def text(self) -> str:
        return "\n".join(
            "".join(parts) for tag, parts in self.contents.items() if tag not in ("style", "script")
        )


def page_of(name: str) -> Page:
    return Page(export_html(rich_map() if name == "rich" else maps.load(name)))


@pytest.mark.parametrize("name", [*maps.names(), "rich"])
def test_a_page_is_whole_and_its_own(name: str) -> None:
    page = page_of(name)
    assert page.comments == []
    assert {"src", "srcset", "style", "action", "onclick", "onerror"} & {
        name for _, name, _ in page.attributes
    } == set()
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    links = page.values("href")
    assert {link[1:] for link in links} <= set(ids)
    assert all(link.startswith("#") for link in links)
    assert set(page.values("data-for")) <= set(ids)
    assert set(page.tags) <= OWN_TAGS


def test_the_policy_allows_the_pages_own_style_and_script_alone() -> None:
    page = page_of("rich")
    (policy,) = (
        value
        for tag, name, value in page.attributes
        if (tag, name) == ("meta", "content") and "default-src" in value
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert (page.tags["style"], page.tags["script"]) == (1, 1)
    for tag in ("style", "script"):
        digest = hashlib.sha256("".join(page.contents[tag]).encode()).digest()
        assert rules[f"{tag}-src"] == f"'sha256-{base64.b64encode(digest).decode()}'"
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"


def test_hostile_text_is_text() -> None:
    page = page_of("rich")
    shown = HOSTILE.replace("\u202e", "<U+202E>").replace("\x9b", "<U+009B>")
    assert page.text.count(shown) >= 6
    assert "<b>x</b>" not in export_html(rich_map())


def test_registers_fields_and_effects_are_told() -> None:
    text = page_of("rich").text
    for words in (
        "reading takes an entry out of the FIFO",
        "It is there only while CTRL.EN == 1.",
        "while CTRL.EN == 1",
        "0x104 + 0x40·i + 0x8·j",
        "i = A, B, spare",
        "LANE[0…3]",
        "1 KiB of memory",
        "any other",
    ):
        assert words in text or words in "".join(text.split("\n")), words


def test_each_register_has_its_place_and_its_row() -> None:
    page = page_of("ahci")
    assert {"ahci", "ahci-cap", "ahci-port-i-cmd"} <= set(page.values("id"))
    # Six ports are one array: each of its registers is told once.
    registers = {re.sub(r"\[\d\]", "[i]", node.local) for node in maps.load("ahci").nodes}
    assert page.tags["article"] == len(registers | {"PORT[i]"})


def test_ten_thousand_registers_take_seconds() -> None:
    fields = "{A: 0, B: {bits: 7:4, enum: {0: x, 1: y}}, C: 31:16}"
    entries = "".join(
        f"R{i}: {{offset: {4 * i}, desc: What {i} does., fields: {fields}}}\n" for i in range(10_000)
    )
    loaded = load_registers(entries)
    started = time.process_time()
    page = export_html(loaded)
    assert time.process_time() - started < 20
    assert page.count("<article") == 10_000
    assert "content-visibility: auto" in page


# --- the picture of the bits -----------------------------------------------------------------


def cells(fields: str, width: int = 32, rest: str = "") -> list[list[tuple[int, int, str]]]:
    register = register_of(f"R: {{offset: 0, width: {width}, fields: {fields}{rest}}}")
    return [
        [(cell.msb, cell.lsb, "-" if cell.beyond else cell.label) for cell in layer.cells]
        for layer in layers(register)
    ]


def test_cells_cover_every_bit_and_none_crosses_a_half() -> None:
    assert cells("{A: 0, B: 20:12, C: 31:30}") == [
        [(31, 30, "C"), (29, 21, ""), (20, 16, "B[8:4]"), (15, 12, "B[3:0]"), (11, 1, ""), (0, 0, "A")]
    ]


def test_bits_apart_are_told_with_their_place_in_the_field() -> None:
    assert cells("{T: {bits: [7, 1:0]}}", 8) == [[(7, 7, "T[2]"), (6, 2, ""), (1, 0, "T[1:0]")]]


def test_a_row_is_filled_above_the_highest_bit() -> None:
    assert cells("{A: 39:0}", 40, ", access_width: 8")[0] == [
        (63, 48, "-"),
        (47, 40, "-"),
        (39, 32, "A[39:32]"),
        (31, 16, "A[31:16]"),
        (15, 0, "A[15:0]"),
    ]


def test_fields_that_share_bits_are_drawn_apart() -> None:
    assert cells("{A: {bits: 3:0, access: ro}, B: {bits: 7:0, access: wo}}", 8) == [
        [(7, 4, ""), (3, 0, "A")],
        [(7, 0, "B")],
    ]


def test_neighbours_of_one_field_know_each_other() -> None:
    register = register_of("R: {offset: 0, fields: {A: 23:8}}")
    (layer,) = layers(register)
    assert [(cell.goes_on, cell.continues) for cell in layer.cells] == [
        (False, False),
        (True, False),
        (False, True),
        (False, False),
    ]


def test_a_register_without_fields_has_no_picture() -> None:
    assert layers(register_of("R: 0")) == []


def test_the_page_is_the_same_each_time() -> None:
    assert export_html(rich_map()) == export_html(rich_map())

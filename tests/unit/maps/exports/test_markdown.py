"""The Markdown document, parsed as repositories do."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from inspector import maps
from inspector.maps.exports.markdown import escape, export_markdown
from tests.unit.maps.exports.rich import HOSTILE, rich_map
from tests.unit.maps.loading import load_registers

ANCHOR = re.compile(r'<a id="[a-z0-9_-]+">|</a>')


def tokens(document: str) -> list[Token]:
    found: list[Token] = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(document):
        found += [token, *(token.children or ())]
    return found


def tables(document: str) -> list[list[list[str]]]:
    """The text of each table's cells, markup taken off."""
    found: list[list[list[str]]] = []
    in_cell = False
    for token in MarkdownIt("commonmark").enable("table").parse(document):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type in ("td_open", "th_open"):
            in_cell = True
        elif token.type == "inline" and in_cell:
            parts = [
                child.content
                for child in token.children or ()
                if child.type in ("text", "code_inline", "text_special")
            ]
            found[-1][-1].append("".join(parts))
            in_cell = False
    return found


@pytest.mark.parametrize("name", [*maps.names(), "rich"])
def test_the_markup_is_the_documents_own(name: str) -> None:
    document = export_markdown(rich_map() if name == "rich" else maps.load(name))
    found = tokens(document)
    html = [token.content for token in found if token.type.startswith("html")]
    assert all(
        ANCHOR.fullmatch(part) for content in html for part in re.findall("<[^>]*>", content) or [content]
    )
    places = {match for content in html for match in re.findall('id="([^"]*)"', content)}
    links = [str(token.attrs["href"]) for token in found if token.type == "link_open"]
    assert links
    assert {link.removeprefix("#") for link in links} <= places
    assert len(places) == sum(content.count("id=") for content in html)
    assert not {"image", "strong_open", "em_open", "s_open", "fence", "blockquote_open", "hr"} & {
        t.type for t in found
    }


def test_hostile_text_is_told_as_it_is() -> None:
    document = export_markdown(rich_map())
    text = "".join(t.content for t in tokens(document) if t.type in ("text", "text_special"))
    shown = HOSTILE.replace("\u202e", "<U+202E>").replace("\x9b", "<U+009B>")
    assert text.count(shown) >= 5
    assert not re.search("[\u202e\x9b\x00-\x09\x0b-\x1f]", document)


def test_tables_tell_registers_bits_and_values() -> None:
    document = export_markdown(
        load_registers(
            """
            R:
              offset: 4
              width: 16
              access: w1c
              reset: 0x30
              reset_mask: 0xf0
              desc: First sentence. Second one.
              fields:
                A: {bits: 7:4, access: ro, enum: {0: off, 3..4: on, default: odd}}
                B: {bits: [9, 1:0], on_read: clear, desc: What it is}
                L: {bits: 10, count: 4}
            CH: {offset: 0x10, count: 3, stride: 8, title: Channel, registers: {X: {offset: 4, access: wo}}}
            """,
            regions="regions: {m: {base: 0x1000, size: 4K, instances: {I: b}}}\n",
        )
    )
    overview, registers, fields, values = tables(document)
    assert overview[1][:4] == ["I", "0x0000_1000", "40 B", "b"]
    assert registers[1:] == [
        ["0x04", "R", "16", "ro, w1c (reading: clear), w1c", "0x--3-", "First sentence."],
        ["0x10 + 0x8·i", "CH[i]", "", "", "", "i = 0…2: Channel"],
        ["0x14 + 0x8·i", "CH[i].X", "32", "wo", "", ""],
    ]
    assert fields[1:] == [
        ["7:4", "A", "ro", "0x3", ""],
        ["9,1:0", "B", "w1c: reading clears; writing 1 clears", "", "What it is"],
        ["10, 11 … 13", "L[0…3]", "w1c: writing 1 clears", "", ""],
    ]
    assert values == [["A", "Name"], ["0", "off"], ["3..4", "on"], ["any other", "odd"]]
    assert "reset 0x0030 in the bits 0x00f0" in document
    assert document.count("`CH[i].X`") == 2


def test_an_array_of_a_million_is_one_row() -> None:
    document = export_markdown(load_registers("R: {offset: 0, count: 1000000, stride: 4}"))
    assert len(document) < 2_000
    assert "i = 0…999999" in document


def test_conditions_views_and_memory_are_told() -> None:
    document = export_markdown(rich_map())
    for words in (
        "It is there only while CTRL.EN == 1.",
        "It belongs to the view other.",
        "1 KiB of memory, 256 words of 32 bits.",
        "It takes 4 accesses of 32 bits, and so is not atomic; the least significant word",
        "i = A, B, spare",
        "at(j) is 0x0, 0xc, 0x4.",
    ):
        assert words in document


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain FOO_BAR text, 2 * 3", r"plain FOO_BAR text, 2 \* 3"),
        ("# no heading", r"\# no heading"),
        ("12. no list", r"12\. no list"),
        ("- no list\n\n- either", r"\- no list - either"),
        ("_x_", r"\_x\_"),
        ("&lt; & <", "&amp;lt; & &lt;"),
        ("see https://example.org/a_b", "see https://example.org/a_b"),
    ],
)
def test_only_what_is_markup_is_escaped(text: str, escaped: str) -> None:
    assert escape(text) == escaped

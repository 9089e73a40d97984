"""A map as one page of HTML that needs nothing else: no network, no script to be read.

Nothing of a map can run: every text is escaped, and the page's own policy allows the one style sheet and
the one script by their digests.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from inspector.maps.exports.anchors import Anchors
from inspector.maps.exports.bit_picture import layers
from inspector.maps.exports.field_rows import FieldRow, field_rows
from inspector.maps.exports.html_parts import code, picture, tag, text
from inspector.maps.exports.notes import field_notes, memory_notes, region_notes, register_notes
from inspector.maps.exports.outline import Entry, Site, offset_digits, outline, placed_blocks, sites
from inspector.maps.exports.texts import (
    address_text,
    enumerations,
    field_effects,
    field_reset,
    heading,
    origin,
    paragraphs,
    reset_digits,
    reset_text,
    size_text,
    summary,
    value_names,
)
from inspector.model.enumeration import Enumeration
from inspector.model.field import Field
from inspector.model.register import Block, Group, Memory, Register
from inspector.model.registermap import RegisterMap

STYLE, SCRIPT = "page.css", "page.js"
"""What the page looks like, and the little that its script does; neither holds anything of a map."""

MOST_OPEN = 400
"""Entries up to which the navigation shows all of them at first."""

_OWN_PLACES = ("find", "found", "menu", "contents", "map")
"""Places of the page that no register may have the name of."""

_KEY = (
    ("store", "rw", "what is written stays"),
    ("", "ro", "only read"),
    ("wo", "wo", "only written"),
    ("acts", "w1c", "writing acts: clears, sets, toggles, triggers"),
    ("danger", "rc", "reading acts"),
)


def export_html(register_map: RegisterMap) -> str:
    """The page's text; it ends with a line break."""
    return "\n".join(_Page(register_map).lines()) + "\n"


def _digest(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


class _Page:
    def __init__(self, register_map: RegisterMap) -> None:
        self._map = register_map
        self._anchors = Anchors()
        for name in _OWN_PLACES:
            self._anchors.take(name)
        self._blocks = placed_blocks(register_map)
        self._places = {block: self._anchors.take(block.name) for block in self._blocks}
        self._entries = {
            block: [(entry, self._anchors.take(block.name, entry.path)) for entry in outline(block)]
            for block in self._blocks
        }

    def lines(self) -> Iterator[str]:
        style, script = (
            Path(__file__).with_name(name).read_text(encoding="utf-8") for name in (STYLE, SCRIPT)
        )
        policy = (
            f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
            "base-uri 'none'; form-action 'none'"
        )
        title = text(heading(self._map))
        yield "<!DOCTYPE html>"
        yield '<html lang="en">'
        yield '<head><meta charset="utf-8">'
        yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield f"<title>{title}</title>"
        yield f"<style>{style}</style></head>"
        yield '<body><input type="checkbox" id="menu" aria-label="Show the contents">'
        yield '<label class="menu" for="menu">Contents</label>'
        yield from self._navigation(title)
        yield "<main>"
        yield from self._header(title)
        yield from self._memory_map()
        for block, places in self._blocks.items():
            yield from self._block(block, places)
        yield f"<footer>Made from the register map {code(self._map.name)}.</footer>"
        yield f"</main><script>{script}</script></body></html>"

    def _navigation(self, title: str) -> Iterator[str]:
        total = sum(map(len, self._entries.values()))
        opened = " open" if total <= MOST_OPEN else ""
        yield f'<nav id="contents" aria-label="Contents"><a class="home" href="#map">{title}</a>'
        yield (
            '<input id="find" type="search" placeholder="Find a register or field  /" '
            'aria-label="Find a register or field" hidden><p id="found" role="status" hidden></p>'
        )
        for block, anchor in self._places.items():
            digits = offset_digits(block)
            yield f'<details{opened}><summary><a href="#{anchor}">{code(block.name)}</a></summary><ol>'
            for entry, target in self._entries[block]:
                depth = f' class="d{min(entry.depth, 3)}"' if entry.depth else ""
                name = entry.path.rpartition(".")[2]
                place = f"<span>0x{entry.offset:0{digits}x}</span>"
                yield f'<li{depth}><a href="#{target}">{code(name)}{place}</a></li>'
            yield "</ol></details>"
        yield "</nav>"

    def _header(self, title: str) -> Iterator[str]:
        yield f"<header><h1>{title}</h1>"
        yield from _paragraphs(self._map.desc)
        facts = origin(self._map)
        if facts:
            rows = "".join(f"<dt>{what}</dt><dd>{text(value)}</dd>" for what, value in facts)
            yield f'<dl class="origin">{rows}</dl>'
        tags = "".join(
            f'<li><span class="tag {kind}">{token}</span> {words}</li>' for kind, token, words in _KEY
        )
        yield f'<ul class="key">{tags}</ul></header>'

    def _memory_map(self) -> Iterator[str]:
        yield '<section id="map"><h2>Memory map</h2>'
        yield from _table_head("list", "Instance", "Base", "Size", "Block", "What it is")
        for site in sites(self._map):
            instance, block = site.instance, site.instance.block
            yield (
                f'<tr><td>{code(site.name)}</td><td class="mono">{_base(site)}</td>'
                f'<td class="mono">{size_text(block.size)}</td>'
                f'<td><a href="#{self._places[block]}">{code(block.name)}</a></td>'
                f"<td>{text(summary(instance.title, instance.desc, block.title, block.desc))}</td></tr>"
            )
        yield "</tbody></table>"
        notes = []
        for region in self._map.regions:
            base = "at an address known at run time" if region.base is None else address_text(region.base)
            told = [f"Region {code(region.name)}: {size_text(region.size)}, {base}, {region.open.value}."]
            notes.append(" ".join([*told, *map(text, region_notes(region))]))
        yield from _notes(notes)
        yield "</section>"

    def _block(self, block: Block, places: Sequence[Site]) -> Iterator[str]:
        anchor = self._places[block]
        yield f'<section id="{anchor}"><h2>{code(block.name)}{_title(block.title)}{_link(anchor)}</h2>'
        yield from _paragraphs(block.desc)
        if places:
            told = ", ".join(f"{code(site.name)} at {_base(site)}" for site in places)
            yield f'<p class="facts"><span><b>Instances</b>{told}</span></p>'
        if block.doc:
            yield f'<p class="facts"><span><b>Data sheet</b>{text(block.doc)}</span></p>'
        if block.needs is not None:
            yield f'<p class="warn">Touch nothing of it unless {code(str(block.needs))}.</p>'
        digits = offset_digits(block)
        yield from _table_head("list", "Offset", "Name", "Bits", "Access", "Reset", "What it is")
        for entry, target in self._entries[block]:
            yield _summary_row(entry, target, digits)
        yield "</tbody></table>"
        for entry, target in self._entries[block]:
            yield from _article(entry, target, digits)
        yield "</section>"


def _base(site: Site) -> str:
    if site.address is None:
        return f"{code(site.region.name)} + {site.instance.offset:#x}"
    return f'<span class="mono">{address_text(site.address)}</span>'


def _summary_row(entry: Entry, anchor: str, digits: int) -> str:
    element = entry.element
    told = text(summary(element.title, element.desc))
    axis = entry.own_axis
    if axis is not None:
        told = f"{text(axis.range)}: {told}" if told else text(axis.range)
    width, access, reset = "", "", ""
    if isinstance(element, Register):
        width, reset = str(element.width), reset_digits(element)
        access = " ".join(dict.fromkeys(map(tag, element.parts())))
    elif isinstance(element, Memory):
        width, access = size_text(element.size), tag(element.access)
    return (
        f'<tr data-for="{anchor}"><td class="mono">{entry.place(digits)}</td>'
        f'<td><a href="#{anchor}">{code(entry.path)}</a></td><td>{width}</td>'
        f'<td>{access}</td><td class="mono">{reset}</td><td>{told}</td></tr>'
    )


def _article(entry: Entry, anchor: str, digits: int) -> Iterator[str]:
    element = entry.element
    kind = ' class="group"' if isinstance(element, Group) else ""
    yield f'<article id="{anchor}"{kind}><h3>{code(entry.path)}{_title(element.title)}{_link(anchor)}</h3>'
    facts = [f'<b>Offset</b><span class="mono">{entry.place(digits)}</span>']
    facts += [f"<b>for</b>{text(axis.range)}" for axis in entry.axes]
    if not isinstance(element, Group):
        facts.append(f"{element.width} bits")
        facts.append(f"{tag(element.access)} {text(element.access.describe())}")
    if isinstance(element, Register) and reset_text(element):
        facts.append(f'<b>Reset</b><span class="mono">{reset_text(element)}</span>')
    yield f'<p class="facts">{"".join(f"<span>{fact}</span>" for fact in facts)}</p>'
    yield from _paragraphs(element.desc)
    notes = [f"at({axis.letter}) is {axis.places}." for axis in entry.axes if axis.places]
    notes += register_notes(element) if isinstance(element, Register) else []
    notes += memory_notes(element) if isinstance(element, Memory) else []
    yield from _notes(_note(note) for note in notes)
    if isinstance(element, Register):
        if element.enum is not None:
            yield from _values(element.enum, "")
        for layer in layers(element):
            yield from picture(layer)
        yield from _fields(element)
    yield "</article>"


def _fields(register: Register) -> Iterator[str]:
    rows = field_rows(register)
    if not rows:
        return
    yield from _table_head("fields", "Bits", "Field", "Access", "Reset", "Meaning")
    for row in rows:
        yield _field_row(row, register)
    yield "</tbody></table>"


def _field_row(row: FieldRow, register: Register) -> str:
    field = row.first
    effects = field_effects(field, register)
    effect = f'<span class="effect">{text(effects)}</span>' if effects else ""
    reset = field_reset(row)
    return (
        f'<tr><td class="mono">{row.bits}</td><td>{code(row.name)}</td>'
        f"<td>{tag(field.access)}{effect}</td>"
        f'<td class="mono" data-t="reset">{text(reset)}</td><td>{_meaning(field, register)}</td></tr>'
    )


def _meaning(field: Field, register: Register) -> str:
    parts = [f"<p>{text(told)}</p>" for told in [*paragraphs(field.title), *paragraphs(field.desc)]]
    parts += [f"<p>{_note(note)}</p>" for note in field_notes(field, register)]
    for usage, enum in enumerations(field):
        parts += _values(enum, usage)
    return "".join(parts)


def _values(enum: Enumeration, usage: str) -> Iterator[str]:
    if usage:
        yield f'<p class="usage">{usage}</p>'
    items = "".join(
        f"<li>{code(value)}<span>{text(name)}{_danger(danger)}</span></li>"
        for value, name, danger in value_names(enum)
    )
    yield f'<ul class="values">{items}</ul>'


def _danger(danger: str) -> str:
    return f' <span class="warn">{text(danger)}</span>' if danger else ""


def _note(note: str) -> str:
    return f'<span class="warn">{text(note)}</span>' if note.startswith("Danger") else text(note)


def _notes(notes: Iterable[str]) -> Iterator[str]:
    items = "".join(f"<li>{note}</li>" for note in notes)
    if items:
        yield f'<ul class="notes">{items}</ul>'


def _paragraphs(value: str) -> Iterator[str]:
    for paragraph in paragraphs(value):
        yield f"<p>{text(paragraph)}</p>"


def _title(value: str) -> str:
    return f"<small>{text(value)}</small>" if value.strip() else ""


def _link(anchor: str) -> str:
    return f'<a class="to" href="#{anchor}" aria-label="Link to this">#</a>'


def _table_head(kind: str, *titles: str) -> Iterator[str]:
    cells = "".join(f"<th>{title}</th>" for title in titles)
    yield f'<table class="{kind}"><thead><tr>{cells}</tr></thead><tbody>'

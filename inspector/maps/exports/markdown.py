"""A map as documentation in Markdown, in the dialect that repositories show (CommonMark with tables)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from inspector.maps.exports.anchors import Anchors
from inspector.maps.exports.field_rows import FieldRow, field_rows
from inspector.maps.exports.notes import field_notes, memory_notes, region_notes, register_notes
from inspector.maps.exports.outline import (
    Entry,
    Site,
    offset_digits,
    outline,
    placed_blocks,
    sites,
)
from inspector.maps.exports.texts import (
    access_token,
    address_text,
    enumerations,
    field_effects,
    field_reset,
    heading,
    near_token,
    one_line,
    origin,
    paragraphs,
    register_tokens,
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


def export_markdown(register_map: RegisterMap) -> str:
    """The document's text; it ends with a line break."""
    return "\n".join(_Document(register_map).lines()) + "\n"


class _Document:
    def __init__(self, register_map: RegisterMap) -> None:
        self._map = register_map
        self._blocks = placed_blocks(register_map)
        self._anchors = Anchors()
        self._overview = self._anchors.take("memory-map")
        self._places = {block: self._anchors.take(block.name) for block in self._blocks}

    def lines(self) -> Iterator[str]:
        yield from (f"# {escape(heading(self._map))}", "")
        for text in paragraphs(self._map.desc):
            yield from (escape(text), "")
        facts = origin(self._map)
        if facts:
            yield from (*(f"- {what}: {escape(text)}" for what, text in facts), "")
        yield from self._contents()
        yield from self._memory_map()
        for block, places in self._blocks.items():
            yield from self._block(block, places)

    def _contents(self) -> Iterator[str]:
        yield from ("## Contents", "", f"- [Memory map](#{self._overview})")
        for block, anchor in self._places.items():
            title = f": {escape(one_line(block.title))}" if block.title.strip() else ""
            yield f"- [{code(block.name)}](#{anchor}){title}"
        yield ""

    def _memory_map(self) -> Iterator[str]:
        yield from (f'<a id="{self._overview}"></a>', "", "## Memory map", "")
        yield from _table_head("Instance", "Base", "Size", "Block", "What it is")
        for site in sites(self._map):
            instance, block = site.instance, site.instance.block
            base = address_text(site.address)
            if site.address is None:
                base = f"{code(site.region.name)} + {instance.offset:#x}"
            yield _row(
                code(site.name),
                base,
                size_text(block.size),
                f"[{code(block.name)}](#{self._places[block]})",
                escape(summary(instance.title, instance.desc, block.title, block.desc)),
            )
        yield ""
        for region in self._map.regions:
            base = "at an address known at run time" if region.base is None else address_text(region.base)
            text = f"- Region {code(region.name)}: {size_text(region.size)}, {base}, {region.open.value}."
            yield " ".join([text, *map(escape, region_notes(region))])
        if self._map.regions:
            yield ""

    def _block(self, block: Block, places: Sequence[Site]) -> Iterator[str]:
        anchor = self._places[block]
        title = f": {escape(one_line(block.title))}" if block.title.strip() else ""
        yield from (f'<a id="{anchor}"></a>', "", f"## {code(block.name)}{title}", "")
        for text in paragraphs(block.desc):
            yield from (escape(text), "")
        told = [f"{code(site.name)} ({_base(site)})" for site in places]
        if told:
            yield from (f"Instances: {', '.join(told)}.", "")
        if block.doc:
            yield from (f"Data sheet: {escape(one_line(block.doc))}.", "")
        if block.needs is not None:
            yield from (f"Touch nothing of it unless {code(str(block.needs))}.", "")
        digits = offset_digits(block)
        entries = [(entry, self._anchors.take(block.name, entry.path)) for entry in outline(block)]
        yield from _table_head("Offset", "Name", "Bits", "Access", "Reset", "What it is")
        for entry, target in entries:
            yield _summary_row(entry, target, digits)
        yield ""
        for entry, target in entries:
            yield from _details(entry, target, digits)


def _base(site: Site) -> str:
    if site.address is None:
        return f"{code(site.region.name)} + {site.instance.offset:#x}"
    return address_text(site.address)


def _summary_row(entry: Entry, anchor: str, digits: int) -> str:
    element = entry.element
    name = f"[{code(entry.path)}](#{anchor})"
    axis = entry.own_axis
    told = escape(summary(element.title, element.desc))
    if axis is not None:
        told = f"{axis.range}: {told}" if told else axis.range
    match element:
        case Register():
            facts = (str(element.width), register_tokens(element), reset_digits(element))
        case Memory():
            facts = (size_text(element.size), access_token(element.access), "")
        case Group():
            facts = ("", "", "")
    return _row(f"`{entry.place(digits)}`", name, *facts, told)


def _details(entry: Entry, anchor: str, digits: int) -> Iterator[str]:
    element = entry.element
    title = f": {escape(one_line(element.title))}" if element.title.strip() else ""
    level = min(3 + entry.depth, 6)
    yield from (f'<a id="{anchor}"></a>', "", f"{'#' * level} {code(entry.path)}{title}", "")
    facts = [f"Offset `{entry.place(digits)}`"]
    facts += [axis.range for axis in entry.axes]
    if not isinstance(element, Group):
        facts.append(f"{element.width} bits")
        facts.append(escape(element.access.describe()))
    if isinstance(element, Register) and reset_text(element):
        facts.append(f"reset {reset_text(element)}")
    yield from (", ".join(facts) + ".", "")
    for axis in entry.axes:
        if axis.places:
            yield from (f"at({axis.letter}) is {axis.places}.", "")
    for text in paragraphs(element.desc):
        yield from (escape(text), "")
    notes = register_notes(element) if isinstance(element, Register) else []
    notes += memory_notes(element) if isinstance(element, Memory) else []
    if notes:
        yield from (*(f"- {escape(note)}" for note in notes), "")
    if isinstance(element, Register):
        yield from _fields(element)


def _fields(register: Register) -> Iterator[str]:
    if register.enum is not None:
        yield from _values(register.enum, "Values")
    rows = field_rows(register)
    if not rows:
        return
    yield from _table_head("Bits", "Field", "Access", "Reset", "Meaning")
    for row in rows:
        field = row.first
        told = [*paragraphs(field.title), *paragraphs(field.desc), *field_notes(field, register)]
        yield _row(
            row.bits,
            code(row.name),
            _access(field, register),
            field_reset(row),
            escape(" ".join(told)),
        )
    yield ""
    for row in rows:
        yield from _field_values(row)


def _field_values(row: FieldRow) -> Iterator[str]:
    for usage, enum in enumerations(row.first):
        yield from _values(enum, f"{code(row.name)}{f' {usage}' if usage else ''}")


def _values(enum: Enumeration, title: str) -> Iterator[str]:
    yield from _table_head(title, "Name")
    for value, name, danger in value_names(enum):
        yield _row(code(value), escape(f"{name}. Danger: {danger}" if danger else name))
    yield ""


def _access(field: Field, register: Register) -> str:
    effects = field_effects(field, register)
    return f"{near_token(field.access)}: {effects}" if effects else near_token(field.access)


# --- the markup ------------------------------------------------------------------------------

_MARKUP = re.compile(r"[\\`*\[\]|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|^[-+=#:]")
_LIST_NUMBER = re.compile(r"^([0-9]+)([.)])")


def escape(text: str) -> str:
    """One line of a map's text, in which nothing is markup or HTML; a bare address stays one."""
    line = re.sub(r"&(?=[#A-Za-z])", "&amp;", one_line(text)).replace("<", "&lt;").replace(">", "&gt;")
    return _LIST_NUMBER.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", line))


def code(text: str) -> str:
    """A name in the type of programs, as one line; what would end it there is escaped text."""
    line = one_line(text)
    return escape(line) if "`" in line or "|" in line or not line else f"`{line}`"


def _table_head(*titles: str) -> Iterator[str]:
    yield _row(*titles)
    yield _row(*("---" for _ in titles))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"

"""The documentation sheet: all that the map says of a register, its fields, its block and its region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from inspector.model.enumeration import Enumeration
from inspector.model.field import Field
from inspector.model.numbers import group_hex
from inspector.model.registermap import Region, RegisterMap, RegisterNode
from inspector.ui.ask import Pane
from inspector.ui.bars import Keys
from inspector.ui.bitpicture import field_looks
from inspector.ui.condition import VITAL
from inspector.ui.fieldfacts import field_facts
from inspector.ui.fieldlist import fields_of
from inspector.ui.lines import Line, clean, cut, flow, titled
from inspector.ui.markdown import flowed, in_one_line, rendered
from inspector.ui.sheets import CurrentSheet
from inspector.ui.words import address_text, place_text, size_text

if TYPE_CHECKING:
    from inspector.ui.screen import MainScreen

_MOST_NAMES = 64
"""Names of an enumeration that are listed."""


class DocumentationSheet(CurrentSheet):
    """What the map says, in full; it scrolls."""

    does: ClassVar[Mapping[str, str]] = {"documentation": "back", "source": "source"}

    def __init__(
        self, main: MainScreen, region: Region, node: RegisterNode | None = None, field: Field | None = None
    ) -> None:
        """Show the text of a region, and of a register of it; scrolled to ``field`` where one is given."""
        super().__init__(main)
        self._region = region
        self._node = node
        self._field = field
        self._place_of_field = 0

    def on_mount(self) -> None:
        """Write the text, from the selected field on."""
        super().on_mount()
        self.call_after_refresh(self._scroll)

    def _scroll(self) -> None:
        if self._field is not None:
            self.query_one(Pane).scroll_to(y=self._place_of_field, animate=False)

    def lines(self, width: int) -> list[Line]:
        """The register, its fields, then what it belongs to."""
        lines: list[Line] = []
        node, region = self._node, self._region
        if node is not None:
            lines += self._register(node, width)
            value = self._main.live.sample(node).value
            looks = field_looks(node.register)
            for field in fields_of(node.register):
                if field is self._field:
                    self._place_of_field = len(lines)
                part = None if value is None else field.bits.extract(value)
                lines += [*_field_lines(field, part, looks[field.name], width), ()]
            lines += _instance_lines(node, width)
        base = self._main.live.base(region.name)
        place = size_text(region.size) + ("" if base is None else f" at {address_text(base)}")
        lines.append(titled(f"Region {clean(region.name)}", clean(region.title), width))
        lines += [*_texts(width, place, look="dim"), *_texts(width, region.desc), ()]
        lines += _map_lines(self._main.map, width)
        return [cut(line, width) for line in lines]

    def _register(self, node: RegisterNode, width: int) -> Iterator[Line]:
        register = node.register
        yield titled(clean(node.path), clean(register.title), width)
        facts = [
            place_text(node, self._main.live.base(node.region.name)),
            f"offset {node.offset - node.instance.offset:#x} in {clean(node.instance.name)}",
            f"{node.width} bit",
        ]
        if not register.fields:
            facts.append(register.access.describe())
        if register.reset is not None:
            facts.append(f"reset {group_hex(register.reset, node.width)}")
        yield from flow(
            [((f"  {fact}" if not i else fact, "dim"),) for i, fact in enumerate(facts)], _DOT, width
        )
        if register.danger:
            yield from _texts(width, f"{VITAL} {register.danger}", look="changed")
        yield ()
        yield from _texts(width, register.desc, register.doc)
        if register.enum is not None:
            yield from _names(register.enum, self._main.live.sample(node).value, width)
        if register.desc or register.doc or register.enum:
            yield ()

    def keys(self) -> Keys:
        """What can be done from here."""
        source = (self._main.keyboard.label("source"), "source", "screen.source")
        return (
            *([source] if self._node is not None else []),
            ("↑ ↓", "scroll", ""),
            ("Esc", "back", "screen.back"),
        )

    def action_source(self) -> None:
        """Show where the map says it."""
        self.dismiss(None)
        if self._node is not None:
            self._main.reference.open_source(self._node, self._field)


_DOT = (" · ", "faint")


def _indented(text: str, look: str = "dim") -> Line:
    return ((f"  {text}", look),)


def _texts(width: int, *texts: str, look: str = "text") -> Iterator[Line]:
    """Texts of the map, parted by empty lines."""
    for number, text in enumerate(each for each in texts if each.strip()):
        if number:
            yield ()
        for line in rendered(text, max(width - 2, 8), look):
            yield (("  ", "text"), *line)


def _field_lines(field: Field, value: int | None, look: str, width: int) -> Iterator[Line]:
    """A field: its name and bits, what it means, what holds for it, and its values' names."""
    head: Line = (
        (f"  {clean(field.name)}", look),
        (f"  {field.bits}  {field.access.token}", "dim"),
        (f"  {clean(field.title)}" if field.title else "", "strong"),
    )
    if value is not None and field.access.readable:
        number = str(value) if field.width == 1 else f"{value:#x}"
        shown = clean(field.render(value))
        head = (*head, (f"   = {number}" + (f"  {shown}" if shown != number else ""), "text"))
    yield cut(head, width)
    for line in (*rendered(field.desc, max(width - 4, 8)), *flow(field_facts(field, value), _DOT, width - 4)):
        yield (("    ", "text"), *line)
    if field.enum is not None:
        yield from _names(field.enum, value, width)
    if field.enum_write is not None:
        yield _indented("  when written:")
        yield from _names(field.enum_write, None, width)


def _names(names: Enumeration, value: int | None, width: int) -> Iterator[Line]:
    """The names of values as a table, the present one marked."""
    shown = names.entries[:_MOST_NAMES]
    digits = max((len(entry.text) for entry in shown), default=1)
    for entry in shown:
        present = value is not None and value in entry
        lead: Line = (
            ("    ▸ " if present else "      ", "focus"),
            (f"{entry.text:>{digits}}  ", "dim"),
            (clean(entry.name), "strong" if present else "text"),
        )
        text = in_one_line(entry.desc, "dim") if entry.desc else ()
        danger = f"{VITAL} {clean(entry.danger)}" if entry.danger else ""
        body = (
            flowed([*text, (f"  {danger}", "changed")], max(width - digits - 10, 8)) if text or danger else []
        )
        yield cut(lead, width)
        for line in body:
            yield ((" " * (digits + 10), "text"), *line)
    if len(names.entries) > len(shown):
        yield _indented(f"    {len(names.entries) - len(shown)} more", "faint")
    if names.default is not None:
        yield _indented(f"    every other value: {clean(names.default)}")


def _instance_lines(node: RegisterNode, width: int) -> Iterator[Line]:
    """The block that a register is of, and where that stands."""
    instance, block = node.instance, node.instance.block
    yield titled(clean(instance.name), clean(instance.title or block.title), width)
    yield from _texts(width, f"a {block.name}, {size_text(block.size)}", look="dim")
    yield from _texts(width, instance.desc, block.desc, block.doc)
    yield ()


def _map_lines(register_map: RegisterMap, width: int) -> Iterator[Line]:
    """The map itself: what it describes, and what it was written from."""
    yield titled(f"Map {clean(register_map.name)}", clean(register_map.title), width)
    about = [
        ("version", register_map.version),
        ("vendor", register_map.vendor),
        ("licence", register_map.license),
        ("made from", register_map.imported),
        ("file", register_map.file),
    ]
    facts: list[Line] = [((f"{name} {clean(text)}", "dim"),) for name, text in about if text]
    for line in flow(facts, _DOT, width - 2):
        yield (("  ", "text"), *line)
    yield from _texts(width, register_map.desc, register_map.doc)

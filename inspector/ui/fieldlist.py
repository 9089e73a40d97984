"""The fields of a register as a list: where they are, what they hold, what that means."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from inspector.model.decode import Known, fields_there
from inspector.model.field import Field
from inspector.model.register import Register
from inspector.ui.bitpicture import field_looks
from inspector.ui.fieldfacts import field_facts
from inspector.ui.lines import Line, Span, clean, cut, fit, flow, width_of
from inspector.ui.markdown import beginning, flowed, has_markup, rendered

if TYPE_CHECKING:
    from inspector.ui.beside import Beside
    from inspector.ui.editing import Editing

_CHOICES = 8
"""How many names of an enumeration are listed at most."""


def fields_of(register: Register) -> list[Field]:
    """The fields to show, from the highest bit, as the picture has them."""
    return sorted((field for field in register.fields if not field.hidden), key=lambda field: -field.bits.msb)


@dataclass(frozen=True, slots=True)
class FieldList:
    """What is listed.

    Attributes:
        register: Whose fields.
        value: The register's value, or None where unknown.
        selected: The selected field, or None.
        editing: The edit under way, or None.
        width: How many cells there are.
        height: How many lines are in sight: where all the text fits them, all of it is shown.
        unfold: Whether the selected field shows all its text anyway.
        known: What is known of the conditions on other registers.
        shares: By the names of bits, for what percentage of the last second each was 1, where that is known.
        beside: The same register on another target; or None.
    """

    register: Register
    value: int | None
    selected: Field | None
    editing: Editing | None
    width: int
    height: int
    unfold: bool
    known: Known = dataclasses.field(default_factory=dict)
    shares: Mapping[str, int] = dataclasses.field(default_factory=dict)
    beside: Beside | None = None

    def lines(self) -> list[tuple[Line, Field | None]]:
        """The lines, each field's first one with the field."""
        fields = fields_of(self.register)
        if not fields:
            return []
        looks = field_looks(self.register)
        name = min(max(width_of(field.name) for field in fields), 24 if self.width > 90 else 16)
        bits = max(len(str(field.bits)) for field in fields)
        access = max(len(field.access.token) for field in fields)
        value = min(max(len(self._number(field)) for field in fields), 21)
        lead = name + bits + access + value + (10 if self.beside is None else 11)
        room = max(self.width - lead - 1, 8)
        bodies = [self._body(field) for field in fields]
        roomy = sum(max(len(_wrapped(body, room)), 1) for body in bodies) <= self.height
        found: list[tuple[Line, Field | None]] = []
        for field, body in zip(fields, bodies, strict=True):
            chosen = field is self.selected
            head: list[Span] = [
                ("▸" if chosen else " ", "focus"),
                self._mark(field),
                (" " if self.beside else "", "text"),
                (fit(clean(field.name), name), looks[field.name]),
                (f"  {fit(str(field.bits), bits)}", "dim"),
                (f"  {fit(field.access.token, access)}", "faint"),
                (f"  {fit(self._number(field), value, right=True)}", "text"),
            ]
            editing = self.editing
            if editing is not None and editing.target is field and editing.line is not None:
                typed = editing.line.spans(max(min(len(editing.line.text) + 1, room - 2), 4))
                if editing.meaning:
                    typed = (*typed, (f" = {clean(editing.meaning)}", "text"))
                found.append((cut((*head, (" → ", "focus"), *typed), self.width), field))
                found += [(line, None) for line in _choices(editing, lead, self.width)]
            elif roomy or (chosen and self.unfold):
                parts = self._unfolded(field, room) if chosen and self.unfold else _wrapped(body, room)
                for i, part in enumerate(parts or [()]):
                    lead_in: Sequence[Span] = [*head, ("  ", "text")] if i == 0 else [(" " * lead, "text")]
                    found.append(((*lead_in, *part), field if i == 0 else None))
            else:
                found.append((cut((*head, ("  ", "text"), *body), self.width), field))
        return found

    @property
    def _there(self) -> Iterator[tuple[Field, str]]:
        """The fields, each with what must hold for it to be there, where nobody knows."""
        return fields_there(self.register, self.value or 0, self.known)

    def _number(self, field: Field) -> str:
        if not field.access.readable:
            return "—"
        if self.value is None:
            return "?"
        value = field.bits.extract(self.value)
        return str(value) if field.width == 1 else f"{value:#x}"

    def _body(self, field: Field) -> Line:
        """What the value means, and what the map says of the field, in one line."""
        return _joined(self._head(field), beginning(field.desc, "dim") if field.desc.strip() else ())

    def _head(self, field: Field) -> Line:
        """What the value means, what the field is called in full, and when it is there."""
        unsure = next((f"where {said}" for each, said in self._there if each is field and said), "")
        named = ": ".join(clean(part.strip()) for part in (unsure, field.title) if part.strip())
        meaning, share = self._meaning(field), self.shares.get(field.name)
        differs = self._difference(field)
        # Of a bit that stood still its value says as much.
        still = share in (None, 0, 100)
        lately: Line = () if still else ((f"{share:>2} % of the last second", "strong"),)
        head = _joined(lately, differs or ((meaning,) if meaning[0] else ()))
        return _joined(head, ((named, "dim"),) if named else ())

    def _other(self, field: Field) -> int | None:
        """What the field holds on another target, where that differs; else None."""
        beside = self.beside
        if beside is None or beside.value is None or self.value is None or not field.access.readable:
            return None
        other = field.bits.extract(beside.value)
        return None if other == field.bits.extract(self.value) else other

    def _mark(self, field: Field) -> Span:
        """Whether the field differs on another target."""
        beside = self.beside
        if beside is None or self._other(field) is None:
            return " ", "text"
        return ("~", "faint") if not field.bits.mask & ~beside.volatile else ("≠", "changed")

    def _difference(self, field: Field) -> Line:
        """What the field means on both targets, where that differs."""
        other = self._other(field)
        if other is None or self.value is None:
            return ()
        mark, look = self._mark(field)
        texts = (clean(field.render(value)) for value in (field.bits.extract(self.value), other))
        one, two = texts
        return (one, "strong"), (f" {mark} ", look), (two, "strong")

    def _unfolded(self, field: Field, room: int) -> list[Line]:
        """All that is known of the selected field."""
        if has_markup(field.desc):
            lines = [*_wrapped(self._head(field), room), *rendered(field.desc, room, "dim")]
        else:
            lines = list(_wrapped(self._body(field), room))
        value = None if self.value is None else field.bits.extract(self.value)
        return [*lines, *flow(field_facts(field, value), (" · ", "faint"), room)]

    def _meaning(self, field: Field) -> Span:
        """The value in words, where they say more than the number; during an edit what it becomes."""
        editing = self.editing
        if editing is not None and editing.composition is not None:
            for change in editing.composition.changes(editing.shown):
                if change.field is field and change.new is not None and change.new != change.old:
                    return f"→ {clean(field.render(change.new))}", "changed"
        if self.value is None or not field.access.readable:
            return "", "text"
        value = field.bits.extract(self.value)
        text = clean(field.render(value))
        if text == self._number(field):
            return "", "strong"
        desc = clean(field.enum.desc_of(value)) if field.enum else ""
        return (f"{text}: {desc}" if desc else text), "strong"


def _joined(one: Line, other: Line) -> Line:
    """Two texts with a separator between them, where there are both."""
    return (*one, (" · ", "faint"), *other) if one and other else one or other


@lru_cache(maxsize=1024)
def _wrapped(body: Line, width: int) -> tuple[Line, ...]:
    """What a value means and the text after it, in lines."""
    return tuple(flowed(body, width))


def _choices(editing: Editing, lead: int, width: int) -> list[Line]:
    """The names to choose from, the marked one among them."""
    choices = editing.choices
    if not choices:
        return []
    first = max(0, min(editing.chosen - _CHOICES // 2, len(choices) - _CHOICES))
    shown = choices[first : first + _CHOICES]
    digits = max(len(entry.text) for entry in shown)
    lines: list[Line] = []
    for i, entry in enumerate(shown, first):
        marked = i == editing.chosen
        line: Line = (
            (" " * (lead - 2), "text"),
            ("▸ " if marked else "  ", "focus"),
            (f" {entry.text:>{digits}}  ", "dim"),
            (clean(entry.name), "strong" if marked else "text"),
            (f"  {clean(entry.desc)}" if entry.desc else "", "dim"),
        )
        lines.append(cut(line, width))
    if len(choices) > len(shown):
        more = f" {len(choices) - len(shown)} more"
        lines.append(cut(((" " * lead, "text"), (more, "faint")), width))
    return lines

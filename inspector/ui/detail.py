"""The selected register: where it is, its bits as a picture, its fields with their meaning, its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from inspector.model.decode import render_word
from inspector.model.field import Field
from inspector.model.format import FormatType
from inspector.model.numbers import group_hex
from inspector.model.registermap import RegisterNode
from inspector.session import Sample
from inspector.ui.bitpicture import Geometry, Picture, field_looks, geometry
from inspector.ui.editing import Editing
from inspector.ui.lines import Line, LineView, Span, clean, cut, fit, join, wrap
from inspector.ui.rows import fade_of, register_access
from inspector.ui.words import place_text, span_words

_CHOICES = 8
"""How many names of an enumeration are listed at most."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the panel shows; equal ones draw the same lines.

    Attributes:
        node: The selected register.
        sample: What is known of it.
        ago: How long ago it changed, in words; empty where not lately.
        fade: How recently it changed.
        notices: What went wrong or must be known first, as text and look.
        edit: Counts the strokes of an edit; 0 where there is none.
    """

    node: RegisterNode
    sample: Sample
    ago: str = ""
    fade: int = 0
    notices: tuple[Span, ...] = ()
    edit: int = 0


class Detail(LineView, can_focus=True):
    """The register in hand."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "field(1)", show=False),
        Binding("up,k", "field(-1)", show=False),
        Binding("right,l", "bit(-1)", show=False),
        Binding("left,h", "bit(1)", show=False),
        Binding("home,g", "edge(-1)", show=False),
        Binding("end,G", "edge(1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
    ]

    class Moved(Message):
        """Another field or bit is selected."""

    class FlipAsked(Message):
        """The bit under the cursor was double-clicked."""

    class EditAsked(Message):
        """The selected field was double-clicked."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.bit: int | None = None
        self.field: Field | None = None
        self.editing: Editing | None = None
        self._shown: Shown | None = None
        self._digit_rows: dict[int, int] = {}
        self._field_rows: dict[int, Field] = {}
        self._geometry: Geometry = geometry(32, 80)
        self._row_of_field = 0

    # --- what is shown -----------------------------------------------------------------------

    def present(
        self,
        node: RegisterNode | None,
        sample: Sample,
        now: float,
        notices: Sequence[Span] = (),
        editing: Editing | None = None,
        strokes: int = 0,
    ) -> None:
        """Show a register; nothing is painted where nothing differs."""
        if node is None:
            self.show([])
            return
        if self._shown is None or self._shown.node is not node:
            self.field, self.bit = None, None
            self.scroll_to(y=0, animate=False)
        ago = ""
        if sample.changed is not None and now - sample.changed >= 1:
            ago = span_words(now - sample.changed)
        kept = Sample(sample.value, sample.previous, error=sample.error, skipped=sample.skipped)
        shown = Shown(node, kept, ago, fade_of(sample, now), tuple(notices), strokes)
        if shown != self._shown:
            self._shown, self.editing = shown, editing
            self.lay_out()

    def lay_out(self) -> None:
        """Build the lines again."""
        if self._shown is None or not self.room:
            return
        shown, width = self._shown, self.room
        node, register = shown.node, shown.node.register
        tall = self.size.height >= 14
        lines: list[Line] = [self._title(shown, width)]
        if tall:
            lines.append(cut(self._facts(shown), width))
            lines += [((f"  {text}", "text"),) for text in self._description(node, width)]
        for text, look in shown.notices:
            lines += [((f"  {part}", look),) for part in wrap(text, width - 3)[: 6 if tall else 2]]
        roomy = self.size.height >= 20
        if roomy:
            lines.append(())
        # The names below the bits take what the list of fields leaves.
        spare = self.size.height - len(lines) - 2 - len(register.fields)
        lines += self._picture(shown, width, len(lines), max(1, min(spare, 4)))
        if roomy and register.fields:
            lines.append(())
        lines += self._fields(shown, width, len(lines))
        if not tall:
            lines.append(cut(self._facts(shown), width))
            lines += [((f"  {text}", "dim"),) for text in self._description(node, width)]
        self.show(lines, {self._row_of_field: "focus-row"} if self.field and self.has_focus else None)

    def _title(self, shown: Shown, width: int) -> Line:
        node = shown.node
        name: Line = ((f"─ {clean(node.path)} ", "title"),)
        title = clean(node.register.title)
        parts: list[Line] = [((title, "text"),)] if title else []
        if self.size.height < 14:
            parts += [
                ((place_text(node), "dim"),),
                ((register_access(node.register), "dim"),),
            ]
        line = cut((*name, *((" ", "text"),), *join(parts, (" · ", "faint"))), width - 2)
        rest = width - sum(len(text) for text, _ in line) - 1
        return (*line, (f" {'─' * max(rest, 0)}", "rule"))

    def _facts(self, shown: Shown) -> Line:
        node, sample = shown.node, shown.sample
        register = node.register
        facts: list[Line] = [
            ((place_text(node), "text"),),
            ((f"{node.width} bit" + (", big-endian" if register.byte_order == "big" else ""), "dim"),),
            ((self._access_words(node), "dim"),),
        ]
        if register.reset is not None:
            reset = f"reset {group_hex(register.reset, node.width)}"
            if register.reset_mask is not None and register.reset_mask != register.mask:
                reset += f" in bits {register.reset_mask:#x}"
            facts.append(((reset, "dim"),))
        if sample.value is not None:
            facts.append(((f"decimal {sample.value:_}", "dim"),))
            if register.enum or register.unit or register.format.type is not FormatType.HEX:
                facts.append(((clean(render_word(register, sample.value)), "strong"),))
        if sample.previous is not None:
            ago = f"changed {shown.ago} ago" if shown.ago else "changing"
            facts.append(((f"{ago}, was {group_hex(sample.previous, node.width)}", "fading"),))
        return (("  ", "text"), *join(facts, (" · ", "faint")))

    @staticmethod
    def _access_words(node: RegisterNode) -> str:
        register = node.register
        accesses = list(dict.fromkeys(field.access for field in register.fields)) or [register.access]
        return accesses[0].describe() if len(accesses) == 1 else "access by field"

    def _description(self, node: RegisterNode, width: int) -> list[str]:
        lines = wrap(node.register.desc, min(width - 4, 110))
        most = max(2, self.size.height // 5) if self.size.height >= 14 else 20
        if len(lines) > most:
            lines = lines[:most]
            lines[-1] = fit(lines[-1] + " …", width - 4).rstrip()
        return lines

    # --- the bits ----------------------------------------------------------------------------

    def _picture(self, shown: Shown, width: int, first: int, label_rows: int) -> list[Line]:
        node, sample = shown.node, shown.sample
        value, edited = sample.value, 0
        if self.editing is not None and self.editing.word is not None and self.editing.composition:
            word = self.editing.word
            if self.editing.shown is not None:
                edited = (word ^ self.editing.shown) & self.editing.composition.touched
                value = word
            else:
                edited, value = self.editing.composition.touched, word
        changed = 0
        if shown.fade and sample.previous is not None and sample.value is not None:
            changed = sample.value ^ sample.previous
        self._geometry = geometry(node.width, width - 1)
        picture = Picture(
            node.register,
            value,
            changed=changed,
            edited=edited,
            cursor=self.bit if self.has_focus or self.editing is not None else None,
            field=self.field,
            label_rows=label_rows,
        )
        drawn = picture.lines(self._geometry)
        self._digit_rows = {first + i: row for i, (_, row) in enumerate(drawn) if row is not None}
        return [cut(line, width) for line, _ in drawn]

    # --- the fields --------------------------------------------------------------------------

    @property
    def fields(self) -> list[Field]:
        """The selected register's fields, from the highest bit."""
        if self._shown is None:
            return []
        return sorted(
            (field for field in self._shown.node.register.fields if not field.hidden),
            key=lambda field: -field.bits.msb,
        )

    def _fields(self, shown: Shown, width: int, first: int) -> list[Line]:
        fields = self.fields
        looks = field_looks(shown.node.register)
        wide = {
            "name": min(max((len(field.name) for field in fields), default=4), 24 if width > 90 else 16),
            "bits": max((len(str(field.bits)) for field in fields), default=3),
            "access": max((len(field.access.token) for field in fields), default=2),
            "value": min(max((len(self._raw(field, shown)) for field in fields), default=3), 21),
        }
        lead = sum(wide.values()) + 10
        room = max(width - lead - 1, 8)
        texts = {id(field): self._documentation(field) for field in fields}
        total = sum(max(1, len(wrap(texts[id(field)], room))) for field in fields)
        roomy = total <= self.size.height - first
        lines: list[Line] = []
        self._field_rows = {}
        for field in fields:
            row = first + len(lines)
            self._field_rows[row] = field
            chosen = field is self.field
            if chosen:
                self._row_of_field = row
            editing = self.editing if self.editing and self.editing.target is field else None
            head: list[Span] = [
                ("▸ " if chosen else "  ", "focus"),
                (fit(clean(field.name), wide["name"]), looks[field.name]),
                (f"  {fit(str(field.bits), wide['bits'])}", "dim"),
                (f"  {fit(field.access.token, wide['access'])}", "faint"),
            ]
            if editing is not None and editing.line is not None:
                before = self._raw(field, shown)
                tail = (
                    (f"  {fit(before, wide['value'], right=True)}", "dim"),
                    (" → ", "focus"),
                    *editing.line.spans(max(width - lead - 4, 4)),
                )
                lines.append(cut((*head, *tail), width))
                lines += self._choices(editing, lead, width)
                continue
            head.append((f"  {fit(self._raw(field, shown), wide['value'], right=True)}  ", "text"))
            meaning = self._meaning(field, shown)
            parts = wrap(
                texts[id(field)], room - (len(meaning[0]) + 3 if meaning[0] and texts[id(field)] else 0)
            )
            text = " ".join(parts)
            if meaning[0] and text:
                body: list[Span] = [meaning, (f" · {text}", "dim")]
            else:
                body = [meaning if meaning[0] else (text, "dim")]
            if roomy or (chosen and self.has_focus):
                lines += self._wrapped(head, body, lead, room)
            else:
                lines.append(cut((*head, *body), width))
        return lines

    @staticmethod
    def _wrapped(head: list[Span], body: list[Span], lead: int, room: int) -> list[Line]:
        """The head with the body beside it, in as many lines as that takes."""
        meaning = body[0] if len(body) > 1 else ("", "text")
        text = body[-1][0]
        parts = wrap(meaning[0] + text, room) or [""]
        look = body[-1][1]
        lines: list[Line] = []
        for i, part in enumerate(parts):
            named = i == 0 and meaning[0] and part.startswith(meaning[0])
            spans: list[Span] = [meaning, (part[len(meaning[0]) :], look)] if named else [(part, look)]
            lines.append((*head, *spans) if i == 0 else ((" " * lead, "text"), *spans))
        return lines

    def _raw(self, field: Field, shown: Shown) -> str:
        """The field's value as a number."""
        if not field.access.readable:
            return "—"
        if shown.sample.value is None:
            return "?"
        value = field.bits.extract(shown.sample.value)
        return str(value) if field.width == 1 else f"{value:#x}"

    def _meaning(self, field: Field, shown: Shown) -> Span:
        """The field's value in words, where that says more than the number."""
        if shown.sample.value is None or not field.access.readable:
            return "", "text"
        value = field.bits.extract(shown.sample.value)
        raw = self._raw(field, shown)
        text = clean(field.render(value))
        if self.editing is not None and self.editing.composition is not None:
            for change in self.editing.composition.changes(self.editing.shown):
                if change.field is field and change.new is not None and change.new != change.old:
                    return f"→ {clean(field.render(change.new))}", "changed"
        return ("" if text == raw else text), "strong"

    @staticmethod
    def _documentation(field: Field) -> str:
        parts = [clean(part.strip()) for part in (field.title, field.desc) if part.strip()]
        return ": ".join(parts)

    def _choices(self, editing: Editing, lead: int, width: int) -> list[Line]:
        choices = editing.choices
        if not choices:
            return []
        first = max(0, min(editing.chosen - _CHOICES // 2, len(choices) - _CHOICES))
        lines: list[Line] = []
        for i in range(first, min(first + _CHOICES, len(choices))):
            entry = choices[i]
            marked = i == editing.chosen
            line = (
                (" " * (lead - 2), "text"),
                ("▸ " if marked else "  ", "focus"),
                (f"{entry.text:>3}  ", "dim"),
                (clean(entry.name), "strong" if marked else "text"),
            )
            lines.append(cut(line, width))
        more = len(choices) - len(lines)
        if more:
            lines.append(cut(((" " * lead, "text"), (f"and {more} more", "faint")), width))
        return lines

    # --- moving ------------------------------------------------------------------------------

    def action_field(self, step: int) -> None:
        """Select the next field."""
        fields = self.fields
        if not fields:
            self.scroll_to(y=self.scroll_offset.y + step, animate=False)
            return
        at = fields.index(self.field) + step if self.field in fields else 0 if step > 0 else len(fields) - 1
        self.choose(fields[max(0, min(at, len(fields) - 1))])

    def action_edge(self, direction: int) -> None:
        """Select the first or last field."""
        if self.fields:
            self.choose(self.fields[0 if direction < 0 else -1])

    def action_turn(self, direction: int) -> None:
        """Scroll a page."""
        self.scroll_to(y=self.scroll_offset.y + direction * max(self.size.height - 2, 1), animate=False)

    def action_bit(self, step: int) -> None:
        """Move along the bits."""
        if self._shown is None:
            return
        width = self._shown.node.width
        self.choose_bit(width - 1 if self.bit is None else max(0, min(self.bit + step, width - 1)))

    def choose(self, field: Field | None) -> None:
        """Select a field, and its highest bit."""
        self.field = field
        if field is not None and (self.bit is None or not field.bits.mask >> self.bit & 1):
            self.bit = field.bits.msb
        self._moved()

    def choose_bit(self, bit: int) -> None:
        """Select a bit, and the field that it is in."""
        self.bit = bit
        self.field = next((field for field in self.fields if field.bits.mask >> bit & 1), None)
        self._moved()

    def _moved(self) -> None:
        self.lay_out()
        if self.field is not None:
            self.reveal(self._row_of_field)
        self.post_message(self.Moved())

    def reveal(self, row: int) -> None:
        """Scroll no further than needed to have a line in sight."""
        top, height = self.scroll_offset.y, self.size.height
        if height < 1:
            return
        if row < top:
            self.scroll_to(y=row, animate=False)
        elif row > top + height - 1:
            self.scroll_to(y=row - height + 1, animate=False)

    # --- events ------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the new width."""
        self.lay_out()

    def on_focus(self) -> None:
        """Start with the first field."""
        if self.field is None and self.bit is None and self.fields:
            self.choose(self.fields[0])
        self.lay_out()

    def on_blur(self) -> None:
        """Hide the cursor."""
        self.lay_out()

    def on_click(self, event: events.Click) -> None:
        """Select a bit or a field; a double click edits it."""
        if self._shown is None:
            return
        row = event.y + self.scroll_offset.y
        if row in self._digit_rows:
            bit = self._geometry.bit_at(event.x, self._digit_rows[row], self._shown.node.width)
            if bit is not None:
                self.choose_bit(bit)
                if event.chain == 2:
                    self.post_message(self.FlipAsked())
        elif row in self._field_rows:
            self.choose(self._field_rows[row])
            if event.chain == 2:
                self.post_message(self.EditAsked())

"""The lines of the register table: its columns' names, its headings, its registers."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from inspector.model.bits import ones
from inspector.model.decode import summarise
from inspector.model.numbers import group_hex
from inspector.model.registermap import Instance, Region, RegisterNode
from inspector.model.windows import MemoryNode
from inspector.ui.besidelines import beside_value, beside_words
from inspector.ui.columns import GUTTER, Column, Columns
from inspector.ui.condition import FOLDED, UNFOLDED, PlaceWords
from inspector.ui.lines import Line, Span, clean, cut, fit, length, squeeze, width_of
from inspector.ui.measures import access_text
from inspector.ui.rowstate import FADE_LOOKS, RowState
from inspector.ui.values import ValueFormat, as_stated
from inspector.ui.words import address_text

NEVER_READ = "——————"
"""Stands where a value would, while there is none for a reason."""

CHANGED, DIFFERS, RETURNED, NOT_RESET = "◂", "Δ", "≈", "*"
"""A value that changed just now; differs from the mark, or did meanwhile; differs from its reset value."""

TITLES = {
    Column.OFFSET: "OFFSET",
    Column.NAME: "REGISTER",
    Column.ACCESS: "ACCESS",
    Column.VALUE: "VALUE",
    Column.MARKS: "",
    Column.WAS: "WAS",
    Column.CHANGED: "CHANGED",
    Column.RESET: "RESET",
    Column.FIELDS: "FIELDS",
}
"""What stands above each column."""


def title(column: Column, *, absolute: bool) -> str:
    """What stands above a column."""
    return "ADDRESS" if absolute and column is Column.OFFSET else TITLES[column]


def header(at: Columns, moment: str = "", here: str = "") -> Line:
    """The line of column names; what is compared with goes by its own, and so may the values themselves."""
    line: list[Span] = [(" " * GUTTER, "dim")]
    for slot in at.slots:
        text = title(slot.column, absolute=at.absolute)
        if moment and slot.column is Column.WAS:
            text = squeeze(clean(moment), slot.width - 2)
        if here and slot.column is Column.VALUE:
            text = squeeze(clean(here), slot.width - _gap(slot.column, at))
        gap = _gap(slot.column, at)
        text = f" {text}" if slot.column is Column.CHANGED else text
        line.append((fit(text, slot.width - gap, right=slot.column.right) + " " * gap, "dim"))
    return tuple(line)


def _gap(column: Column, at: Columns) -> int:
    """The cells behind a column whose texts end together; those of others are padded anyway."""
    if not column.right:
        return 0
    slots = [slot.column for slot in at.slots]
    here = slots.index(column) + 1
    beside = here < len(slots) and slots[here] is Column.MARKS and column is Column.VALUE
    return 0 if beside else min(2, at.cells(column))


# --- rows ------------------------------------------------------------------------------------


def heading(
    region: Region,
    instance: Instance,
    words: PlaceWords,
    width: int,
    *,
    cursor: bool = False,
    mark: str = " ",
    note: str = "",
) -> Line:
    """A block's heading: its name, address and title, how it is claimed, who else has it, and a rule.

    Args:
        region: Whose it is.
        instance: The block.
        words: How the region is.
        width: In cells.
        cursor: Whether it is the selected row.
        mark: Whether it is folded or can be.
        note: What else is to say of it: how much is folded, or which part of it is in sight.
    """
    name = clean(region.name if words.folded else instance.name)
    parts: list[Span] = [
        ("▌" if cursor else " ", "focus"),
        (FOLDED if words.folded else mark, "faint" if mark == UNFOLDED else "focus"),
        (name, "title"),
    ]
    if words.base is not None:
        parts.append((f"  {address_text(words.base + (0 if words.folded else instance.offset))}", "dim"))
    if note:
        parts.append((f"  {note}", "text"))
    status = words.status
    room = width - length(tuple(parts)) - width_of(status[0]) - 4
    title = region.title if words.folded else instance.title or instance.block.title or region.title
    title = clean(title)
    if title and room > 8:
        parts.append((f"  {title if width_of(title) <= room - 2 else fit(title, room - 2)}", "text"))
    parts += [("  ", "text"), status]
    rest = width - length(tuple(parts)) - 1
    if rest > 1:
        parts.append((f" {'─' * rest}", "rule"))
    return cut(parts, width)


def named(at: Columns, place: str, name: Span, rest: Line, glyph: Span, *, cursor: bool) -> Line:
    """A row that shows no register: where it is and its name in their columns, then what there is to say.

    Args:
        at: The columns.
        place: Its offset or address.
        name: What it is called.
        rest: What follows.
        glyph: What stands in front of it.
        cursor: Whether it is the selected one.
    """
    parts: list[Span] = [("▌" if cursor else " ", "focus"), glyph]
    for slot in at.slots:
        if slot.column is Column.OFFSET:
            parts.append((fit(place, slot.width), "dim"))
        elif slot.column is Column.NAME:
            parts.append((fit(squeeze(clean(name[0]), slot.width - 2), slot.width), name[1]))
            break
        else:
            parts.append((" " * slot.width, "text"))
    return cut((*parts, *rest), at.width)


def place_words(node: RegisterNode | MemoryNode, at: Columns, base: int | None) -> str:
    """The offset within the block, or the address where that is wanted and known."""
    if not at.absolute:
        return f"{node.offset - node.instance.offset:#05x}"
    return f"+{node.offset:#05x}" if base is None else address_text(base + node.offset)


class _Row(NamedTuple):
    """A register's row.

    Attributes:
        node: The register.
        state: What its row depends on.
        at: The columns.
        form: How values are written.
        cursor: Whether it is the selected one.
    """

    node: RegisterNode
    state: RowState
    at: Columns
    form: ValueFormat
    cursor: bool


def register_line(
    node: RegisterNode,
    state: RowState,
    at: Columns,
    form: ValueFormat,
    *,
    cursor: bool = False,
    pinned: bool = False,
    opens: bool = False,
    tail: Line | None = None,
) -> Line:
    """Draw a register's row.

    Args:
        node: The register.
        state: What its row depends on.
        at: The columns.
        form: How the value is written.
        cursor: Whether it is the selected one.
        pinned: Whether it is pinned.
        opens: Whether something begins here that can be folded.
        tail: What stands from ``at.tail`` on, during an edit.
    """
    row = _Row(node, state, at, form, cursor)
    begins: Span = (UNFOLDED, "faint") if opens else (" ", "focus")
    parts: list[Span] = [("▌" if cursor else " ", "focus"), ("•", "focus") if pinned else begins]
    for slot in at.slots:
        if tail is not None and slot.start >= at.tail:
            break
        parts += _CELLS[slot.column](row, slot.width)
    if tail is None:
        return tuple(parts)
    if at.told:
        parts.append(value_text(node, state, at.told, form))
    return cut((*parts, *tail), at.width)


def _offset(row: _Row, width: int) -> Line:
    return ((fit(place_words(row.node, row.at, row.state.base), width), "dim"),)


def _name(row: _Row, width: int) -> Line:
    state = row.state
    quiet = state.old or (state.value is None and not state.wrong)
    look = "strong" if row.cursor else "dim" if quiet and state.trouble[0] and not state.wrong else "text"
    return ((fit(squeeze(clean(row.node.local), width - 2), width), look),)


def _access(row: _Row, width: int) -> Line:
    if row.at.joint:
        # It stands with the value, which takes the room that a short word leaves.
        return ()
    return ((fit(access_text(row.node), width), "dim"),)


def _value(row: _Row, width: int) -> Line:
    gap = _gap(Column.VALUE, row.at)
    word = ""
    if row.at.joint:
        word = f"{access_text(row.node)}  "
        width += row.at.cells(Column.ACCESS)
    room = width - gap - width_of(word)
    text, look = value_text(row.node, row.state, room, row.form)
    return ((word, "dim"), (fit(text, room, right=True), look), (" " * gap, "dim"))


def value_text(node: RegisterNode, state: RowState, room: int, form: ValueFormat) -> Span:
    """The value cell; in hexadecimal where the format has no room."""
    if state.value is None:
        return (NEVER_READ if state.note else "", "faint")
    look = FADE_LOOKS.get(state.fade) or ("dim" if state.old or state.wrong else "text")
    return _number(node, state.value, room, form), look


def _number(node: RegisterNode, value: int, room: int, form: ValueFormat) -> str:
    """A value; in hexadecimal where the format has no room, and of that the lower end at least."""
    text = form.text(node.register, value)
    if width_of(text) > room:
        text = ValueFormat.HEX.render(value, node.width)
    return text if len(text) <= room or room < 4 else f"…{text[1 - room :]}"


def _marks(row: _Row, width: int) -> Line:
    state = row.state
    first = state.trouble
    if state.written[0] and (state.just_written or not first[0]):
        first = state.written
    elif not first[0] and state.fade:
        first = CHANGED, FADE_LOOKS[state.fade]
    since: Span = (" ", "text")
    if state.compared.beside is not None:
        since = state.compared.beside.mark
    elif state.compared.bits:
        since = DIFFERS, "changed"
    elif state.compared.returned:
        since = RETURNED, "fading"
    marks: Line = (
        (f" {first[0] or ' '}", first[1]),
        since,
        (NOT_RESET if state.compared.unreset else " ", "dim"),
    )
    return cut((*marks, (" " * max(width - 4, 0), "text")), width)


def _was(row: _Row, width: int) -> Line:
    gap, compared = _gap(Column.WAS, row.at), row.state.compared
    text = "" if compared.was is None else _number(row.node, compared.was, width - gap, row.form)
    if compared.beside is not None:
        missing = NEVER_READ if compared.beside.note and compared.was is None else text
        return beside_value(compared.beside, missing, width)
    return ((fit(text, width - gap, right=True) + " " * gap, "fading" if compared.bits else "faint"),)


def _changed(row: _Row, width: int) -> Line:
    state = row.state
    when = state.when
    if state.ours and when:
        when = f"you, {when}"
        if width_of(when) > width - 2:
            when = when.removesuffix(" ago")
    return ((fit(f" {when}", width), FADE_LOOKS.get(state.fade, "faint")),)


def _reset(row: _Row, width: int) -> Line:
    gap, register = _gap(Column.RESET, row.at), row.node.register
    text = ""
    if register.reset is not None and register.reset_mask == ones(register.width):
        text = _number(row.node, register.reset, width - gap, row.form)
    elif register.reset is not None:
        text = _partly(register.reset, register.reset_mask, register.width)
        text = text if len(text) <= width - gap else f"…{text[gap + 1 - width :]}"
    return ((fit(text, width - gap, right=True) + " " * gap, "faint"),)


def _partly(value: int, mask: int, width: int) -> str:
    """A value of which only the bits of a mask are defined: ``?`` for a digit that is not."""
    digits, defined = group_hex(value & mask, width), group_hex(mask, width)
    pairs = zip(digits[2:], defined[2:], strict=True)
    return "0x" + "".join(digit if sure in "f_" else "?" for digit, sure in pairs)


def _fields(row: _Row, width: int) -> Line:
    own, beside = _decoded(row, width), row.state.compared.beside
    return own if beside is None else beside_words(own, row.state, beside, width)


def _decoded(row: _Row, width: int) -> Line:
    """What the value means, or why there is none."""
    node, state = row.node, row.state
    if state.note:
        look = "faint" if not state.wrong else "wrong" if state.trouble[1] == "wrong" else state.trouble[1]
        return ((fit(state.said, width), look),)
    if state.value is None:
        return ((" " * width, "text"),)
    words = clean(summarise(node.register, state.value, state.known))
    if words and not node.register.fields:
        words = _beside(row, state.value, words)
    before = [state.when] if state.old and not row.at.cells(Column.CHANGED) else []
    was_told = row.at.cells(Column.WAS) or state.compared.beside is not None
    if state.compared.bits and state.compared.was is not None and not was_told:
        form = ValueFormat.HEX if row.form is ValueFormat.BIN else row.form
        before.append(f"was {form.text(node.register, state.compared.was)}")
    look = "dim" if state.old else "text"
    return ((fit(" · ".join(filter(None, (*before, words))), width), look),)


def _beside(row: _Row, value: int, words: str) -> str:
    """What a register without fields means, as far as the value's own column does not say it."""
    register = row.node.register
    stated = row.form is ValueFormat.MAP and as_stated(register, value) is not None
    if stated and (register.enum is None or register.enum.name_of(value) is None):
        return f"{value:#x}"
    return "" if words == row.form.text(register, value) else words


_CELLS: dict[Column, Callable[[_Row, int], Line]] = {
    Column.OFFSET: _offset,
    Column.NAME: _name,
    Column.ACCESS: _access,
    Column.VALUE: _value,
    Column.MARKS: _marks,
    Column.WAS: _was,
    Column.CHANGED: _changed,
    Column.RESET: _reset,
    Column.FIELDS: _fields,
}
"""By column, what draws its cell of a row, exactly that wide."""

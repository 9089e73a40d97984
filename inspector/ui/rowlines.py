"""The lines of the register table: its columns, its headings, its registers."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.model.access import OnRead
from inspector.model.decode import summarise
from inspector.model.register import Register
from inspector.model.registermap import Instance, Region, RegisterMap, RegisterNode
from inspector.model.safety import Skip, own_safety
from inspector.ui.condition import FOLDED, PlaceWords
from inspector.ui.extent import kinds, last_offset, widest_path, widest_register
from inspector.ui.lines import Line, Span, clean, cut, fit, length, squeeze, width_of
from inspector.ui.rowstate import FADE_LOOKS, RowState
from inspector.ui.values import ValueFormat
from inspector.ui.words import address_text

NEVER_READ = "——————"
"""Stands where a value would, while there is none for a reason."""

SPLIT = "÷"
"""Marks what is wider than the bus, and so read and written in several accesses."""

_LONGEST_WORD = 9
"""Cells of the longest access word, with its marks."""

# --- columns ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measures:
    """How wide a map's names and numbers are at most; measured once, so that columns never jump.

    Attributes:
        offset: Of the offsets.
        name: Of the registers' names.
        access: Of the access words.
        values: Each length of an access word with the widest register in bits that has one such.
    """

    offset: int
    name: int
    access: int
    values: tuple[tuple[int, int], ...]

    def cells(self, form: ValueFormat) -> int:
        """How many cells a value takes at most."""
        return max((form.cells(bits) for _, bits in self.values), default=11)

    def joint(self, form: ValueFormat) -> int:
        """How many cells an access word and a value beside it take at most."""
        return max((size + 2 + form.cells(bits) for size, bits in self.values), default=20)


def measure(register_map: RegisterMap) -> Measures:
    """Measure a map; arrays and instances are not gone through."""
    registers = kinds(register_map)
    words = {_LONGEST_WORD: widest_register(register_map)} if registers is None else {}
    # What shares bytes with what acts is marked as well.
    acting = any(part.on_read is not OnRead.NONE for each in registers or () for part in each.parts())
    shared = acting and register_map.nodes.shared
    for register in registers or ():
        unknown = any(part.on_read is OnRead.UNKNOWN for part in register.parts())
        skip = Skip.UNKNOWN_SIDE_EFFECT if shared or unknown else own_safety(register).skip
        size = width_of(access_word(register, skip))
        words[size] = max(words.get(size, 0), register.width)
    return Measures(
        offset=2 + max(3, len(f"{last_offset(register_map):x}")),
        name=widest_path(register_map) or 8,
        access=max(words, default=2),
        values=tuple(words.items()),
    )


@dataclass(frozen=True, slots=True)
class Columns:
    """The widths of the columns, in cells; 0 for one that is left out.

    Access and value share theirs: a wide value beside a short word takes its room.
    """

    width: int
    offset: int
    name: int
    access: bool
    value: int
    mark: int
    when: int
    fields: int


GUTTER = 2
_LEAST_FIELDS = 14


def columns(measures: Measures, width: int, form: ValueFormat) -> Columns:
    """Share ``width`` cells out: as it gets narrow the age goes first, then access, then offset."""
    offset = measures.offset + 2 if width >= 44 else 0
    name = min(max(measures.name, 8), 34 if width >= 130 else 24 if width >= 84 else 16) + 2
    access = width >= 64
    when = 12 if width >= 92 else 0
    mark = 2 if when else 3
    rest = width - GUTTER - offset - name - mark - when
    if form is ValueFormat.BIN:
        # Who wants to see bits wants them most of all.
        access = access and measures.joint(form) <= rest
        fields = 0
    else:
        fields = _LEAST_FIELDS
    least = measures.joint(ValueFormat.HEX) if access else measures.cells(ValueFormat.HEX)
    wanted = measures.joint(form) if access else measures.cells(form)
    value = max(least, min(wanted, rest - fields))
    return Columns(width, offset, name, access, value, mark, when, max(rest - value, 0))


def header(at: Columns) -> Line:
    """The line of column names."""
    return (
        (" " * GUTTER, "dim"),
        (fit("OFFSET", at.offset), "dim"),
        (fit("REGISTER", at.name), "dim"),
        (fit("ACCESS" if at.access else "", 8 if at.access else 0), "dim"),
        (fit("VALUE", at.value - (8 if at.access else 0), right=True), "dim"),
        (" " * at.mark, "dim"),
        (fit(" CHANGED", at.when), "dim"),
        (fit("FIELDS", at.fields), "dim"),
    )


def access_text(node: RegisterNode) -> str:
    """The access in a word or two, with a glyph where a look is not harmless."""
    return access_word(node.register, node.safety.skip)


def access_word(register: Register, skip: Skip | None) -> str:
    """The same of a register that is not read for that reason."""
    token = register_access(register)
    marks = SPLIT if register.words > 1 else ""
    if skip in (Skip.READ_SIDE_EFFECT, Skip.UNKNOWN_SIDE_EFFECT):
        marks += "⌁"
    elif skip is Skip.WRITE_ONLY:
        marks += "✎"
    return f"{token} {marks}" if marks else token


def register_access(register: Register) -> str:
    """The register's access token; ``mixed`` where its fields differ."""
    tokens = list(dict.fromkeys(field.access.token for field in register.fields))
    if not tokens:
        return register.access.token
    if len(tokens) == 1:
        return tokens[0]
    return register.access.token if register.access.token in ("rw", "wo") else "mixed"


# --- rows ------------------------------------------------------------------------------------


def heading(
    region: Region,
    instance: Instance,
    words: PlaceWords,
    width: int,
    *,
    cursor: bool = False,
    folded: bool = False,
) -> Line:
    """A block's heading: its name, address and title, how it is claimed, who else has it, and a rule."""
    name = clean(region.name if words.folded else instance.name)
    parts: list[Span] = [
        ("▌" if cursor else " ", "focus"),
        (FOLDED if words.folded or folded else " ", "focus"),
        (name, "title"),
    ]
    if words.base is not None:
        parts.append((f"  {address_text(words.base + (0 if words.folded else instance.offset))}", "dim"))
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


def register_line(
    node: RegisterNode,
    state: RowState,
    at: Columns,
    form: ValueFormat,
    *,
    cursor: bool = False,
    pinned: bool = False,
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
        tail: What stands in place of all that follows the value, during an edit.
    """
    quiet = state.old or (state.value is None and not state.wrong)
    name_look = "strong" if cursor else "dim" if quiet and state.mark[0] and not state.wrong else "text"
    glyph = ("▌" if cursor else " ", "focus"), ("•" if pinned else " ", "focus")
    offset = f"{node.offset - node.instance.offset:#05x}"
    parts: list[Span] = [
        *glyph,
        (fit(offset, at.offset), "dim"),
        (fit(squeeze(clean(node.local), at.name - 2), at.name), name_look),
    ]
    word = f"{access_text(node)}  " if at.access else ""
    room = at.value - width_of(word)
    text, look = value_text(node, state, room, form)
    parts += [(word, "dim"), (fit(text, room, right=True), look)]
    if tail is not None:
        return cut((*parts, *tail), at.width)
    parts += [(fit(f" {mark}", at.mark), mark_look) for mark, mark_look in (_mark(state),)]
    if at.when:
        parts.append((fit(f" {state.when}", at.when), FADE_LOOKS.get(state.fade, "faint")))
    room = at.fields
    if state.note:
        look = "faint" if not state.wrong else "wrong" if state.mark[1] == "wrong" else state.mark[1]
        parts.append((fit(state.note, room), look))
    elif state.value is not None:
        words = clean(summarise(node.register, state.value, state.known))
        if state.old and not at.when:
            words = f"{state.when} · {words}" if words else state.when
        parts.append((fit(words, room), "dim" if state.old else "text"))
    return tuple(parts)


def value_text(node: RegisterNode, state: RowState, room: int, form: ValueFormat) -> Span:
    """The value cell; in hexadecimal where the format has no room."""
    if state.value is None:
        return (NEVER_READ if state.note else "", "faint")
    text = form.render(state.value, node.width)
    if width_of(text) > room:
        text = ValueFormat.HEX.render(state.value, node.width)
    look = FADE_LOOKS.get(state.fade) or ("dim" if state.old or state.wrong else "text")
    return text, look


def _mark(state: RowState) -> Span:
    if state.written:
        return state.written, "good" if state.written == "✓" else "wrong"
    if state.mark[0]:
        return state.mark
    return ("◂", FADE_LOOKS[state.fade]) if state.fade else (" ", "text")

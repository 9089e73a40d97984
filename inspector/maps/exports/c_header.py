"""A map as one C header of macros, for C99 and C++.

Fields have ``_Pos`` and ``_Msk`` as in the vendors' CMSIS headers: firmware engineers know them, and since
every other name is in capitals, no register that is called ``CTRL_MASK`` can collide with one.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from inspector.maps.exports.c_names import Macros
from inspector.maps.exports.field_rows import FieldRow, field_rows
from inspector.maps.exports.notes import field_notes, memory_notes, register_notes
from inspector.maps.exports.outline import Axis, Entry, Site, outline, placed_blocks, sites
from inspector.maps.exports.texts import (
    enumerations,
    heading,
    one_line,
    origin,
    paragraphs,
    printable,
)
from inspector.model.bits import ones
from inspector.model.enumeration import EnumEntry, Enumeration
from inspector.model.register import Block, Group, Memory, Register
from inspector.model.registermap import RegisterMap

WIDEST = 64
"""Bits of C's widest integer: wider registers have positions and no masks."""

_COLUMN = 48
_WRAP = 100

_PREAMBLE = """\
BLOCK_REGISTER is a register's offset in bytes from the start of its block. In an array it takes the
index, which counts from 0 and may be evaluated more than once. INSTANCE_BASE is where a block is.

_Pos and _Msk      a field's lowest bit, and its bits
_Get() and _Put()  in their place, a field whose bits are apart
_Rst and _RstMsk   the value after reset, and which bits of it are defined where that is not all
_Num and _Idx      how many elements an array has, and the index of one that is named; of the fields of
                   an array _FieldNum and _FieldIdx
_First and _Last   an enumeration's range of values
_Val and _Care     values that agree in the bits of _Care
_Size              bytes of a block or of a window of memory
"""


def export_c(register_map: RegisterMap) -> str:
    """The header's text; it ends with a line break."""
    return "\n".join(_Header(register_map).lines()) + "\n"


class _Header:
    def __init__(self, register_map: RegisterMap) -> None:
        self._map = register_map
        self._names = Macros()
        # A register DATA_PIN and a field PIN of DATA do not meet: their macros have different endings.
        self._fields = Macros()
        self._guard = self._names.take("REGMAP", register_map.name, "H")

    def lines(self) -> Iterator[str]:
        told = [heading(self._map), *(f"{what}: {text}" for what, text in origin(self._map))]
        told += ["", *(part for text in paragraphs(self._map.desc) for part in (text, ""))]
        yield from _comment(told)
        yield from _comment(_PREAMBLE.splitlines())
        yield f"#ifndef {self._guard}"
        yield f"#define {self._guard}"
        yield ""
        yield from self._bases()
        for block in placed_blocks(self._map):
            yield from self._block(block)
        yield f"#endif /* {self._guard} */"

    def _bases(self) -> Iterator[str]:
        for site in sites(self._map):
            yield from self._base(site)
        yield ""

    def _base(self, site: Site) -> Iterator[str]:
        place = [*site.prefix.rstrip("/").split("/"), site.instance.name]
        told = f"{site.name}: the block {site.instance.block.name}"
        if site.address is None:
            told += f", at an address that is known at run time; bytes from the start of {site.region.name}"
            name, value = self._names.take(*place, "IN", site.region.name), site.instance.offset
        else:
            name, value = self._names.take(*place, "BASE"), site.address
        yield from _comment([told])
        yield _define(name, _literal(value))

    def _block(self, block: Block) -> Iterator[str]:
        wide = block.size > 1 << 32
        prefix = self._names.take(block.name)
        title = f"{block.name}{f': {one_line(block.title)}' if block.title.strip() else ''}"
        told = [f"{'=' * 20} {title} {'=' * 20}", *paragraphs(block.desc)]
        if block.needs is not None:
            told.append(f"Touch nothing of it unless {block.needs}.")
        yield from _comment(told)
        yield _define(f"{prefix}_Size", _literal(block.size))
        yield ""
        macros: list[str] = [prefix]
        for entry in outline(block):
            del macros[entry.depth + 1 :]
            macros.append(self._names.take(macros[entry.depth], _stem(entry)))
            yield from self._entry(entry, macros[-1], wide)
            yield ""

    def _entry(self, entry: Entry, name: str, wide: bool) -> Iterator[str]:
        yield from _comment(_about(entry))
        yield _define(_call(name, entry.axes), _offset(entry, wide))
        axis = entry.own_axis
        if axis is not None:
            yield _define(f"{name}_Num", f"{axis.dimension.count}u")
            yield from self._indices(f"{name}_", axis.dimension.index)
        match entry.element:
            case Register() as register:
                yield from self._register(register, name)
            case Memory() as memory:
                yield _define(f"{name}_Size", _literal(memory.size))
            case Group():
                pass

    def _indices(self, name: str, index: Sequence[str]) -> Iterator[str]:
        if all(word == str(i) for i, word in enumerate(index)):
            return
        names = Macros()
        for i, word in enumerate(index):
            yield _define(f"{name}Idx_{names.take(word)}", str(i))

    def _register(self, register: Register, name: str) -> Iterator[str]:
        wide = register.width > 32
        masks = register.width <= WIDEST
        if register.reset is not None and register.reset_mask and masks:
            yield _define(f"{name}_Rst", _literal(register.reset & register.reset_mask, wide))
            if register.reset_mask != register.mask:
                yield _define(f"{name}_RstMsk", _literal(register.reset_mask, wide))
        if register.enum is not None and masks:
            yield from self._values(register.enum, (name,), register.width, wide)
        for row in field_rows(register):
            regular = row.is_array and all(len(field.bits.parts) == 1 for field in row.fields)
            elements = [row] if regular else [FieldRow((field,)) for field in row.fields]
            for element in elements:
                yield from self._field(element, register, name)

    def _field(self, row: FieldRow, register: Register, owner: str) -> Iterator[str]:
        field, wide, masks = row.first, register.width > 32, register.width <= WIDEST
        name = self._fields.take(owner, row.stem if row.index else field.name)
        texts = [f"{row.name}, {row.bit_words}: {field.access.describe()}."]
        texts += [f"{one_line(text).rstrip('.')}." for text in (field.title, field.desc) if text.strip()]
        yield from _comment([" ".join([*texts, *field_notes(field, register)])])
        if len(field.bits.parts) > 1:
            yield from _scattered(name, field.bits.parts, wide) if masks else ()
        elif row.index:
            yield from self._field_array(row, name, wide, masks)
        else:
            yield _define(f"{name}_Pos", f"{field.bits.lsb}u")
            if masks:
                yield _define(f"{name}_Msk", _literal(field.bits.mask, wide))
        if field.width <= WIDEST:
            for usage, enum in enumerations(field):
                words = (name, "WRITE") if usage == "when written" else (name,)
                yield from self._values(enum, words, field.width, wide)

    def _field_array(self, row: FieldRow, name: str, wide: bool, masks: bool) -> Iterator[str]:
        starts = [field.bits.lsb for field in row.fields]
        rising = row.stride is not None and row.stride > 0
        place = f"{starts[0]}u + {row.stride}u * (i)" if rising else _chosen(starts, "i", False)
        yield _define(f"{name}_Pos(i)", f"({place})")
        if masks:
            yield _define(f"{name}_Msk(i)", f"({_literal(ones(row.first.width), wide)} << {name}_Pos(i))")
        yield _define(f"{name}_FieldNum", f"{len(row.fields)}u")
        yield from self._indices(f"{name}_Field", row.index)

    def _values(self, enum: Enumeration, owner: tuple[str, ...], width: int, wide: bool) -> Iterator[str]:
        for entry in enum.entries:
            word = (
                entry.name if any(c.isalnum() and c.isascii() for c in entry.name) else f"VALUE_{entry.low}"
            )
            told = [f"danger: {one_line(entry.danger)}"] if entry.danger else []
            if self._names_differ(entry.name, word):
                told.insert(0, one_line(entry.name))
            yield from _value(self._names.take(*owner, word), entry, width, wide, "; ".join(told))
        if enum.default is not None:
            yield from _comment([f"Any other value: {one_line(enum.default)}."])

    @staticmethod
    def _names_differ(text: str, word: str) -> bool:
        return not re.fullmatch("[A-Za-z0-9_]+", text) or text != word


def _about(entry: Entry) -> list[str]:
    """What a comment tells of a register, a group or a window of memory."""
    element = entry.element
    first = entry.path
    if entry.axes:
        first += f" ({', '.join(axis.range for axis in entry.axes)})"
    if isinstance(element, Register):
        first += f", {element.width} bits: {element.access.describe()}."
    elif isinstance(element, Memory):
        first += f": {element.access.describe()}."
    else:
        first += ": a group of registers."
    texts = [f"{one_line(element.title).rstrip('.')}."] if element.title.strip() else []
    texts += paragraphs(element.desc)
    if isinstance(element, Register):
        texts += register_notes(element)
        if element.width > WIDEST and element.fields:
            texts.append("It is wider than C's integers: its fields have positions and no masks.")
    elif isinstance(element, Memory):
        texts += memory_notes(element)
    return [first, " ".join(texts)] if texts else [first]


def _stem(entry: Entry) -> str:
    """The last part of an entry's name without its index."""
    return entry.element.name.replace("%s", "")


def _call(name: str, axes: tuple[Axis, ...]) -> str:
    return f"{name}({', '.join(axis.letter for axis in axes)})" if axes else name


def _offset(entry: Entry, wide: bool) -> str:
    if not entry.axes:
        return _literal(entry.offset, wide)
    terms = [_literal(entry.offset, wide)]
    for axis in entry.axes:
        dimension = axis.dimension
        terms.append(
            f"{_literal(dimension.stride, wide)} * ({axis.letter})"
            if dimension.offsets is None
            else _chosen(dimension.offsets, axis.letter, wide)
        )
    return f"({' + '.join(terms)})"


def _chosen(values: Sequence[int], letter: str, wide: bool, start: int = 0) -> str:
    """The value at an index, by halves: a constant expression for any number of values."""
    if len(values) == 1:
        return _literal(values[0], wide)
    half = len(values) // 2
    low = _chosen(values[:half], letter, wide, start)
    high = _chosen(values[half:], letter, wide, start + half)
    return f"(({letter}) < {start + half} ? {low} : {high})"


def _value(name: str, entry: EnumEntry, width: int, wide: bool, told: str) -> Iterator[str]:
    if told:
        yield from _comment([f"{entry.text}: {told}"])
    if entry.free:
        yield _define(f"{name}_Val", _literal(entry.low, wide))
        yield _define(f"{name}_Care", _literal(ones(width) & ~entry.free, wide))
    elif entry.low != entry.high:
        yield _define(f"{name}_First", f"{entry.low}{_suffix(entry.low, wide)}")
        yield _define(f"{name}_Last", f"{entry.high}{_suffix(entry.high, wide)}")
    else:
        yield _define(name, f"{entry.low}{_suffix(entry.low, wide)}")


def _scattered(name: str, parts: tuple[tuple[int, int], ...], wide: bool) -> Iterator[str]:
    """The macros of a field whose bits are apart, most significant part first."""
    mask, shift = 0, 0
    gets, puts = [], []
    for msb, lsb in reversed(parts):
        width = msb - lsb + 1
        place = ones(width) << lsb
        mask |= place
        gets.append(f"((((word) & {_literal(place, wide)}) >> {lsb}) << {shift})")
        puts.append(f"((((value) & {_literal(ones(width) << shift, wide)}) >> {shift}) << {lsb})")
        shift += width
    yield _define(f"{name}_Msk", _literal(mask, wide))
    yield _define(f"{name}_Get(word)", f"({' | '.join(gets)})")
    yield _define(f"{name}_Put(value)", f"({' | '.join(puts)})")


def _literal(value: int, wide: bool = False) -> str:
    """An unsigned constant; of 64 bits where asked for, so that its complement keeps the upper half."""
    return f"{value:#x}{_suffix(value, wide)}"


def _suffix(value: int, wide: bool) -> str:
    return "ull" if wide or value > 0xFFFF_FFFF else "u"


def _define(name: str, value: str) -> str:
    return f"#define {name:<{_COLUMN}} {value}"


def _comment(texts: Iterable[str]) -> Iterator[str]:
    """A comment that nothing in its text can end, however the compiler reads trigraphs."""
    lines = [line for text in texts for line in _wrapped(text)]
    while lines and not lines[-1]:
        lines.pop()
    if len(lines) == 1:
        yield f"/* {lines[0]} */"
        return
    yield "/*"
    yield from (f" * {line}".rstrip() for line in lines)
    yield " */"


def _wrapped(text: str) -> list[str]:
    harmless = re.sub(r"\*(?=/)|/(?=\*)|\?(?=\?)", r"\g<0> ", printable(text))
    lines = textwrap.wrap(
        harmless, _WRAP, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    # A backslash at the end would join the next line to this one.
    return [line + " (backslash)" if line.endswith("\\") else line for line in lines] or [""]

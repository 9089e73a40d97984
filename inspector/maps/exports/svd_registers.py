"""Clusters, registers and fields of CMSIS-SVD, with everything of them that it cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from inspector.errors import SourcePosition
from inspector.maps.exports.field_rows import FieldRow, field_rows
from inspector.maps.exports.losses import Losses
from inspector.maps.exports.svd_enums import write_enumerations
from inspector.maps.exports.xml_text import XmlText
from inspector.maps.identifiers import Names
from inspector.model.access import Access, OnRead, OnWrite, Writable
from inspector.model.bits import ones
from inspector.model.field import Constraint, Field
from inspector.model.format import FormatType
from inspector.model.register import Dimension, Group, Memory, Poll, Register

ACCESS = {
    (True, Writable.NO): "read-only",
    (False, Writable.YES): "write-only",
    (True, Writable.YES): "read-write",
    (False, Writable.ONCE): "writeOnce",
    (True, Writable.ONCE): "read-writeOnce",
}
"""SVD's words for what can be read and written; it has none for neither."""

_WRITE = {
    OnWrite.W1C: "oneToClear",
    OnWrite.W1S: "oneToSet",
    OnWrite.W1T: "oneToToggle",
    OnWrite.W0C: "zeroToClear",
    OnWrite.W0S: "zeroToSet",
    OnWrite.W0T: "zeroToToggle",
    OnWrite.WCLR: "clear",
    OnWrite.WSET: "set",
    OnWrite.MODIFY: "modify",
    OnWrite.PULSE: "modify",
    OnWrite.PUSH: "modify",
}

_READ = {
    OnRead.CLEAR: "clear",
    OnRead.SET: "set",
    OnRead.MODIFY: "modify",
    OnRead.POP: "modify",
    OnRead.EXTERNAL: "modifyExternal",
}

_INDEX = re.compile(r"[_0-9a-zA-Z]+")

READS_DO_NOTHING = "that reading does nothing has no word in SVD, and is left open"


def identifier(name: str) -> str:
    """A name as SVD's names are: letters, digits and underscores, and ``%s`` in an array's."""
    return "%s".join(re.sub("[^A-Za-z0-9]+", "_", part) for part in name.split("%s"))


class Place:
    """Where something is: what a loss names.

    Args:
        losses: Takes them.
        path: The block's name, and the path in it.
        position: Where the map states it.
    """

    def __init__(self, losses: Losses, path: str, position: SourcePosition | None = None) -> None:
        self.losses = losses
        self.path = path
        self.position = position

    def at(self, name: str, position: SourcePosition | None = None) -> Place:
        """A part of it."""
        return Place(self.losses, f"{self.path}.{name}", position or self.position)

    def lost(self, message: str) -> None:
        """Note what is not carried over."""
        self.losses.add(message, self.path, self.position)


def has_registers(children: Iterable[Register | Group | Memory]) -> bool:
    """Whether there is a register that SVD can describe."""
    return any(
        has_registers(child.children)
        if isinstance(child, Group)
        else isinstance(child, Register) and bool(_register_access(child))
        for child in children
    )


def write_children(children: Sequence[Register | Group | Memory], xml: XmlText, place: Place) -> None:
    """Write what a peripheral or a cluster holds, in the map's order."""
    names = Names()
    starts: dict[int, str] = {}
    for child in children:
        if isinstance(child, Memory):
            place.at(child.name, child.position).lost(
                "a window of memory is an address block alone, without name, width and access"
            )
        elif isinstance(child, Group):
            _write_group(child, names, xml, place.at(child.name))
        else:
            _write_register(child, names, starts, xml, place.at(child.name, child.position))


# --- arrays ----------------------------------------------------------------------------------


def array_of(name: str, dimension: Dimension | None, place: Place) -> list[tuple[str, int, Dimension | None]]:
    """The elements to write: name, bytes to add to the offset, and the array's shape.

    One with its shape where SVD has a word for the array, else each element for itself.
    """
    if dimension is None:
        return [(_plain(name, place), 0, None)]
    if dimension.offsets is None and (is_counted(dimension.index) or is_listable(dimension.index)):
        stem = identifier(name)
        if stem != name:
            place.lost("a name is made an identifier")
        return [(stem if "%s" in name else f"{stem}[%s]", 0, dimension)]
    place.lost("an array of irregular offsets or names is written element by element")
    elements = [name if "%s" in name else f"{name}_%s"] * dimension.count
    return [
        (identifier(element.replace("%s", dimension.index[i])), dimension.at(i), None)
        for i, element in enumerate(elements)
    ]


def is_counted(index: Sequence[str]) -> bool:
    """Whether an array's elements are simply counted."""
    return all(word == str(i) for i, word in enumerate(index))


def is_listable(index: Sequence[str]) -> bool:
    """Whether SVD's list of names can hold the names of an array's elements."""
    return len(index) > 1 and all(_INDEX.fullmatch(word) for word in index)


def write_dimension(dimension: Dimension | None, xml: XmlText) -> None:
    """Write an array's shape, where there is one."""
    if dimension is None:
        return
    xml.element("dim", dimension.count)
    xml.element("dimIncrement", dimension.stride, hexadecimal=True)
    if not is_counted(dimension.index):
        xml.element("dimIndex", ",".join(dimension.index))


def _plain(name: str, place: Place) -> str:
    written = identifier(name).rstrip("_") if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name) else name
    if written != name:
        place.lost("a name is made an identifier")
    return written


# --- clusters and registers ------------------------------------------------------------------


def _write_group(group: Group, names: Names, xml: XmlText, place: Place) -> None:
    if not has_registers(group.children):
        place.lost("a group without a register is left out")
        return
    if group.title.strip() and group.desc.strip():
        place.lost("a title beside a description is not carried")
    for name, start, dimension in array_of(group.name, group.dimension, place):
        with xml.inside("cluster"):
            write_dimension(dimension, xml)
            xml.element("name", names.take(name))
            xml.element("description", group.desc.strip() or group.title.strip())
            xml.element("addressOffset", group.offset + start, hexadecimal=True)
            write_children(group.children, xml, place)


def _write_register(
    register: Register, names: Names, starts: dict[int, str], xml: XmlText, place: Place
) -> None:
    access = _register_access(register)
    if not access:
        place.lost("what can be neither read nor written is left out")
        return
    _tell_register_losses(register, place)
    for name, start, dimension in array_of(register.name, register.dimension, place):
        written = names.take(name)
        offset = register.offset + start
        with xml.inside("register"):
            write_dimension(dimension, xml)
            xml.element("name", written)
            xml.optional("displayName", register.title)
            xml.optional("description", register.desc)
            if register.alt:
                xml.element("alternateGroup", identifier(register.alt))
            elif register.when and offset in starts:
                xml.element("alternateRegister", starts[offset])
            xml.element("addressOffset", offset, hexadecimal=True)
            xml.element("size", register.width)
            xml.element("access", access)
            if register.reset is not None and register.reset_mask:
                xml.element("resetValue", register.reset & register.reset_mask, hexadecimal=True)
                xml.element("resetMask", register.reset_mask, hexadecimal=True)
            xml.optional("dataType", _data_type(register))
            _write_effects(_common_effects(register, place), Constraint(), register.width, xml, place)
            if register.fields:
                _write_fields(register, xml, place)
        starts.setdefault(offset, written)


def _register_access(register: Register) -> str:
    """SVD's word for a register: its own access, or what its fields allow together; empty for nothing."""
    own = register.access
    if own.readable or own.writable:
        return ACCESS[own.readable, own.writable]
    if not register.readable and not register.writable:
        return ""
    return ACCESS[register.readable, Writable.YES if register.writable else Writable.NO]


def _common_effects(register: Register, place: Place) -> Access:
    """A register's own access, without a write effect that a field of it would inherit and does not have.

    Readers take what a register says for its fields too, and SVD has no word for a field that just stores.
    To take a read for one that acts is the safe mistake; to take a stored bit for a flag is not.
    """
    access = register.access
    if any(
        field.access.writable and field.access.on_write is not access.on_write for field in register.fields
    ):
        if access.writable and access.on_write in _WRITE:
            place.lost(
                "what writing does to bits without a name is not carried beside fields of another kind"
            )
        access = replace(access, on_write=OnWrite.STORE)
    acts = access.readable and access.on_read in _READ
    if acts and any(not field.access.on_read.acts for field in register.fields if field.access.readable):
        place.lost("that reading does nothing to a field is not carried where the register says that it acts")
    return access


def _data_type(register: Register) -> str:
    if register.format.type is FormatType.SIGNED and register.width in (8, 16, 32, 64):
        return f"int{register.width}_t"
    return ""


def _tell_register_losses(register: Register, place: Place) -> None:
    kind = register.format.type
    lost = {
        "a condition (when) is not carried; what shares an address is an alternate register": register.when,
        "the width of a bus access is not carried": register.access_width != register.width,
        "that words are in big-endian order is not carried": register.words > 1
        and register.word_order == "big",
        "that bytes are in big-endian order is not carried": register.byte_order == "big"
        and register.access_width > 8,
        "volatile is not carried": register.volatile,
        "const is not carried": register.const,
        "the value that identifies the block (expect) is not carried": register.expect is not None,
        "how live displays read it (poll) is not carried": register.poll is not Poll.AUTO,
        "what is written to bits without a name (reserved_write) is not carried": register.reserved_write,
        "that it reads back something else (echo) is not carried": not register.echo,
        "that it must not be read after a write (readback) is not carried": not register.readback,
        "that the upper half of a write enables bits (write_mask) is not carried": register.write_mask,
        "that a write takes effect when made twice (write_twice) is not carried": register.write_twice,
        "a lock (locked_by) is not carried": register.locked_by,
        "that a write takes effect with a later one (latched_by) is not carried": register.latched_by,
        "where bits are set and cleared without a read (atomic) is not carried": register.atomic,
        "how it is restored is not carried": register.restore,
        "the danger of a write is not carried": register.danger,
        "the display format is not carried": kind is not FormatType.HEX and not _data_type(register),
        "the unit is not carried": register.unit,
        "the names of a register's own values are not carried, as only fields have some": register.enum,
        "the place in the data sheet (doc) is not carried": register.doc,
        "tags are not carried": register.tags,
        "hidden is not carried": register.hidden,
        "the behaviour in simulation is not carried": register.sim,
    }
    _tell(lost, place)


def _tell(lost: dict[str, object], place: Place) -> None:
    for message, there in lost.items():
        if there:
            place.lost(message)


def _write_effects(access: Access, constraint: Constraint, width: int, xml: XmlText, place: Place) -> None:
    """Write what writing does, which values may be written, and what reading does, in this order."""
    if access.writable and access.on_write in _WRITE:
        xml.element("modifiedWriteValues", _WRITE[access.on_write])
    _write_constraint(constraint, width, xml, place)
    if access.readable and access.on_read in _READ:
        xml.element("readAction", _READ[access.on_read])
    unsaid: dict[str, object] = {
        "a pulse is written as 'modify'": access.on_write is OnWrite.PULSE,
        "a push to a FIFO is written as 'modify'": access.on_write is OnWrite.PUSH,
        "that writing does nothing is not carried": access.writable and access.on_write is OnWrite.NONE,
        "that what writing does is not known is not carried": access.on_write is OnWrite.UNKNOWN,
        "a pop of a FIFO is written as 'modify'": access.readable and access.on_read is OnRead.POP,
    }
    _tell({message: there for message, there in unsaid.items() if access.writable or "pop" in message}, place)
    if access.readable and access.on_read is OnRead.NONE:
        # It is so of most registers of most maps: naming each would hide the rest.
        place.losses.add(READS_DO_NOTHING)


def _write_constraint(constraint: Constraint, width: int, xml: XmlText, place: Place) -> None:
    limited = constraint.minimum is not None or constraint.maximum is not None
    if sum((constraint.as_read, constraint.enum_only, limited)) > 1:
        place.lost("only one of several constraints is carried")
    if constraint == Constraint():
        return
    with xml.inside("writeConstraint"):
        if constraint.as_read:
            xml.element("writeAsRead", "true")
        elif constraint.enum_only:
            xml.element("useEnumeratedValues", "true")
        else:
            with xml.inside("range"):
                xml.element("minimum", constraint.minimum or 0)
                xml.element("maximum", ones(width) if constraint.maximum is None else constraint.maximum)


# --- fields ----------------------------------------------------------------------------------


def _write_fields(register: Register, xml: XmlText, place: Place) -> None:
    rows = [part for row in field_rows(register) for part in _writable_rows(row)]
    described = [row for row in rows if row.first.access.readable or row.first.access.writable]
    for row in rows:
        if row not in described:
            place.at(row.name).lost("what can be neither read nor written is left out")
    if not described:
        return
    names = Names()
    with xml.inside("fields"):
        for row in described:
            _write_row(row, register, names, xml, place.at(row.name))


def _writable_rows(row: FieldRow) -> list[FieldRow]:
    """The row where SVD can say it as one array, else its elements."""
    contiguous = all(len(field.bits.parts) == 1 for field in row.fields)
    array = row.is_array and contiguous and row.stride is not None and row.stride > 0
    if array and (is_counted(row.index) or is_listable(row.index)):
        return [row]
    return [FieldRow((field,)) for field in row.fields]


def _write_row(row: FieldRow, register: Register, names: Names, xml: XmlText, place: Place) -> None:
    field = row.first
    _tell_field_losses(field, register, place)
    if row.index:
        dimension = Dimension(len(row.fields), row.stride or 0, row.index)
        (name, _, _), *_ = array_of(row.stem, dimension, place)
        _write_field(field, names.take(name), field.bits.parts[0], dimension, xml, place)
        return
    name = _plain(field.name, place)
    if len(field.bits.parts) == 1:
        _write_field(field, names.take(name), field.bits.parts[0], None, xml, place)
        return
    place.lost("a field whose bits are apart is written as several fields, without names of values")
    for msb, lsb in field.bits.parts:
        part = f"{name}_{msb}_{lsb}" if msb != lsb else f"{name}_{msb}"
        _write_field(field, names.take(part), (msb, lsb), None, xml, place)


def _write_field(
    field: Field, name: str, bits: tuple[int, int], dimension: Dimension | None, xml: XmlText, place: Place
) -> None:
    msb, lsb = bits
    with xml.inside("field"):
        write_dimension(dimension, xml)
        xml.element("name", name)
        xml.optional("description", field.desc.strip() or field.title)
        xml.element("lsb", lsb)
        xml.element("msb", msb)
        xml.element("access", ACCESS[field.access.readable, field.access.writable])
        whole = len(field.bits.parts) == 1
        _write_effects(field.access, field.constraint if whole else Constraint(), field.width, xml, place)
        if whole:
            write_enumerations(field, xml, place.lost)


def _tell_field_losses(field: Field, register: Register, place: Place) -> None:
    lost = {
        "a title beside a description is not carried": field.title.strip() and field.desc.strip(),
        "the view (alt) of a field is not carried": field.alt,
        "a condition (when) of a field is not carried": field.when,
        "volatile is not carried": field.volatile and not register.volatile,
        "the display format is not carried": field.format.type is not FormatType.HEX,
        "the unit is not carried": field.unit,
        "the key that must be written (write_value) is not carried": field.write_value is not None,
        "the value that identifies the block (expect) is not carried": field.expect is not None,
        "what is written to a reserved field (reserved_write) is not carried": field.reserved_write,
        "the danger of a write is not carried": field.danger,
        "tags are not carried": field.tags,
        "hidden is not carried": field.hidden,
        "the behaviour in simulation is not carried": field.sim,
    }
    _tell(lost, place)

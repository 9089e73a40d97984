"""Clusters and registers of CMSIS-SVD, with everything of them that it cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from inspector.maps.exports.svd_effects import ACCESS, READ, WRITE, write_effects
from inspector.maps.exports.svd_fields import write_fields
from inspector.maps.exports.svd_places import Place, array_of, identifier, tell_losses, write_dimension
from inspector.maps.exports.xml_text import XmlText
from inspector.maps.identifiers import Names
from inspector.model.access import Access, OnWrite, Writable
from inspector.model.field import Constraint
from inspector.model.format import FormatType
from inspector.model.register import Group, Memory, Poll, Register


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
            write_effects(_common_effects(register, place), Constraint(), register.width, xml, place)
            if register.fields:
                write_fields(register, xml, place)
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
        if access.writable and access.on_write in WRITE:
            place.lost(
                "what writing does to bits without a name is not carried beside fields of another kind"
            )
        access = replace(access, on_write=OnWrite.STORE)
    acts = access.readable and access.on_read in READ
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
    tell_losses(lost, place)

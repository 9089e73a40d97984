"""The fields of CMSIS-SVD, with everything of them that it cannot say."""

from __future__ import annotations

from inspector.maps.exports.field_rows import FieldRow, field_rows
from inspector.maps.exports.svd_effects import ACCESS, write_effects
from inspector.maps.exports.svd_enums import write_enumerations
from inspector.maps.exports.svd_places import (
    Place,
    array_of,
    is_counted,
    is_listable,
    plain_name,
    tell_losses,
    write_dimension,
)
from inspector.maps.exports.xml_text import XmlText
from inspector.maps.identifiers import Names
from inspector.model.field import Constraint, Field
from inspector.model.format import FormatType
from inspector.model.register import Dimension, Register


def write_fields(register: Register, xml: XmlText, place: Place) -> None:
    """Write a register's fields in the map's order, arrays as such."""
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
    name = plain_name(field.name, place)
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
        write_effects(field.access, field.constraint if whole else Constraint(), field.width, xml, place)
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
    tell_losses(lost, place)

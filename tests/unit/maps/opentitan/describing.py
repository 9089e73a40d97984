"""Small OpenTitan descriptions for the tests."""

from __future__ import annotations

import textwrap

from inspector.maps.opentitan import import_opentitan
from inspector.maps.tree import Imported
from inspector.model.field import Field
from inspector.model.register import Register
from tests.unit.maps.imported import loaded, registers

NAME = "timer.hjson"


def described(text: str) -> Imported:
    """The import of a file of that text."""
    return import_opentitan(textwrap.dedent(text).encode(), NAME)


def block(entries: str, *, top: str = "") -> Imported:
    """The import of a block ``timer`` with these entries in its list of registers."""
    return described(
        f'{{\n name: "timer"\n{textwrap.dedent(top)}\n registers: [\n{textwrap.dedent(entries)}\n ]\n}}'
    )


def registers_of(entries: str, *, top: str = "") -> dict[str, Register]:
    """The registers of such a block by their paths."""
    found = registers(loaded(block(entries, top=top)))
    return {path.removeprefix("timer."): register for path, register in found.items()}


def offsets_of(entries: str, *, top: str = "") -> dict[str, int]:
    """The offsets of registers and windows."""
    (only,) = loaded(block(entries, top=top)).blocks
    found = {name: offset for name, offset, _ in only.walk()}
    return found | {name: offset for name, offset, _ in only.memories()}


def field_of(properties: str, *, register: str = "") -> Field:
    """The only field of the only register."""
    (found,) = registers_of(
        f'{{name: "R", desc: "", {register} fields: [{{name: "F", desc: "", {properties}}}]}}'
    ).values()
    (field,) = found.fields
    return field


def word(name: str, more: str = "") -> str:
    """A register of one field ``F`` of 32 bits."""
    fields = '[{bits: "31:0", name: "F", desc: ""}]'
    return f'{{name: "{name}", desc: "", swaccess: "rw", {more} fields: {fields}}}\n'

"""Small SystemRDL descriptions for the tests."""

from __future__ import annotations

import textwrap
from pathlib import Path

from inspector.maps.systemrdl import import_systemrdl
from inspector.maps.tree import Imported
from inspector.model.field import Field
from inspector.model.register import Register
from tests.unit.maps.imported import loaded, registers

NAME = "board.rdl"


def described(folder: Path, text: str) -> Imported:
    """The import of a file of that text."""
    path = folder / NAME
    path.write_text(textwrap.dedent(text))
    return import_systemrdl(path, NAME)


def registers_of(folder: Path, body: str) -> dict[str, Register]:
    """The registers of an address map ``m`` by their paths."""
    text = f"addrmap m {{\n{textwrap.dedent(body)}\n}};\n"
    found = registers(loaded(described(folder, text)))
    return {path.removeprefix("m."): register for path, register in found.items()}


def fields_of(folder: Path, body: str) -> dict[str, Field]:
    """The fields of the only register of an address map, by name."""
    (register,) = registers_of(folder, f"reg {{ {body} }} one;").values()
    return {field.name: field for field in register.fields}

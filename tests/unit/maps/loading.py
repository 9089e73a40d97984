"""Small maps for the tests of the loader: the registers of one block, written as in a file."""

from __future__ import annotations

import textwrap

from inspector.errors import Finding, MapError
from inspector.maps import load_text
from inspector.model.field import Field
from inspector.model.register import Block, Group, Memory, Register
from inspector.model.registermap import RegisterMap


def text_of(registers: str, *, top: str = "", block: str = "", regions: str = "") -> str:
    """A map with one block `b` of these registers."""
    parts = [
        "regmap: 1\n",
        textwrap.dedent(top),
        "blocks:\n  b:\n",
        textwrap.indent(textwrap.dedent(block), "    "),
        "    registers:\n",
        textwrap.indent(textwrap.dedent(registers).strip("\n"), "      "),
        "\n",
        textwrap.dedent(regions),
    ]
    return "".join(parts)


def load_registers(registers: str, *, top: str = "", block: str = "", regions: str = "") -> RegisterMap:
    return load_text(text_of(registers, top=top, block=block, regions=regions), "map.yaml")


def block_of(registers: str, *, top: str = "", block: str = "") -> Block:
    return load_registers(registers, top=top, block=block).blocks[0]


def register_of(registers: str, name: str = "R", *, top: str = "", block: str = "") -> Register:
    def walk(children: tuple[Register | Group | Memory, ...]) -> Register | None:
        for child in children:
            if isinstance(child, Group):
                found = walk(child.children)
                if found is not None:
                    return found
            elif isinstance(child, Register) and child.name == name:
                return child
        return None

    found = walk(block_of(registers, top=top, block=block).children)
    assert found is not None
    return found


def field_of(registers: str, name: str, *, top: str = "", block: str = "") -> Field:
    found = register_of(registers, top=top, block=block).field(name)
    assert found is not None
    return found


def findings_of(text: str) -> list[Finding]:
    """The findings of a map that must be refused."""
    try:
        load_text(text, "map.yaml")
    except MapError as error:
        return list(error.findings)
    raise AssertionError("the map loads")


def rules_of(registers: str, *, top: str = "", block: str = "", regions: str = "") -> list[str]:
    return [
        finding.rule for finding in findings_of(text_of(registers, top=top, block=block, regions=regions))
    ]

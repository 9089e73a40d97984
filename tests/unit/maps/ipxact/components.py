"""Writes small components for the tests, as 1685-2014 has them unless told otherwise."""

from __future__ import annotations

import re

import pytest

from inspector.errors import MapError
from inspector.maps.ipxact import import_ipxact
from inspector.maps.tree import Imported
from inspector.model.field import Field
from inspector.model.register import Register

from ..imported import loaded, registers

NAMESPACES = {
    "2009": ("spirit", "http://www.spiritconsortium.org/XMLSchema/SPIRIT/1685-2009"),
    "2014": ("ipxact", "http://www.accellera.org/XMLSchema/IPXACT/1685-2014"),
    "2022": ("ipxact", "http://www.accellera.org/XMLSchema/IPXACT/1685-2022"),
}


def tag(name: str, content: object, **attributes: str) -> str:
    """An element; prefixes come in at the end."""
    stated = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{stated}>{content}</{name}>"


def component(*parts: str, version: str = "2014", root: str = "component") -> bytes:
    prefix, namespace = NAMESPACES[version]
    body = "\n".join(
        [
            tag("vendor", "example.org"),
            tag("library", "lib"),
            tag("name", "dev"),
            tag("version", "1.2"),
            *parts,
        ]
    )
    body = re.sub(r"<(/?)(?=[A-Za-z])", rf"<\1{prefix}:", body)
    head = f'<?xml version="1.0"?>\n<{prefix}:{root} xmlns:{prefix}="{namespace}">'
    return f"{head}\n{body}\n</{prefix}:{root}>".encode()


def memory_map(*parts: str, name: str = "regs", unit: str = "") -> str:
    inner = [tag("name", name), *parts, *([tag("addressUnitBits", unit)] if unit else [])]
    return tag("memoryMap", "\n".join(inner))


def block(*parts: str, name: str = "main", base: str = "0", extent: str = "'h100", width: str = "32") -> str:
    stated = [tag("name", name), tag("baseAddress", base), tag("range", extent), tag("width", width)]
    return tag("addressBlock", "\n".join([*stated, *parts]))


def register(*parts: str, name: str = "R", offset: str = "0", size: str = "32") -> str:
    return tag(
        "register", "\n".join([tag("name", name), tag("addressOffset", offset), tag("size", size), *parts])
    )


def field(*parts: str, name: str = "F", lsb: str = "0", width: str = "1") -> str:
    return tag("field", "\n".join([tag("name", name), tag("bitOffset", lsb), tag("bitWidth", width), *parts]))


def of_maps(*maps: str, version: str = "2014") -> Imported:
    return import_ipxact(component(tag("memoryMaps", "\n".join(maps)), version=version), "dev.xml")


def of_blocks(*blocks: str, unit: str = "") -> Imported:
    return of_maps(memory_map(*blocks, unit=unit))


def of_registers(*parts: str, version: str = "2014") -> Imported:
    return of_maps(memory_map(block(*parts)), version=version)


def register_of(imported: Imported, name: str = "main.R") -> Register:
    return registers(loaded(imported))[name]


def field_of(*parts: str, width: str = "8", version: str = "2014") -> Field:
    found = register_of(of_registers(register(field(*parts, width=width)), version=version)).field("F")
    assert found is not None
    return found


def refusal(data: bytes) -> str:
    with pytest.raises(MapError) as caught:
        import_ipxact(data, "dev.xml")
    (found,) = caught.value.findings
    return f"{found.position.line} {found.rule}: {found.message}"

"""Whether two maps say the same: in everything but where their files say it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from inspector.model.register import Memory, Register
from inspector.model.registermap import Region, RegisterMap

Said = tuple[str, object]

_OF_THE_FILE = {"name", "offset", "dimension", "position"}
"""What an array's elements have from how they are written; their paths and addresses are compared."""


def differences(one: RegisterMap, other: RegisterMap) -> list[str]:
    """The first few things that the maps say differently."""
    mine, yours = dict(_said(one)), dict(_said(other))
    found = [
        f"{what}: {mine.get(what, 'nothing')!r} became {yours.get(what, 'nothing')!r}"
        for what in dict.fromkeys((*mine, *yours))
        if mine.get(what, _NOTHING) != yours.get(what, _NOTHING)
    ]
    return found[:5]


_NOTHING = object()


def _said(register_map: RegisterMap) -> Iterator[Said]:
    for name in ("name", "title", "desc", "doc", "vendor", "version", "license"):
        yield name, getattr(register_map, name)
    yield "nodes", [node.path for node in register_map.nodes]
    yield "regions", [region.name for region in register_map.regions]
    for region in register_map.regions:
        yield from _region(region)
    for node in register_map.nodes:
        at = f"{node.region.name}/{node.instance.name}.{node.local}"
        yield f"{at} at", (node.address, node.offset)
        yield f"{at} safety", node.safety
        yield from _element(at, node.register)


def _region(region: Region) -> Iterator[Said]:
    for field in dataclasses.fields(region):
        if field.name != "instances":
            yield f"{region.name} {field.name}", getattr(region, field.name)
    yield f"{region.name} instances", [instance.name for instance in region.instances]
    for instance in region.instances:
        at = f"{region.name}/{instance.name}"
        yield at, (instance.offset, instance.alt, instance.title, instance.desc)
        block = instance.block
        yield f"{at} block", (block.name, block.size, block.title, block.desc, block.doc, block.needs)
        for path, offset, memory in block.memories():
            yield f"{at}.{path} at", offset
            yield from _element(f"{at}.{path}", memory)


def _element(at: str, element: Register | Memory) -> Iterator[Said]:
    for field in dataclasses.fields(element):
        if field.name not in _OF_THE_FILE:
            yield f"{at} {field.name}", getattr(element, field.name)

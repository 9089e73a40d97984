"""The JSON Schema (draft-07) of the map format, for editors; made of the loader's own tables of keys."""

from __future__ import annotations

import json
from typing import Any

from inspector.maps.entries import Key, Table
from inspector.maps.enumerations import EnumText
from inspector.maps.keys import (
    BITS,
    BLOCK,
    DEFINITIONS,
    DEVICE,
    FIELD,
    GROUP,
    INSTANCE,
    MEMORY,
    OFFSET,
    REGION,
    REGISTER,
    REGMAP,
    TOP,
)
from inspector.maps.kinds import Text, named, reference

_WITHIN = {
    "registers": named("register_or_group_part"),
    "fields": named("field_or_bits_part"),
    "regions": named("region_part"),
    "instances": named("instance_part"),
    "devices": named("device_part"),
}
"""The keys whose values are parts where they stand in a part."""

_NOTHING = {"type": "null"}
"""What deletes, where something is there already."""


def build() -> str:
    """Make the schema's text from the tables of keys."""
    definitions: dict[str, object] = {name: _table(table) for name, table in DEFINITIONS.items()}
    definitions["text"] = Text().schema()
    definitions["enum_values"] = EnumText(by_name=False).schema()
    definitions["field_or_bits"] = {"anyOf": [BITS.kind.schema(), reference("field")]}
    definitions["block"] = _unless("like", _table(BLOCK), "block_part")
    # An editor completes the keys of both, and says which one a wrong key was tried against.
    group_or_register = {
        "if": {"type": "object", "required": ["registers"]},
        "then": reference("group"),
        "else": {
            "if": {
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": {"const": "memory"}},
            },
            "then": reference("memory"),
            "else": {
                "if": {"type": "object"},
                "then": reference("register"),
                "else": OFFSET.kind.schema(),
            },
        },
    }
    definitions["register_or_group"] = _unless("like", group_or_register, "element_part")
    definitions["instance_or_block"] = {"anyOf": [{"type": "string"}, reference("instance")]}
    whole = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Register map of inspector, version 1",
        **_unless("overlay", _table(TOP), "overlay_map"),
        "definitions": definitions | _parts(),
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _parts() -> dict[str, object]:
    """What may be left out of a thing, and deleted from it, since there is one already that it is like."""
    return {
        "block_part": _part(BLOCK),
        "element_part": _part(REGISTER, GROUP, MEMORY),
        "field_part": _part(FIELD),
        "register_or_group_part": {
            "anyOf": [OFFSET.kind.schema(), reference("element_part"), _NOTHING],
        },
        "field_or_bits_part": {"anyOf": [BITS.kind.schema(), reference("field_part"), _NOTHING]},
        "region_part": {"anyOf": [_part(REGION), _NOTHING]},
        "instance_part": {"anyOf": [{"type": "string"}, _part(INSTANCE), _NOTHING]},
        "device_part": {"anyOf": [_part(DEVICE), _NOTHING]},
        "patch": {"anyOf": [_part(BLOCK, REGISTER, GROUP, MEMORY, FIELD), _NOTHING]},
        "overlay_map": {**_part(TOP), "required": [REGMAP.name]},
    }


def _unless(key: str, described: dict[str, object], part: str) -> dict[str, object]:
    """The part of that name where the key is stated."""
    derived = {"type": "object", "required": [key]}
    return {"if": derived, "then": reference(part), "else": described}


def _table(table: Table) -> dict[str, object]:
    described = _object({name: _key(key) for name, key in table.keys.items()})
    required = [key.name for key in table.required if not key.unless]
    if required:
        described["required"] = required
    for others in dict.fromkeys(key.unless for key in table.required if key.unless):
        described["if"] = {"not": {"anyOf": [{"required": [name]} for name in others]}}
        described["then"] = {"required": [key.name for key in table.required if key.unless == others]}
    return described


def _part(*tables: Table) -> dict[str, object]:
    """What is stated of a thing that one of the tables describes, and which is there already."""
    names = dict.fromkeys(name for table in tables for name in table.keys)
    return _object({name: _part_key([t.keys[name] for t in tables if name in t.keys]) for name in names})


def _part_key(keys: list[Key[Any]]) -> dict[str, object]:
    kinds: list[dict[str, object]] = []
    for key in keys:
        described = _WITHIN.get(key.name, key.kind).schema()
        if described not in kinds:
            kinds.append(described)
    return {"description": keys[0].doc, "anyOf": [*kinds, _NOTHING]}


def _object(properties: dict[str, object]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "patternProperties": {"^x-": {}, "^<<$": {}},
        "additionalProperties": False,
    }


def _key(key: Key[Any]) -> dict[str, object]:
    described = key.kind.schema()
    # Draft-07 ignores whatever stands beside a reference.
    if "$ref" in described:
        described = {"allOf": [described]}
    return {"description": key.doc, **described}

"""The JSON Schema (draft-07) of the map format, for editors; made of the loader's own tables of keys."""

from __future__ import annotations

import json
from typing import Any

from inspector.maps.entries import Key, Table
from inspector.maps.keys import BITS, DEFINITIONS, OFFSET, TOP
from inspector.maps.kinds import Text, reference
from inspector.maps.values import EnumText


def build() -> str:
    """Make the schema's text from the tables of keys."""
    definitions: dict[str, object] = {name: _table(table) for name, table in DEFINITIONS.items()}
    definitions["text"] = Text().schema()
    definitions["enum_values"] = EnumText(by_name=False).schema()
    definitions["field_or_bits"] = {"anyOf": [BITS.kind.schema(), reference("field")]}
    # An editor completes the keys of both, and says which one a wrong key was tried against.
    definitions["register_or_group"] = {
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
    definitions["instance_or_block"] = {"anyOf": [{"type": "string"}, reference("instance")]}
    whole = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Register map of inspector, version 1",
        **_table(TOP),
        "definitions": definitions,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _table(table: Table) -> dict[str, object]:
    described: dict[str, object] = {
        "type": "object",
        "properties": {name: _key(key) for name, key in table.keys.items()},
        "patternProperties": {"^x-": {}, "^<<$": {}},
        "additionalProperties": False,
    }
    if table.required:
        described["required"] = [key.name for key in table.required]
    return described


def _key(key: Key[Any]) -> dict[str, object]:
    described = key.kind.schema()
    # Draft-07 ignores whatever stands beside a reference.
    if "$ref" in described:
        described = {"allOf": [described]}
    return {"description": key.doc, **described}

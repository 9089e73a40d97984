"""A loaded map as JSON."""

from __future__ import annotations

import json

from inspector.maps import export_json
from tests.unit.maps.loading import load_registers


def test_each_register_is_an_object() -> None:
    loaded = load_registers(
        """
        R:
          offset: 4
          width: 16
          access: w1c
          reset: 0x30
          reset_mask: 0xf0
          fields:
            A: {bits: 7:4, access: ro, enum: {0: off, 3..4: on, default: odd}}
            B: {bits: [9, 1:0], enum_write: {1: go}}
        E: {offset: 8, enum: {1: one}}
        """,
        regions="regions: {m: {base: 0x1000, instances: {I: b}}}\n",
    )
    assert list(export_json(loaded)) == [
        {
            "path": "I.R",
            "address": 0x1004,
            "width": 16,
            "access": "w1c",
            "reset": 0x30,
            "reset_mask": 0xF0,
            "fields": {
                "A": {
                    "bits": "7:4",
                    "access": "ro",
                    "reset": 3,
                    "enum": {"0": "off", "3..4": "on", "default": "odd"},
                },
                "B": {"bits": "9,1:0", "access": "w1c", "enum_write": {"1": "go"}},
            },
        },
        {
            "path": "I.E",
            "address": 0x1008,
            "width": 32,
            "access": "rw",
            "reset": None,
            "enum": {"1": "one"},
            "fields": {},
        },
    ]


def test_it_is_json_in_the_maps_order() -> None:
    loaded = load_registers("B: {offset: 8, count: 2}\nA: 4")
    lines = [json.loads(json.dumps(described)) for described in export_json(loaded)]
    assert [line["path"] for line in lines] == ["b.A", "b.B[0]", "b.B[1]"]

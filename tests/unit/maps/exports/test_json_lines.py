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


def test_what_the_format_gained_is_told_where_it_says_more_than_the_default() -> None:
    loaded = load_registers(
        """
        SEL: {offset: 0, fields: {M: 1:0}}
        S: {offset: 0x10, access: wo1s}
        A:
          offset: 4
          width: 64
          access_width: 32
          word_order: big
          access: ro
          on_read: unknown
          volatile: true
          title: Title
          desc: What it is
          doc: Section 3
          tags: [one]
          format: {type: fixed, frac: 8}
          unit: V
          when: SEL.M == 1 and SEL.M != 2
        B:
          offset: 4
          alt: other
          access: ro
          const: true
          expect: 7
          format: dec
          poll: never
          byte_order: big
        C:
          offset: 12
          write_mask: upper
          write_twice: true
          locked_by: SEL.M == 2
          reserved_write: one
          echo: no
          readback: no
          atomic: {set: S}
          fields:
            F:
              bits: 7:0
              on_write: push
              enum: {0b0000x111: some, 0: none}
              constraint: {min: 1, max: 9}
              format: {type: linear, scale: 0.5, offset: -40}
            G: {bits: 11:8, write_value: 5, title: Key, volatile: true}
            H: {bits: 12, reserved_write: zero}
            X:
              bits: 15:13
              format: {type: expr, expr: value * 2}
              enum: {0: a, 1..7: b}
              constraint: {enum_only: true}
        """
    )
    lines = {str(line["path"]): line for line in export_json(loaded)}
    assert set(lines["b.SEL"]) == {"path", "address", "width", "access", "reset", "fields"}
    a = dict(lines["b.A"])
    for key in ("path", "address", "width", "reset", "fields"):
        del a[key]
    assert a == {
        "access": "ro",
        "on_read": "unknown",
        "access_width": 32,
        "word_order": "big",
        "when": "SEL.M == 1 and SEL.M != 2",
        "volatile": True,
        "title": "Title",
        "desc": "What it is",
        "doc": "Section 3",
        "tags": ["one"],
        "format": {"type": "fixed", "frac": 8},
        "unit": "V",
    }
    b = lines["b.B"]
    assert [b.get(key) for key in ("alt", "const", "expect", "format", "poll", "byte_order", "volatile")] == [
        "other",
        True,
        7,
        "dec",
        "never",
        "big",
        None,
    ]
    c = lines["b.C"]
    assert [
        c[key] for key in ("write_mask", "write_twice", "locked_by", "reserved_write", "echo", "readback")
    ] == [
        "upper",
        True,
        "SEL.M == 2",
        "one",
        False,
        False,
    ]
    assert c["atomic"] == {"set": "S"}
    assert c["fields"] == {
        "F": {
            "bits": "7:0",
            "access": "rw",
            "on_write": "push",
            "constraint": {"min": 1, "max": 9},
            "format": {"type": "linear", "scale": 0.5, "offset": -40.0},
            "enum": {"0bx111": "some", "0": "none"},
        },
        "G": {"bits": "11:8", "access": "rw", "volatile": True, "title": "Key", "write_value": 5},
        "H": {"bits": "12", "access": "rw", "reserved_write": "zero"},
        "X": {
            "bits": "15:13",
            "access": "rw",
            "constraint": {"enum_only": True},
            "format": {"type": "expr", "expr": "value * 2"},
            "enum": {"0": "a", "1..7": "b"},
        },
    }


def test_a_window_of_memory_comes_after_the_registers() -> None:
    loaded = load_registers(
        """
        M: {offset: 0x10, kind: memory, size: 64, width: 16, access: ro, desc: Samples}
        G:
          offset: 0x100
          count: 2
          stride: 0x20
          registers: {N: {offset: 0, kind: memory, size: 8, width: 32}}
        A: 0
        """,
        regions="regions: {m: {base: 0x1000, instances: {I: b}}}\n",
    )
    assert [(line["path"], line["address"], line.get("kind")) for line in export_json(loaded)] == [
        ("I.A", 0x1000, None),
        ("I.M", 0x1010, "memory"),
        ("I.G[0].N", 0x1100, "memory"),
        ("I.G[1].N", 0x1120, "memory"),
    ]
    memory = list(export_json(loaded))[1]
    assert [memory[key] for key in ("width", "access", "size", "desc", "fields", "reset")] == [
        16,
        "ro",
        64,
        "Samples",
        {},
        None,
    ]

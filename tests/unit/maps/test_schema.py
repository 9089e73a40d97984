"""The JSON Schema for editors, held against the loader."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from inspector import maps
from inspector.errors import MapError
from inspector.maps import keys
from inspector.maps.entries import Table
from inspector.maps.json_schema import build
from inspector.maps.nodes import MappingNode, Node, ScalarNode, SequenceNode, Source, UnreadableError, parse
from inspector.model.field import FieldBehaviour
from inspector.model.register import RegisterBehaviour

HERE = Path(__file__).parent
LOADABLE = sorted([*(HERE / "good").glob("*.yaml"), *(HERE / "suspicious").glob("*.yaml")])
WORDY = [
    path
    for path in sorted((HERE / "bad").glob("*.yaml"))
    # What a source may be is the backends' to know.
    if re.search(r"^# \S+ error unknown-(key|word): (?!no backend)", path.read_text(), re.MULTILINE)
]
VALIDATOR = jsonschema.Draft7Validator(maps.schema())


def as_an_editor_reads(node: Node | None) -> Any:
    """The tree by the types of YAML 1.2's core schema; keys are texts."""
    match node:
        case SequenceNode():
            return [as_an_editor_reads(item) for item in node.items]
        case MappingNode():
            tree: dict[str, Any] = {}
            for key, value in node.pairs:
                read = as_an_editor_reads(value)
                if isinstance(key, ScalarNode) and key.text == "<<":
                    for source in read if isinstance(read, list) else [read]:
                        tree = {**source, **tree} if isinstance(source, dict) else {**tree, "<<": source}
                elif isinstance(key, ScalarNode):
                    tree[key.text] = read
                else:
                    tree["?"] = read
            return tree
        case ScalarNode():
            return node.text if not node.plain else typed(node.text)
    return None


def typed(text: str) -> Any:
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"0o[0-7]+", text):
        return int(text[2:], 8)
    if re.fullmatch(r"0x[0-9a-fA-F]+", text):
        return int(text[2:], 16)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        return float(text)
    words = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
    truths = {word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
    return {**words, **truths}.get(text, text)


def complaints(text: str) -> list[str]:
    return [
        error.message for error in VALIDATOR.iter_errors(as_an_editor_reads(parse(Source("map.yaml", text))))
    ]


def test_the_packaged_schema_is_made_of_the_loaders_tables() -> None:
    assert maps.schema_text() == build(), (
        "the keys have changed: write json_schema.build() into register-maps/regmap-v1.schema.json"
    )


def test_it_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(maps.schema())


@pytest.mark.parametrize("path", LOADABLE, ids=lambda path: path.stem)
def test_it_accepts_what_the_loader_accepts(path: Path) -> None:
    assert complaints(path.read_text()) == []


@pytest.mark.parametrize("bundled", maps.bundled(), ids=lambda bundled: bundled.name)
def test_it_accepts_the_bundled_maps(bundled: maps.BundledMap) -> None:
    assert complaints(bundled.path.read_text()) == []


@pytest.mark.parametrize("path", WORDY, ids=lambda path: path.stem)
def test_it_marks_the_unknown_keys_and_words_that_the_loader_refuses(path: Path) -> None:
    assert complaints(path.read_text())


EXAMPLE = (HERE / "good" / "everything.yaml").read_text()


@pytest.mark.parametrize("table", keys.DEFINITIONS.values(), ids=lambda table: table.name)
def test_an_unknown_key_is_an_error_to_both_at_every_level(table: Table) -> None:
    definition = next(name for name, known in keys.DEFINITIONS.items() if known is table)
    schema = maps.schema()
    validator = jsonschema.Draft7Validator(
        {**schema["definitions"][definition], "definitions": schema["definitions"]}
    )
    messages = [error.message for error in validator.iter_errors({"frobnicate": 1})]
    assert any("frobnicate" in message for message in messages)
    assert [
        error for error in validator.iter_errors({"x-frobnicate": 1}) if "frobnicate" in error.message
    ] == []


def test_every_key_is_used_by_an_example() -> None:
    def used(node: Node | None) -> set[str]:
        if isinstance(node, MappingNode):
            below = [used(value) | {getattr(key, "text", "")} for key, value in node.pairs]
            return set().union(*below)
        return set().union(*map(used, node.items)) if isinstance(node, SequenceNode) else set()

    known = {name for table in [*keys.DEFINITIONS.values(), keys.TOP] for name in table.keys}
    trees = [parse(Source(path.name, path.read_text())) for path in LOADABLE]
    assert known - set().union(*map(used, trees)) == set()


def test_the_keys_of_sim_are_the_models_attributes() -> None:
    assert list(keys.REGISTER_SIM.keys) == [field.name for field in dataclasses.fields(RegisterBehaviour)]
    assert list(keys.FIELD_SIM.keys) == [field.name for field in dataclasses.fields(FieldBehaviour)]


@pytest.mark.parametrize(
    "mistake",
    [
        "regmap: one",
        "blocks: {b: {size: 4KB, registers: {A: 0}}}",
        "blocks: {b: {registers: {A: {offset: 0, access: rs}}}}",
        "blocks: {b: {registers: {A: {offset: 0, poll: sometimes}}}}",
        "blocks: {b: {registers: {A: {offset: 0, fields: {F: {bits: 5-4}}}}}}",
        "blocks: {b: {registers: {A: {offset: 0, fields: {F: {bits: 3, enum: {off: 0}}}}}}}",
        "blocks: {b: {registers: {A: {offset: 0, volatile: perhaps}}}}",
        "blocks: {b: {registers: {A: {offset: 0, locked_by: A = 1}}}}",
        "blocks: {b: {registers: {A: {offset: 0, format: decimal}}}}",
        "blocks: {b: {registers: {}}}",
        "blocks: {b: {registers: {A: {width: 32}}}}",
        "blocks: {b: {registers: {G: {offset: 0, registers: {A: 0}, fields: {F: 0}}}}}",
        "blocks: {b: {registers: {A: {offset: 0, sim: {counter: fast}}}}}",
        "regions: {r: {flags: [fast], instances: {I: b}}}",
        "regions: {r: {base: -1, instances: {I: b}}}",
        "regions: {r: {instances: {I: {offset: 0}}}}",
    ],
)
def test_what_an_editor_marks_the_loader_refuses(mistake: str) -> None:
    whole = {"regmap": "1", "blocks": "{b: {registers: {A: 0}}}"}
    key, _, value = mistake.partition(": ")
    whole[key] = value
    text = "".join(f"{key}: {value}\n" for key, value in whole.items())
    assert complaints(text)
    with pytest.raises(MapError):
        maps.load_text(text, "m")


def test_a_text_that_is_no_yaml_is_beyond_a_schema() -> None:
    with pytest.raises(UnreadableError):
        complaints("[")

"""The reference of the map format, held against the loader."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import get_args

import pytest

from inspector.errors import Finding
from inspector.maps import keys, load_text
from inspector.maps.entries import Table
from inspector.maps.nodes import Source, parse
from inspector.maps.rules import Rule
from inspector.maps.sources import SCHEMES
from inspector.model.access import AMBIGUOUS, SYNONYMS, TOKENS, OnRead, OnWrite
from inspector.model.format import FormatType
from tests.unit.maps.loading import load_registers

REFERENCE = (Path(__file__).parents[3] / "register-maps" / "README.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", REFERENCE, re.DOTALL)
PROSE = re.sub(r"```.*?```", "", REFERENCE, flags=re.DOTALL)
WORDS = {word for code in re.findall(r"`([^`]+)`", PROSE) for word in re.findall(r"\w+", code)}


def section(title: str) -> str:
    return REFERENCE.split(f"\n{title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("table", [*keys.DEFINITIONS.values(), keys.TOP], ids=lambda table: table.name)
def test_every_key_is_explained(table: Table) -> None:
    assert set(table.keys) - WORDS == set()


@pytest.mark.parametrize("word", [*TOKENS, *SYNONYMS, *AMBIGUOUS])
def test_every_token_is_in_the_table_of_accesses(word: str) -> None:
    assert f"`{word}`" in section("## Access")


def test_every_effect_and_format_is_named() -> None:
    named = {kind.value for kind in [*OnRead, *OnWrite, *FormatType]}
    assert named - WORDS == set()


@pytest.mark.parametrize("rule", get_args(Rule))
def test_every_rule_is_explained(rule: str) -> None:
    assert f"`{rule}`" in section("## What the loader says")


@pytest.mark.parametrize("text", [text for text in EXAMPLES if "regmap: 1" in text])
def test_the_tutorials_maps_load_without_a_finding(text: str) -> None:
    warnings = [
        finding.rule for finding in load_text(text, "map.yaml").warnings if isinstance(finding, Finding)
    ]
    # The first one is meant to warn, and says so.
    assert warnings == (["fifo-name"] if text == EXAMPLES[1] else [])


@pytest.mark.parametrize("text", [text for text in EXAMPLES if text.startswith("x-example")])
def test_the_examples_of_registers_load(text: str) -> None:
    assert load_registers(textwrap.dedent(text.removeprefix("x-example:\n"))).nodes


def test_the_example_of_enumerations_loads() -> None:
    (text,) = [text for text in EXAMPLES if text.startswith("enums:")]
    registers = "R: {offset: 0, fields: {A: {bits: 2:0, enum: level}, B: {bits: 12:8, enum: state}}}"
    assert load_registers(registers, top=text).nodes


def test_every_example_is_yaml() -> None:
    assert len(EXAMPLES) >= 8
    for text in EXAMPLES:
        parse(Source("map.yaml", text))


def test_the_sources_that_the_reference_names_are_known() -> None:
    rows = re.findall(
        r"^\| `(\{.*?\}|[a-z]+)`", section("## The keys").split("### Source and bind")[1], re.MULTILINE
    )
    assert rows
    for row in rows:
        region = f"regions: {{m: {{source: {row}, instances: {{I: b}}}}}}\n"
        source = load_registers("R: 0", regions=region).regions[0].source
        assert source is not None
        assert source.partition(":")[0] in SCHEMES

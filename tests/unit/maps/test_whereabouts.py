"""Where a map's files define things: held against the lines that were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector import maps
from inspector.errors import InspectorError
from inspector.maps.whereabouts import Definition, whereabouts

BASE = """\
regmap: 1
name: base
blocks:
  uart:
    size: 0x100
    registers:
      DR: 0x0
      CR:
        offset: 0x4
        fields:
          EN: 0
          MODE: {bits: 2:1}
          PIN: {bits: 4, count: 4}

      CH:
        offset: 0x10
        count: 2
        stride: 0x10
        registers:
          SRC%s: {offset: 0x0, count: 2}
      CR2: {like: CR, offset: 0x8}
  other:
    like: uart
regions:
  r: {size: 4K, base: 0x1000, instances: {U0: uart, U1: {block: other, offset: 0x200}}}
"""

OVERLAY = """\
regmap: 1
overlay: ./base.yaml
patch:
  uart.CR: {title: Control}
  uart.CR.EN: {desc: Turns it on.}
"""


def lines_of(found: tuple[Definition, ...]) -> list[tuple[str, str, int, str]]:
    """What each says, its file, and its line with its text."""
    told = []
    for each in found:
        text = each.path.read_text().splitlines()[each.position.line - 1]
        assert each.lines[each.position.line - each.first] == text
        assert each.first <= each.position.line <= each.last
        told.append((each.says, each.path.name, each.position.line, text.strip()))
    return told


def look(path: Path, register: str, field: str = "") -> list[tuple[str, str, int, str]]:
    register_map = maps.load(str(path))
    node = register_map.by_path[register]
    return lines_of(whereabouts(register_map, node, node.register.field(field) if field else None))


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "base.yaml"
    path.write_text(BASE)
    return path


@pytest.mark.parametrize(
    ("register", "field", "line", "text"),
    [
        ("U0.DR", "", 7, "DR: 0x0"),
        ("U0.CR", "", 8, "CR:"),
        ("U0.CR", "MODE", 12, "MODE: {bits: 2:1}"),
        ("U0.CR", "PIN[2]", 13, "PIN: {bits: 4, count: 4}"),
        ("U0.CH[1].SRC1", "", 20, "SRC%s: {offset: 0x0, count: 2}"),
    ],
)
def test_finds_the_line(base: Path, register: str, field: str, line: int, text: str) -> None:
    assert look(base, register, field) == [("defined", "base.yaml", line, text)]


def test_the_lines_of_a_definition_end_where_the_next_begins(base: Path) -> None:
    register_map = maps.load(str(base))
    (found,) = whereabouts(register_map, register_map.by_path["U0.CR"])
    assert (found.position.line, found.last) == (8, 13)


def test_follows_like(base: Path) -> None:
    assert look(base, "U0.CR2") == [
        ("defined", "base.yaml", 21, "CR2: {like: CR, offset: 0x8}"),
        ("taken over from", "base.yaml", 9, "offset: 0x4"),
    ]
    assert look(base, "U0.CR2", "EN")[0] == ("defined", "base.yaml", 11, "EN: 0")
    assert look(base, "U1.DR") == [
        ("defined", "base.yaml", 7, "DR: 0x0"),
        ("used", "base.yaml", 23, "like: uart"),
    ]


def test_follows_overlays(base: Path) -> None:
    overlay = base.with_name("over.yaml")
    overlay.write_text(OVERLAY)
    assert look(overlay, "U0.CR") == [
        ("defined", "base.yaml", 8, "CR:"),
        ("corrected", "over.yaml", 4, "uart.CR: {title: Control}"),
        ("corrected", "over.yaml", 5, "uart.CR.EN: {desc: Turns it on.}"),
    ]
    assert ("corrected", "over.yaml", 5, "uart.CR.EN: {desc: Turns it on.}") in look(overlay, "U0.CR", "EN")


def test_follows_includes(base: Path) -> None:
    top = base.with_name("top.yaml")
    top.write_text(
        "regmap: 1\ninclude: ./base.yaml\n"
        "regions:\n  r: {size: 4K, instances: {X: uart, Y: {block: other, offset: 0x400}}}\n"
    )
    assert look(top, "X.DR") == [("defined", "base.yaml", 7, "DR: 0x0")]


def test_finds_what_a_description_of_another_format_defines(tmp_path: Path) -> None:
    path = tmp_path / "chip.svd"
    path.write_text(
        "<device><name>CHIP</name><peripherals><peripheral><name>UART</name>\n"
        "<baseAddress>0x1000</baseAddress><registers>\n"
        "<register>\n<name>CR</name><addressOffset>0</addressOffset><size>32</size>\n"
        "<fields>\n<field><name>EN</name><bitRange>[0:0]</bitRange></field>\n</fields></register>\n"
        "</registers></peripheral></peripherals></device>\n"
    )
    register_map = maps.load(str(path))
    (node,) = register_map.nodes
    (register,) = whereabouts(register_map, node)
    (field,) = whereabouts(register_map, node, node.register.fields[0])
    assert register.path == field.path == path
    assert "CR" in "".join(register.lines[register.position.line - register.first :][:2])
    assert "EN" in field.lines[field.position.line - field.first]


def test_every_field_of_a_bundled_map_has_its_line() -> None:
    register_map = maps.load("pl011")
    for node in register_map.nodes:
        for field in node.register.fields:
            found = whereabouts(register_map, node, field)[0]
            line = found.lines[found.position.line - found.first]
            assert field.name.partition("[")[0] in line, f"{node.path}.{field.name}: {line}"
        if node.index > 8:
            break


def test_a_file_that_is_broken_now_still_shows_where_it_was(base: Path) -> None:
    register_map = maps.load(str(base))
    base.write_text(BASE.replace("DR: 0x0", "DR: [", 1))
    (found,) = whereabouts(register_map, register_map.by_path["U0.CR"])
    assert found.says == "defined, before the file was changed"
    assert found.position.line == 8


def test_a_file_that_is_gone_is_said(base: Path) -> None:
    register_map = maps.load(str(base))
    base.unlink()
    with pytest.raises(InspectorError, match="cannot read the map"):
        whereabouts(register_map, register_map.by_path["U0.CR"])

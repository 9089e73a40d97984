"""Files that are no OpenTitan block, or against reggen's rules."""

from __future__ import annotations

import sys

import pytest

from inspector.errors import Finding, MapError, UsageError
from inspector.maps.opentitan import import_opentitan
from tests.unit.maps.opentitan.describing import NAME, block, described, word


def refused(entries: str, *, top: str = "") -> Finding:
    with pytest.raises(MapError) as caught:
        block(entries, top=top)
    (finding,) = caught.value.findings
    assert finding.position.file == NAME
    return finding


def field(properties: str) -> str:
    return f'{{name: "R", desc: "", swaccess: "rw", fields: [\n{{name: "F", desc: "", {properties}}}]}}'


@pytest.mark.parametrize(
    ("entries", "line", "message"),
    [
        (field('bits: "32"'), 6, "the bits '32' of the field 'F' are none of 31:0"),
        (field('bits: "0:3"'), 6, "the bits '0:3' of the field 'F' are none of 31:0"),
        (field('bits: "Width:0"'), 6, "'bits' of the field 'F' is 'Width', neither a number nor a parameter"),
        (field(""), 6, "the field 'F' has no 'bits'"),
        (field('bits: "0", swaccess: "rw1"'), 6, "swaccess 'rw1' of the field 'F' is not known"),
        (field('bits: "1:0", resval: "4"'), 6, "the reset 0x4 of the field 'F' does not fit in 2 bits"),
        (field('bits: "2:0", mubi: true'), 6, "no multi-bit boolean has the 3 bits of the field 'F'"),
        (field('bits: "0", mubi: "maybe"'), 6, "'mubi' of the field 'F' is 'maybe', neither true nor false"),
        ('{name: "R", desc: ""}', 5, "the register 'R' has no fields"),
        ('{name: "2R", fields: [{bits: "0"}]}', 5, "'2R' is no name for a register"),
        ('{desc: ""}', 1, "a register has no 'name', after offset 0x0"),
        ("[1]", 1, "the registers of the block are not a list of groups"),
        ('{skipto: "0x3"}', 1, "skipto 0x3 leads from 0x0 to no place for a register"),
        (word("A") + '{skipto: "0"}', 1, "skipto 0x0 leads from 0x4 to no place for a register"),
        (word("A") + word("A"), 6, "'A' is there twice"),
        (word("M_1") + word("m_1"), 6, "'m_1' is there twice"),
        (
            '{name: "R", desc: "", fields: [{bits: "0", name: "F"}, {bits: "1", name: "F"}]}',
            5,
            "two fields of 'R' are called the same",
        ),
        ("{window: 3}", 1, "a window is not a group"),
        ('{window: {name: "W", items: "0"}}', 5, "the window 'W' has 0 items"),
        (
            '{window: {name: "W", items: "4", swaccess: "x"}}',
            5,
            "swaccess 'x' of the window 'W' is not known",
        ),
        (
            '{multireg: {name: "M", count: "1000000", fields: [{bits: "0"}]}}',
            5,
            "the multireg 'M' has 1,000,000 elements, more than 100,000",
        ),
        (
            '{multireg: {name: "M", count: "2", compact: true, fields: [{bits: "0"}, {bits: "1"}]}}',
            5,
            "the multireg 'M' is compact, and has several fields or locks",
        ),
    ],
)
def test_what_is_against_the_rules(entries: str, line: int, message: str) -> None:
    finding = refused(entries)
    assert (finding.position.line, finding.message) == (line, message)


def test_fields_that_share_bits() -> None:
    entries = """
        {name: "R", desc: "", fields: [
            {bits: "3:0", name: "A", desc: ""}
            {bits: "3", name: "B", desc: ""}
        ]}
    """
    finding = refused(entries)
    assert (finding.position.line, finding.rule) == (8, "overlap")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "it is no description of a block: 'name' and 'registers' are needed"),
        ('{name: "chip", module: []}', "it is no description of a block: 'name' and 'registers' are needed"),
        ('{name: "b", registers: []}', "'b' has no registers"),
        ('{name: "b", registers: 3}', "the registers of the block are not a list of groups"),
        ("[1, 2]", "it is no group of keys"),
        ("3", "it is no group of keys"),
        ("{name: 1e999}", "it is no hjson: 'cannot convert float infinity to integer'"),
        ('{name: "b", regwidth: "24", registers: []}', "no bus accesses the 24 bits of 'regwidth' at once"),
    ],
)
def test_what_is_no_block(text: str, message: str) -> None:
    with pytest.raises(MapError) as caught:
        described(text)
    assert caught.value.findings[0].message == message


def test_bad_syntax_has_a_place() -> None:
    with pytest.raises(MapError) as caught:
        described('{\n  name: "b"\n  registers: [\n')
    (finding,) = caught.value.findings
    assert finding.rule == "syntax"
    assert finding.position.line >= 3


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(MapError) as caught:
        described("[" * 100_000)
    assert caught.value.findings[0].rule == "too-deep"


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(MapError) as caught:
        import_opentitan(b'{\nname: "\xff"\n}', NAME)
    assert (caught.value.findings[0].position.line, caught.value.findings[0].rule) == (2, "encoding")


def test_without_the_reader_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hjson", None)
    with pytest.raises(UsageError, match=r"pip install 'register-inspector\[hjson\]'"):
        described("{}")

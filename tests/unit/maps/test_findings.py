"""Bad maps and suspicious ones: each file states at its head what must be found in it, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from inspector.errors import Finding, MapError
from inspector.maps import check, load_text
from inspector.maps.findings import MOST_FINDINGS
from inspector.maps.rules import Rule

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad").glob("*.yaml"))
SUSPICIOUS = sorted((HERE / "suspicious").glob("*.yaml"))

# LINE:COLUMN+LENGTH SEVERITY RULE: MESSAGE, and under it, indented, the hint.
EXPECTED = re.compile(r"# (\d+):(\d+)\+(\d+) (error|warning) ([a-z-]+): (.*)")


def expectations(path: Path) -> list[str]:
    head = []
    for line in path.read_text().splitlines():
        if not line.startswith("# "):
            break
        head.append(line)
    return head


def rendered(findings: list[Finding]) -> list[str]:
    lines = []
    for finding in findings:
        at = finding.position
        place = f"{at.line}:{at.column}+{at.length}"
        lines.append(f"# {place} {finding.severity} {finding.rule}: {finding.message}")
        if finding.hint:
            lines.append(f"#     {finding.hint}")
    return lines


def test_there_are_enough_bad_maps() -> None:
    assert len(BAD) >= 45


@pytest.mark.parametrize("path", BAD + SUSPICIOUS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_mistake_is_found_at_its_place_and_no_other(path: Path) -> None:
    assert rendered(check(str(path))) == expectations(path)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_map_is_refused(path: Path) -> None:
    with pytest.raises(MapError) as caught:
        load_text(path.read_text(), "map.yaml")
    assert any(finding.severity == "error" for finding in caught.value.findings)


@pytest.mark.parametrize("path", SUSPICIOUS, ids=lambda path: path.stem)
def test_a_suspicious_map_loads_with_its_warnings(path: Path) -> None:
    register_map = load_text(path.read_text(), "map.yaml")
    assert register_map.warnings
    assert {finding.severity for finding in register_map.warnings if isinstance(finding, Finding)} == {
        "warning"
    }


def test_every_rule_is_shown_by_an_example() -> None:
    shown = {match[5] for path in BAD + SUSPICIOUS for match in EXPECTED.finditer(path.read_text())}
    # These two cannot stand in a file of text; test_text.py has them.
    elsewhere = {"encoding", "control-character"}
    # What descriptions of other formats do wrong is shown beside their importers.
    elsewhere |= {"repaired", "not-carried", "not-stated", "refused"}
    assert shown | elsewhere == set(get_args(Rule))


def test_an_error_shows_its_line_with_the_place_marked() -> None:
    with pytest.raises(MapError) as caught:
        load_text(
            "regmap: 1\nblocks:\n  b:\n    registers:\n      CR: {offset: 0, acces: ro}\n", "my/map.yaml"
        )
    assert str(caught.value) == (
        "my/map.yaml:5:23: error: unknown key 'acces' in a register\n"
        "          CR: {offset: 0, acces: ro}\n"
        "                          ^~~~~\n"
        "    hint: did you mean 'access'?"
    )


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("acess", "access"),
        ("adress", "offset"),
        ("address", "offset"),
        ("size", "width"),
        ("ofset", "offset"),
    ],
)
def test_a_slip_in_a_key_is_told_from_another_formats_word(slip: str, meant: str) -> None:
    text = f"regmap: 1\nblocks:\n  b:\n    registers:\n      CR: {{offset: 0, {slip}: 1}}\n"
    assert [finding.hint for finding in check_text(text)] == [f"did you mean '{meant}'?"]


def test_columns_count_characters() -> None:
    findings = check_text("regmap: 1\ntitle: é\nblocks:\n  b: {title: Größe €, sise: 4}\n")
    assert [(f.position.line, f.position.column, f.rule) for f in findings] == [
        (4, 3, "missing-key"),
        (4, 23, "unknown-key"),
    ]


def test_lines_count_by_every_line_break_that_yaml_knows() -> None:
    text = (
        "regmap: 1\r\ntitle: one\rdesc: two\x85doc: three\u2028blocks:\n"
        "  b: {registers: {CR: {offset: 0, acces: ro}}}\n"
    )
    with pytest.raises(MapError) as caught:
        load_text(text, "m")
    (finding,) = caught.value.findings
    assert finding.excerpt.strip() == "b: {registers: {CR: {offset: 0, acces: ro}}}"
    assert finding.excerpt[finding.position.column - 1 :].startswith("acces")


def test_what_a_terminal_would_obey_is_not_shown() -> None:
    with pytest.raises(MapError) as caught:
        load_text('regmap: 1\nblocks: {b: {registers: {"A\\e[31m": 0}}}\n', "m")
    assert "\x1b" not in str(caught.value)
    assert "A\\x1b[31m" in str(caught.value)


def test_a_flood_of_errors_ends_the_check() -> None:
    lines = "".join(f"      R{i}: {{offst: {i}}}\n" for i in range(MOST_FINDINGS))
    with pytest.raises(MapError) as caught:
        load_text("regmap: 1\nblocks:\n  b:\n    registers:\n" + lines + lines.replace("R", "S"), "m")
    assert len(caught.value.findings) == MOST_FINDINGS + 1
    last = caught.value.findings[-1]
    assert last.message == f"more than {MOST_FINDINGS} errors; the rest of the file is not checked"


def test_a_flood_of_warnings_refuses_nothing() -> None:
    names = ", ".join(f"{i}: same" for i in range(2 * MOST_FINDINGS))
    register_map = load_text(
        f"regmap: 1\nblocks: {{b: {{registers: {{R: {{offset: 0, enum: {{{names}}}}}}}}}}}\n", "m"
    )
    assert len(register_map.warnings) == MOST_FINDINGS + 1
    assert "the rest is not listed" in str(register_map.warnings[-1])


def test_findings_come_in_the_order_of_the_file() -> None:
    text = (
        "regmap: 1\nregions: {r: {bse: 1, instances: {I: c}}}\nblocks:\n"
        "  b: {registers: {A: 0, B: 0}}\nenums: {e: {x: y}}\n"
    )
    findings = check_text(text)
    assert [finding.position.line for finding in findings] == [2, 2, 4, 5]


def check_text(text: str) -> list[Finding]:
    with pytest.raises(MapError) as caught:
        load_text(text, "m")
    return list(caught.value.findings)

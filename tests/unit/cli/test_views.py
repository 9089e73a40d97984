"""What is there only under a condition, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Cli

MODES = """\
regmap: 1
name: modes
blocks:
  device:
    size: 16
    width: 8
    registers:
      CTRL: {offset: 0, reset: 0x41, fields: {MODE: 7:6, FAST: 0}}
      R:
        offset: 1
        reset: 0x45
        fields:
          MODE: 7:6
          LOW: {bits: 3:0, when: MODE == 1}
          ALL: {bits: 4:0, when: MODE == 2}
          DIV: {bits: 5, when: CTRL.FAST == 1}
          PIN: {bits: 5, access: w1c, when: CTRL.FAST == 0}
      FAST: {offset: 2, when: CTRL.FAST == 1}
      SLOW: {offset: 2, when: CTRL.FAST == 0}
regions:
  r: {base: 0x1000, size: 16, instances: {D: device}}
"""


@pytest.fixture
def modes(tmp_path: Path) -> Path:
    path = tmp_path / "modes.yaml"
    path.write_text(MODES)
    return path


def test_only_the_fields_that_are_there_are_told(cli: Cli, modes: Path) -> None:
    (line,) = cli("read", modes, "D.R", "--json").json()
    # Nothing has told yet what CTRL.FAST is.
    assert line["fields"] == {
        "MODE": {"value": 1},
        "LOW": {"value": 5},
        "DIV": {"value": 0, "when": "CTRL.FAST == 1"},
        "PIN": {"value": 0, "when": "CTRL.FAST == 0"},
    }
    _, line = cli("read", modes, "D.CTRL", "D.R", "--json").json()
    assert list(line["fields"]) == ["MODE", "LOW", "DIV"]
    assert line["fields"]["DIV"] == {"value": 0}
    text = cli("read", modes, "D.R").out
    assert "(where CTRL.FAST == 1)" in text
    assert "ALL" not in text


def test_a_field_that_is_not_there_is_no_answer(cli: Cli, modes: Path) -> None:
    outcome = cli("read", modes, "D.R.ALL", "--json")
    assert outcome.status == 1
    (line,) = outcome.json()
    assert (line["skipped"], line["reason"]) == ("inactive", "ALL is there while MODE == 2")
    assert "and that does not hold now" in outcome.err
    assert cli("read", modes, "D.R.LOW").status == 0
    assert "D.R.ALL" not in cli("watch", modes, "D.R.ALL", "D.R.LOW", "--count", "1", "--csv").out


def test_decode_goes_by_the_value_itself(cli: Cli, modes: Path) -> None:
    (line,) = cli("decode", modes, "D.R", "0x95", "--json").json()
    assert list(line["fields"]) == ["MODE", "ALL", "DIV", "PIN"]
    assert line["fields"]["ALL"] == {"value": 0x15}


def test_a_write_says_what_it_looks_at(cli: Cli, modes: Path) -> None:
    # What else is on bit 5 nobody has looked at, and one of the two would be cleared by what stands there.
    refused = cli("write", modes, "D.R.LOW=3", "--dry-run")
    assert refused.status == 1
    assert "DIV or PIN: which of these is there is not known" in refused.err
    preview = cli("write", modes, "D.R.LOW=3", "D.R.DIV=1", "--dry-run").out
    assert "and stop if what is meant of D.R is not there, which needs CTRL.FAST to be 1" in preview
    assert "and stop if what is meant of D.R is not there, which needs MODE to be 1" in preview
    assert "LOW := 0x3" in preview
    assert "ALL" not in preview
    outcome = cli("write", modes, "D.R.ALL=3", "D.R.DIV=1")
    assert outcome.status == 1
    assert "what is meant of D.R is not there, which needs MODE to be 2" in outcome.err
    assert cli("write", modes, "D.R.ALL=3", "D.R.DIV=1", "D.R.MODE=2").status == 0
    outcome = cli("write", modes, "D.SLOW=3")
    assert outcome.status == 1
    assert "D.SLOW is not there, which needs CTRL.FAST to be 0" in outcome.err


def test_what_another_view_had_is_no_difference(cli: Cli, modes: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("fast.jsonl", "slow.jsonl")]
    script = tmp_path / "slow.py"
    script.write_text("def attach(simulation):\n    simulation.poke('D.CTRL', 0x40)\n")
    assert cli("dump", modes, "-o", files[0]).status == 0
    assert cli("dump", modes, "-b", f"sim:{script}", "-o", files[1]).status == 0
    outcome = cli("diff", *files, "--map", modes)
    assert "CTRL" in outcome.out
    assert "D.SLOW" not in outcome.out
    assert "D.FAST" not in outcome.out

"""An array's elements are one register in the map, and each is called by its own name."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Cli

ARRAYS = """\
regmap: 1
name: arrays
blocks:
  port:
    size: 256
    registers:
      CH%s: {offset: 0x00, count: 3, stride: 4, enum: {1: one, 2: two}}
      GAIN%s: {offset: 0x10, count: 3, stride: 4, format: {type: fixed, frac: 8}, unit: V}
      NAME%s: {offset: 0x20, count: 3, stride: 4, format: {type: ascii}}
      FLAG%s: {offset: 0x30, count: 3, stride: 4, access: w1c}
      CMD%s: {offset: 0x40, count: 3, stride: 4, access: wo, echo: false}
      POP%s: {offset: 0x50, count: 3, stride: 4, access: rc}
      LOOK%s: {offset: 0x50, count: 3, stride: 4, access: ro, alt: true}
regions:
  port: {base: 0x1000, size: 256, instances: {A: port}}
"""


@pytest.fixture
def arrays(tmp_path: Path) -> Path:
    path = tmp_path / "arrays.yaml"
    path.write_text(ARRAYS)
    return path


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("A.CH1=0x1ffffffff", "A.CH1 has 32 bits"),
        ("A.CH1=|0x1ffffffff", "A.CH1 has 32 bits"),
        ("A.CH1=three", "A.CH1 has no value named 'three'"),
        ("A.CH1=&x", "A.CH1: 'x' is not a number"),
        ("A.GAIN1=3 A", "A.GAIN1: '3 A' is not in V"),
        ("A.GAIN1=99999999999 V", "A.GAIN1: '99999999999 V' is out of range"),
        ("A.NAME1='abcdefgh'", "A.NAME1: 'abcdefgh' does not fit"),
        ("A.FLAG1=toggle", "A.FLAG1: the register cannot be toggled"),
        ("A.FLAG1=|5", "A.FLAG1: | needs bits that store"),
        ("A.CMD1=|5", "A.CMD1: | needs bits that store"),
    ],
)
def test_a_refused_value_names_the_element(cli: Cli, arrays: Path, assignment: str, words: str) -> None:
    outcome = cli("write", arrays, assignment, "--dry-run")
    assert outcome.status != 0
    assert words in outcome.err
    assert "%s" not in outcome.err


def test_what_has_an_elements_bytes_is_named(cli: Cli, arrays: Path) -> None:
    outcome = cli("read", arrays, "A.L*1", "-b", "sim")
    assert "shares its bytes with A.POP1: reading clears" in outcome.out

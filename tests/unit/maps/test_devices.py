"""Several devices in one file."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector import maps
from inspector.errors import MapError, UsageError

TEXT = """\
regmap: 1
name: family
title: A family
desc: Two
blocks:
  uart: {registers: {DR: {offset: 0, on_read: pop}, CR: 4}}
  extra: {registers: {R: 0}}
regions:
  board: {base: 0x100, instances: {LED: extra}}
devices:
  small: {title: The small one, regions: {io: {base: 0x1000, source: devmem, instances: {UART0: uart}}}}
  large:
    desc: More
    regions:
      io: {base: 0x8000, instances: {UART%s: {block: uart, count: 2, stride: 16}}}
      more: {base: 0x9000, instances: {EXTRA: extra}}
"""


@pytest.fixture
def family(tmp_path: Path) -> str:
    path = tmp_path / "family.yaml"
    path.write_text(TEXT)
    return str(path)


def test_all_open_together_under_qualified_names(family: str) -> None:
    loaded = maps.load(family)
    assert [region.name for region in loaded.regions] == ["board", "small.io", "large.io", "large.more"]
    assert loaded.by_path["small.io/UART0.CR"].address == 0x1004
    assert loaded.by_path["large.io/UART0.CR"].address == 0x8004
    assert loaded.by_path["UART1.CR"].address == 0x8014
    assert (loaded.title, loaded.warnings, loaded.file) == ("A family", (), family)


def test_one_opens_alone_under_plain_names_with_what_all_share(family: str) -> None:
    small, large = maps.load(f"{family}#small"), maps.load(f"{family}#large")
    assert [region.name for region in small.regions] == ["board", "io"]
    assert small.by_path["UART0.CR"].address == 0x1004
    assert small.regions[1].source == "devmem"
    assert (small.name, small.title, small.desc, small.file) == (
        "family",
        "The small one",
        "Two",
        f"{family}#small",
    )
    assert [region.name for region in large.regions] == ["board", "io", "more"]
    assert (large.title, large.desc, large.warnings) == ("A family", "More", ())
    assert small.digest == large.digest == maps.load(family).digest


def test_an_unknown_one_names_those_there_are(family: str) -> None:
    with pytest.raises(UsageError, match=r"family.yaml has no device 'smal'; did you mean 'small'\?"):
        maps.load(f"{family}#smal")
    with pytest.raises(UsageError, match="its devices: small large"):
        maps.check(f"{family}#zzz")
    with pytest.raises(UsageError, match="describes no devices"):
        maps.load("pl011#small")


def test_a_file_of_that_very_name_comes_first(family: str) -> None:
    path = Path(f"{family}#small")
    path.write_text(TEXT.replace("A family", "Another"))
    assert maps.load(str(path)).title == "Another"


def test_what_is_wrong_with_one_is_wrong_with_the_file(family: str) -> None:
    Path(family).write_text(TEXT.replace("{EXTRA: extra}", "{EXTRA: extras}"))
    with pytest.raises(MapError, match="no block 'extras'"):
        maps.load(f"{family}#small")


def test_a_block_that_only_one_uses_is_used(family: str) -> None:
    text = TEXT.replace("regions:\n  board: {base: 0x100, instances: {LED: extra}}\n", "")
    Path(family).write_text(text)
    assert maps.load(f"{family}#small").warnings == ()
    Path(family).write_text(text.replace("{EXTRA: extra}", "{EXTRA: uart}"))
    assert [finding.rule for finding in maps.check(f"{family}#small")] == ["unused-block"]


def test_an_overlay_corrects_them_by_their_qualified_regions(family: str, tmp_path: Path) -> None:
    path = tmp_path / "overlay.yaml"
    path.write_text(
        "regmap: 1\noverlay: family.yaml\npatch: {small.io/UART0.CR: {access: ro}, EXTRA.R: {access: wo}}\n"
        "devices: {large: {regions: {more: {base: 0xa000}}}, small: {title: ~}}\n"
    )
    loaded = maps.load(str(path))
    tokens = {
        path: loaded.by_path[path].register.access.token
        for path in ("small.io/UART0.CR", "large.io/UART0.CR", "UART1.CR", "EXTRA.R", "LED.R")
    }
    assert list(tokens.values()) == ["ro", "rw", "rw", "wo", "rw"]
    assert loaded.by_path["EXTRA.R"].address == 0xA000
    assert maps.load(f"{path}#small").title == "A family"

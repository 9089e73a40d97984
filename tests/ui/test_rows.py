"""The rows of the table as text."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.errors import BusFault
from inspector.model.registermap import RegisterMap
from inspector.model.safety import ReadSafety, Skip
from inspector.session import Sample
from inspector.ui.columns import Column, columns
from inspector.ui.condition import Condition, PlaceWords
from inspector.ui.keyboard import Keyboard
from inspector.ui.lines import length, plain
from inspector.ui.measures import measure
from inspector.ui.rowlines import header, heading, register_line
from inspector.ui.rows import Rows
from inspector.ui.rowstate import RowState, row_state
from inspector.ui.values import ValueFormat
from tests.ui.driving import small_map

KEYS = Keyboard()


def place(condition: Condition = Condition.OPEN, words: str = "shared", **rest: Any) -> PlaceWords:
    return PlaceWords(condition, (words, "dim"), (words, "dim"), **rest)


def row(
    path: str,
    sample: Sample,
    *,
    width: int = 100,
    form: ValueFormat = ValueFormat.HEX,
    region: PlaceWords | None = None,
) -> str:
    register_map = small_map()
    node = register_map.by_path[path]
    at = columns(measure(register_map), width, form)
    state = row_state(node, sample, 100.0, fresh=1.0, place=region or place(), keyboard=KEYS)
    line = register_line(node, state, at, form)
    assert length(line) <= width
    return plain(line).rstrip()


def test_rows_count_headings_and_registers() -> None:
    register_map = small_map()
    rows = Rows(register_map)
    assert len(rows) == 7 + 40 + 2
    assert rows.node(0) is None
    assert rows.node(8) is None
    assert rows.node(9) is register_map.by_path["MORE.R0"]
    assert [rows.place(at) for at in (0, 7, 8, 48)] == [0, 0, 1, 1]
    for node in register_map.nodes:
        assert rows.node(rows.row_of(node)) is node


def test_no_map_no_rows() -> None:
    rows = Rows(RegisterMap("empty", ()))
    assert len(rows) == 0
    assert columns(measure(RegisterMap("empty", ())), 80, ValueFormat.HEX).cells(Column.FIELDS) > 0


LIVE = Sample(value=0x21, time=0.0, clock=99.9)


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (LIVE, "  0x000  CTRL      rw            0x0000_0021                 MODE fast · EN"),
        (
            Sample(value=0x21, clock=99.9, changed=99.8),
            "  0x000  CTRL      rw            0x0000_0021 ◂   now         MODE fast · EN",
        ),
        (
            Sample(value=0x21, clock=99.9, changed=88.0),
            "  0x000  CTRL      rw            0x0000_0021     12 s ago    MODE fast · EN",
        ),
        (
            Sample(value=0x21, clock=40.0, changed=39.9),
            "  0x000  CTRL      rw            0x0000_0021     1 min old   MODE fast · EN",
        ),
        (Sample(), "  0x000  CTRL      rw"),
        (
            LIVE.failed(BusFault("the bus said no")),
            "  0x000  CTRL      rw            0x0000_0021 !               "
            "bus error; r reads it again (SIGBUS)",
        ),
        (
            Sample().failed(BusFault("the bus said no")),
            "  0x000  CTRL      rw                 —————— !               "
            "bus error; r reads it again (SIGBUS)",
        ),
    ],
)
def test_a_row_says_what_is_and_how_old(sample: Sample, expected: str) -> None:
    assert row("DEV.CTRL", sample) == expected


def test_what_is_not_read_says_why() -> None:
    node = small_map().by_path["DEV.DATA"]
    skipped = Sample().not_read(node.safety)
    assert row("DEV.DATA", skipped).endswith("——————                 reading clears · r reads it once")
    assert "rc ⌁" in row("DEV.DATA", skipped)
    write_only = Sample().not_read(ReadSafety(Skip.WRITE_ONLY, "write-only"))
    assert row("DEV.KICK", write_only).endswith("write-only")
    assert "wo ✎" in row("DEV.KICK", write_only)
    refused = row("DEV.CTRL", Sample(), region=place(Condition.REFUSED))
    assert refused.endswith("—————— ✗               not open")
    wrong = Sample().not_read(ReadSafety(Skip.INACTIVE, "identifies another block"))
    assert row("DEV.CTRL", wrong).endswith("z               identifies another block")


def test_a_skipped_value_stays_with_its_age() -> None:
    node = small_map().by_path["DEV.DATA"]
    sample = Sample(value=0x5A, clock=70.0).not_read(node.safety)
    assert row("DEV.DATA", sample).endswith("0x0000_005a     30 s old")


def test_what_never_changes_does_not_age() -> None:
    sample = Sample(value=0xC0FFEE, clock=1.0)
    assert row("DEV.ID", sample).endswith("0x00c0_ffee     constant")


def test_the_columns_stand_still() -> None:
    register_map = small_map()
    at = columns(measure(register_map), 100, ValueFormat.HEX)
    assert plain(header(at)).rstrip() == "  OFFSET REGISTER  ACCESS              VALUE     CHANGED     FIELDS"
    ends = {
        row(path, Sample(value=1, clock=99.9)).index(digits) + len(digits)
        for path, digits in (
            ("DEV.CTRL", "0x0000_0001"),
            ("DEV.WIDE", "0x0000_0000_0000_0001"),
            ("DEV.FLAGS", "0x0000_0001"),
        )
    }
    assert len(ends) == 1


@pytest.mark.parametrize("width", [1, 12, 30, 44, 64, 80, 92, 130, 200])
@pytest.mark.parametrize("form", list(ValueFormat))
def test_every_width_has_its_columns(width: int, form: ValueFormat) -> None:
    register_map = small_map()
    at = columns(measure(register_map), width, form)
    for path in ("DEV.CTRL", "DEV.WIDE"):
        node = register_map.by_path[path]
        line = register_line(node, RowState(value=5), at, form)
        assert width < 40 or length(line) == width
        assert width < 40 or "5" in plain(line) or "101" in plain(line)


def test_binary_where_there_is_room() -> None:
    text = row("DEV.CTRL", LIVE, width=80, form=ValueFormat.BIN)
    assert "0b0000_0000_0000_0000_0000_0000_0010_0001" in text
    assert "0x0000_0000_0000_0021" in row("DEV.WIDE", LIVE, width=80, form=ValueFormat.BIN)


def test_a_heading_names_the_block_and_how_it_is() -> None:
    register_map = small_map()
    region = register_map.regions[0]
    line = heading(region, region.instances[0], place(base=0x1000), 60)
    assert plain(line) == "  DEV  0x0000_1000  Device  shared " + "─" * 25
    moved = heading(region, region.instances[0], place(base=0x2000_0000), 60)
    assert "  DEV  0x2000_0000  Device" in plain(moved)
    words = place(words="✗ EBUSY: cannot claim it at all, ever", base=0x1000)
    refused = heading(region, region.instances[0], words, 44)
    assert length(refused) == 44
    assert plain(refused).startswith("  DEV  0x0000_1000  ✗ EBUSY: cannot")


def test_equal_states_are_equal_lines() -> None:
    node = small_map().by_path["DEV.CTRL"]
    one = row_state(node, LIVE, 100.0, fresh=1.0, place=place(), keyboard=KEYS)
    other = row_state(
        node, Sample(value=0x21, time=9.0, clock=100.1), 100.2, fresh=1.0, place=place(), keyboard=KEYS
    )
    assert one == other

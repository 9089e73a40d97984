"""The columns of the table: what a person makes of them, and how they share a window."""

from __future__ import annotations

import pytest
from textual.events import MouseDown, MouseMove, MouseUp

from inspector.ui.columns import Arrangement, Column, Columns, columns
from inspector.ui.columnsheet import ColumnSheet
from inspector.ui.headermouse import HeaderMouse
from inspector.ui.lines import length, plain
from inspector.ui.measures import measure
from inspector.ui.rowlines import header, register_line
from inspector.ui.rowstate import RowState
from inspector.ui.statefile import Json
from inspector.ui.values import ValueFormat
from tests.ui.driving import make_app, running, sheet_text, small_map, text_of

MEASURES = measure(small_map())


def laid_out(
    width: int,
    arrangement: Arrangement | None = None,
    *,
    form: ValueFormat = ValueFormat.HEX,
    marked: bool = False,
) -> Columns:
    return columns(MEASURES, width, form, arrangement, marked=marked)


def names(at: Columns) -> list[str]:
    return [slot.column.value for slot in at.slots]


def gone(*, marked: bool) -> list[str]:
    """What is left out as the window gets narrower, in that order."""
    found: list[str] = []
    before = names(laid_out(140, marked=marked))
    for width in range(139, 20, -1):
        now = names(laid_out(width, marked=marked))
        found += [name for name in before if name not in now]
        before = now
    assert {"name", "value"} <= set(before)
    return found


def test_as_it_gets_narrow_the_age_goes_first_then_access_then_offset() -> None:
    assert names(laid_out(120)) == ["offset", "name", "access", "value", "marks", "changed", "fields"]
    assert gone(marked=False)[:3] == ["changed", "access", "offset"]


def test_the_old_value_stands_beside_the_new_one_where_there_is_room() -> None:
    assert names(laid_out(120, marked=True))[3:6] == ["value", "marks", "was"]
    # It is more than the age, and less than what the value means.
    assert gone(marked=True)[:4] == ["changed", "was", "access", "offset"]


def test_what_a_word_was_stands_in_decimal_beside_a_decimal_value() -> None:
    for width in (80, 120):
        at = laid_out(width, form=ValueFormat.DEC, marked=True)
        assert at.cells(Column.WAS) >= len("4_294_967_295") + 2


@pytest.mark.parametrize("width", [30, 64, 80, 99, 120, 200])
@pytest.mark.parametrize("form", list(ValueFormat))
@pytest.mark.parametrize("marked", [False, True])
def test_a_row_fills_exactly_its_columns(width: int, form: ValueFormat, marked: bool) -> None:
    at = laid_out(width, form=form, marked=marked)
    assert length(header(at)) == at.slots[-1].end
    for path in ("DEV.CTRL", "DEV.WIDE", "DEV.DATA"):
        line = register_line(small_map().by_path[path], RowState(value=5), at, form)
        assert length(line) == at.slots[-1].end
    assert at.slots[-1].end <= max(width, 40)


def test_a_column_is_hidden_moved_and_sized() -> None:
    arrangement = Arrangement().toggled(Column.ACCESS).moved(Column.FIELDS, -6).sized(Column.NAME, 30)
    at = laid_out(120, arrangement)
    assert names(at) == ["offset", "name", "fields", "value", "marks", "changed"]
    assert at.cells(Column.NAME) == 30
    assert at.slots[-1].end == 120
    assert names(laid_out(120, arrangement.toggled(Column.ACCESS)))[3] == "access"


def test_a_row_always_says_which_register_it_is() -> None:
    assert Arrangement().toggled(Column.NAME) == Arrangement()


def test_what_was_sized_by_hand_stays_in_a_narrow_window() -> None:
    arrangement = Arrangement().sized(Column.CHANGED, 14)
    assert "changed" not in names(laid_out(70))
    assert laid_out(70, arrangement).cells(Column.CHANGED) == 14


def test_accesses_and_values_share_their_cells_while_they_are_neighbours() -> None:
    assert laid_out(120).joint
    assert not laid_out(120, Arrangement().sized(Column.VALUE, 30)).joint
    assert not laid_out(120, Arrangement().moved(Column.VALUE, 3)).joint


@pytest.mark.parametrize(
    "arrangement",
    [
        Arrangement(),
        Arrangement(absolute=True),
        Arrangement().toggled(Column.RESET).moved(Column.VALUE, -2).sized(Column.FIELDS, 40),
    ],
)
def test_an_arrangement_is_remembered(arrangement: Arrangement) -> None:
    assert Arrangement.recalled(arrangement.kept()) == arrangement


def test_nothing_is_remembered_of_what_nobody_changed() -> None:
    assert Arrangement().toggled(Column.WAS).toggled(Column.WAS).kept() is None


@pytest.mark.parametrize(
    "kept",
    [
        None,
        7,
        [],
        {"order": "value"},
        {"order": ["value", "value", 3, "nonsense"], "sizes": {"value": "wide", "nonsense": 3, "name": True}},
        {"hidden": ["name", None], "absolute": 1, "sizes": [4]},
    ],
)
def test_a_damaged_file_does_no_harm(kept: Json) -> None:
    arrangement = Arrangement.recalled(kept)
    assert sorted(arrangement.order, key=list(Column).index) == list(Column)
    assert Column.NAME not in arrangement.hidden
    assert not arrangement.sizes
    assert not arrangement.absolute


def test_an_edit_has_room_wherever_the_value_stands() -> None:
    assert laid_out(120).tail == laid_out(120).slots[4].start
    last = Arrangement().moved(Column.VALUE, 8)
    at = laid_out(120, last)
    assert at.tail == at.slots[1].end
    assert at.covers_value
    tail = ((" → 5", "edit"),)
    line = register_line(small_map().by_path["DEV.CTRL"], RowState(value=1), at, ValueFormat.HEX, tail=tail)
    assert "CTRL" in plain(line)
    assert "0x0000_0001 → 5" in plain(line)


def test_the_mouse_sizes_at_an_edge_and_carries_a_name() -> None:
    mouse, arrangement = HeaderMouse(), Arrangement()
    at = laid_out(120)
    edge = at.slots[1].end
    assert mouse.press(edge, at)
    arrangement = mouse.drag(edge + 5, at, arrangement)
    assert arrangement.sizes == {Column.NAME: at.cells(Column.NAME) + 5}
    assert mouse.release(edge + 5, at, arrangement) == arrangement
    assert not mouse.held
    fields = at.slots[-1]
    assert mouse.press(fields.start + 5, at)
    moved = mouse.release(at.slots[1].start + 2, at, Arrangement())
    assert moved.order[:2] == (Column.OFFSET, Column.FIELDS)


async def test_the_sheet_changes_the_table_behind_it() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("C")
        assert isinstance(screen.app.screen, ColumnSheet)
        assert "▸ [x] OFFSET" in sheet_text(screen)
        await pilot.press("space", "o", "down", "right")
        assert "[ ] ADDRESS" in sheet_text(screen)
        assert screen.table.columns.slot(Column.OFFSET) is None
        assert screen.table.arrangement.sizes[Column.NAME] == screen.table.columns.cells(Column.NAME)
        await pilot.press("shift+down", "shift+down", "C")
        assert names(screen.table.columns)[:3] == ["access", "value", "name"]
        kept = screen.remembered.get("columns")
        assert Arrangement.recalled(kept) == screen.table.arrangement
        await pilot.press("C", "R", "escape")
        assert screen.table.arrangement == Arrangement()
        assert screen.remembered.get("columns") is None


async def test_addresses_stand_where_offsets_do() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        assert "▌ 0x000  CTRL" in text_of(screen)
        await pilot.press("o")
        assert "ADDRESS" in text_of(screen)
        assert "▌ 0x0000_1000  CTRL" in text_of(screen)


async def test_an_edge_of_the_header_is_dragged() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        table = screen.table
        slot = table.columns.slots[1]
        for kind, x in ((MouseDown, slot.end), (MouseMove, slot.end + 4), (MouseUp, slot.end + 4)):
            event = kind(table, x, 0, 0, 0, 1, False, False, False, x, 0)
            table.post_message(event)
        await pilot.pause()
        assert table.columns.cells(Column.NAME) == slot.width + 4
        assert screen.remembered.get("columns") is not None

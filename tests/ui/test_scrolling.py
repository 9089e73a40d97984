"""Moving among a hundred thousand rows: what is drawn for it, and where the cursor is afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from inspector.ui.screen import MainScreen
from inspector.ui.table import RegisterTable
from tests.bench.maps_of_size import SHAPES
from tests.ui.driving import make_app, running, until
from tests.ui.test_painting import settle, settle_paused

LARGE = 100_000


async def drawn(pilot: Pilot[None], screen: MainScreen, act: Callable[[], object]) -> int:
    """How many lines of the table are drawn for what ``act`` does."""
    await pilot.pause()
    before = screen.table.rendered
    act()
    await pilot.pause()
    return screen.table.rendered - before


async def test_a_step_draws_two_lines_and_a_page_each_line_once() -> None:
    async with running(make_app(SHAPES["arrays"](LARGE, 0)), (120, 40)) as (pilot, screen):
        await settle(pilot, screen)
        await pilot.press("space")
        await settle_paused(pilot, screen)
        table = screen.table
        table.select_row(LARGE // 2)
        assert await drawn(pilot, screen, lambda: table.action_move(-1)) == 2
        height = table.size.height
        steps: tuple[Callable[[], object], ...] = (
            lambda: table.action_page(1),
            lambda: table.action_page(-1),
            lambda: table.action_edge(1),
            lambda: table.action_edge(-1),
            lambda: table.scroll_relative(y=3, animate=False),
        )
        for act in steps:
            assert 0 < await drawn(pilot, screen, act) <= height
        assert screen.map.nodes.made < 20 * height


def in_sight(table: RegisterTable) -> bool:
    return table.top <= table.row < table.top + table.height and not table.covered(table.row)


async def test_the_wheel_moves_the_rows_and_not_the_cursor() -> None:
    async with running(make_app(SHAPES["arrays"](1_000, 0)), (80, 24)) as (pilot, screen):
        table = screen.table
        table.select_row(40)
        for _ in range(10):
            table.scroll_relative(y=5, animate=False)
        await pilot.pause()
        assert table.row == 40
        assert not in_sight(table)
        await pilot.press("down")
        assert table.row == 41
        assert in_sight(table)


@pytest.mark.parametrize("row", [1, 500, 999])
async def test_the_selected_row_stays_in_sight_in_every_size(row: int) -> None:
    async with running(make_app(SHAPES["arrays"](1_000, 0)), (120, 40)) as (pilot, screen):
        table = screen.table
        table.select_row(row)
        node = table.selected
        for size in ((20, 5), (80, 24), (40, 8), (200, 60), (120, 40)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: table.height < 1 or in_sight(table))
            assert table.selected is node


async def test_what_fits_a_filter_or_not_leaves_the_cursor_on_its_line() -> None:
    async with running(make_app(SHAPES["arrays"](1_000, 0)), (80, 24)) as (_, screen):
        table = screen.table
        table.select_row(500)
        table.scroll_to(y=table.row - 5, animate=False)
        node = table.selected
        assert node is not None
        for shown in (range(0, 1_000), range(node.index % 2, 1_000, 2), None):
            table.only(shown)
            assert table.selected is node
            assert table.row - table.top == 5

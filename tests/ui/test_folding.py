"""Folding of blocks, arrays, groups and elements; what is folded is one row, and nothing of it is read."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from inspector.maps import load, load_text
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.session import Sample, Session
from inspector.ui.app import InspectorApp
from inspector.ui.consent import Consents
from inspector.ui.folds import LONG
from inspector.ui.lines import plain
from inspector.ui.remembered import Remembered
from inspector.ui.rows import Rows
from inspector.ui.rowview import HEADER
from inspector.ui.screen import MainScreen
from tests.ui.driving import make_app, running, select, small_map, text_of
from tests.ui.test_painting import repaints

ARRAYS = f"""\
regmap: 1
name: arrays
blocks:
  dma:
    size: 64K
    registers:
      CTRL: {{offset: 0}}
      CH:
        offset: 0x100
        count: 3
        stride: 0x20
        registers:
          SRC: {{offset: 0}}
          DST: {{offset: 4}}
          BUF: {{offset: 8, count: 4, stride: 4}}
      TABLE: {{offset: 0x1000, count: {LONG}, stride: 4}}
      LAST: {{offset: 0x8000}}
  other: {{size: 16, registers: {{R: {{offset: 0}}}}}}
regions:
  main: {{base: 0x1000_0000, size: 128K, instances: {{DMA0: dma, DMA1: {{block: dma, offset: 64K}}}}}}
  rest: {{base: 0x2000_0000, size: 16, instances: {{O: other}}}}
"""


@pytest.fixture(scope="module")
def arrays() -> RegisterMap:
    return load_text(ARRAYS, "arrays.yaml")


def shown(rows: Rows) -> list[str]:
    """The paths of all rows in order: a heading's in brackets, a fold's with a plus."""
    found = []
    for row in range(len(rows)):
        node, fold = rows.node(row), rows.fold_at(row)
        if node is not None:
            found.append(node.path)
        elif rows.is_heading(row):
            found.append(f"[{rows.places[rows.place(row)][1].name}]{'+' if fold else ''}")
        else:
            assert fold is not None
            found.append(f"+{fold.path}")
    return found


def test_long_arrays_start_folded(arrays: RegisterMap) -> None:
    rows = shown(Rows(arrays))
    assert "+DMA0.TABLE[0..32]" in rows
    assert "DMA0.CH[0].BUF[3]" in rows
    assert not any(row.startswith("DMA0.TABLE") for row in rows)


def test_a_map_that_is_one_array_starts_unfolded() -> None:
    text = (
        "regmap: 1\nname: one\nblocks: {b: {size: 4K, registers: {R: {offset: 0, count: 100, stride: 4}}}}\n"
    )
    assert len(Rows(load_text(text, "one.yaml"))) == 101


def test_from_the_element_outwards(arrays: RegisterMap) -> None:
    rows = Rows(arrays)
    index = arrays.by_path["DMA0.CH[1].BUF[2]"].index
    names = [fold.path for fold in rows.folds.around(index)]
    assert names == ["DMA0.CH[1].BUF[0..3]", "DMA0.CH[1]", "DMA0.CH[0..2]", "DMA0."]
    assert [fold.count for fold in rows.folds.around(index)] == [4, 6, 18, 20 + LONG]


@pytest.mark.parametrize("seed", range(30))
def test_every_register_has_one_row_or_is_in_one_fold(arrays: RegisterMap, seed: int) -> None:
    chance = random.Random(seed)
    rows = Rows(arrays)
    rows.recall([])
    for _ in range(6):
        index = chance.randrange(len(arrays.nodes))
        rows.fold_away([chance.choice(rows.folds.around(index))], chance.random() < 0.8)
    covered: list[int] = []
    for row in range(len(rows)):
        node, fold = rows.node(row), rows.fold_at(row)
        if node is not None:
            covered.append(node.index)
            assert rows.row_of(node) == row
            assert rows.shows(node)
        elif fold is not None:
            covered += range(fold.first, fold.end)
            assert {rows.row_of(arrays.nodes[i]) for i in range(fold.first, fold.end)} == {row}
    assert covered == list(range(len(arrays.nodes)))


def test_what_is_folded_is_remembered_as_far_as_it_is_there(arrays: RegisterMap) -> None:
    rows = Rows(arrays)
    rows.recall([])
    rows.fold_away([rows.folds.around(arrays.by_path["DMA1.CH[2].SRC"].index)[0]], True)
    kept = rows.folds.kept()
    assert kept == [("DMA1.CH[2]", "DMA1.CH[2].SRC")]
    again = Rows(arrays)
    again.recall([*kept, ("GONE.CH[0]", "GONE.CH[0].SRC"), ("DMA0.CH[9]", "DMA0.CTRL")])
    assert shown(again) == shown(rows)


@pytest.mark.parametrize("indices", [[], [0], [0, 1, 2, 40, 41, 74], [75]])
def test_some_registers_alone(arrays: RegisterMap, indices: list[int]) -> None:
    rows = Rows(arrays)
    rows.only(indices)
    assert rows.filtered
    assert [row for row in shown(rows) if row[0] != "["] == [arrays.nodes[i].path for i in indices]
    rows.only(None)
    assert not rows.filtered


async def test_keys_fold_outwards_and_unfold() -> None:
    demo = load("demo")
    async with running(make_app(demo)) as (pilot, screen):
        select(screen, "DMA.CHANNEL[1].LENGTH")
        table = screen.table
        await pilot.press("z")
        assert table.fold_here is not None
        assert table.fold_here.path == "DMA.CHANNEL[1]"
        assert "5 registers folded" in text_of(screen)
        assert not any(node.path.startswith("DMA.CHANNEL[1]") for node in table.in_sight())
        await pilot.press("left")
        assert table.fold_here is not None
        assert table.fold_here.path == "DMA.CHANNEL[0..2]"
        await pilot.press("left")
        assert table.rows.folded == {"system"}
        await pilot.press("right", "right")
        select(screen, "DMA.CHANNEL[1].LENGTH")
        assert table.selected is demo.by_path["DMA.CHANNEL[1].LENGTH"]


async def test_going_to_a_folded_register_unfolds_it(arrays: RegisterMap) -> None:
    async with running(make_app(arrays)) as (pilot, screen):
        select(screen, "DMA0.TABLE[7]")
        assert screen.table.selected is arrays.by_path["DMA0.TABLE[7]"]
        await pilot.press("z", "enter")
        assert screen.table.fold_here is None


def test_a_map_of_nothing_but_long_arrays_starts_unfolded() -> None:
    text = f"""\
regmap: 1
name: two
blocks: {{b: {{size: 4K, registers: {{R: {{offset: 0, count: {LONG}, stride: 4}}}}}}}}
regions: {{main: {{base: 0, size: 8K, instances: {{A: b, B: {{block: b, offset: 4K}}}}}}}}
"""
    assert len(Rows(load_text(text, "two.yaml"))) == 2 + 2 * LONG


@pytest.mark.parametrize("seed", range(20))
def test_rows_of_some_registers_lead_there_and_back(arrays: RegisterMap, seed: int) -> None:
    chance = random.Random(seed)
    rows = Rows(arrays)
    if chance.random() < 0.3:
        rows.fold("main", True)
    shown = set(chance.sample(range(len(arrays.nodes)), chance.randrange(1, len(arrays.nodes))))
    rows.only(shown)
    found = {}
    for row in range(len(rows)):
        node = rows.node(row)
        if node is not None:
            found[node.index] = row
    assert list(found) == sorted(
        index for index in shown if arrays.nodes[index].region.name not in rows.folded
    )
    for node in arrays.nodes:
        row = rows.row_of(node)
        assert 0 <= row < len(rows)
        assert rows.shows(node) == (node.index in found)
        assert rows.passes(node) == (node.index in shown)
        if node.index in found:
            assert row == found[node.index]


def test_many_registers_here_and_there_are_few_stretches(arrays: RegisterMap) -> None:
    rows = Rows(arrays)
    rows.only(range(0, len(arrays.nodes), 2))
    stretches = {rows.stretch(row).row for row in range(len(rows))}
    assert len(stretches) == 2 * len(rows.places)


async def test_nothing_of_a_folded_region_is_read_where_only_some_registers_are_shown() -> None:
    register_map = small_map()
    read: list[str] = []

    class CountingSession(Session):
        def read(self, nodes: Sequence[RegisterNode]) -> list[Sample]:
            read.extend(node.path for node in nodes)
            return super().read(nodes)

    app = InspectorApp(
        register_map,
        lambda: CountingSession(register_map, ["sim"]),
        consents=Consents(Path("/dev/null/consents")),
        remembered=Remembered(register_map, Path("/dev/null/layouts")),
    )
    async with running(app) as (pilot, screen):
        screen.table.fold({"rest"}, True)
        screen.table.only(range(len(register_map.nodes)))
        await repaints(pilot, screen, 3)
        read.clear()
        select(screen, "MORE.R5")
        await repaints(pilot, screen, 3)
        assert read
        assert not any(path.startswith("MORE") for path in read)
        assert screen.table.filtered
        assert screen.table.rows.is_heading(screen.table.row)


async def test_going_to_what_is_filtered_away_shows_all_again(arrays: RegisterMap) -> None:
    async with running(make_app(arrays)) as (pilot, screen):
        table = screen.table
        for shown in ([], [70]):
            table.only(shown)
            select(screen, "DMA0.CTRL")
            assert not table.filtered
            assert table.selected is arrays.by_path["DMA0.CTRL"]
        table.only([])
        await pilot.pause()
        assert "no register fits" in text_of(screen)
        assert screen.detail.lines == []
        assert "ARMED" in text_of(screen)
        table.select_place(1)
        assert table.selected is arrays.by_path["DMA1.CTRL"]
        table.only([])
        table.only(None)
        assert table.selected is arrays.by_path["DMA1.CTRL"]


async def test_a_search_leaves_nothing_unfolded_but_where_it_ends(arrays: RegisterMap) -> None:
    async with running(make_app(arrays)) as (pilot, screen):
        select(screen, "DMA1.LAST")
        before = dict(screen.table.rows.folds.folded)
        await pilot.press("slash", *"table")
        assert screen.table.selected is not None
        assert screen.table.rows.folds.folded != before
        await pilot.press("escape")
        assert screen.table.rows.folds.folded == before
        assert screen.table.selected is arrays.by_path["DMA1.LAST"]
        await pilot.press("slash", *"table[7", "down", "enter")
        here = screen.table.selected
        assert here is not None
        assert here.path == "DMA1.TABLE[7]"
        assert list(screen.table.rows.folds.folded) == ["DMA0.TABLE[0..32]"]


def marks(screen: MainScreen) -> list[str]:
    """What stands in the second column of the table's lines."""
    table = screen.table
    return [table.render_line(y + HEADER).text[1] for y in range(table.height)]


async def test_a_click_on_the_mark_folds_and_unfolds(arrays: RegisterMap) -> None:
    async with running(make_app(arrays)) as (pilot, screen):
        table = screen.table
        assert "".join(marks(screen)[:12]) == "▾ ▾ ▾   ▾ ▾ "
        await pilot.click("#table", offset=(1, HEADER + 4))
        assert list(table.rows.folds.folded)[-1] == "DMA0.CH[0].BUF[0..3]"
        await pilot.click("#table", offset=(1, HEADER))
        assert marks(screen)[0] == "▸"
        assert "53 registers folded" in text_of(screen)
        select(screen, "DMA1.CTRL")
        await pilot.pause()
        assert marks(screen)[0] == "▸"
        await pilot.click("#table", offset=(1, HEADER))
        assert marks(screen)[0] == "▾"
        # A block that is all of its region is folded with it.
        select(screen, "O.R")
        await pilot.pause()
        await pilot.click("#table", offset=(1, HEADER + table.row - 1 - table.top))
        assert table.rows.folded == {"rest"}


async def test_the_heading_in_sight_says_which_part_of_the_block_is_below_it(arrays: RegisterMap) -> None:
    async with running(make_app(arrays), (100, 20)) as (pilot, screen):
        table = screen.table
        parts = {}
        for top in (1, 3, 5, 9, 19):
            table.scroll_to(y=top, animate=False)
            parts[top] = plain(table.line(top)).split("›")[-1].split()[0]
        assert parts == {1: "▾DMA0", 3: "CH[0]", 5: "CH[0].BUF[0..3]", 9: "CH[1]", 19: "▾DMA0"}
        await pilot.pause()
        await pilot.click("#table", offset=(20, HEADER))
        assert table.row == 1
        assert table.top == 0

"""Folding of blocks, arrays, groups and elements; what is folded is one row, and nothing of it is read."""

from __future__ import annotations

import random

import pytest

from inspector.maps import load, load_text
from inspector.model.registermap import RegisterMap
from inspector.ui.folds import LONG
from inspector.ui.rows import Rows
from tests.ui.driving import make_app, running, select, text_of

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

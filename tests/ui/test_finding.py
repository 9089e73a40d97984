"""The search on the screen: the prompt, the list of matches, staying, going back, and what is a jump."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inspector.model.register import Block, Dimension, Memory
from inspector.model.registermap import Instance, Region, RegisterMap
from inspector.ui.lines import plain
from inspector.ui.matchlist import told
from inspector.ui.screen import MainScreen
from inspector.ui.search import Search
from tests.ui.driving import make_app, register, running, select, sheet_text, small_map, text_of, typed, until


def array_map(count: int = 100) -> RegisterMap:
    """A register, an array that starts folded with a window of memory behind it, and a register."""
    shape = Dimension(count, 4, tuple(map(str, range(count))))
    block = Block(
        "dma",
        0x100000,
        (
            register("BEFORE", offset=0),
            replace(register("SLOT", offset=0x10), dimension=shape),
            Memory("BUF", 0xF0000, 64, 32, register("X").access, title="Packet store"),
            register("AFTER", offset=0xF1000),
        ),
    )
    return RegisterMap("dma", (Region("bus", 0x4000_0000, 0x100000, (Instance("DMA", block),)),), (block,))


def path_of(screen: MainScreen) -> str:
    """What is selected."""
    selected = screen.table.selected or screen.table.window
    return "" if selected is None else selected.path


# --- typing and leaving ----------------------------------------------------------------------


async def test_escape_keeps_the_search_before_for_n() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("slash")
        await typed(pilot, "r3")
        await pilot.press("enter")
        assert path_of(screen) == "MORE.R3"
        await pilot.press("slash")
        await typed(pilot, "kick")
        assert path_of(screen) == "DEV.KICK"
        await pilot.press("escape")
        assert path_of(screen) == "MORE.R3"
        await pilot.press("n")
        assert path_of(screen) == "MORE.R30"
        await pilot.press("N")
        assert path_of(screen) == "MORE.R3"


async def test_what_is_sought_before_the_index_is_made_is_found_once_it_is() -> None:
    async with running(make_app(array_map(10_000))) as (pilot, screen):
        screen.finding.begin()
        for c in "slot[9876]":
            screen.finding.key(c, c)
        screen.finding.key("enter", None)
        screen.repaint()
        assert not screen.finding.open
        assert screen.finding.making
        await until(pilot, lambda: path_of(screen) == "DMA.SLOT[9876]")
        assert "match 1 of 1" in text_of(screen)
        await pilot.press("n")
        assert path_of(screen) == "DMA.SLOT[9876]"


async def test_what_was_unfolded_on_the_way_is_folded_again() -> None:
    async with running(make_app(array_map())) as (pilot, screen):
        rows = len(screen.table.rows)
        await pilot.press("slash")
        await typed(pilot, "slot[7]")
        assert path_of(screen) == "DMA.SLOT[7]"
        assert len(screen.table.rows) > rows
        for _ in range(7):
            screen.finding.key("backspace", None)
        await typed(pilot, "after")
        await pilot.press("enter")
        assert path_of(screen) == "DMA.AFTER"
        assert len(screen.table.rows) == rows


async def test_a_memory_window_is_gone_to_and_left_again() -> None:
    async with running(make_app(array_map())) as (pilot, screen):
        assert path_of(screen) == "DMA.BEFORE"
        await pilot.press("slash")
        await typed(pilot, "packet")
        await pilot.pause()
        assert path_of(screen) == "DMA.BUF"
        assert "Packet store" in text_of(screen)
        await pilot.press("escape")
        assert path_of(screen) == "DMA.BEFORE"
        screen.table.fold_away(screen.table.rows.folds.block(0), True)
        assert len(screen.table.rows) == 1
        await pilot.press("slash")
        await typed(pilot, "buf")
        await pilot.press("enter")
        assert path_of(screen) == "DMA.BUF"


async def test_nothing_found_says_so_and_stays() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        select(screen, "DEV.ID")
        await pilot.press("slash")
        await typed(pilot, "qqqq")
        assert "nothing found" in text_of(screen)
        await pilot.press("enter")
        assert path_of(screen) == "DEV.ID"
        assert "nothing found for qqqq" in text_of(screen)


async def test_a_slip_is_called_nearly_so() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("slash")
        await typed(pilot, "kcik")
        assert path_of(screen) == "DEV.KICK"
        assert "match 1 of 1 (nearly)" in text_of(screen)


# --- the list --------------------------------------------------------------------------------


@pytest.mark.parametrize(("height", "room"), [(5, 0), (15, 0), (16, 4), (24, 4), (30, 8), (60, 8)])
async def test_the_list_leaves_the_row_in_hand_in_sight(height: int, room: int) -> None:
    async with running(make_app(small_map()), (80, height)) as (pilot, screen):
        await pilot.press("slash")
        await typed(pilot, "r")
        for _ in range(12):
            screen.finding.key("down", None)
        screen.repaint()
        await pilot.pause()
        matches = screen.query("#matches").first()
        assert (matches.size.height if matches.display else 0) == room
        if height > 5:
            assert screen.table.selected in screen.table.in_sight()
        chosen = screen.finding.matches[screen.finding.at].node.path
        assert not room or f"▸ {chosen}" in text_of(screen)
        await pilot.press("enter")
        await pilot.pause()
        assert not matches.display


def told_of(register_map: RegisterMap, text: str, word: int | None = None) -> str:
    """What the list says of the best match behind its value."""
    return plain(tuple(told(Search(register_map).find(text)[0], word))).strip()


def test_the_list_says_what_fits() -> None:
    small = small_map()
    assert told_of(small, "ctrl") == "Control"
    assert told_of(small, "mode") == "field MODE  Control"
    assert told_of(small, "mode", 0x10) == "field MODE slow  Control"
    assert told_of(small, "fast", 0x10) == "MODE may be fast  Control"
    assert told_of(small, "turns on") == "EN: Turns it on."
    assert told_of(small, "what the device") == "What the device does."
    assert told_of(small, "0x1002") == "at that address  Control"


def test_what_was_typed_is_marked() -> None:
    match = Search(small_map()).find("turns")[0]
    assert [text for text, look in told(match, None) if look == "match"] == ["Turns"]


def test_of_a_text_that_holds_it_twice_the_place_that_is_not_cut_is_marked() -> None:
    twice = register("LONG", offset=0, desc="needle " + "and more " * 20 + "needle")
    block = Block("b", 0x100, (twice,))
    register_map = RegisterMap("m", (Region("r", 0, 0x100, (Instance("D", block),)),), (block,))
    spans = tuple(told(Search(register_map).find("needle")[0], None))
    assert spans[0] == ("needle", "match")
    assert [look for _, look in spans].count("match") == 1


def test_of_a_long_text_the_part_that_fits_is_shown() -> None:
    told_often = register("LONG", offset=0, desc="much is said before " * 9 + "the needle is there")
    block = Block("b", 0x100, (told_often,))
    register_map = RegisterMap("m", (Region("r", 0, 0x100, (Instance("D", block),)),), (block,))
    shown = told_of(register_map, "needle")
    assert shown.startswith("… ")
    assert shown.endswith("the needle is there")
    assert len(shown) < 60


# --- jumps -----------------------------------------------------------------------------------


async def test_a_search_is_a_jump_however_near_it_leads_and_so_is_each_next() -> None:
    async with running(make_app(small_map()), (80, 40)) as (pilot, screen):
        await pilot.press("slash")
        await typed(pilot, "kick")
        await pilot.press("enter", "slash")
        await typed(pilot, "r3")
        await pilot.press("enter", "n")
        places = [screen.map.nodes[index].path for index in screen.jumps.places]
        assert places == ["DEV.CTRL", "DEV.KICK", "MORE.R3"]
        await pilot.press("ctrl+o", "alt+left")
        assert path_of(screen) == "DEV.KICK"
        await pilot.press("alt+right")
        assert path_of(screen) == "MORE.R3"
        await pilot.press("apostrophe")
        assert "DEV.KICK" in sheet_text(screen)


async def test_a_search_that_is_left_is_no_jump() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("slash")
        await typed(pilot, "r35")
        await pilot.press("escape", "down")
        assert screen.jumps.places == []


async def test_steps_over_a_folded_array_or_a_heading_are_no_jumps() -> None:
    async with running(make_app(array_map())) as (pilot, screen):
        await pilot.press("down", "down", "down")
        assert path_of(screen) == "DMA.AFTER"
        assert screen.jumps.places == []
    async with running(make_app(small_map())) as (pilot, screen):
        select(screen, "DEV.OWN")
        await pilot.pause()
        screen.jumps.places.clear()
        await pilot.press("down", "up", "down")
        assert path_of(screen) == "MORE.R0"
        assert screen.jumps.places == []


async def test_another_block_is_a_jump() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert path_of(screen) == "MORE.R0"
        await pilot.press("ctrl+o")
        assert path_of(screen) == "DEV.CTRL"


async def test_a_place_chosen_in_the_list_of_regions_is_a_jump() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        select(screen, "DEV.OWN")
        await pilot.pause()
        screen.post_message(screen.sidebar.Chosen(1))
        await pilot.pause()
        assert path_of(screen) == "MORE.R0"
        await pilot.press("ctrl+o")
        assert path_of(screen) == "DEV.OWN"

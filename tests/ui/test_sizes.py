"""Every size of terminal: what must be seen at 80x24, what may not crash at 20x5."""

from __future__ import annotations

import pytest

from inspector import maps
from tests.ui.driving import make_app, running, small_map, text_of, typed, until


async def test_80_by_24_keeps_what_matters() -> None:
    async with running(make_app(maps.load("demo")), (80, 24)) as (pilot, screen):
        await pilot.press("j", "j")
        await until(pilot, lambda: "BOOT_SOURCE SD card" in text_of(screen))
        text = text_of(screen)
        assert screen.table.size.height >= 10
        assert len(screen.table.in_sight()) >= 9
        assert "SYS  0x4000_0000  system shared" in text
        assert "BOOT_SOURCE  11:8  ro  0x2" in text
        assert "PLL          5:4" in text
        assert "HEARTBEAT    3" in text
        assert "31 " in text
        assert "? help" in text
        assert not screen.query_one("#left").display
        assert all(len(line) <= 80 for line in text.splitlines())


async def test_at_80_by_24_the_bit_being_flipped_is_in_sight() -> None:
    async with running(make_app(maps.load("pl011")), (80, 24)) as (pilot, screen):
        screen.table.select(screen.map.by_path["UART0.CR"])
        await pilot.press("tab", "end")
        assert "▸ UARTEN" in text_of(screen)
        await pilot.press("space")
        assert "31 " in text_of(screen)
        assert "UARTEN 0 → 1" in text_of(screen)


async def test_in_a_low_panel_name_bits_and_refusal_stay_while_the_fields_are_scrolled() -> None:
    async with running(make_app(maps.load("pl011")), (80, 24)) as (pilot, screen):
        screen.table.select(screen.map.by_path["UART0.CR"])
        await pilot.press("e", "shift+tab", "1")
        text = text_of(screen)
        assert "─ UART0.CR " in text
        assert "0 0 1◂" in text
        assert "▸ UARTEN  0   rw  0 → 1" in text
        await typed(pilot, "5")
        text = text_of(screen)
        assert "▸ UARTEN  0   rw  0 → 15" in text
        assert "does not fit" in text.split("─ UART0.CR ")[1].split("▸ UARTEN")[0]
        assert "Enter" not in text.splitlines()[-1]
        await pilot.press("escape")
        row = screen.detail._digit_rows
        await pilot.click("#detail", offset=(screen.detail._geometry.column(9), next(iter(row))))
        assert screen.detail.field is not None
        assert screen.detail.field.name == "RXE"
        line = next(y for y in range(screen.detail.size.height) if y >= screen.detail._stays)
        await pilot.click("#detail", offset=(4, line))
        assert screen.detail.field is screen.detail._field_rows[screen.detail.line_at(line)]


async def test_200_by_60_uses_the_room() -> None:
    async with running(make_app(maps.load("demo")), (200, 60)) as (_, screen):
        assert screen.detail.region.x > screen.table.region.right - 2
        assert screen.detail.region.height > 50
        assert screen.sidebar.display


@pytest.mark.parametrize("size", [(20, 5), (1, 1), (43, 9)])
async def test_tiny_windows_do_not_crash(size: tuple[int, int]) -> None:
    async with running(make_app(small_map()), size) as (pilot, screen):
        await pilot.press("j", "tab", "space", "enter", "1", "escape", "escape", "slash", "e", "escape")
        await pilot.press("question_mark", "escape", "G", "pagedown", "f", "p")
        assert screen.table.selected is not None


async def test_of_an_unknown_word_only_bits_with_a_name_are_marked_while_it_is_typed() -> None:
    async with running(make_app(maps.load("pl011")), (80, 24)) as (pilot, screen):
        screen.table.select(screen.map.by_path["UART0.DR"])
        await pilot.press("e")
        await typed(pilot, "0x41")
        assert "· · · · · · · ·   · · · · 0◂0◂0◂0◂  0◂1◂0◂0◂0◂0◂0◂1◂" in text_of(screen)


async def test_in_the_smallest_window_a_value_and_what_is_typed_are_in_sight() -> None:
    async with running(make_app(maps.load("demo")), (20, 5)) as (pilot, screen):
        screen.table.select(screen.map.by_path["SYS.SCRATCH"])
        await until(pilot, lambda: "▌ SCRATCH" in text_of(screen) and "f00d" in text_of(screen))
        await pilot.press("e")
        await typed(pilot, "12")
        assert "▌ SCRATCH    → 12" in text_of(screen)


async def test_resizing_while_editing_keeps_the_edit() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("e")
        await typed(pilot, "0x2")
        for size in ((30, 8), (80, 24), (200, 60)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        await typed(pilot, "1")
        assert screen.edits.editing is not None
        assert screen.edits.editing.word == 0x21
        assert "0x0000_0010 → 0x21" in text_of(screen)


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
async def test_every_theme_paints(theme: str) -> None:
    app = make_app(small_map())
    async with running(app) as (pilot, screen):
        app.theme = theme
        await pilot.pause()
        assert "CTRL" in text_of(screen)


async def test_an_empty_map_paints() -> None:
    from inspector.model.registermap import RegisterMap

    async with running(make_app(RegisterMap("empty", ())), wait=False) as (pilot, screen):
        await pilot.press("j", "e", "r", "a", "p", "y", "tab", "slash", "x", "enter", "n")
        assert screen.table.selected is None


async def test_text_from_a_map_is_neither_markup_nor_control() -> None:
    from inspector.model.register import Block
    from inspector.model.registermap import Instance, Region, RegisterMap
    from tests.unit.model.build import field, register

    block = Block(
        "b",
        0x100,
        (
            register(
                "[red]R[/]",
                field("[F]", "0", desc="a\x1b[31mb\x07c [bold]d[/bold]"),
                title="\u202eevil",
                desc="[/] \x1b]0;title\x07",
            ),
        ),
    )
    region = Region("r\x1b", 0, 0x100, (Instance("[I]", block),))
    async with running(make_app(RegisterMap("m\x1b", (region,), (block,)))) as (_, screen):
        text = text_of(screen)
        assert "[red]R[/]" in text
        assert "[bold]d[/bold]" in text
        assert r"a\x1b[31mb\x07c" in text
        assert not any(c in text for c in "\x1b\x07\u202e")

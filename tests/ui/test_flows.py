"""What a person does at the screen, key by key."""

from __future__ import annotations

from pathlib import Path

from textual import events

from inspector.session import Session
from inspector.ui.ask import Ask
from inspector.ui.help import Help
from inspector.ui.values import ValueFormat
from tests.ui.driving import make_app, running, select, sheet_text, small_map, text_of, typed, until


def value(session: Session | None, path: str) -> int | None:
    assert session is not None
    node = session.map.by_path[path]
    return session.sample(node).value


async def test_shows_the_contract_the_registers_and_the_bits() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await until(pilot, lambda: "MODE slow" in text_of(screen))
        text = text_of(screen)
        assert "small · Small board   simulation · one access, one bus access" in text
        assert "shared  ARMED  10 Hz ●" in text
        assert "DEV  0x0000_1000  Device  shared" in text
        assert "MODE slow" in text
        assert "What the device does." in text
        assert "31 30 29 28" in text
        assert "reading clears · r reads" in text
        assert "write-only" in text
        assert "constant" in text


async def test_edits_a_value_and_reads_it_back() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("e")
        await typed(pilot, "0x21")
        text = text_of(screen)
        assert "0x0000_0010 → 0x21" in text
        assert "MODE slow → fast · EN 0 → 1" in text
        assert "write 0x0000_0021 to 0x0000_1000 · read back" in text
        await pilot.press("enter")
        await until(pilot, lambda: "0x0000_0021 → 0x0000_0021 ✓" in text_of(screen))
        assert value(screen.live.session, "DEV.CTRL") == 0x21
        assert screen.edits.editing is None


async def test_escape_writes_nothing() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("enter")
        await typed(pilot, "0x3f")
        await pilot.press("escape")
        assert screen.edits.editing is None
        assert "left without a write" in text_of(screen)
        await pilot.press("r")
        await until(pilot, lambda: "read once" in text_of(screen))
        assert value(screen.live.session, "DEV.CTRL") == 0x10


async def test_clears_one_flag_and_leaves_the_other() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        select(screen, "DEV.FLAGS")
        await pilot.press("tab", "down", "enter")
        assert screen.detail.field is not None
        assert screen.detail.field.name == "DONE"
        assert "→ clear" in text_of(screen)
        await pilot.press("enter")
        await until(pilot, lambda: "✓" in text_of(screen))
        assert value(screen.live.session, "DEV.FLAGS") == 0x2


async def test_an_enumeration_offers_its_names() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("tab", "enter")
        text = text_of(screen)
        assert all(name in text for name in ("0  off", "1  slow", "2  fast"))
        await typed(pilot, "fa")
        assert "1  slow" not in text_of(screen)
        assert "MODE slow → fast" in text_of(screen)
        await pilot.press("enter")
        await until(pilot, lambda: value(screen.live.session, "DEV.CTRL") == 0x20)


async def test_tab_collects_fields_into_one_write() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("tab", "enter", "down", "tab")
        assert screen.detail.field is not None
        assert screen.detail.field.name == "EN"
        await typed(pilot, "1")
        assert "MODE slow → fast · EN 0 → 1" in text_of(screen)
        await pilot.press("enter")
        await until(pilot, lambda: value(screen.live.session, "DEV.CTRL") == 0x21)


async def test_flips_bits_on_the_picture() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("tab", "end", "space")
        assert "EN 0 → 1" in text_of(screen)
        assert value(screen.live.session, "DEV.CTRL") == 0x10
        await pilot.press("space")
        assert screen.edits.editing is None
        await pilot.press("space", "left", "left", "left", "left", "space", "left", "left", "space")
        assert "MODE slow → off" in text_of(screen)
        assert "write 0x0000_0041 · read back" in text_of(screen)
        await pilot.press("space", "enter")
        await until(pilot, lambda: value(screen.live.session, "DEV.CTRL") == 0x01)


async def test_a_refused_field_offers_the_whole_word_as_a_second_step() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        select(screen, "DEV.OWN")
        await until(pilot, lambda: value(screen.live.session, "DEV.OWN") == 0x102)
        await pilot.press("tab", "end", "enter")
        await typed(pilot, "7")
        assert "any write clears it" in text_of(screen)
        await pilot.press("enter")
        assert "write 0x0000_0107 to 0x0000_1020" in text_of(screen)
        assert value(screen.live.session, "DEV.OWN") == 0x102
        await pilot.press("enter")
        await until(pilot, lambda: value(screen.live.session, "DEV.OWN") == 0x007)


async def test_words_that_do_not_fit_say_why_and_write_nothing() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("e")
        await typed(pilot, "0x123456789")
        await pilot.press("enter")
        assert "does not fit" in text_of(screen)
        assert screen.edits.editing is not None
        assert value(screen.live.session, "DEV.CTRL") == 0x10


async def test_finds_by_name_field_and_text() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("slash")
        await typed(pilot, "r39")
        assert screen.table.selected is screen.map.by_path["MORE.R39"]
        await pilot.press("escape")
        assert screen.table.selected is screen.map.by_path["DEV.CTRL"]
        await pilot.press("slash")
        await typed(pilot, "late")
        assert "match 1 of 1: field LATE" in text_of(screen)
        await pilot.press("enter")
        assert screen.table.selected is screen.map.by_path["DEV.FLAGS"]
        await pilot.press("slash")
        await typed(pilot, "finished")
        assert "in the text of DONE" in text_of(screen)
        await pilot.press("enter", "slash")
        await typed(pilot, "r1")
        await pilot.press("enter", "n", "n", "N")
        assert screen.table.selected is screen.map.by_path["MORE.R10"]
        await pilot.press("slash")
        await typed(pilot, "zzz")
        assert "nothing found" in text_of(screen)


async def test_reads_once_after_saying_what_that_does() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        select(screen, "DEV.DATA")
        await pilot.press("r")
        assert "reading clears — r again reads it" in text_of(screen)
        assert value(screen.live.session, "DEV.DATA") is None
        await pilot.press("escape", "r", "r")
        await until(pilot, lambda: "DEV.DATA read once: 0x0000_005a" in text_of(screen))


async def test_pauses_changes_the_rate_and_the_format() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("space")
        assert "PAUSED ‖" in text_of(screen)
        await pilot.press("space", "plus")
        assert "20 Hz ●" in text_of(screen)
        await pilot.press("minus", "minus")
        assert "5 Hz ●" in text_of(screen)
        await pilot.press("f")
        assert screen.table.form is ValueFormat.DEC
        assert "12_648_430" in text_of(screen)
        await pilot.press("f")
        assert "0b0000_0000_1100_0000_1111_1111_1110_1110" in text_of(screen)


async def test_watches_and_copies() -> None:
    app = make_app(small_map())
    async with running(app) as (pilot, screen):
        await pilot.press("p", "y")
        assert "copied DEV.CTRL: 0x0000_0010" in text_of(screen)
        assert app.clipboard == "0x0000_0010"
        select(screen, "MORE.R39")
        await until(pilot, lambda: "WATCH" in text_of(screen))
        assert " • DEV.CTRL" in text_of(screen)
        await pilot.press("g", "p")
        await until(pilot, lambda: "WATCH" not in text_of(screen))


async def test_hardware_opens_read_only_until_armed(tmp_path: Path) -> None:
    image = tmp_path / "image.bin"
    image.write_bytes(bytes(0x3000))
    async with running(make_app(small_map(), [f"devmem:{image}"])) as (pilot, screen):
        assert "READ-ONLY" in text_of(screen)
        await pilot.press("e")
        await typed(pilot, "1")
        await pilot.press("enter")
        assert "main is read-only: Esc, then a arms it" in text_of(screen)
        await pilot.press("escape", "a")
        assert isinstance(screen.app.screen, Ask)
        await pilot.press("escape")
        assert not screen.live.armed("main")
        await pilot.press("a", "enter")
        await until(pilot, lambda: screen.live.armed("main"))
        assert not screen.live.armed("rest")
        assert " ARMED " in text_of(screen)
        assert image.read_bytes() == bytes(0x3000)
        await pilot.press("e")
        await typed(pilot, "1")
        await pilot.press("enter")
        await until(pilot, lambda: image.read_bytes()[0x1000] == 1)
        await pilot.press("a")
        await until(pilot, lambda: not screen.live.armed("main"))


async def test_a_read_that_acts_on_hardware_needs_arming(tmp_path: Path) -> None:
    image = tmp_path / "image.bin"
    image.write_bytes(bytes(0x3000))
    async with running(make_app(small_map(), [f"devmem:{image}"])) as (pilot, screen):
        select(screen, "DEV.DATA")
        await pilot.press("r", "r")
        assert "arm the region first" in text_of(screen)
        assert value(screen.live.session, "DEV.DATA") is None


async def test_a_value_that_moved_under_the_eyes_is_not_overwritten(tmp_path: Path) -> None:
    image = tmp_path / "image.bin"
    image.write_bytes(bytes(0x3000))
    async with running(make_app(small_map(), [f"devmem:{image}"], write=True)) as (pilot, screen):
        await until(pilot, lambda: value(screen.live.session, "DEV.CTRL") == 0)
        await pilot.press("space", "tab", "end", "enter")
        await typed(pilot, "1")
        with image.open("r+b") as file:
            file.seek(0x1000)
            file.write(b"\x20")
        await pilot.press("enter")
        await until(pilot, lambda: "ECANCELED" in text_of(screen))
        assert image.read_bytes()[0x1000] == 0x20


async def test_a_refused_region_says_why_and_opens_when_it_can(tmp_path: Path) -> None:
    image = tmp_path / "image.bin"
    image.write_bytes(bytes(0x1100))
    async with running(make_app(small_map(), [f"devmem:{image}"])) as (pilot, screen):
        await until(pilot, lambda: "✗ refused" in text_of(screen))
        select(screen, "MORE.R3")
        await pilot.pause()
        text = " ".join(text_of(screen).split())
        assert "✗ EINVAL" in text
        assert "not inside" in text
        assert "r tries again" in text
        await pilot.press("e")
        assert "is not open" in text_of(screen)
        with image.open("r+b") as file:
            file.truncate(0x3000)
        await pilot.press("r")
        await until(pilot, lambda: "region rest is open" in text_of(screen))


async def test_a_map_of_which_nothing_opens_stays_on_the_screen(tmp_path: Path) -> None:
    async with running(make_app(small_map(), [f"devmem:{tmp_path}/missing"])) as (pilot, screen):
        await until(pilot, lambda: "ENOENT" in text_of(screen))
        assert "✗ 2 refused" in text_of(screen)
        await pilot.press("e", "r", "space", "j", "tab", "space", "enter")
        assert screen.edits.editing is None


async def test_a_wrong_word_ends_the_app_for_the_caller_to_report() -> None:
    app = make_app(small_map(), ["nonsense"])
    async with running(app, wait=False) as (pilot, _):
        await until(pilot, lambda: app.failure is not None)
    assert "nonsense" in str(app.failure)


async def test_help_lists_keys_and_marks() -> None:
    async with running(make_app(small_map()), (100, 70)) as (pilot, screen):
        await pilot.press("question_mark")
        assert isinstance(screen.app.screen, Help)
        text = sheet_text(screen)
        assert text.startswith("In the table")
        for word in ("Moving", "Editing", "Marks", "reading it changes the hardware", "⊂", "●", "Esc"):
            assert word in text
        await pilot.press("escape")
        assert screen.is_current


async def test_a_sheet_has_help_of_its_own_keys() -> None:
    async with running(make_app(small_map()), (100, 70)) as (pilot, screen):
        for key in ("f1", "question_mark"):
            await pilot.press("F", key)
            assert isinstance(screen.app.screen, Help)
            text = sheet_text(screen)
            assert text.startswith("On this sheet Enter that one alone Space combines")
            await pilot.press("escape")
            assert "Show only registers" in sheet_text(screen)
            await pilot.press("escape")
            assert screen.is_current


async def test_a_key_that_a_sheet_does_not_want_does_nothing_once_it_is_left() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        for key in ("u", "space", "f2", "slash"):
            await pilot.press("J")
            for each in (key, "escape"):
                screen.app.post_message(events.Key(each, "/" if each == "slash" else None))
            await pilot.pause()
            await pilot.pause()
            assert screen.is_current
            assert not screen.finding.open
            assert not screen.live.paused
            assert screen.notices.span is None


async def test_the_mouse_selects_edits_and_flips() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.click("#table", offset=(12, 3))
        assert screen.table.selected is screen.map.by_path["DEV.FLAGS"]
        await pilot.click("#table", offset=(12, 2), times=2)
        assert screen.edits.editing is not None
        await pilot.press("escape")
        row = next(iter(screen.detail._digit_rows))
        column = screen.detail._geometry.column(0)
        await pilot.click("#detail", offset=(column, row), times=2)
        assert screen.detail.bit == 0
        assert "EN 0 → 1" in text_of(screen)
        await pilot.press("escape")
        await pilot.click("#sidebar", offset=(6, 4))
        assert screen.table.selected is screen.map.by_path["MORE.R0"]


async def test_selecting_elsewhere_leaves_an_edit_without_a_write() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("e")
        await typed(pilot, "0x3f")
        await pilot.click("#table", offset=(12, 4))
        assert screen.edits.editing is None
        assert value(screen.live.session, "DEV.CTRL") == 0x10


async def test_pasting_into_an_edit() -> None:
    from textual import events

    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("e")
        screen.app.post_message(events.Paste("0x21\nrm -rf /"))
        await pilot.pause()
        assert screen.edits.editing is not None
        assert screen.edits.editing.word == 0x21

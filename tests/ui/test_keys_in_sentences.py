"""Sentences that name a key: the bound one, and none where no key does it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from inspector.errors import BusFault, TimedOut
from inspector.model.registermap import RegisterMap
from inspector.model.safety import ReadSafety, Skip
from inspector.session import Sample, Session
from inspector.ui.app import InspectorApp
from inspector.ui.bars import KeyLine
from inspector.ui.commands import ALL
from inspector.ui.condition import Condition, PlaceWords
from inspector.ui.consent import Consents
from inspector.ui.foldlines import fold_panel
from inspector.ui.keyboard import Keyboard
from inspector.ui.lines import plain
from inspector.ui.rows import Rows
from inspector.ui.rowstate import row_state
from inspector.ui.screen import MainScreen
from tests.ui.driving import make_app, running, select, sheet_text, small_map, text_of, until
from tests.ui.test_claims import Faulted, Sleeping, Stalled

OTHERS = Keyboard(
    {
        "arm": ("f2",),
        "documentation": ("f3",),
        "differences": ("f4",),
        "enter": ("f5",),
        "filters": ("f6",),
        "find": ("ctrl+f",),
        "fold": ("f7", "f8"),
        "fold-outwards": ("backspace",),
        "higher-bit": ("less_than_sign",),
        "leave": ("f9",),
        "lower-bit": ("greater_than_sign",),
        "mark": ("f10",),
        "next-block": ("N",),
        "palette": ("f1",),
        "pin": ("f11",),
        "previous-block": ("B",),
        "quit": ("ctrl+x",),
        "read": ("f12",),
        "region": ("I",),
        "release": ("R",),
        "snapshots": ("S",),
        "switch": ("X",),
        "unfold": ("u",),
    }
)
"""Other keys than their own for all commands that sentences speak of."""

NONE = Keyboard(dict.fromkeys(ALL, ()))
"""No key for any command: the palette alone does them."""

BOTH = pytest.mark.parametrize("keyboard", [OTHERS, NONE], ids=["others", "none"])


def worded(text: str, keyboard: Keyboard) -> str:
    """A sentence as it is with these keys: what stands in brackets is there only where there are any."""
    return re.sub(r"\[(.*?)\]", "" if keyboard is NONE else r"\1", text)


def skipped(skip: Skip, reason: str) -> Sample:
    return Sample(skipped=ReadSafety(skip, reason))


def panel(screen: MainScreen) -> str:
    """What the panel says, its lines joined."""
    return " ".join(" ".join(map(plain, screen.detail.lines)).split())


def test_a_clause_names_the_key_and_is_away_where_there_is_none() -> None:
    keyboard = Keyboard({"unfold": (), "enter": ("left_curly_bracket",)})
    for _ in range(2):
        assert keyboard.clause("read", "; {} reads it") == "; r reads it"
        assert keyboard.clause("unfold", "; {} unfolds it") == ""
        assert keyboard.clause("fold unfold enter", "{} unfolds it") == "z or { unfolds it"
    assert Keyboard().clause("fold unfold enter", "{} unfolds it") == "z, → or Enter unfolds it"
    ways = ("enter", "{} edits"), ("unfold", "{} unfolds"), ("read", "{} reads")
    assert keyboard.clauses(": {}.", *ways) == ": { edits, r reads."
    assert keyboard.clauses(": {}.", *ways, between=" and ") == ": { edits and r reads."
    assert keyboard.clauses(": {}.", ways[1]) == ""


@BOTH
@pytest.mark.parametrize(
    ("path", "found", "words"),
    [
        ("CTRL", Sample(error=BusFault("x")), "bus error[; F12 reads it again] (SIGBUS)"),
        ("CTRL", Sample(error=TimedOut("x")), "no answer[; F12 reads it again] (ETIMEDOUT)"),
        ("CTRL", skipped(Skip.FAULTED, "it failed"), "it failed[; F12 reads it again]"),
        ("DATA", skipped(Skip.READ_SIDE_EFFECT, "it acts"), "it acts[ · F12 reads it once]"),
        ("KICK", skipped(Skip.WRITE_ONLY, "write-only"), "write-only"),
    ],
)
def test_a_row_names_the_key_that_reads_it(path: str, found: Sample, words: str, keyboard: Keyboard) -> None:
    node = small_map().by_path[f"DEV.{path}"]
    place = PlaceWords(Condition.OPEN, ("shared", "dim"), ("shared", "dim"))
    state = row_state(node, found, 9.0, fresh=1.0, place=place, keyboard=keyboard)
    assert state.said == worded(words, keyboard)
    assert words.startswith(state.note)


@BOTH
async def test_messages_name_the_keys_that_are_bound(keyboard: Keyboard) -> None:
    app = make_app(small_map(), keyboard=keyboard)
    async with running(app) as (_, screen):
        screen.filters.only_marked()
        screen.finding.next(1)
        screen.moments.differences()
        screen.watching.take_keys()
        screen.regions.unfold()
        screen.edits.flip()
        app.action_board(1)
        await app.action_close_board()
        select(screen, "DEV.DATA")
        screen.watching.toggle()
        screen.moments.mark()
        screen.regions.fold_all()
        screen.reading.read_once()
        said = [each.text for each in screen.notices.log]
        for words in (
            "nothing is marked yet[: F10 marks what is known now]",
            "nothing was searched for[: Ctrl+F finds]",
            "there is nothing to compare with[: F10 marks now, S loads a snapshot]",
            "nothing is watched[: F11 watches the selected register or field]",
            "nothing is folded here[: Backspace folds]",
            "move to a bit first[, with < and >]",
            "there is one board only[: F1 opens a map in another tab]",
            "this is the only board[: Ctrl+X quits]",
            "DEV.DATA is watched from now on, but not read by itself: reading clears[. F12 reads it once]",
            "what differs from it has a Δ[, and F4 lists it]",
            "region main is folded, so nothing of it is read[: F7 unfolds it]",
        ):
            assert any(text.endswith(worded(words, keyboard)) for text in said), words


@pytest.mark.parametrize(
    ("bound", "words"),
    [
        (("read", "enter", "leave"), "F12 again reads it, F9 leaves"),
        (("enter",), "F5 reads it"),
        ((), "asked for again, it is read"),
    ],
)
async def test_a_question_names_the_keys_that_answer_it(bound: tuple[str, ...], words: str) -> None:
    keyboard = Keyboard({each: OTHERS.keys(each) if each in bound else () for each in ALL})
    async with running(make_app(small_map(), keyboard=keyboard)) as (_, screen):
        select(screen, "DEV.DATA")
        screen.reading.read_once()
        assert screen.notices.log[-1].text == f"reading clears — {words}"


@BOTH
async def test_regions_name_the_keys_that_are_bound(keyboard: Keyboard) -> None:
    async with running(make_app(small_map(), keyboard=keyboard), (160, 40)) as (pilot, screen):

        async def sheet() -> str:
            screen.regions.show()
            await pilot.pause()
            text = sheet_text(screen)
            await pilot.press("escape")
            return text

        select(screen, "DEV.DATA")
        await pilot.pause()
        words = "Not read by itself: reading clears.[ F12 reads it once.] 31"
        assert worded(words, keyboard) in panel(screen)
        screen.regions.fold_all()
        await pilot.pause()
        words = "Folded: nothing of it is read.[ F7 unfolds it; I shows all about it.]"
        assert panel(screen).endswith(worded(words, keyboard))
        text = await sheet()
        words = "others may have it too[; X claims it exclusively, R releases it] who else"
        assert worded(words, keyboard) in text
        words = "folded: nothing of it is read[; F7 unfolds it] all regions"
        assert worded(words, keyboard) in text
        screen.regions.fold_all()
        select(screen, "DEV.CTRL")
        screen.regions.release()
        await until(pilot, lambda: "○ Region main is released" in text_of(screen))
        words = "neither mapped nor claimed.[ R claims it.] 31"
        assert worded(words, keyboard) in panel(screen)
        status, _ = screen.place_status("main").status
        assert status == worded("○ released: not mapped[, R claims it again]", keyboard)
        assert screen.notices.log[-1].text == worded("region main is released[: R claims it again]", keyboard)
        assert worded("○ released[; R claims it] who else", keyboard) in await sheet()


@BOTH
async def test_arming_names_the_key_that_is_bound(keyboard: Keyboard, tmp_path: Path) -> None:
    image = tmp_path / "image.bin"
    image.write_bytes(bytes(0x3000))
    app = make_app(small_map(), [f"devmem:{image}"], keyboard=keyboard)
    async with running(app, (160, 40)) as (pilot, screen):
        screen.regions.show()
        await pilot.pause()
        assert worded("held so by the kernel[; F2 arms it] reading", keyboard) in sheet_text(screen)
        keys = [plain(line) for line in screen.app.screen.query_one(KeyLine).lines]
        assert worded("[ X shared, exclusive  R release  F2 arm ] ↑ ↓ scroll", keyboard) in keys[0]
        await pilot.press("escape")
        screen.action_edit()
        await pilot.press("1")
        assert worded("! main is read-only[: Esc, then F2 arms it]   ", keyboard) in text_of(screen)
        await pilot.press("escape")
        select(screen, "DEV.DATA")
        screen.reading.read_once()
        assert screen.notices.log[-1].text.endswith(worded("so arm the region first[ (F2)]", keyboard))
        screen.regions.arm()
        await pilot.pause()
        words = "The first line changes its colour meanwhile[, and F2 disarms it]."
        assert worded(words, keyboard) in sheet_text(screen)
        await pilot.press("enter")
        await until(pilot, lambda: screen.live.armed("main"))
        screen.regions.show()
        await pilot.pause()
        words = "ARMED: writes go out[; F2 makes it read-only again] reading"
        assert worded(words, keyboard) in sheet_text(screen)


@BOTH
async def test_filters_name_the_keys_that_are_bound(keyboard: Keyboard) -> None:
    async with running(make_app(small_map(), keyboard=keyboard), (80, 24)) as (pilot, screen):
        screen.filters.show()
        await pilot.pause()
        sheet = f"{sheet_text(screen)} end"
        assert worded("0 nothing is marked[: F10 marks] ", keyboard) in sheet
        assert worded("watched 0[ F11 watches] ", keyboard) in sheet.replace("[ ]", "")
        assert worded("found by the last search 0[ Ctrl+F searches] end", keyboard) in sheet
        await pilot.press("escape")
        screen.filters.choose(next(each for each in screen.filters.all if each.name == "writable"))
        await pilot.pause()
        line = text_of(screen).splitlines()[22]
        assert line == worded(" ⊂ 45 of 47 registers: writable[   F6 changes, F9 shows all]", keyboard)
        screen.say("something else")
        await pilot.pause()
        line = text_of(screen).splitlines()[22]
        assert line.endswith(worded("  ⊂ 45 of 47 registers[ (F6)]", keyboard))


@BOTH
async def test_the_narrow_screen_and_the_help_name_the_keys_that_are_bound(keyboard: Keyboard) -> None:
    async with running(make_app(small_map(), keyboard=keyboard), (80, 24)) as (pilot, screen):
        assert text_of(screen).splitlines()[1].endswith(worded(" 1 of 2[  B N block]", keyboard))
        screen.action_help()
        await pilot.pause()
        assert worded("begins here: [F7 or ]a click here folds it", keyboard) in sheet_text(screen)


@BOTH
def test_folds_name_the_keys_that_are_bound(keyboard: Keyboard) -> None:
    register_map = small_map()
    rows = Rows(register_map)
    fold = rows.folds.block(0)
    first, last = register_map.nodes[fold.first], register_map.nodes[fold.end - 1]
    lines = fold_panel(fold, first, last, 0x1000, keyboard, 120)
    words = "unless it is watched.[ F7, u or F5 unfolds them; Backspace folds what is around them.]"
    assert plain(lines[2]).endswith(worded(words, keyboard))


@BOTH
async def test_a_long_text_names_the_key_that_shows_all_of_it(keyboard: Keyboard) -> None:
    register_map = small_map()
    region = register_map.regions[0]
    device = region.instances[0].block
    first = next(device.walk())[2]
    long = replace(first, desc="\n\n".join(f"Paragraph {number}." for number in range(30)))
    device = replace(device, children=(long,))
    instance = replace(region.instances[0], block=device)
    register_map = RegisterMap("long", (replace(region, instances=(instance,)),), (device,))
    async with running(make_app(register_map, keyboard=keyboard)) as (_, screen):
        assert worded(". …[ F3 shows all] 31", keyboard) in panel(screen)


@BOTH
@pytest.mark.parametrize(
    ("session", "words"),
    [
        (Faulted, "the bus answered with an error (SIGBUS).[ F12 reads it again.]"),
        (Sleeping, "Region main is not open: 0000:00:04.0 sleeps (D3hot) (EAGAIN).[ F12 tries again.]"),
        (Stalled, "waits for it with its last value.[ Ctrl+X leaves at once.]"),
    ],
)
async def test_what_is_wrong_with_a_region_names_the_keys_that_help(
    session: type[Session], words: str, keyboard: Keyboard
) -> None:
    register_map = small_map()
    app = InspectorApp(
        register_map,
        lambda: session(register_map, ["sim"]),
        consents=Consents(Path("/nonexistent/consents")),
        keyboard=keyboard,
    )
    async with running(app, (160, 40)) as (pilot, screen):
        beginning, end = words.split(".[")
        await until(pilot, lambda: beginning in panel(screen))
        assert worded(f"{beginning}.[{end} 31", keyboard) in panel(screen)

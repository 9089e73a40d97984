"""Keys: their names, the file of them, what the last line and the help say of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector.ui.app import InspectorApp
from inspector.ui.commands import ALL, GROUPS, Place
from inspector.ui.keyboard import Keyboard, key_name
from inspector.ui.keynames import key_named, written
from inspector.ui.keys import DETAIL_KEYS, TABLE_KEYS, Hints
from inspector.ui.keysfile import keys_text, load_keyboard, read_keys
from inspector.ui.lines import plain
from inspector.ui.settings import Settings
from tests.ui.driving import make_app, running, select, small_map, text_of


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("e", "e"),
        ("G", "G"),
        ("?", "question_mark"),
        ("/", "slash"),
        ("question_mark", "question_mark"),
        ("Ctrl+F", "ctrl+f"),
        ("ctrl + G", "ctrl+g"),
        ("shift+ctrl+down", "ctrl+shift+down"),
        ("shift+g", "G"),
        ("PgDn", "pagedown"),
        ("Esc", "escape"),
        ("F12", "f12"),
        ("+", "plus"),
        ("ctrl++", "ctrl+plus"),
        ("-", "minus"),
        ("'", "apostrophe"),
        ("{", "left_curly_bracket"),
        ("<", "less_than_sign"),
        ("ctrl+<", "ctrl+less_than_sign"),
        (" ", "space"),
        ("é", "é"),
        ("", None),
        ("wrong key", None),
        ("hyper+x", None),
        ("ctrl+ctrl+x", None),
        ("f25", None),
    ],
)
def test_keys_are_named_as_people_write_them(text: str, name: str | None) -> None:
    assert key_named(text) == name
    if name is not None:
        assert key_named(written(name)) == name


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("down", "↓"),
        ("shift+up", "Shift+↑"),
        ("ctrl+f", "Ctrl+F"),
        ("pagedown", "PgDn"),
        ("question_mark", "?"),
        ("left_square_bracket", "["),
        ("less_than_sign", "<"),
        ("ctrl+slash", "Ctrl+/"),
        ("media_play", "Media play"),
        ("G", "G"),
        ("f1", "F1"),
    ],
)
def test_labels_are_short(key: str, label: str) -> None:
    assert key_name(key) == label


def test_every_key_of_its_own_is_one_that_a_file_can_name() -> None:
    for command in ALL.values():
        for key in command.keys_of_its_own:
            assert key_named(written(key)) == key, command.id


def test_no_two_commands_of_a_place_have_a_key_in_common() -> None:
    for group in GROUPS.values():
        keys = [key for each in group for key in each.keys_of_its_own]
        assert len(keys) == len(set(keys))
    assert len(ALL) == sum(map(len, GROUPS.values()))


def test_hints_name_commands_that_there_are() -> None:
    from inspector.ui import keys

    for hints in vars(keys).values():
        if isinstance(hints, Hints):
            for entry in hints.entries:
                assert len(entry) == 3 or all(each in ALL for each in entry[0].split()), entry


# --- the file ----------------------------------------------------------------------------------


def told(text: str) -> tuple[Keyboard, list[str]]:
    keyboard, findings = read_keys(text, "keys.yaml")
    return keyboard, [str(finding).splitlines()[0] for finding in findings]


def test_the_printed_file_says_what_holds() -> None:
    for keyboard in (Keyboard(), Keyboard({"edit": ("f2", "ctrl+e"), "undo": (), "find": ("tilde",)})):
        again, findings = told(keys_text(keyboard, Path("keys.yaml")))
        assert not findings
        assert {each: again.keys(each) for each in ALL} == {each: keyboard.keys(each) for each in ALL}


def test_keys_are_given_taken_away_and_left() -> None:
    keyboard, findings = told("edit: f2\nundo: ~\nfind: [ctrl+f, '/']\njournal: []\n")
    assert not findings
    assert keyboard.keys("edit") == ("f2",)
    assert keyboard.keys("undo") == keyboard.keys("journal") == ()
    assert keyboard.keys("find") == ("ctrl+f", "slash")
    assert keyboard.keys("quit") == ("q",)
    # Found everywhere, it is no longer a page further in the table.
    assert keyboard.keys("page-down") == ("pagedown",)


def test_mistakes_are_told_with_their_place_and_the_rest_holds() -> None:
    keyboard, findings = told(
        "edti: f2\n"
        "undo: wrong key\n"
        "copy: k\n"
        "find: f3\n"
        "journal: f3\n"
        "quit: {a: b}\n"
        "copy: m\n"
        "[a]: b\n"
        "pin: e\n"
        "format: f9\n"
    )
    assert findings == [
        "keys.yaml:1:1: error: there is no command 'edti'",
        "keys.yaml:2:7: error: 'wrong key' is no key",
        "keys.yaml:5:10: error: 'f3' is the key of 'find' already (line 4)",
        "keys.yaml:6:7: error: a key stands here, not a mapping",
        "keys.yaml:7:1: error: 'copy' has its keys already",
        "keys.yaml:8:1: error: a command's id stands here, not a list",
        "keys.yaml:9:6: warning: this was the key of 'edit', which has none now",
    ]
    assert keyboard.keys("format") == ("f9",)
    assert keyboard.keys("pin") == ("e",)
    assert keyboard.keys("edit") == ()
    assert keyboard.keys("quit") == ("q",)
    assert keyboard.keys("undo") == ("u",)
    assert keyboard.keys("journal") == ("J",)
    assert keyboard.keys("up") == ("up",)


def test_the_nearest_command_is_named() -> None:
    _, findings = read_keys("edti: f2\n", "keys.yaml")
    assert findings[0].hint == "did you mean 'edit'?"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- e\n", "a file of keys is a mapping, not a list"),
        ("edit: [\n", ""),
        ("edit: e\n---\n", "a second document begins here"),
    ],
)
def test_what_is_no_file_of_keys_leaves_all_as_it_is(text: str, message: str) -> None:
    keyboard, findings = read_keys(text, "keys.yaml")
    assert len(findings) == 1
    assert message in findings[0].message
    assert all(keyboard.keys(each) == ALL[each].keys_of_its_own for each in ALL)


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_keyboard(tmp_path / "none.yaml")[1] == []
    monkeypatch.setenv("INSPECTOR_KEYS", str(tmp_path / "none.yaml"))
    assert "no such file" in load_keyboard()[1][0].message
    for name, content, words in (
        ("latin.yaml", b"# \xe9\n", "not UTF-8: byte 2"),
        ("large.yaml", b"#" * (1 << 20) + b"\n", "larger than"),
    ):
        (tmp_path / name).write_bytes(content)
        monkeypatch.setenv("INSPECTOR_KEYS", str(tmp_path / name))
        assert words in load_keyboard()[1][0].message
    monkeypatch.setenv("INSPECTOR_KEYS", str(tmp_path))
    assert "cannot be read" in load_keyboard()[1][0].message


# --- on the screen -----------------------------------------------------------------------------


def with_keys(text: str) -> InspectorApp:
    keyboard, findings = read_keys(text, "keys.yaml")
    mistakes = [str(finding).splitlines()[0] for finding in findings]
    return make_app(small_map(), keyboard=keyboard, mistakes=mistakes)


async def test_keys_of_the_file_do_the_commands_and_are_shown() -> None:
    app = with_keys("edit: f2\ndown: n\nnext-match: f3\nhelp: f9\nundo: ~\nscreenshot: f12\nsettled: x\n")
    async with running(app) as (pilot, screen):
        select(screen, "DEV.CTRL")
        assert "F2 edit" in text_of(screen)
        assert "undo" not in text_of(screen).splitlines()[-1]
        assert "there is no command 'settled'" in text_of(screen)
        await pilot.press("n")
        assert screen.table.selected is screen.map.by_path["DEV.FLAGS"]
        await pilot.press("e")
        assert screen.edits.editing is None
        await pilot.press("f2")
        assert screen.edits.editing is not None
        # While a value is typed, a key that types nothing still asks for help.
        await pilot.press("f9")
        assert "While a value is typed" in text_of_sheet(app)
        await pilot.press("f9")
        assert screen.is_current
        assert screen.edits.editing is not None


def text_of_sheet(app: InspectorApp) -> str:
    from inspector.ui.ask import Pane

    return "\n".join(plain(line) for line in app.screen.query_one(Pane).lines)


async def test_the_help_is_of_the_place_and_can_be_searched() -> None:
    app = make_app(small_map())
    async with running(app) as (pilot, screen):
        await pilot.press("tab", "question_mark")
        assert text_of_sheet(app).startswith(DETAIL_KEYS.where)
        await pilot.press("slash", *"that no field")
        lines = text_of_sheet(app).splitlines()
        assert lines[0] == "Marks"
        assert "a bit that no field names" in lines[1]
        await pilot.press("enter", "escape")
        assert "Moving" in text_of_sheet(app)
        await pilot.press("slash", *"zzzz")
        assert "nothing in the help" in text_of_sheet(app)
        await pilot.press("escape", "escape")
        assert screen.is_current


def test_the_help_names_every_command_with_its_keys() -> None:
    from inspector.ui.help import help_sections

    keyboard = Keyboard({"edit": ("f2",), "undo": ()})
    entries = [entry for _, entries in help_sections(keyboard, TABLE_KEYS)[1:] for entry in entries]
    assert sum(entry.mark == "F2" for entry in entries) == 1
    assert len(entries) >= len(ALL)
    assert {Place.TABLE.value, Place.BITS.value} == {
        place.value for place in (Place.TABLE, Place.BITS) if any(place.value in e.meaning for e in entries)
    }


async def test_a_newcomer_is_told_the_keys_until_the_first_one(tmp_path: Path) -> None:
    def make() -> InspectorApp:
        return make_app(small_map(), greet=True, settings=Settings(tmp_path / "settings.json"))

    async with running(make()) as (pilot, screen):
        assert "new here?" in text_of(screen)
        assert "any key takes this line away" in text_of(screen)
        await pilot.resize_terminal(80, 24)
        assert text_of(screen).splitlines()[-2].endswith("q quit")
        await pilot.press("j")
        assert "new here?" not in text_of(screen)
    async with running(make()) as (pilot, screen):
        assert "new here?" not in text_of(screen)

"""From a word on the command line to a text: which file, which bytes, which characters."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector import maps
from inspector.errors import MapError, UsageError
from inspector.maps import files

SMALL = "regmap: 1\nblocks: {b: {registers: {A: 0}}}\n"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of bundled maps of our own."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    monkeypatch.setattr(files, "directory", lambda: shelf)
    return shelf


# --- which file -------------------------------------------------------------------------------


def test_a_word_without_slash_or_suffix_is_a_bundled_map(shelf: Path) -> None:
    (shelf / "chip.yaml").write_text(SMALL)
    loaded = maps.load("chip")
    assert (loaded.name, loaded.file) == ("chip", "chip.yaml")


def test_a_word_with_a_slash_or_suffix_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.yml").write_text(SMALL)
    (tmp_path / "bare").write_text(SMALL)
    monkeypatch.chdir(tmp_path)
    assert maps.load("mine.yml").file == "mine.yml"
    assert maps.load("./bare").file == "./bare"
    assert maps.load(str(tmp_path / "bare")).name == "bare"


def test_an_unknown_word_names_the_nearest_map(shelf: Path) -> None:
    (shelf / "pl011.yaml").write_text(SMALL)
    with pytest.raises(
        UsageError, match=r"no bundled map is called 'pl01'; did you mean 'pl011'\?"
    ) as caught:
        maps.load("pl01")
    assert caught.value.exit_status == 2


def test_an_unknown_word_like_none_lists_them_all(shelf: Path) -> None:
    (shelf / "a.yaml").write_text(SMALL)
    (shelf / "b.yaml").write_text(SMALL)
    with pytest.raises(UsageError, match="the bundled maps: a b; a file needs a / or a suffix"):
        maps.check("frobnicator")


def test_an_unknown_word_that_is_a_file_is_told_how_to_be_one(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").write_text(SMALL)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"for the file write \./mine"):
        maps.load("mine")


@pytest.mark.parametrize(
    ("name", "errno_name", "reason"),
    [("none.yaml", "ENOENT", "no such file or directory"), (".", "EISDIR", "is a directory")],
)
def test_an_unreadable_file_says_why(tmp_path: Path, name: str, errno_name: str, reason: str) -> None:
    with pytest.raises(UsageError, match=rf"cannot read the map '.*': {reason} \({errno_name}\)") as caught:
        maps.load(f"{tmp_path}/{name}")
    assert caught.value.errno_name == errno_name


def test_a_path_that_no_system_has_is_no_traceback() -> None:
    with pytest.raises(UsageError, match="cannot read the map"):
        maps.load("a/\0/b.yaml")


# --- the list ---------------------------------------------------------------------------------


def test_the_list_has_title_and_data_sheet_wherever_they_stand(shelf: Path) -> None:
    (shelf / "b.yaml").write_text(SMALL + "title: The B\nsource: Manual\n")
    (shelf / "a.yaml").write_text("title: The A\ndoc: |\n  Sheet\n" + SMALL)
    (shelf / "broken.yaml").write_text("title: [")
    (shelf / "notes.md").write_text("no map")
    assert maps.names() == ["a", "b", "broken"]
    assert [(found.name, found.title, found.doc, found.path.name) for found in maps.bundled()] == [
        ("a", "The A", "Sheet", "a.yaml"),
        ("b", "The B", "Manual", "b.yaml"),
        ("broken", "", "", "broken.yaml"),
    ]


def test_the_maps_are_beside_the_package_in_a_checkout_and_inside_it_when_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "inspector"
    package.mkdir()
    monkeypatch.setattr("inspector.__file__", str(package / "__init__.py"))
    assert files.directory() == tmp_path.resolve() / "register-maps"
    (package / "register-maps").mkdir()
    assert files.directory() == package.resolve() / "register-maps"


# --- which bytes and characters ---------------------------------------------------------------


def findings_of(path: Path, data: bytes) -> list[tuple[int, int, str]]:
    path.write_bytes(data)
    findings = maps.check(str(path))
    with pytest.raises(MapError):
        maps.load(str(path))
    return [(finding.position.line, finding.position.column, finding.rule) for finding in findings]


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert maps.check(str(path)) == []


def test_carriage_returns_are_line_breaks(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_bytes(SMALL.replace("\n", "\r\n").encode())
    assert maps.check(str(path)) == []


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-be", "utf-16-le"])
def test_utf_16_is_refused(tmp_path: Path, codec: str) -> None:
    mark = "\ufeff" if codec != "utf-16" else ""
    assert findings_of(tmp_path / "m.yaml", (mark + SMALL).encode(codec)) == [(1, 1, "encoding")]


def test_a_byte_that_is_not_utf_8_is_found(tmp_path: Path) -> None:
    data = "regmap: 1\ntitle: é ".encode() + b"\xe9\n"
    assert findings_of(tmp_path / "m.yaml", data) == [(2, 10, "encoding")]


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\ufffe"])
def test_a_control_character_is_found(tmp_path: Path, character: str) -> None:
    text = f"regmap: 1\r\ntitle: é{character}\n"
    assert findings_of(tmp_path / "m.yaml", text.encode()) == [(2, 9, "control-character")]


def test_half_a_character_is_refused() -> None:
    with pytest.raises(MapError, match=r"U\+D800"):
        maps.load_text("regmap: 1\ntitle: \ud800\n", "m")


def test_a_file_too_large_is_refused_before_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST_FILE", 400)
    assert findings_of(tmp_path / "m.yaml", b"#" * 401) == [(1, 1, "too-large")]


def test_a_text_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.maps.nodes.LARGEST", 10)
    with pytest.raises(MapError, match="the file has 43 characters, more than 10"):
        maps.load_text(SMALL, "m")

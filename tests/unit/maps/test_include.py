"""Maps of several files: what one includes is there, and what is wrong is told where it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from inspector import maps
from inspector.errors import Finding, MapError
from inspector.maps import derive, files, include
from inspector.maps.loader import examine_file

UART = (
    "regmap: 1\ndefaults: {width: 16}\nenums: {mode: {0: off}}\nblocks: {uart: {registers: {A: 0, B: 4}}}\n"
)
BOARD = "regmap: 1\ninclude: uart.yaml\nregions: {r: {base: 0x1000, instances: {U: uart}}}\n"


class Shelf:
    """Files of one directory."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __call__(self, **texts: str) -> Shelf:
        for name, text in texts.items():
            path = self.place / f"{name.replace('__', '/')}.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return self

    def word(self, name: str) -> str:
        return str(self.place / f"{name}.yaml")

    def findings(self, name: str) -> list[Finding]:
        return maps.check(self.word(name))

    def told(self, name: str) -> list[tuple[str, int, str]]:
        """File, line and rule of each finding."""
        return [
            (str(Path(found.position.file).relative_to(self.place)), found.position.line, found.rule)
            for found in self.findings(name)
        ]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


# --- what is there ----------------------------------------------------------------------------


def test_blocks_and_enums_are_there_each_with_the_defaults_of_its_file(shelf: Shelf) -> None:
    shelf(
        uart=UART,
        board="regmap: 1\ndefaults: {access: ro}\ninclude: uart.yaml\n"
        "blocks: {mine: {registers: {R: {offset: 0, fields: {F: {bits: 0, enum: mode}}}}}}\n"
        "regions: {r: {instances: {U: uart, M: {block: mine, offset: 0x10}}}}\n",
    )
    loaded = maps.load(shelf.word("board"))
    assert loaded.warnings == ()
    assert (loaded.by_path["U.A"].width, loaded.by_path["U.A"].register.access.token) == (16, "rw")
    mine = loaded.by_path["M.R"].register
    assert (mine.width, mine.access.token) == (32, "ro")
    assert mine.fields[0].enum is not None


def test_regions_stay_where_they_are(shelf: Shelf) -> None:
    shelf(uart=UART + "regions: {there: {base: 0, instances: {X: uart}}}\n", board=BOARD)
    assert [region.name for region in maps.load(shelf.word("board")).regions] == ["r"]


def test_a_block_that_is_included_and_not_used_is_no_warning(shelf: Shelf) -> None:
    shelf(uart=UART.replace("{uart:", "{spare: {registers: {S: 0}}, uart:"), board=BOARD)
    assert shelf.findings("board") == []


def test_a_block_like_one_of_another_file_has_that_files_defaults(shelf: Shelf) -> None:
    shelf(uart=UART, board="regmap: 1\ninclude: uart.yaml\nblocks: {more: {like: uart, registers: {C: 8}}}\n")
    more = next(block for block in maps.load(shelf.word("board")).blocks if block.name == "more")
    assert [(path, found.width) for path, _, found in more.walk()] == [("A", 16), ("B", 16), ("C", 16)]


def test_paths_start_at_the_file_that_states_them(shelf: Shelf) -> None:
    shelf(
        board="regmap: 1\ninclude: parts/middle.yaml\n",
        parts__middle="regmap: 1\ninclude: [leaf.yaml, ../other.yaml]\n",
        parts__leaf="regmap: 1\nblocks: {leaf: {registers: {A: 0}}}\n",
        other="regmap: 1\nblocks: {other: {registers: {A: 0}}}\n",
    )
    assert [block.name for block in maps.load(shelf.word("board")).blocks] == ["leaf", "other"]


def test_a_word_is_a_bundled_map(shelf: Shelf) -> None:
    shelf(board="regmap: 1\ninclude: pl011\nregions: {r: {instances: {U: pl011}}}\n")
    assert maps.load(shelf.word("board")).by_path["U.DR"]


def test_one_file_may_come_in_several_ways_and_is_told_of_once(shelf: Shelf) -> None:
    shelf(
        board="regmap: 1\ninclude: [a.yaml, b.yaml, ./a.yaml]\n",
        a="regmap: 1\ninclude: leaf.yaml\n",
        b="regmap: 1\ninclude: leaf.yaml\n",
        leaf="regmap: 1\nblocks: {leaf: {registers: {A: 0}}}\n",
    )
    assert [block.name for block in maps.load(shelf.word("board")).blocks] == ["leaf"]
    shelf(leaf="regmap: 1\nblocks: {leaf: {registers: {A: {offset: 1}}}}\n")
    assert shelf.told("board") == [("leaf.yaml", 2, "alignment")]


def test_an_svd_may_be_included(shelf: Shelf) -> None:
    register = "<register><name>R</name><addressOffset>0</addressOffset></register>"
    (shelf.place / "chip.svd").write_text(
        "<device><name>c</name><peripherals><peripheral><name>P</name><baseAddress>0</baseAddress>"
        f"<registers>{register}</registers></peripheral></peripherals></device>"
    )
    shelf(board="regmap: 1\ninclude: chip.svd\n")
    assert [len(block.children) for block in maps.load(shelf.word("board")).blocks] == [1]


# --- what is wrong ----------------------------------------------------------------------------


def test_a_mistake_is_told_in_its_own_file(shelf: Shelf) -> None:
    shelf(uart=UART.replace("B: 4", "B: {offset: 4, fields: {F: 40}}"), board=BOARD + "titel: x\n")
    assert shelf.told("board") == [("board.yaml", 4, "unknown-key"), ("uart.yaml", 4, "bits")]
    found = shelf.findings("board")[1]
    assert found.excerpt == "blocks: {uart: {registers: {A: 0, B: {offset: 4, fields: {F: 40}}}}}"


@pytest.mark.parametrize(
    ("text", "rule"), [("regmap: 1\n\tx: 1\n", "syntax"), ("", "version"), ("a: 1\n", "version")]
)
def test_a_file_that_is_no_map_is_told_as_such(shelf: Shelf, text: str, rule: str) -> None:
    shelf(uart=text, board=BOARD)
    (found,) = shelf.told("board")
    assert (found[0], found[2]) == ("uart.yaml", rule)


def test_an_unreadable_file_is_told_where_it_is_named_with_the_reason(shelf: Shelf) -> None:
    shelf(board='regmap: 1\ninclude:\n  - gone.yaml\n  - ./\n  - pipe.yaml\n  - "a\\0b.yaml"\n')
    os.mkfifo(shelf.place / "pipe.yaml")
    found = shelf.findings("board")
    assert [(f.position.line, f.rule) for f in found] == [(line, "include") for line in (3, 4, 5, 6)]
    assert "no such file or directory (ENOENT)" in found[0].message
    assert "(EISDIR)" in found[1].message
    assert "no regular file" in found[2].message
    assert "(EINVAL)" in found[3].message


def test_a_circle_is_an_error_that_names_the_files(shelf: Shelf) -> None:
    shelf(
        a="regmap: 1\ninclude: b.yaml\n", b="regmap: 1\ninclude: c.yaml\n", c="regmap: 1\ninclude: ./a.yaml\n"
    )
    (found,) = shelf.findings("a")
    assert (Path(found.position.file).name, found.position.line, found.rule) == ("c.yaml", 2, "include")
    assert [Path(part).name for part in found.message.split(": ")[1].split(" → ")] == [
        "a.yaml",
        "b.yaml",
        "c.yaml",
        "a.yaml",
    ]


def test_two_of_a_name_are_an_error_that_names_both_places(shelf: Shelf) -> None:
    shelf(
        one=UART,
        two="regmap: 1\nblocks:\n  uart: {registers: {A: 0}}\n",
        board="regmap: 1\ninclude: [one.yaml, two.yaml]\n"
        "enums:\n  mode: {1: on}\nblocks:\n  uart: {registers: {A: 0}}\n",
    )
    clash, enum, block = shelf.findings("board")
    assert {found.rule for found in (clash, enum, block)} == {"duplicate-name"}
    assert [found.position.line for found in (clash, enum, block)] == [2, 4, 6]
    assert f"{shelf.word('one')}:4" in clash.message
    assert f"{shelf.word('two')}:3" in clash.message
    assert f"{shelf.word('one')}:3" in enum.message
    assert f"{shelf.word('one')}:4" in block.message


def test_a_block_is_looked_for_among_the_included_ones_too(shelf: Shelf) -> None:
    shelf(uart=UART, board=BOARD.replace("U: uart", "U: uartt"))
    (found,) = shelf.findings("board")
    assert (found.rule, found.hint) == ("unknown-block", "did you mean 'uart'?")


# --- bounds and consent -----------------------------------------------------------------------


def test_files_are_bounded_in_number_depth_and_size(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = {f"c{i}": f"regmap: 1\ninclude: c{i + 1}.yaml\n" for i in range(40)}
    shelf(**chain, c40="regmap: 1\nblocks: {b: {registers: {A: 0}}}\n")
    assert shelf.told("c0") == [(f"c{include.DEEPEST_FILES - 1}.yaml", 2, "too-deep")]
    monkeypatch.setattr(include, "MOST_FILES", 10)
    assert shelf.told("c0") == [("c9.yaml", 2, "too-large")]
    monkeypatch.setattr(include, "LARGEST_FILE", 100)
    (found,) = shelf.findings("c30")
    assert "more than 100 bytes" in found.message


def test_what_files_derive_is_bounded_together(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf(
        one="regmap: 1\nblocks:\n  a: {registers: {A: 0, B: 4}}\n  b: {like: a}\n",
        two="regmap: 1\ninclude: one.yaml\nblocks:\n  c: {like: b}\n",
    )
    # A block of two registers in short has seven nodes: two mappings, three keys and two values.
    monkeypatch.setattr(derive, "MOST_ALIASED", 14)
    assert shelf.told("two") == []
    monkeypatch.setattr(derive, "MOST_ALIASED", 13)
    assert shelf.told("one") == []
    assert shelf.told("two") == [("two.yaml", 4, "too-large")]


def test_the_digest_is_of_all_the_files(shelf: Shelf) -> None:
    shelf(uart=UART, board=BOARD)
    alone = maps.load(shelf.word("uart")).digest
    first = maps.load(shelf.word("board")).digest
    assert first == maps.load(shelf.word("board")).digest
    shelf(uart=UART + "# a word\n")
    assert maps.load(shelf.word("board")).digest != first
    assert maps.load(shelf.word("uart")).digest != alone
    shelf(uart=UART)
    assert maps.load(shelf.word("board")).digest == first


def test_who_keeps_a_map_learns_which_files_took_part(shelf: Shelf) -> None:
    shelf(uart=UART, board=BOARD.replace("uart.yaml", "[uart.yaml, pl011]"))
    examined = examine_file(files.open_word(shelf.word("board")))
    assert [part.path.name for part in examined.files] == ["board.yaml", "uart.yaml", "pl011.yaml"]
    assert examined.files[1].digest == maps.load(shelf.word("uart")).digest


def test_a_text_includes_what_is_beside_its_name(shelf: Shelf) -> None:
    shelf(uart=UART)
    assert maps.load_text(BOARD, shelf.word("board")).by_path["U.A"]
    with pytest.raises(MapError, match="ENOENT"):
        maps.load_text(BOARD, str(shelf.place / "elsewhere" / "board.yaml"))

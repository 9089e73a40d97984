"""One map on two targets: what differs in words, what is volatile, and what one side alone can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import pytest

from inspector.model.register import Block
from inspector.model.registermap import Instance, Region, RegisterMap, RegisterNode
from inspector.session import Sample, Session
from inspector.ui.app import InspectorApp
from inspector.ui.beside import Beside, Pair, Verdict, difference_words, verdict
from inspector.ui.besidelines import beside_words
from inspector.ui.board import Board
from inspector.ui.compare import Contracts
from inspector.ui.consent import Consents
from inspector.ui.lines import length, plain
from inspector.ui.remembered import Remembered
from inspector.ui.rowstate import RowState
from inspector.ui.screen import MainScreen
from inspector.ui.settings import Settings
from inspector.ui.themes import DARK, LIGHT
from tests.ui.driving import LEVELS, make_app, register, running, select, small_map, text_of, typed, until
from tests.ui.snapshot import compare, picture, stand_still
from tests.ui.stages import SIZES
from tests.ui.test_snapshots import settled
from tests.unit.model.build import field

BASE = 0x1000


def motor_map() -> RegisterMap:
    """Two alike blocks in two regions, the second of which a short image does not hold."""
    device = Block(
        "device",
        0x100,
        (
            register("CTRL", field("MODE", "5:4", enum=LEVELS), field("EN", "0"), offset=0x0),
            register("STATUS", field("BUSY", "0"), field("TEMP", "15:8", volatile=True), offset=0x4),
            register("COUNT", offset=0x8, access="ro", volatile=True),
            register("DATA", offset=0xC, access="rc"),
            register("SPEED", offset=0x10),
            *(register(f"RAMP{i}", offset=0x20 + 4 * i) for i in range(40)),
        ),
    )
    regions = tuple(
        Region(name, BASE * (i + 1), 0x100, (Instance(f"M{i}", device),))
        for i, name in enumerate(("main", "spare"))
    )
    return RegisterMap("motor", regions, (device,), file="motor.yaml")


MAP = motor_map()


class Targets:
    """Two images as targets, and what was read of each."""

    def __init__(self, folder: Path, **sizes: int) -> None:
        self.folder = folder
        self.read: dict[str, list[str]] = {"a": [], "b": []}
        self.closed: list[str] = []
        self.put("a", {0x0: 0x21, 0x4: 0x2A01, 0x8: 100, 0x10: 7}, sizes.get("a", 0x1100))
        self.put("b", {0x0: 0x11, 0x4: 0x2B01, 0x8: 177, 0x10: 7, 0xB0: 3}, sizes.get("b", 0x1100))

    def put(self, name: str, words: Mapping[int, int], size: int = 0x1100) -> None:
        """Have a target hold these words, by their offsets from the first region's beginning."""
        data = bytearray(size)
        for offset, word in words.items():
            data[offset : offset + 4] = word.to_bytes(4, "little")
        (self.folder / name).write_bytes(data)

    def session(self, name: str) -> Session:
        targets = self

        class Counted(Session):
            def read(self, nodes: Sequence[RegisterNode]) -> list[Sample]:
                targets.read[name] += [node.path for node in nodes]
                return super().read(nodes)

            def close(self) -> None:
                targets.closed.append(name)
                super().close()

        return Counted(MAP, [f"devmem:{name}@{BASE:#x}"])

    def app(self, **rest: bool) -> InspectorApp:
        return InspectorApp(
            MAP,
            lambda: self.session("a"),
            consents=Consents(Path("/dev/null/consents")),
            remembered=Remembered(MAP, Path("/dev/null/layouts")),
            settings=Settings(Path("/dev/null/settings")),
            name="a",
            others=[Board(MAP, lambda: self.session("b"), name="b")],
            compared=rest.get("compared", True),
        )


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the images are: with short names, which fit the screen."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def targets(folder: Path) -> Targets:
    return Targets(folder)


def boards_of(screen: MainScreen) -> list[MainScreen]:
    boards = cast(InspectorApp, screen.app).boards
    assert boards is not None
    return boards.screens


def row_of(screen: MainScreen, path: str) -> str:
    """The line of the table that shows a register."""
    table = screen.table
    return plain(table.line(table.rows.row_of(MAP.by_path[path]))).rstrip()


def words(path: str, here: int, there: int) -> str:
    return plain(difference_words(MAP.by_path[path], Pair(here, there)))


# --- one register ------------------------------------------------------------------------------


def test_differences_are_told_in_words() -> None:
    assert words("M0.CTRL", 0x21, 0x10) == "MODE fast ≠ slow · EN 1 ≠ 0"
    assert words("M0.CTRL", 0x21, 0x8000_0621) == "bits 31,10:9"
    assert words("M0.SPEED", 7, 6) == "bit 0"
    assert words("M0.CTRL", 5, 5) == ""


def test_what_is_volatile_comes_last_and_has_a_mark_of_its_own() -> None:
    assert words("M0.STATUS", 0x2A01, 0x2B00) == "BUSY 1 ≠ 0 · TEMP 0x2a ~ 0x2b"
    assert words("M0.COUNT", 1, 2) == "volatile"
    looks = [look for _, look in difference_words(MAP.by_path["M0.STATUS"], Pair(0x2A00, 0x2B00))]
    assert set(looks) == {"dim"}


@pytest.mark.parametrize(
    ("path", "here", "there", "expected"),
    [
        ("M0.CTRL", 1, 1, Verdict.EQUAL),
        ("M0.CTRL", 1, 0, Verdict.DIFFERS),
        ("M0.STATUS", 0x100, 0x200, Verdict.VOLATILE),
        ("M0.STATUS", 0x101, 0x200, Verdict.DIFFERS),
        ("M0.COUNT", 1, 2, Verdict.VOLATILE),
        ("M0.CTRL", None, 2, Verdict.ONE_SIDE),
        ("M0.CTRL", 2, None, Verdict.ONE_SIDE),
        ("M0.CTRL", None, None, Verdict.UNKNOWN),
    ],
)
def test_verdicts(path: str, here: int | None, there: int | None, expected: Verdict) -> None:
    assert verdict(MAP.by_path[path], here, there) is expected


def test_words_of_a_row() -> None:
    own, nothing = (("MODE slow    ", "text"),), (("write-only", "faint"),)
    known, unknown = RowState(1), RowState(note="write-only")
    differs = Beside(Verdict.DIFFERS, words=(("EN 1 ≠ 0", "text"),))
    assert plain(beside_words(own, known, differs, 12)) == "EN 1 ≠ 0    "
    assert plain(beside_words(own, known, Beside(Verdict.EQUAL, "2", 3), 12)) == "MODE slow   "
    refused = Beside(Verdict.ONE_SIDE, "2", note="not open", trouble=("✗", "dim"))
    assert plain(beside_words(own, known, refused, 30)).rstrip() == "✗ 2: not open · MODE slow"
    assert plain(beside_words(nothing, unknown, refused, 40)).rstrip() == "✗ write-only · 2: not open"
    failed = Beside(Verdict.ONE_SIDE, "2", note="bus error", wrong=True)
    assert plain(beside_words(own, known, failed, 40)).rstrip() == "2: bus error · MODE slow"
    broken = RowState(note="bus error", way="; r reads it again (SIGBUS)")
    wrong = ((broken.said, "wrong"),)
    assert plain(beside_words(wrong, broken, refused, 60)).rstrip() == f"✗ {broken.said} · 2: not open"
    assert plain(beside_words(wrong, broken, failed, 60)).rstrip() == broken.said
    same = Beside(Verdict.UNKNOWN, "2", note="write-only")
    assert plain(beside_words(nothing, unknown, same, 12)) == "write-only  "
    assert length(beside_words(own, known, differs, 5)) == 5


# --- both on the screen ------------------------------------------------------------------------


async def test_both_are_live_with_what_differs(targets: Targets) -> None:
    async with running(targets.app(), (120, 40)) as (pilot, screen):
        await until(pilot, lambda: "MODE fast ≠ slow" in text_of(screen))
        ctrl, status, count = (row_of(screen, f"M0.{name}") for name in ("CTRL", "STATUS", "COUNT"))
        assert ctrl.endswith("CTRL      rw    0x0000_0021  ≠  0x0000_0011  MODE fast ≠ slow")
        assert "0x0000_2a01  ~  0x0000_2b01  TEMP 0x2a ~ 0x2b" in status
        assert "0x0000_0064  ~  0x0000_00b1  volatile" in count
        assert "0x0000_0007  =  0x0000_0007" in row_of(screen, "M0.SPEED")
        lines = text_of(screen).splitlines()
        assert lines[0].startswith("▌1 a · motor   file a at 0x1000 ")
        assert lines[0].endswith("shared  READ-ONLY  10 Hz ●")
        assert lines[1].startswith(" 2 b · motor   file b at 0x1000 ")
        assert lines[2].split() == ["REGIONS", "OFFSET", "REGISTER", "ACCESS", "1", "a", "2", "b", "FIELDS"]
        targets.put("b", {0x0: 0x21})
        await until(pilot, lambda: "0x0000_0021  =  0x0000_0021" in row_of(screen, "M0.CTRL"))


async def test_bits_and_fields_of_both_stand_below_each_other(targets: Targets) -> None:
    async with running(targets.app(), (120, 40)) as (pilot, screen):
        await until(pilot, lambda: "MODE fast ≠ slow" in text_of(screen))
        panel = [plain(line).rstrip() for line in screen.detail.lines]
        one, other = (next(line for line in panel if line.startswith(number)) for number in "12")
        assert one.endswith("1  0  ·  ·  ·  1")
        assert other.endswith("0≠ 1≠ ·  ·  ·  1")
        assert any(line.startswith(" ≠ MODE") and "fast ≠ slow" in line for line in panel)
        assert any(line.startswith("   EN") for line in panel)
        select(screen, "M0.STATUS")
        await pilot.pause()
        panel = [plain(line).rstrip() for line in screen.detail.lines]
        assert any(line.startswith(" ~ TEMP") and "0x2a ~ 0x2b" in line for line in panel)


async def test_the_other_side_keeps_the_place_and_can_be_edited(targets: Targets) -> None:
    async with running(targets.app(), (120, 40)) as (pilot, screen):
        one, other = boards_of(screen)
        await until(pilot, lambda: "MODE fast ≠ slow" in text_of(one))
        select(one, "M0.STATUS")
        await pilot.press("right_curly_bracket")
        assert screen.app.screen is other
        assert other.table.selected is MAP.by_path["M0.STATUS"]
        await until(pilot, lambda: "MODE slow ≠ fast" in row_of(other, "M0.CTRL"))
        await until(pilot, lambda: text_of(other).splitlines()[1].startswith("▌2 b"))
        # What is done here is done to this target alone.
        other.regions._set_armed("main", True)
        await until(pilot, lambda: " ARMED " in text_of(other).splitlines()[1])
        assert "READ-ONLY" in text_of(other).splitlines()[0]
        select(other, "M0.SPEED")
        await pilot.press("e", "9", "enter")
        await until(pilot, lambda: "0x0000_0009 ✓≠  0x0000_0007" in row_of(other, "M0.SPEED"))
        assert (targets.folder / "b").read_bytes()[0x10] == 9
        assert (targets.folder / "a").read_bytes()[0x10] == 7
        await pilot.click(Contracts, offset=(3, 0))
        assert screen.app.screen is one


async def test_only_what_differs_is_shown_once_both_are_read(targets: Targets) -> None:
    async with running(targets.app(), (120, 40)) as (pilot, screen):
        one, other = boards_of(screen)
        await until(pilot, lambda: "MODE fast ≠ slow" in text_of(one))
        far = MAP.by_path["M0.RAMP36"]
        assert far.path not in targets.read["a"]
        await pilot.press("D")
        await until(pilot, lambda: one.table.filtered)
        shown = [node.path for node in one.table.in_sight()]
        assert shown == ["M0.CTRL", "M0.RAMP36"]
        assert not any(path.endswith("DATA") for path in (*targets.read["a"], *targets.read["b"]))
        assert "⊂ 2 of 90 registers: differs from b" in text_of(one)
        await pilot.press("right_curly_bracket")
        assert [node.path for node in other.table.in_sight()] == shown
        await pilot.press("D", "left_curly_bracket")
        assert not other.table.filtered
        assert not one.table.filtered


async def test_targets_of_one_name_are_told_apart_by_their_numbers() -> None:
    small = small_map()
    beside = Board(small, lambda: Session(small, ["sim"]), name="sim")
    app = make_app(small, name="sim", others=[beside], compared=True)
    async with running(app, (80, 24)) as (pilot, screen):
        one, other = boards_of(screen)
        select(one, "DEV.CTRL")
        await pilot.press("e")
        await typed(pilot, "0x21")
        await pilot.press("enter")
        await until(pilot, lambda: "MODE fast ≠ slow" in text_of(one))
        await pilot.press("D")
        await until(pilot, lambda: "differs from 2 sim" in text_of(one))
        await pilot.press("right_curly_bracket")
        await until(pilot, lambda: "differs from 1 sim" in text_of(other))


async def test_where_nothing_differs_all_stay(targets: Targets) -> None:
    targets.put("b", {0x0: 0x21, 0x4: 0x2B01, 0x8: 1, 0x10: 7})
    async with running(targets.app(), (120, 40)) as (pilot, screen):
        await until(pilot, lambda: "~" in row_of(screen, "M0.COUNT"))
        await pilot.press("D")
        await until(pilot, lambda: "nothing differs in what can be read on both" in text_of(screen))
        assert not screen.table.filtered


async def test_a_region_that_one_side_lacks_says_so_in_its_place(folder: Path) -> None:
    targets = Targets(folder, b=0x1000)
    async with running(targets.app(), (120, 40)) as (pilot, screen):
        one, other = boards_of(screen)
        await until(pilot, lambda: "MODE fast ≠ slow" in text_of(one))
        select(one, "M1.CTRL")
        await until(pilot, lambda: "?       ——————  ✗ 2: not open" in row_of(one, "M1.CTRL"))
        await until(pilot, lambda: "✗ 2 b: refused: spare (0x2000-0x20ff) is not inside b," in text_of(one))
        text = text_of(one)
        assert "M1  0x0000_2000  shared · read-only" in text
        assert "2: ✗ refused" in text
        assert "✗ 1 refused" in text.splitlines()[1]
        await pilot.press("D")
        await until(pilot, lambda: one.table.filtered)
        # That it cannot be read there says nothing about what it holds.
        assert [node.path for node in one.table.in_sight()] == ["M0.CTRL", "M0.RAMP36"]
        assert other.live.error is None


async def test_a_mark_is_compared_with_until_the_other_target_is_chosen_again(targets: Targets) -> None:
    async with running(targets.app(), (120, 40)) as (pilot, screen):
        await until(pilot, lambda: "MODE fast ≠ slow" in text_of(screen))
        await pilot.press("m")
        assert "≠" not in row_of(screen, "M0.CTRL")
        await pilot.press("v")
        await pilot.press("up", "enter")
        assert "MODE fast ≠ slow" in row_of(screen, "M0.CTRL")


@pytest.mark.parametrize("size", [(20, 5), (40, 12), (80, 24), (200, 60)])
async def test_every_size(targets: Targets, size: tuple[int, int]) -> None:
    async with running(targets.app(), size) as (pilot, screen):
        await until(pilot, lambda: bool(screen.live.samples))
        await pilot.press("right_curly_bracket", "left_curly_bracket")
        lines = text_of(screen).splitlines()
        assert lines[0].startswith("▌1 ")
        assert max(map(len, lines)) <= size[0]
        assert "CTRL" in text_of(screen)
    assert sorted(targets.closed) == ["a", "b"]


async def test_nothing_is_painted_where_nothing_changes(targets: Targets) -> None:
    async with running(targets.app(), (120, 40)) as (pilot, screen):
        await until(pilot, lambda: "MODE fast ≠ slow" in text_of(screen))
        await until(pilot, lambda: "◂" not in text_of(screen))
        contracts = screen.query_one(Contracts)
        before = screen.table.rendered, screen.detail.rendered, contracts.rendered
        for _ in range(3):
            screen.repaint()
            await pilot.pause()
        assert (screen.table.rendered, screen.detail.rendered, contracts.rendered) == before


@pytest.mark.parametrize("place", ["both", "one"])
async def test_picture(place: str, folder: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        stand_still(patch)
        # What polling costs is never the same.
        patch.setattr("inspector.ui.status._extra", lambda live, room: ())
        targets = Targets(folder, b=0x1000)
        async with running(targets.app(), SIZES[0]) as (pilot, screen):
            other = boards_of(screen)[1]
            await until(pilot, lambda: "MODE fast ≠ slow" in text_of(screen) and bool(other.live.regions))
            select(screen, "M0.CTRL" if place == "both" else "M1.SPEED")
            for size in SIZES:
                await pilot.resize_terminal(*size)
                themed = {}
                for theme in (DARK, LIGHT):
                    screen.app.theme = theme
                    themed[theme] = await settled(pilot, screen)
                compare(f"compare_{place}-{size[0]}x{size[1]}", picture(themed))


async def test_an_image_cut_short_leaves_the_last_values_and_the_other_target(targets: Targets) -> None:
    async with running(targets.app(), (120, 40)) as (pilot, screen):
        await until(pilot, lambda: "MODE fast ≠ slow" in text_of(screen))
        (targets.folder / "b").write_bytes(b"")
        await until(pilot, lambda: "0x0000_0011  ! MODE fast ≠ slow" in row_of(screen, "M0.CTRL"))
        await until(pilot, lambda: "! 2: bus error" in row_of(screen, "M0.SPEED"))
        await until(pilot, lambda: "failed" in text_of(screen).splitlines()[1])
        assert "failed" not in text_of(screen).splitlines()[0]
        targets.put("a", {0x0: 0x01})
        await until(pilot, lambda: "0x0000_0001  ≠  0x0000_0011" in row_of(screen, "M0.CTRL"))

"""Regions on the screen: who else has one, claiming it otherwise, folding it, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from inspector.backends import owners
from inspector.errors import Asleep, BusFault, Busy, Revoked, TimedOut
from inspector.model.registermap import OpenMode, RegisterNode
from inspector.session import OpenRegion, RegionState, RegionStatus, Sample, Session
from inspector.ui import condition
from inspector.ui.app import InspectorApp
from inspector.ui.ask import Ask
from inspector.ui.consent import Consents
from inspector.ui.load import ShownLoad
from inspector.ui.sheets import RegionSheet
from tests.ui.driving import make_app, running, select, sheet_text, small_map, text_of, until

SIZES = [(80, 24), (120, 40), (200, 60)]

OWNERS = "kernel driver uart-pl011 · inspector 4242 (root) shared"


def app_with(session: type[Session], *, folded: bool = False) -> InspectorApp:
    register_map = small_map()
    return InspectorApp(
        register_map,
        lambda: session(register_map, ["sim"]),
        consents=Consents(Path("/nonexistent/consents")),
        folded=folded,
    )


@pytest.fixture
def owned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the region ``main`` have owners, and be one that the machine needs."""
    plain = RegionStatus.of

    def of(opened: OpenRegion) -> RegionStatus:
        if opened.region.name != "main":
            return plain(opened)
        return plain(opened)._replace(owners=OWNERS, vital=("this UART carries your terminal",))

    monkeypatch.setattr(RegionStatus, "of", of)


# --- who else has it ---------------------------------------------------------------------------


@pytest.mark.usefixtures("owned")
@pytest.mark.parametrize("size", SIZES)
async def test_who_else_has_a_region_stands_beside_it(size: tuple[int, int]) -> None:
    async with running(make_app(small_map()), size) as (_, screen):
        text = text_of(screen)
        heading = next(line for line in text.splitlines() if "DEV  0x0000_1000" in line)
        assert "▲ shared · kernel driver uart-pl011" in heading
        if size[0] == 80:
            assert "▲ DEV  main shared · kernel driver uart-pl011" in text
        else:
            sidebar = [line[:25] for line in text.splitlines()]
            assert any("▲ main" in line for line in sidebar)
            assert any("kernel driver" in line for line in sidebar)
        assert "this UART carries your terminal" in " ".join(text.split())


@pytest.mark.usefixtures("owned")
@pytest.mark.parametrize("size", SIZES)
async def test_the_regions_sheet_says_all_of_it(size: tuple[int, int]) -> None:
    async with running(make_app(small_map()), size) as (pilot, screen):
        await pilot.press("i")
        assert isinstance(screen.app.screen, RegionSheet)
        text = sheet_text(screen)
        for words in (
            "simulation (sim)",
            "one access, one bus access",
            "0x0000_1000 to 0x0000_10ff",
            "shared: it claims nothing",
            "kernel driver uart-pl011",
            "inspector 4242 (root) shared",
            "▲ this UART carries your terminal",
            "opened once",
            "c releases it",
        ):
            assert words in text
        await pilot.press("x")
        await until(pilot, lambda: "exclusive (among inspectors)" in sheet_text(screen))
        await pilot.press("i")
        assert screen.is_current


# --- claiming otherwise ------------------------------------------------------------------------


def test_the_word_for_nobody_is_that_of_whoever_looks() -> None:
    assert owners.NO_CLAIM == condition.NO_CLAIM


async def test_x_claims_exclusively_and_shares_again() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await pilot.press("x")
        await until(pilot, lambda: "region main is exclusive now" in text_of(screen))
        assert "DEV  0x0000_1000  Device  exclusive" in text_of(screen)
        session = screen.live.session
        assert session is not None
        assert session.regions["main"].mode is OpenMode.EXCLUSIVE
        await pilot.press("x")
        await until(pilot, lambda: "region main is shared now" in text_of(screen))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_refused_claim_is_told_in_full_and_changes_nothing(size: tuple[int, int]) -> None:
    class Refusing(Session):
        def switch(self, opened: OpenRegion, mode: OpenMode) -> None:
            raise Busy(
                "cannot claim main (0x1000-0x10ff): held by inspector 4242 (root) since 14:02:11, "
                "0x1000-0x10ff: main"
            )

    async with running(app_with(Refusing), size) as (pilot, screen):
        await pilot.press("x")
        await until(pilot, lambda: "(EBUSY)" in text_of(screen))
        text = " ".join(text_of(screen).split())
        assert (
            "region main stays as it was: cannot claim main (0x1000-0x10ff): held by inspector 4242 (root) "
            "since 14:02:11, 0x1000-0x10ff: main (EBUSY)"
        ) in text
        assert "shared" in text


async def test_c_releases_and_claims_again() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        await until(pilot, lambda: "MODE slow" in text_of(screen))
        await pilot.press("c")
        await until(pilot, lambda: "○ released" in text_of(screen))
        text = text_of(screen)
        assert "RELEASED" in text.splitlines()[0]
        assert "0x0000_0010 ○" in text
        assert "neither mapped nor claimed" in text
        session = screen.live.session
        assert session is not None
        assert session.regions["main"].state is RegionState.CLOSED
        await pilot.press("e")
        assert screen.edits.editing is None
        await pilot.press("c")
        await until(pilot, lambda: "region main is open" in text_of(screen))
        assert "○ released" not in text_of(screen)


async def test_on_armed_hardware_both_ask_first(tmp_path: Path) -> None:
    image = tmp_path / "image.bin"
    image.write_bytes(bytes(0x3000))
    async with running(make_app(small_map(), [f"devmem:{image}"], write=True)) as (pilot, screen):
        session = screen.live.session
        assert session is not None
        opened = session.regions["main"]
        for key in ("x", "c"):
            await pilot.press(key)
            assert isinstance(screen.app.screen, Ask)
            assert "main is armed" in sheet_text(screen)
            await pilot.press("escape")
            assert (opened.mode, opened.state) == (OpenMode.SHARED, RegionState.OPEN)
            assert opened.armed
        await pilot.press("x", "enter")
        await until(pilot, lambda: "region main is exclusive now" in text_of(screen))
        assert not opened.armed


@pytest.mark.usefixtures("owned")
async def test_arming_what_the_machine_needs_says_so(tmp_path: Path) -> None:
    image = tmp_path / "image.bin"
    image.write_bytes(bytes(0x3000))
    async with running(make_app(small_map(), [f"devmem:{image}"])) as (pilot, screen):
        await pilot.press("a")
        assert "▲ this UART carries your terminal" in sheet_text(screen)
        await pilot.press("enter")
        await until(pilot, lambda: screen.live.armed("main"))
        await pilot.press("e", *"0x1", "enter")
        assert isinstance(screen.app.screen, Ask)
        assert "Write DEV.CTRL, in a region that this machine needs?" in sheet_text(screen)
        assert "write 0x0000_0001 to 0x0000_1000" in sheet_text(screen)
        await pilot.press("escape")
        assert "left without a write" in text_of(screen)
        assert image.read_bytes()[0x1000] == 0
        await pilot.press("e", *"0x1", "enter", "enter")
        await until(pilot, lambda: image.read_bytes()[0x1000] == 1)
        # Only the first is asked for.
        await pilot.press("e", *"0x2", "enter")
        await until(pilot, lambda: image.read_bytes()[0x1000] == 2)


# --- folding -----------------------------------------------------------------------------------


class Counting(Session):
    """A session that remembers what was read."""

    def read(self, nodes: Sequence[RegisterNode]) -> list[Sample]:
        self.asked = getattr(self, "asked", set()) | {node.path for node in nodes}
        return super().read(nodes)


def asked(session: Session | None) -> set[str]:
    return getattr(session, "asked", set())


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_of_a_folded_region_is_read(size: tuple[int, int]) -> None:
    async with running(app_with(Counting, folded=True), size, wait=False) as (pilot, screen):
        await until(pilot, lambda: screen.live.session is not None)
        await pilot.press("home", "enter")
        assert screen.table.rows.folded == {"rest"}
        await pilot.press("z")
        await pilot.pause()
        text = text_of(screen)
        assert "▸main  0x0000_1000" in text
        assert "not read · shared" in text
        assert "CTRL" not in text
        assert "nothing of it is read" in text
        assert not any(path.startswith("MORE") for path in asked(screen.live.session))


async def test_an_app_opened_folded_reads_no_register_at_all() -> None:
    async with running(app_with(Counting, folded=True), wait=False) as (pilot, screen):
        await until(pilot, lambda: screen.live.session is not None)
        seen = len(screen.live.regions)
        for key in ("down", "up", "end", "home", "pagedown", "]", "[", "r", "p", "y", "e", "n", "f", "i"):
            await pilot.press("escape" if key == "i" else key)
        await pilot.press("slash", *"ctrl", "enter", "escape")
        assert seen == 2
        assert asked(screen.live.session) == set()
        assert screen.live.samples == {}


async def test_unfolding_reads_and_folding_stops_it() -> None:
    async with running(app_with(Counting, folded=True), wait=False) as (pilot, screen):
        await until(pilot, lambda: screen.live.session is not None)
        await pilot.press("home", "z")
        await until(pilot, lambda: "MODE slow" in text_of(screen))
        assert not any(path.startswith("MORE") for path in asked(screen.live.session))
        await pilot.press("down", "p", "Z", "Z")
        assert screen.table.rows.folded == set()
        await pilot.press("Z")
        assert len(screen.table.rows) == 2
        assert list(screen.live._pinned) == []
        await pilot.press("Z")
        await until(pilot, lambda: "MORE.R1" in asked(screen.live.session))


async def test_the_cursor_stays_where_it_was() -> None:
    async with running(make_app(small_map())) as (pilot, screen):
        select(screen, "MORE.R7")
        await pilot.press("z")
        assert screen.table.selected is None
        assert screen.table.within is screen.map.regions[1]
        await pilot.press("up")
        assert screen.table.selected is screen.map.by_path["DEV.OWN"]
        await pilot.press("z", "down")
        assert screen.table.within is screen.map.regions[1]
        await pilot.press("Z", "Z", "up")
        assert screen.table.within is screen.map.regions[0]


# --- what is wrong -----------------------------------------------------------------------------


class Troubled(Session):
    """A session whose region ``main`` gets into trouble once its values are known."""

    def trouble(self, opened: OpenRegion) -> None:
        raise NotImplementedError

    def read_safe(self, nodes: Iterable[RegisterNode], *, destructive: bool = False) -> list[Sample]:
        samples = super().read_safe(nodes, destructive=destructive)
        if self.samples.get(0) is not None and not getattr(self, "done", False):
            self.done = True
            self.trouble(self.regions["main"])
        return samples

    def _revive(self) -> None:
        """Nothing comes back."""


class Gone(Troubled):
    def trouble(self, opened: OpenRegion) -> None:
        opened.lose(Revoked("0000:00:04.0 is gone"))


class Faulted(Troubled):
    def trouble(self, opened: OpenRegion) -> None:
        self._knowledge.fail(self.map.by_path["DEV.CTRL"], BusFault("the bus answered with an error"))


class Sleeping(Troubled):
    def trouble(self, opened: OpenRegion) -> None:
        opened.close()
        opened.state, opened.error = RegionState.REFUSED, Asleep("0000:00:04.0 sleeps (D3hot)")


class Stalled(Troubled):
    def polled(self, node: RegisterNode) -> bool:
        return super().polled(node) and (node.region.name != "main" or not getattr(self, "done", False))

    def trouble(self, opened: OpenRegion) -> None:
        opened.stall = TimedOut("the read does not come back")
        self._knowledge.fail(self.map.by_path["DEV.CTRL"], opened.stall)
        self._knowledge.wait(self.map.by_path["DEV.FLAGS"], opened.stall)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("session", "row", "others"),
    [
        (
            Gone,
            "0x0000_0010 ⊘",
            ["⊘ gone", "GONE", "0000:00:04.0 is gone (ENXIO)", "last ones read", " s old"],
        ),
        (
            Faulted,
            "0x0000_0010 !",
            ["! 1 failed", "bus error; r re", "with an error (SIGBUS). r reads it again"],
        ),
        (Sleeping, "0x0000_0010 z", ["z asleep", "ASLEEP", "sleeps (D3hot) (EAGAIN)", " s old"]),
        (Stalled, "0x0000_0010 …", ["… no answer", "no answer from DEV.CTRL for ", "0x0000_0003 …"]),
    ],
)
async def test_each_trouble_has_its_mark_and_says_why(
    size: tuple[int, int], session: type[Session], row: str, others: list[str]
) -> None:
    async with running(app_with(session), size) as (pilot, screen):
        await until(pilot, lambda: row in text_of(screen))
        await until(pilot, lambda: all(words in " ".join(text_of(screen).split()) for words in others))
        assert "0x0000_0010" in text_of(screen)
        # What is said of the whole region is not counted again for its registers.
        assert ("failed" in text_of(screen).splitlines()[0]) is (session is Faulted)
        assert len(text_of(screen).splitlines()) == size[1]


async def test_a_stall_leaves_the_rest_of_the_table_where_it_was() -> None:
    gate: list[bool] = []

    class Later(Stalled):
        def trouble(self, opened: OpenRegion) -> None:
            if not gate:
                self.done = False
            else:
                super().trouble(opened)

    async with running(app_with(Later)) as (pilot, screen):
        await until(pilot, lambda: "MODE slow" in text_of(screen))
        before = [line[27:68] for line in text_of(screen).splitlines()[3:24]]
        gate.append(True)
        await until(pilot, lambda: "no answer from DEV.CTRL" in text_of(screen))
        assert [line[27:68] for line in text_of(screen).splitlines()[3:24]] == before
        await pilot.press("q")
    assert not screen.is_running


async def test_a_device_that_comes_back_is_live_again() -> None:
    class Back(Gone):
        def _revive(self) -> None:
            opened = self.regions["main"]
            if opened.state is RegionState.REVOKED and getattr(self, "may", False):
                self.open(opened)

    async with running(app_with(Back)) as (pilot, screen):
        await until(pilot, lambda: "⊘ gone" in text_of(screen))
        screen.live.session.may = True  # type: ignore[union-attr]
        await until(pilot, lambda: "⊘" not in text_of(screen))
        assert "region main is back" in text_of(screen)
        assert "MODE slow" in text_of(screen)
        assert screen.live.regions["main"].epoch == 2


# --- the load ----------------------------------------------------------------------------------


def test_the_load_stands_still_while_it_only_wavers() -> None:
    load = ShownLoad()
    for tick in range(100):
        load.take(0.0005, 0, tick * 0.1)
    assert (load.text, load.slowed) == ("", "")
    for tick in range(200):
        load.take(0.003, 0, tick * 0.1)
    shown = load.text
    assert shown.startswith("bus 0.")
    texts = set()
    for tick in range(500):
        load.take(0.002 if tick % 2 else 0.0035, 0, tick * 0.1)
        texts.add(load.text)
    assert texts == {shown}
    for tick in range(200):
        load.take(0.2, 0, tick * 0.1)
    assert load.text.endswith(" %")
    assert load.text != shown


def test_slowed_registers_are_told_a_while() -> None:
    load = ShownLoad()
    load.take(0.0, 12, 0.0)
    load.take(0.0, 10, 0.1)
    load.take(0.0, 0, 0.2)
    assert load.slowed == "12 slowed"
    load.take(0.0, 0, 6.0)
    assert load.slowed == ""


async def test_the_load_is_in_the_top_line_where_there_is_room() -> None:
    async with running(make_app(small_map()), (200, 60)) as (pilot, screen):
        await pilot.press("space")
        await until(pilot, lambda: "PAUSED" in text_of(screen))
        screen.live.load.text, screen.live.load.slowed = "bus 0.3 %", "12 slowed"
        screen.repaint()
        await pilot.pause()
        assert "12 slowed  bus 0.3 %" in text_of(screen).splitlines()[0]
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "bus" not in text_of(screen).splitlines()[0].replace("one bus access", "")

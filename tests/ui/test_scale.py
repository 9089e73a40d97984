"""A hundred thousand registers: what is in sight is made, drawn and looked at, however many there are."""

from __future__ import annotations

import pytest

from inspector.backends.simulation import Simulation
from inspector.backends.simulation.register import SimulatedRegister
from inspector.model.registermap import RegisterMap
from inspector.session import Session
from inspector.ui.extent import MANY
from inspector.ui.lines import LinesMixin
from inspector.ui.screen import MainScreen
from tests.bench.maps_of_size import SHAPES
from tests.ui.driving import make_app, running, until
from tests.ui.test_painting import repaints, settle

LARGE, SMALL = 100_000, 1_000


def drawn(screen: MainScreen) -> int:
    return sum(view.rendered for view in screen.query(LinesMixin))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_session_is_opened_without_making_registers(shape: str) -> None:
    register_map = SHAPES[shape](LARGE, 10)
    with Session(register_map) as session:
        assert len(register_map.nodes) == LARGE
        assert register_map.nodes.made == 0
        middle = register_map.nodes[LARGE // 2]
        (sample,) = session.read([middle])
        assert sample.value is not None
        assert register_map.by_path[middle.path] is middle
        assert register_map.nodes.made == 1


async def costs(register_map: RegisterMap) -> tuple[int, int]:
    """How many registers are made by the first screen and a page more, and how many lines a tick draws."""
    async with running(make_app(register_map)) as (pilot, screen):
        await settle(pilot, screen)
        screen.table.action_page(1)
        await pilot.pause()
        made = register_map.nodes.made
        screen.live.rate = 60
        await repaints(pilot, screen, 2)
        before = drawn(screen)
        await repaints(pilot, screen, 5)
        return made, drawn(screen) - before


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_screen_of_many_registers_costs_what_one_of_few_does(shape: str) -> None:
    few, many = await costs(SHAPES[shape](SMALL, 0)), await costs(SHAPES[shape](LARGE, 0))
    assert few == many
    assert many[0] < 200
    assert many[1] == 0


async def test_of_many_instances_the_sidebar_draws_those_in_sight_and_keeps_the_present_one_there() -> None:
    register_map = SHAPES["instances"](LARGE, 0)
    async with running(make_app(register_map)) as (pilot, screen):
        await settle(pilot, screen)
        sidebar = screen.sidebar
        before = sidebar.rendered
        screen.table.select(register_map.nodes[LARGE - 1])
        await until(pilot, lambda: sidebar.top > 0)
        await pilot.pause()
        assert sidebar.rendered - before <= 3 * sidebar.size.height
        name = register_map.nodes[LARGE - 1].instance.name
        in_sight = sidebar.lines[sidebar.top : sidebar.top + sidebar.size.height]
        assert any(name in text for line in in_sight for text, _ in line)


def test_time_goes_by_only_for_the_simulated_registers_that_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    register_map = SHAPES["arrays"](LARGE, 10)
    simulation = Simulation(register_map, clock=lambda: now[0])
    made: list[str] = []
    create = SimulatedRegister.__init__

    def counted(self: SimulatedRegister, *arguments: object) -> None:
        create(self, *arguments)  # type: ignore[arg-type]
        made.append(self.node.path)

    monkeypatch.setattr(SimulatedRegister, "__init__", counted)
    now[0] = 10.0
    early = simulation.bus_read("bus", 0x40, 32, 1)
    # The same counter, whether it was looked at in between or not.
    now[0] = 20.0
    assert simulation.bus_read("bus", 0x40, 32, 1) == simulation.bus_read("bus", 0x80, 32, 1)
    assert early < simulation.bus_read("bus", 0x40, 32, 1)
    assert made == ["DMA.CH[1].R0", "DMA.CH[2].R0"]


def test_of_very_many_different_registers_the_widest_word_is_assumed() -> None:
    from inspector.ui.extent import kinds

    assert kinds(SHAPES["distinct"](MANY + 50, 0)) is None
    assert kinds(SHAPES["arrays"](LARGE, 0)) is not None


async def test_what_looks_the_same_is_one_piece() -> None:
    async with running(make_app(SHAPES["arrays"](SMALL, 0))) as (_, screen):
        bar = screen.table
        line = (
            (" ", "focus"),
            (" ", "text"),
            ("0x10", "dim"),
            ("  ", "text"),
            ("7", "changed"),
            ("8", "changed"),
        )
        strip = bar.strip(line, 12, "row")
        assert strip.text == "  0x10  78  "
        assert [segment.text for segment in strip] == ["  0x10  ", "78  "]
        # A space that is inverted, or underlined, is seen.
        assert len(list(bar.strip((("a", "text"), (" ", "caret")), 2))) == 2
        assert len(list(bar.strip((("a", "text"), (" ", "edit")), 2))) == 2
        assert strip is bar.strip(line, 12, "row")

"""A simulated access is answered by the view that is there."""

from __future__ import annotations

from inspector.backends.simulation import Simulation
from inspector.model.access import TOKENS, OnRead, OnWrite
from inspector.model.register import Register, RegisterBehaviour
from tests.unit.model.build import field, one_block, register
from tests.unit.model.test_views import when

POP = TOKENS["ro"].with_effects(on_read=OnRead.POP)
PUSH = TOKENS["wo"].with_effects(on_write=OnWrite.PUSH)


def simulation(*registers: Register) -> Simulation:
    return Simulation(one_block(*registers))


def read(simulated: Simulation, offset: int) -> int:
    return simulated.bus_read("r", offset, 8, 1)[0]


def write(simulated: Simulation, offset: int, value: int) -> None:
    simulated.bus_write("r", value, offset, 8)


def test_an_access_is_dispatched_by_direction_and_by_the_selector() -> None:
    simulated = simulation(
        register("RBR", width=8, access=POP, when=when("LCR.DLAB == 0"), sim=RegisterBehaviour(fifo=4)),
        register(
            "THR",
            width=8,
            access=PUSH,
            when=when("LCR.DLAB == 0"),
            sim=RegisterBehaviour(fifo=4, loopback="RBR"),
        ),
        register("DLL", width=8, when=when("LCR.DLAB == 1")),
        register("LCR", field("DLAB", "7"), offset=3, width=8),
    )
    write(simulated, 0, 0x41)
    write(simulated, 3, 0x80)
    assert read(simulated, 0) == 0
    write(simulated, 0, 12)
    assert read(simulated, 0) == 12
    # Nothing of this has taken the character.
    write(simulated, 3, 0)
    assert (read(simulated, 0), read(simulated, 0)) == (0x41, 0)
    assert simulated.peek("X.DLL") == 12


def test_where_no_view_is_there_nobody_answers() -> None:
    simulated = simulation(
        register("A", width=8, when=when("S == 1")),
        register("B", width=8, when=when("S == 2")),
        register("S", offset=1, width=8),
    )
    write(simulated, 0, 5)
    assert read(simulated, 0) == 0xFF
    for view in (1, 2):
        write(simulated, 1, view)
        assert read(simulated, 0) == 0


def test_of_views_without_a_condition_the_first_answers() -> None:
    simulated = simulation(
        register("A", width=8, alt="a"),
        register("B", width=8, alt="b"),
    )
    write(simulated, 0, 5)
    assert (simulated.peek("X.A"), simulated.peek("X.B"), read(simulated, 0)) == (5, 0, 5)


def test_fields_react_as_the_mode_says() -> None:
    simulated = simulation(
        register(
            "R",
            field("M", "7"),
            field("FLAGS", "3:0", "w1c", when=when("M == 0")),
            field("LEVEL", "3:0", when=when("M == 1")),
            width=8,
        ),
    )
    # The write that selects is one of what it selects.
    write(simulated, 0, 0x8F)
    assert read(simulated, 0) == 0x8F
    write(simulated, 0, 0x03)
    assert read(simulated, 0) == 0x0C
    write(simulated, 0, 0x83)
    assert read(simulated, 0) == 0x83


def test_fields_of_another_view_on_the_same_bits_do_not_react() -> None:
    simulated = simulation(
        register("R", field("OUT", "3:0", alt="out"), field("IN", "3:0", "w1c", alt="in"), width=8)
    )
    write(simulated, 0, 0x0F)
    assert read(simulated, 0) == 0x0F


def test_fields_that_decide_about_each_other_end_nowhere() -> None:
    simulated = simulation(
        register("A", field("X", "0", when=when("B.Y == 0")), width=8),
        register("B", field("Y", "0", when=when("A.X == 0")), offset=1, width=8),
    )
    write(simulated, 0, 1)
    assert read(simulated, 0) in (0, 1)

"""The simulation as a backend: its bus, its log, its behaviour files."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspector.backends.simulation import Simulation
from inspector.errors import BusFault, Busy, UsageError
from inspector.model.access import TOKENS
from inspector.model.field import FieldBehaviour
from inspector.model.register import Block, Register, RegisterBehaviour
from inspector.model.registermap import Instance, Region, RegisterMap
from inspector.model.transaction import ReadRun
from tests.unit.backends.simulation.board import Board, bits, field

ID = Register("ID", 0, 32, TOKENS["ro"], reset=0xED, reset_mask=0xFF)
DATA = Register("DATA", 4, 32, TOKENS["rw"])


def test_every_access_is_logged_as_it_was_on_the_bus() -> None:
    big = Register("BIG", 8, 16, TOKENS["rw"], byte_order="big")
    board = Board(ID, DATA, big)
    board.write("BIG", 0x1234)
    board.io.execute((ReadRun(0, 32, 2),))
    assert [tuple(access) for access in board.simulation.log] == [
        ("write", "board", 8, 16, 0x3412),
        ("read", "board", 0, 32, 0xED),
        ("read", "board", 4, 32, 0),
    ]


def test_where_the_map_has_nothing_reads_are_all_ones_and_writes_are_lost() -> None:
    board = Board(ID, DATA)
    for offset, width in ((0x10, 32), (4, 16), (6, 16), (0, 64), (4, 8)):
        board.io.execute(())
        assert getattr(board.io, f"read{width}")(offset) == (1 << width) - 1
        getattr(board.io, f"write{width}")(0, offset)
    board.write("ID", 0)
    assert board.read("DATA") == 0
    assert board.read("ID") == 0xED


def test_looking_and_setting_from_inside_needs_no_bus() -> None:
    board = Board(Register("FLAGS", 0, 32, TOKENS["rc"]), DATA)
    board.simulation.poke("X.FLAGS", 0x1_0000_0003)
    assert board.simulation.peek("X.FLAGS") == 3
    assert board.simulation.peek("X.FLAGS") == 3
    assert not board.simulation.log
    assert [board.read("FLAGS"), board.read("FLAGS")] == [3, 0]
    with pytest.raises(UsageError, match=r"no register 'X\.NONE'"):
        board.simulation.peek("X.NONE")
    with pytest.raises(UsageError, match="has no FIFO"):
        board.simulation.receive("X.DATA", 1)


def test_hooks_replace_what_goes_over_the_bus_or_fail_it() -> None:
    board = Board(ID, DATA)
    board.simulation.on_read("X.ID", lambda value: value + 1)
    board.simulation.on_write("X.DATA", lambda value: value << 4)
    assert board.read("ID") == 0xEE
    board.write("DATA", 0x12)
    assert board.read("DATA") == 0x120

    def fail(value: int) -> None:
        raise BusFault("no answer")

    board.simulation.on_read("X.DATA", fail)
    board.simulation.on_write("X.DATA", fail)
    with pytest.raises(BusFault):
        board.read("DATA")
    with pytest.raises(BusFault):
        board.write("DATA", 1)
    assert board.simulation.peek("X.DATA") == 0x120


def test_a_hook_that_returns_none_changes_nothing() -> None:
    board = Board(ID, DATA)
    seen: list[int] = []
    board.simulation.on_read("X.ID", seen.append)
    board.simulation.on_write("X.DATA", seen.append)
    board.write("DATA", 5)
    assert [board.read("ID"), board.read("DATA")] == [0xED, 5]
    assert seen == [5, 0xED]


def test_an_entry_arrives_in_a_fifo() -> None:
    data = Register("DR", 0, 32, TOKENS["ro"], sim=RegisterBehaviour(fifo=2))
    level = Register(
        "LEVEL", 4, 32, TOKENS["ro"], fields=(field("N", bits(7, 0), "ro", sim=FieldBehaviour(level="DR")),)
    )
    board = Board(data, level)
    board.simulation.receive("X.DR", 0x41)
    assert board.read("LEVEL") == 1


def test_two_simulations_share_nothing() -> None:
    one, two = Board(ID, DATA), Board(ID, DATA)
    one.write("DATA", 1)
    assert two.read("DATA") == 0
    first = one.simulation.device(one.region).io_request_by_index(0).iomap_exclusive()
    two.simulation.device(two.region).io_request_by_index(0).iomap_exclusive().close()
    with pytest.raises(Busy):
        one.simulation.device(one.region).io_request_by_index(0).iomap_exclusive()
    first.close()


def test_regions_without_an_address_do_not_overlap() -> None:
    block = Block("block", 16, (ID, DATA))
    regions = tuple(Region(name, None, 16, (Instance(name, block),)) for name in ("A", "B"))
    with Simulation(RegisterMap("two", regions, (block,))) as simulation:
        mapped = [simulation.device(r).io_request_by_index(0).iomap_exclusive_sized(16) for r in regions]
        mapped[0].try_access_with(lambda io: io.write32(7, 4))
        assert mapped[1].try_access_with(lambda io: io.read32(4)) == 0
        assert mapped[0].try_access_with(lambda io: io.address) is None
        with pytest.raises(UsageError, match="no region 'C'"):
            simulation.device(Region("C", None, 16, ()))


def test_there_are_no_addresses_without_a_map() -> None:
    with pytest.raises(UsageError, match="name a register instead"):
        Board(ID).simulation.device_at(0x4000_0000, 4)


def test_a_behaviour_that_names_what_is_not_there() -> None:
    board = Board(Register("R", 0, 32, TOKENS["ro"], sim=RegisterBehaviour(follows="NONE")))
    with pytest.raises(UsageError, match=r"X\.R: its behaviour names 'NONE'"):
        board.read("R")


def write(tmp_path: Path, text: str) -> str:
    path = tmp_path / "behave.py"
    path.write_text(text)
    return str(path)


def test_a_behaviour_file_attaches_hooks(tmp_path: Path) -> None:
    script = write(tmp_path, "def attach(simulation):\n    simulation.on_read('X.ID', lambda value: 0x42)\n")
    board = Board(ID)
    with Simulation(board.map, script=script) as simulation:
        memory = simulation.device(board.region).io_request_by_index(0).iomap()
        assert memory.try_access_with(lambda io: io.try_read32(0)) == 0x42


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1\n", r"behave\.py' defines no function attach\(simulation\)"),
        ("x = 1\ny = (\n", r"behave\.py:2: the behaviour file failed: SyntaxError"),
        ("\n\nraise ValueError('bad')\n", r"behave\.py:3: the behaviour file failed: ValueError: bad"),
        ("def attach(simulation):\n    1 / 0\n", r"behave\.py:2: .*ZeroDivisionError"),
        ("def attach(simulation):\n    simulation.on_read('X.NO', None)\n", r"no register 'X\.NO'"),
    ],
)
def test_a_behaviour_file_that_fails_says_where(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Simulation(Board(ID).map, script=write(tmp_path, text))

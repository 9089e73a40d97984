"""What changes by itself."""

from __future__ import annotations

from typing import Any

from inspector.model.access import TOKENS, Access, OnRead, OnWrite, Writable
from inspector.model.field import FieldBehaviour
from inspector.model.register import Register, RegisterBehaviour
from tests.unit.backends.simulation.board import Board, bits, field

FIFO = Access(True, Writable.YES, OnRead.POP, OnWrite.PUSH)
RECEIVE = Access(True, Writable.NO, OnRead.POP, OnWrite.NONE)
TRANSMIT = Access(False, Writable.YES, OnRead.NONE, OnWrite.PUSH)


def counter(rate: float, width: int = 32, **more: Any) -> Register:
    sim = RegisterBehaviour(counter=rate, **more)
    return Register("COUNT", 0, width, TOKENS["rw"], reset=10, reset_mask=0xFF, sim=sim)


def test_a_counter_counts_with_the_clock_and_loses_no_fraction() -> None:
    board = Board(counter(2.5))
    assert board.read("COUNT") == 10
    values = []
    for _ in range(4):
        board.wait(1)
        values.append(board.read("COUNT"))
    assert values == [12, 15, 17, 20]
    assert board.read("COUNT") == 20


def test_it_counts_down_and_wraps() -> None:
    board = Board(counter(-1, width=8))
    board.wait(11)
    assert board.read("COUNT") == 0xFF


def test_a_64_bit_counter() -> None:
    board = Board(counter(1 << 40, width=64))
    board.wait(3)
    assert board.read("COUNT") == 10 + (3 << 40)


def test_a_write_to_a_counter_sets_it() -> None:
    board = Board(counter(2))
    board.wait(0.75)
    board.write("COUNT", 100)
    board.wait(0.25)
    assert board.read("COUNT") == 100
    board.wait(0.25)
    assert board.read("COUNT") == 101


def test_it_counts_only_while_enabled() -> None:
    control = Register("CTRL", 4, 32, TOKENS["rw"], fields=(field("EN", bits(0)),))
    board = Board(counter(1, counts_while="CTRL.EN"), control)
    board.wait(5)
    board.write("CTRL", 1)
    board.wait(3)
    board.write("CTRL", 0)
    board.wait(7)
    assert board.read("COUNT") == 13


def status(name: str, behaviour: FieldBehaviour, access: str = "ro") -> Board:
    return Board(
        Register("STATUS", 0, 32, TOKENS[access], fields=(field(name, bits(5, 4), access, sim=behaviour),))
    )


def test_a_blinking_field() -> None:
    board = status("LED", FieldBehaviour(blink=2))
    seen = []
    for _ in range(6):
        seen.append(board.read("STATUS"))
        board.wait(1)
    assert seen == [0, 0, 0x30, 0x30, 0, 0]
    board.wait(2 * 2)
    assert board.read("STATUS") == 0x30


def test_a_flag_that_hardware_raises_stays_until_cleared() -> None:
    board = status("IRQ", FieldBehaviour(raises=3), "w1c")
    board.wait(2)
    assert board.read("STATUS") == 0
    board.wait(2)
    assert [board.read("STATUS"), board.read("STATUS")] == [0x30, 0x30]
    board.write("STATUS", 0x10)
    assert board.read("STATUS") == 0x20
    board.wait(3)
    assert board.read("STATUS") == 0x30


def test_random_values_are_new_each_period_and_the_same_in_every_run() -> None:
    def run() -> list[int]:
        register = Register(
            "TEMPERATURE",
            0,
            32,
            TOKENS["ro"],
            fields=(field("VALUE", bits(31, 0), "ro", sim=FieldBehaviour(random=0.5)),),
        )
        board = Board(register)
        values = []
        for _ in range(20):
            board.wait(0.25)
            values.append(board.read("TEMPERATURE"))
        return values

    values = run()
    assert values == run()
    assert values[0] == 0
    assert values[1::2] == [*values[2::2], values[-1]]
    assert len(set(values)) == 11


def uart(behaviour: RegisterBehaviour, access: Access = FIFO, *more: Register) -> Board:
    flags = Register(
        "FR",
        4,
        32,
        TOKENS["ro"],
        fields=(
            field("EMPTY", bits(0), "ro", sim=FieldBehaviour(empty="DR")),
            field("FULL", bits(1), "ro", sim=FieldBehaviour(full="DR")),
            field("LEVEL", bits(7, 4), "ro", sim=FieldBehaviour(level="DR")),
        ),
    )
    data = Register("DR", 0, 32, access, sim=behaviour, fields=(field("DATA", bits(7, 0), access),))
    return Board(data, flags, *more)


def test_what_is_pushed_comes_back_in_order() -> None:
    board = uart(RegisterBehaviour(fifo=3, loopback="DR"))
    assert board.read("FR") == 0x01
    for value in (1, 2, 3):
        board.write("DR", value)
    assert board.read("FR") == 0x32
    board.write("DR", 4)
    assert [board.read("DR") for _ in range(2)] == [1, 2]
    assert board.read("FR") == 0x10
    assert [board.read("DR") for _ in range(2)] == [3, 0]
    assert board.read("FR") == 0x01


def test_text_arrives_over_and_over_and_is_lost_when_full() -> None:
    board = uart(RegisterBehaviour(fifo=4, feed="ab", feed_rate=2))
    board.wait(1.5)
    assert [chr(board.read("DR")) for _ in range(3)] == ["a", "b", "a"]
    assert board.read("DR") == 0
    board.wait(100)
    assert board.read("FR") == 0x42
    assert [chr(board.read("DR")) for _ in range(4)] == ["b", "a", "b", "a"]
    board.wait(0.5)
    assert chr(board.read("DR")) in "ab"


def test_what_is_sent_without_a_loopback_does_not_come_back() -> None:
    board = uart(RegisterBehaviour(fifo=4, feed="x", feed_rate=1))
    board.write("DR", ord("y"))
    assert board.read("FR") & 1
    board.wait(1)
    assert board.read("DR") == ord("x")


def test_a_transmit_register_loops_back_to_a_receive_register() -> None:
    transmit = Register("THR", 8, 32, TRANSMIT, sim=RegisterBehaviour(loopback="DR"))
    board = uart(RegisterBehaviour(fifo=4), RECEIVE, transmit)
    board.write("THR", 0x41)
    assert board.read("DR") == 0x41


def test_a_fifo_that_is_only_filled_drains_by_itself() -> None:
    board = uart(RegisterBehaviour(fifo=4, feed_rate=2), TRANSMIT)
    for value in range(4):
        board.write("DR", value)
    assert board.read("FR") == 0x42
    board.wait(1)
    assert board.read("FR") == 0x20
    board.wait(10)
    assert board.read("FR") == 0x01


def test_a_data_register_without_a_fifo_reads_what_it_holds() -> None:
    board = Board(Register("DR", 0, 32, FIFO, reset=0x41, reset_mask=0xFF))
    board.write("DR", 0x42)
    assert [board.read("DR"), board.read("DR")] == [0x41, 0x41]


def test_a_clock_that_goes_back_changes_nothing() -> None:
    board = Board(counter(1))
    board.wait(5)
    assert board.read("COUNT") == 15
    board.wait(-3)
    assert board.read("COUNT") == 15
    board.wait(3)
    assert board.read("COUNT") == 15

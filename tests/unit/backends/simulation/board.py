"""Small boards made by hand, with a clock that stands still until it is moved."""

from __future__ import annotations

from inspector.backends.simulation import Simulation
from inspector.io import IoMem, IoRegister
from inspector.model.access import TOKENS, Access
from inspector.model.bits import Bits
from inspector.model.field import Field, FieldBehaviour
from inspector.model.register import Block, Register
from inspector.model.registermap import Instance, Region, RegisterMap


class Clock:
    """Seconds, moved by hand; it does not start at 0, as a real one does not."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Board:
    """A block called ``X`` with ``registers``, simulated and mapped."""

    def __init__(self, *registers: Register) -> None:
        block = Block("block", 0x100, registers)
        self.region = Region("board", 0x4000_0000, 0x100, (Instance("X", block),))
        self.map = RegisterMap("board", (self.region,), (block,))
        self.clock = Clock()
        self.simulation = Simulation(self.map, clock=self.clock)
        memory = self.simulation.device(self.region).io_request_by_index(0).iomap_sized(0x100)
        self.io: IoMem = memory.try_access_with(lambda io: io)

    def read(self, name: str) -> int:
        """Read a register over the bus."""
        return self._accessor(name).read()

    def write(self, name: str, value: int) -> None:
        """Write a register over the bus."""
        self._accessor(name).write(value)

    def _accessor(self, name: str) -> IoRegister:
        (accessor,) = self.io.bind([self.map.by_path[f"X.{name}"]])
        return accessor

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self.clock.now += seconds


def bits(msb: int, lsb: int | None = None) -> Bits:
    return Bits(((msb, msb if lsb is None else lsb),))


def field(
    name: str,
    where: Bits,
    access: str | Access = "rw",
    *,
    reset: int | None = None,
    expect: int | None = None,
    write_value: int | None = None,
    sim: FieldBehaviour | None = None,
) -> Field:
    return Field(
        name,
        where,
        TOKENS[access] if isinstance(access, str) else access,
        reset=reset,
        expect=expect,
        write_value=write_value,
        sim=sim,
    )

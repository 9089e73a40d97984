"""What a map leaves open about reading: most descriptions that vendors publish say nothing of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from inspector.model.access import OnRead
from inspector.model.register import Register
from inspector.model.registermap import RegisterNode
from inspector.model.safety import Skip


@dataclass(frozen=True, slots=True)
class Unstated:
    """How many registers there are of which nobody says what reading them does.

    Attributes:
        polled: Those that are read all the same.
        spared: Those that are not, since their names look like FIFOs'.
    """

    polled: int
    spared: int

    def __bool__(self) -> bool:
        return bool(self.polled or self.spared)

    @property
    def text(self) -> str:
        """The same in words; empty where everything is stated."""
        if not self:
            return ""
        much = f"the map does not state what reading {_registers(self.polled + self.spared)} does"
        if not self.spared:
            return f"{much}; none is named like a FIFO"
        are = "is" if self.spared == 1 else "are"
        return f"{much}; {self.spared:,} named like a FIFO {are} read only when you ask"


def unstated(nodes: Iterable[RegisterNode]) -> Unstated:
    """Count what the map leaves open of ``nodes``."""
    open_: dict[int, bool] = {}
    polled = spared = 0
    for node in nodes:
        register = node.register
        # Elements of an array are one register, looked at once.
        if id(register) not in open_:
            open_[id(register)] = _is_open(register)
        if open_[id(register)]:
            if node.safety.skip is Skip.UNKNOWN_SIDE_EFFECT:
                spared += 1
            elif node.safety.safe:
                polled += 1
    return Unstated(polled, spared)


def _is_open(register: Register) -> bool:
    return any(part.readable and part.on_read is OnRead.UNKNOWN for part in register.parts())


def _registers(count: int) -> str:
    return "1 register" if count == 1 else f"{count:,} registers"

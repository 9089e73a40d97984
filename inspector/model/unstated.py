"""What a map leaves open about reading: most descriptions that vendors publish say nothing of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from inspector.model.access import OnRead
from inspector.model.layout import Layout
from inspector.model.register import Register
from inspector.model.registermap import Nodes, Region
from inspector.model.safety import Skip, own_safety


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


def unstated(nodes: Nodes, region: Region | None = None) -> Unstated:
    """Count what the map leaves open; arrays and instances are gone through only where bytes are shared.

    Args:
        nodes: The map's registers.
        region: Whose alone are counted; None for all.
    """
    if not nodes.any(_is_open):
        return Unstated(0, 0)
    counts: dict[Layout, Counter[Skip | None]] = {}
    total: Counter[Skip | None] = Counter()
    for place in nodes.places if region is None else nodes.places_in(region):
        if nodes.alone(place) and not any(register.when for register, _ in place.layout.each()):
            if place.layout not in counts:
                counts[place.layout] = _count(place.layout)
            total += counts[place.layout]
        else:
            total.update(nodes[index].safety.skip for index in nodes.where(_is_open, place))
    return Unstated(total[None], total[Skip.UNKNOWN_SIDE_EFFECT])


def _count(layout: Layout) -> Counter[Skip | None]:
    """How many registers that the map leaves open are read unasked, and how many are not, by the reason."""
    found: Counter[Skip | None] = Counter()
    for register, count in layout.each():
        if _is_open(register):
            found[own_safety(register).skip] += count
    return found


def _is_open(register: Register) -> bool:
    return any(part.readable and part.on_read is OnRead.UNKNOWN for part in register.parts())


def _registers(count: int) -> str:
    return "1 register" if count == 1 else f"{count:,} registers"

"""Marks: what was known at another moment, beside what is known now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from inspector.model.registermap import RegisterNode
from inspector.session import Sample
from inspector.session.sample import UNREAD

if TYPE_CHECKING:
    from inspector.ui.beside import Beside, OtherTarget


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What was known at one time.

    Attributes:
        name: What it is called on the screen.
        short: The same in a column's heading.
        time: When it was, in seconds since the epoch.
        samples: What was known of each register, by its index; samples never change, so they are shared.
        count: Of how many registers the value was known.
        file: The snapshot that it stands in; empty for what this screen saw itself.
    """

    name: str
    short: str
    time: float
    samples: Mapping[int, Sample]
    count: int = 0
    file: str = ""


class Compared(NamedTuple):
    """How a register's value compares with what it was, and with its reset value.

    Attributes:
        was: What it held at the other moment; None where that is not known, or there is none.
        bits: Those that differ from that.
        returned: Whether it has changed since then, and holds the same again.
        unreset: The bits that differ from the reset value, as far as that is defined.
        beside: What it holds on another target, where that is what it is compared with.
    """

    was: int | None = None
    bits: int = 0
    returned: bool = False
    unreset: int = 0
    beside: Beside | None = None


UNCOMPARED = Compared()
"""Where nothing is known to compare."""


class Marks:
    """Compares what is known now with one moment; each question costs the same however large the map is.

    Attributes:
        moment: What is compared with, or None.
        target: Another target whose live values may be what is compared with, or None.
    """

    def __init__(self, samples: Mapping[int, Sample]) -> None:
        """Compare.

        Args:
            samples: What is known now, by register index.
        """
        self._samples = samples
        self.moment: Moment | None = None
        self.target: OtherTarget | None = None

    @property
    def beside(self) -> OtherTarget | None:
        """The other target, where its live values are what is compared with."""
        target = self.target
        return target if target is not None and target.moment is self.moment else None

    @property
    def here(self) -> str:
        """What stands above the values themselves; empty where there is no other target."""
        return "" if self.beside is None else self.beside.here

    @property
    def taken(self) -> bool:
        """Whether there is anything to compare with."""
        return self.moment is not None

    def word(self, node: RegisterNode) -> int | None:
        """What a register held at that moment, or None where that is not known."""
        return None if self.moment is None else self.moment.samples.get(node.index, UNREAD).value

    def changed(self, node: RegisterNode) -> int:
        """The bits of a register that differ from that moment; 0 where that is not known."""
        was, now = self.word(node), self._samples.get(node.index, UNREAD).value
        return 0 if was is None or now is None else was ^ now

    def returned(self, node: RegisterNode) -> bool:
        """Whether a register has changed since that moment, and holds the same again."""
        return self.compare(node).returned

    def differs_from_reset(self, node: RegisterNode) -> int:
        """The bits of a register that differ from its reset value, as far as that is defined."""
        register, now = node.register, self._samples.get(node.index, UNREAD).value
        return 0 if register.reset is None or now is None else (now ^ register.reset) & register.reset_mask

    def compare(self, node: RegisterNode) -> Compared:
        """All that at once."""
        unreset = self.differs_from_reset(node)
        if self.moment is None:
            return Compared(unreset=unreset) if unreset else UNCOMPARED
        then = self.moment.samples.get(node.index, UNREAD)
        bits = self.changed(node)
        if (target := self.beside) is not None:
            return Compared(then.value, bits, unreset=unreset, beside=target.of(node))
        # Of what stands in a file nobody knows when it changed.
        seen = not self.moment.file and then.value is not None and not bits
        returned = seen and self._samples.get(node.index, UNREAD).changed != then.changed
        return Compared(then.value, bits, returned, unreset)

"""What is watched, and what each of it held over time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspector.errors import InspectorError
from inspector.model.decode import fields_there
from inspector.model.field import Field
from inspector.model.registermap import RegisterNode

if TYPE_CHECKING:
    from inspector.session.sample import Sample
    from inspector.session.series import Series
    from inspector.session.session import Session

Key = tuple[int, str]
"""A register's index, and the name of its field; empty for the whole register."""


@dataclass(frozen=True, slots=True, eq=False)
class Pin:
    """A register, or one of its fields, that is watched.

    Attributes:
        node: The register.
        field: The field, or None for the whole register.
    """

    node: RegisterNode
    field: Field | None = None

    @property
    def key(self) -> Key:
        """What tells it from others."""
        return self.node.index, self.field.name if self.field else ""

    @property
    def path(self) -> str:
        """Its path as on the command line."""
        return f"{self.node.path}.{self.field.name}" if self.field else self.node.path

    @property
    def width(self) -> int:
        """How many bits it has."""
        return (self.field or self.node).width

    def value(self, word: int) -> int:
        """Its value in a register's word."""
        return self.field.bits.extract(word) if self.field else word


class History:
    """The series of all that is watched."""

    def __init__(self) -> None:
        self._kept: Mapping[Key, tuple[Pin, Series]] = {}

    def keep(self, pins: Iterable[Pin]) -> None:
        """Keep these from now on, and forget the others."""
        # A new table: the poller's thread goes through the old one meanwhile.
        self._kept = {pin.key: self._kept.get(pin.key) or (pin, _series(pin)) for pin in pins}

    def of(self, pin: Pin) -> Series | None:
        """What is known of one; None where it is not watched."""
        kept = self._kept.get(pin.key)
        return None if kept is None else kept[1]

    def all(self) -> Iterator[tuple[Pin, Series]]:
        """All that is watched, with what is known of it."""
        yield from self._kept.values()

    def record(self, session: Session, read: Iterable[int]) -> None:
        """Take in what the session read last.

        Args:
            session: The session.
            read: The registers that are to be read, by index: of the others nothing is known from now on.
        """
        clock, now = time.monotonic(), time.time()
        wanted = set(read)
        for pin, series in self._kept.values():
            sample = session.sample(pin.node)
            if sample.value is not None and sample.clock is not None and sample.clock > series.clock:
                if _there(pin, sample.value, session):
                    series.take(pin.value(sample.value), sample.clock, sample.time or now)
                else:
                    series.part(clock, now)
            elif sample.error is not None:
                series.part(clock, now, trouble(sample.error))
            elif _lost(pin, sample, session, wanted):
                series.part(clock, now)


def _series(pin: Pin) -> Series:
    # Not needed before something is watched.
    from inspector.model.edit import quantity_of
    from inspector.session.series import Series

    quantity = quantity_of(pin.node.register, pin.field)

    def number(raw: int) -> float:
        found = quantity.number(raw)
        return float(raw) if found is None else found

    return Series(number, wide=pin.width > 64, begun=time.monotonic())


def _there(pin: Pin, word: int, session: Session) -> bool:
    """Whether the field is there while the register holds ``word``."""
    if pin.field is None or not pin.field.when:
        return True
    register = pin.node.register
    return any(field is pin.field for field, _ in fields_there(register, word, session.known(pin.node)))


def _lost(pin: Pin, sample: Sample, session: Session, wanted: set[int]) -> bool:
    """Whether what was known of it does not hold any more."""
    closed = session.region_of(pin.node).state.name != "OPEN"
    return closed or pin.node.index not in wanted or sample.skipped is not None


def trouble(error: InspectorError) -> str:
    """An error as it is told beside a value: its errno and its message."""
    return f"{error.errno_name}: {error.message}" if error.errno_name else error.message

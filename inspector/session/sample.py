"""What is known of a register's value, and how old that is."""

from __future__ import annotations

from typing import NamedTuple

from inspector.errors import InspectorError
from inspector.model.safety import ReadSafety


class Sample(NamedTuple):
    """A register's value as last read, or why there is none.

    An error or a skip does not forget the value: it stays, with its age.

    Attributes:
        value: The register's logical word as last read, or None if never read.
        previous: The value before the last change, or None.
        time: When ``value`` was read, in seconds since the epoch; None if never.
        clock: The same on the monotonic clock, in seconds: ages must not jump when a board
            without a battery learns the date.
        changed: When ``value`` last differed from the one read before, on the monotonic clock; None if never.
        error: Why the last attempt to read failed, or None.
        skipped: Why it is not read unasked, or None.
    """

    value: int | None = None
    previous: int | None = None
    time: float | None = None
    clock: float | None = None
    changed: float | None = None
    error: InspectorError | None = None
    skipped: ReadSafety | None = None

    def read(self, value: int, time: float, clock: float) -> Sample:
        """This sample after ``value`` was read."""
        moved = self.value is not None and value != self.value
        return Sample(
            value=value,
            previous=self.value if moved else self.previous,
            time=time,
            clock=clock,
            changed=clock if moved else self.changed,
        )

    def failed(self, error: InspectorError) -> Sample:
        """This sample after an attempt to read failed."""
        return self._replace(error=error, skipped=None)

    def differs(self, before: Sample) -> bool:
        """Whether anything but the time of reading is another than before."""
        return self.value != before.value or self.error is not before.error or self.skipped != before.skipped

    def not_read(self, safety: ReadSafety) -> Sample:
        """This sample where the register is not read, and why."""
        return self._replace(error=None, skipped=safety)


UNREAD = Sample()

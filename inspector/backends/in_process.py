"""Mapping in this process: nothing stands between, and a bus error ends the program."""

from __future__ import annotations

import os
from collections.abc import Sequence

from inspector.agent import identity
from inspector.agent.locks import Held
from inspector.backends.claims import LockedClaims
from inspector.backends.mapped import MappedWindow
from inspector.backends.mapping import Mappable
from inspector.errors import Asleep, Place, Revoked
from inspector.io import Outcome, RemoteWindow
from inspector.io.execute import perform
from inspector.model.transaction import Transaction


class InProcess:
    """Maps in this process: a ``Mapper`` and a ``Bus``.

    Attributes:
        keeper: Keeps the exclusive claims.
        faults_seen: A bus error ends the program.
    """

    faults_seen = False

    def __init__(self) -> None:
        self.keeper = LockedClaims()
        self.lines = identity.Lines()

    def map(self, what: Mappable, claimed: bool = False) -> LocalWindow:
        """Map a range, for reading only until it is armed.

        Raises:
            KernelError: The system refuses.
        """
        window = LocalWindow(self, what)
        if not claimed:
            try:
                window.presence = self.keeper.share(what.space, what.start, what.size, what.name)
            except BaseException:
                window.close()
                raise
        return window

    def run(self, work: Sequence[tuple[RemoteWindow, Transaction]]) -> list[Outcome]:
        """Run each transaction on its window, once it is certain that the device still is the same."""
        outcomes = []
        for window, transaction in work:
            assert isinstance(window, LocalWindow)
            error = window.hindrance()
            if error is not None:
                outcomes.append(Outcome((), error))
                continue
            window.checked = True
            try:
                outcomes.append(perform(window, transaction, window.name))
            finally:
                window.checked = False
        return outcomes

    def iomem(self) -> str:
        """The text of /proc/iomem as this process may read it."""
        return self.lines.text().decode("utf-8", "replace")

    def close(self) -> None:
        """There is nothing to end."""


class LocalWindow(MappedWindow):
    """A mapping of this process that is looked after: whether its device still is the same.

    Attributes:
        name: The region's.
        presence: What tells others of a shared mapping; None where it is claimed.
        checked: A transaction is under way, before which it was looked after.
    """

    def __init__(self, mapper: InProcess, what: Mappable) -> None:
        self.name = what.name
        self.presence: Held | None = None
        self.checked = False
        self._mapper = mapper
        wanted = what.identity
        self._epoch = identity.Epoch(
            wanted.inodes, wanted.links, wanted.texts, wanted.iomem, wanted.asleep, mapper.lines
        )
        self._place = Place(region=what.name, address=what.address)
        super().__init__(
            lambda flags: os.open(what.path, flags),
            what.position,
            what.size,
            address=what.address,
            widths=what.widths,
            explain=what.explain,
        )

    @property
    def bus(self) -> InProcess:
        """Who runs its transactions."""
        return self._mapper

    def hindrance(self) -> Revoked | Asleep | None:
        """Why nothing may be touched now, or None; a device that is another one is unmapped."""
        if self._epoch.wants_lines:
            self._mapper.lines.refresh()
        change = self._epoch.changed()
        if change:
            self.close()
            return Revoked(
                f"{self.name}: {change}; it was unmapped, and nothing was touched", place=self._place
            )
        sleep = self._epoch.sleeping()
        return Asleep(f"{self.name}: {sleep}; it was not touched", place=self._place) if sleep else None

    def close(self) -> None:
        """Unmap, and tell others that it is; twice is harmless."""
        super().close()
        presence, self.presence = self.presence, None
        if presence is not None:
            presence.release()

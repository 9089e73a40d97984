"""Mapping in this process: nothing stands between, and a bus error ends the program."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from typing import cast

from inspector.agent import identity
from inspector.agent.locks import Held
from inspector.backends.claims import LockedClaims
from inspector.backends.mapped import MappedWindow
from inspector.backends.mapping import Mappable
from inspector.errors import Asleep, InvalidArgument, Place, Revoked
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
            # Where that cannot be, only others' knowledge of it is lost.
            with suppress(InvalidArgument, OSError):
                window.show(self.keeper.share(what.space, what.start, what.size, what.name))
        return window

    def run(self, work: Sequence[tuple[RemoteWindow, Transaction]]) -> list[Outcome]:
        """Run each transaction on its window, once it is certain that the device still is the same."""
        outcomes = []
        for remote, transaction in work:
            window = cast(LocalWindow, remote)
            error = window.hindrance()
            outcomes.append(
                perform(window.mapped, transaction, window.name) if error is None else Outcome((), error)
            )
        return outcomes

    def iomem(self) -> str:
        """The text of /proc/iomem as this process may read it."""
        return self.lines.text().decode("utf-8", "replace")

    def close(self) -> None:
        """There is nothing to end."""


class LocalWindow:
    """A mapping of this process that is looked after: whether its device still is the same."""

    def __init__(self, mapper: InProcess, what: Mappable) -> None:
        """Map a range.

        Args:
            mapper: Who runs its transactions.
            what: The range.

        Raises:
            KernelError: The system refuses.
        """
        self.name = what.name
        self._mapper = mapper
        self._presence: Held | None = None
        wanted = what.identity
        self._epoch = identity.Epoch(
            wanted.inodes, wanted.links, wanted.texts, wanted.iomem, wanted.asleep, mapper.lines
        )
        self._place = Place(region=what.name, address=what.address)
        self._revoked = ""
        self.mapped = MappedWindow(
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

    @property
    def size(self) -> int:
        """Bytes from offset 0."""
        return self.mapped.size

    @property
    def address(self) -> int | None:
        """The absolute address of offset 0."""
        return self.mapped.address

    @property
    def widths(self) -> frozenset[int]:
        """The access widths in bits."""
        return self.mapped.widths

    @property
    def writable(self) -> bool:
        """Whether it is armed."""
        return self.mapped.writable

    def read(self, offset: int, width: int) -> int:
        """Make one bus read.

        Raises:
            Revoked: It is of another device by now, or closed.
            Asleep: Its device sleeps.
        """
        return self._awake().read(offset, width)

    def write(self, value: int, offset: int, width: int) -> None:
        """Make one bus write, and no read.

        Raises:
            Revoked: It is of another device by now, or closed.
            Asleep: Its device sleeps.
        """
        self._awake().write(value, offset, width)

    def read_run(self, offset: int, width: int, count: int) -> tuple[int, ...]:
        """Make ``count`` bus reads, one for each element, in order.

        Raises:
            Revoked: It is of another device by now, or closed.
            Asleep: Its device sleeps.
        """
        return self._awake().read_run(offset, width, count)

    def arm(self) -> None:
        """Map again with permission to write.

        Raises:
            KernelError: The system refuses, or it is of another device by now.
        """
        error = self.hindrance()
        if isinstance(error, Revoked):
            raise error
        self.mapped.arm()

    def disarm(self) -> None:
        """Map again without permission to write.

        Raises:
            KernelError: The system refuses; writes are refused here all the same.
        """
        self.mapped.disarm()

    def show(self, presence: Held) -> None:
        """Have others see it until it is closed."""
        self._presence = presence

    def hindrance(self) -> Revoked | Asleep | None:
        """Why nothing may be touched now, or None; a device that is another one is unmapped."""
        if not self._revoked:
            if self._epoch.wants_lines:
                self._mapper.lines.refresh()
            self._revoked = self._epoch.changed()
        if self._revoked:
            self.close()
            return Revoked(
                f"{self.name}: {self._revoked}; it was unmapped, and nothing was touched", place=self._place
            )
        sleep = self._epoch.sleeping()
        return Asleep(f"{self.name}: {sleep}; it was not touched", place=self._place) if sleep else None

    def close(self) -> None:
        """Unmap, and tell others that it is; twice is harmless."""
        self._revoked = self._revoked or "it was closed"
        self.mapped.close()
        presence, self._presence = self._presence, None
        if presence is not None:
            presence.release()

    def _awake(self) -> MappedWindow:
        error = self.hindrance()
        if error is not None:
            raise error
        return self.mapped

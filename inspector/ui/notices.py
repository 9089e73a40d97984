"""What the message line says when nothing is typed there, and what it said before."""

from __future__ import annotations

import time
from collections import deque
from typing import NamedTuple

from inspector.model.registermap import RegisterNode
from inspector.ui.lines import Line, Span, clean

_FOR = 8.0
"""For how many seconds a message stays that is not an error."""

_KEPT = 500
"""How many messages the log holds."""


class Said(NamedTuple):
    """A message of the log.

    Attributes:
        time: When, in seconds since the epoch.
        text: What was said.
        look: How it looked.
    """

    time: float
    text: str
    look: str


class Notices:
    """At most one message at a time.

    An error stays until somebody has pressed a key after it: what is said meanwhile goes to the log alone.

    Attributes:
        log: What was said, the oldest first.
    """

    def __init__(self) -> None:
        self._span: Span | None = None
        self._until: float | None = None
        self._node: RegisterNode | None = None
        self._unseen = False
        self.log: deque[Said] = deque(maxlen=_KEPT)

    def say(self, text: str, look: str = "text", node: RegisterNode | None = None) -> None:
        """Say something, of ``node`` where it concerns one register."""
        text = clean(text)
        # What only says that something goes on is no news once it is over.
        if text and look != "dim":
            self.log.append(Said(time.time(), text, look))
        if self._unseen and look != "wrong":
            return
        self._span = (text, look) if text else None
        self._node = node
        self._unseen = look == "wrong"
        self._until = None if look == "wrong" else time.monotonic() + _FOR

    def seen(self) -> None:
        """Somebody is there: the next message may take an error's place."""
        self._unseen = False

    def unsay(self) -> None:
        """Take it away."""
        self._span = self._until = self._node = None
        self._unseen = False

    def expire(self) -> None:
        """Take away what has stood long enough."""
        if self._until is not None and time.monotonic() > self._until:
            self.unsay()

    @property
    def span(self) -> Span | None:
        """The message, or None."""
        return self._span

    @property
    def line(self) -> Line:
        """The message as a line."""
        return () if self._span is None else ((" ", "text"), self._span)

    def error_of(self, node: RegisterNode) -> tuple[Span, ...]:
        """The error said of ``node``, to be shown in full beside it."""
        if self._span is None or self._node is not node or self._span[1] != "wrong":
            return ()
        return (self._span,)

"""What the message line says when nothing is typed there."""

from __future__ import annotations

import time

from inspector.model.registermap import RegisterNode
from inspector.ui.lines import Line, Span, clean

_FOR = 8.0
"""For how many seconds a message stays that is not an error."""


class Notices:
    """At most one message; an error stays until something else is said or it is taken away."""

    def __init__(self) -> None:
        self._span: Span | None = None
        self._until: float | None = None
        self._node: RegisterNode | None = None

    def say(self, text: str, look: str = "text", node: RegisterNode | None = None) -> None:
        """Say something, of ``node`` where it concerns one register."""
        self._span = (clean(text), look) if text else None
        self._node = node
        self._until = None if look == "wrong" else time.monotonic() + _FOR

    def unsay(self) -> None:
        """Take it away."""
        self._span = self._until = self._node = None

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

"""One transaction on one window, through the deaths and hangs of its worker."""

from __future__ import annotations

import signal
import time

from . import operations, shared, windows, worker, workers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_BUS_ERRORS = (signal.SIGBUS, signal.SIGSEGV)
_REPLACEMENTS = 4
"""How often one transaction may cost a worker its life before that is given up."""


class Job:
    """A transaction that is under way.

    Attributes:
        window: Where.
        deadline: When it has taken too long, on the monotonic clock.
        over: Whether it is done, well or not.
        error: Why it is not done, or None.
    """

    def __init__(
        self,
        window: windows.Window,
        plan: int,
        packed: bytes | None,
        patience: float,
        adopt: Callable[[workers.Worker], None],
    ) -> None:
        """Say what to run.

        Args:
            window: Where.
            plan: The transaction's number.
            packed: The transaction; None for what was sent under that number before.
            patience: How long it may take, in seconds.
            adopt: Called with each worker that is started.
        """
        self.window = window
        self.deadline = 0.0
        self.over = False
        self.error: dict[str, Any] | None = None
        self._plan = plan
        self._packed = packed
        self._patience = patience
        self._adopt = adopt
        self._start = 0
        self._element = 0
        self._singly = False
        self._ordered = False
        self._done = 0
        self._replaced = 0

    def begin(self) -> None:
        """Look whether the window may be touched, and give its worker the transaction."""
        window = self.window
        self.deadline = time.monotonic() + self._patience
        error = window.hindrance()
        if error is None and window.worker is not None and window.worker.state == workers.HUNG:
            error = {"kind": "timeout", "waiting": True}
        if self._packed is not None:
            window.put_plan(self._plan, self._packed)
        if error is not None:
            self._end(0, error)
        else:
            self.advance(False)

    def advance(self, late: bool) -> None:
        """Take in what became of the worker since; ``late`` says that the deadline has passed."""
        window = self.window
        if self.over:
            return
        present = window.worker
        if present is None or (present.state == workers.DEAD and not self._ordered):
            if not self._replace():
                return
            present = window.worker
        assert present is not None
        if present.state == workers.DEAD:
            self._died(present)
        elif present.state == workers.IDLE and self._ordered:
            self._answered()
        elif present.state == workers.IDLE:
            if window.unmapped:
                self._lost(window.refusal())
            else:
                self._order()
        if late and not self.over:
            self._late()

    def _order(self) -> None:
        how = (worker.SINGLY if self._singly else 0) | (worker.MAY_WRITE if self.window.armed else 0)
        self._ordered = True
        self.window.order(self._plan, self._start, self._element, how)

    def _replace(self) -> bool:
        """Start another worker, for what is left to do."""
        window = self.window
        self._replaced += 1
        if self._replaced > _REPLACEMENTS:
            self._end(self._start, {"kind": "killed", "signal": 0})
            return False
        try:
            successor = window.start(window.armed)
        except windows.Refused as refused:
            self._lost(refused)
            return False
        self._adopt(successor)
        window.take(successor)
        return True

    def _answered(self) -> None:
        cells = self.window.memory.cells
        done, status = cells[shared.DONE], cells[shared.STATUS]
        if status == shared.FINISHED:
            self._end(done, None)
        elif status == shared.STOPPED:
            self._end(done, {"kind": "stopped", "found": cells[shared.DETAIL]})
        elif status == shared.BEYOND:
            self._end(done, {"kind": "fault", "element": cells[shared.ELEMENT]})
            # The file may reach further again when it is next asked for: another worker maps it anew.
            self.window.abandon()
        else:
            kind = "refused" if status == shared.REFUSED else "failed"
            self._end(done, {"kind": kind, "why": self.window.memory.note})

    def _died(self, dead: workers.Worker) -> None:
        """Tell what it died of; where that was somewhere in a run, have another one find out where."""
        cells = self.window.memory.cells
        done, element = cells[shared.DONE], cells[shared.ELEMENT]
        kind = operations.kind_at(self.window.plans[self._plan], done)
        if dead.signal not in _BUS_ERRORS or kind < 0:
            self._end(done, {"kind": "killed", "signal": dead.signal})
        elif kind != operations.RUN:
            self._end(done, {"kind": "fault", "element": 0})
        elif self._singly and done == self._start:
            self._end(done, {"kind": "fault", "element": element})
        else:
            # What a run reads is safe to read again; what came before it is not repeated.
            self._start, self._element, self._singly, self._ordered = done, element, True, False
            self._replace()

    def _late(self) -> None:
        window = self.window
        if self._ordered:
            window.leave_off()
        if window.worker is not None:
            window.worker.state = workers.HUNG
        cells = window.memory.cells
        done = cells[shared.DONE] if self._ordered else self._start
        kind = operations.kind_at(window.plans[self._plan], done)
        element = cells[shared.ELEMENT] if kind == operations.RUN and self._ordered else 0
        self._end(done, {"kind": "timeout", "element": element})

    def _lost(self, refused: windows.Refused) -> None:
        """It cannot be mapped again: whoever took it away keeps it."""
        self.window.revoked = str(refused)
        self.window.abandon()
        self._end(
            self._start, {"kind": "lost", "errno": refused.number, "why": str(refused), "step": refused.step}
        )

    def _end(self, done: int, error: dict[str, Any] | None) -> None:
        self.over, self.error, self._done = True, error, done

    def result(self) -> tuple[list[Any], bytes]:
        """What is sent back: the number of operations done and of values, the error; values, and times."""
        if not self._done:
            return [0, 0, self.error], b""
        memory = self.window.memory
        count = operations.extent(self.window.plans[self._plan], self._done)
        values = memory.values[:count].tobytes() + memory.times[: self._done].tobytes()
        return [self._done, count, self.error], values

"""The supervisor: opens what is to be mapped, keeps the claims, and has workers touch it.

It never touches a mapping itself, so nothing that hardware does ends it; it ends with its input, and its
workers with it.
"""

from __future__ import annotations

import errno
import os
import select
import signal
import sys
import time
from typing import Any

from . import identity, locks, operations, protocol, windows

_LONGEST = 3600.0


class Supervisor:
    """Answers one client, one message after the other."""

    def __init__(self, elevated: bool, output: int) -> None:
        self._elevated = elevated
        self._output = output
        self._windows: dict[int, windows.Window] = {}
        self._claims: dict[int, locks.Held] = {}
        self._next = 1

    def serve(self, source: int) -> None:
        """Answer until the input ends.

        Raises:
            protocol.ProtocolError: What came is not what was agreed on.
        """
        frames = protocol.Frames()
        while True:
            frame = frames.next()
            if frame is not None:
                self._answer(frame[0])
                continue
            listening = {
                window.connection.fileno(): window for window in self._windows.values() if window.connection
            }
            readable, _, _ = select.select([source, *listening], [], [], 1.0 if windows.ORPHANS else None)
            for descriptor in readable:
                window = listening.get(descriptor)
                if window is not None and not window.listen():
                    window.kill()  # it was killed while idle, and is replaced when it is needed
            windows.reap()
            if source in readable:
                data = os.read(source, 1 << 18)
                if not data:
                    return
                frames.feed(data)

    def end(self) -> None:
        """Kill the workers; nobody waits for one that cannot die."""
        for window in self._windows.values():
            window.abandon()

    # --- messages -----------------------------------------------------------------------------

    def _answer(self, message: protocol.Header) -> None:
        answers = {
            "claim": self._claim,
            "release": self._release,
            "holders": self._holders,
            "map": self._map,
            "arm": self._arm,
            "close": self._close,
            "run": self._run,
            "iomem": self._iomem,
        }
        values = b""
        try:
            reply, values = answers[message["do"]](message)
        except windows.Refused as error:
            reply = {"errno": error.number, "why": str(error), "step": error.step}
        except OSError as error:
            reply = {"errno": error.errno or 0, "why": str(error.strerror), "step": ""}
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            reply = {"errno": errno.EPROTO, "why": f"{type(error).__name__}: {error}", "step": "protocol"}
        reply["id"] = message.get("id")
        data = protocol.pack(reply, values)
        while data:
            data = data[os.write(self._output, data) :]

    def _claim(self, message: protocol.Header) -> tuple[protocol.Header, bytes]:
        try:
            held = locks.claim(
                _word(message["space"]),
                int(message["start"]),
                int(message["size"]),
                name=_word(message["name"]),
                owner=_owner(message),
            )
        except locks.Conflict as conflict:
            return {"conflict": list(conflict.holder)}, b""
        number, self._next = self._next, self._next + 1
        self._claims[number] = held
        return {"claim": number}, b""

    def _release(self, message: protocol.Header) -> tuple[protocol.Header, bytes]:
        held = self._claims.pop(message["claim"], None)
        if held is not None:
            held.release()
        return {}, b""

    def _holders(self, message: protocol.Header) -> tuple[protocol.Header, bytes]:
        found = locks.holders(_word(message["space"]), int(message["start"]), int(message["end"]))
        return {"holders": [list(holder) for holder in found]}, b""

    def _map(self, message: protocol.Header) -> tuple[protocol.Header, bytes]:
        _check_map(message)
        claim = message["claim"]
        held = None if claim is None else self._claims[claim]
        _owner(message)
        window = windows.Window(message, held, self._elevated, _deadline(message))
        number, self._next = self._next, self._next + 1
        self._windows[number] = window
        return {"window": number}, b""

    def _arm(self, message: protocol.Header) -> tuple[protocol.Header, bytes]:
        window = self._windows[message["window"]]
        hindrance = window.hindrance()
        if hindrance is not None and hindrance["kind"] == "revoked":
            return {"outcome": hindrance}, b""
        if window.hung:
            return {"outcome": {"kind": "timeout"}}, b""
        window.arm(message["write"] is True, _deadline(message))
        return {}, b""

    def _close(self, message: protocol.Header) -> tuple[protocol.Header, bytes]:
        window = self._windows.pop(message["window"], None)
        if window is not None:
            window.close()
        return {}, b""

    def _iomem(self, message: protocol.Header) -> tuple[protocol.Header, bytes]:
        return {"text": (identity.text("/proc/iomem") or "")[: protocol.HEADER_LIMIT // 8]}, b""

    # --- transactions -------------------------------------------------------------------------

    def _run(self, message: protocol.Header) -> tuple[protocol.Header, bytes]:
        """Run transactions on several windows at once, each by its worker."""
        deadline = _deadline(message)
        work = message["work"]
        if not isinstance(work, list):
            raise ValueError("no list of work")
        outcomes: list[_Run] = []
        seen: set[int] = set()
        for number, plan, transaction, keep, forget in work:
            window = self._windows[number]
            if number in seen:
                raise ValueError("a window twice in one message")
            seen.add(number)
            outcomes.append(_Run(window, int(plan), transaction, keep is True, list(forget)))
        for run in outcomes:
            run.begin(deadline)
        while True:
            waiting = {
                run.window.connection.fileno(): run
                for run in outcomes
                if run.error is None and not run.over and run.window.connection is not None
            }
            if not waiting:
                break
            left = deadline - time.monotonic()
            readable = select.select(list(waiting), [], [], max(0.0, left))[0] if left > 0 else []
            if not readable:
                for run in waiting.values():
                    run.time_out()
                break
            for descriptor in readable:
                run = waiting[descriptor]
                if run.window.listen():
                    run.answered()
                else:
                    run.died(deadline)
        replies, values = [], b""
        for run in outcomes:
            reply, found = run.result()
            replies.append(reply)
            values += found
        return {"outcomes": replies}, values


class _Run:
    """One window's share of a message.

    Attributes:
        window: Where.
        over: Whether it is done, well or not.
        error: Why it is not done, or None.
    """

    def __init__(
        self, window: windows.Window, plan: int, transaction: Any, keep: bool, forget: list[int]
    ) -> None:
        self.window = window
        self.over = False
        self.error: dict[str, Any] | None = None
        self._plan, self._transaction, self._keep, self._forget = plan, transaction, keep, forget
        self._found: tuple[int, bytes, bytes] = (0, b"", b"")
        self._singly = False

    def begin(self, deadline: float) -> None:
        """Look whether the window may be touched, and give its worker the transaction."""
        window = self.window
        self.error = window.hindrance()
        if self.error is None and window.hung:
            self.error = {"kind": "timeout", "waiting": True}
        if self.error is not None:
            return
        if self._transaction == []:
            self.over = True
            return
        try:
            window.begin(self._plan, self._transaction, self._keep, self._forget, deadline)
        except windows.Refused as error:
            self.error = {"kind": "lost", "errno": error.number, "why": str(error), "step": error.step}

    def answered(self) -> None:
        """Take in the worker's answer."""
        answer = self.window.answer
        if answer is None:
            return
        self.over = True
        if self._singly:
            # Read one by one, the run went well: whatever it was, it is over.
            self.error = {"kind": "fault", "element": -1}
            return
        self._found = self.window.found()
        if answer == "stopped":
            self.error = {"kind": "stopped"}
        elif answer.startswith("malformed"):
            self.error = {"kind": "malformed", "why": answer}

    def died(self, deadline: float) -> None:
        """Tell what the worker died of; where it was somewhere in a run, find out where."""
        window = self.window
        index, element = window.in_flight, window.element
        if not self._singly:
            self._found = window.found()
        number = window.kill()
        if number != signal.SIGBUS:
            self.over, self.error = True, {"kind": "killed", "signal": number}
        elif self._singly:
            self.over, self.error = True, {"kind": "fault", "element": element}
        else:
            operation = self._operation(index)
            if operation is None or operation[0] != operations.RUN:
                self.over, self.error = True, {"kind": "fault", "element": 0}
                return
            self._singly = True
            try:
                window.begin_singly(operation, deadline)
            except windows.Refused as error:
                self.error = {"kind": "lost", "errno": error.number, "why": str(error), "step": error.step}

    def _operation(self, index: int) -> Any:
        transaction = self.window.plans.get(self._plan, self._transaction)
        return transaction[index] if isinstance(transaction, list) and index < len(transaction) else None

    def time_out(self) -> None:
        """Leave the worker to itself."""
        self._found = self.window.found()
        self.over, self.error = True, {"kind": "timeout"}
        self.window.hung = True

    def result(self) -> tuple[dict[str, Any], bytes]:
        """What is sent back."""
        done, values, times = self._found
        return {"done": done, "values": len(values) // 8, "error": self.error}, values + times


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value[:4096]


def _owner(message: protocol.Header) -> locks.Owner:
    pid, process, user = message["owner"]
    return locks.Owner(int(pid), _word(process), _word(user))


def _deadline(message: protocol.Header) -> float:
    return time.monotonic() + min(max(float(message["timeout"]), 0.0), _LONGEST)


def _check_map(message: protocol.Header) -> None:
    position, size, widths = message["position"], message["size"], message["widths"]
    if type(position) is not int or type(size) is not int or position < 0 or size < 1:
        raise ValueError("no range")
    if not isinstance(widths, list) or not set(widths) <= {8, 16, 32, 64}:
        raise ValueError("no widths")
    if not identity.well_formed(message["identity"]):
        raise ValueError("no identity")
    _word(message["path"])
    _word(message["name"])
    _word(message["space"])


def main() -> None:
    """Be an agent: say hello on standard output, then answer what comes on standard input."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    os.chdir("/")
    output = os.dup(1)
    os.dup2(2, 1)  # a stray print must not come between the frames
    elevated = "--elevated" in sys.argv
    hello = {"agent": protocol.VERSION, "pid": os.getpid(), "uid": os.geteuid(), "elevated": elevated}
    os.write(output, protocol.MAGIC + protocol.pack(hello))
    supervisor = Supervisor(elevated, output)
    status = 0
    try:
        supervisor.serve(0)
    except protocol.ProtocolError as error:
        sys.stderr.write(f"inspector's agent: {error}\n")
        status = 1
    except BrokenPipeError:
        pass
    finally:
        supervisor.end()
        sys.stderr.flush()
        os._exit(status)

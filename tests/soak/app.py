"""The real program in a terminal, driven by keys and watched."""

from __future__ import annotations

import os
import re
import select
import signal
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import pexpect
import pyte

from tests.soak.processes import MARK, command_of, is_agent, marked

ESCAPE = "\x1b[27u"
"""Escape as terminals send it that can tell it from the beginning of another key."""

ANSWERS_WITHIN = 20.0
"""Seconds; far more than any answer to a key takes, whatever else this machine does."""

_BROKEN = re.compile(r"Traceback|live refresh has stopped|! stopped|\w+ has ended: \w*(Error|Exception)\b")


class App:
    """`inspector` in a pseudo-terminal.

    Attributes:
        pid: Its process.
        screen: What its terminal shows.
        slowest: The longest that it took to answer a key, in seconds.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        watch: Callable[[], None] = lambda: None,
        *,
        size: tuple[int, int] = (110, 30),
    ) -> None:
        """Start it, and wait until it shows its registers.

        Args:
            arguments: Of the command.
            watch: Called again and again while anything is waited for.
            size: The terminal's columns and rows.
        """
        self._watch = watch
        self.mark = uuid.uuid4().hex
        self.slowest = 0.0
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "VISUAL": "true",
            "EDITOR": "true",
            MARK: self.mark,
        }
        began = time.monotonic()
        self._child: Any = pexpect.spawn(
            sys.executable,
            ["-m", "inspector", *arguments],
            dimensions=(size[1], size[0]),
            timeout=None,
            env=environment,
        )
        assert self._child.pid is not None
        self._child.delaybeforesend = None
        self.pid: int = self._child.pid
        self._display = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._display)
        self._written = bytearray()
        self._ended = False
        states = ("READ-ONLY", "NOT OPEN", "ARMED")
        self.wait_for(lambda: any(state in self.top for state in states), "its registers")
        self.started_in = time.monotonic() - began

    # --- its terminal -------------------------------------------------------------------------

    @property
    def screen(self) -> str:
        """All lines."""
        return "\n".join(line.rstrip() for line in self._display.display)

    @property
    def top(self) -> str:
        """The first line."""
        return str(self._display.display[0])

    @property
    def usable(self) -> bool:
        """Whether the terminal is on its first screen, with a cursor, its own mouse and plain pasting."""
        last = dict(re.findall(rb"\x1b\[\?(\d+)([hl])", self._written))
        modes = (b"1049", b"1000", b"1002", b"1003", b"1006", b"2004")
        return b"1049" in last and all(last.get(mode, b"l") == b"l" for mode in modes) and last[b"25"] == b"h"

    @property
    def broken(self) -> str:
        """What it shows or has printed that no program does while all is well; empty where nothing."""
        found = _BROKEN.search(self.screen)
        if found is None and b"Traceback" in self._written:
            return "Traceback"
        return found[0] if found else ""

    def press(self, *keys: str) -> None:
        """Press keys, as the bytes that a terminal sends for them."""
        for key in keys:
            self._child.send(key.encode())

    def click(self, column: int, row: int, times: int = 1) -> None:
        """Click the left button of the mouse at a cell, both counted from 0."""
        for _ in range(times):
            place = f"0;{column + 1};{row + 1}"
            self.press(f"\x1b[<{place}M", f"\x1b[<{place}m")

    def place_of(self, text: str) -> tuple[int, int]:
        """The column and the row where a text begins on the screen."""
        for row, line in enumerate(self._display.display):
            if text in line:
                return line.index(text), row
        raise AssertionError(f"{text!r} is not on the screen:\n{self.screen}")

    def resize(self, rows: int, columns: int) -> None:
        """Give the terminal another size."""
        self._display.resize(rows, columns)
        self._child.setwinsize(rows, columns)

    # --- waiting ------------------------------------------------------------------------------

    def turn(self, seconds: float = 0.01) -> None:
        """Take in what it draws, waiting a little for it, and look around."""
        if not self._ended and select.select([self._child.child_fd], [], [], seconds)[0]:
            try:
                data = os.read(self._child.child_fd, 1 << 16)
            except OSError:
                data = b""
            self._ended = not data
            self._written += data
            self._stream.feed(data)
        self._watch()

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Wait until something is so; whether it is."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            if self._ended:
                time.sleep(0.01)
            self.turn()
        return True

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for what must come."""
        began = time.monotonic()
        assert self.until(condition, ANSWERS_WITHIN), f"{what} did not come; the screen:\n{self.screen}"
        self.slowest = max(self.slowest, time.monotonic() - began)

    def settle(self) -> None:
        """Leave whatever is under way, and see that keys are answered: all that came before is done then."""
        deadline = time.monotonic() + ANSWERS_WITHIN
        began = time.monotonic()
        self.press(ESCAPE, ESCAPE, ESCAPE, "/")
        while not self.until(lambda: "stays there" in self.screen, 1.0):
            # A question may have come up between the first key and the last.
            assert time.monotonic() < deadline, f"no key is answered; the screen:\n{self.screen}"
            self.press(ESCAPE, ESCAPE, "/")
        self.press(ESCAPE)
        while not self.until(lambda: "stays there" not in self.screen, 1.0):
            # What was asked for before may have come up over the search.
            assert time.monotonic() < deadline, f"the search does not end; the screen:\n{self.screen}"
            self.press(ESCAPE)
        self.slowest = max(self.slowest, time.monotonic() - began)
        assert not self.broken, f"{self.broken}; the screen:\n{self.screen}"

    # --- its processes ------------------------------------------------------------------------

    @property
    def processes(self) -> dict[int, int]:
        """It and all that it has started, each with its parent."""
        return marked(self.mark)

    @property
    def supervisors(self) -> list[int]:
        """Its agents."""
        return [pid for pid, parent in self.processes.items() if parent == self.pid and is_agent(pid)]

    @property
    def commands(self) -> list[str]:
        """What its processes run, for the words of a failure."""
        return [f"{pid}: {command_of(pid)}" for pid in self.processes]

    @property
    def workers(self) -> list[int]:
        """The processes that touch the file, and those that are left over of such."""
        supervisors = self.supervisors
        return [pid for pid in self.processes if pid != self.pid and pid not in supervisors and is_agent(pid)]

    # --- the end ------------------------------------------------------------------------------

    def end(self, how: str) -> int:
        """End it by ``q`` or by a signal, and wait for that; its exit status, or minus the signal.

        A key and a signal are obeyed within two seconds, or, on a machine that is busy, in the time that it
        takes to start twice.
        """
        began = time.monotonic()
        if how == "q":
            self.press(ESCAPE, ESCAPE, ESCAPE, "q")
        else:
            os.kill(self.pid, signal.Signals[how])
        while not self._ended and time.monotonic() < began + ANSWERS_WITHIN:
            self.turn()
        assert self._ended, f"{how} does not end it; the screen:\n{self.screen}"
        self._child.wait()
        took = time.monotonic() - began
        assert took < max(2.0, 2 * self.started_in), f"{how} took {took:.1f} s"
        return int(self._child.exitstatus) if self._child.signalstatus is None else -self._child.signalstatus

    def close(self) -> None:
        """Leave nothing behind, whatever the test came to."""
        for pid in self.processes:
            for number in (signal.SIGKILL, signal.SIGCONT):
                send_signal(pid, number)
        self._child.close(force=True)


def send_signal(pid: int, number: int) -> bool:
    """Send a signal to a process; whether that was still there."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True

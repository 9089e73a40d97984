"""A person at the guest's console: keys go in, a terminal emulator shows what came out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect
import pyte

from .answer import Answer
from .link import Link

if TYPE_CHECKING:
    from .guest import Run

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "backspace": "\x7f",
    "space": " ",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    **{f"ctrl+{letter}": chr(ord(letter) & 0x1F) for letter in "abcdefghijklmnopqrstuvwxyz"},
}


class _Terminal(pyte.Screen):
    """A screen that answers: programs ask a terminal what it can do, and some wait for the answer."""

    def __init__(self, columns: int, lines: int, answer: Callable[[str], object]) -> None:
        super().__init__(columns, lines)
        self._answer = answer

    def write_process_input(self, data: str) -> None:
        self._answer(data)


class Console:
    """QEMU on a pseudo-terminal, its serial console shown on a screen of `ROWS` by `COLUMNS`."""

    ROWS, COLUMNS = 40, 120

    run: Run  # what the boot came to, once it is over
    said: dict[str, str]  # the commands that ran beside the one on the console

    def __init__(self, qemu: list[str], folder: Path) -> None:
        self._child: pexpect.spawn[bytes] = pexpect.spawn(
            qemu[0], qemu[1:], cwd=str(folder), echo=False, timeout=None
        )
        self._link = Link(folder / "results", 10)
        self._leaving = False
        self.said = {}
        self._screen = _Terminal(self.COLUMNS, self.ROWS, self._child.send)
        self._stream = pyte.ByteStream(self._screen)

    def __enter__(self) -> Console:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.close(force=True)
        self._link.close()

    @property
    def results(self) -> bytes:
        """The guest's archive of the results."""
        return self._link.results()

    def do(self, step: str, command: str, timeout: float = 60.0) -> Answer:
        """Run a shell command as root beside the one on the console, and wait for its end.

        Args:
            step: its name in `run`, without blanks.
            command: for the shell.
            timeout: seconds.
        """
        assert step not in self.said and not self._leaving
        self.said[step] = command
        self._link.send(step, command)
        end = time.monotonic() + timeout
        while (answer := self._link.answer(step)) is None:
            if time.monotonic() > end or not self._read(0.02):
                raise AssertionError(f"{command!r} has not ended; the screen:\n" + "\n".join(self.screen()))
        return Answer(command, *answer)

    def send(self, *keys: str) -> None:
        """Press keys: a name of `KEYS`, or text to type."""
        for key in keys:
            self._child.send(KEYS.get(key, key).encode())

    def screen(self) -> list[str]:
        """What the screen shows, a line each, with blanks at the right taken off."""
        return [line.rstrip() for line in self._screen.display]

    def wait_for(self, wanted: str | Callable[[list[str]], bool], timeout: float = 60.0) -> list[str]:
        """Read until the screen shows a regular expression, or satisfies a function of its lines."""

        def shown(lines: list[str]) -> bool:
            return (
                re.search(wanted, "\n".join(lines)) is not None if isinstance(wanted, str) else wanted(lines)
            )

        end = time.monotonic() + timeout
        while not shown(self.screen()):
            left = end - time.monotonic()
            if left <= 0 or not self._read(left):
                why = "in time" if left <= 0 else "before the guest was off"
                raise AssertionError(
                    f"the screen did not show {wanted!r} {why}:\n" + "\n".join(self.screen())
                )
        return self.screen()

    def wait_for_end(self, timeout: float) -> None:
        """Read until the command on the console has ended and the guest has powered off."""
        if not self._leaving:
            self._leaving = True
            self._link.send("off")
        end = time.monotonic() + timeout
        while self._read(end - time.monotonic()):
            if time.monotonic() > end:
                raise AssertionError("the guest did not power off:\n" + "\n".join(self.screen()))

    def _read(self, timeout: float) -> bool:
        """Take in what there is, waiting a while for it; False once there will be no more."""
        try:
            self._stream.feed(self._child.read_nonblocking(65536, max(0.0, min(timeout, 0.5))))
        except pexpect.TIMEOUT:
            pass
        except pexpect.EOF:
            return False
        return True

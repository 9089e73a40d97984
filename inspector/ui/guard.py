"""A guard beside the app: where the app is killed (SIGKILL), nobody else puts the terminal right."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys

from inspector.ui.ending import RESTORE, Attributes, terminal_now

_SCRIPT = """
read word
test "$word" = done && exit
stty "$1" <&1 || stty sane <&1
printf '%b' "$2"
"""
"""Waits for a word that the app's orderly end gives; without it, its input just ends with the app."""


class Guard:
    """A small process that waits for the app's end, and restores the terminal where that was not orderly."""

    def __init__(self) -> None:
        """Remember how the terminal is set; nothing is started yet."""
        self._before = terminal_now()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start to watch; where that cannot be done, a killed app leaves the terminal to ``reset``."""
        if self._before is None or self._process is not None or sys.__stdout__ is None:
            return
        with contextlib.suppress(OSError, ValueError):
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _SCRIPT, "inspector", _settings(self._before), RESTORE],
                stdin=subprocess.PIPE,
                stdout=sys.__stdout__.fileno(),
                stderr=subprocess.DEVNULL,
                # Out of reach of whatever is sent to all of the terminal's processes.
                start_new_session=True,
            )

    def stand_down(self) -> None:
        """The end was orderly: leave the terminal alone."""
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        with contextlib.suppress(OSError), process.stdin:
            os.write(process.stdin.fileno(), b"done\n")
        process.wait()


def _settings(attributes: Attributes) -> str:
    """What ``stty -g`` would print: the four flags, then the control characters, in hexadecimal."""
    flags = [each for each in attributes[:4] if isinstance(each, int)]
    characters = attributes[6]
    assert isinstance(characters, list)
    codes = [each[0] if isinstance(each, bytes) else each for each in characters]
    return ":".join(f"{each:x}" for each in (*flags, *codes))

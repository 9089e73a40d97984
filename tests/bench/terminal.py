"""A pseudo-terminal to run an app in, as a terminal would."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.measure import as_installed


@contextlib.contextmanager
def running(*arguments: str, rows: int = 40, columns: int = 120) -> Iterator[tuple[int, int]]:
    """Run a Python process in a pseudo-terminal; yields its process number and the terminal's end."""
    pid, terminal = pty.fork()
    if pid == 0:
        environment = {**as_installed(), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        os.execve(sys.executable, [sys.executable, *arguments], environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    try:
        yield pid, terminal
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def wait_for(terminal: int, text: bytes, seconds: float = 30.0) -> None:
    """Read what the process draws until ``text`` is in it."""
    seen = b""
    end = time.monotonic() + seconds
    while text not in seen:
        if not select.select([terminal], [], [], max(0.0, end - time.monotonic()))[0]:
            raise TimeoutError(f"{text!r} was not drawn within {seconds} s")
        seen += os.read(terminal, 65536)


def drain(terminal: int, seconds: float) -> int:
    """Read what is drawn for ``seconds``; how many bytes that was."""
    count = 0
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            count += len(os.read(terminal, 65536))
    return count


def processor_seconds(pid: int) -> float:
    """Processor time that a process has used, all its present threads, in seconds.

    The scheduler's own account: that in /proc/PID/stat is a count of the clock ticks that met it at work, and
    what wakes by the clock is met too often.
    """
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

"""How the app ends when something outside ends it: with the terminal as it was before, and no claim left.

A signal ends the app as a key does, and so does a terminal that is gone. Where the app does not get to
that, because its terminal takes nothing any more, the process ends by itself a little later. SIGKILL alone
cannot be handled here: `guard` sees to the terminal then.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT")
"""What ends the app; those that this system has, and that were not ignored from the start."""

PATIENCE = 5.0
"""Seconds after a signal until the process ends whatever the app is at."""

_WRITER = "textual-output"
"""What Textual calls the thread that writes to the terminal (``drivers/_writer_thread.py``)."""

RESTORE = "\x1b[?1049l\x1b[?25h\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1004l\x1b[<u"
"""Leave the other screen, show the cursor, report no mouse, no pasting, no focus; keys as they were."""


@contextlib.contextmanager
def orderly(end: Callable[[int], None], report: Callable[[str], None]) -> Iterator[None]:
    """For as long as the block lasts, let signals end the app, and say on its screen what breaks in a thread.

    Args:
        end: Ends the app, given the signal's number; called on the main thread between any two instructions.
        report: Says something on the screen; called on any thread.
    """
    terminal = terminal_now()
    before = {}
    ended_by: list[int] = []

    def arrived(number: int, frame: FrameType | None) -> None:
        ended_by.append(number)
        if len(ended_by) > 1:
            return  # it is ending already
        last = threading.Timer(PATIENCE, _end_at_once, (number, terminal))
        last.daemon = True
        last.start()
        end(number)

    def broke(about: threading.ExceptHookArgs) -> None:
        name = about.thread.name if about.thread else "a thread"
        gone = isinstance(about.exc_value, OSError) and about.exc_value.errno == errno.EIO
        if name == _WRITER and gone:
            # What writes to the terminal found it gone, and SIGHUP was ignored: nobody sees the app any more,
            # and nothing on the main thread would get past that writer's full queue.
            os.kill(os.getpid(), signal.SIGTERM)
        elif about.exc_type is not SystemExit:
            report(f"{name} has ended: {about.exc_type.__name__}: {about.exc_value}")

    for name in SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, arrived)
    hook, threading.excepthook = threading.excepthook, broke
    try:
        yield
    finally:
        threading.excepthook = hook
        # Another one that comes now would only disturb the end.
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if ended_by else handler)


Attributes = list[int | list[bytes | int]]


def terminal_now() -> Attributes | None:
    """How the terminal is set; None where there is none, or no such settings."""
    try:
        import termios

        return termios.tcgetattr(sys.__stdin__.fileno()) if sys.__stdin__ is not None else None
    except (ImportError, OSError, ValueError):
        return None
    except termios.error:
        return None


def _end_at_once(number: int, attributes: Attributes | None) -> None:
    """Put the terminal right as far as it takes it, and end the process."""
    if attributes is not None:
        import termios

        with contextlib.suppress(termios.error, OSError):
            termios.tcsetattr(0, termios.TCSANOW, attributes)
        with contextlib.suppress(OSError):
            os.set_blocking(2, False)
            os.write(2, RESTORE.encode())
    os._exit(128 + number)

"""Keeping an interrupt from the keyboard from tearing a transaction in two."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold an interrupt (SIGINT) back until the end of the block, where it is then delivered.

    A second one goes through at once: a bus that never answers must not hold the program. Python
    interrupts its main thread only, so elsewhere there is nothing to do. Nesting is harmless.
    """
    elsewhere = threading.current_thread() is not threading.main_thread()
    handler = None if elsewhere else signal.getsignal(signal.SIGINT)
    if not callable(handler):
        yield
        return
    held = False

    def hold(number: int, frame: FrameType | None) -> None:
        nonlocal held
        if held:
            handler(number, frame)
        held = True

    signal.signal(signal.SIGINT, hold)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if held:
            signal.raise_signal(signal.SIGINT)

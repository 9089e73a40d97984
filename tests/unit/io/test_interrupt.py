from __future__ import annotations

import signal
import threading

import pytest

from inspector.io import IoMem, Resource
from inspector.io.interrupt import uninterrupted
from inspector.model.transaction import Read, Write
from tests.unit.io.window import RamDevice, RamWindow

UART = Resource(0x1000, 16, "uart")


class Interrupted(RamWindow):
    """Sends the keyboard's interrupt before each access."""

    interrupts = 1

    def read(self, offset: int, width: int) -> int:
        if self.interrupts:
            self.interrupts -= 1
            signal.raise_signal(signal.SIGINT)
        return super().read(offset, width)


class Made(RamDevice):
    def ioremap(self, resource: Resource, *, claimed: bool = False) -> Interrupted:
        window = Interrupted(resource.size, resource.start)
        self.windows.append(window)
        return window


def test_an_interrupt_waits_until_what_writes_is_through() -> None:
    device = Made(UART)
    io = IoMem(device, UART, 16)
    with pytest.raises(KeyboardInterrupt):
        io.execute((Read(0, 32), Write(0, 32, 1), Write(0, 32, 1)))
    assert device.windows[0].accesses == [("read", 0, 32), ("write", 0, 32), ("write", 0, 32)]
    # The lock is free, and an interrupt is one again.
    assert io.execute((Read(0, 32),)) == (1,)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_what_only_reads_is_interrupted_at_once() -> None:
    device = Made(UART)
    io = IoMem(device, UART, 16)
    with pytest.raises(KeyboardInterrupt):
        io.execute((Read(0, 32), Read(4, 32)))
    assert device.windows[0].accesses == []
    assert io.execute((Read(0, 32),)) == (0,)


def test_a_second_interrupt_goes_through() -> None:
    reached = []
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        signal.raise_signal(signal.SIGINT)
        reached.append(1)
        signal.raise_signal(signal.SIGINT)
        reached.append(2)
    assert reached == [1]


def test_nested_it_waits_for_the_outermost() -> None:
    reached = []
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
        reached.append(1)
    assert reached == [1]


def test_on_other_threads_nothing_is_changed() -> None:
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def run() -> None:
        with uninterrupted():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [before]

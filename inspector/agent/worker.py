"""The worker: a process that maps one window, touches it, and dies of it where the bus answers with an error.

It has no rights but its mapping: the file was opened for it, its parent's other descriptors are closed, and
a root's privileges are given up. What it finds goes into memory that it shares with the supervisor.
"""

from __future__ import annotations

import errno
import gc
import mmap
import os
import signal
import stat
import struct
import sys
from array import array
from time import perf_counter

from . import operations, shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

ORDER = struct.Struct("<QIIQQB7x")
"""An order's number, the plan's, the size of its operations (KNOWN where the worker has them), the operation
to start at, the element of a run to start at, and how."""
KNOWN = 0xFFFF_FFFF
SINGLY, MAY_WRITE = 1, 2

ANSWER = struct.Struct("<Q")
"""The number of the order that is over; 0 once the window is mapped, or could not be."""

_FORMATS: dict[int, Literal["B", "H", "I", "Q"]] = {8: "B", 16: "H", 32: "I", 64: "Q"}
_CHUNK = 256
"""How many registers of a run are read between two looks at whether it is to be left off."""

_NOBODY = 65534


class Place:
    """What a worker maps.

    Attributes:
        position: Of the first byte in the file.
        size: In bytes.
        widths: In bits.
    """

    def __init__(self, position: int, size: int, widths: Sequence[int]) -> None:
        self.position = position
        self.size = size
        self.widths = tuple(width for width in widths if position % (width // 8) == 0)


def map_views(descriptor: int, place: Place, writable: bool, again: bool) -> dict[int, memoryview]:
    """Map a window, and make a view of exactly its bytes for each width.

    Casting is the one construct of which a read is one load and a write one store; an offset past the
    window is an IndexError and never a bus access.

    Args:
        descriptor: The file.
        place: What of it to map.
        writable: Whether it may be written.
        again: It was mapped before: of a regular file that has become too short what is left is mapped,
            since what is missing is a bus error to the kernel as well.

    Raises:
        OSError: The system refuses.
        ValueError: The file is too short.
    """
    lead = place.position % mmap.ALLOCATIONGRANULARITY
    size = place.size
    status = os.fstat(descriptor)
    if again and stat.S_ISREG(status.st_mode):
        size = max(0, min(size, status.st_size - place.position))
    memory = mmap.mmap(
        descriptor if size else -1,
        lead + size if size else 1,
        flags=mmap.MAP_SHARED,
        prot=mmap.PROT_READ | (mmap.PROT_WRITE if writable else 0),
        offset=place.position - lead if size else 0,
    )
    whole = memoryview(memory)
    return {
        width: whole[lead if size else 0 :][: size - size % (width // 8)].cast(_FORMATS[width])
        for width in place.widths
    }


class Runner:
    """Runs transactions on a window; what it finds is in the shared memory."""

    def __init__(self, views: dict[int, memoryview], place: Place, memory: shared.Shared) -> None:
        self._views = views
        self._place = place
        self._memory = memory
        self._plans: dict[int, list[operations.Operation]] = {}

    def obey(self, order: bytes) -> int:
        """Carry out an order.

        Returns:
            Its number.
        """
        number, plan, size, start, element, how = ORDER.unpack(order)
        memory = self._memory
        try:
            if size != KNOWN:
                self._plans.pop(plan, None)
                self._plans[plan] = operations.decode(
                    memory.operations(size), self._place.size, self._place.position, self._views
                )
            transaction = self._plans[plan]
            if not how & MAY_WRITE and any(operation[0] == operations.WRITE for operation in transaction):
                raise operations.Malformed("the window is not armed")
            status = self._run(transaction, number, start, element, bool(how & SINGLY))
        except operations.Malformed as error:
            memory.put_note(str(error))
            status = shared.REFUSED
        except Exception as error:
            memory.put_note(f"{type(error).__name__}: {error}")
            status = shared.FAILED
        memory.cells[shared.STATUS] = status
        return int(number)

    def _run(
        self, transaction: list[operations.Operation], number: int, start: int, element: int, singly: bool
    ) -> int:
        cells, values, times = self._memory.cells, self._memory.values, self._memory.times
        done, abandoned = shared.DONE, shared.ABANDONED
        for index in range(start, len(transaction)):
            # Whoever gave this order may have been told that it timed out: nothing more may happen then.
            if cells[abandoned] == number:
                return shared.LEFT_OFF
            cells[done] = index
            operation = transaction[index]
            kind, view, at, base, swap = operation[:5]
            if kind == operations.READ:
                _, _, _, _, _, mask, expected, differs = operation
                try:
                    begun = perf_counter()
                    value = view[at]
                    times[index] = perf_counter() - begun
                except IndexError:
                    return shared.BEYOND
                if swap:
                    value = operations.swapped(value, view.itemsize * 8)
                values[base] = value
                if mask and ((value & mask) == expected) is differs:
                    cells[shared.DETAIL] = value
                    return shared.STOPPED
            elif kind == operations.WRITE:
                _, _, _, _, _, value, keep, flip, source = operation
                word = ((values[source] if source >= 0 else 0) & keep ^ flip) | value
                out = operations.swapped(word, view.itemsize * 8) if swap else word
                try:
                    begun = perf_counter()
                    view[at] = out
                    times[index] = perf_counter() - begun
                except IndexError:
                    return shared.BEYOND
                values[base] = word
            else:
                first = element if index == start else 0
                status = self._read_run(operation, index, number, first, singly and index == start)
                if status != shared.FINISHED:
                    return status
        cells[done] = len(transaction)
        return shared.FINISHED

    def _read_run(
        self, operation: operations.Operation, index: int, number: int, element: int, singly: bool
    ) -> int:
        """Read a run in chunks; singly, so that the register at which the bus faults is known."""
        cells, values, times = self._memory.cells, self._memory.values, self._memory.times
        _, view, at, base, swap, count = operation
        chunk = 1 if singly else _CHUNK
        took = times[index] if element else 0.0
        for first in range(element, count, chunk):
            if cells[shared.ABANDONED] == number:
                return shared.LEFT_OFF
            cells[shared.ELEMENT] = first
            last = min(first + chunk, count)
            begun = perf_counter()
            found = view[at + first : at + last].tolist()
            took += perf_counter() - begun
            if len(found) < last - first:
                cells[shared.ELEMENT] = first + len(found)
                return shared.BEYOND
            words = array("Q", found)
            if swap:
                # Of a narrower word, what was its low end is the high end of 64 bits then.
                words.byteswap()
                narrower = 64 - view.itemsize * 8
                words = array("Q", [word >> narrower for word in words]) if narrower else words
            values[base + first : base + last] = memoryview(words)
            times[index] = took
        return shared.FINISHED


def serve(
    orders: int,
    answers: int,
    descriptor: int,
    kept: Sequence[int],
    place: Place,
    writable: bool,
    again: bool,
    memory: shared.Shared,
) -> None:
    """Be a worker until the supervisor is gone; never returns.

    Args:
        orders: Where orders come from.
        answers: Where answers go to.
        descriptor: The file to map, opened.
        kept: The descriptors of the locks that live as long as anyone can touch the window.
        place: What of the file to map.
        writable: Whether it may be written.
        again: Whether it was mapped before.
        memory: Where to put what is found.
    """
    status = 70
    try:
        _isolate([orders, answers, descriptor, 2, *kept])
        try:
            views = map_views(descriptor, place, writable, again)
        except (OSError, ValueError, OverflowError) as error:
            # Python refuses what the system would: an offset past 2^63, a file without bytes.
            memory.cells[shared.DETAIL] = getattr(error, "errno", None) or errno.EINVAL
            memory.put_note(str(getattr(error, "strerror", None) or error))
            memory.cells[shared.STATUS] = shared.UNMAPPED
            os.write(answers, ANSWER.pack(0))
            os._exit(0)
        os.close(descriptor)
        runner = Runner(views, place, memory)
        memory.cells[shared.STATUS] = shared.READY
        os.write(answers, ANSWER.pack(0))
        gc.disable()
        while True:
            order = os.read(orders, ORDER.size)
            if len(order) != ORDER.size:
                break
            os.write(answers, ANSWER.pack(runner.obey(order)))
        status = 0
    except BaseException as error:
        os.write(2, f"worker: {type(error).__name__}: {error}\n".encode("utf-8", "replace"))
    finally:
        os._exit(status)


def _isolate(kept: Sequence[int]) -> None:
    """Leave everything behind that is not this worker's: above all the locks of other windows' claims."""
    import resource

    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for descriptor in _open_descriptors():
        if descriptor not in kept:
            try:
                os.close(descriptor)
            except OSError:
                continue
    # A core would be of no use, and writing it would delay what the bus error is to be told by.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _give_up_rights()


def _open_descriptors() -> list[int]:
    folder = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"
    return [int(name) for name in os.listdir(folder)]


def _give_up_rights() -> None:
    """Go on as whoever called for more rights, or as nobody: a file that is open can be mapped without."""
    if os.geteuid() != 0:
        return
    try:
        user, group = int(os.environ["SUDO_UID"]), int(os.environ["SUDO_GID"])
    except (KeyError, ValueError):
        user = group = 0
    if user <= 0 or group < 0:
        user = group = _NOBODY
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)

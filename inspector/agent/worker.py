"""The worker: a process that maps one window, touches it, and dies of it where the bus answers with an error.

It has no rights but its mapping: the descriptor was opened for it, the rest of its parent's are closed,
and a root's privileges are given up. What it finds goes into memory that it shares with the supervisor, so
that nothing of it is lost when it dies.
"""

from __future__ import annotations

import mmap
import os
import pwd
import resource
import signal
import sys
from array import array
from collections.abc import Sequence
from time import perf_counter_ns
from typing import Any, Literal

from . import operations, protocol

CELLS = 4
"""The words at the start of the shared memory: the operation in flight, the element of a run that is read
alone, how many operations are done, how many values were stored."""
INDEX, ELEMENT, DONE, STORED = range(CELLS)

_FORMATS: dict[int, Literal["B", "H", "I", "Q"]] = {8: "B", 16: "H", 32: "I", 64: "Q"}

FINISHED, STOPPED, MALFORMED = "finished", "stopped", "malformed"


class Scratch:
    """Memory shared by a worker and its supervisor: cells, then each operation's time, then the values."""

    def __init__(self) -> None:
        # Pages that are not used cost nothing.
        self.memory = mmap.mmap(-1, 8 * (CELLS + 2 * operations.MOST_VALUES))
        self.cells = memoryview(self.memory).cast("Q")

    def times(self, count: int) -> bytes:
        """How long each of the first ``count`` operations took, in nanoseconds, as 64-bit words."""
        return bytes(self.memory[8 * CELLS : 8 * (CELLS + count)])

    def values(self, count: int) -> bytes:
        """The first ``count`` values, as 64-bit words."""
        start = 8 * (CELLS + operations.MOST_VALUES)
        return bytes(self.memory[start : start + 8 * count])


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
        self.widths = tuple(widths)


def map_views(descriptor: int, place: Place, writable: bool) -> dict[int, memoryview]:
    """Map a window, and make a view of exactly its bytes for each width.

    Casting is the one construct of which a read is one load and a write one store; an offset past the
    window is an IndexError and never a bus access.

    Raises:
        OSError: The system refuses.
        ValueError: Python refuses, as the system would: the file is too short.
    """
    lead = place.position % mmap.ALLOCATIONGRANULARITY
    protection = mmap.PROT_READ | (mmap.PROT_WRITE if writable else 0)
    memory = mmap.mmap(
        descriptor, lead + place.size, flags=mmap.MAP_SHARED, prot=protection, offset=place.position - lead
    )
    whole = memoryview(memory)
    return {
        width: whole[lead : lead + place.size - place.size % (width // 8)].cast(_FORMATS[width])
        for width in place.widths
    }


class Runner:
    """Runs transactions on a window."""

    def __init__(self, views: dict[int, memoryview], scratch: Scratch) -> None:
        self._views = views
        self._cells = scratch.cells

    def run(self, transaction: Sequence[operations.Operation]) -> str:
        """Run operations that have been checked; what is found is in the shared memory.

        Returns:
            FINISHED; or STOPPED where a read found other bits than expected: its value is stored last.
        """
        cells, views = self._cells, self._views
        times = CELLS
        first = stored = CELLS + operations.MOST_VALUES
        results: list[int] = []
        cells[ELEMENT] = 0
        for index, operation in enumerate(transaction):
            cells[INDEX] = index
            kind, offset, width, big = operation[:4]
            view = views[width]
            at = offset // (width // 8)
            begun = perf_counter_ns()
            if kind == operations.RUN:
                count = operation[4]
                found = view[at : at + count].tolist()
                took = perf_counter_ns() - begun
                if big:
                    found = [swapped(value, width) for value in found]
                cells[stored : stored + count] = memoryview(array("Q", found))
                stored += count
                results.append(0)
            elif kind == operations.READ:
                value = view[at]
                took = perf_counter_ns() - begun
                if big:
                    value = swapped(value, width)
                cells[stored] = value
                stored += 1
                results.append(value)
                mask, expected, differs = operation[4:]
                if mask and ((value & mask) == expected) is bool(differs):
                    cells[DONE], cells[STORED] = index, stored - first
                    return STOPPED
            else:
                value, keep, flip, source = operation[4:]
                read = results[source] if source >= 0 else 0
                word = (read & keep ^ flip) | value
                view[at] = swapped(word, width) if big else word
                took = perf_counter_ns() - begun
                cells[stored] = word
                stored += 1
                results.append(word)
            cells[times + index] = took
            cells[DONE], cells[STORED] = index + 1, stored - first
        return FINISHED

    def run_singly(self, operation: operations.Operation) -> str:
        """Read a run one register at a time, so that the one at which the bus faults is known."""
        cells = self._cells
        _, offset, width, _, count = operation
        view = self._views[width]
        at = offset // (width // 8)
        for element in range(count):
            cells[ELEMENT] = element
            view[at + element]
        return FINISHED


def swapped(value: int, width: int) -> int:
    """The value with its bytes the other way round."""
    return int.from_bytes(value.to_bytes(width // 8, "little"), "big")


_HOST_BIG = sys.byteorder == "big"


def turned(transaction: Sequence[operations.Operation]) -> list[operations.Operation]:
    """The operations with "big" meaning: the other way round than this machine."""
    return [
        (kind, offset, width, bool(big) is not _HOST_BIG and width > 8, *rest)
        for kind, offset, width, big, *rest in transaction
    ]


def give_up_rights() -> None:
    """Go on as whoever called for more rights, or as nobody: what is mapped needs none."""
    if os.geteuid() != 0:
        return
    try:
        user = int(os.environ.get("SUDO_UID", ""))
        group = int(os.environ.get("SUDO_GID", ""))
    except ValueError:
        try:
            nobody = pwd.getpwnam("nobody")
            user, group = nobody.pw_uid, nobody.pw_gid
        except KeyError:
            user = group = 65534
    if user == 0:
        return
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)


def keep_only(descriptors: Sequence[int]) -> None:
    """Close everything that is not this worker's own: above all the locks of other windows' claims."""
    for name in os.listdir("/proc/self/fd"):
        descriptor = int(name)
        if descriptor not in descriptors:
            try:
                os.close(descriptor)
            except OSError:
                continue


def serve(
    connection: int, descriptor: int, claim: int, place: Place, writable: bool, scratch: Scratch
) -> None:
    """Be a worker until the supervisor is gone; never returns.

    Args:
        connection: A socket to the supervisor.
        descriptor: The file to map, opened.
        claim: The lock's descriptor, to be held as long as this process lives; -1 where there is none.
        place: What of the file to map.
        writable: Whether it may be written.
        scratch: Where to put what is found.
    """
    try:
        _serve(connection, descriptor, claim, place, writable, scratch)
    finally:
        os._exit(0)


def _serve(
    connection: int, descriptor: int, claim: int, place: Place, writable: bool, scratch: Scratch
) -> None:
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    keep_only([connection, descriptor, claim])
    # What died of the bus is worth no core: it would hold a copy of the mapping's description and time.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        give_up_rights()
        views = map_views(descriptor, place, writable)
    except OSError as error:
        _say(connection, {"errno": error.errno or 0, "why": str(error.strerror)})
        return
    except (ValueError, OverflowError) as error:
        _say(connection, {"errno": 22, "why": str(error)})
        return
    os.close(descriptor)
    _say(connection, {"errno": 0})
    runner = Runner(views, scratch)
    plans: dict[int, list[operations.Operation]] = {}
    frames = protocol.Frames()
    while True:
        data = os.read(connection, 1 << 16)
        if not data:
            return
        frames.feed(data)
        while True:
            frame = frames.next()
            if frame is None:
                break
            _say(connection, {"end": _obey(frame[0], runner, plans, place, writable)})


def _obey(
    order: dict[str, Any],
    runner: Runner,
    plans: dict[int, list[operations.Operation]],
    place: Place,
    writable: bool,
) -> str:
    try:
        for number in order.get("forget", ()):
            plans.pop(number, None)
        if "singly" in order:
            checked = operations.check([order["singly"]], place.size, place.widths, place.position)
            return runner.run_singly(checked[0])
        number = order["plan"]
        if number not in plans:
            checked = operations.check(order["operations"], place.size, place.widths, place.position)
            if operations.writes(checked) and not writable:
                raise operations.Malformed("the window is not armed")
            plans[number] = turned(checked)
        transaction = plans[number]
        if not order["keep"]:
            del plans[number]
        return runner.run(transaction)
    except operations.Malformed as error:
        return f"{MALFORMED}: {error}"
    except (KeyError, TypeError, ValueError) as error:
        return f"{MALFORMED}: {error!r}"


def _say(connection: int, header: dict[str, Any]) -> None:
    os.write(connection, protocol.pack(header))

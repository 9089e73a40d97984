"""The screen with 1,000, 10,000 and 100,000 registers, beside a `DataTable` of the same rows.

Both run on one processor in a pseudo-terminal of 120x40, and are driven and looked at from outside. First
paint: from starting the process to the first table, the making of the map aside. A tick: processor time,
and bytes sent, for each time that 60 Hz brought new values. Latency: from a key to the bytes that show what
it did. ``python -m tests.bench.screen 1000`` measures one size.
"""

from __future__ import annotations

import gc
import itertools
import os
import select
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.first_paint import EMPTY, painted
from tests.bench.maps_of_size import SHAPES
from tests.bench.measure import Measure, take_turns
from tests.bench.screens import CORE, Notes
from tests.bench.terminal import processor_seconds, running

COUNTS = (1_000, 10_000, 100_000)
HZ = 60.0
SECONDS = 3.0
KEYS = 150
OURS, RIVAL = "inspector", "DataTable"

_HEADS = {OURS: b"FIELDS", RIVAL: b"FIELDS"}
_PATHS = {OURS: "DMA.CH[{}].R{}", RIVAL: "DMA.CH[{}].R{}"}
_PACES = (0.013, 0.017, 0.029, 0.041)
"""Seconds between keys: out of step with the ticks."""


@dataclass
class Screen:
    """A screen in a pseudo-terminal.

    Attributes:
        pid: Its process.
        terminal: Our end.
        notes: What it tells.
    """

    pid: int
    terminal: int
    notes: Notes

    def until(self, text: bytes, seconds: float = 60.0) -> None:
        """Read what is drawn until ``text`` is in it."""
        seen = b""
        end = time.monotonic() + seconds
        while text not in seen:
            if not select.select([self.terminal], [], [], max(0.0, end - time.monotonic()))[0]:
                raise TimeoutError(f"{text!r} was not drawn within {seconds:g} s")
            seen = seen[-len(text) :] + os.read(self.terminal, 1 << 16)

    def rest(self, seconds: float) -> int:
        """Read what is drawn for some time; how many bytes that was."""
        count = 0
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.terminal], [], [], left)[0]:
                count += len(os.read(self.terminal, 1 << 16))
        return count

    def press(self, key: bytes, text: bytes) -> float:
        """Milliseconds from a key to ``text``."""
        start = time.perf_counter()
        os.write(self.terminal, key)
        self.until(text)
        return (time.perf_counter() - start) * 1e3


class Screens:
    """Starts screens; each of them has `CORE`, and this process what else there is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()

    def start(self, name: str, count: int, changing: int = 0, shape: str = "arrays") -> Iterator[Screen]:
        """A screen once its table is there, then the end of it."""
        notes = Notes(self._folder / f"notes{next(self._numbers)}")
        words = [
            "-m",
            "tests.bench.screens",
            name,
            shape,
            str(count),
            str(changing),
            str(HZ),
            str(notes.path),
        ]
        with running(*words) as (pid, terminal):
            screen = Screen(pid, terminal, notes)
            screen.until(_HEADS[name], 120.0)
            yield screen


def first_paint(screens: Screens, name: str, count: int, shape: str) -> float:
    """Milliseconds from starting the process to the first table, the making of the map aside."""
    start = time.perf_counter()
    for screen in screens.start(name, count, shape=shape):
        return (time.perf_counter() - start - screen.notes.making) * 1e3
    raise AssertionError


@dataclass
class Tick:
    """What a tick costs.

    Attributes:
        milliseconds: Processor time.
        bytes: Sent to the terminal.
        rate: How many there were in a second.
        memory: The most that the process ever had, in megabytes.
    """

    milliseconds: float
    bytes: float
    rate: float
    memory: float


def tick(screens: Screens, name: str, count: int, changing: int) -> Tick:
    """Let it run for some seconds."""
    for screen in screens.start(name, count, changing):
        screen.rest(2.0)
        before, ticks = processor_seconds(screen.pid), screen.notes.ticks
        drawn = screen.rest(SECONDS)
        used, ticks = processor_seconds(screen.pid) - before, screen.notes.ticks - ticks
        # What changes nothing need not be painted: then it is the cost for each tick that was due.
        times = ticks if changing else SECONDS * HZ
        return Tick(used * 1e3 / times, drawn / times, ticks / SECONDS, peak_memory(screen.pid))
    raise AssertionError


def peak_memory(pid: int) -> float:
    """The most memory that a process ever had, in megabytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def latencies(screens: Screens, name: str, count: int, changing: int) -> list[float]:
    """Milliseconds from an arrow key to the new register's name, while values change."""
    for screen in screens.start(name, count, changing):
        screen.rest(2.0)
        costs = []
        for number in range(1, KEYS + 1):
            path = _PATHS[name].format(number // 10, number % 10)
            costs.append(screen.press(b"\x1b[B", f"{path} ".encode()))
            screen.rest(_PACES[number % len(_PACES)])
        return costs
    raise AssertionError


def editing(screens: Screens, name: str, count: int, changing: int) -> list[float]:
    """Milliseconds from a character typed in the cell editor to its echo, while values change."""
    for screen in screens.start(name, count, changing):
        screen.rest(2.0)
        os.write(screen.terminal, b"\r")
        screen.rest(0.5)
        costs = []
        for number in range(KEYS // 6):
            typed = b"0x"
            for letter in (b"0", b"x", *(f"{(number * 7 + place) % 9 + 1}".encode() for place in range(6))):
                typed = letter if letter == b"0" else b"0x" if letter == b"x" else typed + letter
                cost = screen.press(letter, typed)
                costs += [cost] if len(typed) > 2 else []
                screen.rest(_PACES[len(costs) % len(_PACES)])
            for _ in range(8):
                os.write(screen.terminal, b"\x7f")
            screen.rest(0.1)
        return costs
    raise AssertionError


def search(count: int, shape: str) -> dict[str, float]:
    """Milliseconds of a search of all registers, the worst of some; and of going through the rows' texts.

    Each is made for every character typed, and what is searched is never the same twice.
    """
    from inspector.ui.search import Search

    register_map = SHAPES[shape](count, 0)
    found = Search(register_map)
    found.find("x")
    gc.collect()
    gc.freeze()
    address = f"{0x4000_0000 + count // 20 * 4:#x}"
    texts = ["ch 77 r4", "port1 mode", "unit5 r3", "standby number 7", "nosuch register", "stndby"]
    texts += [address, "numbre 77 whcih"]
    typed = list(dict.fromkeys(text[:end] for text in texts for end in range(1, len(text) + 1)))
    rows = [(f"{node.offset:#07x}", node.path, "rw", "", "EN · MODE on") for node in register_map.nodes]

    def through_rows(text: str) -> list[int]:
        words = text.split()
        return [
            i
            for i, row in enumerate(rows)
            if all(any(word in cell.lower() for cell in row) for word in words)
        ]

    costs = {}
    for name, look in ((OURS, found.find), (RIVAL, through_rows)):
        costs[name] = max(_timed(look, text) for text in typed)
    return costs


def _timed(look: Callable[[str], object], word: str) -> float:
    start = time.perf_counter()
    look(word)
    return (time.perf_counter() - start) * 1e3


def first_paints(screens: Screens, count: int) -> None:
    """Print how long each shape takes to the first paint, and an empty Textual app on the same core."""
    empty = f"import os; os.sched_setaffinity(0, {{{CORE}}})\n{EMPTY}"
    rivals: dict[str, Measure] = {
        **{shape: partial(first_paint, screens, OURS, count, shape) for shape in SHAPES},
        "": painted(b"painted", "-c", empty),
    }
    ours = take_turns(rivals, rounds=9)
    for shape in SHAPES:
        rounds = 5 if count < COUNTS[-1] else 3
        theirs = statistics.median(first_paint(screens, RIVAL, count, shape) for _ in range(rounds))
        line(f"first paint, {shape}", ours[shape], theirs, "ms")
        line("… beside an empty Textual app", ours[shape], ours[""], "ms")


# --- the table that is printed -------------------------------------------------------------------


def line(what: str, ours: float, rival: float, unit: str) -> None:
    """One figure, beside the rival's."""
    ratio = f"{ours / rival:8.3f}" if rival else "       –"
    print(f"  {what:<52} {ours:10.2f} {rival:12.2f} {unit:<9} {ratio}", flush=True)


def percentile(values: list[float]) -> float:
    """The 99th percentile."""
    return statistics.quantiles(values, n=100)[98]


def main() -> None:
    """Print every figure for each size."""
    counts = [int(word) for word in sys.argv[1:]] or list(COUNTS)
    os.sched_setaffinity(0, set(range(os.cpu_count() or 1)) - {CORE} or {0})
    with tempfile.TemporaryDirectory() as folder:
        screens = Screens(Path(folder))
        for count in counts:
            print(f"\n  {f'{count:,} registers':<52} {OURS:>10} {RIVAL:>12} {'':<9} {'ratio':>8}")
            figures(screens, count)


def figures(screens: Screens, count: int) -> None:
    """Print the figures of one size."""
    first_paints(screens, count)
    for changing in (0, 1, 10):
        ticks = {name: tick(screens, name, count, changing) for name in (OURS, RIVAL)}
        ours, rival = ticks[OURS], ticks[RIVAL]
        share = f"{changing * 10} % of the cells change"
        if not changing:
            line("peak memory", ours.memory, rival.memory, "MB")
        line(f"a tick, {share}", ours.milliseconds, rival.milliseconds, "ms")
        line(f"sent in a tick, {share}", ours.bytes, rival.bytes, "bytes")
        if changing:
            line(f"ticks painted in a second, {share}", ours.rate, rival.rate, "")
    for what, measure in (("a key", latencies), ("a key in the editor", editing)):
        costs = {name: measure(screens, name, count, 10) for name in (OURS, RIVAL)}
        medians = {name: statistics.median(values) for name, values in costs.items()}
        tails = {name: percentile(values) for name, values in costs.items()}
        line(f"{what} while all change at 60 Hz, median", medians[OURS], medians[RIVAL], "ms")
        line(f"{what} while all change at 60 Hz, 99 %", tails[OURS], tails[RIVAL], "ms")
    for shape in SHAPES:
        worst = search(count, shape)
        line(f"the slowest search of those typed, {shape}", worst[OURS], worst[RIVAL], "ms")


if __name__ == "__main__":
    main()

"""The poller: a thread of its own that reads what is visible or pinned, and runs every other bus job.

It is the only thread that touches a backend while the app runs. It is a daemon and nobody waits for
it without a limit, so a bus that hangs holds up neither the screen nor the exit. The next tick is
armed only when the last has finished: a slow backend slows the rate, and nothing queues up.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from inspector.errors import InspectorError, ProgramError
from inspector.model.registermap import OpenMode, RegisterNode
from inspector.session.budget import SHARE, Budget
from inspector.session.history import History
from inspector.session.region import OpenRegion, RegionState
from inspector.session.sample import Sample
from inspector.session.session import Session

T = TypeVar("T")

DEFAULT_RATE = 10.0
"""Ticks per second."""

_LOOK_EVERY = 1.0
"""Seconds between looks at what may have happened to the devices."""

_TELL_EVERY = 0.5
"""Seconds after which what was read is told even where nothing changed: it is as new as that."""

_SHORTEST = 1e-6
"""Seconds that a tick counts for at least, where the clock has not moved."""


class RegionStatus(NamedTuple):
    """A region as it was at the end of a tick.

    Attributes:
        state: Whether it can be accessed.
        armed: Whether it may be written.
        error: Why it cannot be accessed, or None.
        mode: How it is claimed.
        epoch: Counts how often it was opened.
        stall: The access that does not come back, or None.
        owners: Who else has the range, in words, parted by `` · ``; empty where nobody looked.
        vital: What this machine itself needs the region for, as warnings.
        address: Where it is mapped now, which after a move is not where the map says; None where it is not.
    """

    state: RegionState
    armed: bool
    error: InspectorError | None
    mode: OpenMode = OpenMode.SHARED
    epoch: int = 0
    stall: InspectorError | None = None
    owners: str = ""
    vital: tuple[str, ...] = ()
    address: int | None = None

    @classmethod
    def of(cls, opened: OpenRegion) -> RegionStatus:
        """How a region is now."""
        around = opened.surroundings
        return cls(
            opened.state,
            opened.armed,
            opened.error,
            opened.mode,
            opened.epoch,
            opened.stall,
            around.owners if around else "",
            around.vital if around else (),
            opened.address,
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known after a tick; immutable, and complete for what is watched, so the latest wins.

    Attributes:
        number: Counts ticks and jobs from 1.
        clock: When it was made, on the monotonic clock, in seconds.
        took: How long the reading took, in seconds.
        samples: By register index: all that is watched or pinned.
        regions: By name.
        load: The part of the time that the bus was busy with polling, since the last tick.
        slowed: How many registers are read less often, because polling them all would take more than its
            share.
        news: Whether anything but the time of reading differs from the one before.
    """

    number: int
    clock: float
    took: float
    samples: Mapping[int, Sample]
    regions: Mapping[str, RegionStatus]
    load: float = 0.0
    slowed: int = 0
    news: bool = True


class Poller:
    """Reads on a thread of its own and posts snapshots.

    ``post`` and the ``done`` of jobs are called on the poller's thread: they must only hand over.

    Attributes:
        failure: What the last tick failed with against all intent, or what ended the thread; None while all
            is well. The screen can then say so instead of standing still. Jobs still run after a tick failed,
            and ticks are tried again at the rate.
    """

    def __init__(
        self,
        session: Session,
        post: Callable[[Snapshot], None],
        *,
        rate: float = DEFAULT_RATE,
        history: History | None = None,
    ) -> None:
        self._session = session
        self._history = history or History()
        self._post = post
        self._period = 1 / rate
        self._condition = threading.Condition()
        self._jobs: deque[Callable[[], None]] = deque()
        self._watched: tuple[int, ...] = ()
        self._pinned: tuple[int, ...] = ()
        self._wanted: tuple[Sequence[int], Sequence[RegisterNode]] = ((), ())
        self._paused = False
        self._stopping = False
        self._due = True
        self._started = self._ended = 0.0
        self._busy_since: float | None = None
        self._number = 0
        self._regions: Mapping[str, RegionStatus] = MappingProxyType({})
        self._budget, self._pinned_budget = Budget(), Budget(SHARE / 2)
        self._pinned_period: float | None = None
        self._pinned_next = self._pinned_read = 0.0
        self._spent = self._load = 0.0
        self._read = self._looked = 0.0
        self._polled_for: tuple[object, Sequence[RegisterNode]] = (None, ())
        self._told: object = None
        self._told_at = float("-inf")
        self.failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="poller", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, timeout: float = 0.5) -> bool:
        """Ask the thread to end and wait at most ``timeout`` seconds; whether it has ended.

        Where a bus access hangs it has not: the session must then be left to the process's end.
        """
        with self._condition:
            self._stopping = True
            self._condition.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    # --- what to read ------------------------------------------------------------------------

    def watch(self, nodes: Iterable[RegisterNode]) -> None:
        """Read these registers from now on, as far as that is safe: what is visible."""
        watched = tuple(node.index for node in nodes)
        with self._condition:
            if watched != self._watched:
                self._watched = watched
                self._wake()

    def pin(self, nodes: Iterable[RegisterNode]) -> None:
        """Read these as well, whether visible or not."""
        with self._condition:
            self._pinned = tuple(node.index for node in nodes)
            self._wake()

    @property
    def pinned_rate(self) -> float | None:
        """How often what is pinned is read per second, where that is more often than the rest; else None."""
        return None if self._pinned_period is None else 1 / self._pinned_period

    @pinned_rate.setter
    def pinned_rate(self, rate: float | None) -> None:
        with self._condition:
            self._pinned_period = None if rate is None else 1 / rate
            # What is read in between has half of what all of it may take.
            self._budget.share = SHARE if rate is None else SHARE / 2
            self._condition.notify()

    def _wake(self) -> None:
        # What scrolls into view is read at once, unless paused.
        self._due = not self._paused
        self._condition.notify()

    @property
    def paused(self) -> bool:
        """Whether ticks are suspended; jobs still run."""
        return self._paused

    @paused.setter
    def paused(self, paused: bool) -> None:
        with self._condition:
            self._paused = paused
            self._due = not paused
            self._condition.notify()

    @property
    def rate(self) -> float:
        """Ticks per second at most."""
        return 1 / self._period

    @rate.setter
    def rate(self, rate: float) -> None:
        with self._condition:
            self._period = 1 / rate
            self._condition.notify()

    @property
    def busy_for(self) -> float:
        """For how many seconds the present bus access has been under way; 0 where none is."""
        since = self._busy_since
        return 0.0 if since is None else time.monotonic() - since

    # --- jobs --------------------------------------------------------------------------------

    def submit(
        self, job: Callable[[Session], T], done: Callable[[T | InspectorError], None] | None = None
    ) -> None:
        """Run ``job`` on the poller's thread between two ticks.

        Args:
            job: What to do with the session.
            done: Is given the result, or the `InspectorError` that the job raised; what else it raised comes
                as a `ProgramError`.
        """

        def run() -> None:
            outcome: T | InspectorError
            try:
                outcome = job(self._session)
            except InspectorError as error:
                outcome = error
            except (Exception, SystemExit) as error:
                outcome = ProgramError.of(error)
            if done is not None:
                done(outcome)

        with self._condition:
            self._jobs.append(run)
            self._condition.notify()

    # --- the thread --------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._loop()
        except BaseException as error:
            # Whoever is posted to, or told of a job, failed: there is nobody left to tell.
            self.failure = error if isinstance(error, Exception) else ProgramError.of(error)
            self._busy_since = None

    def _deadline(self) -> float:
        # Counted from the tick's start, so that the rate is what was asked for, and what is asked for now.
        return max(self._ended, self._started + self._period)

    def _loop(self) -> None:
        while True:
            with self._condition:
                between = False
                while not (self._stopping or self._jobs or self._due or between):
                    now = time.monotonic()
                    wait = None if self._paused else self._deadline() - now
                    if wait is not None:
                        self._due = wait <= 0
                        between = not self._due and self._pinned_deadline() <= now
                        if self._due or between:
                            break
                        wait = min(wait, self._pinned_deadline() - now)
                    self._condition.wait(wait)
                if self._stopping:
                    return
                job = self._jobs.popleft() if self._jobs else None
                ticking, self._due = (self._due, False) if job is None else (False, self._due)
                pinned = self._pinned
                wanted = tuple(dict.fromkeys((*self._watched, *pinned)))
            self._busy_since = start = time.monotonic()
            if job is not None:
                job()
            elif ticking:
                self._tick(wanted)
            else:
                self._read_pinned(pinned)
            if job is None:
                self._history.record(self._session, pinned)
            end = time.monotonic()
            self._busy_since = None
            if ticking:
                self._started, self._ended = start, end
            # What is read in between is told with the next tick: drawing has a pace of its own.
            if ticking or job is not None:
                known = wanted, self._session.news, self._statuses()
                news = known != self._told
                # Of a tick in which nothing changed it is enough to tell now and then.
                if news or job is not None or end >= self._told_at + _TELL_EVERY:
                    self._told, self._told_at = known, end
                    self._post(self._snapshot(wanted, end - start, news))

    def _pinned_deadline(self) -> float:
        """When what is pinned is read next, apart from the ticks."""
        return float("inf") if self._pinned_period is None or not self._pinned else self._pinned_next

    def _read_pinned(self, pinned: Sequence[int]) -> None:
        now = time.monotonic()
        # At a fixed cadence, and without a burst for what was missed.
        self._pinned_next = max(self._pinned_next + (self._pinned_period or 0.0), now)
        elapsed, self._pinned_read = max(now - self._pinned_read, _SHORTEST), now
        self._sample(pinned, self._pinned_budget, elapsed)

    def _tick(self, wanted: Sequence[int]) -> None:
        now = time.monotonic()
        elapsed, self._read = max(now - self._read, _SHORTEST), now
        self._sample(wanted, self._budget, elapsed)
        self._load, self._spent = self._spent / elapsed, 0.0

    def _sample(self, wanted: Sequence[int], budget: Budget, elapsed: float) -> None:
        session = self._session
        now = time.monotonic()
        try:
            if now >= self._looked + _LOOK_EVERY:
                self._looked = now
                session.look_around()
                self._polled_for = None, ()
            due = self._polled(wanted)
            chosen = budget.choose(due, session.costs, elapsed)
            session.read_safe(chosen)
            self._spent += budget.spent
        except (Exception, SystemExit) as error:
            self.failure = error if isinstance(error, Exception) else ProgramError.of(error)
        else:
            self.failure = None

    def _snapshot(self, wanted: Sequence[int], took: float, news: bool) -> Snapshot:
        self._number += 1
        samples = {node.index: self._judged(node) for node in self._nodes(wanted)}
        return Snapshot(
            number=self._number,
            clock=time.monotonic(),
            took=took,
            samples=MappingProxyType(samples),
            regions=self._regions,
            load=self._load,
            slowed=self._budget.slowed,
            news=news,
        )

    def _nodes(self, wanted: Sequence[int]) -> Sequence[RegisterNode]:
        if wanted != self._wanted[0]:
            self._wanted = wanted, [self._session.map.nodes[index] for index in wanted]
        return self._wanted[1]

    def _polled(self, wanted: Sequence[int]) -> Sequence[RegisterNode]:
        """Those that are read by themselves: the same as before where nothing changed since."""
        known = wanted, self._session.news, self._regions
        if known != self._polled_for[0]:
            self._polled_for = known, [node for node in self._nodes(wanted) if self._session.polled(node)]
        return self._polled_for[1]

    def _statuses(self) -> Mapping[str, RegionStatus]:
        """How the regions are; the same object as before where none has changed."""
        now = {name: RegionStatus.of(opened) for name, opened in self._session.regions.items()}
        if now != self._regions:
            self._regions = MappingProxyType(now)
        return self._regions

    def _judged(self, node: RegisterNode) -> Sample:
        session = self._session
        sample = session.sample(node)
        opened = session.region_of(node)
        if opened.state is not RegionState.OPEN and opened.error is not None:
            return sample.failed(opened.error)
        safety = session.safety(node)
        return sample if safety.safe or sample.error is not None else sample.not_read(safety)

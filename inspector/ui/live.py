"""The screen's link to the hardware: a session opened and polled by other threads, heard of by hand-over.

The screen never touches a backend. Whatever may block, the opening included, happens on a daemon
thread; what comes back is put into an inbox, and the screen is woken to empty it. The latest snapshot
wins: however fast they come, at most one is waiting.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Container, Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from inspector.errors import InspectorError, TimedOut
from inspector.session import Sample
from inspector.session.history import History, Pin
from inspector.ui.load import ShownLoad

if TYPE_CHECKING:
    from inspector.model.decode import Known
    from inspector.model.registermap import RegisterMap, RegisterNode
    from inspector.session import OpenRegion, Poller, RegionStatus, Session, Snapshot

T = TypeVar("T")

SessionFactory = Callable[[], "Session"]
"""Opens the session; it may take its time."""

START_RATE = 10.0
"""Ticks per second to begin with."""


class Failure(InspectorError):
    """Something in the program itself went wrong on the bus's thread; the screen goes on."""


class Live:
    """A map's live state, as the screen's thread sees it.

    Attributes:
        samples: What is known, by register index; kept when registers scroll out of sight.
        regions: How each region was at the last tick, by name.
        session: The open session, or None until it is, and where it could not be opened.
        error: Why it could not be opened, or None.
        unasked: Whether a person has still to be asked before anything is opened.
        failing: The registers whose last read failed; what only waits for another access has not.
        history: What is watched, and what each of it held over time.
        load: How busy polling keeps the bus, as far as the screen says so.
    """

    def __init__(self, register_map: RegisterMap, wake: Callable[[], None]) -> None:
        """Prepare; nothing is opened yet.

        Args:
            register_map: The map.
            wake: Called on another thread where something has arrived: it must only hand over.
        """
        self.map = register_map
        self._bases = {region.name: region.base for region in register_map.regions}
        self.samples: dict[int, Sample] = {}
        self.regions: Mapping[str, RegionStatus] = {}
        self.session: Session | None = None
        self.error: InspectorError | None = None
        self.unasked = False
        self.failing: set[int] = set()
        self.load = ShownLoad()
        self.history = History()
        self._pinned_rate: float | None = None
        self._stalls: dict[str, float] = {}
        self._wake = wake
        self._poller: Poller | None = None
        self._lock = threading.Lock()
        self._latest: Snapshot | None = None
        self._inbox: deque[Callable[[], None]] = deque()
        self._woken = False
        self._stopped = False
        self._opening_since: float | None = None
        self._rate = START_RATE
        self._paused = False
        self._watched: tuple[RegisterNode, ...] = ()
        self._pinned: tuple[RegisterNode, ...] = ()

    # --- opening and closing -----------------------------------------------------------------

    def open(self, factory: SessionFactory) -> None:
        """Open the session on a thread of its own and start to poll it."""
        self.error = None
        self.unasked = False
        self._opening_since = time.monotonic()

        def run() -> None:
            try:
                session = factory()
            except InspectorError as error:
                self.hand(self._not_opened, error)
            except Exception as error:
                self.hand(self._not_opened, _failure(error))
            else:
                with self._lock:
                    stopped = self._stopped
                if stopped:
                    session.close()
                else:
                    self.hand(self._opened, session)

        threading.Thread(target=run, name="opener", daemon=True).start()

    def _opened(self, session: Session) -> None:
        # Not needed before the first paint, and not quick to import.
        from inspector.session import Poller, RegionStatus

        self._opening_since = None
        self.session = session
        self.regions = {name: RegionStatus.of(opened) for name, opened in session.regions.items()}
        poller = self._poller = Poller(session, self._post, rate=self._rate, history=self.history)
        poller.pinned_rate = self._pinned_rate
        poller.paused = self._paused
        poller.watch(self._watched)
        poller.pin(self._pinned)
        poller.start()

    def _not_opened(self, error: InspectorError) -> None:
        self._opening_since = None
        self.error = error

    def stop(self, timeout: float = 0.3) -> None:
        """End polling and close the session; where an access hangs, leave both to the process's end."""
        with self._lock:
            self._stopped = True
        poller, session = self._poller, self.session
        self._poller = self.session = None
        if poller is not None and session is not None and poller.stop(timeout):
            session.close()

    # --- hand-over ---------------------------------------------------------------------------

    def _post(self, snapshot: Snapshot) -> None:
        # On the poller's thread. Where nothing differs but the time of reading, the screen need not be
        # woken: it looks by itself a few times a second.
        with self._lock:
            self._latest = snapshot
        if snapshot.news:
            self._knock()

    def hand(self, call: Callable[[T], None], value: T) -> None:
        """Have ``call`` called with ``value`` on the screen's thread, soon."""
        with self._lock:
            self._inbox.append(lambda: call(value))
        self._knock()

    def _knock(self) -> None:
        with self._lock:
            if self._woken or self._stopped:
                return
            self._woken = True
        self._wake()

    def take(self) -> bool:
        """Take in what has arrived; whether there was anything. On the screen's thread."""
        with self._lock:
            self._woken = False
            snapshot, self._latest = self._latest, None
            calls = list(self._inbox)
            self._inbox.clear()
        if snapshot is not None:
            self.regions = snapshot.regions
            self.keep(snapshot.samples)
            self.load.take(snapshot.load, snapshot.slowed, snapshot.clock)
            self._note_stalls(snapshot.clock)
        for call in calls:
            call()
        return snapshot is not None or bool(calls)

    def keep(self, samples: Mapping[int, Sample]) -> None:
        """Take in samples."""
        self.samples.update(samples)
        for index, sample in samples.items():
            if sample.error is None or waits(sample):
                self.failing.discard(index)
            else:
                self.failing.add(index)

    def keep_newer(self, samples: Mapping[int, Sample]) -> None:
        """Take in samples, as far as nothing was read again meanwhile."""
        known = self.samples
        self.keep(
            {
                index: sample
                for index, sample in samples.items()
                if index not in known or (known[index].clock or 0) < (sample.clock or 0)
            }
        )

    def _note_stalls(self, now: float) -> None:
        for name, status in self.regions.items():
            if status.stall is None:
                self._stalls.pop(name, None)
            else:
                self._stalls.setdefault(name, now)

    # --- what to do --------------------------------------------------------------------------

    def submit(self, job: Callable[[Session], T], done: Callable[[T | InspectorError], None]) -> bool:
        """Run ``job`` on the bus's thread and give its outcome to ``done`` on the screen's thread.

        Whatever the job raises comes back as an error. False where nothing is open.
        """
        poller = self._poller
        if poller is None:
            return False

        def guarded(session: Session) -> T | InspectorError:
            try:
                return job(session)
            except InspectorError as error:
                return error
            except Exception as error:
                return _failure(error)

        poller.submit(guarded, lambda outcome: self.hand(done, outcome))
        return True

    def watch(self, nodes: Iterable[RegisterNode]) -> None:
        """Read these from now on: what is visible."""
        self._watched = tuple(nodes)
        if self._poller is not None:
            self._poller.watch(self._watched)

    def pin(self, pins: Iterable[Pin], folded: Container[str] = ()) -> None:
        """Read these as well, and keep what they hold over time; those in folded regions are not read."""
        kept = tuple(pins)
        self.history.keep(kept)
        read = (pin.node for pin in kept if pin.node.region.name not in folded)
        self._pinned = tuple(dict.fromkeys(read))
        if self._poller is not None:
            self._poller.pin(self._pinned)

    @property
    def sampled(self) -> tuple[RegisterNode, ...]:
        """The registers that are read now."""
        return (*self._watched, *self._pinned)

    @property
    def pinned_rate(self) -> float | None:
        """How often what is pinned is read per second, where that is more often than the rest; else None."""
        return self._pinned_rate

    @pinned_rate.setter
    def pinned_rate(self, rate: float | None) -> None:
        self._pinned_rate = rate
        if self._poller is not None:
            self._poller.pinned_rate = rate

    @property
    def paused(self) -> bool:
        """Whether the live refresh stands still."""
        return self._paused

    @paused.setter
    def paused(self, paused: bool) -> None:
        self._paused = paused
        if self._poller is not None:
            self._poller.paused = paused

    @property
    def rate(self) -> float:
        """Ticks per second at most."""
        return self._rate

    @rate.setter
    def rate(self, rate: float) -> None:
        self._rate = rate
        if self._poller is not None:
            self._poller.rate = rate

    # --- how it is ---------------------------------------------------------------------------

    @property
    def fresh(self) -> float:
        """For how many seconds a value counts as live."""
        return max(1.0, 3 / self._rate)

    def value_now(self, node: RegisterNode) -> int | None:
        """What a register held a moment ago; None where that is longer ago, or its last read failed."""
        sample = self.sample(node)
        live = sample.clock is not None and time.monotonic() - sample.clock < self.fresh
        return sample.value if live and sample.error is None else None

    @property
    def opening(self) -> bool:
        """Whether the session is being opened."""
        return self._opening_since is not None

    @property
    def silent_for(self) -> float:
        """For how many seconds the bus has not answered; 0 where it is idle."""
        if self._opening_since is not None:
            return time.monotonic() - self._opening_since
        return self._poller.busy_for if self._poller is not None else 0.0

    def stalled_for(self, region: str) -> float:
        """For how many seconds an access to a region has not come back; 0 where none hangs."""
        since = self._stalls.get(region)
        return 0.0 if since is None else max(0.0, time.monotonic() - since)

    def stalled_node(self, region: str) -> RegisterNode | None:
        """The register whose access does not come back, or None where that is not known."""
        nodes = (self.map.nodes[index] for index in sorted(self.failing))
        return next(
            (
                node
                for node in nodes
                if node.region.name == region and isinstance(self.samples[node.index].error, TimedOut)
            ),
            None,
        )

    @property
    def failure(self) -> InspectorError | None:
        """What ended the polling against all intent, or None."""
        error = self._poller.failure if self._poller is not None else None
        return None if error is None else _failure(error)

    def sample(self, node: RegisterNode) -> Sample:
        """What is known of a register."""
        return self.samples.get(node.index) or Sample()

    def known(self, node: RegisterNode) -> Known:
        """Which conditions of the fields of ``node`` hold, by what is known of other registers."""
        return self.map.known_of(node, lambda other: self.sample(other).value)

    def opened(self, region: str) -> OpenRegion | None:
        """A region on its backend, or None where nothing is open."""
        return self.session.regions.get(region) if self.session is not None else None

    def base(self, region: str) -> int | None:
        """Where a region is: where it is mapped now, else where the map says; None where nobody knows."""
        status = self.regions.get(region)
        return self._bases.get(region) if status is None or status.address is None else status.address

    def refusal(self, region: str) -> InspectorError | None:
        """Why a region cannot be accessed, or None."""
        status = self.regions.get(region)
        if status is None:
            return self.error
        return status.error

    def armed(self, region: str) -> bool:
        """Whether a region may be written."""
        status = self.regions.get(region)
        return status is not None and status.armed

    def real(self, region: str) -> bool:
        """Whether a region is hardware, or treated as such."""
        opened = self.opened(region)
        return opened is not None and opened.backend.real


def waits(sample: Sample) -> bool:
    """Whether a register was only not reached, because the access to another one does not come back."""
    if not isinstance(sample.error, TimedOut):
        return False
    # Loaded by then: only an open session gives such samples.
    from inspector.session.knowledge import Waiting

    return isinstance(sample.error, Waiting)


def _failure(error: Exception) -> Failure:
    return Failure(f"{type(error).__name__}: {error}")

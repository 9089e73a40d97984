"""What a session knows of its registers: values, what a read costs, what failed, what it wrote."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from inspector.errors import Asleep, BusFault, KernelError, TimedOut
from inspector.model.registermap import Region, RegisterMap, RegisterNode
from inspector.model.safety import ReadSafety, Skip
from inspector.session.identity import IdentityCheck
from inspector.session.sample import UNREAD, Sample

if TYPE_CHECKING:
    from inspector.session.writing import WriteResult


class Waiting(TimedOut):
    """ETIMEDOUT: not reached, because another access before it does not come back."""


class Knowledge:
    """Takes in what comes of reads and writes; a `Learner`.

    Attributes:
        samples: What is known of each register, by its index in the map.
        news: Counts what changed of them but for the time of reading.
        costs: How long the last read of each register took on a real bus, in seconds, by index.
        identity: Which blocks have proved to be what the map says.
    """

    def __init__(self, register_map: RegisterMap) -> None:
        self._nodes = register_map.nodes
        self.samples: dict[int, Sample] = {}
        self.news = 0
        self.costs: dict[int, float] = {}
        self.identity = IdentityCheck(register_map)
        self._faulted: dict[int, KernelError] = {}
        self._written: dict[int, int] = {}

    def sample(self, node: RegisterNode) -> Sample:
        """What is known of ``node``."""
        return self.samples.get(node.index, UNREAD)

    def keep(self, node: RegisterNode, sample: Sample) -> Sample:
        """Keep a sample, and return it."""
        if sample.differs(self.sample(node)):
            self.news += 1
        self.samples[node.index] = sample
        return sample

    def forget(self, region: Region) -> None:
        """Forget what does not hold for a region that is opened anew: it may be another device's.

        Values stay, with their age; what failed may be tried again.
        """
        self.identity.forget(region)
        for known in (self._written, self._faulted):
            for index in [index for index in known if self._nodes[index].region is region]:
                del known[index]
        for index, sample in list(self.samples.items()):
            if sample.error is not None and self._nodes[index].region is region:
                self.samples[index] = sample._replace(error=None)
                self.news += 1

    # --- reads --------------------------------------------------------------------------------

    def learn(self, node: RegisterNode, value: int, took: float | None) -> None:
        """Take in what ``node`` read, and how long a real bus took for it in seconds."""
        self._judge(node, self.sample(node).read(value, time.time(), time.monotonic()))
        self._faulted.pop(node.index, None)
        if took is not None:
            self.costs[node.index] = took

    def fail(self, node: RegisterNode, error: KernelError) -> None:
        """Take in that reading ``node`` failed."""
        self._judge(node, self.sample(node).failed(error))
        if isinstance(error, (BusFault, TimedOut)):
            # Not read again unless a person asks for it.
            self._faulted[node.index] = error

    def wait(self, node: RegisterNode, error: KernelError) -> None:
        """Take in that ``node`` was not reached, which says nothing of its block."""
        if isinstance(error, Asleep):
            self.keep(node, self.sample(node).not_read(ReadSafety(Skip.INACTIVE, error.message)))
        else:
            self.keep(node, self.sample(node).failed(Waiting(error.message, place=error.place)))

    def fault(self, node: RegisterNode) -> ReadSafety | None:
        """Why ``node`` is not tried again unasked: its last read failed on the bus; None where it may be."""
        error = self._faulted.get(node.index)
        return None if error is None else ReadSafety(Skip.FAULTED, f"its last read failed: {error}")

    def _judge(self, node: RegisterNode, sample: Sample) -> None:
        self.identity.learn(node, self.keep(node, sample))

    # --- writes -------------------------------------------------------------------------------

    def wrote(self, result: WriteResult) -> None:
        """Take in what a write read and what it left."""
        node = result.composition.node
        if result.old_is_fresh and result.old is not None:
            self.keep(node, self.sample(node).read(result.old, time.time(), time.monotonic()))
        left = None
        if result.complete and result.written is not None:
            # An alias takes some of the bits; what the others hold is known only from before.
            left = result.composition.left(result.written, self.last_written(node))
        if left is not None:
            self._written[node.index] = left
        elif result.went_out:
            # It failed on its way out, and may have arrived or not.
            self._written.pop(node.index, None)
        if result.value is not None:
            self.keep(node, self.sample(node).read(result.value, time.time(), time.monotonic()))

    def last_written(self, node: RegisterNode) -> int | None:
        """The word that we left in ``node`` last; others may have written since."""
        return self._written.get(node.index)

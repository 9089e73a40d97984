"""Running read plans: many regions in one exchange, and what fails marks only what failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from inspector.errors import Asleep, BusFault, KernelError, TimedOut
from inspector.io import Outcome
from inspector.model.registermap import RegisterNode
from inspector.session.plan import RegionPlan, plan
from inspector.session.region import OpenRegion, RegionState, execute_together

Group = tuple[RegisterNode, ...]


class Learner(Protocol):
    """Takes in what reading gave."""

    def learn(self, node: RegisterNode, value: int, took: float | None) -> None:
        """``node`` read ``value``; ``took`` is its share of the bus's time in seconds, where known."""

    def fail(self, node: RegisterNode, error: KernelError) -> None:
        """Reading ``node`` failed, and it is not to be tried again unasked."""

    def wait(self, node: RegisterNode, error: KernelError) -> None:
        """``node`` was not reached, through no fault of its own."""


@dataclass(slots=True)
class _Rest:
    """What is left to read of one region.

    Attributes:
        opened: Where.
        plan: All of it.
        start: How many of its operations are done.
    """

    opened: OpenRegion
    plan: RegionPlan
    start: int = 0

    @property
    def groups(self) -> Sequence[Group]:
        return self.plan.groups[self.start :]


def run_plans(plans: Sequence[RegionPlan], regions: Mapping[str, OpenRegion], learner: Learner) -> None:
    """Run each region's reads, all regions together; an operation that fails marks its own registers.

    A register at which the bus faulted is not touched again here: where it was one of a run, the others of
    the run are read without it.
    """
    rests = [_Rest(regions[part.region.name], part) for part in plans]
    while rests:
        outcomes = execute_together([(rest.opened, rest.plan.transaction[rest.start :]) for rest in rests])
        rests = [
            left
            for rest, outcome in zip(rests, outcomes, strict=True)
            for left in _take_in(rest, outcome, learner)
        ]


def _take_in(rest: _Rest, outcome: Outcome, learner: Learner) -> list[_Rest]:
    """Give the results to the learner; what is still to be read."""
    took = outcome.took if len(outcome.took) == len(outcome.results) else ()
    for number, (nodes, result) in enumerate(zip(rest.groups, outcome.results, strict=False)):
        values = (result,) if isinstance(result, int) else result
        share = took[number] / len(nodes) if took else None
        for node, value in zip(nodes, values, strict=True):
            learner.learn(node, value, share)
    rest.start += len(outcome.results)
    error = outcome.error
    if error is None:
        return []
    waiting = [node for group in rest.groups[1:] for node in group]
    failed = rest.groups[0]
    if isinstance(error, Asleep):
        _wait([*failed, *waiting], error, learner)
        return []
    if isinstance(error, TimedOut):
        for node in failed:
            if _blames(error, node, failed, rest.opened):
                learner.fail(node, error)
            else:
                learner.wait(node, error)
        _wait(waiting, error, learner)
        return []
    if rest.opened.state is not RegionState.OPEN:
        # The region is gone: that is so for every register left.
        for node in [*failed, *waiting]:
            learner.fail(node, error)
        return []
    if len(failed) == 1:
        learner.fail(failed[0], error)
        again: list[RegionPlan] = []
    else:
        again = _without_the_failed(failed, error, rest.opened, learner)
    following = rest.plan.transaction[rest.start + 1 :]
    left = RegionPlan(
        rest.plan.region,
        tuple(operation for part in again for operation in part.transaction) + following,
        tuple(group for part in again for group in part.groups) + tuple(rest.groups[1:]),
    )
    return [_Rest(rest.opened, left)] if left.groups else []


def _without_the_failed(
    failed: Group, error: KernelError, opened: OpenRegion, learner: Learner
) -> list[RegionPlan]:
    """Read the others of a run: without the register that is known to have failed, else one at a time."""
    known = [node for node in failed if isinstance(error, BusFault) and _at(error, node, opened)]
    if not known:
        return [part for node in failed for part in plan([node])]
    for node in known:
        learner.fail(node, error)
    return plan([node for node in failed if node not in known])


def _at(error: KernelError, node: RegisterNode, opened: OpenRegion) -> bool:
    """Whether the error happened at ``node``, which may take several accesses."""
    start = (opened.address or 0) + node.offset
    return error.place.address is not None and start <= error.place.address < start + node.register.size


def _blames(error: TimedOut, node: RegisterNode, group: Group, opened: OpenRegion) -> bool:
    """Whether the access that does not come back is that of ``node``, or of its run."""
    if error.place.address is None:
        return True
    return any(_at(error, each, opened) for each in group)


def _wait(nodes: Sequence[RegisterNode], error: KernelError, learner: Learner) -> None:
    for node in nodes:
        learner.wait(node, error)

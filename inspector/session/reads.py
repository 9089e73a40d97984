"""Running read plans: many regions in one exchange, and what fails marks only what failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from inspector.errors import Asleep, BusFault, KernelError, Stopped, TimedOut
from inspector.io import Outcome
from inspector.model.registermap import RegisterNode
from inspector.model.transaction import Read
from inspector.session.plan import Group, RegionPlan, Step, plan
from inspector.session.region import OpenRegion, RegionState, execute_together


class Learner(Protocol):
    """Takes in what reading gave."""

    def learn(self, node: RegisterNode, value: int, took: float | None) -> None:
        """``node`` read ``value``; ``took`` is its share of a real bus's time in seconds, where known."""

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
    def steps(self) -> Sequence[Step]:
        return self.plan.steps[self.start :]


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
    timed = rest.opened.backend.real and len(outcome.took) == len(outcome.results)
    took = outcome.took if timed else ()
    for number, (step, result) in enumerate(zip(rest.steps, outcome.results, strict=False)):
        values = (result,) if isinstance(result, int) else result
        share = took[number] / len(step.nodes) if took else None
        for node, value in zip(step.nodes, values, strict=True):
            learner.learn(node, value, share)
    rest.start += len(outcome.results)
    error = outcome.error
    if error is None:
        return []
    following = rest.steps[1:]
    waiting = [node for step in following for node in step.nodes]
    step = rest.steps[0]
    failed = step.nodes
    if isinstance(error, Stopped):
        return _without_the_absent(rest, error, learner)
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
    again: list[Step] = []
    if len(failed) == 1:
        learner.fail(failed[0], error)
    else:
        again = _without_the_failed(step, error, rest.opened, learner)
    # What relies on a look that failed is not there as far as anybody knows.
    return _rest(rest, [*again, *(each for each in following if not any(map(each.relies_on, failed)))])


def _rest(rest: _Rest, steps: Sequence[Step]) -> list[_Rest]:
    """What is left of a region's plan, for another transaction: looks that still count are made again."""
    left = RegionPlan.of(rest.plan.region, steps)
    return [_Rest(rest.opened, left)] if left.steps else []


def _without_the_absent(rest: _Rest, error: Stopped, learner: Learner) -> list[_Rest]:
    """Go on without what relies on a look that found something else than expected."""
    look, *following = rest.steps
    (selector,) = look.nodes
    again: list[Step] = []
    if error.whole:
        learner.learn(selector, error.found, None)
    else:
        # Of several accesses only some were made, and what the others hold is still to be told.
        again.append(Step(Read.of(selector.register, selector.offset), look.nodes, look.relies))
    return _rest(rest, [*again, *(step for step in following if not step.relies_on(selector))])


def _without_the_failed(step: Step, error: KernelError, opened: OpenRegion, learner: Learner) -> list[Step]:
    """Read the others of a run: without the register that is known to have failed, else one at a time."""
    known = [node for node in step.nodes if isinstance(error, BusFault) and _at(error, node, opened)]
    for node in known:
        learner.fail(node, error)
    others = [node for node in step.nodes if node not in known]
    parts = plan(others) if known else [part for node in others for part in plan([node])]
    return [replace(each, relies=step.relies) for part in parts for each in part.steps]


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

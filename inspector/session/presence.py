"""Reading what is not always there: one transaction looks at the selectors and reads what they select."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from inspector.errors import KernelError
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.model.safety import ReadSafety, Skip
from inspector.session.knowledge import Knowledge
from inspector.session.plan import RegionPlan
from inspector.session.reads import run_plans
from inspector.session.region import OpenRegion

_ATTEMPTS = 3
"""How often what turns out to be there is tried, while its selector changes under the eyes."""


class Looks:
    """Takes in what reading gave, and remembers what of it was just now; a `Learner`.

    Attributes:
        words: What was read, by the register's place in the map.
        errors: What failed, or was not reached.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self.words: dict[int, int] = {}
        self.errors: dict[int, KernelError] = {}

    def learn(self, node: RegisterNode, value: int, took: float | None) -> None:
        """Take in what ``node`` read."""
        self._knowledge.learn(node, value, took)
        self.words[node.index] = value
        self.errors.pop(node.index, None)

    def fail(self, node: RegisterNode, error: KernelError) -> None:
        """Take in that reading ``node`` failed."""
        self._knowledge.fail(node, error)
        self.errors[node.index] = error

    def wait(self, node: RegisterNode, error: KernelError) -> None:
        """Take in that ``node`` was not reached."""
        self._knowledge.wait(node, error)
        self.errors[node.index] = error


def read_present(
    register_map: RegisterMap,
    nodes: Sequence[RegisterNode],
    make_plan: Callable[[Sequence[RegisterNode]], list[RegionPlan]],
    regions: Mapping[str, OpenRegion],
    knowledge: Knowledge,
) -> Mapping[int, int]:
    """Read each of ``nodes`` that is there, once; the others are skipped with the reason.

    Most of the time what a selector held last it holds still, and one transaction does it.

    Args:
        register_map: The map.
        nodes: The registers.
        make_plan: Plans by what is known of the selectors by then.
        regions: By name.
        knowledge: Takes in what comes of it.

    Returns:
        What was read just now, selectors that were looked at included.
    """
    looks = Looks(knowledge)
    waiting = list(nodes)
    for _ in range(_ATTEMPTS):
        run_plans(make_plan(waiting), regions, looks)
        waiting = [node for node in waiting if not _settled(node, register_map.nodes, looks, knowledge)]
        if not waiting:
            break
    for node in waiting:
        names = ", ".join(dict.fromkeys(condition.guard.path for condition in node.presence.guards))
        _skip(node, f"{names} changed while it was looked at", "try again", knowledge)
    return looks.words


def _settled(node: RegisterNode, nodes: Sequence[RegisterNode], looks: Looks, knowledge: Knowledge) -> bool:
    """Whether it is known by now what ``node`` holds, or why that is not known; ``nodes`` are the map's."""
    if node.index in looks.errors:
        return True
    for condition in node.presence.guards:
        error = looks.errors.get(condition.selector)
        word = looks.words.get(condition.selector)
        if error is not None:
            reason = f"it is there while {condition}, which could not be looked at: {error}"
            _skip(node, reason, "try again", knowledge)
            return True
        if word is not None and not condition.holds(word):
            advice = condition.remedy(nodes[condition.selector].path) or "only the hardware changes that"
            _skip(node, condition.denial(word), advice, knowledge)
            return True
    word = looks.words.get(node.index)
    if word is None:
        return False
    for condition in node.presence.when:
        # What its own word decides is seen only once that was read.
        if condition.selector == node.index and not condition.holds(word):
            _skip(node, condition.denial(word), "its own word says so", knowledge)
    return True


def _skip(node: RegisterNode, reason: str, advice: str, knowledge: Knowledge) -> None:
    # No consent lifts it: at its address there is another register, which has a name of its own.
    safety = ReadSafety(Skip.INACTIVE, reason, advice=advice)
    knowledge.keep(node, knowledge.sample(node).not_read(safety))

"""The planner: reads registers by plans, and keeps the plan that the next tick will want again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.session.knowledge import Knowledge
from inspector.session.outlook import Outlook
from inspector.session.plan import RegionPlan, plan
from inspector.session.presence import read_present
from inspector.session.reads import run_plans
from inspector.session.region import OpenRegion


class Planner:
    """Plans reads by what is known of selectors, and runs them."""

    def __init__(
        self, register_map: RegisterMap, regions: Mapping[str, OpenRegion], knowledge: Knowledge
    ) -> None:
        """Read through ``regions``, which may still be filled, into ``knowledge``."""
        self._map = register_map
        self._regions = regions
        self._knowledge = knowledge
        self._has_views = register_map.nodes.any(lambda register: bool(register.when))
        self._selecting: dict[int, int] = {}
        self._planned_for: tuple[tuple[RegisterNode, ...], dict[int, int]] = ((), {})
        self._planned: list[RegionPlan] = []

    def read(self, nodes: Sequence[RegisterNode], *, keep: bool = True) -> None:
        """Read those of ``nodes`` that are there, one bus access each.

        Args:
            nodes: The registers.
            keep: They may well be asked for again, as in most ticks, so the plan is kept.
        """
        make_plan = self._kept_plan if keep else self._plan
        if self._has_views:
            words = read_present(self._map, nodes, make_plan, self._regions, self._knowledge)
            self._selecting.update(words)
        else:
            run_plans(make_plan(nodes), self._regions, self._knowledge)

    def _kept_plan(self, nodes: Sequence[RegisterNode]) -> list[RegionPlan]:
        outlook = self._outlook(nodes)
        key = tuple(nodes), outlook.deciding if outlook else {}
        if key != self._planned_for:
            self._planned_for, self._planned = key, plan(nodes, outlook)
        return self._planned

    def _plan(self, nodes: Sequence[RegisterNode]) -> list[RegionPlan]:
        return plan(nodes, self._outlook(nodes))

    def _outlook(self, nodes: Sequence[RegisterNode]) -> Outlook | None:
        """What to expect of the selectors of ``nodes``; None where the map has none."""
        return Outlook(self._map, nodes, self._word_of) if self._has_views else None

    def _word_of(self, node: RegisterNode) -> int | None:
        """What a selector held last: as we wrote it, or as it was looked at, whatever was forgotten since."""
        known = self._knowledge.sample(node).value
        return self._selecting.get(node.index) if known is None else known

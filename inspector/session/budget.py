"""How much of the bus's time the live refresh may take: polling disturbs what else uses the bus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inspector.model.registermap import RegisterNode

SHARE = 0.01
"""The part of the time that the bus may be busy with polling."""

_LONGEST = 1.0
"""Seconds of allowance that are saved up at most: a pause earns no burst."""


class Budget:
    """Chooses what is read in a tick, such that the bus is busy for no more than its share of the time.

    What is cheap is read in every tick; where that would be too much, what is expensive takes turns, the
    one read longest ago first.

    Attributes:
        slowed: How many registers took turns at the last tick.
        spent: How long what was chosen then takes on the bus, in seconds.
    """

    def __init__(self, share: float = SHARE) -> None:
        self.share = share
        self.slowed = 0
        self.spent = 0.0
        self._saved = 0.0
        self._turn: dict[int, int] = {}
        self._tick = 0

    def choose(
        self, nodes: Sequence[RegisterNode], costs: Mapping[int, float], elapsed: float
    ) -> list[RegisterNode]:
        """Choose what is read now.

        Args:
            nodes: All that is wanted, in the order of reading.
            costs: How long one read of a register takes on the bus, in seconds, by its index, where known.
            elapsed: Seconds since the last tick.

        Returns:
            A part of ``nodes``, in the same order.
        """

        def cost(node: RegisterNode) -> float:
            return costs.get(node.index, 0.0)

        self._tick += 1
        allowed = self.share * min(elapsed, _LONGEST)
        self.spent = sum(map(cost, nodes))
        if self.spent <= allowed:
            self.slowed, self._saved = 0, 0.0
            return list(nodes)
        chosen: set[int] = set()
        spent = 0.0
        waiting = []
        # Half of the allowance is for what is cheap, so that what is expensive gets its turn as well.
        for node in sorted(nodes, key=cost):
            if spent + cost(node) <= allowed / 2:
                spent += cost(node)
                chosen.add(node.index)
            else:
                waiting.append(node)
        self.slowed = len(waiting)
        self._saved += allowed - spent
        for node in sorted(waiting, key=lambda node: self._turn.get(node.index, 0)):
            if cost(node) > self._saved:
                break
            self._saved -= cost(node)
            spent += cost(node)
            self._turn[node.index] = self._tick
            chosen.add(node.index)
        self.spent = spent
        dearest = max(map(cost, waiting))
        self._saved = min(self._saved, max(dearest, self.share * _LONGEST))
        return [node for node in nodes if node.index in chosen]

"""Outlooks: what selectors are expected to hold, so that one transaction reads what is there.

What is there only while another register has some value is read in one transaction with a look at that
register. Which of several views is there is known only then: the plan goes by what the selector held last,
and its read stops what follows if that is so no longer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.model.views import Condition

WordOf = Callable[[RegisterNode], int | None]
"""The last known word of a register."""


class Outlook:
    """What to expect of the selectors of some registers.

    Attributes:
        looks: The selectors that must be read, each with its bits that decide about what is planned to be
            read after it; 0 where nothing is.
        expected: The word of each.
    """

    def __init__(self, register_map: RegisterMap, nodes: Sequence[RegisterNode], word_of: WordOf) -> None:
        """Expect of each selector what it held last, else what it holds after reset, else what is asked for.

        Args:
            register_map: The map.
            nodes: What is to be read.
            word_of: The last known word of each register.
        """
        self._nodes = register_map.nodes
        # Whoever asks for one register expects it to be there: looking and reading are one transaction then.
        self._alone = len(nodes) == 1
        self.expected: dict[int, int] = {}
        self.looks: dict[int, int] = {}
        self._asked: dict[int, int] = {}
        asked = [node for node in nodes if node.presence.guards]
        for node in asked:
            for condition in node.presence.guards:
                self._asked[condition.selector] = self._asked.get(condition.selector, 0) | condition.mask
                if condition.selector not in self.expected:
                    self.expected[condition.selector] = self._expect(condition.selector, asked, word_of)
        for node in asked:
            there = self.is_there(node)
            for condition in node.presence.guards:
                self.looks.setdefault(condition.selector, 0)
                if not self._holds(condition):
                    break
                if there:
                    self.looks[condition.selector] |= condition.mask
        for index in list(self.looks):
            # A selector that is not always there is itself read after a look at its own.
            for condition in self.node(index).presence.guards:
                self.looks[condition.selector] |= condition.mask

    @property
    def deciding(self) -> dict[int, int]:
        """Of each selector the bits that decide, as expected: where these are equal, so are the plans."""
        return {index: word & self._asked.get(index, 0) for index, word in self.expected.items()}

    def node(self, index: int) -> RegisterNode:
        """A selector's register."""
        return self._nodes[index]

    def is_there(self, node: RegisterNode) -> bool:
        """Whether ``node`` is expected to be there."""
        return all(map(self._holds, node.presence.guards))

    def selectors(self, node: RegisterNode) -> list[RegisterNode]:
        """What must be looked at before ``node`` is read, in order, or to see that it is not there."""
        found: dict[int, None] = {}
        for condition in node.presence.guards:
            found[condition.selector] = None
            if not self._holds(condition):
                break
        return [self.node(index) for index in found]

    def _holds(self, condition: Condition) -> bool:
        return condition.holds(self.expected[condition.selector])

    def _expect(self, selector: int, asked: Sequence[RegisterNode], word_of: WordOf) -> int:
        known = word_of(self.node(selector))
        if known is not None and not self._alone:
            return known
        wanted = [
            conditions
            for node in asked
            if (conditions := [each for each in node.presence.guards if each.selector == selector])
        ]
        word = (self.node(selector).register.reset or 0) if known is None else known
        if any(all(condition.holds(word) for condition in conditions) for conditions in wanted):
            return word
        for condition in wanted[0]:
            if condition.differs:
                # Any other value will do.
                word ^= condition.mask & -condition.mask if not condition.holds(word) else 0
            else:
                word = word & ~condition.mask | condition.expected
        return word

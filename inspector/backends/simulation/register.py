"""One simulated register: what it holds, and how it answers reads, writes and time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING

from inspector.backends.simulation.effects import Effects, after_read, written
from inspector.backends.simulation.fifo import Fifo
from inspector.model.access import OnRead
from inspector.model.bits import ones
from inspector.model.register import RegisterBehaviour
from inspector.model.registermap import RegisterNode
from inspector.model.views import Conditions

if TYPE_CHECKING:
    from inspector.backends.simulation.region import SimulatedRegion

_STILL = RegisterBehaviour()


class SimulatedRegister:
    """A register's state.

    Attributes:
        node: Which register.
        stored: Its bits, as the hardware holds them; a read may return others.
        fifo: What is behind it, or None.
    """

    def __init__(
        self,
        region: SimulatedRegion,
        node: RegisterNode,
        effects: Effects,
        views: Mapping[str, Conditions] = MappingProxyType({}),
    ) -> None:
        """Put it at its reset value.

        Args:
            region: Where it is.
            node: Which register.
            effects: What reads and writes do where all its fields are there.
            views: When those of its fields are there that are not always.
        """
        self.node = node
        self.stored = effects.initial
        self._region = region
        self._register = node.register
        self._all = effects
        self._views = views
        self._modes: dict[frozenset[str], Effects] = {}
        self._judging = False
        self._behaviour = node.register.sim or _STILL
        self.fifo = Fifo(self._behaviour.fifo) if self._behaviour.fifo else None
        self._spent = 0
        self._first_of_two: dict[int, int] = {}
        self._entry = 0
        self._since = 0.0
        self._ticks = 0.0
        self._computing = False
        self._passed = 0.0

    @property
    def _drains(self) -> bool:
        # A FIFO that software only fills is emptied by the line that it sends to.
        return self._all.pushes is not None and self._all.pops is None

    @property
    def _effects(self) -> Effects:
        """What reads and writes do to it as things are."""
        return self._effects_with(self.stored) if self._views else self._all

    def _effects_with(self, word: int) -> Effects:
        """What they do while it holds ``word``."""
        if self._judging:
            # Fields that decide about each other in a circle are all there.
            return self._all
        self._judging = True
        try:
            absent = frozenset(
                name for name, conditions in self._views.items() if not self._holds(conditions, word)
            )
        finally:
            self._judging = False
        found = self._modes.get(absent)
        if found is None:
            fields = [field for field in self._register.fields if field.name not in absent]
            found = self._modes[absent] = Effects.of(self._register, fields)
        return found

    def _holds(self, conditions: Conditions, word: int) -> bool:
        return all(
            condition.holds(
                word if condition.selector == self.node.index else self._region.looked_at(condition)
            )
            for condition in conditions
        )

    # --- the bus's side -----------------------------------------------------------------------

    def value(self) -> int:
        """What a read would return, without its side effects."""
        word = self._followed() if self._behaviour.follows else self.stored
        if self._behaviour.invert:
            word = ~word & self._register.mask
        for field in self._effects.reporting:
            word = word & ~field.bits.mask | field.bits.place(self._region.report(self.node, field))
        if self.fifo and self._effects.pops:
            bits = self._effects.pops
            word = word & ~bits.mask | bits.place(self.fifo.front & ones(bits.width))
        return word & self._effects.readable

    def read(self, mask: int, *, last: bool) -> int:
        """Answer a read, with its side effects.

        Args:
            mask: The bits that the access reaches: all, unless the register takes several.
            last: Whether it is the access with the highest address, at which an entry leaves a FIFO.
        """
        value = self.value()
        self.stored = after_read(self._effects, self.stored) & mask | self.stored & ~mask
        if self.fifo and last and OnRead.POP in self._effects.on_read:
            self.fifo.pop()
        return value

    def write(self, word: int, mask: int, *, last: bool) -> None:
        """Take a write, or ignore it as the hardware would.

        Args:
            word: What is written, at its place in the register.
            mask: The bits that the access reaches: all, unless the register takes several.
            last: Whether it is the access with the highest address, with which an entry enters a FIFO.
        """
        register = self._register
        if register.write_twice and self._first_of_two.pop(mask, None) != word:
            self._first_of_two[mask] = word
            return
        guard = register.locked_by
        if guard and self._region.value_at(self.node, guard.path) == guard.value:
            return
        # A write that selects is one of what it selects.
        effects = self._effects_with(self.stored & ~mask | word) if self._views else self._all
        keys = [key for key in effects.keys if key.bits.mask & mask]
        if any(key.bits.extract(word) != key.write_value for key in keys):
            return
        self._entry = self._entry & ~mask | word
        enabled = mask
        if register.write_mask == "upper":
            enabled &= self._entry >> register.width // 2
        self.stored = written(effects, self.stored, word, enabled & ~self._spent)
        self._spent |= effects.once & enabled
        if effects.writable & enabled:
            self._ticks = 0.0
        if last:
            self._push(self._entry)
        self._pass_on(word & enabled & effects.writable)

    # --- the hardware's side ------------------------------------------------------------------

    def catch_up(self, now: float) -> None:
        """Let the time until ``now`` go by, in seconds since the start."""
        before, self._passed = self._passed, max(self._passed, now)
        if self._passed > before:
            self._advance(before, now)

    def _advance(self, before: float, now: float) -> None:
        behaviour = self._behaviour
        if behaviour.counter is not None:
            self._count(behaviour.counter, now - before)
        if self.fifo and behaviour.feed:
            self._feed(self.fifo, before, now)
        elif self.fifo and self._drains:
            rate = behaviour.feed_rate
            for _ in range(min(math.floor(now * rate) - math.floor(before * rate), self.fifo.level)):
                self.fifo.pop()
        for field in self._effects.changing:
            sim, mask = field.sim, field.bits.mask
            assert sim is not None
            if sim.blink and _periods(before, now, sim.blink) % 2:
                self.stored ^= mask
            if sim.raises and _periods(before, now, sim.raises):
                self.stored |= mask
            if sim.random and _periods(before, now, sim.random):
                # Seeded by its place and the period, so that every run shows the same.
                source = Random(f"{self.node.path}.{field.name} {math.floor(now / sim.random)}")
                drawn = source.getrandbits(field.bits.width)
                self.stored = self.stored & ~mask | field.bits.place(drawn)

    def _count(self, rate: float, seconds: float) -> None:
        while_path = self._behaviour.counts_while
        if while_path and not self._region.value_at(self.node, while_path):
            return
        self._ticks += rate * seconds
        whole = math.floor(self._ticks)
        self._ticks -= whole
        self.stored = (self.stored + whole) & self._register.mask

    def _feed(self, fifo: Fifo, before: float, now: float) -> None:
        text, rate = self._behaviour.feed, self._behaviour.feed_rate
        first = math.floor(before * rate)
        arrived = math.floor(now * rate) - first
        for position in range(first, first + min(arrived, fifo.depth)):
            fifo.push(ord(text[position % len(text)]))

    def _followed(self) -> int:
        if self._computing:
            # Registers that follow each other in a circle: what is stored ends it.
            return self.stored
        self._computing = True
        try:
            word = self._region.value_at(self.node, self._behaviour.follows or "")
            if self._behaviour.masked_by:
                word &= self._region.value_at(self.node, self._behaviour.masked_by)
        finally:
            self._computing = False
        return word

    def _push(self, word: int) -> None:
        bits = self._effects.pushes
        if bits is None:
            return
        target = self
        if self._behaviour.loopback:
            target = self._region.sibling(self.node, self._behaviour.loopback)
        elif self._effects.pops is not None:
            # It receives in the same register what others send; what is sent here is gone.
            return
        if target.fifo:
            target.fifo.push(bits.extract(word))

    def _pass_on(self, word: int) -> None:
        behaviour = self._behaviour
        if behaviour.sets:
            target = self._region.sibling(self.node, behaviour.sets)
            target.stored |= word & target.node.register.mask
        if behaviour.clears:
            self._region.sibling(self.node, behaviour.clears).stored &= ~word
        if behaviour.toggles:
            target = self._region.sibling(self.node, behaviour.toggles)
            target.stored ^= word & target.node.register.mask


def _periods(before: float, now: float, length: float) -> int:
    return math.floor(now / length) - math.floor(before / length)

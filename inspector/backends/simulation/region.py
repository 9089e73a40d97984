"""A simulated region: which register answers an access, and the time that goes by for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from inspector.backends.simulation.effects import Effects
from inspector.backends.simulation.register import SimulatedRegister
from inspector.errors import UsageError
from inspector.io.execute import in_order
from inspector.model.bits import ones
from inspector.model.field import Field
from inspector.model.register import Register
from inspector.model.registermap import Region, RegisterMap, RegisterNode
from inspector.model.split import Shape
from inspector.model.views import Condition

ReadHook = Callable[[int], int | None]
"""Called with what a read of all of it would return; may return something else, or raise a KernelError."""

WriteHook = Callable[[int], int | None]
"""Called with the word written, zeros where this access does not reach; may return another, or raise a
KernelError."""


class SimulatedRegion:
    """The registers of one region.

    A read-only and a write-only register may share their bytes, and so may views: each is a register of its
    own. One that takes several accesses answers each of them by itself. An access where the map has nothing,
    or of another width than the register's accesses, reads all ones and writes nothing, as an unanswered
    access does on a PC.
    """

    def __init__(self, register_map: RegisterMap, region: Region, start: float) -> None:
        """Put the registers at their reset values; each is made once it is accessed.

        Args:
            register_map: The map.
            region: The region.
            start: The time now, in seconds of the clock used later.
        """
        self._map = register_map
        self._start = start
        self._now = 0.0
        self._effects: dict[Register, Effects] = {}
        self._registers: dict[int, SimulatedRegister] = {}
        self._words: dict[tuple[int, int], list[_Word]] = {}
        self.read_hooks: dict[int, ReadHook] = {}
        self.write_hooks: dict[int, WriteHook] = {}
        self._region = region
        nodes = register_map.nodes
        places = nodes.places_in(region)
        layouts = {id(place.layout): place.layout for place in places}.values()
        self._atomics = {register.atomic for layout in layouts for register, _ in layout.each()} - {None}
        # What happens to these in time depends on others, and so on when that is looked at.
        depending = [nodes[index] for place in places for index in nodes.where(_depends, place)]
        self._depending = [self.register(node) for node in depending]

    # --- the bus's side -----------------------------------------------------------------------

    def read(self, offset: int, width: int) -> int:
        """Answer a read."""
        word = self._reading(offset, width)
        if word is None:
            return ones(width)
        node = word.node
        register = self.register(node)
        hook = self.read_hooks.get(node.index)
        replaced = hook(register.value()) if hook else None
        value = register.read(word.mask, last=word.last)
        if replaced is not None:
            value = replaced
        return in_order((value & word.mask) >> word.shift, width, node.register.byte_order)

    def write(self, value: int, offset: int, width: int) -> None:
        """Take a write."""
        word = self._writing(offset, width)
        if word is None:
            self._write_alias(value, offset, width)
            return
        node = word.node
        bits = in_order(value, width, node.register.byte_order) << word.shift
        hook = self.write_hooks.get(node.index)
        replaced = hook(bits) if hook else None
        written = bits if replaced is None else replaced & word.mask
        self.register(node).write(written, word.mask, last=word.last)

    def _reading(self, offset: int, width: int) -> _Word | None:
        """Who answers a read; what only takes writes reads as zeros where nothing readable is there."""
        there = [word for word in self._words_at(offset, width) if self._is_there(word.node)]
        if len(there) == 1:
            return there[0]
        return next((word for word in there if word.node.register.readable), there[0] if there else None)

    def _writing(self, offset: int, width: int) -> _Word | None:
        """Who takes a write: of several views, the first that is there."""
        there = (word for word in self._words_at(offset, width) if word.node.register.writable)
        return next((word for word in there if self._is_there(word.node)), None)

    def _words_at(self, offset: int, width: int) -> list[_Word]:
        """What is at an offset and takes accesses of that width."""
        words = self._words.get((offset, width))
        if words is None:
            nodes = self._map.nodes
            sharing = nodes.over(self._region, offset, offset + width // 8)
            found = (each for index in sharing for each in _words(nodes[index]))
            words = self._words[offset, width] = [word for place, word in found if place == (offset, width)]
        return words

    def _is_there(self, node: RegisterNode) -> bool:
        return all(condition.holds(self.looked_at(condition)) for condition in node.presence.when)

    def _write_alias(self, value: int, offset: int, width: int) -> None:
        """Take a write where a block sets, clears or inverts bits of its registers; else nobody answers."""
        for atomic in self._atomics:
            for effect in ("set", "clear", "xor"):
                distance = getattr(atomic, effect)
                if not isinstance(distance, int):
                    continue
                word = self._writing(offset - distance, width)
                if word is None or word.node.register.atomic != atomic:
                    continue
                register = self.register(word.node)
                bits = in_order(value, width, word.node.register.byte_order) << word.shift
                merged = {"set": register.stored | bits, "clear": register.stored & ~bits}
                written = merged.get(effect, register.stored ^ bits) & word.mask
                register.write(written, word.mask, last=word.last)
                return

    def advance(self, now: float) -> None:
        """Let time go by until ``now``, in seconds of the clock."""
        self._now = max(self._now, now - self._start)
        for register in self._depending:
            register.catch_up(self._now)

    # --- one register and another -------------------------------------------------------------

    def register(self, node: RegisterNode) -> SimulatedRegister:
        """The state of a register as it is now; made when it is first asked for."""
        found = self._registers.get(node.index)
        if found is None:
            effects = self._effects.get(node.register)
            if effects is None:
                effects = self._effects[node.register] = Effects.of(node.register)
            views = self._map.field_conditions(node)
            found = self._registers[node.index] = SimulatedRegister(self, node, effects, views)
        found.catch_up(self._now)
        return found

    def looked_at(self, condition: Condition) -> int:
        """The word of a view's selector; nothing is read for it."""
        register = self.register(self._map.nodes[condition.selector])
        access = condition.field.access if condition.field else register.node.register
        return register.value() if access.readable else register.stored

    def sibling(self, node: RegisterNode, path: str) -> SimulatedRegister:
        """The register at ``path`` in the same block; a field's path gives its register."""
        return self._find(node, path)[0]

    def value_at(self, node: RegisterNode, path: str) -> int:
        """The value of the register or field at ``path`` in the same block; nothing is read for it."""
        register, field = self._find(node, path)
        if field is None:
            return register.value() if register.node.register.readable else register.stored
        word = register.value() if field.access.readable else register.stored
        return field.bits.extract(word)

    def report(self, node: RegisterNode, field: Field) -> int:
        """What a field that reports on a FIFO reads as."""
        sim = field.sim
        assert sim is not None
        if sim.level is not None:
            return min(self._fifo(node, sim.level)[0], ones(field.width))
        if sim.empty is not None:
            active = self._fifo(node, sim.empty)[0] == 0
        else:
            level, depth = self._fifo(node, sim.full or "")
            active = level == depth
        return ones(field.width) if active else 0

    def _fifo(self, node: RegisterNode, path: str) -> tuple[int, int]:
        fifo = self.sibling(node, path).fifo
        return (fifo.level, fifo.depth) if fifo else (0, 0)

    def _find(self, node: RegisterNode, path: str) -> tuple[SimulatedRegister, Field | None]:
        found = self._map.beside(node, path)
        if found is None:
            raise UsageError(f"{node.path}: its behaviour names '{path}', which the block does not have")
        return self.register(found[0]), found[1]


@dataclass(frozen=True, slots=True)
class _Word:
    """The part of a register that one access reaches: all of it, unless it takes several.

    Attributes:
        node: The register.
        shift: How many of its bits lie below.
        mask: The bits, at their place in the register.
        last: Whether it is the part with the highest address.
    """

    node: RegisterNode
    shift: int
    mask: int
    last: bool


def _words(node: RegisterNode) -> Iterator[tuple[tuple[int, int], _Word]]:
    """Each part of a register with its offset and the width of its access."""
    register = node.register
    width = register.access_width
    of = Shape(register.width, width, register.word_order)
    for number in range(of.words):
        shift = of.shift(number)
        word = _Word(node, shift, ones(width) << shift, last=number == of.words - 1)
        yield (node.offset + number * width // 8, width), word


def _depends(register: Register) -> bool:
    """Whether time does something to a register that other registers decide."""
    sim = register.sim
    moving = sim is not None and (sim.counts_while is not None or sim.fifo is not None)
    return moving or any(field.sim is not None and field.when for field in register.fields)

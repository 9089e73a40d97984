"""Registers that are made as they are asked for are those of a map that is gone through from end to end."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector import maps
from inspector.model.register import Memory, Register, walk
from inspector.model.registermap import Instance, Region, RegisterMap, RegisterNode
from inspector.model.safety import ReadSafety, Sharer, own_safety, unsafe_view, verdict
from inspector.model.views import ALWAYS, Conditions, Presence, conditions, presence
from tests.property.overlapping import overlapping_maps

BOUNDED = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


@dataclass
class Placed:
    """A register or a memory window at its address."""

    region: Region
    instance: Instance
    local: str
    offset: int
    what: Register | Memory

    @property
    def space(self) -> tuple[str, int]:
        return ("", self.region.base or 0) if self.region.base is not None else (self.region.name, 0)

    @property
    def start(self) -> int:
        return self.space[1] + self.offset

    def shares(self, other: Placed) -> bool:
        here, there = self.start, other.start
        apart = here + self.what.size <= there or there + other.what.size <= here
        return self is not other and self.space[0] == other.space[0] and not apart


class Whole:
    """A map gone through from end to end: every register with every other one."""

    def __init__(self, register_map: RegisterMap) -> None:
        self._regions = register_map.regions
        everything = [
            Placed(region, instance, local, instance.offset + offset, what)
            for region in register_map.regions
            for instance in region.instances
            for local, offset, what in sorted(walk(instance.block.children), key=lambda item: item[1])
        ]
        self.registers = [each for each in everything if isinstance(each.what, Register)]
        self._all = [*self.registers, *(each for each in everything if isinstance(each.what, Memory))]
        self._judged: dict[int, tuple[ReadSafety, Presence]] = {}

    def register(self, index: int) -> Register:
        what = self.registers[index].what
        assert isinstance(what, Register)
        return what

    def conditions(self, placed: Placed) -> Conditions:
        siblings = {
            each.local: index
            for index, each in enumerate(self.registers)
            if (each.region, each.instance) == (placed.region, placed.instance)
        }
        return conditions(placed.what.when, placed.local, siblings, self.register)

    def judge(self, index: int) -> tuple[ReadSafety, Presence]:
        if index not in self._judged:
            self._judged[index] = self._judge(index)
        return self._judged[index]

    def _judge(self, index: int) -> tuple[ReadSafety, Presence]:
        placed = self.registers[index]
        there = ALWAYS
        if placed.what.when:
            there = presence(index, lambda at: self.conditions(self.registers[at]), self.register)
            unsafe = unsafe_view(there, lambda selector: self.judge(selector)[0])
            there = there.hidden(unsafe) if unsafe else there
        sharers = (each for each in sorted(self._all, key=lambda each: each.start) if placed.shares(each))
        acting = [
            Sharer(self._path(each), own_safety(each.what), Presence(self.conditions(each)))
            for each in sharers
            if own_safety(each.what).harms
        ]
        return verdict(own_safety(placed.what), there, acting), there

    def _path(self, placed: Placed) -> str:
        name = placed.instance.name
        several = sum(name in {each.name for each in region.instances} for region in self._regions) > 1
        prefix = f"{placed.region.name}/" if several else ""
        return f"{prefix}{name}.{placed.local}"

    def facts(self) -> Iterator[tuple[object, ...]]:
        for index, placed in enumerate(self.registers):
            where = placed.region, placed.instance, placed.local, placed.offset
            yield index, *where, placed.what, *self.judge(index)


def facts(node: RegisterNode) -> tuple[object, ...]:
    """All that is worked out of a register, but for its path."""
    where = node.region, node.instance, node.local, node.offset
    return node.index, *where, node.register, node.safety, node.presence


@BOUNDED
@given(overlapping_maps(), st.randoms(use_true_random=False))
def test_each_register_is_judged_by_all_that_has_its_bytes(register_map: RegisterMap, random: Random) -> None:
    whole = list(Whole(register_map).facts())
    indices = list(range(len(whole)))
    random.shuffle(indices)
    for index in indices:
        assert facts(register_map.nodes[index]) == whole[index]
    assert len(register_map.nodes) == len(whole)


def test_the_bundled_maps_are_judged_by_all_that_has_their_bytes() -> None:
    for name in ("16550", "ahci", "demo", "edu", "pl011"):
        register_map = maps.load(name)
        assert list(map(facts, register_map.nodes)) == list(Whole(register_map).facts()), name


@BOUNDED
@given(overlapping_maps())
def test_a_register_is_one_object_by_index_and_by_path(register_map: RegisterMap) -> None:
    again = dataclasses.replace(register_map)
    for node in register_map.nodes:
        full = f"{node.region.name}/{node.instance.name}.{node.local}"
        assert register_map.by_path[node.path] is register_map.by_path[full] is register_map.nodes[node.index]
        assert register_map.by_instance[node.region.name, node.instance.name][node.local] is node
        # By path first, too: nothing was made before.
        assert again.by_path[full].index == again.by_path[node.path].index == node.index
        assert f"{node.path}x" not in register_map.by_path
        assert f"x/{node.path}" not in register_map.by_path
    paths = {path for node in register_map.nodes for path in (node.path, f"{node.region.name}/{node.path}")}
    assert {path for path in register_map.by_path if path.count("/") < 2} <= paths
    assert len(list(register_map.by_path)) == len(register_map.by_path)
    assert list(register_map.nodes[1:3]) == list(register_map.nodes)[1:3]

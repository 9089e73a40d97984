"""Every register of a map at its address, each made once it is asked for.

Opening a map takes a look at each block and instance, and none at the elements of arrays: a map of a
hundred thousand registers is there as soon as one of a hundred.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from inspector.model.layout import Layout
from inspector.model.place import ByLocal, Place
from inspector.model.region import Instance, Region
from inspector.model.register import Block, Register
from inspector.model.safety import ReadSafety
from inspector.model.sharing import Sharing
from inspector.model.views import ALWAYS, Presence


@dataclass(frozen=True, slots=True, eq=False)
class RegisterNode:
    """One register at its address.

    Attributes:
        index: Its place in the map, counted from 0.
        path: As on the command line: ``UART0.DR``, with ``REGION/`` in front where needed.
        local: Its path within the block, such as ``DMA.SRC``.
        register: What it is.
        region: Where it is.
        instance: Whose it is.
        offset: Bytes from the region's start.
        safety: Whether it may be read unasked, judged by every register that shares its bytes; of one that is
            not always there, once its guards have been seen to hold.
        presence: What decides whether it is there.
    """

    index: int
    path: str
    local: str
    register: Register
    region: Region
    instance: Instance
    offset: int
    safety: ReadSafety
    presence: Presence = ALWAYS

    @property
    def address(self) -> int:
        """Absolute address in bytes; the offset where no physical one is known."""
        return self.offset if self.region.base is None else self.region.base + self.offset

    @property
    def name(self) -> str:
        """The last part of its path, such as ``DR`` or ``CH[2]``."""
        return self.local.rpartition(".")[2]

    @property
    def width(self) -> int:
        """Width in bits."""
        return self.register.width


class Nodes(Sequence[RegisterNode]):
    """Every register: by region, then instance, then offset. Each is one object, however often asked for.

    Attributes:
        places: The instances, in that order.
    """

    def __init__(self, regions: Sequence[Region]) -> None:
        """Lay out ``regions``; no register is made yet."""
        names = Counter(
            name for region in regions for name in {instance.name for instance in region.instances}
        )
        layouts: dict[Block, Layout] = {}
        places: list[Place] = []
        first = 0
        for region in regions:
            for instance in region.instances:
                layout = layouts.get(instance.block)
                if layout is None:
                    layout = layouts[instance.block] = Layout(instance.block.children)
                prefixed = names[instance.name] > 1
                prefix = f"{region.name}/{instance.name}." if prefixed else f"{instance.name}."
                places.append(Place(len(places), region, instance, layout, first, prefix, prefixed))
                first += layout.count
        self.places = tuple(places)
        self._layouts = tuple(layouts.values())
        self._places_in: dict[Region, list[Place]] = {}
        for place in places:
            self._places_in.setdefault(place.region, []).append(place)
        self._firsts = [place.first for place in places]
        self._length = first
        self._made: dict[int, RegisterNode] = {}
        self._sharing = Sharing(self)

    def __len__(self) -> int:
        return self._length

    @property
    def made(self) -> int:
        """How many were asked for up to now."""
        return len(self._made)

    @overload
    def __getitem__(self, index: int) -> RegisterNode: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[RegisterNode, ...]: ...

    def __getitem__(self, index: int | slice) -> RegisterNode | tuple[RegisterNode, ...]:
        if isinstance(index, slice):
            return tuple(map(self._node, range(*index.indices(self._length))))
        node = self._made.get(index)
        if node is not None:
            return node
        if not -self._length <= index < self._length:
            raise IndexError(f"the map has no register {index}")
        return self._node(index % self._length)

    def __iter__(self) -> Iterator[RegisterNode]:
        return map(self._node, range(self._length))

    def _node(self, index: int) -> RegisterNode:
        node = self._made.get(index)
        if node is None:
            # Two threads may make one at once: the first one's stays.
            node = self._made.setdefault(index, self._make(index))
        return node

    def _make(self, index: int) -> RegisterNode:
        place = self.place_of(index)
        local, offset, register = place.layout.at(index - place.first)
        safety, presence = self._sharing.judge(place, index, local, register, offset)
        return RegisterNode(
            index=index,
            path=place.prefix + local,
            local=local,
            register=register,
            region=place.region,
            instance=place.instance,
            offset=place.instance.offset + offset,
            safety=safety,
            presence=presence,
        )

    def place_of(self, index: int) -> Place:
        """The instance that the register of that index belongs to."""
        return self.places[bisect_right(self._firsts, index) - 1]

    def register(self, index: int) -> Register:
        """What a register is, without making its node."""
        place = self.place_of(index)
        return place.layout.at(index - place.first)[2]

    def where(self, test: Callable[[Register], bool], place: Place | None = None) -> Iterator[int]:
        """The indices of the registers that pass a test, which is made once for a block's array.

        Args:
            test: What is asked of a register.
            place: The only instance to look in; None for all.
        """
        numbers: dict[int, list[int]] = {}
        for each in self.places if place is None else (place,):
            found = numbers.get(id(each.layout))
            if found is None:
                found = numbers[id(each.layout)] = each.layout.where(test)
            yield from (each.first + number for number in found)

    def any(self, test: Callable[[Register], bool]) -> bool:
        """Whether any register passes a test."""
        return any(test(register) for layout in self._layouts for register, _ in layout.each())

    def over(self, region: Region, start: int, end: int) -> list[int]:
        """The indices of a region's registers that have any of the bytes from ``start`` to before ``end``."""
        return self._sharing.over(region, start, end)

    def alone(self, place: Place) -> bool:
        """Whether no two registers or memory windows share bytes of an instance."""
        return self._sharing.alone(place)

    @property
    def shared(self) -> bool:
        """Whether any two registers or memory windows may share bytes."""
        return self._sharing.any

    def places_in(self, region: Region) -> Sequence[Place]:
        """The instances in a region."""
        return self._places_in.get(region, ())


class ByPath(Mapping[str, RegisterNode]):
    """The registers by path, with and without ``REGION/`` in front where that is unambiguous."""

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        self._places: dict[str, list[Place]] = {}
        for place in nodes.places:
            self._places.setdefault(place.instance.name, []).append(place)

    def __getitem__(self, path: str) -> RegisterNode:
        cuts = [at for at, letter in enumerate(path) if letter == "."]
        region, slash, _ = path.rpartition("/")
        for cut in cuts:
            places = self._places.get(path[:cut], ())
            if len(places) == 1:
                index = places[0].index(path[cut + 1 :])
                if index is not None:
                    return self._nodes[index]
        for cut in cuts if slash else ():
            for place in self._places.get(path[len(region) + 1 : cut], ()):
                index = place.index(path[cut + 1 :]) if place.region.name == region else None
                if index is not None:
                    return self._nodes[index]
        raise KeyError(path)

    def __iter__(self) -> Iterator[str]:
        for place in self._nodes.places:
            for local in place.by_local:
                yield f"{place.region.name}/{place.instance.name}.{local}"
        for place in self._nodes.places:
            if not place.prefixed:
                for local in place.by_local:
                    yield f"{place.prefix}{local}"

    def __len__(self) -> int:
        return sum(place.count * (1 if place.prefixed else 2) for place in self._nodes.places)


class ByInstance(Mapping[tuple[str, str], Mapping[str, RegisterNode]]):
    """The registers by region and instance name, then by path within the block."""

    def __init__(self, nodes: Nodes) -> None:
        self._tables = {
            (place.region.name, place.instance.name): ByLocal(place, nodes.__getitem__)
            for place in nodes.places
            if place.count
        }

    def __getitem__(self, key: tuple[str, str]) -> Mapping[str, RegisterNode]:
        return self._tables[key]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

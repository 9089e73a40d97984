"""A register map: blocks placed in regions, and every register at its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from inspector.errors import Finding
from inspector.model.field import Field
from inspector.model.guard import Guard
from inspector.model.register import Block, Memory, Register
from inspector.model.safety import Occupant, ReadSafety, own_safety, read_safety
from inspector.model.views import ALWAYS, Conditions, Presence, conditions, follow, lookup, presences


class OpenMode(Enum):
    """How a region is claimed."""

    SHARED = "shared"
    EXCLUSIVE = "exclusive"


@dataclass(frozen=True, slots=True)
class Bind:
    """How to find a region's resource on a machine; ``base`` alone means by address.

    Attributes:
        pci_id: Vendor and device, as ``1234:11e8``; empty where not PCI.
        pci_bar: Which BAR.
        uio: The UIO device's name; empty where not UIO.
        uio_map: Which of its maps.
        compatible: The device-tree ``compatible``; empty where none.
        index: Which of several such nodes, counted from 0 by address; None where there is one.
        reg_name: Which of the node's ranges, as its ``reg-names`` calls it; empty for the first.
    """

    pci_id: str = ""
    pci_bar: int = 0
    uio: str = ""
    uio_map: int = 0
    compatible: str = ""
    index: int | None = None
    reg_name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """A block at a place in a region.

    Attributes:
        name: Such as ``UART0``.
        block: Its type.
        offset: Bytes from the region's start.
        alt: The view that the instance belongs to: instances of different views may share bytes.
    """

    name: str
    block: Block
    offset: int = 0
    alt: str = ""
    title: str = ""
    desc: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A place: what is claimed and mapped as one.

    Attributes:
        name: Unique in the map.
        base: Physical address, or None where none is known.
        size: In bytes.
        instances: What lives in it.
        open: How it is claimed unless the command line says otherwise.
        source: A backend word such as ``devmem``, or None.
        bind: How to find its resource, or None.
        access_widths: The bus widths, in bits, that the region takes; None for all.
        flags: Of ``nonposted``, ``readonly``, ``no_poll``.
    """

    name: str
    base: int | None
    size: int
    instances: tuple[Instance, ...]
    open: OpenMode = OpenMode.SHARED
    source: str | None = None
    bind: Bind | None = None
    access_widths: frozenset[int] | None = None
    flags: frozenset[str] = frozenset()
    title: str = ""
    desc: str = ""


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
    def width(self) -> int:
        """Width in bits."""
        return self.register.width


@dataclass(frozen=True, eq=False)
class RegisterMap:
    """A register map, loaded and checked.

    Attributes:
        name: As the ``maps`` command lists it.
        regions: In file order.
        blocks: In file order.
        file: Where it was loaded from, as named by the person.
        imported: The format of the description that it was made from, such as ``CMSIS-SVD``; empty for a map.
        bundled: It came with the program, and so never opens real hardware by itself.
        digest: SHA-256 of its file's content in hexadecimal, by which a consent is remembered; empty where
            it is bundled, since that needs none.
        warnings: What was found suspicious when it was checked.
    """

    name: str
    regions: tuple[Region, ...]
    blocks: tuple[Block, ...] = ()
    title: str = ""
    desc: str = ""
    doc: str = ""
    vendor: str = ""
    version: str = ""
    license: str = ""
    file: str = ""
    imported: str = ""
    bundled: bool = False
    digest: str = ""
    warnings: tuple[Finding, ...] = field(default=(), repr=False)

    @cached_property
    def nodes(self) -> tuple[RegisterNode, ...]:
        """Every register: by region, then instance, then offset."""
        names: dict[str, set[str]] = {}
        for region in self.regions:
            for instance in region.instances:
                names.setdefault(instance.name, set()).add(region.name)
        placed = [
            (region, instance, local, instance.offset + offset, register)
            for region in self.regions
            for instance in region.instances
            for local, offset, register in sorted(instance.block.walk(), key=lambda item: item[1])
        ]
        nodes: list[RegisterNode] = []
        judged = _judge(placed, self.regions)
        for region, instance, local, offset, register in placed:
            prefix = f"{region.name}/" if len(names[instance.name]) > 1 else ""
            nodes.append(
                RegisterNode(
                    index=len(nodes),
                    path=f"{prefix}{instance.name}.{local}",
                    local=local,
                    register=register,
                    region=region,
                    instance=instance,
                    offset=offset,
                    safety=judged[len(nodes)][0],
                    presence=judged[len(nodes)][1],
                )
            )
        return tuple(nodes)

    @cached_property
    def by_path(self) -> dict[str, RegisterNode]:
        """The registers by path, with and without ``REGION/`` in front where that is unambiguous."""
        paths = {f"{node.region.name}/{node.instance.name}.{node.local}": node for node in self.nodes}
        paths.update((node.path, node) for node in self.nodes)
        return paths

    @cached_property
    def by_instance(self) -> dict[tuple[str, str], dict[str, RegisterNode]]:
        """The registers by region and instance name, then by path within the block."""
        tables: dict[tuple[str, str], dict[str, RegisterNode]] = {}
        for node in self.nodes:
            tables.setdefault((node.region.name, node.instance.name), {})[node.local] = node
        return tables

    def field_conditions(self, node: RegisterNode) -> Mapping[str, Conditions]:
        """When those fields of ``node`` are there that are not always, by name."""
        modal = [field for field in node.register.fields if field.when]
        if not modal:
            return {}
        found = self._field_conditions.get(node.index)
        if found is None:
            siblings = self.by_instance[node.region.name, node.instance.name]
            places = {path: sibling.index for path, sibling in siblings.items()}
            registers = {sibling.index: sibling.register for sibling in siblings.values()}
            found = self._field_conditions[node.index] = {
                field.name: conditions(field.when, node.local, places, registers) for field in modal
            }
        return found

    @cached_property
    def _field_conditions(self) -> dict[int, dict[str, Conditions]]:
        return {}

    def known_of(
        self, node: RegisterNode, word_of: Callable[[RegisterNode], int | None]
    ) -> dict[Guard, bool]:
        """Which conditions of the fields of ``node`` hold, as far as the last known words tell.

        Args:
            node: The register.
            word_of: The last known word of a register.
        """
        known: dict[Guard, bool] = {}
        for each in self.field_conditions(node).values():
            for condition in each:
                word = word_of(self.nodes[condition.selector])
                if word is not None:
                    known[condition.guard] = condition.holds(word)
        return known

    def beside(self, node: RegisterNode, local: str) -> tuple[RegisterNode, Field | None] | None:
        """The register, or the field of one, that ``local`` names for ``node``, or None.

        A path starts at the node's own group, else at the group around that, at last at the block: in
        ``CH[3]``, ``CTRL.LOCK`` is ``CH[3].CTRL.LOCK`` where there is one.
        """
        siblings = self.by_instance[node.region.name, node.instance.name]
        return follow(siblings, node.local, local, _register_of)

    def needed_by(self, node: RegisterNode) -> tuple[RegisterNode, Field | None, int] | None:
        """What must hold before ``node`` is touched: a register, or a field of it, and its value; or None.

        It may be in another region, and then whoever opens both has to look. The register that says so
        itself needs nothing.
        """
        needs = node.instance.block.needs
        if needs is None:
            return None
        found = self.needed(node.region, node.instance, needs.path)
        assert found is not None, "the loader has checked that it exists"
        return None if found[0] is node else (*found, needs.value)

    def needed(
        self, region: Region, instance: Instance, path: str
    ) -> tuple[RegisterNode, Field | None] | None:
        """What ``path`` names as a need of ``instance``: in itself, else ``INSTANCE.REGISTER[.FIELD]``.

        An instance of the same region wins over one of the same name elsewhere, unless ``REGION/`` stands in
        front.
        """
        own = self.by_instance.get((region.name, instance.name), {})
        return (
            lookup(own, path, _register_of)
            or lookup(self.by_path, f"{region.name}/{path}", _register_of)
            or lookup(self.by_path, path, _register_of)
        )


def _register_of(node: RegisterNode) -> Register:
    return node.register


Placed = tuple[Region, Instance, str, int, Register]
"""A register, with its path within the block and its offset from the region's start."""


def _places(placed: Sequence[Placed]) -> dict[tuple[str, str], dict[str, int]]:
    """The places in the map of each instance's registers, by region and instance, then by path."""
    places: dict[tuple[str, str], dict[str, int]] = {}
    for i, (region, instance, local, _, _) in enumerate(placed):
        places.setdefault((region.name, instance.name), {})[local] = i
    return places


def _judge(placed: Sequence[Placed], regions: Sequence[Region]) -> dict[int, tuple[ReadSafety, Presence]]:
    """Judge each register by all that shares its bytes, and tell when those are there that are not always.

    Regions with addresses may overlap.
    """
    registers = [register for *_, register in placed]
    memories = [
        (region, instance, local, instance.offset + offset, memory)
        for region in regions
        for instance in region.instances
        for local, offset, memory in instance.block.memories()
    ]
    modal = memories or any(register.when for register in registers)
    places = _places(placed) if modal else {}
    there = presences(registers, places.values())
    spaces: dict[str | None, dict[int, Occupant]] = {}
    # Elements of an array, and instances of a block, are one register.
    own: dict[int, ReadSafety] = {}

    def put(key: int, region: Region, offset: int, what: Register | Memory, presence: Presence) -> None:
        # Regions without an address are spaces of their own; all others may overlap.
        space = region.name if region.base is None else None
        safety = own.get(id(what))
        if safety is None:
            safety = own[id(what)] = own_safety(what)
        occupant = Occupant.of(what, (region.base or 0) + offset, presence, safety)
        spaces.setdefault(space, {})[key] = occupant

    for i, (region, _, _, offset, register) in enumerate(placed):
        put(i, region, offset, register, there.get(i, ALWAYS))
    for i, (region, instance, local, offset, memory) in enumerate(memories):
        siblings = places.get((region.name, instance.name), {})
        when = conditions(memory.when, local, siblings, registers)
        # Negative, as no register's place in the map is.
        put(-1 - i, region, offset, memory, Presence(when))
    judged: dict[int, tuple[ReadSafety, Presence]] = {}
    for occupants in spaces.values():
        judged |= read_safety(occupants)
    return judged

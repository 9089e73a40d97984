"""A register map: blocks placed in regions, and every register at its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from inspector.errors import Finding
from inspector.model.field import Field
from inspector.model.guard import Guard
from inspector.model.nodes import ByInstance, ByPath, Nodes, RegisterNode
from inspector.model.region import Bind, Instance, OpenMode, Region
from inspector.model.register import Block, Register
from inspector.model.views import Conditions, conditions, follow, lookup

__all__ = ["Bind", "Instance", "Nodes", "OpenMode", "Region", "RegisterMap", "RegisterNode"]


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
    def nodes(self) -> Nodes:
        """Every register: by region, then instance, then offset."""
        return Nodes(self.regions)

    @cached_property
    def by_path(self) -> Mapping[str, RegisterNode]:
        """The registers by path, with and without ``REGION/`` in front where that is unambiguous."""
        return ByPath(self.nodes)

    @cached_property
    def by_instance(self) -> Mapping[tuple[str, str], Mapping[str, RegisterNode]]:
        """The registers by region and instance name, then by path within the block."""
        return ByInstance(self.nodes)

    def field_conditions(self, node: RegisterNode) -> Mapping[str, Conditions]:
        """When those fields of ``node`` are there that are not always, by name."""
        modal = [field for field in node.register.fields if field.when]
        if not modal:
            return {}
        found = self._field_conditions.get(node.index)
        if found is None:
            siblings = self.nodes.place_of(node.index).by_local
            found = self._field_conditions[node.index] = {
                field.name: conditions(field.when, node.local, siblings, self.nodes.register)
                for field in modal
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

"""Which registers take their byte order from the map or from a region, and which state their own.

A region can state the byte order of its blocks in place of the map's defaults: a block then is there twice,
and the registers that differ are those that state none.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from inspector.maps.writing.trees import elements_of
from inspector.model.register import ByteOrder, Memory, Register
from inspector.model.registermap import Region, RegisterMap


@dataclass(slots=True)
class ByteOrders:
    """The byte orders of one map.

    Attributes:
        default: The map's, which its blocks have where neither a region nor a register states another.
        regions: What a region states, by its name.
    """

    default: ByteOrder = "little"
    regions: dict[str, ByteOrder] = field(default_factory=dict)
    _following: set[int] = field(default_factory=set)
    _around: dict[str, set[ByteOrder]] = field(default_factory=dict)

    @classmethod
    def of(cls, register_map: RegisterMap) -> ByteOrders:
        """Find out, from where the blocks of regions differ from the map's own."""
        orders = cls()
        known = {block.name: block for block in register_map.blocks}
        for region in register_map.regions:
            for instance in region.instances:
                usual = known[instance.block.name]
                if instance.block is not usual:
                    for own, base in zip(elements_of(instance.block), elements_of(usual), strict=True):
                        orders._compare(region, own, base)
        for region in register_map.regions:
            for instance in region.instances:
                around = orders._around.setdefault(instance.block.name, set())
                around.add(orders.regions.get(region.name, orders.default))
        return orders

    def _compare(self, region: Region, own: Register | Memory, base: Register | Memory) -> None:
        if own.byte_order != base.byte_order:
            self._following.add(id(base))
            self.default = base.byte_order
            self.regions[region.name] = own.byte_order

    def stated(self, block: str, element: Register | Memory) -> ByteOrder | None:
        """What a register, or a memory window, of a block must state itself; None for nothing."""
        around = {self.default, *self._around.get(block, ())}
        if id(element) in self._following or around == {element.byte_order}:
            return None
        return element.byte_order

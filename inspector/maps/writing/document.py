"""A map as a document: its texts, enumerations, blocks and regions."""

from __future__ import annotations

from collections.abc import Hashable

from inspector.maps.writing import values
from inspector.maps.writing.blocks import Defaults, write_block
from inspector.maps.writing.byte_orders import ByteOrders
from inspector.maps.writing.emit import Open, Value, Words
from inspector.maps.writing.enums import Enums
from inspector.maps.writing.runs import Run, find_runs
from inspector.maps.writing.scalars import address, hexadecimal, quoted, size, text
from inspector.model.registermap import Bind, Instance, OpenMode, Region, RegisterMap

Document = dict[str, Value | Open]


def document(register_map: RegisterMap) -> Document:
    """The map's keys and values, in the order in which they are written."""
    found: Document = {"regmap": "1", "name": text(register_map.name)}
    for key in ("title", "desc", "doc", "vendor", "version", "license"):
        if said := getattr(register_map, key):
            found[key] = Words(said)
    blocks = register_map.blocks
    orders = ByteOrders.of(register_map)
    defaults = Defaults.of(blocks, orders.default)
    if defaults.keys:
        found["defaults"] = defaults.keys
    enums = Enums(blocks)
    written = {block.name: write_block(block, defaults, orders, enums) for block in blocks}
    if enums.named:
        found["enums"] = Open(enums.named)
    found["blocks"] = Open(written)
    if not _each_by_itself(register_map):
        found |= _places(register_map, orders)
    return found


def _each_by_itself(register_map: RegisterMap) -> bool:
    """Whether the regions are what a map without regions has: each block by itself, at 0."""
    return len(register_map.regions) == len(register_map.blocks) and all(
        (region.name, region.base, region.size, region.open, region.source, region.bind)
        == (block.name, None, block.size, OpenMode.SHARED, None, None)
        and not (region.title or region.desc or region.flags or region.access_widths)
        and [(instance.name, instance.offset, instance.block) for instance in region.instances]
        == [(block.name, 0, block)]
        and not any(instance.title or instance.desc or instance.alt for instance in region.instances)
        for region, block in zip(register_map.regions, register_map.blocks, strict=True)
    )


def _places(register_map: RegisterMap, orders: ByteOrders) -> Document:
    """``regions``, and ``devices`` where their names say whose they are."""
    regions: dict[str, Value | Open] = {}
    devices: dict[str, dict[str, Value | Open]] = {}
    for region in register_map.regions:
        device, dot, name = region.name.rpartition(".")
        place = devices.setdefault(device, {}) if dot else regions
        place[name] = _region(region, orders)
    found: Document = {"regions": Open(regions)} if regions else {}
    if devices:
        found["devices"] = Open({name: Open({"regions": Open(inner)}) for name, inner in devices.items()})
    return found


def _region(region: Region, orders: ByteOrders) -> Open:
    pairs: dict[str, Value | Open] = {}
    if region.title:
        pairs["title"] = Words(region.title)
    if region.desc:
        pairs["desc"] = Words(region.desc)
    if region.source is not None:
        pairs["source"] = quoted(region.source) if set(":@[") & set(region.source) else region.source
    if region.bind is not None:
        pairs["bind"] = _bind(region.bind)
    if region.base is not None:
        pairs["base"] = address(region.base)
    pairs["size"] = size(region.size)
    if region.open is not OpenMode.SHARED:
        pairs["open"] = region.open.value
    if region.access_widths is not None:
        pairs["access_widths"] = [str(width) for width in sorted(region.access_widths)]
    if region.flags:
        pairs["flags"] = sorted(region.flags)
    if region.name in orders.regions:
        pairs["byte_order"] = orders.regions[region.name]
    pairs["instances"] = Open(_instances(region.instances))
    return Open(pairs)


def _bind(bind: Bind) -> Value:
    pairs: values.Pairs = {}
    if bind.pci_id:
        pairs["pci"] = {"id": quoted(bind.pci_id), "bar": str(bind.pci_bar)}
    if bind.uio:
        pairs["uio"] = {"name": text(bind.uio), "map": str(bind.uio_map)}
    if bind.compatible:
        pairs["compatible"] = text(bind.compatible)
    if bind.index is not None:
        pairs["index"] = str(bind.index)
    if bind.reg_name:
        pairs["name"] = text(bind.reg_name)
    return pairs


def _instances(instances: tuple[Instance, ...]) -> dict[str, Value]:
    runs = find_runs(
        instances, lambda instance: instance.name, lambda instance: instance.offset, _content, elements=True
    )
    return {run.name: _instance(run) for run in runs}


def _content(instance: Instance) -> Hashable:
    return instance.block.name, instance.alt, instance.title, instance.desc


def _instance(run: Run[Instance]) -> Value:
    instance = run.things[0]
    pairs: values.Pairs = {"block": instance.block.name}
    offset = instance.offset + run.lowest
    if offset:
        pairs["offset"] = hexadecimal(offset)
    if run.index:
        if not run.numbered:
            pairs["index"] = values.names(run.index)
        if run.stride is None or run.stride <= 0:
            pairs["offsets"] = [hexadecimal(start - run.lowest) for start in run.starts]
        else:
            if run.numbered:
                pairs["count"] = str(len(run.index))
            if run.stride != instance.block.size:
                pairs["stride"] = hexadecimal(run.stride)
    if instance.alt:
        pairs["alt"] = text(instance.alt)
    if instance.title:
        pairs["title"] = Words(instance.title)
    if instance.desc:
        pairs["desc"] = Words(instance.desc)
    return pairs["block"] if len(pairs) == 1 else pairs

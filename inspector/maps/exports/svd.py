"""A map as a CMSIS-SVD file (schema 1.3.9 and later), and what of the map such a file cannot say."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from inspector.errors import UsageError
from inspector.maps.exports.losses import Loss, Losses
from inspector.maps.exports.outline import Site, sites
from inspector.maps.exports.svd_places import (
    Place,
    identifier,
    is_counted,
    is_listable,
    write_dimension,
)
from inspector.maps.exports.svd_registers import has_registers, write_children
from inspector.maps.exports.texts import heading
from inspector.maps.exports.xml_text import XmlText
from inspector.maps.identifiers import Names
from inspector.model.register import Block, Dimension
from inspector.model.registermap import OpenMode, Region, RegisterMap

SCHEMA = "CMSIS-SVD.xsd"

_ELEMENT = re.compile(r"(.*)\[([^\[\]]+)\]")
_GROUP_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Svd:
    """An exported file.

    Attributes:
        text: Its content; it ends with a line break.
        losses: What of the map it does not say; the file lists the same in a comment.
    """

    text: str
    losses: tuple[Loss, ...]


def export_svd(register_map: RegisterMap) -> Svd:
    """Write a map as CMSIS-SVD.

    Raises:
        UsageError: The map places no block: SVD has no file without peripherals.
    """
    placed = list(sites(register_map))
    if not placed:
        raise UsageError(
            f"the map {register_map.name} places no block, and SVD describes placed blocks alone"
        )
    losses = Losses()
    body = XmlText()
    _write_device(register_map, placed, body, losses)
    lost = tuple(losses)
    whole = XmlText()
    whole.comment(_foreword(register_map, lost))
    return Svd("\n".join([*whole.lines, *body.lines[1:]]) + "\n", lost)


def _foreword(register_map: RegisterMap, losses: Sequence[Loss]) -> Iterable[str]:
    yield f"Made by inspector from the register map {register_map.name}."
    if losses:
        yield "What the map says and CMSIS-SVD does not:"
    for loss in losses:
        yield f"* {loss}"


def _write_device(register_map: RegisterMap, placed: Sequence[Site], xml: XmlText, losses: Losses) -> None:
    _tell_map_losses(register_map, placed, losses)
    attributes = {
        "schemaVersion": "1.3",
        "xmlns:xs": "http://www.w3.org/2001/XMLSchema-instance",
        "xs:noNamespaceSchemaLocation": SCHEMA,
    }
    with xml.inside("device", attributes):
        xml.optional("vendor", register_map.vendor)
        xml.element("name", identifier(register_map.name))
        xml.element("version", register_map.version.strip() or "unspecified")
        xml.element("description", register_map.desc.strip() or heading(register_map))
        xml.optional("licenseText", register_map.license)
        xml.element("addressUnitBits", 8)
        xml.element("width", _bus_width(placed))
        with xml.inside("peripherals"):
            _write_peripherals(list(_fold(placed)), xml, losses)


def _bus_width(placed: Sequence[Site]) -> int:
    widths = {
        register.access_width
        for block in dict.fromkeys(site.instance.block for site in placed)
        for _, _, register in block.walk()
    }
    return max(widths, default=32)


def _tell_map_losses(register_map: RegisterMap, placed: Sequence[Site], losses: Losses) -> None:
    if register_map.title.strip() and register_map.desc.strip():
        losses.add("the map's title beside its description is not carried")
    if register_map.doc.strip():
        losses.add("the map's data sheet (doc) is not carried")
    used = {site.instance.block.name for site in placed}
    for block in register_map.blocks:
        if block.name not in used:
            losses.add("a block without a place is left out", block.name)
    for region in register_map.regions:
        _tell_region_losses(region, losses)


def _tell_region_losses(region: Region, losses: Losses) -> None:
    lost = {
        "that an address is known at run time is not carried: peripherals count from the region's start": (
            region.base is None
        ),
        "how a region is opened is not carried": region.open is not OpenMode.SHARED,
        "where a region's registers are (source, bind) is not carried": region.source or region.bind,
        "which accesses a region takes (access_widths) is not carried": region.access_widths is not None,
        "flags of a region are not carried": region.flags,
        "the title and description of a region are not carried": region.title or region.desc,
    }
    for message, there in lost.items():
        if there:
            losses.add(message, region.name)
    losses.add("the extent of a region is not carried", region.name)


# --- peripherals -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Peripheral:
    """An instance, or an array of instances.

    Attributes:
        site: Where it is, or its first element is.
        stem: Its name, without an array's index.
        dimension: The array's shape, or None.
    """

    site: Site
    stem: str
    dimension: Dimension | None = None

    @property
    def block(self) -> Block:
        return self.site.instance.block


def _fold(placed: Sequence[Site]) -> Iterator[_Peripheral]:
    """The peripherals in the map's order; what is an array in the map is one again, where SVD has such."""
    at = 0
    while at < len(placed):
        run = _elements(placed, at)
        dimension = _dimension(run)
        if dimension is not None:
            yield _Peripheral(placed[at], _stem(placed[at]).partition("[")[0], dimension)
        else:
            yield from (_Peripheral(site, _stem(site)) for site in placed[at : at + max(1, len(run))])
        at += max(1, len(run))


def _stem(site: Site) -> str:
    return site.prefix.replace("/", "_") + site.instance.name


def _elements(placed: Sequence[Site], at: int) -> list[tuple[str, int]]:
    """The index and the offset of each element of the array that begins at a site; none where none does."""
    first = placed[at]
    run: list[tuple[str, int]] = []
    for site in placed[at:]:
        match = _ELEMENT.fullmatch(site.instance.name)
        if match is None or not first.instance.name.startswith(f"{match[1]}["):
            break
        if site.region is not first.region or site.instance.block is not first.instance.block:
            break
        run.append((match[2], site.instance.offset))
    return run


def _dimension(run: Sequence[tuple[str, int]]) -> Dimension | None:
    """The shape of an array, or None where SVD cannot say it."""
    index = tuple(word for word, _ in run)
    steps = {after - before for (_, before), (_, after) in itertools.pairwise(run)}
    if len(steps) != 1 or not (is_counted(index) or is_listable(index)):
        return None
    (stride,) = steps
    return Dimension(len(run), stride, index) if stride > 0 else None


def _write_peripherals(peripherals: Sequence[_Peripheral], xml: XmlText, losses: Losses) -> None:
    names = Names()
    origins: dict[Block, str] = {}
    for peripheral in peripherals:
        place = Place(losses, peripheral.site.name)
        name = names.take(_name(peripheral, place))
        instance = peripheral.site.instance
        origin = origins.get(peripheral.block)
        with xml.inside("peripheral", {"derivedFrom": origin} if origin else None):
            write_dimension(peripheral.dimension, xml)
            xml.element("name", name)
            xml.element("description", _description(peripheral, place))
            if instance.alt:
                place.lost("the view (alt) of an instance is not carried")
            if _GROUP_NAME.fullmatch(peripheral.block.name):
                xml.element("groupName", peripheral.block.name)
            address = peripheral.site.address
            xml.element("baseAddress", instance.offset if address is None else address, hexadecimal=True)
            if origin is None:
                _write_block(peripheral.block, xml, Place(losses, peripheral.block.name))
        if peripheral.dimension is None:
            # What derives from an array would be one itself.
            origins.setdefault(peripheral.block, name)


def _name(peripheral: _Peripheral, place: Place) -> str:
    name = identifier(peripheral.stem)
    if name != peripheral.site.name.partition("[")[0] or (
        peripheral.dimension is None and "[" in peripheral.site.name
    ):
        place.lost("a name is made an identifier")
    return f"{name}[%s]" if peripheral.dimension is not None else name.strip("_") or "peripheral"


def _description(peripheral: _Peripheral, place: Place) -> str:
    """The one text that a peripheral has."""
    instance, block = peripheral.site.instance, peripheral.block
    texts = [text.strip() for text in (instance.desc, block.desc, instance.title, block.title)]
    stated = list(dict.fromkeys(text for text in texts if text))
    if len(stated) > 1:
        place.lost("of the titles and descriptions of an instance and its block, one is carried")
    return stated[0] if stated else block.name


def _write_block(block: Block, xml: XmlText, place: Place) -> None:
    if block.needs is not None:
        place.lost("what a block needs before it is touched is not carried")
    if block.doc:
        place.lost("the place in the data sheet (doc) is not carried")
    _write_address_block(0, max(block.size, 1), "registers", xml)
    for _, offset, memory in block.memories():
        _write_address_block(offset, memory.size, "buffer", xml)
    if has_registers(block.children):
        with xml.inside("registers"):
            write_children(block.children, xml, place)


def _write_address_block(offset: int, size: int, usage: str, xml: XmlText) -> None:
    with xml.inside("addressBlock"):
        xml.element("offset", offset, hexadecimal=True)
        xml.element("size", size, hexadecimal=True)
        xml.element("usage", usage)

"""Builds regions and their instances, and holds them against the blocks that they place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inspector.maps.entries import Entries, named_pairs, read_entries
from inspector.maps.findings import Report, did_you_mean, quote
from inspector.maps.keys import (
    ACCESS_WIDTHS,
    ALT,
    BASE,
    BIND_KEY,
    BLOCK_NAME,
    BYTE_ORDER,
    COUNT,
    DESC,
    FLAGS,
    INDEX,
    INSTANCE,
    INSTANCE_OFFSET,
    INSTANCES,
    MOST_REGISTERS,
    OFFSETS,
    OPEN,
    REGION,
    REGION_SIZE,
    SOURCE,
    STRIDE,
    TITLE,
)
from inspector.maps.kinds import LAST_ADDRESS
from inspector.maps.layout import Layout
from inspector.maps.naming import Shape, check_elements, check_name, element_names, read_shape
from inspector.maps.nodes import Node, ScalarNode
from inspector.maps.sources import read_bind, read_source
from inspector.model.register import Block, ByteOrder, Dimension
from inspector.model.registermap import Instance, OpenMode, Region


@dataclass(frozen=True, slots=True)
class BuiltBlock:
    """A block with its layout."""

    block: Block
    layout: Layout


BlockSource = Callable[[str, ByteOrder | None], BuiltBlock | None]
"""Gives a block by name, with a byte order where the region states one; None for a wrong one."""


@dataclass(slots=True)
class _Placement:
    """The instances that one entry of a region brings."""

    name: ScalarNode
    entries: Entries
    built: BuiltBlock
    shape: Shape | None
    offset: int
    stride: int

    @property
    def count(self) -> int:
        return self.shape.count if self.shape else 1

    @property
    def place(self) -> Node:
        """What a message about its place points at."""
        return self.entries.at(INSTANCE_OFFSET)

    @property
    def starts(self) -> Sequence[int]:
        if self.shape is None:
            return (self.offset,)
        return [self.offset + start for start in self.shape.dimension(self.stride).starts]

    @property
    def end(self) -> int:
        return max(self.starts) + self.built.block.size

    @property
    def alt(self) -> str:
        return self.entries.get(ALT) or ""


class RegionBuilder:
    """Builds the regions of one map.

    Attributes:
        used: Names of the blocks that instances name.
    """

    def __init__(self, report: Report, blocks: BlockSource, known: list[str]) -> None:
        self.report = report
        self.used: set[str] = set()
        self._blocks = blocks
        self._known = known
        self._registers = 0

    def build(self, name: ScalarNode, node: Node) -> Region | None:
        """Build a region; None with errors reported."""
        report = self.report
        check_name(name, "region", report)
        entries = read_entries(node, REGION, report, name=name)
        if entries is None:
            return None
        base, size = entries.get(BASE), entries.get(REGION_SIZE)
        instances = entries.get(INSTANCES)
        placements = self._placements(instances, entries) if instances is not None else []
        # Where the size or the base is wrong, no message may rest on it.
        if not entries.wrong(REGION_SIZE):
            size = self._check_extent(entries, placements, base, size)
        if not entries.wrong(BASE):
            self._check_alignment(entries, placements, base)
        self._check_widths(entries, placements)
        self._check_overlaps(placements)
        check_elements([(placement.name, placement.shape) for placement in placements], "instance", report)
        word, found = read_source(entries.at(SOURCE), report) if entries.stated(SOURCE) else (None, None)
        bind = read_bind(entries.at(BIND_KEY), report) if entries.stated(BIND_KEY) else found
        widths, flags = entries.get(ACCESS_WIDTHS), entries.get(FLAGS)
        return Region(
            name=name.text,
            base=base,
            size=size or 0,
            instances=tuple(instance for placement in placements for instance in _expand(placement)),
            open=entries.get(OPEN) or OpenMode.SHARED,
            source=word,
            bind=bind,
            access_widths=None if widths is None else frozenset(widths),
            flags=frozenset(flags or ()),
            title=entries.get(TITLE) or "",
            desc=entries.get(DESC) or "",
        )

    def _placements(self, node: Node, region: Entries) -> list[_Placement]:
        placements = []
        for name, value in named_pairs(node, "instances", self.report) or ():
            placement = self._placement(name, value, region)
            if placement is None:
                continue
            self._registers += placement.count * placement.built.layout.count
            if self._registers > MOST_REGISTERS:
                self.report.error(
                    placement.name, "too-large", f"the map has more than {MOST_REGISTERS:,} registers"
                )
                break
            placements.append(placement)
        return placements

    def _placement(self, name: ScalarNode, value: Node, region: Entries) -> _Placement | None:
        report = self.report
        if isinstance(value, ScalarNode) and not value.is_null:
            entries = Entries(name)
            entries.put(BLOCK_NAME, value, report)
        else:
            read = read_entries(value, INSTANCE, report, name=name)
            if read is None:
                return None
            entries = read
        before = report.errors
        shape = read_shape(entries, name, report)
        unsound = entries.wrong_any(COUNT, STRIDE, OFFSETS, INDEX, INSTANCE_OFFSET)
        check_name(name, "instance", report, array=shape is not None or unsound)
        block_name = entries.get(BLOCK_NAME)
        if block_name is None:
            return None
        self.used.add(block_name)
        if block_name not in self._known:
            report.error(
                entries.at(BLOCK_NAME),
                "unknown-block",
                f"no block {quote(block_name)}",
                did_you_mean(block_name, self._known) or f"the blocks: {' '.join(self._known)}",
            )
            return None
        built = self._blocks(block_name, region.get(BYTE_ORDER))
        if built is None or unsound or report.errors > before:
            return None
        stride = built.block.size
        if shape is not None and shape.stride is not None:
            if shape.stride < stride and shape.count > 1:
                report.error(
                    entries.at(STRIDE),
                    "stride",
                    f"a stride of {shape.stride:#x} bytes is too small for block "
                    f"'{block_name}' of {stride:#x} bytes",
                    f"it needs {stride:#x} at least",
                )
                return None
            stride = shape.stride
        offset = entries.get(INSTANCE_OFFSET) or 0
        return _Placement(name, entries, built, shape, offset, stride)

    def _check_extent(
        self, region: Entries, placements: list[_Placement], base: int | None, size: int | None
    ) -> int | None:
        """Hold the instances against the region's size, and that against the address space."""
        end = max((placement.end for placement in placements), default=0)
        for placement in placements:
            if size is not None and placement.end > size:
                self.report.error(
                    placement.place,
                    "region-size",
                    f"'{placement.name.text}' ends at {placement.end:#x}, "
                    f"past the end of its region at {size:#x}",
                    f"the block has {placement.built.block.size:#x} bytes",
                )
        size = end if size is None else size
        if (base or 0) + size > LAST_ADDRESS + 1:
            self.report.error(
                region.at(REGION_SIZE if region.stated(REGION_SIZE) else BASE),
                "range",
                f"the region ends at {(base or 0) + size:#x}, beyond 64 bits of address",
            )
        return size

    def _check_alignment(self, region: Entries, placements: list[_Placement], base: int | None) -> None:
        for placement in placements:
            layout = placement.built.layout
            need = layout.alignment
            hint = (
                f"'{layout.widest}' of {need * 8} bits stands at a multiple of {need}, or the bus refuses it"
            )
            name = placement.name.text
            wrong = next(
                (
                    start - placement.offset
                    for start in placement.starts[1:]
                    if (start - placement.offset) % need
                ),
                0,
            )
            if wrong:
                key = OFFSETS if placement.entries.stated(OFFSETS) else STRIDE
                what = "stride" if key is STRIDE else "element's offset"
                self.report.error(
                    placement.entries.at(key),
                    "alignment",
                    f"the {what} {wrong:#x} of '{name}' is not a multiple of {need}",
                    hint,
                )
            elif ((base or 0) + placement.offset) % need:
                own = placement.offset % need
                self.report.error(
                    placement.place if own else region.at(BASE),
                    "alignment",
                    f"the offset {placement.offset:#x} of '{name}' is not a multiple of {need}"
                    if own
                    else f"the base {base or 0:#x} is not a multiple of {need}",
                    hint,
                )

    def _check_widths(self, region: Entries, placements: list[_Placement]) -> None:
        widths = region.get(ACCESS_WIDTHS)
        if widths is None:
            return
        for placement in placements:
            for width, path in placement.built.layout.widths.items():
                if width not in widths:
                    self.report.error(
                        placement.entries.at(BLOCK_NAME),
                        "access-width",
                        f"'{placement.name.text}.{path}' has {width} bits, "
                        f"which access_widths of region '{region_name(region)}' leaves out",
                        f"it takes {', '.join(map(str, sorted(widths)))}",
                    )

    def _check_overlaps(self, placements: list[_Placement]) -> None:
        views: dict[str, list[tuple[int, int]]] = {}
        for i, placement in enumerate(placements):
            views.setdefault(placement.alt, []).extend((start, i) for start in placement.starts)
        for spans in views.values():
            self._check_view(placements, sorted(spans))

    def _check_view(self, placements: list[_Placement], spans: list[tuple[int, int]]) -> None:
        """Report instances of one view that share bytes; ``spans`` are in the order of their starts."""
        reported: set[int] = set()
        highest, owner = 0, -1
        for start, i in spans:
            end = start + placements[i].built.block.size
            if start < highest:
                late, early = max(i, owner), min(i, owner)
                if late not in reported:
                    reported.add(late)
                    self.report.error(
                        placements[late].place,
                        "overlap",
                        f"'{placements[late].name.text}' overlaps "
                        f"'{placements[early].name.text}' at {start:#x}",
                        "give each an alt if they are views of the same bytes, or put them into two regions",
                    )
            if end > highest:
                highest, owner = end, i


def region_name(region: Entries) -> str:
    """The name that a region's entries are filed under."""
    return region.node.text if isinstance(region.node, ScalarNode) else ""


def _expand(placement: _Placement) -> list[Instance]:
    shape: Shape | Dimension | None = placement.shape
    return [
        Instance(
            name=name,
            block=placement.built.block,
            offset=start,
            alt=placement.alt,
            title=placement.entries.get(TITLE) or "",
            desc=placement.entries.get(DESC) or "",
        )
        for name, start in zip(element_names(placement.name.text, shape), placement.starts, strict=True)
    ]

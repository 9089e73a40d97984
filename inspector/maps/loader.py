"""Loads a register map from its files: every error found, each with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from inspector.errors import Finding, MapError
from inspector.maps.aliases import Aliases
from inspector.maps.collector import collector_paused
from inspector.maps.conditions import ConditionSpec
from inspector.maps.context import Context
from inspector.maps.devices import Device, choose_device, read_devices
from inspector.maps.entries import named_pairs, read_entries
from inspector.maps.enumerations import EnumText
from inspector.maps.files import MapFile
from inspector.maps.findings import FloodError, Report, quote
from inspector.maps.formats import read_map
from inspector.maps.include import Library
from inspector.maps.inherit import Inherited
from inspector.maps.keys import (
    BLOCK,
    BLOCK_SIZE,
    DEFAULTS_TABLE,
    DESC,
    DOC,
    LICENSE,
    LIKE,
    MOST_REGISTERS,
    NAME,
    NEEDS,
    ORIGIN,
    REGISTERS,
    TITLE,
    VENDOR,
    VERSION,
)
from inspector.maps.layout import check_layout
from inspector.maps.merging import TooMuchError
from inspector.maps.naming import NAME as NAME_PATTERN
from inspector.maps.naming import check_name
from inspector.maps.needs import check_needs
from inspector.maps.nodes import Node, ScalarNode, Source
from inspector.maps.parts import Parts
from inspector.maps.paths import check_paths
from inspector.maps.regions import BuiltBlock, RegionBuilder
from inspector.maps.registers import build_registers
from inspector.model.enumeration import Enumeration
from inspector.model.register import Block, ByteOrder
from inspector.model.registermap import Instance, Region, RegisterMap


@dataclass(frozen=True, slots=True)
class Examined:
    """What looking at a map has brought.

    Attributes:
        register_map: The map; None where it has errors.
        findings: All errors and warnings, in file order.
        files: The files that took part, the one that was named first.
    """

    register_map: RegisterMap | None
    findings: list[Finding]
    files: tuple[MapFile, ...]


def load_text(text: str, file: str) -> RegisterMap:
    """Load a register map from its text.

    Args:
        text: The YAML.
        file: What to call it in messages; the files that it names are looked for beside that.

    Raises:
        MapError: The map has errors; all of them, with the warnings, in file order.
    """
    register_map, findings = examine(text, file)
    if register_map is None:
        raise MapError(findings)
    return register_map


def examine(text: str, file: str) -> tuple[RegisterMap | None, list[Finding]]:
    """Load a register map from its text if it has no errors, and tell every finding."""
    source = Source(file, text)
    report = Report(source)
    library = Library(report)

    def read() -> Parts | None:
        description = read_map(MapFile(Path(file), file, b""), source, report)
        return None if description is None else library.assemble(description)

    examined = _examine(report, library, read, "")
    return examined.register_map, examined.findings


def examine_file(file: MapFile, device: str = "") -> Examined:
    """Load a map of any format if it has no errors, and tell every finding.

    Args:
        file: The file that was named.
        device: Which of the devices that it describes; empty for all.

    Raises:
        UsageError: There is no such device, or what reads the format is not installed.
    """
    report = Report(Source(file.name, ""))
    library = Library(report)
    return _examine(report, library, lambda: library.read(file), device)


def _examine(report: Report, library: Library, read: Callable[[], Parts | None], device: str) -> Examined:
    register_map = None
    with collector_paused(), suppress(FloodError, TooMuchError):
        parts = read()
        if parts is not None:
            register_map = _Loader(parts, report).load(device)
    findings = report.findings()
    if register_map is None or report.errors:
        return Examined(None, findings, tuple(library.files))
    register_map = replace(register_map, warnings=tuple(findings))
    return Examined(register_map, findings, tuple(library.files))


class _Loader:
    """Builds one map of its parts."""

    def __init__(self, parts: Parts, report: Report) -> None:
        self._parts = parts
        self._report = report
        self._enums: dict[str, Enumeration | None] = {}
        self._defaults: dict[Node | None, Inherited] = {None: Inherited()}
        self._built: dict[tuple[str, ByteOrder | None], BuiltBlock | None] = {}
        self._needs: dict[str, ConditionSpec] = {}

    def load(self, device: str) -> RegisterMap:
        """Build everything, since all of it is checked; of the devices, keep the one that is asked for."""
        parts, report = self._parts, self._report
        for name, (_, value) in parts.enums.items():
            spec = EnumText(by_name=False).read(value, report)
            self._enums[name] = spec.enumeration if spec is not None else None
        built = [self._block(name, None) for name in parts.blocks]
        blocks = [item.block for item in built if item is not None]
        devices = read_devices(parts.devices, report)
        chosen = choose_device(devices, device, parts.source.name)
        texts = parts.texts
        register_map = RegisterMap(
            name=self._name(),
            regions=self._regions(blocks, devices, device),
            blocks=tuple(blocks),
            title=(chosen and chosen.title) or texts.get(TITLE.name, ""),
            desc=(chosen and chosen.desc) or texts.get(DESC.name, ""),
            doc=texts.get(DOC.name) or texts.get(ORIGIN.name, ""),
            vendor=texts.get(VENDOR.name, ""),
            version=texts.get(VERSION.name, ""),
            license=texts.get(LICENSE.name, ""),
            file=f"{parts.source.name}#{device}" if device else parts.source.name,
            imported=parts.imported,
        )
        if self._needs and not report.errors:
            check_needs(register_map, self._needs, report)
        return register_map

    def _name(self) -> str:
        node = self._parts.top.at(NAME)
        if self._parts.top.stated(NAME) and isinstance(node, ScalarNode):
            check_name(node, "map", self._report)
            return node.text
        stem = PurePath(self._parts.source.name).stem
        return stem if NAME_PATTERN.fullmatch(stem) else re.sub(r"[^A-Za-z0-9_-]", "_", f"_{stem}")

    def _defaults_of(self, node: Node | None) -> Inherited:
        if node not in self._defaults:
            stated = read_entries(node, DEFAULTS_TABLE, self._report) if node is not None else None
            plain = Inherited()
            self._defaults[node] = plain if stated is None else plain.at(stated, self._report)
        return self._defaults[node]

    def _block(self, name: str, byte_order: ByteOrder | None) -> BuiltBlock | None:
        """A block, built once for each byte order that a region gives it."""
        key = (name, byte_order)
        if key not in self._built:
            block, report = self._parts.blocks[name], self._report
            defaults = self._defaults_of(block.defaults)
            if byte_order is not None:
                defaults = replace(defaults, byte_order=byte_order)
                # What is wrong with the block was said when it was built for itself.
                report = Report(report.source)
            self._built[key] = self._build_block(block.name, block.node, defaults, report)
        return self._built[key]

    def _build_block(
        self, name: ScalarNode, node: Node, defaults: Inherited, report: Report
    ) -> BuiltBlock | None:
        before = report.errors
        entries = read_entries(node, BLOCK, report, name=name)
        registers = entries.get(REGISTERS) if entries is not None else None
        # Where it is still like another, that other is wrong, and told.
        if entries is None or registers is None or entries.stated(LIKE):
            return None
        context = Context(report, self._enums)
        aliases = Aliases.read(entries, report)
        inherited = replace(defaults.at(entries, report), atomic=aliases.atomic if aliases else None)
        placed = build_registers(registers, inherited, "", context)
        stated = entries.get(BLOCK_SIZE)
        layout, placed = check_layout(placed, stated, aliases, report)
        needs = entries.get(NEEDS)
        if needs is not None:
            self._needs[name.text] = needs
        block = Block(
            name=name.text,
            size=stated or layout.end,
            children=tuple(thing.element for thing in placed),
            title=entries.get(TITLE) or "",
            desc=entries.get(DESC) or "",
            doc=entries.get(DOC) or "",
            needs=needs.guard if needs else None,
        )
        check_paths(context.uses, block, context.broken, report)
        # A block whose extent is not known cannot be held against its region.
        unknown = entries.wrong(BLOCK_SIZE) or (stated is None and report.errors > before)
        return None if unknown else BuiltBlock(block, layout)

    def _regions(self, blocks: list[Block], devices: list[Device], device: str) -> tuple[Region, ...]:
        parts, report = self._parts, self._report
        if parts.regions is None and parts.devices is None:
            self._check_total(blocks)
            return tuple(
                Region(block.name, None, block.size, (Instance(block.name, block),)) for block in blocks
            )
        builder = RegionBuilder(report, self._block, list(parts.blocks))
        regions = self._placed(parts.regions, builder)
        shared = set(regions)
        for place in devices:
            for name, region in self._placed(place.regions, builder, shared).items():
                if not device:
                    full = f"{place.name}.{name}"
                    regions[full] = replace(region, name=full)
                elif place.name == device:
                    regions[name] = region
        if not report.errors:
            self._tell_unused(builder.used)
        return tuple(regions.values())

    def _placed(
        self, node: Node | None, builder: RegionBuilder, taken: Collection[str] = ()
    ) -> dict[str, Region]:
        """Regions by name; those with errors are left out."""
        built: dict[str, Region] = {}
        for name, value in (named_pairs(node, "regions", self._report) or ()) if node is not None else ():
            if name.text in taken:
                message = f"the device's region {quote(name.text)} is called like one that all devices share"
                self._report.error(name, "duplicate-name", message)
            region = builder.build(name, value)
            if region is not None:
                built[name.text] = region
        return built

    def _tell_unused(self, used: set[str]) -> None:
        for name, block in self._parts.blocks.items():
            if name not in used and not block.quiet:
                self._report.warning(
                    block.name,
                    "unused-block",
                    f"the block {quote(name)} stands in no region, so it is not shown",
                    "name it under a region's instances",
                )

    def _check_total(self, blocks: list[Block]) -> None:
        total = 0
        for block in blocks:
            built = self._block(block.name, None)
            total += built.layout.count if built is not None else 0
            if total > MOST_REGISTERS:
                message = f"the map has more than {MOST_REGISTERS:,} registers"
                self._report.error(self._parts.blocks[block.name].name, "too-large", message)
                return

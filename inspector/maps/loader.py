"""Loads a register map from its text: every error found, each with its place."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import PurePath

from inspector.errors import Finding, MapError
from inspector.maps.aliases import Aliases
from inspector.maps.context import Context
from inspector.maps.entries import Entries, named_pairs, read_entries
from inspector.maps.findings import FloodError, Report, did_you_mean, quote
from inspector.maps.inherit import Inherited
from inspector.maps.keys import (
    BLOCK,
    BLOCK_SIZE,
    BLOCKS,
    DEFAULTS,
    DEFAULTS_TABLE,
    DESC,
    DOC,
    ENUMS,
    LICENSE,
    MOST_REGISTERS,
    NAME,
    NEEDS,
    ORIGIN,
    REGIONS,
    REGISTERS,
    REGMAP,
    TITLE,
    TOP,
    VENDOR,
    VERSION,
)
from inspector.maps.layout import check_layout
from inspector.maps.naming import NAME as NAME_PATTERN
from inspector.maps.naming import check_name
from inspector.maps.needs import check_needs
from inspector.maps.nodes import MappingNode, Node, Place, ScalarNode, Source, UnreadableError, parse
from inspector.maps.paths import check_paths
from inspector.maps.regions import BuiltBlock, RegionBuilder
from inspector.maps.registers import build_registers
from inspector.maps.values import ConditionSpec, EnumText
from inspector.model.enumeration import Enumeration
from inspector.model.register import Block, ByteOrder
from inspector.model.registermap import Instance, Region, RegisterMap

FORMAT_VERSION = 1

_MAGIC_HINT = "a register map begins with the line 'regmap: 1'"


def load_text(text: str, file: str) -> RegisterMap:
    """Load a register map from its text.

    Args:
        text: The YAML.
        file: What to call it in messages.

    Raises:
        MapError: The map has errors; all of them, with the warnings, in file order.
    """
    register_map, findings = examine(text, file)
    if register_map is None:
        raise MapError(findings)
    return register_map


def examine(text: str, file: str) -> tuple[RegisterMap | None, list[Finding]]:
    """Load a register map if it has no errors, and tell every finding."""
    report = Report(Source(file, text))
    register_map = None
    with _collector_paused(), suppress(FloodError):
        register_map = _Loader(report).load()
    findings = report.findings()
    if register_map is None or report.errors:
        return None, findings
    return replace(register_map, warnings=tuple(findings)), findings


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the cyclic collector from walking the growing tree: a large map loads ten times faster."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Loader:
    """Builds one map."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._enums: dict[str, Enumeration | None] = {}
        self._block_nodes: dict[str, tuple[ScalarNode, Node]] = {}
        self._built: dict[tuple[str, ByteOrder | None], BuiltBlock | None] = {}
        self._needs: dict[str, ConditionSpec] = {}
        self._defaults = Inherited()

    def load(self) -> RegisterMap | None:
        report = self._report
        try:
            root = parse(report.source)
        except UnreadableError as error:
            report.error(error.place, error.rule, error.message, error.hint)
            return None
        entries = self._top(root)
        if entries is None:
            return None
        if (node := entries.get(DEFAULTS)) is not None:
            stated = read_entries(node, DEFAULTS_TABLE, report)
            if stated is not None:
                self._defaults = self._defaults.at(stated, report)
        if (node := entries.get(ENUMS)) is not None:
            self._read_enums(node)
        blocks = self._blocks(entries)
        regions = self._regions(entries, blocks)
        register_map = RegisterMap(
            name=self._name(entries),
            regions=regions,
            blocks=tuple(blocks),
            title=entries.get(TITLE) or "",
            desc=entries.get(DESC) or "",
            doc=entries.get(DOC) or entries.get(ORIGIN) or "",
            vendor=entries.get(VENDOR) or "",
            version=entries.get(VERSION) or "",
            license=entries.get(LICENSE) or "",
            file=report.source.name,
        )
        if self._needs and not report.errors:
            check_needs(register_map, self._needs, report)
        return register_map

    def _top(self, root: Node | None) -> Entries | None:
        """The map's own keys; None for a file that is no map at all, or of another version."""
        report = self._report
        if root is None or (isinstance(root, ScalarNode) and root.is_null):
            report.error(Place(0, 0), "version", "the file is empty", _MAGIC_HINT)
            return None
        keys = (
            [key.text for key, _ in root.pairs if isinstance(key, ScalarNode)]
            if isinstance(root, MappingNode)
            else []
        )
        if REGMAP.name not in keys:
            hint = did_you_mean(REGMAP.name, keys[:1]) and f"{_MAGIC_HINT}, not with {quote(keys[0])}"
            report.error(
                root, "version", "this is no register map: there is no key 'regmap'", hint or _MAGIC_HINT
            )
            return None
        entries = read_entries(root, TOP, report)
        if entries is None:
            return None
        version = entries.get(REGMAP)
        if version is not None and version != FORMAT_VERSION:
            report.error(
                entries.at(REGMAP),
                "version",
                f"version {version} of the map format is not known",
                f"this program reads version {FORMAT_VERSION}",
            )
            return None
        return entries

    def _name(self, entries: Entries) -> str:
        node = entries.at(NAME)
        if entries.stated(NAME) and isinstance(node, ScalarNode):
            check_name(node, "map", self._report)
            return node.text
        stem = PurePath(self._report.source.name).stem
        return stem if NAME_PATTERN.fullmatch(stem) else re.sub(r"[^A-Za-z0-9_-]", "_", f"_{stem}")

    def _read_enums(self, node: Node) -> None:
        for name, value in named_pairs(node, "enums", self._report) or ():
            check_name(name, "enum", self._report)
            spec = EnumText(by_name=False).read(value, self._report)
            self._enums[name.text] = spec.enumeration if spec is not None else None

    def _blocks(self, entries: Entries) -> list[Block]:
        node = entries.get(BLOCKS)
        if node is None:
            return []
        for name, value in named_pairs(node, "blocks", self._report) or ():
            check_name(name, "block", self._report)
            self._block_nodes[name.text] = (name, value)
        built = [self._block(name, None) for name in self._block_nodes]
        return [item.block for item in built if item is not None]

    def _block(self, name: str, byte_order: ByteOrder | None) -> BuiltBlock | None:
        """A block, built once for each byte order that a region gives it."""
        key = (name, byte_order)
        if key not in self._built:
            defaults, report = self._defaults, self._report
            if byte_order is not None:
                defaults = replace(defaults, byte_order=byte_order)
                # What is wrong with the block was said when it was built for itself.
                report = Report(report.source)
            self._built[key] = self._build_block(*self._block_nodes[name], defaults, report)
        return self._built[key]

    def _build_block(
        self, name: ScalarNode, node: Node, defaults: Inherited, report: Report
    ) -> BuiltBlock | None:
        before = report.errors
        entries = read_entries(node, BLOCK, report, name=name)
        registers = entries.get(REGISTERS) if entries is not None else None
        if entries is None or registers is None:
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

    def _regions(self, entries: Entries, blocks: list[Block]) -> tuple[Region, ...]:
        report = self._report
        if not entries.stated(REGIONS):
            self._check_total(blocks)
            return tuple(
                Region(block.name, None, block.size, (Instance(block.name, block),)) for block in blocks
            )
        node = entries.get(REGIONS)
        if node is None:
            return ()
        builder = RegionBuilder(report, self._block, list(self._block_nodes))
        regions = []
        for name, value in named_pairs(node, "regions", report) or ():
            region = builder.build(name, value)
            if region is not None:
                regions.append(region)
        if not report.errors:
            for name_node, _ in self._block_nodes.values():
                if name_node.text not in builder.used:
                    report.warning(
                        name_node,
                        "unused-block",
                        f"the block {quote(name_node.text)} stands in no region, so it is not shown",
                        "name it under a region's instances",
                    )
        return tuple(regions)

    def _check_total(self, blocks: list[Block]) -> None:
        total = 0
        for block in blocks:
            built = self._block(block.name, None)
            total += built.layout.count if built is not None else 0
            if total > MOST_REGISTERS:
                message = f"the map has more than {MOST_REGISTERS:,} registers"
                self._report.error(self._block_nodes[block.name][0], "too-large", message)
                return

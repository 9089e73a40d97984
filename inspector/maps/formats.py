"""Which format a description is in, and its tree: maps, and what other tools call registers."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath

from inspector.errors import MapError
from inspector.maps.files import MapFile, decode
from inspector.maps.findings import Report
from inspector.maps.nodes import MappingNode, Node, Place, Source, Spot, UnreadableError, parse
from inspector.maps.tree import Imported

HEAD = 1 << 16
"""Bytes at a file's start that tell its format."""

_BOM = b"\xef\xbb\xbf"
_DTB = b"\xd0\x0d\xfe\xed"
# None of them runs over line ends, or it would take a line's time for each line before it.
_MAP = rb"""(?m)^[ \t{]*["']?regmap["']?[ \t]*:"""
_ROOT = rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)"
_HJSON_REGISTERS = rb"""(?m)^[ \t{]*["']?registers["']?[ \t]*:"""
_HJSON_BLOCK = rb"""(?m)^[ \t{]*["']?(bus_interfaces|regwidth|clocking|cip_id)["']?[ \t]*:"""
_CSR = rb'"csr_(bases|registers)"[ \t]*:'
_RDL = rb"(?m)^[ \t]*(external[ \t]+)?(addrmap|regfile|property)\b[^;:={]{0,200}\{"


@dataclass(frozen=True, slots=True)
class Format:
    """A format of descriptions.

    Attributes:
        name: As its maker calls it.
        suffixes: What its files' names end in.
        begins: Whether a file that begins so is in it.
        read: Makes a map's tree of a file; None for a map itself.
        alone: Whether whatever is called so is meant to be in it.
    """

    name: str
    suffixes: tuple[str, ...]
    begins: Callable[[bytes], bool]
    read: Callable[[MapFile], Imported] | None = None
    alone: bool = False


def _svd(file: MapFile) -> Imported:
    from inspector.maps.svd import import_svd

    return import_svd(file.data, file.name)


def _ipxact(file: MapFile) -> Imported:
    from inspector.maps.ipxact import import_ipxact

    return import_ipxact(file.data, file.name)


def _systemrdl(file: MapFile) -> Imported:
    from inspector.maps.systemrdl import import_systemrdl

    return import_systemrdl(file.path, file.name)


def _opentitan(file: MapFile) -> Imported:
    from inspector.maps.opentitan import import_opentitan

    return import_opentitan(file.data, file.name)


def _litex(file: MapFile) -> Imported:
    from inspector.maps.litex import import_litex

    return import_litex(file.data, file.name)


def _dtb(file: MapFile) -> Imported:
    from inspector.maps.dtb import import_dtb

    return import_dtb(file.data, file.name)


def _holds(*patterns: bytes) -> Callable[[bytes], bool]:
    """Whether a head holds all of some patterns, which are compiled when they are first looked for."""
    return lambda head: all(re.search(pattern, head) for pattern in patterns)


def _root_is(*names: bytes) -> Callable[[bytes], bool]:
    """Whether the head is of an XML document with such a root element, in whatever namespace."""

    def begins(head: bytes) -> bool:
        if not head.lstrip().startswith(b"<"):
            return False
        found = re.search(_ROOT, _without_comments(head))
        return found is not None and found[1] in names

    return begins


def _without_comments(head: bytes) -> bytes:
    kept = []
    while (start := head.find(b"<!--")) >= 0:
        kept.append(head[:start])
        head = head[start:].partition(b"-->")[2]
    return b"".join([*kept, head])


MAP = Format("register map", (".yaml", ".yml"), _holds(_MAP))

FORMATS = (
    Format("device-tree blob", (".dtb",), lambda head: head.startswith(_DTB), _dtb, alone=True),
    Format("CMSIS-SVD", (".svd",), _root_is(b"device"), _svd, alone=True),
    Format("IP-XACT", (".xml", ".ipxact"), _root_is(b"component"), _ipxact),
    MAP,
    Format("LiteX csr.json", (".json",), _holds(_CSR), _litex),
    Format(
        "OpenTitan hjson",
        (".hjson",),
        _holds(_HJSON_REGISTERS, _HJSON_BLOCK),
        _opentitan,
    ),
    Format("SystemRDL", (".rdl",), _holds(_RDL), _systemrdl, alone=True),
)
"""What can be opened, in the order in which a file's beginning is held against it."""


@dataclass(frozen=True, slots=True)
class Description:
    """A file's tree.

    Attributes:
        file: The file.
        source: Its text.
        root: The tree of a map; None for a file without content.
        format: What it was; empty for a map.
        included: The other files that it was read from.
    """

    file: MapFile
    source: Source
    root: Node | None
    format: str = ""
    included: tuple[MapFile, ...] = ()


def format_of(head: bytes, name: str) -> Format | None:
    """The format of a file, by how it begins, else by its name's suffix; None where neither tells."""
    begun = head.removeprefix(_BOM)
    for known in FORMATS:
        if known.begins(begun):
            return known
    suffix = PurePath(name).suffix.lower()
    return next((known for known in FORMATS if suffix in known.suffixes), None)


def descriptions_in(folder: Path) -> list[Path]:
    """The files below a folder that can be opened, sorted; what is hidden is left out.

    Of suffixes that other files have too, it is those that begin as a description does.
    """
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = [Path(place, name) for name in names if not name.startswith(".")]
        found += [path for path in paths if path.is_file() and _is_description(path)]
    return sorted(found)


def _is_description(path: Path) -> bool:
    suffix = path.suffix.lower()
    likely = [known for known in FORMATS if suffix in known.suffixes]
    if not likely or any(known.alone for known in likely):
        return bool(likely)
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        # Whoever checks it tells why it cannot be read.
        return True
    return any(known.begins(head.removeprefix(_BOM)) for known in FORMATS)


def describe(file: MapFile, report: Report) -> Description | None:
    """Read a file of any format into a map's tree; None with errors reported.

    Raises:
        UsageError: A file of the description, or what reads its format, is missing.
    """
    known = format_of(file.data[:HEAD], file.name)
    try:
        if known is None or known.read is None:
            source = Source(file.name, decode(file.data, file.name))
            return read_map(file, source, report, certain=known is not None)
        imported = known.read(file)
    except MapError as error:
        report.take(error.findings)
        return None
    report.take(imported.repairs)
    return Description(file, imported.root.source, imported.root, imported.format, imported.included)


def read_map(file: MapFile, source: Source, report: Report, *, certain: bool = True) -> Description | None:
    """Read a map's tree; None with errors reported.

    Args:
        file: The file.
        source: Its text.
        report: Takes what is wrong.
        certain: Whether it is known to be a map, and not of some other format.
    """
    try:
        root = parse(source)
    except UnreadableError as error:
        if certain:
            report.error(_node_at(error.place, source), error.rule, error.message, error.hint)
            return None
        root = Node(Spot(0), Spot(0, 1), source)
    if not certain and root is not None and not isinstance(root, MappingNode):
        report.error(
            root,
            "version",
            "this is in none of the formats that can be opened",
            f"they are: {', '.join(known.name for known in FORMATS)}; "
            "a register map begins with the line 'regmap: 1'",
        )
        return None
    return Description(file, source, root)


def _node_at(place: Place, source: Source) -> Node:
    start = Spot(place.line, place.column)
    return Node(start, Spot(place.line, place.column + (place.length or 1)), source)


def start_of(source: Source) -> Node:
    """The very beginning of a text, for messages about the whole of it."""
    return Node(Spot(0), Spot(0, 1), source)

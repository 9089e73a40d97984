"""What the files of a map say together, before anything of it is built."""

from __future__ import annotations

from dataclasses import dataclass, field

from inspector.maps.derive import BlockText
from inspector.maps.entries import Entries, read_entries
from inspector.maps.findings import Report, did_you_mean, quote
from inspector.maps.formats import Description, start_of
from inspector.maps.keys import DESC, DOC, LICENSE, ORIGIN, REGMAP, TITLE, TOP, VENDOR, VERSION
from inspector.maps.nodes import MappingNode, Node, ScalarNode, Source

FORMAT_VERSION = 1

_MAGIC_HINT = "a register map begins with the line 'regmap: 1'"

_TEXTS = (TITLE, DESC, DOC, ORIGIN, VENDOR, VERSION, LICENSE)


@dataclass(slots=True)
class Parts:
    """A map as trees: its own, with what it includes and what it corrects.

    Attributes:
        source: Its file.
        top: Its own keys.
        texts: Its title and the like, by their keys; those of the map that it corrects where it has none.
        enums: The enumerations by name, each with where it is named.
        blocks: The blocks by name.
        regions: The regions; None where there are none.
        devices: The devices; None where there are none.
        imported: The format of the description that it, or what it corrects, was made from; empty for a map.
    """

    source: Source
    top: Entries
    texts: dict[str, str] = field(default_factory=dict)
    enums: dict[str, tuple[ScalarNode, Node]] = field(default_factory=dict)
    blocks: dict[str, BlockText] = field(default_factory=dict)
    regions: Node | None = None
    devices: Node | None = None
    imported: str = ""


def read_top(description: Description, report: Report) -> Parts | None:
    """A map's own keys; None for a file that is no map at all, or of another version."""
    root, source = description.root, description.source
    if root is None or (isinstance(root, ScalarNode) and root.is_null):
        report.error(start_of(source), "version", "the file is empty", _MAGIC_HINT)
        return None
    names = (
        [key.text for key, _ in root.pairs if isinstance(key, ScalarNode)]
        if isinstance(root, MappingNode)
        else []
    )
    if REGMAP.name not in names:
        hint = did_you_mean(REGMAP.name, names[:1]) and f"{_MAGIC_HINT}, not with {quote(names[0])}"
        report.error(
            root, "version", "this is no register map: there is no key 'regmap'", hint or _MAGIC_HINT
        )
        return None
    top = read_entries(root, TOP, report)
    if top is None:
        return None
    version = top.get(REGMAP)
    if version is not None and version != FORMAT_VERSION:
        report.error(
            top.at(REGMAP),
            "version",
            f"version {version} of the map format is not known",
            f"this program reads version {FORMAT_VERSION}",
        )
        return None
    texts = {key.name: text for key in _TEXTS if (text := top.get(key))}
    return Parts(source, top, texts, imported=description.format)

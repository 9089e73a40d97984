"""Imports device-tree blobs: which devices are where, each with the registers that a bundled map knows."""

from __future__ import annotations

from inspector.errors import Finding, MapError, SourcePosition
from inspector.maps.dtb.blob import DamagedError, read_blob
from inspector.maps.dtb.places import addressed
from inspector.maps.dtb.regions import RegionWriter
from inspector.maps.nodes import Source
from inspector.maps.tree import Imported, Tree

FORMAT = "device-tree blob"


def import_dtb(data: bytes, name: str) -> Imported:
    """Make a map's tree of a device-tree blob; it has no lines, so that all of it stands in the first.

    Args:
        data: The file's content.
        name: What to call it in messages.

    Raises:
        MapError: It is damaged, or nothing in it has an address.
    """
    start = SourcePosition(name, 1, 1)
    try:
        root = read_blob(data)
    except DamagedError as error:
        raise MapError([Finding("error", str(error), start, "syntax")]) from None
    found = addressed(root)
    if found.refusal:
        raise MapError([Finding("error", found.refusal, start, "refused")])
    writer = RegionWriter(Tree(Source(name, "")), root, found.places)
    tree = writer.map()
    told = [("not-stated", note) for note in writer.notes] + [("not-carried", why) for why in found.left_out]
    return Imported(tree, tuple(Finding("warning", text, start, rule) for rule, text in told), FORMAT)

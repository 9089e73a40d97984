"""Reads the hjson from which OpenTitan's reggen makes a block's registers into the tree of a map.

The rules are those of ``util/reggen`` of the OpenTitan project: offsets follow one another, several
small registers share a word, interrupts and alerts bring registers of their own.
"""

from __future__ import annotations

from inspector.maps.findings import Report
from inspector.maps.opentitan.blocks import map_tree
from inspector.maps.opentitan.reading import read_hjson
from inspector.maps.tree import Imported

FORMAT = "OpenTitan hjson"

__all__ = ["FORMAT", "import_opentitan"]


def import_opentitan(data: bytes, name: str) -> Imported:
    """Read the description of one block, its parameters at their defaults.

    Args:
        data: The file.
        name: What to call it in messages.

    Raises:
        UsageError: The hjson reader is not installed.
        MapError: It is no hjson, or no description of registers.
    """
    document = read_hjson(data, name)
    root = map_tree(document)
    report = Report(document.source)
    document.notes.tell(report)
    return Imported(root, tuple(report.findings()), FORMAT)

"""Imports the components of IP-XACT: IEEE 1685-2009 (``spirit:``), 1685-2014 and 1685-2022 (``ipxact:``)."""

from __future__ import annotations

from inspector.maps.ipxact.document import Document
from inspector.maps.ipxact.memory_maps import MapReader
from inspector.maps.tree import Imported
from inspector.maps.xml import read_xml

FORMAT = "IP-XACT"


def import_ipxact(data: bytes, name: str) -> Imported:
    """Make a map's tree of a component.

    Args:
        data: The file's content.
        name: What to call it in messages.

    Raises:
        MapError: It is no XML that is accepted, no component, or one without registers and memory.
    """
    file = read_xml(data, name)
    document = Document(file)
    root = MapReader(document).tree()
    return Imported(root, (*file.repairs, *document.notes.findings()), FORMAT)

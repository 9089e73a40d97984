"""Reads where a region lives: its ``source``, a backend's word, and its ``bind``, how to find it."""

from __future__ import annotations

import re

from inspector.maps.entries import Entries, named_pairs, read_entries, wrong_type
from inspector.maps.findings import Report, did_you_mean, quote
from inspector.maps.keys import (
    BIND,
    BIND_COMPATIBLE,
    BIND_INDEX,
    BIND_PCI,
    BIND_REG_NAME,
    BIND_UIO,
    FILE_ADDRESS,
    FILE_PATH,
    FILE_SOURCE,
    PCI,
    PCI_BAR,
    PCI_ID,
    PCI_SLOT,
    PCI_SOURCE,
    UIO,
    UIO_MAP,
    UIO_NAME,
)
from inspector.maps.nodes import MappingNode, Node, ScalarNode
from inspector.model.registermap import Bind

SCHEMES = ("sim", "devmem", "pci", "uio", "file", "gdb", "openocd", "qtest", "uboot", "ssh")
"""What a source may begin with; ``file`` is devmem on a regular file."""

_PCI_ID = re.compile(r"[0-9a-fA-F]{4}:[0-9a-fA-F]{4}")
_PCI_SLOT = re.compile(r"([0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7]")


def read_source(node: Node, report: Report) -> tuple[str | None, Bind | None]:
    """The backend's word, and what the source tells about finding the resource; None where wrong."""
    if isinstance(node, ScalarNode) and not node.is_null:
        scheme = node.text.partition(":")[0]
        return (node.text, None) if _known(scheme, node, report) else (None, None)
    if not isinstance(node, MappingNode):
        wrong_type(node, "a backend such as devmem", report)
        return None, None
    pairs = named_pairs(node, "backends", report)
    if not pairs:
        return None, None
    if len(pairs) > 1:
        report.error(pairs[1][0], "type", "a region has one source", "name other ways to find it under bind")
        return None, None
    (key, value) = pairs[0]
    if not _known(key.text, key, report):
        return None, None
    match key.text:
        case "pci" if isinstance(value, MappingNode):
            return _pci_source(value, key, report)
        case "uio" if isinstance(value, MappingNode):
            uio = _uio(value, report)
            return (_with_part(f"uio:{uio[0]}", uio[1]), None) if uio else (None, None)
        case "file":
            return _file_source(value, report), None
    if isinstance(value, ScalarNode):
        return (key.text if value.is_null else f"{key.text}:{value.text}"), None
    if isinstance(value, MappingNode) and not value.items:
        return key.text, None
    wrong_type(value, f"nothing, or what follows '{key.text}:'", report)
    return None, None


def read_bind(node: Node, report: Report) -> Bind | None:
    """How to find a region's resource; None with an error reported."""
    before = report.errors
    entries = read_entries(node, BIND, report)
    if entries is None:
        return None
    pci_id, pci_bar = "", 0
    if (pci := entries.get(BIND_PCI)) is not None and (stated := read_entries(pci, PCI, report)) is not None:
        if not stated.stated(PCI_ID):
            report.error(
                entries.at(BIND_PCI), "missing-key", "the PCI device has no 'id'", "write id: 1234:11e8"
            )
        pci_id, pci_bar = _pci_id(stated, report), stated.get(PCI_BAR) or 0
    uio = _uio(entries.at(BIND_UIO), report) if entries.stated(BIND_UIO) else None
    compatible = entries.get(BIND_COMPATIBLE) or ""
    if report.errors > before:
        return None
    if not (pci_id or uio or compatible):
        report.error(node, "empty", "bind says nothing", "state one of pci, uio, compatible")
        return None
    for key in (BIND_INDEX, BIND_REG_NAME):
        if entries.stated(key) and not compatible:
            report.error(
                entries.at(key), "missing-key", f"{quote(key.name)} is about 'compatible', which is missing"
            )
            return None
    name, part = uio or ("", 0)
    return Bind(
        pci_id=pci_id,
        pci_bar=pci_bar,
        uio=name,
        uio_map=part,
        compatible=compatible,
        index=entries.get(BIND_INDEX),
        reg_name=entries.get(BIND_REG_NAME) or "",
    )


def _known(scheme: str, node: Node, report: Report) -> bool:
    if scheme in SCHEMES:
        return True
    report.error(
        node,
        "unknown-word",
        f"no backend {quote(scheme)}",
        did_you_mean(scheme, SCHEMES) or f"the backends: {' '.join(SCHEMES)}",
    )
    return False


def _with_part(word: str, part: int) -> str:
    return f"{word}/{part}" if part else word


def _pci_id(entries: Entries, report: Report) -> str:
    text = entries.get(PCI_ID) or ""
    if entries.stated(PCI_ID) and not _PCI_ID.fullmatch(text):
        report.error(
            entries.at(PCI_ID),
            "type",
            f"{quote(text)} is no PCI vendor and device",
            "write it like 1234:11e8",
        )
    return text.lower()


def _pci_source(node: MappingNode, key: Node, report: Report) -> tuple[str | None, Bind | None]:
    before = report.errors
    entries = read_entries(node, PCI_SOURCE, report, name=key)
    if entries is None:
        return None, None
    pci_id, slot = _pci_id(entries, report), entries.get(PCI_SLOT) or ""
    bar = entries.get(PCI_BAR) or 0
    if entries.stated(PCI_SLOT) and not _PCI_SLOT.fullmatch(slot):
        report.error(
            entries.at(PCI_SLOT), "type", f"{quote(slot)} is no PCI slot", "write it like 0000:00:04.0"
        )
    if not pci_id and not slot:
        report.error(key, "missing-key", "the PCI source has neither 'id' nor 'slot'")
    if report.errors > before:
        return None, None
    bind = Bind(pci_id=pci_id, pci_bar=bar) if pci_id else None
    if not slot:
        return "pci", bind
    return _with_part(f"pci:{slot if slot.count(':') == 2 else f'0000:{slot}'}", bar), bind


def _uio(node: Node, report: Report) -> tuple[str, int] | None:
    if isinstance(node, ScalarNode) and not node.is_null:
        return node.text, 0
    entries = read_entries(node, UIO, report)
    name = entries.get(UIO_NAME) if entries is not None else None
    if entries is None or not name:
        if entries is not None and name is not None:
            report.error(entries.at(UIO_NAME), "empty", "the UIO device has no name")
        return None
    return name, entries.get(UIO_MAP) or 0


def _file_source(node: Node, report: Report) -> str | None:
    if isinstance(node, ScalarNode) and not node.is_null:
        return f"devmem:{node.text}"
    entries = read_entries(node, FILE_SOURCE, report)
    path = entries.get(FILE_PATH) if entries is not None else None
    if entries is None or path is None:
        return None
    if not path:
        report.error(entries.at(FILE_PATH), "empty", "the file has no path")
        return None
    address = entries.get(FILE_ADDRESS)
    return f"devmem:{path}" + (f"@{address:#x}" if address else "")

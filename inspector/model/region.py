"""Regions: places that are claimed and mapped as one, and the blocks that stand in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from inspector.model.register import Block


class OpenMode(Enum):
    """How a region is claimed."""

    SHARED = "shared"
    EXCLUSIVE = "exclusive"


@dataclass(frozen=True, slots=True)
class Bind:
    """How to find a region's resource on a machine; ``base`` alone means by address.

    Attributes:
        pci_id: Vendor and device, as ``1234:11e8``; empty where not PCI.
        pci_bar: Which BAR.
        uio: The UIO device's name; empty where not UIO.
        uio_map: Which of its maps.
        compatible: The device-tree ``compatible``; empty where none.
        index: Which of several such nodes, counted from 0 by address; None where there is one.
        reg_name: Which of the node's ranges, as its ``reg-names`` calls it; empty for the first.
    """

    pci_id: str = ""
    pci_bar: int = 0
    uio: str = ""
    uio_map: int = 0
    compatible: str = ""
    index: int | None = None
    reg_name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """A block at a place in a region.

    Attributes:
        name: Such as ``UART0``.
        block: Its type.
        offset: Bytes from the region's start.
        alt: The view that the instance belongs to: instances of different views may share bytes.
    """

    name: str
    block: Block
    offset: int = 0
    alt: str = ""
    title: str = ""
    desc: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A place: what is claimed and mapped as one.

    Attributes:
        name: Unique in the map.
        base: Physical address, or None where none is known.
        size: In bytes.
        instances: What lives in it.
        open: How it is claimed unless the command line says otherwise.
        source: A backend word such as ``devmem``, or None.
        bind: How to find its resource, or None.
        access_widths: The bus widths, in bits, that the region takes; None for all.
        flags: Of ``nonposted``, ``readonly``, ``no_poll``.
    """

    name: str
    base: int | None
    size: int
    instances: tuple[Instance, ...]
    open: OpenMode = OpenMode.SHARED
    source: str | None = None
    bind: Bind | None = None
    access_widths: frozenset[int] | None = None
    flags: frozenset[str] = frozenset()
    title: str = ""
    desc: str = ""

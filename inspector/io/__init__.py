"""The kernel's I/O memory abstraction in user space, usable as a library of its own.

::

    from inspector.io import Device

    request = device.io_request_by_index(0)     # this resource belongs to this bound device
    memory = request.iomap_sized(0x1000)        # mapped; the request is used up
    with memory.access(device) as io:
        value = io.read32(0x10)
        io.write32(0x42, 0x10)                  # the value, then the offset
        status = io.register(0x18, 32)          # checked here, once
        status.read()

``iomap()`` is for a size not known ahead and gives only the ``try_`` accessors;
``iomap_exclusive()`` and ``iomap_exclusive_sized()`` claim the range first. Where devices come from:
``inspector.backends.open_backend``.
"""

from __future__ import annotations

from inspector.io.accessors import Accessors
from inspector.io.claims import CLAIMS, Claim, ClaimKeeper, Claims, Region, request_region
from inspector.io.device import Device
from inspector.io.devres import Devres, Guard
from inspector.io.execute import execute
from inspector.io.iomem import IomemEntry, parse_iomem, read_iomem
from inspector.io.memory import ExclusiveIoMem, IoMem, run_together
from inspector.io.register import IoRegister
from inspector.io.request import IoRequest
from inspector.io.resource import Flags, Resource
from inspector.io.window import Bus, Outcome, RemoteWindow, Window

__all__ = [
    "CLAIMS",
    "Accessors",
    "Bus",
    "Claim",
    "ClaimKeeper",
    "Claims",
    "Device",
    "Devres",
    "ExclusiveIoMem",
    "Flags",
    "Guard",
    "IoMem",
    "IoRegister",
    "IoRequest",
    "IomemEntry",
    "Outcome",
    "Region",
    "RemoteWindow",
    "Resource",
    "Window",
    "execute",
    "parse_iomem",
    "read_iomem",
    "request_region",
    "run_together",
]

"""Who else has a region, and what this machine needs it for: told beside it, and kept current."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.backends.owners import Ownership, ownership
from inspector.backends.vital import vital
from inspector.io import Device


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was seen around a region.

    Attributes:
        ownership: Everyone who was seen to have a part of it.
        vital: What this machine, or this very session, leans on it for, as warnings.
        owners: The same owners in words, parted by `` · ``.
    """

    ownership: Ownership
    vital: tuple[str, ...]
    owners: str

    @property
    def driven(self) -> bool:
        """Whether a kernel driver is bound to a part of it."""
        return any(owner.kind in ("driver", "refused") for owner in self.ownership.owners)


def look(device: Device) -> Surroundings:
    """Look who else has a device's first resource; no hardware is touched."""
    resource = device.resources[0]
    start = resource.start - device.origin
    end = start + resource.size - 1
    text = device.iomem()
    physical = device.space == "mem"
    owned = ownership(device.space, start, end, iomem_text=text)
    warnings = vital(start, end, iomem_text=text) if physical else ()
    return Surroundings(owned, warnings, owned.words())

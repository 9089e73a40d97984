"""Reads the devices of a map: each with regions of its own, which share the map's blocks."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.errors import UsageError
from inspector.maps.entries import named_pairs, read_entries
from inspector.maps.findings import Report, did_you_mean, quote
from inspector.maps.keys import DESC, DEVICE, DEVICE_REGIONS, TITLE
from inspector.maps.naming import check_name
from inspector.maps.nodes import Node


@dataclass(frozen=True, slots=True)
class Device:
    """One of several devices that a map describes.

    Attributes:
        name: What is written behind ``#`` to open it alone.
        title: A short plain name; empty where the map's serves.
        desc: What it is for; empty where the map's serves.
        regions: Its regions; None where they are wrong.
    """

    name: str
    title: str
    desc: str
    regions: Node | None


def read_devices(node: Node | None, report: Report) -> list[Device]:
    """The devices of a map, in file order."""
    devices = []
    for name, value in (named_pairs(node, "devices", report) or ()) if node is not None else ():
        check_name(name, "device", report)
        entries = read_entries(value, DEVICE, report, name=name)
        if entries is not None:
            title, desc = entries.get(TITLE) or "", entries.get(DESC) or ""
            devices.append(Device(name.text, title, desc, entries.get(DEVICE_REGIONS)))
    return devices


def choose_device(devices: list[Device], name: str, file: str) -> Device | None:
    """The device of that name; None where none is asked for.

    Args:
        devices: Those that the map describes.
        name: The one to open alone; empty for all.
        file: What the map is called in messages.

    Raises:
        UsageError: There is none of that name.
    """
    if not name:
        return None
    names = [device.name for device in devices]
    for device in devices:
        if device.name == name:
            return device
    if not names:
        raise UsageError(f"{file} describes no devices, and so none called {quote(name)}")
    hint = did_you_mean(name, names) or f"its devices: {' '.join(names)}"
    raise UsageError(f"{file} has no device {quote(name)}; {hint}")

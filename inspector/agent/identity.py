"""Whether a mapping still is of the device that it was made of.

Looked at before each transaction: the kernel often does not revoke what user space has mapped when a
driver binds, a device goes away, or its addresses move.
"""

from __future__ import annotations

import os
import re
from typing import Any

_LINE = re.compile(r" *([0-9a-f]+)-([0-9a-f]+) : (.*)")

Facts = dict[str, Any]
Spec = dict[str, Any]


def well_formed(spec: Any) -> bool:
    """Whether ``spec`` has the shape of inspector.backends.mapping.Identity."""
    if not isinstance(spec, dict):
        return False
    lists = [spec.get(key) for key in ("inodes", "links", "texts")]
    if not all(isinstance(each, list) and all(isinstance(path, str) for path in each) for each in lists):
        return False
    iomem, asleep = spec.get("iomem"), spec.get("asleep")
    if iomem is not None and not (
        isinstance(iomem, list) and len(iomem) == 2 and all(isinstance(each, int) for each in iomem)
    ):
        return False
    return isinstance(asleep, list) and all(
        isinstance(each, list) and len(each) == 2 and isinstance(each[0], str) and isinstance(each[1], list)
        for each in asleep
    )


def facts(spec: Spec, iomem: str = "/proc/iomem") -> Facts:
    """What is true now of all that identifies the device; what is not there counts as well."""
    found: Facts = {}
    for path in spec["inodes"]:
        found["file " + path] = _inode(path)
    for path in spec["links"]:
        found["link " + path] = _link(path)
    for path in spec["texts"]:
        found["text " + path] = text(path)
    if spec["iomem"] is not None:
        found["iomem"] = lines(text(iomem) or "", *spec["iomem"])
    return found


def change(before: Facts, now: Facts) -> str | None:
    """What differs, in words; None where nothing does."""
    for key, was in before.items():
        became = now.get(key)
        if was == became:
            continue
        kind, _, path = key.partition(" ")
        if kind == "iomem":
            return f"the kernel lists {_listed(became)} there now, and listed {_listed(was)} before"
        if kind == "link":
            name = os.path.basename(path)
            return f"its {name} is {_target(became)} now, and was {_target(was)}"
        if became is None:
            return f"{path} is gone"
        return f"{path} is another one now" if kind == "file" else f"{path} has changed"
    return None


def asleep(spec: Spec) -> str | None:
    """Why the device must not be touched now, in words; None where it may."""
    for path, words in spec["asleep"]:
        state = (text(path) or "").strip()
        if state in words:
            return f"it sleeps: {path} says {state}"
    return None


def text(path: str) -> str | None:
    """The content of a small file; None where it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(1 << 20)
    except OSError:
        return None


def lines(iomem: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """The lines of /proc/iomem that overlap ``start`` to ``end``; none where the kernel hides addresses."""
    found = []
    for line in iomem.splitlines():
        match = _LINE.fullmatch(line)
        if match is not None:
            first, last = int(match[1], 16), int(match[2], 16)
            if last and first <= end and start <= last:
                found.append((first, last, match[3]))
    return found


def _inode(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _link(path: str) -> str | None:
    try:
        return os.readlink(path)
    except OSError:
        return None


def _target(link: str | None) -> str:
    return os.path.basename(link) if link else "none"


def _listed(entries: Any) -> str:
    return ", ".join(f"'{entry[2]}'" for entry in entries) or "nothing"

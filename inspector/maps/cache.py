"""Keeps large maps as they were loaded, so that they open at once the next time.

An entry is believed only if the file, whatever it includes or builds on, and this very program are what they
were, byte for byte, if it is whole, and if nobody else can have written it. It is JSON: nothing in it can
run. A cache that cannot be read or written is no cache, and never an error.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

import inspector
from inspector.maps.collector import collector_paused
from inspector.maps.files import MapFile
from inspector.maps.pack import UnpackError, fingerprint, pack, unpack
from inspector.model.registermap import RegisterMap

MOST_ENTRIES = 64
"""Maps kept; the one that was not opened for the longest makes room."""

LARGEST = 512 << 20
"""Bytes of an entry."""


# Neither where a link leads, nor waiting for whoever would write into a pipe.
_CAREFULLY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def directory() -> Path:
    """Where the entries are, for this user alone."""
    import platformdirs  # only here: most commands never look

    return Path(platformdirs.user_cache_dir("inspector", appauthor=False)) / "maps"


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


class Cache:
    """The entries of one directory.

    Args:
        place: The directory; it need not exist.
    """

    def __init__(self, place: Path | None = None) -> None:
        self._place = place or directory()

    def find(self, file: MapFile, device: str = "") -> RegisterMap | None:
        """The map that the file was loaded as; None where nothing certain is kept.

        Args:
            file: The file that was named.
            device: Which of the devices that it describes; empty for all.
        """
        path = self._entry(file, device)
        entry = self._read(path)
        if entry is None:
            return None
        try:
            head, _, body = entry.partition(b"\n")
            header = json.loads(head)
            if (
                header["program"] != _program()
                or header["content"] != file.digest
                or header["body"] != digest(body)
                or not all(_unchanged(Path(part), wanted) for part, wanted in header["parts"].items())
            ):
                return None
            with collector_paused():
                register_map = unpack(json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, UnpackError):
            return None
        with suppress(OSError):
            os.utime(path)
        return register_map

    def keep(self, file: MapFile, device: str, parts: Sequence[MapFile], register_map: RegisterMap) -> None:
        """Keep what a file was loaded as.

        Args:
            file: The file that was named.
            device: Which of the devices that it describes; empty for all.
            parts: The other files that took part.
            register_map: What came of them.
        """
        body = json.dumps(pack(register_map), separators=(",", ":")).encode()
        header = {
            "program": _program(),
            "content": file.digest,
            "parts": {str(part.path.absolute()): part.digest for part in parts},
            "body": digest(body),
        }
        entry = self._entry(file, device)
        with suppress(OSError):
            entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._make_room()
            # Named in one step when it is whole: whoever reads meanwhile sees the old one, or none.
            with NamedTemporaryFile(dir=entry.parent, prefix=".", delete=False) as new:
                try:
                    new.write(json.dumps(header).encode() + b"\n" + body)
                    new.close()
                    Path(new.name).replace(entry)
                except OSError:
                    Path(new.name).unlink(missing_ok=True)
                    raise

    def _entry(self, file: MapFile, device: str) -> Path:
        # By place and not by content: a map that is being written leaves one entry behind and not hundreds.
        place = f"{file.path.absolute()}\n{file.name}\n{device}"
        return self._place / f"{digest(place.encode(errors='surrogateescape'))}.json"

    def _read(self, entry: Path) -> bytes | None:
        """What an entry holds; None where there is none, or somebody else could have written it."""
        try:
            descriptor = os.open(entry, os.O_RDONLY | _CAREFULLY)
        except OSError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST or not _only_ours(status):
                return None
            return file.read()

    def _make_room(self) -> None:
        entries = sorted(self._place.glob("*.json"), key=lambda entry: entry.stat().st_mtime)
        for entry in entries[: max(0, len(entries) - MOST_ENTRIES + 1)]:
            entry.unlink(missing_ok=True)


def _only_ours(status: os.stat_result) -> bool:
    """Whether only this user can have written a file; other systems keep a user's folder for the user."""
    if not hasattr(os, "geteuid"):
        return True
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _unchanged(part: Path, wanted: str) -> bool:
    try:
        return digest(part.read_bytes()) == wanted
    except OSError:
        return False


def _program() -> str:
    """What tells this program from another one, or from itself before it was changed."""
    package = Path(inspector.__file__).parent
    files = [file for part in ("maps", "model") for file in sorted((package / part).rglob("*.py"))]
    states = [(file.name, status.st_size, status.st_mtime_ns) for file in files for status in (file.stat(),)]
    return digest(repr((str(package), states, fingerprint())).encode())

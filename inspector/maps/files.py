"""Finds map files: the bundled ones by name, a person's own by path."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

import inspector
from inspector.errors import Finding, MapError, SourcePosition, UsageError
from inspector.maps.findings import did_you_mean, quote
from inspector.maps.headlines import headlines
from inspector.maps.nodes import LARGEST

SCHEMA_FILE = "regmap-v1.schema.json"

LARGEST_FILE = 4 * LARGEST
"""Bytes of a file, of all the files of a map too: no character takes more than four."""


@dataclass(frozen=True, slots=True)
class BundledMap:
    """A map that comes with the program.

    Attributes:
        name: What the command line calls it; its file's name without suffix.
        title: A short plain name.
        doc: The data sheet that it was written from.
        path: Its file.
    """

    name: str
    title: str
    doc: str
    path: Path


def directory() -> Path:
    """Where the bundled maps are: inside the installed package, else beside it in a checkout."""
    package = Path(inspector.__file__).resolve().parent
    installed = package / "register-maps"
    return installed if installed.is_dir() else package.parent / "register-maps"


def names() -> list[str]:
    """The names of the bundled maps, sorted; no file is opened."""
    return sorted(path.stem for path in directory().glob("*.yaml"))


def bundled() -> list[BundledMap]:
    """The bundled maps, sorted by name; only their top-level texts are looked at."""
    found = []
    for name in names():
        path = directory() / f"{name}.yaml"
        texts = _top_level_texts(path)
        doc = texts.get("doc") or texts.get("source") or ""
        found.append(BundledMap(name, texts.get("title", ""), doc, path))
    return found


def _top_level_texts(path: Path) -> dict[str, str]:
    """The single values at a file's top level; nothing for a file that is broken."""
    try:
        return headlines(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}


def is_file(word: str) -> bool:
    """Whether a word means a file: it has a ``/`` or a suffix."""
    return "/" in word or "\\" in word or Path(word).suffix != ""


def shown(word: str) -> str:
    """What messages call the file that a word means."""
    return word if is_file(word) else f"{word}.yaml"


def find(word: str) -> Path:
    """The file that a word means.

    Raises:
        UsageError: No bundled map is called so.
    """
    if is_file(word):
        return Path(word)
    known = names()
    if word in known:
        return directory() / f"{word}.yaml"
    hint = did_you_mean(word, known)
    if Path(word).is_file():
        hint = f"for the file write ./{word}"
    elif not hint:
        hint = f"the bundled maps: {' '.join(known)}; a file needs a / or a suffix" if known else ""
    raise UsageError(f"no bundled map is called {quote(word)}" + (f"; {hint}" if hint else ""))


def split_device(word: str) -> tuple[str, str]:
    """A map's word without ``#DEVICE`` behind it, and that device; a file of that very name comes first."""
    name, sign, device = word.rpartition("#")
    return (name, device) if sign and not Path(word).exists() else (word, "")


@dataclass(frozen=True, slots=True)
class MapFile:
    """The content of a file that takes part in a map.

    Attributes:
        path: Where it is.
        name: What messages call it.
        data: What it holds.
        identity: What no other file has; None where it was not read from one.
    """

    path: Path
    name: str
    data: bytes
    identity: tuple[int, int] | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the content in hexadecimal."""
        import hashlib  # only here: it takes a noticeable part of the program's start

        return hashlib.sha256(self.data).hexdigest()


def digest_of(parts: Sequence[MapFile]) -> str:
    """SHA-256 of the contents of all the files of a map, in hexadecimal."""
    import hashlib

    if len(parts) == 1:
        return parts[0].digest
    return hashlib.sha256("\n".join(part.digest for part in parts).encode()).hexdigest()


def open_word(word: str) -> MapFile:
    """Read the file that a word means.

    Raises:
        UsageError: No bundled map is called so, or the file cannot be read.
        MapError: It is too large.
    """
    return open_file(find(word), shown(word))


def open_file(path: Path, name: str) -> MapFile:
    """Read a file of any format, within the bounds of the largest.

    Args:
        path: The file.
        name: What to call it in messages.

    Raises:
        UsageError: The file cannot be read.
        MapError: It is too large.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            # One byte more than the largest text can have tells a file that is too large.
            data = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        raise unreadable(name, error) from None
    if len(data) > LARGEST_FILE:
        raise MapError(
            [Finding("error", "the file is too large for a map", SourcePosition(name, 1, 1), "too-large")]
        )
    return MapFile(path, name, data, (status.st_dev, status.st_ino))


def read(path: Path, name: str) -> str:
    """The text of a file.

    Args:
        path: The file.
        name: What to call it in messages.

    Raises:
        UsageError: The file cannot be read.
        MapError: It is not UTF-8, or too large for a map.
    """
    return decode(open_file(path, name).data, name)


def decode(data: bytes, name: str) -> str:
    """The text that a file holds.

    Raises:
        MapError: It is not UTF-8.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _undecodable(name, 1, 1, "the file is UTF-16", "save it as UTF-8")
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
        lines = before.split("\n")
        raise _undecodable(
            name,
            len(lines),
            len(lines[-1]) + 1,
            f"the byte {data[error.start]:#04x} is not UTF-8",
            "save the file as UTF-8",
        ) from None


def _undecodable(name: str, line: int, column: int, message: str, hint: str) -> MapError:
    return MapError([Finding("error", message, SourcePosition(name, line, column), "encoding", hint)])


def unreadable(name: str, error: OSError | ValueError) -> UsageError:
    """What a person is told of a file that cannot be read, with the system's own name of the reason."""
    number = error.errno if isinstance(error, OSError) else None
    code = errno.errorcode.get(number, "") if number else "EINVAL"
    reason = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
    failure = UsageError(f"cannot read the map {quote(name)}: {reason[:1].lower()}{reason[1:]} ({code})")
    failure.errno_name = code
    return failure

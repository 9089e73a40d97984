"""Register maps as files: loading with every error placed, checking, listing, exporting."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from inspector.errors import Finding, MapError
from inspector.maps import files as _files
from inspector.maps.exports.json_lines import export_json
from inspector.maps.files import BundledMap, names
from inspector.maps.loader import examine, load_text
from inspector.model.registermap import RegisterMap

__all__ = [
    "BundledMap",
    "bundled",
    "check",
    "export_json",
    "load",
    "load_text",
    "names",
    "schema",
    "schema_text",
]


def load(word: str) -> RegisterMap:
    """Load a map: a file where the word has a ``/`` or a suffix, else a bundled one by name.

    Raises:
        UsageError: No bundled map is called so, or the file cannot be read.
        MapError: The map has errors; all of them.
    """
    path = _files.find(word)
    name = _shown(word)
    text = _files.read(path, name)
    register_map = load_text(text, name)
    if not _files.is_file(word):
        return replace(register_map, bundled=True)
    import hashlib  # only here: it takes a noticeable part of the program's start

    return replace(register_map, digest=hashlib.sha256(text.encode()).hexdigest())


def check(word: str) -> list[Finding]:
    """Every error and warning of a map, in file order.

    Raises:
        UsageError: No bundled map is called so, or the file cannot be read.
    """
    path = _files.find(word)
    name = _shown(word)
    try:
        return examine(_files.read(path, name), name)[1]
    except MapError as error:
        return list(error.findings)


def bundled() -> list[BundledMap]:
    """The maps that come with the program, sorted by name; their content is not checked."""
    return _files.bundled()


def schema_text() -> str:
    """The JSON Schema of map files, as it is packaged beside the maps."""
    return (_files.directory() / _files.SCHEMA_FILE).read_text(encoding="utf-8")


def schema() -> dict[str, Any]:
    """The JSON Schema of map files."""
    import json

    parsed: dict[str, Any] = json.loads(schema_text())
    return parsed


def _shown(word: str) -> str:
    return word if _files.is_file(word) else f"{word}.yaml"

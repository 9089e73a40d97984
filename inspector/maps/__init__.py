"""Register maps as files: loading with every error placed, checking, listing, exporting."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from inspector.errors import Finding, MapError
from inspector.maps import files as _files
from inspector.maps.exports.json_lines import export_json
from inspector.maps.files import BundledMap, names
from inspector.maps.formats import descriptions_in
from inspector.maps.loader import examine_file, load_text
from inspector.maps.rules import REPAIRS
from inspector.model.registermap import RegisterMap

__all__ = [
    "REPAIRS",
    "BundledMap",
    "bundled",
    "check",
    "descriptions_in",
    "export_json",
    "load",
    "load_text",
    "names",
    "schema",
    "schema_text",
]


def load(word: str) -> RegisterMap:
    """Load a map: a file where the word has a ``/`` or a suffix, else a bundled one by name.

    The file may be of any format that can be opened. ``#DEVICE`` behind the word opens one of the several
    devices that a map describes.

    Raises:
        UsageError: No bundled map is called so, the file cannot be read, or the map has no such device.
        MapError: The map has errors; all of them.
    """
    name, device = _files.split_device(word)
    examined = examine_file(_files.open_word(name), device)
    register_map = examined.register_map
    if register_map is None:
        raise MapError(examined.findings)
    if not _files.is_file(name):
        return replace(register_map, bundled=True)
    return replace(register_map, digest=_files.digest_of(examined.files))


def check(word: str) -> list[Finding]:
    """Every error and warning of a map, in file order.

    Raises:
        UsageError: No bundled map is called so, the file cannot be read, or the map has no such device.
    """
    name, device = _files.split_device(word)
    try:
        return examine_file(_files.open_word(name), device).findings
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

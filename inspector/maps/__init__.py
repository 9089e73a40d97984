"""Register maps as files: loading with every error placed, checking, listing, exporting."""

from __future__ import annotations

import gc
import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from inspector.errors import Finding, MapError
from inspector.maps import files as _files
from inspector.maps.exports.json_lines import export_json
from inspector.maps.files import BundledMap, names
from inspector.maps.formats import descriptions_in
from inspector.maps.loader import examine_file, load_text
from inspector.maps.rules import REPAIRS
from inspector.model.registermap import RegisterMap

if TYPE_CHECKING:
    from inspector.maps.cache import Cache

WORTH_KEEPING = 0.1
"""Seconds of loading from which on a map is kept: less than that nobody notices."""

LARGE = 48 << 10
"""Bytes of a file that may take so long, whatever it is."""

_NAMES_OTHERS = re.compile(rb"^(overlay|include)\s*:", re.MULTILINE)

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
    file = _files.open_word(name)
    cache = _cache_for(file)
    kept = cache.find(file, device) if cache is not None else None
    if kept is not None:
        # What is this large is looked at by every collection from now on, and is never garbage.
        gc.freeze()
        return kept
    start = time.monotonic()
    examined = examine_file(file, device)
    register_map = examined.register_map
    if register_map is None:
        raise MapError(examined.findings)
    if _files.is_file(name):
        register_map = replace(register_map, digest=_files.digest_of(examined.files))
    else:
        register_map = replace(register_map, bundled=True)
    if cache is not None and time.monotonic() - start >= WORTH_KEEPING:
        cache.keep(file, device, examined.files[1:], register_map)
        gc.freeze()
    return register_map


def _cache_for(file: _files.MapFile) -> Cache | None:
    """Where the map may be kept as it was loaded; None where a look there takes longer than loading."""
    if len(file.data) < LARGE and _NAMES_OTHERS.search(file.data) is None:
        return None
    from inspector.maps.cache import Cache

    return Cache()


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

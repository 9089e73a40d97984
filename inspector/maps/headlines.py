"""What a map file says of itself at its top, without a look at the rest of it."""

from __future__ import annotations

from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def headlines(text: str) -> dict[str, str]:
    """The single values at a map's top level, as far down as the last of its title and data sheet.

    Large maps have these before all else: nothing is parsed that comes after them.

    Raises:
        yaml.YAMLError: The text is not YAML, as far as it was looked at.
    """
    loader = _LOADER(text)
    try:
        return _follow(loader)
    finally:
        loader.dispose()


def _follow(loader: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    depth, key = 0, None
    while type(event := loader.get_event()) is not yaml.StreamEndEvent:
        if isinstance(event, yaml.CollectionStartEvent):
            if depth == 0 and type(event) is not yaml.MappingStartEvent:
                break
            if depth == 1 and _tell_enough(found):
                break
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth != 1 or isinstance(event, yaml.CollectionStartEvent):
            continue
        # At the top, what has just come to its end is a key or a value in turn.
        if key is None:
            key = event.value if type(event) is yaml.ScalarEvent else ""
            continue
        if type(event) is yaml.ScalarEvent:
            found[key] = event.value.strip()
        key = None
    return found


def _tell_enough(found: dict[str, str]) -> bool:
    return "title" in found and ("doc" in found or "source" in found)

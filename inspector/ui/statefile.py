"""Small JSON files in the user's state directory, for what is remembered from one day to the next."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


def state_path(name: str) -> Path:
    """Where the user's state of that name is."""
    import platformdirs

    return Path(platformdirs.user_state_dir("inspector", appauthor=False)) / name


def load(path: Path) -> dict[str, Json]:
    """The values in a file; none where it cannot be read, or holds anything else."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return {}
    # Not needed where nothing is remembered yet.
    import json

    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def store(path: Path, values: Mapping[str, Json]) -> bool:
    """Put values in a file, which is replaced as a whole; whether that could be done."""
    # Not needed before the first paint, and all that loads maps comes with it.
    import json

    from inspector.maps.saving import save

    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        # A key must not wait for a slow disk, and what is lost with the power is a colour or a fold.
        save(str(path), json.dumps(values), fsync=False)
        return True
    return False

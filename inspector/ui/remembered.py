"""What the screen remembers of a map from one day to the next: a small JSON file for each map."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import TypeAlias

from inspector.model.registermap import RegisterMap

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class Remembered:
    """Values by name, kept in a file; where that cannot be read or written they last as long as the app.

    What stands in the file is input like any other: whoever asks checks what he gets.
    """

    def __init__(self, register_map: RegisterMap, folder: Path | None = None) -> None:
        """Remember in ``folder``; in the user's state directory where left out."""
        if folder is None:
            import platformdirs

            folder = Path(platformdirs.user_state_dir("inspector", appauthor=False)) / "layouts"
        # A map that is edited keeps its layout, so its place and not its content is the key.
        place = register_map.name if register_map.bundled else os.path.realpath(register_map.file)
        name = f"{register_map.name}\0{place}"
        self._path = folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.json"
        self._values = self._load()
        self._kept = dict(self._values)

    def _load(self) -> dict[str, Json]:
        try:
            values = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return values if isinstance(values, dict) else {}

    def get(self, name: str) -> Json:
        """What was remembered under ``name``, or None."""
        return self._values.get(name)

    def put(self, name: str, value: Json) -> None:
        """Remember ``value``; None forgets."""
        if value is None:
            self._values.pop(name, None)
        else:
            self._values[name] = value

    def save(self) -> None:
        """Write the file, where anything differs from it."""
        if self._values == self._kept:
            return
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Two screens of one map may end together: each replaces the file as a whole.
            written = self._path.with_suffix(f".{os.getpid()}")
            written.write_text(json.dumps(self._values), encoding="utf-8")
            written.replace(self._path)
            self._kept = dict(self._values)

"""What the screen remembers of a map from one day to the next: a small JSON file for each map."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from inspector.model.registermap import RegisterMap
from inspector.ui import statefile
from inspector.ui.statefile import Json


class Remembered:
    """Values by name, kept in a file; where that cannot be read or written they last as long as the app.

    What stands in the file is input like any other: whoever asks checks what he gets.
    """

    def __init__(self, register_map: RegisterMap, folder: Path | None = None) -> None:
        """Remember in ``folder``; in the user's state directory where left out."""
        if folder is None:
            folder = statefile.state_path("layouts")
        # A map that is edited keeps its layout, so its place and not its content is the key.
        place = register_map.name if register_map.bundled else os.path.realpath(register_map.file)
        name = f"{register_map.name}\0{place}"
        self._path = folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.json"
        self._values = statefile.load(self._path)
        self._kept = dict(self._values)

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
        # Two screens of one map may end together: each replaces the file as a whole.
        if self._values != self._kept and statefile.store(self._path, self._values):
            self._kept = dict(self._values)

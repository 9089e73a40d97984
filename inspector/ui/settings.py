"""What the app remembers of a person, whatever the map: a small JSON file."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path


class Settings:
    """Values by name, kept in a file; where that cannot be read or written they last as long as the app.

    What stands in the file is input like any other: whoever asks checks what he gets.
    """

    def __init__(self, path: Path | None = None, *, keep: bool = True) -> None:
        """Remember.

        Args:
            path: The file; one in the user's state directory where left out.
            keep: Whether it is written.
        """
        if path is None:
            import platformdirs

            path = Path(platformdirs.user_state_dir("inspector", appauthor=False)) / "settings.json"
        self._path = path
        self._keep = keep
        self._values = self._load()

    def _load(self) -> dict[str, object]:
        try:
            values = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return values if isinstance(values, dict) else {}

    def get(self, name: str) -> object:
        """What was remembered under ``name``, or None."""
        return self._values.get(name)

    def put(self, name: str, value: str | bool) -> None:
        """Remember ``value``, in the file at once: another app may be ended in any way."""
        if self._values.get(name) == value:
            return
        if not self._keep:
            self._values[name] = value
            return
        # What another app has put there meanwhile stays.
        self._values = {**self._load(), **self._values, name: value}
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            written = self._path.with_suffix(f".{os.getpid()}")
            written.write_text(json.dumps(self._values), encoding="utf-8")
            written.replace(self._path)

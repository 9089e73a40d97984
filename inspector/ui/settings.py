"""What the app remembers of a person, whatever the map: a small JSON file."""

from __future__ import annotations

from pathlib import Path

from inspector.ui import statefile


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
        self._path = statefile.state_path("settings.json") if path is None else path
        self._keep = keep
        self._values = statefile.load(self._path)

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
        self._values = {**statefile.load(self._path), **self._values, name: value}
        statefile.store(self._path, self._values)

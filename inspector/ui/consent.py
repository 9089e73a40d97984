"""Consent: a person's own map that names hardware is asked about once for each content of its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from inspector.model.registermap import RegisterMap
from inspector.ui.statefile import state_path


def hardware_named(register_map: RegisterMap, backends: Sequence[str]) -> dict[str, str]:
    """The regions that the map itself, and no ``-b``, would open on hardware, with the backend's word.

    Raises:
        UsageError: A ``-b`` word names no region.
    """
    if not backends and (register_map.bundled or not any(region.source for region in register_map.regions)):
        return {}
    from inspector.session.choosing import choose_backends

    chosen = choose_backends(register_map, backends)
    silent = replace(
        register_map, regions=tuple(replace(region, source=None) for region in register_map.regions)
    )
    # Without the map's own words only what a -b names is still hardware.
    named = choose_backends(silent, backends)
    return {name: word for name, word in chosen.items() if not _simulated(word) and _simulated(named[name])}


def _simulated(word: str) -> bool:
    return word.partition(":")[0] == "sim"


class Consents:
    """The contents that were agreed to, remembered in a small file, one digest a line."""

    def __init__(self, path: Path | None = None) -> None:
        """Remember in ``path``; in the user's state directory where left out."""
        self._path = state_path("consents") if path is None else path

    def given(self, digest: str) -> bool:
        """Whether this content was agreed to before."""
        try:
            return bool(digest) and digest in self._path.read_text(encoding="ascii").split()
        except (OSError, UnicodeDecodeError):
            return False

    def give(self, digest: str) -> None:
        """Remember that this content was agreed to; where that cannot be written it is asked again."""
        if not digest:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="ascii") as file:
                file.write(f"{digest}\n")
        except OSError:
            return

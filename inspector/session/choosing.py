"""Which backend each region of a map is opened on."""

from __future__ import annotations

from collections.abc import Sequence

from inspector.errors import UsageError
from inspector.model.paths import nearest
from inspector.model.registermap import RegisterMap


def choose_backends(register_map: RegisterMap, words: Sequence[str]) -> dict[str, str]:
    """Choose each region's backend word from ``-b`` options, else the map's ``source``, else simulation.

    A bundled map never opens real hardware by itself, and no map ever names code to run.

    Args:
        register_map: The map.
        words: ``BACKEND`` for all regions, or ``REGION=BACKEND`` for one; later ones win.

    Raises:
        UsageError: ``REGION=`` names no region of the map, or the map's own source is a behaviour file.
    """
    names = [region.name for region in register_map.regions]
    chosen = {
        region.name: "sim" if register_map.bundled else region.source or "sim"
        for region in register_map.regions
    }
    for word in sorted(words, key=lambda word: _region_word(word) is not None):
        named = _region_word(word)
        if named is None:
            chosen = dict.fromkeys(chosen, word)
            continue
        name, backend = named
        if name not in chosen:
            best = nearest(name, names)
            did = f"; did you mean {best}?" if best else f"; its regions: {', '.join(names)}"
            raise UsageError(f"map {register_map.name} has no region {name!r}{did}")
        chosen[name] = backend
    given = {_region_word(word) or ("", word) for word in words}
    for name, word in chosen.items():
        if word.startswith("sim:") and not given & {("", word), (name, word)}:
            raise UsageError(
                f"the map's region {name} asks to run {word[4:]!r}, and opening a map never runs code; "
                f"-b {word} runs it, -b sim goes without it"
            )
    return chosen


def region_of(word: str) -> str | None:
    """The region that a ``-b`` word is for; None where it is for all."""
    named = _region_word(word)
    return None if named is None else named[0]


def _region_word(word: str) -> tuple[str, str] | None:
    name, equals, backend = word.partition("=")
    # A backend's own word may hold '=' after its colon, as in a file's name.
    return (name, backend) if equals and ":" not in name and "/" not in name else None

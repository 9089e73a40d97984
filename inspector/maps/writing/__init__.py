"""Writes a map as YAML that loads to the same map, and that a person is glad to maintain."""

from __future__ import annotations

from inspector.maps.writing.document import document
from inspector.maps.writing.emit import emit
from inspector.model.registermap import RegisterMap

__all__ = ["write_yaml"]


def write_yaml(register_map: RegisterMap) -> str:
    """The map's text."""
    return emit(document(register_map))

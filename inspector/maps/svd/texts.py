"""Texts of a description as a map's ``title`` and ``desc``."""

from __future__ import annotations

from inspector.maps.nodes import Node
from inspector.maps.svd.properties import Stated
from inspector.maps.tree import Tree


def text_of(stated: Stated, tag: str) -> str:
    r"""A text with its white space collapsed; empty where there is none.

    A line break is written as ``\n`` too (CMSIS-SVD, description of a device).
    """
    element = stated.get(tag)
    return "" if element is None else " ".join(element.text.replace("\\n", " ").split())


def desc_keys(stated: Stated, name: str, tree: Tree) -> list[tuple[str, Node]]:
    """``title`` and ``desc``, each where it says more than the name."""
    keys: list[tuple[str, Node]] = []
    title = text_of(stated, "displayName")
    if title and title != name and "%s" not in title:
        keys.append(("title", tree.scalar(title, stated["displayName"].line)))
    desc = text_of(stated, "description")
    if desc and desc != name:
        keys.append(("desc", tree.scalar(desc, stated["description"].line)))
    return keys

"""Loads what importers make: their trees as text, since JSON is YAML, through the loader that reads maps."""

from __future__ import annotations

import json

from inspector.maps.loader import examine
from inspector.maps.nodes import MappingNode, Node, ScalarNode, SequenceNode
from inspector.maps.tree import Imported
from inspector.model.register import Register
from inspector.model.registermap import RegisterMap


def plain(node: Node) -> object:
    """The tree without its places; a key that stands twice fails."""
    if isinstance(node, ScalarNode):
        return node.text
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.items]
    assert isinstance(node, MappingNode)
    pairs = [(key, value) for key, value in node.pairs if isinstance(key, ScalarNode)]
    assert len({key.text for key, _ in pairs}) == len(node.pairs)
    return {key.text: plain(value) for key, value in pairs}


def loaded(imported: Imported) -> RegisterMap:
    """The map; the loader must find nothing wrong with it, warnings included."""
    register_map, findings = examine(json.dumps(plain(imported.root)), "imported.yaml")
    assert findings == []
    assert register_map is not None
    return register_map


def addresses(register_map: RegisterMap) -> dict[str, int]:
    """Every register's absolute address by its path, ``REGION:INSTANCE.REGISTER``."""
    found = {}
    for region in register_map.regions:
        for instance in region.instances:
            for name, offset, _ in instance.block.walk():
                path = f"{region.name}:{instance.name}.{name}"
                found[path] = (region.base or 0) + instance.offset + offset
    return found


def registers(register_map: RegisterMap) -> dict[str, Register]:
    """Every register by its path within its block, ``BLOCK.REGISTER``."""
    return {
        f"{block.name}.{name}": register
        for block in register_map.blocks
        for name, _, register in block.walk()
    }


def messages(imported: Imported) -> list[str]:
    """What was told, each as ``LINE rule: message``."""
    return [f"{found.position.line} {found.rule}: {found.message}" for found in imported.repairs]

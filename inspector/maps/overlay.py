"""Corrects another map: takes what it says over, and changes it where the overlay's paths lead.

A path is one of the command line's, without the indices of arrays; a block's name stands for all of its
instances. Where only some of a block's instances are meant, the block is copied for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from inspector.maps.derive import BlockText
from inspector.maps.entries import named_pairs, wrong_type
from inspector.maps.findings import Report
from inspector.maps.keys import DEFAULTS
from inspector.maps.merging import PLAIN, Spent, mapping_like, with_own
from inspector.maps.nodes import MappingNode, Node, ScalarNode
from inspector.maps.parts import Parts
from inspector.maps.patching import Entry, Patcher
from inspector.maps.placements import Placement, move, placements


def start_from(base: Parts, parts: Parts, report: Report) -> None:
    """Take over what the corrected map says; the overlay's own titles and defaults go before."""
    defaults = parts.top.get(DEFAULTS)
    merged: dict[Node | None, Node | None] = {}
    for name, block in base.blocks.items():
        if block.defaults not in merged:
            start = block.defaults
            if start is None and defaults is not None:
                start = mapping_like(defaults, ())
            merged[block.defaults] = with_own(start, defaults, PLAIN, report)
        parts.blocks[name] = replace(block, defaults=merged[block.defaults], quiet=True)
    parts.enums = dict(base.enums)
    parts.texts = {**base.texts, **parts.texts}
    parts.regions, parts.devices = base.regions, base.devices
    parts.imported = parts.imported or base.imported


def patch(parts: Parts, node: Node, report: Report, spent: Spent) -> None:
    """Change what the overlay's paths lead to.

    Args:
        parts: The map; its blocks and regions are replaced by the corrected ones.
        node: The paths with what is stated of each.
        report: Takes what is wrong, paths that lead nowhere among it.
        spent: What was taken so far; counted on.
    """
    entries = []
    for key, value in named_pairs(node, "paths", report) or ():
        if isinstance(value, MappingNode) or (isinstance(value, ScalarNode) and value.is_null):
            entries.append(Entry(key, value))
        else:
            wrong_type(value, "a mapping of keys to correct, or ~ to delete", report)
    patcher = Patcher(entries, report, spent)
    places = {place: patcher.of_instance(place) for place in placements(parts, report)}
    blocks: dict[str, BlockText] = {}
    moved: dict[Placement, str] = {}
    for name, block in parts.blocks.items():
        here = {place: found for place, found in places.items() if place.block == name}
        common, groups = _grouped(patcher.of_block(name), here)
        blocks[name] = replace(block, node=patcher.apply(common, block.node))
        for signature, members in groups.items():
            node = patcher.apply(signature, block.node)
            if node is blocks[name].node:
                continue
            copy = _free_name(f"{name}-{members[0].stem}", parts.blocks.keys() | blocks.keys())
            label = ScalarNode(copy, True, block.name.start, block.name.end, block.name.source)
            blocks[copy] = BlockText(label, node, block.defaults, quiet=True)
            moved.update(dict.fromkeys(members, copy))
    parts.blocks = blocks
    move(parts, moved, report)
    patcher.tell_unused([*parts.blocks, *(place.name for place in places)])


def _grouped(
    own: tuple[int, ...], places: Mapping[Placement, tuple[int, ...]]
) -> tuple[tuple[int, ...], dict[tuple[int, ...], list[Placement]]]:
    """Which entries are for a block itself, and for those of its instances that others are for as well."""
    groups: dict[tuple[int, ...], list[Placement]] = {}
    for place, found in places.items():
        groups.setdefault(tuple(sorted({*own, *found})), []).append(place)
    # Where every instance is meant by something of its own, the most of them keep the block's name.
    common = own if own in groups or not groups else max(groups, key=lambda key: len(groups[key]))
    groups.pop(common, None)
    return common, groups


def _free_name(name: str, taken: set[str]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free

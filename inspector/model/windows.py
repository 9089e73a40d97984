"""Memory windows: where they are, and their words as registers once a person names them.

A window's words mean nothing by themselves, and there are many, so that a map has no registers for them. Who
names some, as ``INSTANCE.WINDOW[N]`` or ``INSTANCE.WINDOW[N..M]``, gets a map that has these and no others:
whoever opens, reads, writes and tells then needs to know of registers only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from inspector.errors import UsageError
from inspector.model.numbers import NumberError, parse_number
from inspector.model.paths import is_pattern
from inspector.model.register import Block, Memory, Poll, Register
from inspector.model.registermap import Instance, Region, RegisterMap

MOST_WORDS = 1 << 16
"""How many words may be named at once."""

_WORD = re.compile(r"(?P<window>.*)\[(?P<first>[^\[\].]+)(?:\.\.(?P<last>[^\[\].]+))?\]")


@dataclass(frozen=True, slots=True, eq=False)
class MemoryNode:
    """One memory window at its address.

    Attributes:
        path: As on the command line: ``EDU.BUF``, with ``REGION/`` in front where needed.
        local: Its path within the block.
        memory: What it is.
        region: Where it is.
        instance: Whose it is.
        offset: Bytes from the region's start.
    """

    path: str
    local: str
    memory: Memory
    region: Region
    instance: Instance
    offset: int


def memory_nodes(register_map: RegisterMap) -> tuple[MemoryNode, ...]:
    """Every memory window of a map: by region, then instance, then offset."""
    nodes = []
    for place in register_map.nodes.places:
        if place.layout.has_memory:
            memories = sorted(place.instance.block.memories(), key=lambda found: found[1])
            for local, offset, memory in memories:
                where = place.region, place.instance, place.instance.offset + offset
                nodes.append(MemoryNode(f"{place.prefix}{local}", local, memory, *where))
    return tuple(nodes)


def name_words(register_map: RegisterMap, paths: Sequence[str]) -> tuple[RegisterMap, list[str]]:
    """Make registers of the words of memory windows that ``paths`` name.

    Returns:
        The map with these registers, and the paths with each range written out; the map itself where no
        word is named.

    Raises:
        UsageError: A window has no such word, or too many are named.
    """
    if all(is_pattern(path) or path in register_map.by_path for path in paths):
        return register_map, list(paths)
    windows = {name: node for node in memory_nodes(register_map) for name in _names(node)}
    if not windows:
        return register_map, list(paths)
    named: dict[MemoryNode, set[int]] = {}
    written: list[str] = []
    for path in paths:
        match = _WORD.fullmatch(path)
        node = windows.get(match["window"]) if match else None
        if match is None or node is None:
            written.append(path)
            continue
        indices = _indices(node, match)
        named.setdefault(node, set()).update(indices)
        written += [f"{node.path}[{index}]" for index in indices]
    if sum(map(len, named.values())) > MOST_WORDS:
        raise UsageError(f"more than {MOST_WORDS} words of memory are named; name fewer at a time")
    return (_with_words(register_map, named) if named else register_map), written


def name_word(register_map: RegisterMap, path: str) -> tuple[RegisterMap, str]:
    """As `name_words`, for one path that means one register.

    Raises:
        UsageError: As there, or it is a range.
    """
    found, paths = name_words(register_map, [path])
    if len(paths) != 1:
        raise UsageError(f"{path} is more than one word; name one, as {paths[0]}")
    return found, paths[0]


def _names(node: MemoryNode) -> tuple[str, ...]:
    return node.path, f"{node.region.name}/{node.instance.name}.{node.local}"


def _indices(node: MemoryNode, match: re.Match[str]) -> range:
    words = node.memory.words
    try:
        first = parse_number(match["first"])
        last = first if match["last"] is None else parse_number(match["last"])
    except NumberError as error:
        raise UsageError(f"{match[0]}: {error}{f': {error.hint}' if error.hint else ''}") from None
    for index in (first, last):
        if not 0 <= index < words:
            raise UsageError(f"{node.path} has no word {index}: its words are 0 to {words - 1}")
    if last < first:
        raise UsageError(f"{match[0]} ends before it begins")
    return range(first, last + 1)


def _with_words(register_map: RegisterMap, named: dict[MemoryNode, set[int]]) -> RegisterMap:
    blocks: dict[Instance, list[Register]] = {}
    for node, indices in named.items():
        blocks.setdefault(node.instance, []).extend(_registers(node, sorted(indices)))

    def extended(instance: Instance) -> Instance:
        words = blocks.get(instance)
        return instance if words is None else replace(instance, block=_extend(instance.block, words))

    regions = tuple(
        replace(region, instances=tuple(map(extended, region.instances)))
        if any(instance in blocks for instance in region.instances)
        else region
        for region in register_map.regions
    )
    return replace(register_map, regions=regions)


def _extend(block: Block, words: Sequence[Register]) -> Block:
    return replace(block, children=(*block.children, *words))


def _registers(node: MemoryNode, indices: Iterable[int]) -> Iterator[Register]:
    memory = node.memory
    word = partial(
        Register,
        width=memory.width,
        access=memory.access,
        byte_order=memory.byte_order,
        alt=memory.alt,
        when=memory.when,
        poll=Poll.MANUAL,
        title=memory.title,
        desc=memory.desc,
        hidden=memory.hidden,
        position=memory.position,
    )
    start = node.offset - node.instance.offset
    for index in indices:
        yield word(name=f"{node.local}[{index}]", offset=start + index * memory.width // 8)

"""Paths: how a person names registers and fields.

``INSTANCE.REGISTER``, ``INSTANCE.GROUP[2].REGISTER``, ``INSTANCE.REGISTER.FIELD``, with ``REGION/``
in front where an instance's name is in two regions. Case matters. ``*`` and ``?`` match within one
dotted part; brackets are literal; a last part ``*`` reaches the registers of groups and arrays below.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inspector.errors import UsageError
from inspector.model.field import Field
from inspector.model.registermap import RegisterMap, RegisterNode


@dataclass(frozen=True, slots=True)
class Selected:
    """A register that a path selected.

    Attributes:
        node: Which.
        fields: The fields that were named; empty for the whole register.
        named: Named in full, which is consent to a read that acts; a pattern is not.
    """

    node: RegisterNode
    fields: tuple[Field, ...] = ()
    named: bool = False


def is_pattern(path: str) -> bool:
    """Whether ``path`` holds a wildcard."""
    return "*" in path or "?" in path


def find(register_map: RegisterMap, path: str) -> tuple[RegisterNode, Field | None]:
    """Find the register, or the field of a register, that ``path`` names in full.

    Raises:
        UsageError: There is none; the nearest names are offered.
    """
    node = register_map.by_path.get(path)
    if node is not None:
        return node, None
    head, _, last = path.rpartition(".")
    node = register_map.by_path.get(head)
    if node is not None:
        field = node.register.field(last)
        if field is not None:
            return node, field
        raise UsageError(_unknown(f"register {head} has no field {last!r}", last, _field_names(node)))
    raise UsageError(_explain(register_map, path))


def select(register_map: RegisterMap, paths: Sequence[str]) -> list[Selected]:
    """Select registers by paths and patterns, each register once, in the order first selected.

    No paths mean every register.

    Raises:
        UsageError: A path names nothing, or a pattern matches nothing.
    """
    if not paths:
        return [Selected(node) for node in register_map.nodes]
    selected: dict[int, Selected] = {}
    for path in paths:
        if is_pattern(path):
            nodes = match(register_map, path)
            if not nodes:
                raise UsageError(f"no register matches {path!r} in map {register_map.name}")
            for node in nodes:
                selected.setdefault(node.index, Selected(node))
            continue
        node, field = find(register_map, path)
        before = selected.get(node.index)
        # The whole register wins over one of its fields; of several fields all are shown.
        if field is None or (before is not None and not before.fields):
            fields: tuple[Field, ...] = ()
        else:
            fields = tuple(dict.fromkeys((*(before.fields if before else ()), field)))
        selected[node.index] = Selected(node, fields, named=True)
    return list(selected.values())


def match(register_map: RegisterMap, pattern: str) -> list[RegisterNode]:
    """The registers that ``pattern`` matches; never fields."""
    region, slash, rest = pattern.rpartition("/")
    parts = rest.split(".")
    deep = parts[-1] == "*"
    matchers = [_part(part) for part in parts]
    region_matcher = _part(region) if slash else None
    found = []
    for node in register_map.nodes:
        if region_matcher and not region_matcher.fullmatch(node.region.name):
            continue
        names = [node.instance.name, *node.local.split(".")]
        if len(names) != len(parts) and not (deep and len(names) > len(parts)):
            continue
        if all(matcher.fullmatch(name) for matcher, name in zip(matchers, names, strict=False)):
            found.append(node)
    return found


def _part(text: str) -> re.Pattern[str]:
    return re.compile("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in text))


def nearest(word: str, names: Iterable[str]) -> str:
    """The hint for a misspelt name: the nearest of ``names``, or nothing."""
    known = list(names)
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    folded = [name for name in known if name.lower() == word.lower()]
    best = (folded or close or [""])[0]
    return best


def _unknown(what: str, word: str, names: Iterable[str]) -> str:
    known = list(names)
    best = nearest(word, known)
    if best:
        return f"{what}; did you mean {best}?"
    if 0 < len(known) <= 12:
        return f"{what}; it has {', '.join(known)}"
    return what


def _field_names(node: RegisterNode) -> list[str]:
    return [field.name for field in node.register.fields]


def _explain(register_map: RegisterMap, path: str) -> str:
    region, slash, rest = path.rpartition("/")
    if slash:
        names = [place.name for place in register_map.regions]
        if region not in names:
            return _unknown(f"map {register_map.name} has no region {region!r}", region, names)
    parts = rest.split(".")
    instances = [
        (place, instance)
        for place in register_map.regions
        for instance in place.instances
        if not region or place.name == region
    ]
    here = [(place, instance) for place, instance in instances if instance.name == parts[0]]
    if not here:
        names = [instance.name for _, instance in instances]
        return _unknown(f"map {register_map.name} has no instance {parts[0]!r}", parts[0], names)
    if len(here) > 1:
        choices = " or ".join(f"{place.name}/{rest}" for place, _ in here)
        return f"{parts[0]} is in {len(here)} regions: name one, as {choices}"
    place, instance = here[0]
    locals_ = register_map.by_instance.get((place.name, instance.name), {})
    local = ".".join(parts[1:])
    windows = [name for name, _, _ in instance.block.memories()]
    for window in windows:
        if local == window or local.startswith(f"{window}["):
            name = f"{region}{slash}{instance.name}.{window}"
            return (
                f"{name} is a window of memory, not a register; read, write, watch and decode take a word "
                f"of it, as {name}[0]"
            )
    if any(name.startswith(f"{local}.") for name in locals_) or not local:
        return f"{path} is not a register; {path}.* names the registers in it"
    if any(name.startswith(f"{local}[") for name in locals_):
        first = next(name for name in locals_ if name.startswith(f"{local}["))
        return f"{path} is an array; name an element, as {region}{slash}{instance.name}.{first}"
    best = nearest(local, [*locals_, *windows])
    did = f"; did you mean {region}{slash}{instance.name}.{best}?" if best else ""
    return f"{region}{slash}{instance.name} has no register {local!r}{did}"

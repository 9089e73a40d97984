"""OpenTitan's registers, multiregs and windows, each as the words that it stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from inspector.maps.findings import quote
from inspector.maps.opentitan.fields import FieldSpec, Outer, element, read_fields
from inspector.maps.opentitan.parameters import Parameters
from inspector.maps.opentitan.reading import Group, Lines

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LOST = (
    *("async", "sync", "hwqe", "update_err_alert", "storage_err_alert", "writes_ignore_errors", "cdc"),
    "alias_target",
)

MOST_ELEMENTS = 100_000
"""Elements of a multireg; the largest known has a few hundred."""


@dataclass(frozen=True, slots=True)
class RegisterSpec:
    """A word, or an array of equal words that follow one another.

    Attributes:
        group: Where it is described.
        name: Its name; of an array with ``%s`` for the element's number.
        offset: In bytes.
        width: In bits.
        fields: The lowest first.
        count: Elements; 1 for a single word.
        array: Whether it is an array.
        packed: The numbers of the elements that share this word, each with all ``fields``; empty for none.
        pitch: Bits from one of them to the next.
        lock: The register whose 0 locks it; empty for none.
        shadowed: It takes effect only when written twice.
    """

    group: Group
    name: str
    offset: int
    width: int
    fields: tuple[FieldSpec, ...]
    count: int = 1
    array: bool = False
    packed: range = range(0)
    pitch: int = 0
    lock: str = ""
    shadowed: bool = False

    def elements(self) -> list[str]:
        """The names of its words."""
        if not self.array:
            return [self.name]
        return [self.name.replace("%s", str(number)) for number in range(self.count)]


@dataclass(frozen=True, slots=True)
class WindowSpec:
    """A stretch of memory.

    Attributes:
        group: Where it is described.
        name: Its name.
        offset: In bytes.
        size: In bytes.
        width: Of a word, in bits.
    """

    group: Group
    name: str
    offset: int
    size: int
    width: int


@dataclass(slots=True)
class RegisterList:
    """The words of one interface in the order of their addresses.

    Attributes:
        width: Of a register, in bits.
        specs: What was added.
        offset: Where the next register stands, in bytes.
    """

    width: int
    parameters: Parameters
    lines: Lines
    specs: list[RegisterSpec | WindowSpec] = field(default_factory=list)
    offset: int = 0

    @property
    def step(self) -> int:
        """Bytes from one register to the next."""
        return (self.width + 7) // 8

    def add(self, block: Group, raw: Any) -> None:
        """Add an entry of a register list."""
        for kind in ("reserved", "skipto", "window", "multireg"):
            if raw.get(kind) is not None:
                self._special(block, kind, raw[kind])
                return
        self._register(self._group(block, raw, "register"))

    def put(self, group: Group, name: str, fields: list[FieldSpec]) -> None:
        """Add a register that is not described by itself."""
        self.specs.append(RegisterSpec(group, name, self.offset, self.width, tuple(fields)))
        self.offset += self.step

    def _special(self, block: Group, kind: str, body: Any) -> None:
        if kind in ("reserved", "skipto"):
            here = Group(block.document, {kind: body}, block.line, "register list")
            value = here.number(kind, 0)
            target = self.offset + value * self.step if kind == "reserved" else value
            if target < self.offset or target % self.step:
                here.fail(
                    "range", f"{kind} {value:#x} leads from {self.offset:#x} to no place for a register"
                )
            self.offset = target
        elif not hasattr(body, "keys"):
            block.fail("type", f"a {kind} is not a group")
        elif kind == "window":
            self._window(self._group(block, body, "window"))
        else:
            self._multireg(self._group(block, body, "multireg"))

    def _group(self, block: Group, raw: Any, kind: str) -> Group:
        name = raw.get("name")
        if name is None:
            block.fail("missing-key", f"a {kind} has no 'name', after offset {self.offset:#x}")
        what = f"{kind} {quote(str(name))}"
        group = Group(block.document, raw, self.lines.find(name), what)
        if not _NAME.fullmatch(str(name)):
            group.fail("name", f"{quote(str(name))} is no name for a {kind}")
        return group

    def _register(self, group: Group) -> None:
        fields = self._fields(group)
        self._add(group, group.text("name"), self.offset, fields, lock=group.text("regwen"))
        self.offset += self.step

    def _fields(self, group: Group) -> list[FieldSpec]:
        return read_fields(self._outer(group), self.parameters, self.lines)

    def _outer(self, group: Group) -> Outer:
        reset = group.number("resval", 0) if group.has("resval") else None
        return Outer(group, group.text("name"), self.width, group.flag("hwext"), group.flag("hwre"), reset)

    def _add(
        self, group: Group, name: str, offset: int, fields: list[FieldSpec], *, lock: str, **shape: Any
    ) -> None:
        group.lose(_LOST)
        self.specs.append(
            RegisterSpec(
                group,
                name,
                offset,
                self.width,
                tuple(fields),
                lock=lock,
                shadowed=group.flag("shadowed"),
                **shape,
            )
        )

    def _multireg(self, group: Group) -> None:
        """Equal registers, several to a word where each is one small field (``compact``)."""
        name = group.text("name")
        count = self.parameters.expand(group.text("count"), group, "count")
        if count <= 0:
            group.note("not-carried", "a multireg without elements is no register")
            return
        if count > MOST_ELEMENTS:
            group.fail("range", f"the {group.what} has {count:,} elements, more than {MOST_ELEMENTS:,}")
        first = self._fields(group)
        outer = self._outer(group)
        each = [element(first, outer, index) for index in range(count)]
        own_locks = group.flag("regwen_multi")
        compact = group.flag("compact", default=len(first) == 1 and not own_locks)
        if compact and (len(first) != 1 or own_locks):
            group.fail("array", f"the {group.what} is compact, and has several fields or locks")
        pitch = first[-1].lsb + first[-1].width
        per_word = self.width // pitch if compact else 1
        words = -(-count // per_word)
        lock = group.text("regwen")
        equal = all(fields is first for fields in each)
        if words > 1 and per_word == 1 and equal and not (own_locks and lock):
            self._add(group, f"{name}_%s", self.offset, first, lock=lock, count=words, array=True)
        else:
            for word in range(words):
                inside = range(word * per_word, min((word + 1) * per_word, count))
                suffix = f"_{word}" if words > 1 else ""
                own = lock + suffix if lock and own_locks else lock
                offset = self.offset + word * self.step
                if compact:
                    fields = [each[i][0].moved((i - inside.start) * pitch) for i in inside]
                    self._add(group, name + suffix, offset, fields, lock=own, packed=inside, pitch=pitch)
                else:
                    self._add(group, name + suffix, offset, each[word], lock=own)
        self.offset += words * self.step

    def _window(self, group: Group) -> None:
        """A window begins at a multiple of its size, rounded up to a power of two."""
        items = self.parameters.expand(group.text("items"), group, "items")
        if items <= 0:
            group.fail("range", f"the {group.what} has {items} items")
        size = items * self.step
        rounded = 1 << (size - 1).bit_length()
        offset = -(-self.offset // rounded) * rounded
        if group.number("validbits", self.width) < self.width:
            group.note(
                "not-carried", "'validbits' has no place in a map: the upper bits of each word are unused"
            )
        group.lose(("data-intg-passthru", "byte-write"))
        self.specs.append(WindowSpec(group, group.text("name"), offset, size, self.width))
        self.offset = offset + size

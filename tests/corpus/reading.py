"""A straightforward reading of CMSIS-SVD that shares nothing with the importer: everything is expanded.

It is made to be read, not to be quick: xml.etree, one pass from the device down, and a register for
every element of every array. What it makes of mistakes is what the importer says it does with them.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field

WIDTHS = (8, 16, 32, 64, 128)

_LEVELS = {"peripheral", "cluster", "register", "field", "enumeratedValues"}


@dataclass(frozen=True)
class Effects:
    """What reading and writing do, in the schema's words."""

    access: str = "read-write"
    write: str = ""
    read: str = ""


@dataclass(frozen=True)
class FieldSeen:
    """A field: its name, its highest and its lowest bit, and what reading and writing it do."""

    name: str
    msb: int
    lsb: int
    effects: Effects


@dataclass(frozen=True)
class RegisterSeen:
    """A register at its absolute address in bytes; ``mask`` has the bits of ``reset`` that are defined."""

    path: str
    address: int
    width: int
    effects: Effects
    reset: int
    mask: int
    fields: tuple[FieldSeen, ...]


@dataclass(frozen=True)
class Held:
    """What is inherited."""

    size: int = 32
    effects: Effects = Effects()
    reset: int | None = None
    mask: int | None = None


@dataclass
class Reading:
    """What a file says.

    Attributes:
        registers: All of them, in file order.
        unreachable: How many stand at addresses that a bus refuses for their width.
    """

    registers: list[RegisterSeen] = field(default_factory=list)
    unreachable: int = 0


def read(data: bytes) -> Reading:
    """Read a file that is well-formed but for control characters."""
    text = re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", b"", data).lstrip()
    device = ET.fromstring(text)
    return _Reader(device).read()


def number(text: str | None) -> int | None:
    """A number of the schema, or None."""
    digits = (text or "").strip().lower().removeprefix("+")
    scale = 1
    if digits and digits[-1] in "kmgt" and digits[0] != "#":
        scale = 1024 ** ("kmgt".index(digits[-1]) + 1)
        digits = digits[:-1]
    try:
        if digits.startswith("0x"):
            return int(digits[2:], 16) * scale
        if digits.startswith("#"):
            return int(digits[1:], 2) * scale
        if digits.startswith("0b"):
            return int(digits[2:], 2) * scale
        return int(digits, 10) * scale
    except ValueError:
        return None


def said(element: ET.Element, tag: str) -> str | None:
    """The text of a child; of several, the last one's, which in public files corrects the first."""
    found = element.findall(tag)
    return (found[-1].text or "") if found else None


class _Reader:
    def __init__(self, device: ET.Element) -> None:
        self.device = device
        self.reading = Reading()
        self.within: list[ET.Element] = []
        self.parents = {id(child): parent for parent in device.iter() for child in parent}
        self.by_tag: dict[str, list[ET.Element]] = {tag: [] for tag in _LEVELS}
        for element in device.iter():
            if element.tag in _LEVELS:
                self.by_tag[element.tag].append(element)
        self.paths = {id(element): self._path(element) for tag in _LEVELS for element in self.by_tag[tag]}
        bus = number(said(device, "width"))
        self.bus = bus if bus in (8, 16, 32, 64) else 32

    def read(self) -> Reading:
        held = self._held(self.device, Held())
        for peripherals in self.device.findall("peripherals"):
            for peripheral in peripherals.findall("peripheral"):
                self._peripheral(self._derived(peripheral), held)
        return self.reading

    # --- derivedFrom --------------------------------------------------------------------------

    def _path(self, element: ET.Element) -> list[str]:
        path: list[str] = []
        at: ET.Element | None = element
        while at is not None:
            if at.tag in _LEVELS:
                path.insert(0, (said(at, "name") or "").strip())
            at = self.parents.get(id(at))
        return path

    def _derived(self, element: ET.Element, above: tuple[ET.Element, ...] = ()) -> ET.Element:
        """A copy of the element with what its base states and it does not."""
        reference = (element.get("derivedFrom") or "").strip()
        if not reference or any(element is other for other in above):
            return element
        base = self._base(element, reference.split("."), (*above, element))
        if base is None:
            return element
        base = self._derived(base, (*above, element))
        return _merged(base, element)

    def _base(
        self, element: ET.Element, parts: list[str], above: tuple[ET.Element, ...]
    ) -> ET.Element | None:
        own = self.paths.get(id(element), [])
        found: list[tuple[int, bool, ET.Element]] = []
        for other in self.by_tag[element.tag]:
            path = self.paths[id(other)]
            if other is element or len(path) < len(parts):
                continue
            tail = path[len(path) - len(parts) :]
            if all(_called(part, name) for part, name in zip(parts, tail, strict=True)):
                common = 0
                while common < min(len(own), len(path)) and own[common] == path[common]:
                    common += 1
                found.append((common, len(path) == len(parts), other))
        # A thing of that very name comes before an array whose elements might be called so.
        found.sort(key=lambda item: self.paths[id(item[2])][-1] != parts[-1])
        if element.tag == "peripheral":
            return found[0][2] if found else None
        best = max(found, key=lambda item: item[:2], default=None)
        if best is not None and best[0]:
            return best[2]
        for peripheral in self.by_tag["peripheral"]:
            if own and said(peripheral, "name") == own[0] and peripheral.get("derivedFrom"):
                inherited = self._walk(parts, self._children(self._derived(peripheral, above)), above)
                if inherited is not None:
                    return inherited
        if best is not None:
            return best[2]
        return self._walk(parts, self.by_tag["peripheral"], above)

    def _walk(
        self, parts: list[str], there: list[ET.Element], above: tuple[ET.Element, ...]
    ) -> ET.Element | None:
        """What stands at a path from there on only because something above it is derived."""
        found: ET.Element | None = None
        for part in parts:
            found = next((item for item in there if _called(part, said(item, "name") or "")), None)
            if found is None:
                return None
            found = self._derived(found, above)
            there = self._children(found)
        return found if found is not above[-1] and found is not None and found.tag == above[-1].tag else None

    def _children(self, element: ET.Element) -> list[ET.Element]:
        """What is one level below."""
        below: list[ET.Element] = []
        for child in element:
            below += list(child) if child.tag in ("registers", "fields") else [child]
        return [child for child in below if child.tag in _LEVELS]

    # --- what is inherited ----------------------------------------------------------------------

    def _held(self, element: ET.Element, outer: Held) -> Held:
        size = number(said(element, "size"))
        width = outer.size
        if size is not None and 0 < size <= WIDTHS[-1]:
            width = min(width for width in WIDTHS if width >= size)
        reset, mask = number(said(element, "resetValue")), number(said(element, "resetMask"))
        return Held(
            width,
            self._effects(element, outer.effects),
            outer.reset if reset is None else reset,
            outer.mask if mask is None else mask,
        )

    def _effects(self, element: ET.Element, outer: Effects) -> Effects:
        def word(tag: str, before: str, known: str) -> str:
            text = (said(element, tag) or "").strip().lower()
            return text if text in known.split() else before

        access = (said(element, "access") or "").strip().lower()
        access = {"write": "write-only", "read": "read-only", "readonly": "read-only"}.get(access, access)
        known = ("read-only", "write-only", "read-write", "writeonce", "read-writeonce")
        return Effects(
            access if access in known else outer.access,
            word(
                "modifiedWriteValues",
                outer.write,
                "onetoclear onetoset onetotoggle zerotoclear zerotoset zerototoggle clear set modify",
            ),
            word("readAction", outer.read, "clear set modify modifyexternal"),
        )

    # --- going down -----------------------------------------------------------------------------

    def _peripheral(self, peripheral: ET.Element, outer: Held) -> None:
        base = number(said(peripheral, "baseAddress"))
        if base is None:
            return
        held = self._held(peripheral, outer)
        prefix, suffix = (
            (said(peripheral, "prependToName") or ""),
            (said(peripheral, "appendToName") or ""),
        )
        name = (said(peripheral, "name") or "").strip()
        if prefix.strip().strip("_") in (name, (said(peripheral, "groupName") or "").strip()):
            prefix = ""
        if suffix.strip().strip("_") == name:
            suffix = ""
        affixes = (prefix.strip(), suffix.strip())
        lists = peripheral.findall("registers")
        size = max((self._extent(child, held) for part in lists for child in part), default=0)
        for element_name, start in _elements(peripheral, base, size):
            for part in lists:
                self._registers(part, f"{_clean(element_name)}.", start, held, affixes)

    def _registers(
        self, parent: ET.Element, prefix: str, base: int, outer: Held, affixes: tuple[str, str]
    ) -> None:
        for child in parent:
            if child.tag not in ("register", "cluster") or any(child is other for other in self.within):
                continue
            element = self._derived(child)
            offset = number(said(element, "addressOffset"))
            if offset is None:
                continue
            held = self._held(element, outer)
            if element.tag == "cluster":
                size = self._extent(element, outer, of_one=True)
                self.within.append(child)
                for name, start in _elements(element, base + offset, size):
                    self._registers(element, f"{prefix}{_clean(name)}.", start, held, affixes)
                self.within.pop()
                continue
            for name, start in _elements(element, base + offset, held.size // 8, affixes):
                if start % (min(held.size, self.bus) // 8):
                    self.reading.unreachable += 1
                else:
                    self.reading.registers.append(self._register(element, prefix + _clean(name), start, held))

    def _extent(self, child: ET.Element, outer: Held, *, of_one: bool = False) -> int:
        """Where a register or cluster ends, counted from its parent; of one element, from its own start."""
        if child.tag not in ("register", "cluster") or any(child is other for other in self.within):
            return 0
        element = self._derived(child)
        offset = number(said(element, "addressOffset"))
        if offset is None:
            return 0
        held = self._held(element, outer)
        size = held.size // 8
        if element.tag == "cluster":
            self.within.append(child)
            size = max((self._extent(part, held) for part in element), default=0)
            self.within.pop()
        if of_one or not size:
            return size
        starts = [start for _, start in _elements(element, offset, size)]
        return max(starts) + size

    def _register(self, element: ET.Element, path: str, address: int, held: Held) -> RegisterSeen:
        ones = (1 << held.size) - 1
        mask = 0 if held.reset is None else ones if held.mask is None else held.mask & ones
        fields = [
            item
            for part in [*element.findall("fields"), element]
            for child in part.findall("field")
            for item in self._field(self._derived(child), held)
        ]
        reset = (held.reset or 0) & mask
        return RegisterSeen(path, address, held.size, held.effects, reset, mask, tuple(fields))

    def _field(self, element: ET.Element, held: Held) -> Iterator[FieldSeen]:
        bits = _bits(element)
        if bits is None:
            return
        msb, lsb = max(bits), min(bits)
        effects = self._effects(element, held.effects)
        msb = min(msb, held.size - 1)
        for name, start in _elements(element, lsb, msb - lsb + 1):
            last = start + msb - lsb
            if lsb < held.size and last < held.size:
                yield FieldSeen(_clean(name), last, start, effects)


def _bits(element: ET.Element) -> tuple[int, int] | None:
    def text(tag: str) -> str | None:
        return said(element, tag)

    if text("bitOffset") is not None:
        lsb, width = number(text("bitOffset")), number(text("bitWidth") or "1")
        return None if lsb is None or not width else (lsb, lsb + width - 1)
    found: list[int | None]
    if text("bitRange") is not None:
        ends = re.fullmatch(r"\[(\d+):(\d+)\]", (text("bitRange") or "").strip())
        found = [int(ends[1]), int(ends[2])] if ends else []
    else:
        found = [number(text("msb")), number(text("lsb"))]
    if len(found) != 2 or found[0] is None or found[1] is None:
        return None
    return found[0], found[1]


def _merged(base: ET.Element, own: ET.Element) -> ET.Element:
    merged = ET.Element(own.tag)
    own_tags = {child.tag for child in own}
    arrayed = "%s" in (said(own, "name") or "")
    position = {"bitOffset", "bitWidth", "bitRange", "lsb", "msb"}
    names = {said(child, "name") for child in own if child.tag in ("register", "cluster", "enumeratedValue")}
    for child in base:
        if child.tag.startswith("dim") and (not arrayed or "dim" in own_tags):
            continue
        if own.tag == "field" and child.tag in position and own_tags & position:
            continue
        if child.tag in ("registers", "fields") and child.tag in own_tags:
            kept = ET.SubElement(merged, child.tag)
            inner = {said(item, "name") for part in own.findall(child.tag) for item in part}
            kept.extend(item for item in child if said(item, "name") not in inner)
        elif child.tag in ("register", "cluster", "enumeratedValue"):
            if said(child, "name") not in names:
                merged.append(child)
        elif child.tag not in own_tags:
            merged.append(child)
    merged.extend(own)
    if own.tag == "field" and own_tags & position == {"bitOffset"}:
        bits = _bits(base)
        if bits is not None:
            ET.SubElement(merged, "bitWidth").text = str(abs(bits[0] - bits[1]) + 1)
    return merged


def _called(part: str, name: str) -> bool:
    name = name.strip()
    if "%s" not in name:
        return part.strip() == name
    names = {name, name.replace("[%s]", "").replace("%s", "")}
    index = "[0-9A-Za-z_]+"
    for pattern in (name, name.replace("[%s]", "%s")):
        if re.fullmatch(index.join(map(re.escape, pattern.split("%s"))), part):
            return True
    return part in names


def _elements(
    element: ET.Element, start: int, size: int, affixes: tuple[str, str] = ("", "")
) -> Iterator[tuple[str, int]]:
    """The names of an array's elements with their places; the thing itself where it is no array."""
    name = affixes[0] + " ".join((said(element, "name") or "").split()) + affixes[1]
    count = number(said(element, "dim"))
    if not count:
        yield name.replace("[%s]", "").replace("%s", ""), start
        return
    step = number(said(element, "dimIncrement"))
    if not step:
        step = size
    texts = _index(element, name, count)
    if "%s" not in name:
        name += "[%s]"
    elif name.startswith("%s") and any(text[0] in "-0123456789" for text in texts):
        name = f"_{name}"
    for i, text in enumerate(texts):
        yield name.replace("%s", text), start + i * step


def _index(element: ET.Element, name: str, count: int) -> list[str]:
    plain = [str(i) for i in range(count)]
    text = (said(element, "dimIndex") or "").strip()
    found: list[str] = []
    if text:
        ends = re.fullmatch(r"(\w+)\s*-\s*(\w+)", text)
        if ends and ends[1].isdigit() and ends[2].isdigit():
            found = [str(i) for i in range(int(ends[1]), int(ends[2]) + 1)]
        elif ends and len(ends[1]) == len(ends[2]) == 1:
            found = [chr(code) for code in range(ord(ends[1]), ord(ends[2]) + 1)]
        else:
            found = [part.strip() for part in text.split(",") if part.strip()]
    elif "[%s]" in name and element.find("dimArrayIndex") is not None:
        named = [
            (number(said(item, "value")), (said(item, "name") or "").strip())
            for item in element.findall("dimArrayIndex/enumeratedValue")
        ]
        found = [name for _, name in sorted((value, name) for value, name in named if value is not None)]
    sound = len(found) == len(set(found)) == count and all(re.fullmatch(r"[\w-]+", part) for part in found)
    return found if sound else plain


def _clean(name: str) -> str:
    """A name with ``_`` for what no name of a map has; an element's brackets stay."""
    match = re.fullmatch(r"(.*)(\[[\w-]+\])", name, re.DOTALL)
    head, tail = (match[1], match[2]) if match else (name, "")
    head = re.sub(r"[^A-Za-z0-9_-]", "_", head)
    return (head if re.match("[A-Za-z_]", head) else f"_{head}") + tail

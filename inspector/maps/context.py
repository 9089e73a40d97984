"""What the builders of a map's parts share."""

from __future__ import annotations

from dataclasses import dataclass, field

from inspector.maps.display_formats import FormatSpec
from inspector.maps.entries import Entries, Key
from inspector.maps.enumerations import EnumSpec
from inspector.maps.findings import Report, did_you_mean, quote
from inspector.maps.paths import PathUse, Wanted
from inspector.model.enumeration import Enumeration
from inspector.model.format import HEX, Format, FormatType


@dataclass(slots=True)
class Context:
    """One block under construction.

    Attributes:
        report: Takes what is wrong.
        enums: The map's named enumerations; None for one that is wrong.
        uses: The paths that the block mentions, held against it when it is complete.
        broken: Paths of what had to be left out, so that no message speaks of it twice.
    """

    report: Report
    enums: dict[str, Enumeration | None]
    uses: list[PathUse] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def use(self, entries: Entries, key: Key[str], wanted: Wanted, owner: str) -> None:
        """Note the path that a key of the register at ``owner`` mentions."""
        path = entries.get(key)
        if path is not None:
            self.uses.append(PathUse(entries.at(key), path, wanted, owner))

    def fitting(self, entries: Entries, key: Key[int], width: int | None) -> int | None:
        """A number that must fit in ``width`` bits; None for a width that is not known."""
        value = entries.get(key)
        if value is not None and width is not None and value >> width:
            noun = "bit" if width == 1 else "bits"
            self.report.error(
                entries.at(key), "too-wide", f"{key.name} {value:#x} does not fit in {width} {noun}"
            )
            return None
        return value

    def enumeration(self, entries: Entries, key: Key[EnumSpec], width: int | None) -> Enumeration | None:
        """An enumeration whose values must fit in ``width`` bits; None for a width that is not known."""
        spec = entries.get(key)
        if spec is None:
            return None
        enumeration = spec.enumeration or self._named(spec)
        if enumeration is None or width is None:
            return enumeration
        noun = "bit" if width == 1 else "bits"
        fits = True
        for i, entry in enumerate(enumeration.entries):
            if entry.high >> width:
                fits = False
                of = f" of enum '{spec.name}'" if spec.name else ""
                self.report.error(
                    spec.keys[i] if spec.keys else spec.node,
                    "too-wide",
                    f"the value {entry.text}{of} does not fit in {width} {noun}",
                )
        return enumeration if fits else None

    def format(self, entries: Entries, key: Key[FormatSpec], width: int | None) -> Format:
        """A format that must suit ``width`` bits; None for a width that is not known."""
        spec = entries.get(key)
        if spec is None or width is None:
            return HEX
        kind = spec.format.type
        if kind is FormatType.FLOAT and width not in (16, 32, 64):
            message = f"format 'float' needs 16, 32 or 64 bits, not {width}"
        elif kind is FormatType.IPV4 and width != 32:
            message = f"format 'ipv4' needs 32 bits, not {width}"
        else:
            return spec.format
        self.report.error(entries.at(key), "format-width", message)
        return HEX

    def _named(self, spec: EnumSpec) -> Enumeration | None:
        if spec.name not in self.enums:
            self.report.error(
                spec.node,
                "unknown-enum",
                f"no enum {quote(spec.name)}",
                did_you_mean(spec.name, self.enums)
                or "state it under the map's enums, or inline: {0: off, 1: on}",
            )
        return self.enums.get(spec.name)

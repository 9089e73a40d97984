"""One description, imported, loaded and compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from inspector.errors import Finding, MapError
from inspector.maps.files import MapFile
from inspector.maps.loader import examine_file
from inspector.maps.svd import import_svd
from tests.corpus.comparing import compare
from tests.corpus.reading import read


@dataclass(frozen=True)
class Trial:
    """What came of one description.

    Attributes:
        name: Its file.
        registers: How many are right.
        fields: How many fields those have.
        renamed: How many of the registers have another name than the description gives.
        wrong: What differs from the independent reading, in words.
        refused: Why it was refused; empty where it was not.
        repaired: How many kinds of things were put right.
        left_out: What could not be carried over, one text a kind.
    """

    name: str
    registers: int = 0
    fields: int = 0
    renamed: int = 0
    wrong: tuple[str, ...] = ()
    refused: str = ""
    repaired: int = 0
    left_out: tuple[str, ...] = ()


def attempt(name: str, data: bytes) -> Trial:
    """Import a description, load it and hold it against the independent reading."""
    try:
        imported = import_svd(data, name)
    except MapError as error:
        return Trial(name, refused=_first(error.findings))
    repaired = sum(finding.rule == "repaired" for finding in imported.repairs)
    left_out = tuple(finding.message for finding in imported.repairs if finding.rule == "not-carried")
    examined = examine_file(MapFile(Path(name), name, data))
    if examined.register_map is None:
        errors = [finding for finding in examined.findings if finding.severity == "error"]
        wrong = tuple(_first([finding]) for finding in errors)
        return Trial(name, wrong=wrong, repaired=repaired, left_out=left_out)
    comparison = compare(examined.register_map, read(data))
    fields = sum(
        len(register.fields)
        for region in examined.register_map.regions
        for instance in region.instances
        for _, _, register in instance.block.walk()
    )
    return Trial(
        name,
        registers=comparison.registers,
        fields=fields,
        renamed=comparison.renamed,
        wrong=comparison.mismatches,
        repaired=repaired,
        left_out=left_out,
    )


def _first(findings: list[Finding] | tuple[Finding, ...]) -> str:
    return f"{findings[0].position}: {findings[0].message}"

"""Reading what was selected, with no more consent than was given."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from inspector.cli.output import explain, print_error
from inspector.errors import InspectorError
from inspector.model.decode import Known, fields_there
from inspector.model.paths import Selected
from inspector.model.registermap import RegisterNode
from inspector.model.safety import ReadSafety, Skip
from inspector.session import RegionState, Sample, Session
from inspector.session.sample import UNREAD

_WRITE_ONLY_FIELD = ReadSafety(Skip.WRITE_ONLY, "write-only")


@dataclass(frozen=True, slots=True)
class Consent:
    """What may be read beyond what is safe.

    Attributes:
        named: A register named in full may be read although reading it acts.
        destructive: Everything selected may be.
        force: So may what is write-only, and a block whose identity is wrong.
    """

    named: bool = False
    destructive: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a register that was selected.

    Attributes:
        selected: Which, and how it was named.
        sample: Its value, or why there is none.
        barred: Why its whole region cannot be accessed, or None.
        address: Where it is now; None where that is not known.
        known: What is known of the conditions of its fields on other registers.
    """

    selected: Selected
    sample: Sample
    barred: InspectorError | None = None
    address: int | None = None
    known: Known = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether this makes the command fail: an error, or a register that was named and is skipped."""
        named_and_skipped = self.selected.named and self.sample.skipped is not None
        return self.barred is not None or self.sample.error is not None or named_and_skipped


def regions_of(selected: Sequence[Selected]) -> set[str]:
    """The names of the regions that have to be open."""
    return {item.node.region.name for item in selected}


def read_selected(session: Session, selected: Sequence[Selected], consent: Consent) -> list[Reading]:
    """Read each selected register once, in order; what may not be read is skipped with its reason."""
    refused = {item.node.index: Sample().not_read(_WRITE_ONLY_FIELD) for item in selected if _hidden(item)}
    if consent.force:
        refused = {}
    for named, run in groupby(selected, key=lambda item: item.named and consent.named):
        # A register that told its block's identity has been read already.
        nodes = [item.node for item in run if session.sample(item.node) is UNREAD]
        nodes = [node for node in nodes if node.index not in refused]
        if not named:
            session.read_safe(nodes, destructive=consent.destructive)
            continue
        for node in nodes:
            if not _readable(node, consent):
                refused[node.index] = Sample().not_read(node.safety)
        session.read([node for node in nodes if node.index not in refused])
    readings = []
    for item in selected:
        opened = session.region_of(item.node)
        sample = refused.get(item.node.index) or session.sample(item.node)
        barred = opened.error if opened.state is not RegionState.OPEN else None
        address = None if opened.address is None else opened.address + item.node.offset
        known = session.known(item.node)
        absent = _absent(item, sample, known)
        if absent:
            sample = sample.not_read(absent)
        readings.append(Reading(item, sample, barred, address, known))
    return readings


def _absent(item: Selected, sample: Sample, known: Known) -> ReadSafety | None:
    """Why none of the fields that were named is there; None where one is, or none was named."""
    if not item.fields or sample.value is None or sample.error is not None or sample.skipped is not None:
        return None
    there = {each.name for each, _ in fields_there(item.node.register, sample.value, known)}
    if any(named.name in there for named in item.fields):
        return None
    reasons = [f"{named.name} is there while {' and '.join(map(str, named.when))}" for named in item.fields]
    return ReadSafety(Skip.INACTIVE, "; ".join(reasons), advice="and that does not hold now")


def _hidden(item: Selected) -> bool:
    """Whether every field that was named is write-only, in a register that can be read."""
    return (
        bool(item.fields)
        and item.node.register.readable
        and not any(named.access.readable for named in item.fields)
    )


def _readable(node: RegisterNode, consent: Consent) -> bool:
    if node.safety.skip is Skip.NO_ACCESS:
        return False
    return node.safety.skip not in (Skip.WRITE_ONLY, Skip.INACTIVE) or consent.force


def report_failures(readings: Sequence[Reading], told: Collection[str] = ()) -> frozenset[str]:
    """Say on standard error what could not be read; what ails a whole region is said once.

    Args:
        readings: What came of each register.
        told: What was said of the sample before, which is not said again.

    Returns:
        What holds now.
    """
    lines: dict[str, None] = {}
    for reading in readings:
        node, sample = reading.selected.node, reading.sample
        if reading.barred is not None:
            lines[explain(reading.barred)] = None
        elif sample.error is not None:
            lines[f"{node.path}: {explain(sample.error)}"] = None
        elif reading.failed and sample.skipped is not None:
            lines[f"{node.path} is not read: {sample.skipped.reason}{_way_out(sample.skipped)}"] = None
    for line in lines:
        if line not in told:
            print_error(line)
    return frozenset(lines)


def _way_out(safety: ReadSafety) -> str:
    if safety.advice:
        return f"; {safety.advice}"
    match safety.skip:
        case Skip.READ_SIDE_EFFECT | Skip.UNKNOWN_SIDE_EFFECT:
            return "; --destructive reads it all the same"
        case Skip.WRITE_ONLY | Skip.INACTIVE:
            return "; --force reads it all the same"
        case _:
            return ""

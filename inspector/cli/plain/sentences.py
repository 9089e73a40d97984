"""What is said of registers, fields and regions: one thing a line, the most important first, in words.

A line is made to be heard: no columns, no signs that carry meaning alone, numbers without separators.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from inspector.backends.backend import Backend
from inspector.cli.output import explain
from inspector.model.decode import Known, decode, fields_there, summarise
from inspector.model.field import Field
from inspector.model.numbers import plural, span_words
from inspector.model.registermap import Region, RegisterMap, RegisterNode
from inspector.model.safety import Skip
from inspector.session import OpenRegion, RegionState, Sample
from inspector.session.writing import WriteResult


def register_sentence(node: RegisterNode, sample: Sample, known: Known) -> str:
    """A register's path, its value and what that means, or why there is none."""
    if sample.error is not None:
        return f"{node.path}: error, {explain(sample.error)}.{_last(sample)}"
    if sample.value is None or sample.skipped is not None:
        return f"{node.path} is not read: {_why_not(node, sample)}.{_last(sample)}"
    meaning = summarise(node.register, sample.value, known).replace(" · ", ", ")
    return f"{node.path} is {sample.value:#x}{f': {meaning}' if meaning else ''}."


def _why_not(node: RegisterNode, sample: Sample) -> str:
    safety = sample.skipped or node.safety
    if safety.skip is Skip.WRITE_ONLY:
        return "write-only"
    if safety.skip is Skip.NO_ACCESS:
        return "no access"
    if safety.safe:
        return "nobody has read it yet"
    return f"{safety.reason}; {safety.advice}" if safety.advice else safety.reason


def _last(sample: Sample) -> str:
    return "" if sample.value is None else f" Its last value was {sample.value:#x}."


def change_sentence(node: RegisterNode, before: Sample, now: Sample, known: Known) -> str:
    """What became of a register: the fields that differ, else the value."""
    if now.error is not None or now.skipped is not None or now.value is None or before.value is None:
        return register_sentence(node, now, known)
    old = {decoded.field.name: decoded.text for decoded in decode(node.register, before.value, known)}
    parts = [
        f"{decoded.field.name} {old[decoded.field.name]} to {decoded.text}"
        for decoded in decode(node.register, now.value, known)
        if old.get(decoded.field.name, decoded.text) != decoded.text
    ]
    moved = f": {', '.join(parts)}" if parts else ""
    return f"{node.path} went from {before.value:#x} to {now.value:#x}{moved}."


def place_sentence(node: RegisterNode, address: int | None) -> str:
    """Where a register is, and how it may be accessed."""
    place = f"offset {node.offset:#x}" if address is None else f"address {address:#x}"
    register = node.register
    reset = "" if register.reset is None else f", reset {register.reset:#x}"
    return f"At {place}, {node.width} bits, {register.access.describe()}{reset}."


def field_sentences(node: RegisterNode, value: int | None, known: Known) -> Iterator[str]:
    """Each field: its bits, its value, what that means, and what reading and writing it do."""
    if value is None:
        for field in sorted(node.register.fields, key=lambda field: -field.bits.msb):
            yield f"{_named(field)}: not known. {_words(field)}"
        return
    texts = {decoded.field.name: decoded for decoded in decode(node.register, value, known)}
    there = [field for field, _ in fields_there(node.register, value, known)]
    for field in sorted(there, key=lambda field: -field.bits.msb):
        decoded = texts.get(field.name)
        if decoded is None:
            yield f"{_named(field)}: cannot be read. {_words(field)}"
            continue
        number = str(decoded.value) if field.width < 4 else f"{decoded.value:#x}"
        said = "" if decoded.text == number else f", {decoded.text}"
        yield f"{_named(field)}: {number}{said}. {_words(field)}"


def _named(field: Field) -> str:
    bits = str(field.bits)
    return f"{field.name}, bit{'s' if field.width > 1 else ''} {bits.replace(':', ' to ')}"


def _words(field: Field) -> str:
    words = field.access.describe()
    text = f"{words[:1].upper()}{words[1:]}."
    return f"{text} {' '.join(field.title.split())}." if field.title else text


def region_sentences(region: Region, opened: OpenRegion | None) -> Iterator[str]:
    """How a region is: where, claimed how, armed or not, who else has it, what is wrong."""
    if opened is None:
        yield f"Region {region.name} is not open."
        return
    if opened.state is not RegionState.OPEN:
        why = f": {explain(opened.error)}" if opened.error is not None else ""
        yield f"Region {region.name} cannot be accessed{why}."
        return
    place = "" if opened.address is None else f" at {opened.address:#x}"
    yield (
        f"Region {region.name}{place}, {plural(region.size, 'byte')}, on {backend_words(opened.backend)}, "
        f"{opened.mode.value}, {'armed' if opened.armed else 'read-only'}."
    )
    around = opened.surroundings
    if around is not None:
        yield f"Who else has it: {around.owners.replace(' · ', '; ')}."
        yield from (f"Warning: {text}." for text in around.vital)


def backend_words(backend: Backend) -> str:
    """What a backend is and what it guarantees."""
    return f"{backend.title} ({str(backend.guarantees).replace(' · ', ', ')})"


def opening_sentences(register_map: RegisterMap, regions: Mapping[str, OpenRegion]) -> Iterator[str]:
    """What is open: the map, and each region."""
    title = f", {register_map.title}" if register_map.title else ""
    yield f"Map {register_map.name}{title}: {plural(len(register_map.nodes), 'register')}."
    for region in register_map.regions:
        yield next(region_sentences(region, regions.get(region.name)))


def age_sentence(sample: Sample, now: float) -> str:
    """How old a value is and when it changed; empty where there is none."""
    if sample.clock is None:
        return ""
    changed = "" if sample.changed is None else f", changed {span_words(now - sample.changed)} ago"
    before = "" if sample.previous is None else f" from {sample.previous:#x}"
    return f"Read {span_words(now - sample.clock)} ago{changed}{before}."


def result_sentence(result: WriteResult) -> str:
    """What a write did."""
    node = result.composition.node
    if result.written is None:
        why = explain(result.error) if result.error is not None else "nothing was written"
        return f"{node.path} was not written: {why}."
    text = f"{node.path}: wrote {result.written:#x}"
    if result.old is not None:
        text += f" over {result.old:#x}"
    if result.value is None:
        why = f": {explain(result.error)}" if result.error is not None else ""
        return f"{text}; not read back{why}."
    if result.mismatch:
        return f"{text}; it reads back {result.value:#x}, which differs in bits {result.mismatch:#x}."
    return f"{text}; it reads back {result.value:#x}, as expected."

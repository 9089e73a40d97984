"""What is to be known besides access, reset and description, in sentences."""

from __future__ import annotations

from inspector.maps.exports.texts import conditions, field_value, number_words, one_line, size_text
from inspector.model.field import Constraint, Field
from inspector.model.guard import Guards
from inspector.model.numbers import group_hex
from inspector.model.register import Atomic, Memory, Poll, Register
from inspector.model.registermap import Bind, Region

_RESERVED_WORDS = {"keep": "as read", "zero": "0", "one": "1", "reset": "their reset value"}


def register_notes(register: Register) -> list[str]:
    """What is to be known of a register besides its access, its reset and its description."""
    notes = _bus_notes(register)
    notes += _presence(register.alt, register.when)
    if register.const:
        notes.append("It never changes.")
    elif register.volatile:
        notes.append("Hardware may change it at any time.")
    if register.expect is not None:
        notes.append(
            f"It reads {group_hex(register.expect, register.width)}, by which the block is recognised."
        )
    words = number_words(register.format, register.unit)
    if words:
        notes.append(f"Format: {words}.")
    notes += _write_notes(register)
    if register.doc:
        notes.append(f"See {one_line(register.doc)}.")
    return notes


def _bus_notes(register: Register) -> list[str]:
    notes = []
    if register.words > 1:
        first = "least" if register.word_order == "little" else "most"
        notes.append(
            f"It takes {register.words} accesses of {register.access_width} bits, and so is not atomic; "
            f"the {first} significant word has the lowest address."
        )
    if register.byte_order == "big" and register.access_width > 8:
        notes.append("Its bytes are in big-endian order on the bus.")
    if register.poll is not Poll.AUTO:
        how = {Poll.NEVER: "never", Poll.ONCE: "once", Poll.MANUAL: "only when asked"}[register.poll]
        notes.append(f"Live displays read it {how}.")
    return notes


def _write_notes(register: Register) -> list[str]:
    notes = []
    if not register.echo:
        notes.append("It reads back something other than what was written.")
    if not register.readback:
        notes.append("It must not be read after a write.")
    if register.write_mask == "upper":
        notes.append("A write changes only the bits whose twin in the upper half is written as 1.")
    if register.write_twice:
        notes.append("A write takes effect only when it is made twice.")
    if register.locked_by is not None:
        notes.append(f"Writes are ignored while {register.locked_by}.")
    if register.latched_by is not None:
        notes.append(f"A write takes effect only with the next write of {register.latched_by}.")
    if register.reserved_write is not None:
        notes.append(f"Bits without a name are written {_RESERVED_WORDS[register.reserved_write.value]}.")
    if register.atomic is not None:
        notes.append(_atomic_note(register.atomic))
    if register.restore is not None and register.restore.never:
        notes.append("It is not restored from a snapshot.")
    if register.danger:
        notes.append(f"Danger when writing: {one_line(register.danger)}")
    return notes


def _atomic_note(atomic: Atomic) -> str:
    verbs = {"set": atomic.set, "cleared": atomic.clear, "inverted": atomic.xor}
    ways = [
        f"{verb} by a write {f'{place:#x} bytes further' if isinstance(place, int) else f'of {place}'}"
        for verb, place in verbs.items()
        if place is not None
    ]
    return f"Its bits are {', '.join(ways)}, without a read."


def field_notes(field: Field, register: Register) -> list[str]:
    """What is to be known of a field besides its access, its reset and its description."""
    notes = _presence(field.alt, field.when)
    if field.volatile and not register.volatile:
        notes.append("Hardware may change it at any time.")
    if field.expect is not None:
        notes.append(f"It reads {field_value(field, field.expect)}.")
    words = number_words(field.format, field.unit)
    if words:
        notes.append(f"Format: {words}.")
    if field.write_value is not None:
        notes.append(f"Every write must have {field_value(field, field.write_value)} here.")
    if field.reserved_write is not None:
        rule = _RESERVED_WORDS[field.reserved_write.value].replace("their", "its")
        notes.append(f"It is reserved, and written {rule}.")
    notes += _constraint_notes(field, field.constraint)
    if field.danger:
        notes.append(f"Danger when writing: {one_line(field.danger)}")
    return notes


def _constraint_notes(field: Field, constraint: Constraint) -> list[str]:
    notes = []
    least, most = constraint.minimum, constraint.maximum
    if least is not None and most is not None:
        notes.append(f"Only {field_value(field, least)} to {field_value(field, most)} may be written.")
    elif least is not None:
        notes.append(f"Only {field_value(field, least)} and more may be written.")
    elif most is not None:
        notes.append(f"Only {field_value(field, most)} and less may be written.")
    if constraint.enum_only:
        notes.append("Only values with a name may be written.")
    if constraint.as_read:
        notes.append("Only the value that was read may be written.")
    return notes


def memory_notes(memory: Memory) -> list[str]:
    """What is to be known of a window of memory."""
    notes = [f"{size_text(memory.size)} of memory, {memory.words} words of {memory.width} bits."]
    if memory.byte_order == "big" and memory.width > 8:
        notes.append("Its bytes are in big-endian order on the bus.")
    return notes + _presence(memory.alt, memory.when)


def _presence(alt: str, when: Guards) -> list[str]:
    notes = []
    if when:
        notes.append(f"It is there only while {conditions(when)}.")
    if alt:
        notes.append(f"It belongs to the view {one_line(alt)}.")
    return notes


def region_notes(region: Region) -> list[str]:
    """What is to be known of a region besides its name, base and size."""
    notes = [f"{one_line(text).rstrip('.')}." for text in (region.title, region.desc) if text.strip()]
    if region.bind is not None:
        notes.append(f"Found as {_bind_words(region.bind)}.")
    if region.access_widths is not None:
        widths = ", ".join(map(str, sorted(region.access_widths)))
        notes.append(f"Takes accesses of {widths} bits.")
    flags = {
        "nonposted": "Writes are not posted.",
        "readonly": "It is only read.",
        "no_poll": "Live displays do not read it unasked.",
    }
    return notes + [text for flag, text in flags.items() if flag in region.flags]


def _bind_words(bind: Bind) -> str:
    ways = []
    if bind.pci_id:
        ways.append(f"BAR {bind.pci_bar} of the PCI device {bind.pci_id}")
    if bind.uio:
        ways.append(f"map {bind.uio_map} of the UIO device {bind.uio}")
    if bind.compatible:
        ways.append(f"the device-tree node compatible with {bind.compatible}")
    return one_line(" or ".join(ways)) or "the range at its address"

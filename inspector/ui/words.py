"""The screen's words: ages, operations, results and errors as people say them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from inspector.errors import BusFault, InspectorError, Stopped
from inspector.model.numbers import group_hex
from inspector.model.split import expand, shape
from inspector.model.transaction import Operation, Read, Write
from inspector.ui.lines import clean

if TYPE_CHECKING:
    from inspector.model.compose import Composition, FieldChange
    from inspector.model.registermap import RegisterNode
    from inspector.model.windows import MemoryNode
    from inspector.session import WriteResult


def span_words(seconds: float) -> str:
    """A span of time, coarsely: a text that changes at most once a second."""
    if seconds < 60:
        return f"{int(seconds)} s"
    if seconds < 3600:
        return f"{int(seconds / 60)} min"
    return f"{int(seconds / 3600)} h" if seconds < 48 * 3600 else f"{int(seconds / 86400)} d"


def address_text(address: int) -> str:
    """An address in groups of four digits, 32 bits wide unless it needs more."""
    return group_hex(address, 32 if address < 1 << 32 else 64)


def size_text(size: int) -> str:
    """A number of bytes in the largest unit that it is a whole number of."""
    for unit, name in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if size >= unit and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} bytes"


def place_text(node: RegisterNode | MemoryNode, base: int | None) -> str:
    """Where something is: its address in a region at ``base``, or its offset where no address is known."""
    return f"offset {node.offset:#x}" if base is None else address_text(base + node.offset)


def error_text(error: InspectorError) -> str:
    """An error in words, its errno beside it."""
    return clean(str(error) or type(error).__name__)


def error_short(error: InspectorError) -> str:
    """An error for a table's cell: the errno first, so that a cut never loses it."""
    if isinstance(error, BusFault):
        return f"bus error ({error.errno_name})"
    text = clean(error.message)
    return f"{error.errno_name}: {text}" if error.errno_name else text


def operation_texts(composition: Composition, shown: int | None, base: int | None = None) -> list[str]:
    """The bus operations of an edit, one by one, exactly as they will run, with what stops them.

    A word that depends on what is read is told where the value shown makes it known, else as arithmetic.
    """
    node = composition.node
    base = (node.region.base if base is None else base) or 0
    repeats = composition.node.register.write_twice
    texts: list[str] = []
    last: Operation | None = None
    for i, operation, word_shown in _accesses(composition, shown):
        place = address_text(base + operation.offset)
        again, last = operation == last, operation
        if isinstance(operation, Write):
            if texts and repeats and again:
                texts[-1] += ", twice"
                continue
            word = _word_text(operation, word_shown)
            name = f" ({composition.alias.name})" if composition.alias and i == composition.write else ""
            latch = " to let it take effect" if i == composition.latch else ""
            texts.append(f"write {word} to {place}{clean(name)}{latch}")
        elif i == composition.readback:
            texts.append(f"read {place} back")
        elif isinstance(operation, Read):
            texts.append(f"read {place}{_condition_text(operation)}")
        else:
            texts.append(f"read {operation.count} from {place}")
    return texts


def _accesses(composition: Composition, shown: int | None) -> Iterator[tuple[int, Operation, int | None]]:
    """Each bus access of an edit: which operation's it is, and what it meets of the value shown, if known."""
    expansion = expand(composition.transaction)
    for number, access in enumerate(expansion.accesses):
        owner = expansion.owner(number)
        whole = composition.transaction[owner]
        met = None
        if shown is not None and owner <= composition.write and isinstance(whole, Write):
            first = expansion.groups[owner].start if expansion.groups else number
            met = shape(whole).cut(shown)[number - first]
        yield owner, access, met


def _condition_text(read: Read) -> str:
    if not read.mask:
        return ""
    every = read.mask == (1 << read.width) - 1
    bits = "it is" if every else f"bits {read.mask:#x} are"
    why = f" ({clean(read.why)})" if read.why else ""
    return f", stop {'if' if read.differs else 'unless'} {bits} {read.expected:#x}{why}"


def _word_text(write: Write, shown: int | None) -> str:
    """The word that goes out, or how it is made of what is read."""
    if write.source is None and not write.keep:
        return group_hex(write.value, write.width)
    if shown is not None:
        return group_hex(write.word(shown), write.width)
    every = write.keep == (1 << write.width) - 1
    word = "what was read" if every else f"read & {group_hex(write.keep, write.width)}"
    if write.flip:
        word = f"({word}) ^ {write.flip:#x}"
    return f"({word}) | {write.value:#x}" if write.value else word


def operations_text(composition: Composition, shown: int | None, base: int | None = None) -> str:
    """The bus operations of an edit in one line, before they happen; `operation_texts` has every detail."""
    node = composition.node
    base = (node.region.base if base is None else base) or 0
    single = node.register.words == 1
    words: list[str] = []
    last: Operation | None = None
    for i, operation, word_shown in _accesses(composition, shown):
        place = address_text(base + operation.offset)
        again, last = operation == last, operation
        if isinstance(operation, Write):
            if words and again and node.register.write_twice:
                words[-1] += " twice"
                continue
            known = not operation.keep or word_shown is not None
            value = (
                group_hex(operation.word(word_shown or 0), operation.width)
                if known
                else "the word just read, changed"
            )
            own = i <= composition.write and single
            implied = own and composition.read is not None and composition.alias is None
            words.append(f"write {value}" if implied else f"write {value} to {place}")
        elif i == composition.readback:
            words.append("read back" if single else f"read {place} back")
        elif isinstance(operation, Read) and operation.mask and i != composition.read:
            words.append(f"check {place}")
        else:
            guarded = isinstance(operation, Read) and operation.mask
            words.append(f"read {place}{', stop if it changed' if guarded else ''}")
    return " · ".join(words)


def stopped_text(error: Stopped, node: RegisterNode) -> str:
    """Why a write was not made: what was expected, and what was found."""
    every = error.mask == (1 << node.width) - 1
    bits = "" if every or not error.mask else f" in bits {error.mask:#x}"
    return clean(
        f"not written: {node.path} was {group_hex(error.expected, node.width)}{bits} when it was shown, "
        f"and reads {group_hex(error.found & error.mask, node.width)} now ({error.errno_name}). "
        "What you typed stands; Enter writes it over the new value."
    )


def change_text(change: FieldChange) -> str:
    """What an edit does to one field: ``UARTEN 1 → 0``."""

    def show(value: int | None) -> str:
        return "?" if value is None else change.field.render(value)

    if change.old is None:
        return clean(f"{change.field.name} → {show(change.new)}")
    if change.old == change.new:
        return clean(f"{change.field.name} {show(change.new)}")
    return clean(f"{change.field.name} {show(change.old)} → {show(change.new)}")


def result_text(result: WriteResult) -> str:
    """What a write did: ``old := written → readback``."""
    node = result.composition.node
    width = node.width
    if result.written is None:
        reason = error_text(result.error) if result.error else "nothing was written"
        return f"{clean(node.path)}: {reason}"
    text = f"{group_hex(result.written, width)}"
    if result.old is not None:
        seen = "" if result.old_is_fresh else " (last seen)"
        text = f"{group_hex(result.old, width)}{seen} := {text}"
    else:
        text = f":= {text}"
    if result.value is not None:
        text += f" → {group_hex(result.value, width)}"
        text += f" ≠ in bits {group_hex(result.mismatch, width)}" if result.mismatch else " ✓"
    elif result.error is not None:
        text += f", not read back: {error_text(result.error)}"
    else:
        text += " (not read back)"
    return f"{clean(node.path)}  {text}"

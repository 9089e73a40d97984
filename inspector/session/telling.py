"""The bus operations of an edit in words, before they happen; what a map calls things is left unescaped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from inspector.model.numbers import address_text, group_hex
from inspector.model.split import expand, shape
from inspector.model.transaction import Operation, Read, Write

if TYPE_CHECKING:
    from inspector.model.compose import Composition


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
            texts.append(f"write {word} to {place}{name}{latch}")
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
    bits = "it is" if every else f"bits {read.mask:#_x} are"
    why = f" ({read.why})" if read.why else ""
    return f", stop {'if' if read.differs else 'unless'} {bits} {read.expected:#_x}{why}"


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


def _word_in_short(write: Write, shown: int | None) -> str:
    """The same without the arithmetic."""
    text = _word_text(write, shown)
    return "the word just read with changes" if text.startswith(("read &", "(")) else text


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
            own = i <= composition.write and single
            implied = own and composition.read is not None and composition.alias is None
            words.append(f"write {_word_in_short(operation, word_shown)}{'' if implied else f' to {place}'}")
        elif i == composition.readback:
            words.append("read back" if single else f"read {place} back")
        elif isinstance(operation, Read) and operation.mask and i != composition.read:
            words.append(f"check {place}")
        else:
            guarded = isinstance(operation, Read) and operation.mask
            words.append(f"read {place}{', stop if it changed' if guarded else ''}")
    return " · ".join(words)

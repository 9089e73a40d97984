"""Neighbours: giving every bit that an edit does not mean its neutral value."""

from __future__ import annotations

from inspector.model.neutral import Neutral, Part
from inspector.model.safety import Skip
from inspector.model.word import Word


def leave_neighbours(word: Word, last_written: int | None, assume_store: bool, shown: int | None) -> None:
    """Give every part that is not meant its neutral value.

    Args:
        word: The word in the making, with what the edits mean in it.
        last_written: What we wrote last, where that is certain still to hold.
        assume_store: Treat what has no neutral value as if it stored what is written.
        shown: The value that the person saw, from which the whole word can be offered.

    Raises:
        RefusedError: Something would be disturbed.
    """
    if word.register.write_mask == "upper":
        # The hardware leaves alone what is not enabled; it checks a key all the same.
        for part in word.parts:
            word.value |= part.value & ~word.touched if part.keyed else 0
        return
    disturbed: list[str] = []
    lost = 0
    # Whoever composes as if all stored still needs a read that changes nothing, or none at all.
    consent = "--assume-store"
    for part in word.parts:
        mask = part.mask & ~word.touched
        if not mask:
            continue
        known = len(disturbed)
        match part.neutral:
            case Neutral.ZERO:
                pass
            case Neutral.ONE:
                word.value |= mask
            case Neutral.VALUE:
                word.value |= part.value & mask
            case Neutral.IGNORED:
                pass
            case Neutral.KEEP:
                _keep(word, part, mask, disturbed, assume_store)
            case Neutral.LAST_WRITTEN:
                if last_written is not None:
                    word.value |= last_written & mask
                    if part.volatile:
                        word.notes.append(f"{part.name} may have changed since it was written last")
                elif assume_store:
                    _write_reset(word, mask, f"{part.name} is write-only")
                else:
                    disturbed.append(f"{part.name} is write-only and what it holds is not known")
            case Neutral.NONE:
                if assume_store:
                    word.assumed |= mask
                    _keep(word, part, mask, disturbed, assume_store)
                    word.notes.append(f"{part.name}: {part.why}; assumed to store")
                else:
                    disturbed.append(f"{part.name}: {part.why}")
        if part.neutral in (Neutral.KEEP, Neutral.NONE) and not _can_assume(word):
            consent = ""
        if part.neutral is Neutral.IGNORED or (len(disturbed) > known and part.access.readable):
            lost |= mask
    if disturbed:
        offered = None
        if shown is not None:
            # As if what would be disturbed stored; everything else still gets its neutral value.
            offered = (shown & (word.keep | lost) ^ word.flip) | word.value
        raise word.refuse(
            f"the edit would disturb its neighbours: {'; '.join(disturbed)}. "
            f"Write the whole register{', or compose as if they stored' if consent else ' instead'}",
            consent=consent,
            word=offered,
        )


def _keep(word: Word, part: Part, mask: int, disturbed: list[str], assume_store: bool) -> None:
    """Write back what is read, if a read may be made."""
    if word.can_read and (part.access.readable or part.reserved):
        word.keep |= mask
        if part.volatile and part.access.stores and part.field is not None:
            word.notes.append(f"{part.name} may change between the read and the write")
        return
    if assume_store and _can_assume(word):
        _write_reset(word, mask, part.name)
    elif not word.register.echo:
        disturbed.append(f"{part.name} does not read back what was written")
    else:
        disturbed.append(f"{part.name} must be read first, and {word.node.safety.reason}")


def _can_assume(word: Word) -> bool:
    """Whether what a read does not tell may be taken from the reset: where reading acts, nobody knows."""
    return word.node.safety.skip in (None, Skip.WRITE_ONLY)


def _write_reset(word: Word, mask: int, what: str) -> None:
    reset = word.register.reset
    word.assumed |= mask
    word.value |= (reset or 0) & mask
    says = "its reset value is written" if reset is not None else "0 is written, as the map states no reset"
    word.notes.append(f"{what}; {says}")

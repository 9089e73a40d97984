"""Running a transaction on a window: the one place where operations become bus accesses."""

from __future__ import annotations

import sys
from dataclasses import replace
from time import perf_counter

from inspector.errors import (
    AccessFailed,
    InvalidArgument,
    KernelError,
    NotPermitted,
    Place,
    Stopped,
    ValueOverflow,
)
from inspector.io.bounds import check_access
from inspector.io.window import Outcome, Window
from inspector.model.bits import ones
from inspector.model.register import ByteOrder
from inspector.model.split import Expansion, expand, shape
from inspector.model.transaction import Operation, Read, ReadRun, Result, Transaction, Write

UNARMED_ADVICE = "arm the region first, or start with --write"


def in_order(value: int, width: int, byte_order: ByteOrder) -> int:
    """Turn a register's value into what an access in the host's order carries, or back."""
    if byte_order == sys.byteorder or width == 8:
        return value
    return int.from_bytes(value.to_bytes(width // 8, "little"), "big")


def check_value(value: int, width: int, place: Place) -> None:
    """Refuse a value that does not fit ``width`` bits.

    Raises:
        ValueOverflow: It does not.
    """
    if not 0 <= value <= ones(width):
        raise ValueOverflow(f"{value:#x} does not fit {width} bits", place=place)


def not_armed(region: str, place: Place) -> NotPermitted:
    """The refusal of a write through a mapping that only reads."""
    return NotPermitted(
        f"{region or '<unnamed>'} is open read-only", errno_name="EACCES", advice=UNARMED_ADVICE, place=place
    )


def execute(window: Window, transaction: Transaction, region: str = "") -> tuple[Result, ...]:
    """Run the operations in order; the caller keeps everyone else off the window meanwhile.

    All operations are checked before the first access is made.

    Args:
        window: What to access.
        transaction: What to do; offsets count from the window's start.
        region: The region's name, for errors.

    Returns:
        For each operation a read's value, a run's values, or the word that went out.

    Raises:
        KernelError: As `check_transaction`; or what stopped `perform`: ``completed`` holds the results
            until then.
    """
    expansion = check_transaction(window, transaction, region)
    outcome = regroup(window, expansion, perform(window, expansion.accesses, region), region)
    if outcome.error is not None:
        outcome.error.completed = outcome.results
        raise outcome.error
    return outcome.results


def check_transaction(window: Window, transaction: Transaction, region: str = "") -> Expansion:
    """Check every operation before the first access is made.

    Returns:
        The single accesses to `perform`.

    Raises:
        InvalidArgument: An access outside the window, misaligned or of a width it lacks, a write whose
            ``source`` is not an earlier read, or what cannot be split as it states.
        ValueOverflow: A value that does not fit its width.
        NotPermitted: A write through a window that is not writable.
    """
    for index, operation in enumerate(transaction):
        _check(window, transaction, index, operation, region)
    return expand(transaction)


def perform(window: Window, transaction: Transaction, region: str = "") -> Outcome:
    """Run single accesses that have been checked, and time each; what fails is in the outcome.

    A read that finds other bits than expected ends it (`Stopped`), whatever the window raises does so too.
    """
    results: list[Result] = []
    took: list[float] = []
    error: KernelError | None = None
    try:
        for operation in transaction:
            start = perf_counter()
            results.append(_perform(window, operation, results, region))
            took.append(perf_counter() - start)
    except KernelError as failure:
        error = failure
    except (Exception, SystemExit) as failure:
        # Behaviour files are anyone's code. Whoever reads many registers goes on with the others.
        error = AccessFailed(
            f"the backend failed: {type(failure).__name__}: {failure}",
            place=_place(window, transaction[len(results)], region),
        )
        error.__cause__ = failure
    return Outcome(tuple(results), error, tuple(took))


def regroup(window: Window, expansion: Expansion, outcome: Outcome, region: str = "") -> Outcome:
    """Tell what came of single accesses as what came of whole registers.

    Args:
        window: What was accessed.
        expansion: What was done.
        outcome: What came of its accesses.
        region: The region's name, for errors.
    """
    if not expansion.groups:
        return outcome
    results = expansion.results(outcome.results)
    error = outcome.error
    done = len(outcome.results)
    if error is not None and len(results) < len(expansion.whole):
        operation, group = expansion.whole[len(results)], expansion.groups[len(results)]
        words = [word for word in outcome.results[group.start : done] if isinstance(word, int)]
        error.begun = bool(words)
        if isinstance(error, Stopped) and isinstance(operation, Read):
            error = _stopped_whole(window, operation, [*words, error.found], region)
    return Outcome(results, error, expansion.took(outcome.took))


def _stopped_whole(window: Window, operation: Read, words: list[int], region: str) -> Stopped:
    """The error of a register whose first words are not what its transaction goes on with."""
    of = shape(operation)
    known = of.known(len(words))
    seen = replace(operation, mask=operation.mask & known, expected=operation.expected & known)
    error = stopped(seen, of.join(words), region, _place(window, operation, region))
    error.whole = len(words) == of.words
    return error


def stopped(operation: Read, value: int, region: str, place: Place) -> Stopped:
    """The error of a read whose ``value`` is not what its transaction goes on with."""
    why = operation.why or f"{region or '<unnamed>'} has changed since it was shown"
    found = f"bits {operation.mask:#x} are {value & operation.mask:#x}"
    expected = "" if operation.differs else f", expected {operation.expected:#x}"
    return Stopped(
        f"{why}: {found}{expected}; nothing more was done",
        expected=operation.expected,
        found=value,
        mask=operation.mask,
        place=place,
    )


def _place(window: Window, operation: Operation, region: str) -> Place:
    address = None if window.address is None else window.address + operation.offset
    return Place(region=region, address=address, width=operation.width)


def _check(window: Window, transaction: Transaction, index: int, operation: Operation, region: str) -> None:
    if isinstance(operation, ReadRun):
        width, words = operation.width, operation.count
        if words < 1:
            raise InvalidArgument(f"a run of {words} reads", place=_place(window, operation, region))
    else:
        width, words = operation.access_width, shape(operation).words
    check_access(
        operation.offset,
        width,
        size=window.size,
        address=window.address,
        widths=window.widths,
        region=region,
        words=words,
    )
    if isinstance(operation, Write):
        place = _place(window, operation, region)
        for value in (operation.value, operation.keep, operation.flip):
            check_value(value, operation.width, place)
        source = operation.source
        if source is None:
            if operation.keep:
                raise InvalidArgument("a write keeps bits of a read, and names none", place=place)
        elif not (0 <= source < index and isinstance(transaction[source], Read)):
            raise InvalidArgument(f"a write takes bits from operation {source}, no earlier read", place=place)
        if not window.writable:
            raise not_armed(region, place)


def _perform(window: Window, operation: Operation, results: list[Result], region: str) -> Result:
    width, order = operation.width, operation.byte_order
    match operation:
        case Read():
            value = in_order(window.read(operation.offset, width), width, order)
            if not operation.holds(value):
                raise stopped(operation, value, region, _place(window, operation, region))
            return value
        case ReadRun():
            values = window.read_run(operation.offset, width, operation.count)
            if order == sys.byteorder or width == 8:
                return values
            return tuple(in_order(value, width, order) for value in values)
        case Write():
            read = 0 if operation.source is None else results[operation.source]
            assert isinstance(read, int)
            word = operation.word(read)
            window.write(in_order(word, width, order), operation.offset, width)
            return word

"""What came of a write: what was there, what went out, what reads back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.errors import AccessFailed, BusFault, InspectorError, KernelError, Stopped, TimedOut
from inspector.model.compose import Composition
from inspector.model.transaction import Write


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What a write did.

    Attributes:
        composition: What was asked for.
        old: The value that the write's own read gave, else the last sample's, else None.
        old_is_fresh: Whether ``old`` was read by this write.
        written: The word that went out, or None where the write was not made.
        value: The word read back, or None where it was not read.
        mismatch: The bits that should have stored and did not read back so.
        error: What failed, or None. A failed readback leaves ``written`` set.
        complete: Whether the last of its writes went out, the latching one too.
        uncertain: Whether a write failed on its way, and may have arrived or not, or a part of it did.
    """

    composition: Composition
    old: int | None
    old_is_fresh: bool
    written: int | None
    value: int | None
    mismatch: int
    error: InspectorError | None
    complete: bool = True
    uncertain: bool = False

    @property
    def went_out(self) -> bool:
        """Whether the write was made, or may have been: it failed on its way."""
        return self.written is not None or self.uncertain


def write_result(
    composition: Composition, results: Sequence[object], error: KernelError | None, before: int | None
) -> WriteResult:
    """Make sense of a composition's results.

    Args:
        composition: What was run.
        results: Of its operations, up to the one that failed.
        error: Why that one failed; None where none did.
        before: The value known before, for where the write read none itself.
    """
    transaction = composition.transaction
    done = {i: result for i, result in enumerate(results) if isinstance(result, int)}
    # The last that went out: of two equal ones, the second may have failed.
    writes = [i for i in range(composition.write + 1) if isinstance(transaction[i], Write)]
    written = next((done[i] for i in reversed(writes) if i in done), None)
    fresh = done.get(composition.read) if composition.read is not None else None
    if isinstance(error, Stopped) and error.whole and composition.read == len(results):
        fresh = error.found
    value = done.get(composition.readback) if composition.readback is not None else None
    mismatch = 0
    if value is not None and written is not None:
        mismatch = composition.mismatch(written, value)
    last = composition.write if composition.latch is None else composition.latch
    at = len(results)
    return WriteResult(
        composition=composition,
        old=fresh if fresh is not None else before,
        old_is_fresh=fresh is not None,
        written=written,
        value=value,
        mismatch=mismatch,
        error=error,
        complete=last in done,
        uncertain=error is not None
        and (error.begun or isinstance(error, (BusFault, TimedOut, AccessFailed)))
        and at < len(transaction)
        and isinstance(transaction[at], Write),
    )

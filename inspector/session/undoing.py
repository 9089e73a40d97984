"""Undoing what a session wrote: by a fresh composition of the fields that it changed, and of nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from inspector.errors import InspectorError, RefusedError
from inspector.model.compose import Composition
from inspector.model.undo import Kept, undo
from inspector.session.entries import Intent

if TYPE_CHECKING:
    from inspector.session.session import Session


_NO_CHANGE = "it changed nothing"
_NOT_MADE = "it was not made"


@dataclass(frozen=True, slots=True)
class Undoable:
    """How an entry is undone, or why it cannot be.

    Attributes:
        composition: What to run, after which the journal is told (`Journal.mark_undone`); None where there
            is nothing to run.
        kept: What stays as the write left it.
        reason: Why there is nothing to run; empty where there is.
    """

    composition: Composition | None
    kept: tuple[Kept, ...] = ()
    reason: str = ""


def undoable(intent: Intent, session: Session, *, shown: int | None = None) -> Undoable:
    """Compose what undoes a write of this session; nothing is touched.

    Args:
        intent: The write, as the session's journal holds it.
        session: The session that made it.
        shown: The register's value that the person sees now, so that the undo stops where it has moved.
    """
    composition, outcome = intent.composition, intent.outcome
    reason = _barred(intent)
    if reason or composition is None or outcome is None:
        return Undoable(None, reason=reason)
    written = None if outcome.written is None else composition.left(outcome.written, outcome.old)
    plan = undo(composition, outcome.old, written)
    if not plan.edits:
        path = composition.node.path
        why = "; ".join(kept.why if kept.name == path else f"{kept.name}: {kept.why}" for kept in plan.kept)
        return Undoable(None, plan.kept, why or _NO_CHANGE)
    try:
        composed = session.compose(composition.node, plan.edits, shown=shown)
    except RefusedError as error:
        return Undoable(None, plan.kept, error.message)
    except InspectorError as error:
        return Undoable(None, plan.kept, str(error))
    if composed.dangers:
        return Undoable(None, plan.kept, f"danger: {'; '.join(composed.dangers)}")
    return Undoable(composed, plan.kept)


def compose_undo(session: Session) -> tuple[Composition, int]:
    """Compose what undoes the last write of a session that can be undone; nothing is touched.

    What cannot be undone is passed over, and named, unless what precedes it is of the same register: there
    the later write may be what the earlier one was for.

    Returns:
        What to run, and the number of what it undoes.

    Raises:
        RefusedError: There is none, or it cannot be undone; says why.
    """
    refusal: RefusedError | None = None
    passed: dict[str, str] = {}
    for intent in reversed(session.journal.entries):
        if not isinstance(intent, Intent) or intent.event != "write" or intent.undone or intent.undoes:
            continue
        if intent.path in passed:
            break
        shown = session.sample(intent.composition.node).value if intent.composition else None
        found = undoable(intent, session, shown=shown)
        if found.composition is not None:
            notes = [f"the later write to {path} stays: {reason}" for path, reason in passed.items()]
            notes += [f"{kept.name} stays: {kept.why}" for kept in found.kept]
            composition = found.composition
            return replace(composition, notes=(*composition.notes, *notes)), intent.number
        refusal = refusal or RefusedError(
            f"the write to {intent.path} cannot be undone: {found.reason}", path=intent.path
        )
        if found.reason not in (_NO_CHANGE, _NOT_MADE):
            passed[intent.path] = found.reason
    raise refusal or RefusedError("nothing has been written in this session that is not undone")


def _barred(intent: Intent) -> str:
    """Why an entry cannot be undone whatever its register is like; empty where it may."""
    if intent.event != "write":
        return (
            "what a read took cannot be given back" if intent.event == "read" else "it was made without a map"
        )
    if intent.composition is None:
        return "another session made it"
    if intent.undone:
        return "it has been undone already"
    if intent.dangers:
        return f"danger: {'; '.join(intent.dangers)}"
    outcome = intent.outcome
    if outcome is None:
        return "what came of it is not known"
    if outcome.uncertain:
        return "whether it arrived is not known"
    if outcome.written is None:
        return _NOT_MADE
    return ""

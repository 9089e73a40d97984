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
        why = "; ".join(f"{kept.name}: {kept.why}" for kept in plan.kept)
        return Undoable(None, plan.kept, why or "it changed nothing")
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
    """Compose what undoes the last write of a session that has not been undone; nothing is touched.

    Returns:
        What to run, and the number of what it undoes.

    Raises:
        RefusedError: There is none, or it cannot be undone; says why.
    """
    intents = (entry for entry in reversed(session.journal.entries) if isinstance(entry, Intent))
    last = next((intent for intent in intents if intent.event == "write" and not intent.undone), None)
    if last is None:
        raise RefusedError("nothing has been written in this session that is not undone")
    shown = session.sample(last.composition.node).value if last.composition else None
    found = undoable(last, session, shown=shown)
    if found.composition is None:
        raise RefusedError(f"the write to {last.path} cannot be undone: {found.reason}", path=last.path)
    notes = (f"{kept.name} stays: {kept.why}" for kept in found.kept)
    return replace(found.composition, notes=(*found.composition.notes, *notes)), last.number


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
        return "it was not made"
    return ""

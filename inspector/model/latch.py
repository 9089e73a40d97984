"""Latches: the later write that lets what was written take effect."""

from __future__ import annotations

from inspector.errors import RefusedError
from inspector.model.access import OnWrite
from inspector.model.edit import Edit, Operator
from inspector.model.field import Field
from inspector.model.modes import mode_of
from inspector.model.neighbours import leave_neighbours
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.model.word import Word, apply


def latch_of(register_map: RegisterMap, node: RegisterNode) -> tuple[RegisterNode, Field | None] | None:
    """The register, or the field of one, whose write latches ``node``; None where it takes effect at once."""
    path = node.register.latched_by
    if path is None:
        return None
    found = register_map.beside(node, path)
    assert found is not None, "the loader has checked that it exists"
    return found


def latch_word(register_map: RegisterMap, node: RegisterNode) -> Word | None:
    """The word that latches ``node``: a field is pulsed, else set to ones; a register is rewritten as it is.

    It disturbs as little as any other edit: every other part of the latching register gets its neutral
    value, from a fresh read where one is needed. None where ``node`` takes effect at once.

    Raises:
        RefusedError: That word cannot be composed.
    """
    found = latch_of(register_map, node)
    if found is None:
        return None
    latch, field = found
    try:
        edits = [] if field is None else [Edit(field, Operator.SET)]
        word = Word(latch, mode_of(register_map, latch, edits, None))
        if field is not None and field.write_value is None:
            pulses = field.access.on_write is OnWrite.PULSE
            apply(word, Edit(field, Operator.PULSE if pulses else Operator.SET))
        elif field is None and not word.register.fields and word.register.access.on_write is OnWrite.PULSE:
            apply(word, Edit(None, Operator.PULSE))
        leave_neighbours(word, None, False, None)
    except RefusedError as error:
        raise RefusedError(
            f"{node.path} takes effect only with a write to {node.register.latched_by}, "
            f"which cannot be composed: {error.message}",
            path=node.path,
        ) from error
    if word.register.write_mask == "upper":
        word.enable_upper()
    return word

"""Restoring on a session: whatever was saved and is there now, each bit goes back or is told as left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector import maps
from inspector.model.transaction import Write
from inspector.session import Session
from inspector.session.entries import Intent
from inspector.session.restore import choose, plan_for, run
from inspector.session.snapshot import SavedRegister, SavedSnapshot
from tests.unit.session.fake import FakeBackend

MAP = maps.load_text(
    """\
regmap: 1
name: board
blocks:
  device:
    size: 64
    registers:
      CTRL: {offset: 0, fields: {EN: 0, MODE: 2:1, BUSY: {bits: 3, access: ro}, IRQ: {bits: 4, access: w1c}}}
      PLAIN: {offset: 4}
      LIMIT: {offset: 8, latched_by: LOAD.GO}
      LOAD: {offset: 12, access: wo, fields: {GO: {bits: 0, access: wo1p}}}
      RISK: {offset: 16, fields: {OFF: {bits: 0, danger: turns it off}, REST: 7:1}}
      BYTE: {offset: 20, width: 8, restore: 3}
      STATUS: {offset: 24, access: ro}
regions:
  only: {base: 0x1000, size: 64, instances: {A: device}}
""",
    "board.yaml",
)
KEPT = [node for node in MAP.nodes if node.register.readable]
FREE = {"A.CTRL": 0x7, "A.PLAIN": 0xFFFF_FFFF, "A.LIMIT": 0xFFFF_FFFF, "A.RISK": 0xFE, "A.BYTE": 0xFF}
"""The bits that may go back."""

words = st.fixed_dictionaries({node.path: st.integers(0, (1 << node.width) - 1) for node in KEPT})


@given(words, words)
def test_each_bit_goes_back_or_is_told(saved: dict[str, int], present: dict[str, int]) -> None:
    registers = {
        node.path: SavedRegister(node.path, node.address, node.width, saved[node.path]) for node in KEPT
    }
    snapshot = SavedSnapshot("a", "board", "fake", 0, registers)
    backend = FakeBackend()
    backend.words = {node.offset: present[node.path] for node in KEPT}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("inspector.session.session.open_backend", lambda *arguments: backend)
        with Session(MAP) as session:
            chosen, unsaved = choose(MAP, snapshot, ())
            restoration = plan_for(session, snapshot, chosen)
            planned = [
                ("write", operation.offset, operation.width)
                for step in restoration.steps
                for operation in step.composition.transaction
                if isinstance(operation, Write)
            ]
            assert not [access for access in backend.accesses if access[0] == "write"]
            done = list(run(session, restoration))
            intents = [entry for entry in session.journal.entries if isinstance(entry, Intent)]
    assert unsaved == []
    assert not [restored for restored in done if restored.failed]
    assert [access for access in backend.accesses if access[0] == "write"] == planned
    assert len(intents) == len(restoration.steps)
    told = {
        (untouched.path, untouched.field is None) for untouched in restoration.untouched if untouched.differs
    }
    for node in KEPT:
        held, free = backend.words[node.offset], FREE.get(node.path, 0)
        assert held & free == saved[node.path] & free
        named = free | sum(field.bits.mask for field in node.register.fields)
        if (saved[node.path] ^ present[node.path]) & named & ~free:
            assert (node.path, not node.register.fields) in told
    # A register is written only where something of it goes back.
    written = {step.node.path for step in restoration.steps if not step.latches}
    assert written == {path for path, free in FREE.items() if (saved[path] ^ present[path]) & free}

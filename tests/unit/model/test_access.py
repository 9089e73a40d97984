from __future__ import annotations

import pytest

from inspector.model.access import AMBIGUOUS, SYNONYMS, TOKENS, Access, OnRead, OnWrite, Writable


@pytest.mark.parametrize("token", TOKENS)
def test_every_token_names_itself(token: str) -> None:
    assert TOKENS[token].token == token


def test_no_token_has_two_meanings() -> None:
    assert not set(AMBIGUOUS) & (set(TOKENS) | set(SYNONYMS))
    assert set(SYNONYMS.values()) <= set(TOKENS)


def test_explicit_effects_override_the_token() -> None:
    access = TOKENS["rw"].with_effects(on_read=OnRead.POP, on_write=OnWrite.PUSH)
    assert access == Access(True, Writable.YES, OnRead.POP, OnWrite.PUSH)
    assert access.token == "rw"
    assert access.describe() == (
        "read-write; reading takes an entry out of the FIFO; writing adds an entry to the FIFO"
    )


def test_only_known_effects_act() -> None:
    assert [effect for effect in OnRead if not effect.acts] == [OnRead.NONE, OnRead.UNKNOWN]

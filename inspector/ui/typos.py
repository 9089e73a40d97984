"""What was meant where a word has one slip of the fingers in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_RUN = re.compile("[a-z]+")


def corrections(word: str, vocabulary: Collection[str], least: int) -> Iterator[str]:
    """The word with one run of letters as the vocabulary has it, the likeliest first.

    A slip is a letter too much, too few, another one, or two that changed places. Digits and signs are
    meant as they are typed. What is meant may only begin with what was typed.

    Args:
        word: In lower case.
        vocabulary: Runs of letters in lower case.
        least: How many letters a run has in which one may be wrong.
    """
    for found in _RUN.finditer(word):
        run = found[0]
        if len(run) < least:
            continue
        fits: dict[str, bool] = {}
        for known in vocabulary:
            meant = _meant(run, known)
            if meant and meant not in vocabulary:
                fits.setdefault(meant, False)
            elif meant:
                fits[meant] = True
        for meant in sorted(fits, key=lambda each: (not fits[each], abs(len(each) - len(run)), each)):
            yield word[: found.start()] + meant + word[found.end() :]


def _meant(run: str, known: str) -> str:
    """The beginning of ``known`` that ``run`` is with one slip; empty where it is none."""
    if len(known) < len(run) - 1:
        return ""
    at = 0
    for typed, letter in zip(run, known, strict=False):
        if typed != letter:
            break
        at += 1
    if at == len(run):
        return ""
    rest, left = run[at + 1 :], known[at:]
    for fits, length in (
        (left[:1] and left[1:].startswith(rest), len(run)),
        (left[:2] == rest[:1] + run[at] and left[2:].startswith(rest[1:]), len(run)),
        (left[1:].startswith(run[at:]), len(run) + 1),
        (left.startswith(rest), len(run) - 1),
    ):
        # A slip in the last letter says nothing of what would follow: it is meant as a whole.
        if fits and (at < len(run) - 1 or length == len(known)):
            return known[:length]
    return ""

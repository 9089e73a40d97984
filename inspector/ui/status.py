"""How the hardware is doing, in the few words that the top line and the regions show."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.model.registermap import RegisterMap
from inspector.ui.lines import Line, Span, clean, cut, join, length
from inspector.ui.live import Live
from inspector.ui.words import error_short, span_words

SILENT_AFTER = 1.0
"""After how many seconds without an answer the screen says so."""


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """How a region is.

    Attributes:
        claim: How it is claimed, in a word.
        status: The same with all that its headings say, and its look.
        closed: Whether it cannot be accessed.
    """

    claim: str
    status: Span
    closed: bool


def place_words(live: Live, region: str) -> PlaceWords:
    """Say how a region is."""
    error = live.refusal(region)
    if error is not None:
        return PlaceWords("refused !", (f"! {error_short(error)}", "wrong"), True)
    opened = live.opened(region)
    if opened is None:
        return PlaceWords("opening", ("opening", "faint"), False)
    claim = opened.mode.value
    words = claim
    if opened.backend.real:
        words += " · armed" if live.armed(region) else " · read-only"
    return PlaceWords(claim, (words, "wrong" if opened.backend.real and live.armed(region) else "dim"), False)


def top_line(register_map: RegisterMap, live: Live, region: str, width: int) -> tuple[Line, str]:
    """The contract with the hardware, and the ground it stands on.

    Which board, which backend and what it guarantees, claimed how, armed or not, live or paused, at
    what rate, and whether anything failed.
    """
    name: Line = ((" inspector  ", "dim"), (clean(register_map.name), "strong"))
    # On a narrow screen the line below says how the region is claimed.
    right = _right(live, region, claim=width >= 100)
    ground = "armed-bar" if live.real(region) and live.armed(region) else "bar"
    room = width - length(right) - 1
    backend = _backend(live, region)
    title = clean(register_map.title)
    left = name
    if title and length(name) + len(title) + length(backend) + 6 <= room:
        left = (*name, (f" · {title}", "text"))
    if length(left) + length(backend) + 3 > room:
        left = ((" ", "text"), name[1])
    left = cut((*left, ("   ", "text"), *backend), room)
    return (*left, (" " * (width - length(left) - length(right)), "text"), *right), ground


def _backend(live: Live, region: str) -> Line:
    opened = live.opened(region)
    if opened is None:
        return (("cannot be opened", "wrong"),) if live.error else (("opening …", "dim"),)
    backend = opened.backend
    parts: list[Line] = [((clean(backend.title), "strong"),), ((str(backend.guarantees), "dim"),)]
    session = live.session
    others = {each.backend.word for each in session.regions.values()} - {backend.word} if session else set()
    if others:
        parts.append(((f"and {len(others)} more", "dim"),))
    return join(parts, (" · ", "faint"))


def _right(live: Live, region: str, *, claim: bool) -> Line:
    parts: list[Line] = []
    failures = len(live.failing)
    refused = sum(status.error is not None for status in live.regions.values())
    if refused:
        parts.append(((f"! {refused} refused", "wrong"),))
    if failures and not refused:
        parts.append(((f"! {failures} failed", "wrong"),))
    opened = live.opened(region)
    if live.refusal(region) is not None:
        parts.append((("NOT OPEN", "wrong"),))
    elif opened is not None:
        if claim:
            parts.append(((opened.mode.value, "text"),))
        if live.armed(region):
            parts.append(((" ARMED ", "armed"),) if opened.backend.real else (("ARMED", "safe"),))
        else:
            parts.append((("READ-ONLY", "safe"),))
    silent = live.silent_for
    if live.failure is not None:
        parts.append((("! stopped", "wrong"),))
    elif silent >= SILENT_AFTER:
        parts.append(((f"! no answer for {span_words(silent)}", "wrong"),))
    elif live.paused:
        parts.append((("PAUSED ‖", "changed"),))
    elif opened is not None:
        parts.append(((f"{live.rate:g} Hz ", "text"), ("●", "good")))
    return (*join(parts, ("  ", "text")), (" ", "text"))

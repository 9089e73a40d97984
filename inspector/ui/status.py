"""The top line: the contract with the hardware."""

from __future__ import annotations

from inspector.model.registermap import RegisterMap
from inspector.ui.condition import FAULT, Condition, condition, overview, stall_text
from inspector.ui.lines import Line, clean, cut, join, length
from inspector.ui.live import Live
from inspector.ui.words import span_words

SILENT_AFTER = 1.0
"""After how many seconds without an answer the screen says so."""


def top_line(
    register_map: RegisterMap, live: Live, region: str, width: int, locked: str = "", label: Line = ()
) -> tuple[Line, str]:
    """The contract with the hardware, and the ground it stands on.

    Which board, which backend and what it guarantees, claimed how, armed or not, live or paused, at
    what rate, and whether anything failed. Where there are several, ``label`` names this one.
    """
    name = label or ((" inspector  ", "dim"), (clean(register_map.name), "strong"))
    # On a narrow screen the line below says how the region is claimed.
    right = _right(live, region, claim=width >= 100, locked=locked)
    ground = "armed-bar" if live.real(region) and live.armed(region) else "bar"
    room = width - length(right) - 1
    backend = _backend(live, region)
    title = clean(register_map.name if label else register_map.title)
    left = name
    if title and length(name) + len(title) + length(backend) + 6 <= room:
        left = (*name, (f" · {title}", "text"))
    if length(left) + length(backend) + 3 > room:
        left = label or ((" ", "text"), name[1])
    extra = _extra(live, room - length(left) - length(backend) - 3)
    right, room = (*extra, *right), room - length(extra)
    # Which one it is is told in any case.
    left = cut((*left, ("   ", "text"), *backend), max(room, length(label)))
    return (*left, (" " * (width - length(left) - length(right)), "text"), *right), ground


def _backend(live: Live, region: str) -> Line:
    opened = live.opened(region)
    if opened is None:
        state = Condition.UNASKED.value if live.unasked else f"{Condition.OPENING.value} …"
        return (("cannot be opened", "wrong"),) if live.error else ((state, "dim"),)
    backend = opened.backend
    parts: list[Line] = [((clean(backend.title), "strong"),), ((str(backend.guarantees), "dim"),)]
    session = live.session
    others = {each.backend.word for each in session.regions.values()} - {backend.word} if session else set()
    if others:
        parts.append(((f"and {len(others)} more", "dim"),))
    return join(parts, (" · ", "faint"))


def _right(live: Live, region: str, *, claim: bool, locked: str) -> Line:
    opened = live.opened(region)
    here = condition(live, region)
    parts: list[Line] = _amiss(live)
    if here.closed:
        parts.append((("NOT OPEN" if here is Condition.REFUSED else here.value.upper(), "wrong"),))
    elif opened is not None:
        if claim:
            parts.append(((opened.mode.value, "text"),))
        if locked:
            parts.append(((locked, "safe"),))
        elif live.armed(region):
            parts.append(((" ARMED ", "armed"),) if opened.backend.real else (("ARMED", "safe"),))
        else:
            parts.append((("READ-ONLY", "safe"),))
    stalled = overview(live).stalled
    silent = live.silent_for
    if live.failure is not None:
        parts.append((("! stopped", "wrong"),))
    elif stalled is not None:
        words = (
            stall_text(live, stalled) if claim else f"no answer for {span_words(live.stalled_for(stalled))}"
        )
        parts.append(((f"{Condition.STALLED.glyph} {words}", "wrong"),))
    elif silent >= SILENT_AFTER:
        parts.append(((f"{Condition.STALLED.glyph} no answer for {span_words(silent)}", "wrong"),))
    elif live.paused:
        parts.append((("PAUSED ‖", "changed"),))
    elif opened is not None:
        parts.append(((f"{live.rate:g} Hz ", "text"), ("●", "good")))
    return (*join(parts, ("  ", "text")), (" ", "text"))


def _amiss(live: Live) -> list[Line]:
    """How many regions cannot be accessed, by why; and how many registers failed in the others."""
    regions = overview(live)
    counts = regions.counts
    parts: list[Line] = [
        ((f"{each.glyph} {counts[each]} {each.value}", each.look),)
        for each in (Condition.REFUSED, Condition.REVOKED, Condition.ASLEEP)
        if counts[each]
    ]
    # What is said of a whole region is not said of its registers as well.
    failed = sum(live.map.nodes[index].region.name in regions.well for index in live.failing)
    if failed:
        parts.append(((f"{FAULT} {failed} failed", "wrong"),))
    return parts


def _extra(live: Live, room: int) -> Line:
    """What polling costs, as far as there is room for it."""
    words = [word for word in (live.load.slowed, live.load.text) if word]
    while words and sum(map(len, words)) + 2 * len(words) > room:
        words.pop()
    return tuple((f"{word}  ", "dim") for word in words)

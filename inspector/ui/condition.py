"""How a region is: each condition with its glyph and its look, and the words that the screen has for it."""

from __future__ import annotations

from collections import Counter
from enum import Enum
from typing import NamedTuple
from weakref import WeakKeyDictionary

from inspector.errors import Asleep
from inspector.ui.keyboard import Keyboard
from inspector.ui.lines import Span, clean
from inspector.ui.live import Live
from inspector.ui.words import error_short, error_text, span_words

FAULT, FOLDED, UNFOLDED, INACTIVE, VITAL = "!", "▸", "▾", "z", "▲"
"""A failed register; what is folded; what can be; a block left alone; a region that this machine needs."""

NO_CLAIM = "no claim seen"
"""What stands for owners where there is no sign of any."""


class Condition(Enum):
    """Whether a region can be accessed, as the screen tells it apart."""

    UNASKED = "not open yet"
    OPENING = "opening"
    OPEN = "open"
    STALLED = "no answer"
    REFUSED = "refused"
    REVOKED = "gone"
    RELEASED = "released"
    ASLEEP = "asleep"

    @property
    def glyph(self) -> str:
        """Its mark; empty where there is nothing to mark."""
        return _GLYPHS.get(self, "")

    @property
    def look(self) -> str:
        """How its words look."""
        return _LOOKS[self]

    @property
    def closed(self) -> bool:
        """Whether nothing of the region can be accessed."""
        return self in (Condition.REFUSED, Condition.REVOKED, Condition.RELEASED, Condition.ASLEEP)

    @property
    def short(self) -> str:
        """Its glyph and its word."""
        return f"{self.glyph} {self.value}" if self.glyph else self.value


_GLYPHS = {
    Condition.STALLED: "…",
    Condition.REFUSED: "✗",
    Condition.REVOKED: "⊘",
    Condition.RELEASED: "○",
    Condition.ASLEEP: INACTIVE,
}

_LOOKS = {
    Condition.UNASKED: "faint",
    Condition.OPENING: "faint",
    Condition.OPEN: "dim",
    Condition.STALLED: "changed",
    Condition.REFUSED: "wrong",
    Condition.REVOKED: "wrong",
    Condition.RELEASED: "dim",
    Condition.ASLEEP: "fading",
}


def condition(live: Live, region: str) -> Condition:
    """How a region is."""
    error = live.refusal(region)
    status = live.regions.get(region)
    if status is None and error is None:
        return Condition.UNASKED if live.unasked else Condition.OPENING
    if status is None:
        return Condition.REFUSED
    match status.state.name:
        case "REVOKED":
            return Condition.REVOKED
        case "OPEN":
            return Condition.OPEN if status.stall is None else Condition.STALLED
        case _ if error is None:
            return Condition.RELEASED
    return Condition.ASLEEP if isinstance(error, Asleep) else Condition.REFUSED


class Overview(NamedTuple):
    """How all regions are.

    Attributes:
        counts: How many are how.
        well: The names of those that are open, and answer.
        stalled: The name of one that does not answer, or None.
    """

    counts: Counter[Condition]
    well: frozenset[str]
    stalled: str | None


_OVERVIEWS: WeakKeyDictionary[Live, tuple[object, object, Overview]] = WeakKeyDictionary()


def overview(live: Live) -> Overview:
    """Look at all regions, where one of them is not as it was at the last look."""
    kept = _OVERVIEWS.get(live)
    if kept is None or kept[0] is not live.regions or kept[1] is not live.error:
        conditions = {name: condition(live, name) for name in live.regions}
        found = Overview(
            Counter(conditions.values()),
            frozenset(name for name, each in conditions.items() if each is Condition.OPEN),
            next((name for name, each in conditions.items() if each is Condition.STALLED), None),
        )
        kept = _OVERVIEWS[live] = live.regions, live.error, found
    return kept[2]


class PlaceWords(NamedTuple):
    """How a region is, in words; equal ones draw the same.

    Attributes:
        condition: Whether it can be accessed.
        claim: How it is claimed, or why it is not, in a word or two; with its look.
        status: The same with all that its headings say.
        owners: Who else has the range, one by one.
        vital: Whether this machine itself needs it.
        folded: Whether its rows are folded away, and nothing of it is read.
        stalled: For how many seconds an access has not come back, in words; empty where none hangs.
        base: Where it is now, or where the map says; None where nobody knows.
    """

    condition: Condition
    claim: Span
    status: Span
    owners: tuple[str, ...] = ()
    vital: bool = False
    folded: bool = False
    stalled: str = ""
    base: int | None = None

    @property
    def closed(self) -> bool:
        """Whether it cannot be accessed."""
        return self.condition.closed


def place_words(live: Live, region: str, keyboard: Keyboard, *, folded: bool = False) -> PlaceWords:
    """Say how a region is, and which key does something about it."""
    now = condition(live, region)
    status, opened = live.regions.get(region), live.opened(region)
    owners = tuple(clean(part) for part in status.owners.split(" · ") if part) if status else ()
    vital = bool(status and status.vital)
    real = opened is not None and opened.backend.real
    armed = real and live.armed(region)
    stalled = ""
    if now.closed or status is None:
        claim: Span = (now.short, now.look)
        error = live.refusal(region)
        words = now.short
        if now is Condition.REFUSED and error is not None:
            words = f"{now.glyph} {error_short(error)}"
        elif now is Condition.REVOKED:
            words = f"{now.short}: nothing is touched until it is back"
        elif now is Condition.RELEASED:
            words = f"{now.short}: not mapped{keyboard.clause('release', ', {} claims it again')}"
        elif error is not None:
            words = f"{now.short}: {error_short(error)}"
    else:
        claim = (status.mode.value, "dim")
        words = status.mode.value
        if real:
            words += " · armed" if armed else " · read-only"
        if now is Condition.STALLED:
            stalled = span_words(live.stalled_for(region))
            claim = (now.short, now.look)
            words += f" · {now.glyph} {stall_text(live, region)}"
    if vital:
        words = f"{VITAL} {words}"
    if folded:
        words = f"not read · {words}"
    if owners:
        words += f" · {' · '.join(owners)}"
    look = "wrong" if armed and now is Condition.OPEN else now.look
    return PlaceWords(now, claim, (words, look), owners, vital, folded, stalled, live.base(region))


def stall_text(live: Live, region: str) -> str:
    """Which access does not come back, and for how long."""
    node = live.stalled_node(region)
    place = f" from {clean(node.path)}" if node else f" from region {clean(region)}"
    return f"no answer{place} for {span_words(live.stalled_for(region))}"


def condition_notices(live: Live, region: str, keyboard: Keyboard) -> list[Span]:
    """What the panel says of a region before anything else, in full: what is wrong, why, what to do next."""
    now = condition(live, region)
    name, error = clean(region), live.refusal(region)
    why = f": {error_text(error)}" if error is not None else ""
    retries = keyboard.clause("read", " {} tries again.")
    notices: list[Span] = []
    if now is Condition.REFUSED:
        where = "" if live.session is None else f"Region {name} is not open: "
        reason = error_text(error) if error is not None else ""
        notices.append((f"{now.glyph} {where}{reason}.{retries}", "wrong"))
    elif now is Condition.REVOKED:
        text = (
            f"{now.glyph} Region {name} is gone{why}. The values are the last ones read; nothing is touched. "
            "It opens by itself once it is back: read-only, and identified again."
        )
        notices.append((text, "wrong"))
    elif now is Condition.RELEASED:
        claims = keyboard.clause("release", " {} claims it.")
        notices.append((f"{now.glyph} Region {name} is released: neither mapped nor claimed.{claims}", "dim"))
    elif now is Condition.ASLEEP:
        notices.append((f"{now.glyph} Region {name} is not open{why}.{retries}", "fading"))
    elif now is Condition.STALLED:
        text = (
            f"{now.glyph} {stall_text(live, region)}: that access cannot be taken back, and all else "
            f"of the region waits for it with its last value.{keyboard.clause('quit', ' {} leaves at once.')}"
        )
        notices.append((text, "changed"))
    status = live.regions.get(region)
    if status is not None:
        notices += [(f"{VITAL} {clean(text)}", "changed") for text in status.vital]
    return notices

"""The best matches of a search as a short list above its prompt."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from inspector.model.numbers import group_hex
from inspector.model.registermap import RegisterNode
from inspector.ui.lines import Line, LineBar, Span, clean, cut, fit, length, width_of
from inspector.ui.search import Match
from inspector.ui.searchtext import scattered_in

ValueOf = Callable[[RegisterNode], int | None]
"""The last known value of a register."""

_WHERE = {"address": "address", "field": "field", "value": "value of", "text": "text"}


class MatchList(LineBar):
    """As many matches as there is room for, the marked one among them."""

    ground = "bar"

    def room_for(self, height: int) -> int:
        """How many lines of a screen of that height it may take."""
        return 0 if height < 16 else 4 if height < 30 else 8

    def present(self, matches: Sequence[Match], at: int, text: str, value_of: ValueOf) -> None:
        """Show the matches around the marked one."""
        height, width = self.size.height, self.room
        first = max(0, min(at - height // 2, len(matches) - height))
        shown = matches[first : first + height]
        words = text.lower().split()
        room = min(max((width_of(match.node.path) for match in shown), default=0), width // 2)
        lines = [
            _line(match, number == at, words, room, width, value_of)
            for number, match in enumerate(shown, first)
        ]
        self.show(lines, {at - first: "focus-row"} if matches else None)


def _line(match: Match, marked: bool, words: Sequence[str], room: int, width: int, value_of: ValueOf) -> Line:
    node = match.node
    path = clean(node.path)
    name = (
        _marked(path, words) if match.where in ("name", "like") and match.field is None else ((path, "text"),)
    )
    pad = max(room - length(name), 0)
    parts: list[Span] = [("▸ " if marked else "  ", "focus"), *cut(name, room), (" " * pad, "text")]
    value = value_of(node)
    parts.append((fit(f"  {'' if value is None else group_hex(value, node.width)}", 13), "dim"))
    if match.field is not None:
        where = _WHERE.get(match.where, "field")
        parts += [(f"  {where} ", "dim"), *_marked(clean(match.field.name), words)]
    elif match.where == "text":
        parts.append(("  in its text", "dim"))
    elif match.where == "address":
        parts.append(("  at that address", "dim"))
    if node.register.title:
        parts.append((f"  {clean(node.register.title)}", "dim"))
    return cut(parts, width)


def _marked(text: str, words: Sequence[str]) -> Line:
    """The text with the characters that were typed in another look."""
    places: set[int] = set()
    low = text.lower()
    if len(low) != len(text):
        return ((text, "text"),)
    for word in words:
        at = low.rfind(word)
        if at >= 0:
            places.update(range(at, at + len(word)))
    if not places:
        places.update(scattered_in("".join(words), low) or ())
    spans: list[Span] = []
    for at, c in enumerate(text):
        look = "match" if at in places else "text"
        if spans and spans[-1][1] == look:
            spans[-1] = (spans[-1][0] + c, look)
        else:
            spans.append((c, look))
    return tuple(spans)

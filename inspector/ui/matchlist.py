"""The best matches of a search as a short list above its prompt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from inspector.model.decode import decode
from inspector.model.field import Field
from inspector.model.numbers import group_hex
from inspector.model.registermap import RegisterNode
from inspector.ui.lines import Line, LineBar, Span, clean, cut, fit, length, width_of
from inspector.ui.search import Match
from inspector.ui.searchtext import scattered_in

ValueOf = Callable[[RegisterNode], int | None]
"""The last known value of a register."""

_BEFORE = 24
"""How much of a text is shown before what fits in it."""


class MatchList(LineBar):
    """As many matches as there is room for, the marked one among them."""

    ground = "bar"

    def room_for(self, height: int) -> int:
        """How many lines of a screen of that height it may take."""
        return 0 if height < 16 else 4 if height < 30 else 8

    def present(self, matches: Sequence[Match], at: int, value_of: ValueOf) -> None:
        """Show the matches around the marked one."""
        height, width = self.size.height, self.room
        first = max(0, min(at - height // 2, len(matches) - height))
        shown = matches[first : first + height]
        words = [_value(match, value_of) for match in shown]
        texts = ["" if word is None else group_hex(word, wide) for word, wide in words]
        paths = min(max((width_of(clean(match.node.path)) for match in shown), default=0), width // 2)
        values = max(map(len, texts), default=0)
        lines = []
        for number, (match, (word, _), text) in enumerate(zip(shown, words, texts, strict=True), first):
            name = cut(marked(clean(match.node.path), match.words), paths)
            mark: Span = ("▸ " if number == at else "  ", "focus")
            pad: Span = (" " * (paths - length(name)), "text")
            value: Span = (fit(f"  {text}", values + 4), "dim")
            lines.append(cut((mark, *name, pad, value, *told(match, word)), width))
        self.show(lines, {at - first: "focus-row"} if matches else None)


def _value(match: Match, value_of: ValueOf) -> tuple[int | None, int]:
    """The last known value, and how many bits it has."""
    if isinstance(match.node, RegisterNode):
        return value_of(match.node), match.node.width
    return None, match.node.memory.width


def told(match: Match, word: int | None) -> Iterator[Span]:
    """What made it fit, where that is not its name; then its title."""
    field, words = match.field, match.words
    title = clean(match.title)
    if match.where == "text":
        yield from _excerpt(match)
        return
    if match.where == "address":
        yield "at that address  ", "dim"
    if field is not None and match.where != "name":
        entry = _entry(field, words)
        if entry and not _names(field, words):
            yield f"{clean(field.name)} may be ", "dim"
            yield from marked(clean(entry), words)
        else:
            yield "field ", "dim"
            yield from marked(clean(field.name), words)
            yield f" {_field_value(match, field, word)}".rstrip(), "text"
        yield "  ", "text"
    yield title, "dim"


def _names(field: Field, words: Iterable[str]) -> bool:
    name = field.name.lower()
    return any(word in name for word in words)


def _entry(field: Field, words: Sequence[str]) -> str:
    """The name of the field's value that holds one of the words, the last one first."""
    names = [entry.name for entry in field.enum.entries] if field.enum else []
    fits = (name for word in reversed(words) for name in names if word in name.lower())
    return next(fits, "")


def _field_value(match: Match, field: Field, word: int | None) -> str:
    """What the field is now, as far as that is known."""
    if word is None or not isinstance(match.node, RegisterNode):
        return ""
    found = (each for each in decode(match.node.register, word) if each.field is field)
    return clean(next((each.meaning or each.text for each in found), ""))


def _excerpt(match: Match) -> Iterator[Span]:
    """The part of a text that holds what was typed."""
    if match.field is not None:
        yield f"{clean(match.field.name)}: ", "dim"
    for text in _texts(match):
        low = text.lower()
        hits = [at for word in match.words if (at := low.find(word)) >= 0]
        if hits and len(low) == len(text):
            start = max(min(hits) - _BEFORE, 0)
            if start:
                # It begins with a whole word.
                start = text.find(" ", start, min(hits)) + 1 or start
                yield "… ", "dim"
            yield from marked(clean(text[start:]), match.words, "dim", first=True)
            return


def _texts(match: Match) -> Iterator[str]:
    """Each text that may hold it, as one line."""
    if match.field is not None:
        texts = [match.field.title, match.field.desc]
    elif isinstance(match.node, RegisterNode):
        register = match.node.register
        texts = [register.title, register.desc]
        texts += [text for field in register.fields for text in (field.title, field.desc)]
    else:
        texts = [match.node.memory.title, match.node.memory.desc]
    # Those with most of the words first.
    texts = [" ".join(text.split()) for text in texts]
    yield from sorted(texts, key=lambda text: -sum(word in text.lower() for word in match.words))


def marked(text: str, words: Sequence[str], look: str = "text", *, first: bool = False) -> Line:
    """The text with the characters that were typed in another look, of several places the last or first one.

    Of a path the end tells most; of a text the end may be cut.
    """
    low = text.lower()
    if len(low) != len(text):
        return ((text, look),)
    places: set[int] = set()
    for word in words:
        at = low.find(word) if first else low.rfind(word)
        if at >= 0:
            places.update(range(at, at + len(word)))
    if not places and look == "text":
        places.update(scattered_in("".join(words), low) or ())
    spans: list[Span] = []
    for at, c in enumerate(text):
        here = "match" if at in places else look
        if spans and spans[-1][1] == here:
            spans[-1] = (spans[-1][0] + c, here)
        else:
            spans.append((c, here))
    return tuple(spans)

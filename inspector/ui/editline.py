"""A line of text being typed: the text, the caret, and what each key does to it."""

from __future__ import annotations

from dataclasses import dataclass

from inspector.ui.lines import Line, Span, clean, width_of


@dataclass(slots=True)
class EditLine:
    """A line under a caret.

    Attributes:
        text: What stands there.
        caret: The character before which the next one goes.
        fresh: Nothing was typed yet: the first character replaces the text, as if it were selected.
    """

    text: str = ""
    caret: int = 0
    fresh: bool = False

    @classmethod
    def of(cls, text: str) -> EditLine:
        """A line with a proposal that typing replaces."""
        return cls(text, len(text), fresh=True)

    def key(self, key: str, character: str | None) -> bool:
        """Do what a key does; whether it was one of the line's."""
        moves = {
            "left": self.caret - 1,
            "right": self.caret + 1,
            "home": 0,
            "ctrl+a": 0,
            "end": len(self.text),
            "ctrl+e": len(self.text),
        }
        if key in moves:
            self.caret = max(0, min(moves[key], len(self.text)))
        elif key == "backspace":
            if self.caret:
                self._replace(self.caret - 1, self.caret, "")
        elif key == "delete":
            self._replace(self.caret, self.caret + 1, "")
        elif key == "ctrl+u":
            self._replace(0, self.caret, "")
        elif key == "ctrl+k":
            self._replace(self.caret, len(self.text), "")
        elif key == "ctrl+w":
            kept = self.text[: self.caret].rstrip().rpartition(" ")
            self._replace(len(kept[0] + kept[1]), self.caret, "")
        elif character is not None and character.isprintable():
            self.insert(character)
        else:
            return False
        self.fresh = False
        return True

    def insert(self, text: str) -> None:
        """Type ``text``."""
        if self.fresh:
            self.text, self.caret, self.fresh = "", 0, False
        self._replace(self.caret, self.caret, text)

    def paste(self, text: str) -> None:
        """Type ``text``, which may hold several lines, as one."""
        self.insert(" ".join(text.split()))

    def put(self, text: str) -> None:
        """Replace everything by ``text``, which typing extends."""
        self.text, self.caret, self.fresh = text, len(text), False

    def _replace(self, start: int, end: int, text: str) -> None:
        self.text = self.text[:start] + text + self.text[end:]
        self.caret = start + len(text)

    def spans(self, width: int) -> Line:
        """The line with its caret, in at most ``width`` cells; scrolled so that the caret is in sight."""
        before, under, after = (
            clean(self.text[: self.caret]),
            clean(self.text[self.caret : self.caret + 1]) or " ",
            clean(self.text[self.caret + 1 :]),
        )
        while before and width_of(before) + width_of(under) > max(width, 1):
            before = before[1:]
        look = "match" if self.fresh else "edit"
        room = max(width - width_of(before) - width_of(under), 0)
        spans: list[Span] = [(before, look), (under, "caret"), (after[:room], look)]
        return tuple(span for span in spans if span[0])

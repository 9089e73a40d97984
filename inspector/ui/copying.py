"""Copying what is selected: as text, as JSON, as a command, its path or its address."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspector.model.field import Field
    from inspector.model.registermap import RegisterNode
    from inspector.ui.screen import MainScreen

_FORMS = {"t": "text", "j": "json", "r": "reading", "w": "writing", "p": "path", "a": "address"}
"""What each key of the menu copies."""


def takes_clipboard() -> bool:
    """Whether the terminal lets programs set the clipboard, as far as its name tells."""
    return os.environ.get("TERM_PROGRAM") != "Apple_Terminal" and os.environ.get("TERM") != "linux"


class Copying:
    """A small menu in the last line, open from the key that asks for it to the next key.

    Attributes:
        open: Whether it is.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self.open = False

    def begin(self) -> None:
        """Ask as what to copy."""
        if self._screen.table.selected is None:
            self._screen.say("there is no register here to copy")
            return
        self.open = True
        self._screen.repaint()

    def key(self, key: str, character: str | None) -> bool:
        """Copy as the key says, or leave; whether the menu was open."""
        if not self.open:
            return False
        self.open = False
        form = _FORMS.get(character or "")
        if form is not None:
            self.copy(form)
        elif key != "escape":
            self._screen.say("nothing was copied")
        return True

    # --- what is copied ----------------------------------------------------------------------

    def copy_value(self) -> None:
        """Copy the selected register's value."""
        screen, node = self._screen, self._screen.table.selected
        value = screen.live.sample(node).value if node else None
        if node is None or value is None:
            screen.say("there is no value to copy")
            return
        self._put(screen.table.form.render(value, node.width), node.path)

    def copy(self, form: str) -> None:
        """Copy the selected register, or the selected field where the fields have the keys."""
        screen, node = self._screen, self._screen.table.selected
        if node is None:
            return
        field = screen.detail.field if screen.detail.has_focus else None
        text = {
            "text": self._text,
            "json": self._json,
            "reading": self._reading,
            "writing": self._writing,
            "path": _path,
            "address": self._address,
        }[form](node, field)
        if text:
            self._put(text, node.path if field is None else f"{node.path}.{field.name}")
        else:
            screen.say(f"{node.path} was not read yet, so there is no value to copy")

    def _text(self, node: RegisterNode, field: Field | None) -> str:
        """The row decoded."""
        value = self._screen.live.sample(node).value
        if value is None:
            return ""
        if field is not None:
            return f"{_path(node, field)} = {field.render(field.bits.extract(value))}"
        from inspector.model.decode import summarise

        shown = self._screen.table.form.render(value, node.width)
        meaning = summarise(node.register, value, self._screen.live.known(node))
        return f"{node.path} = {shown}" + (f"  {meaning}" if meaning else "")

    def _json(self, node: RegisterNode, field: Field | None) -> str:
        """The line that ``inspector read --json`` prints."""
        import json

        from inspector.session.record import read_record

        live = self._screen.live
        sample = live.sample(node)
        if sample.value is None and sample.error is None and sample.skipped is None:
            return ""
        fields = () if field is None else (field,)
        return json.dumps(read_record(node, sample, fields, known=live.known(node)))

    def _reading(self, node: RegisterNode, field: Field | None) -> str:
        """The command that reads it."""
        return self._command("read", _path(node, field), node)

    def _writing(self, node: RegisterNode, field: Field | None) -> str:
        """The command that writes its present value."""
        value = self._screen.live.sample(node).value
        if value is None:
            return ""
        from inspector.session.record import hexadecimal

        text = hexadecimal(value, node.width) if field is None else f"{field.bits.extract(value):#x}"
        return self._command("write", f"{_path(node, field)}={text}", node)

    def _command(self, command: str, argument: str, node: RegisterNode) -> str:
        import shlex

        words = ["inspector", command, map_word(self._screen), argument, *self._backend_words(node)]
        return " ".join(map(shlex.quote, words))

    def _backend_words(self, node: RegisterNode) -> list[str]:
        """The ``-b`` that opens the register's region where it is now; empty where none is needed."""
        session = self._screen.live.session
        if session is None:
            return []
        word = session.regions[node.region.name].backend.word
        bundled = self._screen.map.bundled
        if word == ((None if bundled else node.region.source) or "sim"):
            return []
        words = {opened.backend.word for opened in session.regions.values()}
        return ["-b", word if len(words) == 1 else f"{node.region.name}={word}"]

    def _address(self, node: RegisterNode, field: Field | None) -> str:
        """Where it is, or its offset where no address is known."""
        base = self._screen.live.base(node.region.name)
        return f"{node.offset:#x}" if base is None else f"{base + node.offset:#010x}"

    def _put(self, text: str, what: str) -> None:
        """Give a text to the terminal's clipboard, or show it where that takes none."""
        screen = self._screen
        if takes_clipboard():
            screen.app.copy_to_clipboard(text)
            screen.say(f"copied {what}: {text}", "good")
            return
        from inspector.ui.ask import Note

        title = "This terminal takes no clipboard from programs: select the text here"
        screen.app.push_screen(Note(title, text))


def _path(node: RegisterNode, field: Field | None) -> str:
    return node.path if field is None else f"{node.path}.{field.name}"


def map_word(screen: MainScreen) -> str:
    """The map as the command line takes it."""
    return screen.map.name if screen.map.bundled or not screen.map.file else screen.map.file

"""The loop: a line in, lines out. Nothing is written to hardware before a line that says yes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from inspector.cli.output import escape, explain, on_terminal
from inspector.errors import InspectorError, UsageError
from inspector.model.paths import nearest
from inspector.model.registermap import RegisterMap, RegisterNode
from inspector.session import Session

Ask = Callable[[str], str]
"""Gives the next line, after showing a prompt; raises EOFError at the end."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A command of the plain mode.

    Attributes:
        name: What is typed, or the start of it.
        arguments: What follows, in words; empty for nothing.
        text: What it does, a sentence without a full stop.
        do: Does it, given what follows the name.
    """

    name: str
    arguments: str
    text: str
    do: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Question:
    """What waits for an answer.

    Attributes:
        answer: What must be typed for it to be done.
        do: Does it.
    """

    answer: str
    do: Callable[[], None]


class Talk:
    """A session, spoken with.

    Attributes:
        map: The map.
        session: The map opened.
        node: The register that is in hand; None where the map has none.
        verbs: The commands, in the order of the help.
        question: What waits for an answer, or None.
        over: Whether it has been left.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.map: RegisterMap = session.map
        self.node: RegisterNode | None = self.map.nodes[0] if len(self.map.nodes) else None
        self.verbs: list[Verb] = []
        self.question: Question | None = None
        self.over = False

    def learn(self, verbs: Iterable[Verb]) -> None:
        """Take commands in."""
        self.verbs += verbs

    # --- saying ------------------------------------------------------------------------------

    def say(self, *lines: str) -> None:
        """Say lines, each escaped."""
        for line in lines:
            print(escape(line))
        sys.stdout.flush()

    def ask(self, what: str, question: Question) -> None:
        """Say ``what`` and wait for an answer; any other line leaves it."""
        self.say(f"{what} Say {question.answer} to do it; anything else leaves it.")
        self.question = question

    # --- hearing -----------------------------------------------------------------------------

    def run(self, ask: Ask) -> None:
        """Go on until it is left, or its input ends."""
        while not self.over:
            try:
                line = ask(f"{escape(self.node.path)}> " if self.node else "> ")
            except EOFError:
                return
            except KeyboardInterrupt:
                self.question = None
                self.say("", "quit leaves.")
                continue
            self.hear(line.strip())

    def hear(self, line: str) -> None:
        """Do what a line says; what is wrong with it is said."""
        question, self.question = self.question, None
        try:
            if question is not None and self._answered(question, line):
                return
            if line:
                self._do(line)
        except KeyboardInterrupt:
            self.say("", "Interrupted.")
        except InspectorError as error:
            self.say(f"Error: {explain(error)}.")

    def _answered(self, question: Question, line: str) -> bool:
        """Do what was asked about; whether the line was only an answer."""
        if line == question.answer:
            question.do()
            return True
        self.say("Left: nothing was done.")
        return line in ("", "no", "n", "yes", "y")

    def _do(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        verb = self._verb(word)
        if verb is not None:
            verb.do(rest.strip())
            return
        if word in self.map.by_path and not rest:
            self._verb_named("go").do(word)
            return
        names = [verb.name for verb in self.verbs]
        near = nearest(word, [*names, *self.map.by_path])
        hint = f" Did you mean {near}?" if near else ""
        raise UsageError(f"{word!r} is no command and no register.{hint} Say help for the commands")

    def _verb(self, word: str) -> Verb | None:
        """The command of that name, or the only one that begins so."""
        for verb in self.verbs:
            if verb.name == word:
                return verb
        found = [verb for verb in self.verbs if verb.name.startswith(word)]
        if len(found) > 1 and word not in self.map.by_path:
            names = ", ".join(verb.name for verb in found)
            raise UsageError(f"{word!r} may be {names}")
        return found[0] if len(found) == 1 else None

    def _verb_named(self, name: str) -> Verb:
        return next(verb for verb in self.verbs if verb.name == name)

    def complete(self, text: str) -> list[str]:
        """What a word may go on as: commands, registers and the fields of the one in hand."""
        fields = [field.name for field in self.node.register.fields] if self.node else []
        names = [*(verb.name for verb in self.verbs), *self.map.by_path, *fields]
        return [name for name in names if name.startswith(text)]


def typed_lines(complete: Callable[[str], list[str]]) -> Ask:
    """Lines from standard input: with a prompt, history and completion where a person types them."""
    if not on_terminal(sys.stdin):

        def piped(_: str) -> str:
            line = sys.stdin.readline()
            if not line:
                raise EOFError
            return line

        return piped
    try:
        import readline
    except ImportError:
        return input
    found: list[str] = []

    def completer(text: str, state: int) -> str | None:
        if state == 0:
            found[:] = complete(text)
        return found[state] if state < len(found) else None

    readline.set_completer(completer)
    readline.set_completer_delims(" =")
    readline.parse_and_bind("tab: complete")
    return input

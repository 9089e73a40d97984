"""Looking around: going from register to register, reading, watching, finding."""

from __future__ import annotations

import time
from collections.abc import Sequence

from inspector.cli.cadence import ticks
from inspector.cli.plain.sentences import (
    age_sentence,
    change_sentence,
    field_sentences,
    place_sentence,
    register_sentence,
)
from inspector.cli.plain.talk import Question, Talk, Verb
from inspector.errors import UsageError
from inspector.model.numbers import plural
from inspector.model.paths import find, is_pattern, select
from inspector.model.registermap import RegisterNode
from inspector.model.safety import Skip
from inspector.session import Sample

_RATE = 10.0
"""Reads per second while something is watched."""

_ACTS = (Skip.READ_SIDE_EFFECT, Skip.UNKNOWN_SIDE_EFFECT)

_CALM = 1.0
"""Seconds between two sentences about one register."""

_LISTED = 40
"""How many lines a list has at most."""


class Looking:
    """The commands that read and tell; none of them reads what acts on reading without a yes."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._mark: dict[int, Sample] = {}
        talk.learn(
            (
                Verb("list", "[BLOCK or PATTERN]", "the blocks, or the registers of one", self._list),
                Verb(
                    "go", "PATH", "take a register in hand and read it; its path alone does the same", self.go
                ),
                Verb("next", "", "the next register", lambda _: self._step(1)),
                Verb("previous", "", "the previous register", lambda _: self._step(-1)),
                Verb("read", "[PATH or PATTERN]", "read again, or something else", self._read),
                Verb("fields", "", "every field of the register in hand", self._fields),
                Verb("describe", "", "what the map says of the register in hand", self._describe),
                Verb("find", "WORDS", "registers by name, field or text", self._find),
                Verb(
                    "watch",
                    "[PATH …] [for SECONDS]",
                    f"say what changes, looking {_RATE:g} times a second, until Control-C",
                    self._watch,
                ),
                Verb(
                    "mark",
                    "[PATTERN]",
                    "remember the values of the block in hand, or of others",
                    self._set_mark,
                ),
                Verb("changes", "", "what differs from the mark", self._changes),
            )
        )

    # --- one register ------------------------------------------------------------------------

    def go(self, path: str) -> None:
        """Take a register in hand, and say what it holds as far as a look is harmless."""
        node, field = find(self._talk.map, path)
        self._take(node)
        if field is not None:
            lines = field_sentences(
                node, self._talk.session.sample(node).value, self._talk.session.known(node)
            )
            self._talk.say(*(line for line in lines if line.startswith(f"{field.name},")))

    def _take(self, node: RegisterNode) -> None:
        self._talk.node = node
        self._talk.session.read_safe([node])
        self._tell(node)

    def _tell(self, node: RegisterNode) -> None:
        session = self._talk.session
        self._talk.say(register_sentence(node, session.sample(node), session.known(node)))

    def _step(self, step: int) -> None:
        node, nodes = self._in_hand(), self._talk.map.nodes
        if not 0 <= node.index + step < len(nodes):
            raise UsageError("that was the last register" if step > 0 else "that was the first register")
        self._take(nodes[node.index + step])

    def _in_hand(self) -> RegisterNode:
        if self._talk.node is None:
            raise UsageError("the map has no register")
        return self._talk.node

    def _fields(self, _: str) -> None:
        node, session = self._in_hand(), self._talk.session
        if not node.register.fields:
            self._talk.say(f"{node.path} has no fields.")
        self._talk.say(*field_sentences(node, session.sample(node).value, session.known(node)))

    def _describe(self, _: str) -> None:
        node, session = self._in_hand(), self._talk.session
        address = session.region_of(node).address
        sample = session.sample(node)
        lines = [
            f"{node.path}{f', {node.register.title}' if node.register.title else ''}.",
            place_sentence(node, None if address is None else address + node.offset),
            age_sentence(sample, time.monotonic()),
            " ".join(node.register.desc.split()),
        ]
        lines += [
            f"{field.name}: {' '.join(field.desc.split())}" for field in node.register.fields if field.desc
        ]
        self._talk.say(*(line for line in lines if line))

    # --- reading -----------------------------------------------------------------------------

    def _read(self, text: str) -> None:
        paths = text.split()
        if not paths or (len(paths) == 1 and not is_pattern(paths[0])):
            node = find(self._talk.map, paths[0])[0] if paths else self._in_hand()
            self._read_one(node)
            return
        nodes = self._chosen(paths)
        self._talk.session.read_safe(nodes)
        for node in nodes:
            self._tell(node)

    def _read_one(self, node: RegisterNode) -> None:
        """Read a register; where reading it does something, only after a yes."""
        talk, session = self._talk, self._talk.session
        talk.node = node
        safety, opened = session.safety(node), session.region_of(node)

        def read() -> None:
            session.read([node])
            self._tell(node)

        if safety.safe:
            read()
        elif safety.skip is Skip.NO_ACCESS:
            raise UsageError(f"{node.path} cannot be accessed, the map says")
        elif safety.skip in _ACTS and opened.backend.real and not opened.armed:
            raise UsageError(
                f"{node.path}: {safety.reason}; on hardware that is as good as a write: say arm first"
            )
        else:
            talk.ask(f"{node.path}: {safety.reason or 'write-only'}.", Question("yes", read))

    def _chosen(self, paths: Sequence[str]) -> list[RegisterNode]:
        return [item.node for item in select(self._talk.map, paths)]

    # --- lists -------------------------------------------------------------------------------

    def _list(self, text: str) -> None:
        talk, session = self._talk, self._talk.session
        if not text:
            for region in talk.map.regions:
                for instance in region.instances:
                    title = f", {instance.block.title}" if instance.block.title else ""
                    count = plural(sum(1 for _ in instance.block.walk()), "register")
                    talk.say(f"{instance.name}{title}, in region {region.name}: {count}.")
            return
        nodes = self._chosen([text if is_pattern(text) or text in talk.map.by_path else f"{text}.*"])
        session.read_safe(nodes[:_LISTED])
        for node in nodes[:_LISTED]:
            self._tell(node)
        if len(nodes) > _LISTED:
            talk.say(f"And {len(nodes) - _LISTED} more: name fewer, or say next.")

    def _find(self, text: str) -> None:
        from inspector.ui.search import Search

        if not text:
            raise UsageError("find what? Say find and a name, or words of a description")
        matches = Search(self._talk.map).find(text)
        if not matches:
            raise UsageError(f"nothing is called {text!r}, and no text has it")
        if matches[0].nearly:
            self._talk.say(f"Nothing is called {text}; nearly so:")
        for match in matches[:_LISTED]:
            field = f", field {match.field.name}" if match.field is not None else ""
            title = f", {match.title}" if match.title else ""
            self._talk.say(f"{match.node.path}{field}{title}.")
        if len(matches) > _LISTED:
            self._talk.say(f"And {len(matches) - _LISTED} more.")

    # --- watching ----------------------------------------------------------------------------

    def _watch(self, text: str) -> None:
        words = text.split()
        seconds: float | None = None
        if len(words) >= 2 and words[-2] == "for":
            try:
                seconds = float(words[-1])
            except ValueError:
                raise UsageError(f"{words[-1]!r} is not a number of seconds") from None
            words = words[:-2]
        session = self._talk.session
        nodes = self._chosen(words) if words else [self._in_hand()]
        watched = [node for node in nodes if session.safety(node).safe]
        for node in nodes:
            if node not in watched:
                self._tell(node)
        if not watched:
            return
        told = dict(zip(watched, session.read_safe(watched), strict=True))
        quiet_until = dict.fromkeys(watched, 0.0)
        for node in watched:
            self._tell(node)
        for _ in ticks(1 / _RATE, duration=seconds):
            now = time.monotonic()
            for node, sample in zip(watched, session.read_safe(watched), strict=True):
                before = told[node]
                changed = (sample.value, sample.error is None) != (before.value, before.error is None)
                if changed and now >= quiet_until[node]:
                    # What never stands still is told now and then, so that the others are heard.
                    told[node], quiet_until[node] = sample, now + _CALM
                    self._talk.say(change_sentence(node, before, sample, session.known(node)))

    def _set_mark(self, text: str) -> None:
        nodes = self._chosen(text.split() or [f"{self._in_hand().path.partition('.')[0]}.*"])
        samples = self._talk.session.read_safe(nodes)
        self._mark = {
            node.index: sample
            for node, sample in zip(nodes, samples, strict=True)
            if sample.value is not None and sample.error is None and sample.skipped is None
        }
        self._talk.say(f"Marked {plural(len(self._mark), 'register')}.")

    def _changes(self, _: str) -> None:
        if not self._mark:
            raise UsageError("nothing is marked: say mark first")
        session = self._talk.session
        nodes = [self._talk.map.nodes[index] for index in self._mark]
        moved = [
            (node, sample)
            for node, sample in zip(nodes, session.read_safe(nodes), strict=True)
            if sample.value != self._mark[node.index].value or sample.error is not None
        ]
        for node, sample in moved:
            self._talk.say(change_sentence(node, self._mark[node.index], sample, session.known(node)))
        if not moved:
            self._talk.say("Nothing differs from the mark.")

"""Doing: writes with the operations said first, undo, arming and claims, the journal."""

from __future__ import annotations

from inspector.cli.plain.sentences import region_sentences, result_sentence
from inspector.cli.plain.talk import Question, Talk, Verb
from inspector.errors import UsageError
from inspector.model.compose import Composition
from inspector.model.edit import Edit, parse_assignment, parse_value
from inspector.model.registermap import OpenMode, RegisterNode
from inspector.session import OpenRegion
from inspector.session.telling import operation_texts
from inspector.session.words import clock, describe

_ENTRIES = 20
"""How many entries of the journal are said."""


class Doing:
    """The commands that write, and those that say who may."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        talk.learn(
            (
                Verb(
                    "set",
                    "VALUE, or FIELD=VALUE …, or PATH=VALUE",
                    "write the register in hand or fields of it: says the bus operations and waits for a yes",
                    self._set,
                ),
                Verb("undo", "", "take the last write back, after a yes", self._undo),
                Verb(
                    "regions",
                    "",
                    "every region: backend, claim, armed or not, who else has it",
                    self._regions,
                ),
                Verb("arm", "[REGION]", "allow writes to a region, after a yes", self._arm),
                Verb("disarm", "[REGION]", "let the kernel refuse writes again", self._disarm),
                Verb("claim", "[REGION]", "claim a region exclusively, or open it again", self._claim),
                Verb("share", "[REGION]", "share a region again", self._share),
                Verb("journal", "", "what this session did, the latest last", self._journal),
            )
        )

    # --- writing -----------------------------------------------------------------------------

    def _set(self, text: str) -> None:
        if not text:
            raise UsageError("set what? Say set and a value, or set FIELD=VALUE")
        node, edits = self._edits(text)
        self._talk.node = node
        session = self._talk.session
        opened = session.region_of(node)
        opened.check_open()
        if not opened.armed:
            raise UsageError(f"region {opened.region.name} is read-only: say arm first")
        self._propose(session.compose(node, edits, shown=session.sample(node).value))

    def _edits(self, text: str) -> tuple[RegisterNode, list[Edit]]:
        """What is to be written; fields are those of the register in hand."""
        talk = self._talk
        if "=" not in text:
            if talk.node is None:
                raise UsageError("the map has no register")
            return talk.node, [parse_value(text, talk.node.register, called=talk.node.path)]
        node: RegisterNode | None = None
        edits: list[Edit] = []
        for word in text.split():
            name, _, value = word.partition("=")
            field = talk.node.register.field(name) if talk.node else None
            if talk.node is not None and field is not None:
                place, edit = talk.node, parse_value(value, talk.node.register, field)
            else:
                place, edit = parse_assignment(talk.map, word)
            if node is not None and place is not node:
                raise UsageError("one register at a time: each is asked about by itself")
            node = place
            edits.append(edit)
        assert node is not None
        return node, edits

    def _propose(self, composition: Composition) -> None:
        """Say what would go out, and wait for a yes; what is dangerous wants the register's name."""
        talk, node = self._talk, composition.node
        opened = talk.session.region_of(node)
        base = None if opened.address is None else opened.address
        shown = talk.session.sample(node).value
        for number, text in enumerate(operation_texts(composition, shown, base), 1):
            talk.say(f"{number}: {text}.")
        talk.say(*(f"Note: {note}." for note in composition.notes))
        warnings = [*composition.dangers, *(opened.surroundings.vital if opened.surroundings else ())]
        talk.say(*(f"Danger: {danger}." for danger in warnings))
        name = node.path.rpartition(".")[2]
        answer = name if composition.dangers else "yes"

        def write() -> None:
            talk.say(result_sentence(talk.session.write(composition)))

        talk.ask(f"That is the write to {node.path}.", Question(answer, write))

    def _undo(self, _: str) -> None:
        composition = self._talk.session.undo()
        self._talk.node = composition.node
        self._propose(composition)

    # --- regions -----------------------------------------------------------------------------

    def _region(self, name: str) -> OpenRegion:
        regions = self._talk.session.regions
        if not name and self._talk.node is not None:
            name = self._talk.node.region.name
        if name not in regions:
            raise UsageError(f"no region is called {name!r}; there are {', '.join(regions)}")
        return regions[name]

    def _regions(self, _: str) -> None:
        for region in self._talk.map.regions:
            self._talk.say(*region_sentences(region, self._talk.session.regions.get(region.name)))

    def _arm(self, name: str) -> None:
        opened, session = self._region(name), self._talk.session
        opened.check_open()
        if opened.armed:
            why = "simulation always is" if not opened.backend.real else "say disarm to end that"
            self._talk.say(f"Region {opened.region.name} is armed: {why}.")
            return

        def arm() -> None:
            session.arm(opened)
            self._talk.say(f"Region {opened.region.name} is armed: set writes to the hardware after a yes.")

        self._talk.ask(
            f"Until now the kernel holds this program to reading region {opened.region.name}.",
            Question("yes", arm),
        )

    def _disarm(self, name: str) -> None:
        opened = self._region(name)
        if not opened.backend.real:
            raise UsageError("this is simulation, which is always armed: nothing real can be changed")
        self._talk.session.disarm(opened)
        self._talk.say(f"Region {opened.region.name} is read-only.")

    def _claim(self, name: str) -> None:
        self._switch(self._region(name), OpenMode.EXCLUSIVE)

    def _share(self, name: str) -> None:
        self._switch(self._region(name), OpenMode.SHARED)

    def _switch(self, opened: OpenRegion, mode: OpenMode) -> None:
        self._talk.session.switch(opened, mode)
        self._talk.say(*region_sentences(opened.region, opened))

    def _journal(self, _: str) -> None:
        entries = self._talk.session.journal.entries[-_ENTRIES:]
        self._talk.say(*(f"{clock(entry.time, date=False)}: {describe(entry)}." for entry in entries))

"""Opens a map and speaks with whoever types, until that ends."""

from __future__ import annotations

import sys

from inspector.cli.elevation import app_access
from inspector.cli.opening import Opening
from inspector.cli.output import escape, on_terminal
from inspector.cli.plain.doing import Doing
from inspector.cli.plain.looking import Looking
from inspector.cli.plain.sentences import opening_sentences
from inspector.cli.plain.talk import Talk, Verb, typed_lines
from inspector.errors import UsageError
from inspector.model.registermap import RegisterMap
from inspector.ui.consent import Consents, hardware_named


def speak(register_map: RegisterMap, opening: Opening, *, write: bool = False) -> None:
    """Open a map as lines of text; the session is the screen's.

    Args:
        register_map: The map, with its regions where they are on this machine.
        opening: How its registers are reached.
        write: Arm from the start.

    Raises:
        UsageError: A backend's word is not known, or the map names hardware and nobody agreed to that.
        KernelError: The rights were not given.
    """
    hardware = hardware_named(register_map, opening.backends)
    _agree(register_map, hardware)
    with (
        app_access(register_map, opening, hardware) as access,
        opening.open(register_map, access, write=write) as session,
    ):
        talk = Talk(session)
        Looking(talk)
        Doing(talk)
        talk.learn(
            (
                Verb("help", "", "this list", lambda _: _help(talk)),
                Verb("quit", "", "leave", lambda _: _leave(talk)),
            )
        )
        talk.say(*opening_sentences(register_map, session.regions), "Say help for the commands.")
        talk.run(typed_lines(talk.complete))


def _agree(register_map: RegisterMap, hardware: dict[str, str]) -> None:
    """Ask about the hardware that the map itself names, once for each content of its file."""
    consents = Consents()
    if not hardware or consents.given(register_map.digest):
        return
    places = ", ".join(f"{region} on {word}" for region, word in hardware.items())
    if not on_terminal(sys.stdin):
        raise UsageError(f"the map names hardware: {places}; name it with -b to agree, or -b sim to simulate")
    print(
        escape(f"The map itself names hardware: {places}. It opens read-only, but even reading registers can")
    )
    print("disturb a device, and a wrong address can stop the machine.")
    if input("Say yes to open it: ").strip() != "yes":
        raise UsageError("not opened: -b sim opens it in simulation")
    consents.give(register_map.digest)


def _help(talk: Talk) -> None:
    for verb in talk.verbs:
        arguments = f" {verb.arguments}" if verb.arguments else ""
        talk.say(f"{verb.name}{arguments}: {verb.text}.")
    talk.say("The first letters of a command will do.")


def _leave(talk: Talk) -> None:
    talk.over = True

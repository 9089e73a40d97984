"""More rights for the one part that touches hardware, asked for before the screen opens."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Collection

from inspector.backends.access import Access
from inspector.backends.opening import needs_elevation
from inspector.cli.opening import Opening
from inspector.model.registermap import RegisterMap
from inspector.session.choosing import choose_backends
from inspector.ui.consent import Consents

COMMAND = "INSPECTOR_ELEVATE"
"""The environment variable that names the command, with its options, instead of ``sudo``; empty for none."""


def app_access(register_map: RegisterMap, opening: Opening, asked_about: Collection[str]) -> Access:
    """How the app touches hardware: by an agent with more rights where this user has too few.

    Args:
        register_map: The map.
        opening: How its registers are reached.
        asked_about: The regions whose hardware the map names, and no person: for these nothing is asked
            before the person has agreed to the map.

    Raises:
        KernelError: The command was run, and the agent did not start.
    """
    words = choose_backends(register_map, opening.backends)
    if asked_about and not Consents().given(register_map.digest):
        words = {name: word for name, word in words.items() if name not in asked_about}
    command = shlex.split(os.environ.get(COMMAND, "sudo"))
    if (
        opening.in_process
        or not command
        or shutil.which(command[0]) is None
        or not needs_elevation(words.values(), register_map)
    ):
        return Access(in_process=opening.in_process)
    print(
        f"inspector: this user may not open the hardware; {command[0]} starts the part that touches it:",
        file=sys.stderr,
    )
    access = Access(elevate=command)
    try:
        access.start()
    except BaseException:
        access.close()
        raise
    return access

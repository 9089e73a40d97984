"""What a command in the guest said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Answer:
    """What one command said."""

    command: str
    status: int
    stdout: str
    stderr: str

    def ok(self) -> Self:
        """This one, having succeeded."""
        assert self.status == 0, f"a command failed:\n{self}"
        return self

    def json(self) -> list[dict[str, Any]]:
        """The objects of a command that succeeded, a line each."""
        return [json.loads(line) for line in self.ok().stdout.splitlines()]

    def __str__(self) -> str:
        return f"$ {self.command}\n{self.stdout}{self.stderr}[exit status {self.status}]"

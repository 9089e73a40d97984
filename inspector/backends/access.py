"""How hardware is touched: by agents, started when first needed, or in this process."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from inspector.backends.mapping import Mapper

if TYPE_CHECKING:
    from inspector.backends.agency import Agent

Kind = Literal["device", "file"]

_STARTING = 10.0
"""Seconds that an agent may take to start."""


class Access:
    """Whoever maps and touches hardware for the backends that share it.

    Regular files have an agent of their own, which never has more rights than this process. Device nodes
    have another; those that this user may not open have a third one, started with more rights, where there
    is a command that gives them.
    """

    def __init__(
        self, *, in_process: bool = False, elevate: Sequence[str] = (), timeout: float = 2.0
    ) -> None:
        """Say how; nothing is started until something is mapped.

        Args:
            in_process: Touch hardware in this process: a bus error then ends the program.
            elevate: The command that runs another one with more rights, such as ``sudo``; empty for none.
            timeout: How long an access may take, in seconds, before the bus is said not to answer.
        """
        self._in_process = in_process
        self._elevate = tuple(elevate)
        self._timeout = timeout
        self._lock = threading.Lock()
        self._here: Mapper | None = None
        self._agents: dict[str, Agent] = {}

    @property
    def in_process(self) -> bool:
        """Whether hardware is touched in this process."""
        return self._in_process

    def mapper(self, kind: Kind, node: str = "") -> Mapper:
        """Who maps; an agent that has ended is replaced.

        Args:
            kind: ``file`` for regular files, ``device`` for device nodes.
            node: The node that is to be opened, by which it is judged whether more rights are needed.

        Raises:
            KernelError: The agent cannot be started; says why.
        """
        if self._in_process:
            return self._in_this_process()
        if kind == "device" and self._elevate and _forbidden(node):
            return self._agent("elevated", self._elevate)
        return self._agent(kind)

    def start(self) -> None:
        """Start the agent with more rights now: whatever gives them may ask on the terminal.

        Raises:
            KernelError: It cannot be started; says why.
        """
        if self._elevate and not self._in_process:
            self._agent("elevated", self._elevate)

    def close(self) -> None:
        """End the agents, and with them all their mappings and claims; twice is harmless."""
        with self._lock:
            agents, self._agents = self._agents, {}
        for agent in agents.values():
            agent.close()

    def __enter__(self) -> Access:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _in_this_process(self) -> Mapper:
        from inspector.backends.in_process import InProcess

        with self._lock:
            if self._here is None:
                self._here = InProcess()
            return self._here

    def _agent(self, name: str, prefix: Sequence[str] = ()) -> Agent:
        from inspector.backends.agency import Agent

        with self._lock:
            agent = self._agents.get(name)
            if agent is not None and not agent.alive:
                agent.close()
                agent = None
            if agent is None:
                # Whatever gives more rights may wait for a person to type a password.
                patience = None if prefix else _STARTING
                agent = Agent.start(prefix, timeout=self._timeout, start_timeout=patience)
                self._agents[name] = agent
            return agent


def _forbidden(node: str) -> bool:
    return Path(node).exists() and not os.access(node, os.R_OK)

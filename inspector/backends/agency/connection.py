"""The pipe to an agent: one question, one answer, and never a wait without an end."""

from __future__ import annotations

import os
import select
import subprocess
import threading
import time
from collections import deque
from typing import Any

from inspector.agent import protocol
from inspector.errors import AccessFailed, NotPermitted, Revoked, TimedOut
from inspector.io.interrupt import uninterrupted

_MARGIN = 2.0
"""Seconds beyond its own deadline after which the agent itself is taken to be stuck."""

_NOISE = 1 << 16
"""Bytes that may come before the agent says hello."""

_ENDING = 0.2


class Connection:
    """Talks to one agent.

    Attributes:
        hello: What it said of itself.
        process: The agent, or the command that started it with more rights.
    """

    def __init__(self, process: subprocess.Popen[bytes], program: bytes, timeout: float | None) -> None:
        """Send the agent its program, and wait for its hello.

        Args:
            process: The agent, just started.
            program: What it runs.
            timeout: Seconds to wait; None for ever, where a person may be typing a password.

        Raises:
            NotPermitted: It did not come up; says what it printed.
        """
        self.process = process
        self._lock = threading.Lock()
        self._frames = protocol.Frames()
        self._count = 0
        self._dead = ""
        self._said: deque[bytes] = deque(maxlen=64)
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._input, self._output, self._errors = process.stdin, process.stdout, process.stderr
        os.set_blocking(self._errors.fileno(), False)
        try:
            self._send(program)
            self.hello = self._greeting(None if timeout is None else time.monotonic() + timeout)
        except (OSError, protocol.ProtocolError, EOFError, TimeoutError) as error:
            words = self.last_words()
            self.close()
            raise NotPermitted(
                f"the process that touches hardware did not start: {words or error}",
                errno_name="EPERM",
                advice="--in-process goes without it",
            ) from error
        if self.hello.get("agent") != protocol.VERSION:
            self.close()
            raise NotPermitted(
                f"the agent speaks version {self.hello.get('agent')!r}, and not {protocol.VERSION}",
                errno_name="EPROTO",
            )

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return not self._dead

    def ask(self, question: dict[str, Any], timeout: float) -> tuple[dict[str, Any], bytes]:
        """Ask, and wait for the answer.

        Args:
            question: What to do.
            timeout: Seconds that the agent may take.

        Raises:
            Revoked: It has ended before.
            AccessFailed: It ended meanwhile, or answered what nobody understands: whether it did anything is
                not known.
            TimedOut: The agent itself does not answer.
        """
        with self._lock, uninterrupted():
            if self._dead:
                raise Revoked(f"the process that touches hardware has ended: {self._dead}")
            self._count += 1
            number = self._count
            try:
                self._send(protocol.pack({**question, "id": number, "timeout": timeout}))
                while True:
                    header, values = self._receive(time.monotonic() + timeout + _MARGIN)
                    # Answers to questions that were given up come late.
                    if header.get("id") == number:
                        return header, values
            except TimeoutError:
                self._die("it does not answer")
                raise TimedOut(
                    f"the process that touches hardware has not answered for {timeout + _MARGIN:g} s"
                ) from None
            except (OSError, EOFError, protocol.ProtocolError) as error:
                self._die(self.last_words() or str(error))
                raise AccessFailed(f"the process that touches hardware ended: {self._dead}") from error

    def close(self) -> None:
        """End the agent: without input it ends by itself; a stuck one is not waited for."""
        self._dead = self._dead or "it was closed"
        for pipe in (self._input, self._output, self._errors):
            pipe.close()
        try:
            self.process.wait(_ENDING)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def last_words(self) -> str:
        """The last lines that it printed as errors."""
        deadline = time.monotonic() + _ENDING
        while True:
            try:
                data = self._errors.read(4096)
            except (OSError, ValueError):
                break
            if data:
                self._said.append(data)
            elif data == b"" or self.process.poll() is not None or time.monotonic() > deadline:
                break
            else:
                time.sleep(0.01)
        lines = b"".join(self._said).decode("utf-8", "replace").strip().splitlines()
        return "; ".join(line.strip() for line in lines[-3:])

    # --- inside -------------------------------------------------------------------------------

    def _die(self, why: str) -> None:
        self._dead = why or "nobody knows why"
        self.process.kill()

    def _send(self, data: bytes) -> None:
        view = memoryview(data)
        descriptor = self._input.fileno()
        while view:
            view = view[os.write(descriptor, view) :]

    def _read(self, deadline: float | None) -> bytes:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        if not select.select([self._output], [], [], left)[0]:
            raise TimeoutError("no answer")
        data = os.read(self._output.fileno(), 1 << 18)
        if not data:
            raise EOFError("it has ended")
        return data

    def _receive(self, deadline: float | None) -> tuple[dict[str, Any], bytes]:
        while True:
            frame = self._frames.next()
            if frame is not None:
                return frame
            self._frames.feed(self._read(deadline))

    def _greeting(self, deadline: float | None) -> dict[str, Any]:
        seen = b""
        while protocol.MAGIC not in seen:
            if len(seen) > _NOISE:
                raise protocol.ProtocolError("it prints something else")
            seen += self._read(deadline)
        self._frames.feed(seen.partition(protocol.MAGIC)[2])
        return self._receive(deadline)[0]

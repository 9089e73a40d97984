"""The pipe to an agent: one question, one answer, and never a wait without an end."""

from __future__ import annotations

import os
import select
import subprocess
import threading
import time
from collections import deque
from contextlib import suppress
from typing import Any

from inspector.agent import protocol
from inspector.errors import AccessFailed, KernelError, NotPermitted, Revoked, TimedOut
from inspector.io.interrupt import uninterrupted

_MARGIN = 1.0
"""Seconds beyond its own deadline after which the agent itself is taken to be stuck."""

_NOISE = 1 << 16
"""Bytes that may come before the agent says hello."""

_ENDING = 0.2
_LINES = 3


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
        self._closing = False
        self._said: deque[bytes] = deque(maxlen=16)
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._input, self._output, self._errors = process.stdin, process.stdout, process.stderr
        self._wake, self._waker = os.pipe()
        for pipe in (self._input, self._output, self._errors):
            os.set_blocking(pipe.fileno(), False)
        try:
            deadline = None if timeout is None else time.monotonic() + timeout
            self.hello = self._greeting(program, deadline)
        except (OSError, protocol.ProtocolError, EOFError, TimeoutError) as error:
            words = self._last_words()
            self.close()
            raise NotPermitted(
                f"the process that touches hardware did not start: {words or error}",
                errno_name="EPERM",
                advice="--in-process goes without it",
            ) from error
        except BaseException:
            self.close()
            raise
        if self.hello.get("agent") != protocol.VERSION or not isinstance(self.hello.get("pid"), int):
            self.close()
            raise NotPermitted(
                f"the agent speaks version {self.hello.get('agent')!r}, and not {protocol.VERSION}",
                errno_name="EPROTO",
            )

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return not self._dead

    def ask(
        self, question: dict[str, Any], timeout: float, body: bytes = b""
    ) -> tuple[dict[str, Any], bytes]:
        """Ask, and wait for the answer.

        Args:
            question: What to do.
            timeout: Seconds that the agent may take.
            body: What belongs to the question.

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
            deadline = time.monotonic() + timeout + _MARGIN
            try:
                self._send(protocol.pack({**question, "id": number}, body), deadline)
                while True:
                    header, values = self._receive(deadline)
                    # An answer to a question that an interrupt has cut short comes late.
                    if header.get("id") == number:
                        return header, values
            except TimeoutError:
                self._die("it does not answer")
                raise TimedOut(
                    f"the process that touches hardware has not answered for {timeout + _MARGIN:g} s"
                ) from None
            except (OSError, EOFError, protocol.ProtocolError) as error:
                self._die(self._dead or self._last_words() or str(error))
                raise AccessFailed(f"the process that touches hardware ended: {self._dead}") from error

    def misunderstood(self, why: object) -> KernelError:
        """End it: it answered what nobody understands.

        Returns:
            The error that says so.
        """
        self._die(f"its answer is not understood: {why}")
        return AccessFailed(f"the process that touches hardware was ended: {self._dead}")

    def close(self) -> None:
        """End the agent: without input it ends by itself; a stuck one is not waited for."""
        self._dead = self._dead or "it was closed"
        with suppress(OSError):
            os.write(self._waker, b"\0")  # whoever waits for an answer waits no longer
        held = self._lock.acquire(timeout=_ENDING)
        try:
            if held and not self._closing:
                self._closing = True
                for pipe in (self._input, self._output, self._errors):
                    with suppress(OSError):
                        pipe.close()
                os.close(self._wake)
                os.close(self._waker)
        finally:
            if held:
                self._lock.release()
        try:
            self.process.wait(_ENDING)
        except subprocess.TimeoutExpired:
            self._kill()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_ENDING / 2)

    # --- inside -------------------------------------------------------------------------------

    def _last_words(self) -> str:
        """The last lines that it printed as errors; waits a moment for them where it is ending."""
        deadline = time.monotonic() + _ENDING
        while time.monotonic() < deadline:
            ended = self.process.poll() is not None
            if self._hear() or ended:
                break
            time.sleep(0.005)
        lines = b"".join(self._said).decode("utf-8", "replace").strip().splitlines()
        return "; ".join(line.strip() for line in lines[-_LINES:])

    def _hear(self) -> bool:
        """Take in what it printed as errors; whether there will be no more."""
        while True:
            try:
                data = os.read(self._errors.fileno(), 4096)
            except BlockingIOError:
                return False
            except (OSError, ValueError):
                return True
            if not data:
                return True
            self._said.append(data)

    def _die(self, why: str) -> None:
        self._dead = self._dead or why or "nobody knows why"
        self._kill()

    def _kill(self) -> None:
        # One with more rights cannot be killed from here, and ends with its input.
        with suppress(PermissionError):
            self.process.kill()

    def _await(self, descriptor: int, event: int, deadline: float | None) -> None:
        """Wait until a pipe can be read or written.

        Raises:
            TimeoutError: It takes too long.
            EOFError: This side was closed meanwhile.
        """
        poll = select.poll()
        poll.register(descriptor, event)
        poll.register(self._wake, select.POLLIN)
        errors = self._errors.fileno()
        poll.register(errors, select.POLLIN)
        while True:
            left = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000 + 0.5
            ready = dict(poll.poll(left))
            if self._wake in ready:
                raise EOFError("it was closed")
            if descriptor in ready:
                return
            if not ready:
                raise TimeoutError("no answer")
            # A full pipe would stop it.
            if self._hear():
                poll.unregister(errors)

    def _send(self, data: bytes, deadline: float | None) -> None:
        view = memoryview(data)
        descriptor = self._input.fileno()
        while view:
            try:
                view = view[os.write(descriptor, view) :]
            except BlockingIOError:
                self._await(descriptor, select.POLLOUT, deadline)
            except BrokenPipeError:
                raise EOFError("it has ended") from None

    def _read(self, deadline: float | None) -> bytes:
        self._await(self._output.fileno(), select.POLLIN, deadline)
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

    def _greeting(self, program: bytes, deadline: float | None) -> dict[str, Any]:
        """Send the program, while whoever starts the agent may print whatever it likes."""
        rest = memoryview(program)
        seen = b""
        while protocol.MAGIC not in seen:
            if len(seen) > _NOISE:
                raise protocol.ProtocolError("it prints something else")
            if rest and self._wants(deadline):
                try:
                    rest = rest[os.write(self._input.fileno(), rest) :]
                except BlockingIOError:
                    continue
                except BrokenPipeError:
                    rest = rest[:0]  # what it printed before it ended says why
            else:
                seen += self._read(deadline)
        self._frames.feed(seen.partition(protocol.MAGIC)[2])
        return self._receive(deadline)[0]

    def _wants(self, deadline: float | None) -> bool:
        """Wait until it prints or takes something; whether it prints nothing, but takes something."""
        poll = select.poll()
        poll.register(self._output, select.POLLIN)
        poll.register(self._input, select.POLLOUT)
        left = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000 + 0.5
        ready = dict(poll.poll(left))
        if not ready:
            raise TimeoutError("no answer")
        return self._output.fileno() not in ready

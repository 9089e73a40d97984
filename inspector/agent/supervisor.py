"""The supervisor: opens what is to be mapped, keeps the claims, and has workers touch it.

It never touches a mapping itself, so nothing that hardware does ends it; it ends with its input, and its
workers with it.
"""

from __future__ import annotations

import errno
import os
import select
import signal
import sys
import time

from . import files, identity, jobs, protocol, windows, worker, workers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from . import locks

    Reply = tuple[protocol.Header, bytes]

_LONGEST = 3600_000
_CLOSING = 0.1
_WINDOWS = 1024
_PLANS = 256
_LAST = (1 << 64) - 1
_WIDTHS = (8, 16, 32, 64)


class Ended(Exception):
    """There is no more input."""


class Supervisor:
    """Answers one client, one message after the other."""

    def __init__(self, elevated: bool, source: int, output: int) -> None:
        """Serve a client.

        Args:
            elevated: Whether it has more rights than its client, and opens nodes of devices alone.
            source: Where messages come from.
            output: Where answers go to.
        """
        self._elevated = elevated
        self._source = source
        self._output = output
        self._frames = protocol.Frames()
        self._poll = select.poll()
        self._poll.register(source, select.POLLIN)
        self._listening = True
        self._workers: dict[int, workers.Worker] = {}
        self._windows: dict[int, windows.Window] = {}
        self._presences: dict[int, workers.Claim] = {}
        self._claims: dict[int, workers.Claim] = {}
        self._lines = identity.Lines()
        self._next = 1

    def serve(self) -> None:
        """Answer until the input ends.

        Raises:
            protocol.ProtocolError: What came is not what was agreed on.
        """
        try:
            while True:
                frame = self._frames.next()
                if frame is None:
                    self._turn(None)
                else:
                    self._answer(*frame)
        except Ended:
            return

    def end(self) -> None:
        """Kill the workers; nobody waits for one that cannot die."""
        for present in self._workers.values():
            present.kill()
        for claim in (*self._claims.values(), *self._presences.values()):
            claim.give_up()
        self._poll.unregister(self._source)
        self._wait(time.monotonic() + _CLOSING, lambda: not self._workers)

    # --- waiting ------------------------------------------------------------------------------

    def _turn(self, seconds: float | None) -> None:
        """Wait until something comes, from the client or from a worker, and take it in.

        Raises:
            Ended: There is no more input.
        """
        listening = not self._frames.full
        if listening is not self._listening:
            self._listening = listening
            self._poll.modify(self._source, select.POLLIN if listening else 0)
        patience = None if seconds is None else max(0.0, seconds) * 1000 + 0.5
        for descriptor, events in self._poll.poll(patience):
            if descriptor != self._source:
                present = self._workers[descriptor]
                present.listen()
                if present.state == workers.DEAD:
                    self._poll.unregister(descriptor)
                    del self._workers[descriptor]
            elif events & select.POLLIN:
                data = os.read(self._source, 1 << 18)
                if not data:
                    raise Ended
                self._frames.feed(data)
            else:
                raise Ended

    def _wait(self, deadline: float, done: Callable[[], bool]) -> bool:
        """Take in what comes until ``done``; False where that takes too long."""
        while not done():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._turn(left)
        return True

    def _adopt(self, successor: workers.Worker) -> None:
        self._workers[successor.answers] = successor
        self._poll.register(successor.answers, select.POLLIN)

    # --- messages -----------------------------------------------------------------------------

    def _answer(self, message: protocol.Header, body: bytes) -> None:
        answers: dict[object, Callable[[protocol.Header, bytes], Reply]] = {
            "claim": self._claim,
            "release": self._release,
            "holders": self._holders,
            "map": self._map,
            "arm": self._arm,
            "close": self._close,
            "run": self._run,
            "iomem": self._iomem,
        }
        values = b""
        try:
            what = protocol.text(message.get("do"), "what to do", 16)
            if what not in answers:
                raise protocol.ProtocolError("nobody knows what to do")
            reply, values = answers[what](message, body)
        except windows.Refused as error:
            reply = {"errno": error.number, "why": str(error), "step": error.step}
        except protocol.ProtocolError as error:
            reply = {"errno": errno.EPROTO, "why": str(error), "step": "protocol"}
        except OSError as error:
            reply = {"errno": error.errno or errno.EIO, "why": str(error.strerror), "step": ""}
        reply["id"] = message.get("id") if type(message.get("id")) is int else 0
        try:
            data = protocol.pack(reply, values)
        except protocol.ProtocolError as error:
            data = protocol.pack(
                {"errno": errno.EMSGSIZE, "why": str(error), "step": "protocol", "id": reply["id"]}
            )
        while data:
            data = data[os.write(self._output, data) :]

    def _claim(self, message: protocol.Header, _: bytes) -> Reply:
        from . import locks

        space, start, size = _range(message)
        name, owner = protocol.text(message.get("name"), "name"), _owner(message)
        try:
            held = locks.claim(space, start, size, name=name, owner=owner)
        except locks.Conflict as conflict:
            return {"conflict": list(conflict.holder)}, b""
        except ValueError as error:
            return {"errno": errno.EINVAL, "why": str(error), "step": ""}, b""
        number = self._number()
        self._claims[number] = workers.Claim(held)
        return {"claim": number}, b""

    def _release(self, message: protocol.Header, _: bytes) -> Reply:
        claim = self._claims.pop(protocol.number(message.get("claim"), 0, _LAST, "claim"), None)
        if claim is not None:
            claim.give_up()
        return {}, b""

    def _holders(self, message: protocol.Header, _: bytes) -> Reply:
        from . import locks

        space = protocol.text(message.get("space"), "space", 256)
        start = protocol.number(message.get("start"), 0, _LAST, "start")
        end = protocol.number(message.get("end"), 0, _LAST, "end")
        return {"holders": [list(holder) for holder in locks.holders(space, start, end)]}, b""

    def _iomem(self, message: protocol.Header, _: bytes) -> Reply:
        return {"text": self._lines.text().decode("utf-8", "replace")}, b""

    def _map(self, message: protocol.Header, _: bytes) -> Reply:
        if len(self._windows) >= _WINDOWS:
            raise windows.Refused(errno.EMFILE, "too many windows", "mmap")
        path = protocol.text(message.get("path"), "path")
        position = protocol.number(message.get("position"), 0, _LAST, "position")
        size = protocol.number(message.get("size"), 1, _LAST, "size")
        widths = [
            width
            for width in protocol.items(message.get("widths"), "widths", len(_WIDTHS))
            if protocol.number(width, 8, 64, "width") in _WIDTHS
        ]
        deadline = _deadline(message)
        epoch = self._epoch(message.get("identity"))
        number = self._number()
        shared = message.get("claim") is None
        claim = self._presence(message) if shared else self._claimed(message)
        try:
            window = windows.Window(
                path,
                worker.Place(position, size, widths),
                epoch,
                [] if claim is None else [claim],
                self._elevated,
            )
            try:
                self._replace(window, writable=False, deadline=deadline)
            except BaseException:
                window.close()
                raise
        except BaseException:
            if shared and claim is not None:
                claim.give_up()
            raise
        self._windows[number] = window
        if shared and claim is not None:
            self._presences[number] = claim
        return {"window": number}, b""

    def _arm(self, message: protocol.Header, _: bytes) -> Reply:
        window = self._window(message.get("window"))
        write = message.get("write") is True
        deadline = _deadline(message)
        if not write:
            # Whatever else happens: from now on orders say that nothing may be written.
            window.armed = False
        error = self._hindrance(window)
        if error is not None and error["kind"] == "revoked":
            return {"error": error}, b""
        present = window.worker
        if present is not None and present.state == workers.HUNG:
            return {"error": {"kind": "timeout", "waiting": True}}, b""
        if present is None or present.writable is not write:
            self._replace(window, writable=write, deadline=deadline)
        window.armed = write
        return {}, b""

    def _close(self, message: protocol.Header, _: bytes) -> Reply:
        number = protocol.number(message.get("window"), 0, _LAST, "window")
        window = self._windows.pop(number, None)
        if window is not None:
            former = window.worker
            window.close()
            presence = self._presences.pop(number, None)
            if presence is not None:
                presence.give_up()
            if former is not None:
                # An idle one dies at once, and its claim can be given to somebody else; any other is left.
                self._wait(time.monotonic() + _CLOSING, lambda: former.state == workers.DEAD)
        return {}, b""

    def _replace(self, window: windows.Window, *, writable: bool, deadline: float) -> None:
        """Have another worker map the window; only then is the one before killed.

        Raises:
            windows.Refused: The system refuses; the window stays as it was.
        """
        successor = window.start(writable)
        self._adopt(successor)
        if not self._wait(deadline, lambda: successor.state != workers.STARTING):
            successor.kill()
            raise windows.Refused(errno.ETIMEDOUT, "it does not come back", "mmap")
        if successor.state == workers.DEAD or window.unmapped:
            successor.kill()
            raise window.refusal()
        former = window.take(successor)
        if former is not None:
            former.kill()
            self._wait(time.monotonic() + _CLOSING, lambda: former.state == workers.DEAD)

    # --- transactions -------------------------------------------------------------------------

    def _run(self, message: protocol.Header, body: bytes) -> Reply:
        """Run transactions on several windows, at once unless they are to be run one after the other."""
        work = self._work(message, body)
        if any(job.window.epoch.wants_lines for job in work):
            self._lines.refresh()
        ordered = message.get("ordered") is True
        for together in [[job] for job in work] if ordered else [work]:
            for job in together:
                job.begin()
            while any(not job.over for job in together):
                now = time.monotonic()
                left = min(job.deadline for job in together if not job.over) - now
                if left > 0:
                    self._turn(left)
                for job in together:
                    job.advance(time.monotonic() >= job.deadline)
        results = [job.result() for job in work]
        return {"outcomes": [result[0] for result in results]}, b"".join(result[1] for result in results)

    def _work(self, message: protocol.Header, body: bytes) -> list[jobs.Job]:
        """What a message asks for; all of it is checked before anything of it is done."""
        work: list[jobs.Job] = []
        seen = set()
        at = 0
        for item in protocol.items(message.get("work"), "work", _WINDOWS):
            number, plan, size, patience = protocol.exactly(item, 4, "item")
            window = self._window(number)
            if number in seen:
                raise protocol.ProtocolError("a window twice in one message")
            seen.add(number)
            protocol.number(plan, 0, _PLANS - 1, "plan")
            protocol.number(size, -1, len(body) - at, "size")
            protocol.number(patience, 0, _LONGEST, "time-out")
            packed = None if size < 0 else body[at : at + size]
            at += max(0, size)
            if packed is None and plan not in window.plans:
                raise protocol.ProtocolError(f"there is no plan {plan}")
            work.append(jobs.Job(window, plan, packed, patience / 1000, self._adopt))
        if at != len(body):
            raise protocol.ProtocolError("more operations than were announced")
        return work

    # --- parts of messages --------------------------------------------------------------------

    def _number(self) -> int:
        number, self._next = self._next, self._next + 1
        return number

    def _window(self, number: object) -> windows.Window:
        window = self._windows.get(protocol.number(number, 0, _LAST, "window"))
        if window is None:
            raise protocol.ProtocolError("there is no such window")
        return window

    def _hindrance(self, window: windows.Window) -> dict[str, Any] | None:
        if window.epoch.wants_lines:
            self._lines.refresh()
        return window.hindrance()

    def _claimed(self, message: protocol.Header) -> workers.Claim:
        claim = self._claims.get(protocol.number(message.get("claim"), 0, _LAST, "claim"))
        if claim is None:
            raise protocol.ProtocolError("there is no such claim")
        return claim

    def _presence(self, message: protocol.Header) -> workers.Claim | None:
        """Have others see a shared mapping; where that cannot be, only their knowledge of it is lost."""
        from . import locks

        space, start, size = _range(message)
        name, owner = protocol.text(message.get("name"), "name"), _owner(message)
        try:
            return workers.Claim(locks.share(space, start, size, name=name, owner=owner))
        except (ValueError, OSError):
            return None

    def _epoch(self, told: object) -> identity.Epoch:
        if not isinstance(told, dict):
            raise protocol.ProtocolError("no identity")
        inodes, links, texts = (
            [self._described(path) for path in protocol.items(told.get(key), key, 64)]
            for key in ("inodes", "links", "texts")
        )
        iomem = told.get("iomem")
        if iomem is not None:
            first, last = protocol.exactly(iomem, 2, "iomem")
            iomem = (
                protocol.number(first, 0, _LAST, "first address"),
                protocol.number(last, 0, _LAST, "last address"),
            )
        asleep = []
        for entry in protocol.items(told.get("asleep"), "asleep", 64):
            path, words = protocol.exactly(entry, 2, "entry")
            words = [protocol.text(word, "word", 64) for word in protocol.items(words, "words", 64)]
            asleep.append((self._described(path), words))
        return identity.Epoch(inodes, links, texts, iomem, asleep, self._lines)

    def _described(self, told: object) -> str:
        path = protocol.text(told, "path")
        if not files.may_look_at(path, self._elevated):
            raise protocol.ProtocolError(f"{path!r} says nothing of a device")
        return path


def _range(message: protocol.Header) -> tuple[str, int, int]:
    return (
        protocol.text(message.get("space"), "space", 256),
        protocol.number(message.get("start"), 0, _LAST, "start"),
        protocol.number(message.get("size"), 1, _LAST, "size"),
    )


def _owner(message: protocol.Header) -> locks.Owner:
    from . import locks

    pid, process, user = protocol.exactly(message.get("owner"), 3, "owner")
    return locks.Owner(
        protocol.number(pid, 0, (1 << 31) - 1, "process"),
        protocol.text(process, "process", 256),
        protocol.text(user, "user", 256),
    )


def _deadline(message: protocol.Header) -> float:
    patience = protocol.number(message.get("timeout"), 0, _LONGEST, "time-out")
    return time.monotonic() + patience / 1000


def main() -> None:
    """Be an agent: say hello on standard output, then answer what comes on standard input."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    os.chdir("/")
    source, output = os.dup(0), os.dup(1)
    os.dup2(2, 1)  # a stray print must not come between the frames
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    elevated = "--elevated" in sys.argv
    hello = {"agent": protocol.VERSION, "pid": os.getpid(), "uid": os.geteuid(), "elevated": elevated}
    os.write(output, protocol.MAGIC + protocol.pack(hello))
    supervisor = Supervisor(elevated, source, output)
    status = 0
    try:
        supervisor.serve()
    except protocol.ProtocolError as error:
        os.write(2, f"the agent does not understand: {error}\n".encode("utf-8", "replace"))
        status = 1
    except BrokenPipeError:
        pass
    except Exception:
        import traceback

        os.write(2, traceback.format_exc().encode("utf-8", "replace"))
        status = 70
    finally:
        supervisor.end()
        os._exit(status)

"""Shows the app in a browser: a small web server that starts one app for each visitor."""

from __future__ import annotations

import asyncio
import copy
import ipaddress
import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from inspector.cli.output import print_error
from inspector.errors import UsageError
from inspector.model.registermap import OpenMode, RegisterMap

if TYPE_CHECKING:
    from aiohttp import web

    from inspector.cli.opening import Opening

_PLACE = re.compile(r"(?:(?P<host>\[[0-9a-fA-F:.]+\]|[^\s:/\[\]]+)?:)?(?P<port>\d{1,5})")


_FOREIGN = re.compile(r"<link\b[^>]*//fonts\.googleapis\.com[^>]*>")
"""What the page asks of another site."""


def place_of(text: str) -> tuple[str, int]:
    """The host and port of ``HOST:PORT``, ``:PORT`` or ``PORT``.

    Raises:
        UsageError: It is none of them.
    """
    found = _PLACE.fullmatch(text)
    if found is None or not 0 < int(found["port"]) < 65536:
        raise UsageError(
            f"--serve takes HOST:PORT, such as 127.0.0.1:8000, not {text!r}; a map goes before it: "
            "inspector MAP --serve"
        )
    return (found["host"] or "127.0.0.1").strip("[]"), int(found["port"])


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a host of that name."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def serve(
    register_map: RegisterMap,
    opening: Opening,
    place: str,
    *,
    write: bool = False,
    folded: bool = False,
    theme: str | None = None,
) -> None:
    """Show a map to whoever opens the page, until interrupted; each visitor has an app of his own.

    Args:
        register_map: The map.
        opening: How its registers are reached.
        place: ``HOST:PORT``.
        write: Whether visitors may write.
        folded: Fold every region at the start.
        theme: The colours, by a theme's name.

    Raises:
        UsageError: The place is none, cannot be had, or what it takes is not installed; or the map names
            hardware itself, and nobody was asked about that yet.
    """
    host, port = place_of(place)
    _require_consent(register_map, opening)
    title = f"inspector {register_map.name}"
    arguments = app_arguments(register_map, opening, write=write, folded=folded, theme=theme)
    try:
        from textual_serve.server import Server
    except ImportError as error:
        raise UsageError(
            "--serve needs textual-serve, which is not installed: pip install 'register-inspector[serve]'"
        ) from error
    from aiohttp import web

    def announce(_: str) -> None:
        name = f"[{host}]" if ":" in host else host
        mode = "visitors may write" if write else "view only"
        print(f"{title} is shown on http://{name}:{port}, {mode}; Ctrl+C ends it", flush=True)

    visits: set[asyncio.Task[object]] = set()

    class Visits(Server):
        """One app for each visitor who comes from this page itself."""

        def initialize_logging(self) -> None:
            """Say nothing of each visit."""

        async def on_startup(self, app: web.Application) -> None:
            """Say nothing yet: nobody can come before the place is had."""

        def serve(self, debug: bool = False) -> None:
            """Serve until interrupted, and say where once it can be visited."""
            web.run_app(self._make_app(), host=host, port=port, print=announce)

        async def handle_index(self, request: web.Request) -> web.StreamResponse:
            """The page, which looks for the rest where it was found itself: behind a tunnel, too."""
            _check_host(request, host)
            here = copy.copy(self)
            here.public_url = f"{request.scheme}://{request.host}"
            answer = await Server.handle_index(here, request)
            assert isinstance(answer, web.Response)
            # A machine beside the hardware often has no way out, and the page would wait for the letters.
            answer.text = _FOREIGN.sub("", answer.text or "")
            return answer

        async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
            """An app, for the page and for no other that a visitor's browser has open."""
            _check_host(request, host)
            _check_origin(request)
            visit = asyncio.current_task()
            assert visit is not None, "a request is answered in a task"
            visits.add(visit)
            try:
                answer: web.WebSocketResponse = await super().handle_websocket(request)
            finally:
                visits.discard(visit)
            return answer

        async def on_shutdown(self, app: web.Application) -> None:
            """End the visitors' apps, which would be waited for."""
            for visit in visits:
                visit.cancel()

    if not is_loopback(host):
        print_error(
            f"warning: {host} can be reached from elsewhere, and there is no password: whoever reaches it "
            f"sees the registers{', and writes them' if write else ''}"
        )
    command = [sys.executable, "-m", "inspector", *arguments]
    line = subprocess.list2cmdline(command) if sys.platform == "win32" else shlex.join(command)
    try:
        Visits(line, host=host, port=port, title=title).serve()
    except OSError as error:
        raise UsageError(f"{host}:{port} cannot be had: {error.strerror or error}") from error


def app_arguments(
    register_map: RegisterMap, opening: Opening, *, write: bool, folded: bool, theme: str | None
) -> list[str]:
    """What each visitor's app gets on its command line."""
    arguments = [register_map.name if register_map.bundled else register_map.file]
    for word in opening.backends:
        arguments += ["-b", word]
    if opening.mode is not None:
        arguments.append("--exclusive" if opening.mode is OpenMode.EXCLUSIVE else "--shared")
    if opening.in_process:
        arguments.append("--in-process")
    if opening.journal is not None:
        arguments += ["--journal", str(opening.journal)]
    arguments.append("--write" if write else "--view-only")
    if folded:
        arguments.append("--folded")
    if theme is not None:
        arguments += ["--theme", theme]
    return arguments


def _require_consent(register_map: RegisterMap, opening: Opening) -> None:
    """Have nobody asked in a browser whether hardware may be opened."""
    from inspector.ui.consent import Consents, hardware_named

    named = hardware_named(register_map, opening.backends)
    if named and not Consents().given(register_map.digest):
        places = ", ".join(f"{region} on {word}" for region, word in named.items())
        raise UsageError(
            f"the map itself names hardware ({places}), and nobody was asked about that yet: "
            "open it once without --serve, or say -b"
        )


def _check_host(request: web.Request, host: str) -> None:
    """Refuse a page of another name that leads to this machine: it would be in a browser what we are."""
    from aiohttp import web

    name = urlsplit(f"//{request.host}").hostname or ""
    if is_loopback(host) and not is_loopback(name):
        raise web.HTTPForbidden(text=f"this is shown on {host} only")


def _check_origin(request: web.Request) -> None:
    """Refuse other sites: a browser would connect them to this machine as readily."""
    from aiohttp import web

    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="only the page itself may connect")

"""`--serve`: the app in a browser, for looking only unless told otherwise."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pyte
import pytest

from inspector import maps
from inspector.cli.opening import Opening
from inspector.cli.serve import app_arguments, is_loopback, place_of, serve
from inspector.errors import UsageError
from inspector.model.registermap import OpenMode

from .conftest import Cli


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("127.0.0.1:8000", ("127.0.0.1", 8000)),
        ("9000", ("127.0.0.1", 9000)),
        (":9000", ("127.0.0.1", 9000)),
        ("0.0.0.0:80", ("0.0.0.0", 80)),
        ("[::1]:8000", ("::1", 8000)),
        ("lab.example:8000", ("lab.example", 8000)),
    ],
)
def test_places(text: str, place: tuple[str, int]) -> None:
    assert place_of(text) == place


@pytest.mark.parametrize("text", ["demo", "", "host", "host:", "host:0", "host:99999", "a:b:1", "::1:80"])
def test_what_is_no_place(text: str) -> None:
    with pytest.raises(UsageError, match="a map goes before it"):
        place_of(text)


def test_only_this_machine_reaches_loopback() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST")))
    assert not any(map(is_loopback, ("0.0.0.0", "192.168.1.2", "::", "lab.example", "")))


def test_visitors_get_the_same_app_for_looking_only() -> None:
    demo = maps.load("demo")
    opening = Opening(("devmem:x", "serial=sim"), OpenMode.EXCLUSIVE, True, Path("j"))
    arguments = app_arguments(demo, opening, write=False, folded=True, theme="light")
    assert " ".join(arguments) == (
        "demo -b devmem:x -b serial=sim --exclusive --in-process --journal j --view-only --folded "
        "--theme light"
    )
    assert app_arguments(demo, Opening(), write=True, folded=False, theme=None) == ["demo", "--write"]


def test_nobody_is_asked_for_consent_in_a_browser(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        "regmap: 1\nname: own\nblocks: {b: {size: 4, registers: {R: 0}}}\n"
        "regions: {r: {base: 0x1000, size: 4, source: devmem, instances: {I: b}}}\n"
    )
    with pytest.raises(UsageError, match="open it once without --serve"):
        serve(maps.load(str(file)), Opening(), "127.0.0.1:8000")


def test_without_the_package_the_way_to_it_is_named(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    outcome = cli("demo", "--serve")
    assert outcome.status == 2
    assert "pip install 'register-inspector[serve]'" in outcome.err


def test_contradictions_are_refused(cli: Cli) -> None:
    assert cli("demo", "--write", "--view-only").status == 2
    assert "a map goes before it" in cli("--serve", "demo").err


class Visitor:
    """A browser's terminal."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(100, 30)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def text(self) -> str:
        return "\n".join(self._screen.display)

    async def wait_for(self, socket: aiohttp.ClientWebSocketResponse, words: str) -> None:
        async with asyncio.timeout(30):
            while words not in self.text:
                message = await socket.receive()
                assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), message
                if message.type is aiohttp.WSMsgType.BINARY:
                    self._stream.feed(message.data)


async def test_a_visitor_sees_the_registers_and_changes_nothing(unused_tcp_port: int) -> None:
    port = unused_tcp_port
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "inspector", "pl011", "--serve", f"127.0.0.1:{port}"),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert server.stdout is not None
    try:
        async with asyncio.timeout(60):
            said = (await server.stdout.readline()).decode()
        address = f"http://127.0.0.1:{port}"
        assert address in said and "view only" in said
        async with aiohttp.ClientSession() as session:
            await _visit(session, address, lambda: server.send_signal(signal.SIGTERM))
        async with asyncio.timeout(30):
            assert await server.wait() == 0
    finally:
        if server.returncode is None:
            server.kill()
            await server.wait()


async def _visit(session: aiohttp.ClientSession, address: str, end: Callable[[], None]) -> None:
    async with session.get(address) as answer:
        page = await answer.text()
        assert f"{address.replace('http', 'ws')}/ws" in page
        assert not re.search(r"<(link|script)[^>]*//(?!127\.0\.0\.1)", page)
    async with session.get(address, headers={"Host": "elsewhere.example"}) as answer:
        assert answer.status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await session.ws_connect(f"{address}/ws", headers={"Origin": "http://elsewhere.example"})
    assert refused.value.status == 403
    visitor = Visitor()
    async with session.ws_connect(f"{address}/ws?width=100&height=30", headers={"Origin": address}) as socket:
        await visitor.wait_for(socket, "READ-ONLY (served)")
        await visitor.wait_for(socket, "0x0000_0300")
        await socket.send_json(["stdin", "/ibrd\r"])
        await visitor.wait_for(socket, "match 1 of")
        await socket.send_json(["stdin", "e"])
        await visitor.wait_for(socket, "nothing is changed or disturbed from here")
        end()
        # It does not wait for its visitors to leave.
        async with asyncio.timeout(15):
            async for _ in socket:
                pass
        assert socket.closed

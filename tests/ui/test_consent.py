"""A person's own map that names hardware: asked once for each content."""

from __future__ import annotations

from pathlib import Path

from inspector.session import Session
from inspector.ui.app import InspectorApp
from inspector.ui.ask import Ask
from inspector.ui.consent import Consents, hardware_named
from tests.ui.driving import running, small_map, text_of, until


def app_on(image: Path, consents: Consents) -> InspectorApp:
    register_map = small_map(source=f"devmem:{image}", digest="cafe")
    return InspectorApp(
        register_map,
        lambda: Session(register_map),
        simulate=lambda: Session(register_map, ["sim"]),
        hardware=hardware_named(register_map, []),
        consents=consents,
    )


async def test_a_yes_opens_the_hardware_and_is_remembered(tmp_path: Path) -> None:
    image = tmp_path / "image.bin"
    image.write_bytes(bytes(0x3000))
    consents = Consents(tmp_path / "consents")
    async with running(app_on(image, consents), wait=False) as (pilot, screen):
        assert isinstance(screen.app.screen, Ask)
        asked = "\n".join(strip.text for strip in screen.app.screen._compositor.render_strips())
        assert "Open real hardware, as small.yaml says?" in asked
        assert screen.live.session is None
        await pilot.press("enter")
        await until(pilot, lambda: "READ-ONLY" in text_of(screen))
    assert consents.given("cafe")
    async with running(app_on(image, consents)) as (_, screen):
        assert screen.app.screen is screen


async def test_a_no_opens_simulation_and_touches_nothing(tmp_path: Path) -> None:
    image = tmp_path / "image.bin"
    image.write_bytes(bytes(0x3000))
    consents = Consents(tmp_path / "consents")
    async with running(app_on(image, consents), wait=False) as (pilot, screen):
        await pilot.press("escape")
        await until(pilot, lambda: "ARMED" in text_of(screen))
        assert "simulation" in text_of(screen)
    assert not consents.given("cafe")

"""A map that does not state what reads do, on the screen."""

from __future__ import annotations

import pytest

from inspector.maps import load_text
from inspector.ui.sheets import RegionSheet
from tests.ui.driving import make_app, running, sheet_text, text_of, until

MAP = """
regmap: 1
name: vendor
defaults: {read_effects: unknown}
blocks: {uart: {registers: {UARTDR: 0x0, CR: 0x4, SR: {offset: 0x8, on_read: none}}}}
regions: {uart: {base: 0x1000, instances: {UART0: uart}}}
"""


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_screen_says_what_the_map_does_not(size: tuple[int, int]) -> None:
    app = make_app(load_text(MAP, "vendor.yaml"))
    async with running(app, size) as (pilot, screen):
        await until(pilot, lambda: "does not state what reading 2 registers does" in text_of(screen))
        values = {node.local: screen.live.sample(node).value for node in screen.map.nodes}
        assert values == {"UARTDR": None, "CR": 0, "SR": 0}
        await pilot.press("i")
        assert isinstance(app.screen, RegionSheet)
        assert "does not state what reading 2 registers does; 1 named like a FIFO" in sheet_text(screen)

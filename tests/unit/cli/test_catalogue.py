"""`maps`, `schema`."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import Cli


def test_maps_lists_each_with_its_data_sheet(cli: Cli) -> None:
    outcome = cli("maps", "--json")
    assert outcome.status == 0
    maps = {entry["name"]: entry for entry in outcome.json()}
    assert {"demo", "pl011", "pl031", "pl061", "edu", "hpet"} <= set(maps)
    assert all(entry["title"] and entry["doc"] and Path(entry["path"]).is_file() for entry in maps.values())
    text = cli("maps").out
    assert all(entry["title"] in text and entry["doc"] in text for entry in maps.values())


def test_schema_is_json(cli: Cli) -> None:
    outcome = cli("schema")
    assert outcome.status == 0
    assert json.loads(outcome.out)["$schema"].startswith("http")

"""A map that is written and loaded again is the same map."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings

from inspector import maps
from inspector.errors import MapError
from inspector.maps.cache import Cache
from inspector.maps.files import MapFile
from inspector.maps.writing import write_yaml
from tests.property.maps_at_random import Document, documents
from tests.unit.maps.comparing import differences

BOUNDED = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


_PAIR = re.compile(r"\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})")


def text_of(document: Document) -> str:
    """The document as JSON, which is YAML but for how it escapes what is beyond 16 bits."""
    return _PAIR.sub(
        lambda pair: f"\\U{0x10000 + ((int(pair[1], 16) & 0x3FF) << 10 | int(pair[2], 16) & 0x3FF):08x}",
        json.dumps(document),
    )


@settings(parent=BOUNDED)
@given(documents())
def test_a_map_that_is_written_loads_as_the_same(document: Document) -> None:
    try:
        before = maps.load_text(text_of(document), "map.yaml")
    except MapError as error:
        event(f"refused: {error.findings[0].rule}")
        return
    event("loaded")
    text = write_yaml(before)
    after = maps.load_text(text, "map.yaml")
    assert differences(before, after) == [], text


@settings(parent=BOUNDED)
@given(documents())
def test_a_map_that_is_kept_comes_back_as_the_same(
    tmp_path_factory: pytest.TempPathFactory, document: Document
) -> None:
    try:
        before = maps.load_text(text_of(document), "map.yaml")
    except MapError:
        return
    file = MapFile(Path("map.yaml"), "map.yaml", text_of(document).encode())
    cache = Cache(tmp_path_factory.getbasetemp() / "cache")
    cache.keep(file, "", [], before)
    after = cache.find(file)
    assert after is not None
    assert differences(before, after) == []

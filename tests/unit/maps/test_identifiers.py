"""Names that a map may have, out of what other formats call things."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from inspector.maps.identifiers import identifier
from inspector.maps.svd import naming


@pytest.mark.parametrize("make", [identifier, naming.identifier])
@pytest.mark.parametrize(
    ("called", "name"), [("A b", "A_b"), ("9x", "_9x"), ("x-ray", "x_ray"), ("X-ray", "X-ray"), ("x", "x")]
)
def test_a_name_can_stand_in_a_map_and_is_no_note(make: Callable[[str], str], called: str, name: str) -> None:
    assert make(called) == name

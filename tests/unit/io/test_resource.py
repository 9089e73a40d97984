from __future__ import annotations

from inspector.io import Flags, Resource


def test_the_end_is_inclusive() -> None:
    assert Resource(0x1000, 0x1000).end == 0x1FFF


def test_a_nameless_resource_shows_a_placeholder_and_claims_an_empty_name() -> None:
    resource = Resource(0x1000, 4)
    assert resource.name == ""
    assert resource.label == "<unnamed>"
    assert str(resource) == "<unnamed> (0x1000-0x1003)"


def test_an_empty_resource_shows_no_end_before_its_start() -> None:
    assert str(Resource(0x1000, 0, "x")) == "x (0x1000, no bytes)"


def test_flags_have_the_kernels_values() -> None:
    assert Flags.MEM.value == 0x200
    assert Flags.MEM_NONPOSTED.value == 0x80
    assert Flags.READONLY.value == 0x4000
    assert Flags.MEM in Resource(0, 4).flags

from __future__ import annotations

from pathlib import Path

import pytest

from inspector.backends import Guarantees, open_backend
from inspector.backends.backend import region_resource, region_widths
from inspector.errors import InvalidArgument
from inspector.io import Flags
from inspector.model.registermap import Region

WIDTHS = frozenset({8, 16, 32, 64})


def test_guarantees_in_one_line() -> None:
    assert str(Guarantees(WIDTHS, "yes", "unknown")) == "one access, one bus access · posted unknown"
    assert str(Guarantees(WIDTHS, "unverified", "no", read_stops_target=True)) == (
        "one access, one bus access: unverified here · not posted · reading stops the target"
    )


def test_a_region_as_a_resource() -> None:
    region = Region("uart", 0x1000, 0x100, (), flags=frozenset({"nonposted", "readonly", "no_poll"}))
    resource = region_resource(region, 0x1000)
    assert (resource.start, resource.end, resource.name) == (0x1000, 0x10FF, "uart")
    assert resource.flags == Flags.MEM | Flags.MEM_NONPOSTED | Flags.READONLY


def test_the_widths_are_those_of_both() -> None:
    region = Region("uart", 0, 16, (), access_widths=frozenset({16, 32}))
    assert region_widths(region, frozenset({8, 32})) == {32}
    assert region_widths(Region("uart", 0, 16, ()), WIDTHS) == WIDTHS


def test_a_regions_device_is_the_same_until_unbound(tmp_path: Path) -> None:
    path = tmp_path / "image.bin"
    path.write_bytes(bytes(64))
    region = Region("image", None, 16, ())
    with open_backend(f"devmem:{path}") as backend:
        first = backend.device(region)
        assert backend.device(region) is first
        first.unbind()
        second = backend.device(region)
        assert second is not first
        other = backend.device_at(16, 16)
    assert not second.bound
    assert not other.bound


@pytest.mark.parametrize(("address", "size"), [(-1, 4), (0, -4)])
def test_a_device_is_not_at_a_negative_address(address: int, size: int, tmp_path: Path) -> None:
    path = tmp_path / "image.bin"
    path.write_bytes(bytes(64))
    with open_backend(f"devmem:{path}") as backend, pytest.raises(InvalidArgument, match="negative"):
        backend.device_at(address, size)

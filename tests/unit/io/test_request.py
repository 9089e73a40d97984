from __future__ import annotations

import pytest

from inspector.errors import InvalidArgument, NoSuchDevice, Revoked
from inspector.io import ExclusiveIoMem, IoMem, Resource
from tests.unit.io.window import RamDevice

DEVICE = (Resource(0x1000, 16, "registers"), Resource(0x2000, 16), Resource(0x3000, 16, "fifo"))


def test_by_index_and_by_name() -> None:
    device = RamDevice(*DEVICE)
    assert device.io_request_by_index(1).resource is DEVICE[1]
    assert device.io_request_by_name("fifo").resource is DEVICE[2]


@pytest.mark.parametrize("index", [3, -1])
def test_an_unknown_index_is_enodev_with_the_known_names(index: int) -> None:
    with pytest.raises(NoSuchDevice, match="it has: registers, <unnamed>, fifo") as caught:
        RamDevice(*DEVICE).io_request_by_index(index)
    assert caught.value.errno_name == "ENODEV"
    assert caught.value.known == ("registers", "<unnamed>", "fifo")


def test_an_unknown_name_is_enodev_with_the_nearest() -> None:
    with pytest.raises(NoSuchDevice, match="no resource called 'fifos'; did you mean 'fifo'"):
        RamDevice(*DEVICE).io_request_by_name("fifos")
    with pytest.raises(NoSuchDevice, match="it has: none"):
        RamDevice().io_request_by_name("fifo")


def test_an_unbound_device_gives_none() -> None:
    device = RamDevice(*DEVICE)
    device.unbind()
    with pytest.raises(NoSuchDevice, match="is not bound"):
        device.io_request_by_index(0)
    assert not device.bound


def test_a_request_claims_nothing() -> None:
    device = RamDevice(*DEVICE)
    device.io_request_by_index(0)
    assert device.holders(DEVICE[0]) == ()
    assert device.windows == []


@pytest.mark.parametrize(
    ("method", "arguments", "kind", "known"),
    [
        ("iomap", (), IoMem, 0),
        ("iomap_sized", (8,), IoMem, 8),
        ("iomap_exclusive", (), ExclusiveIoMem, 0),
        ("iomap_exclusive_sized", (8,), ExclusiveIoMem, 8),
    ],
)
def test_each_way_to_map(method: str, arguments: tuple[int, ...], kind: type[IoMem], known: int) -> None:
    device = RamDevice(*DEVICE)
    request = device.io_request_by_index(0)
    with getattr(request, method)(*arguments) as memory, memory.access(device) as io:
        assert type(io) is kind
        assert io.known_size == known
        assert bool(device.holders(DEVICE[0])) == (kind is ExclusiveIoMem)
    with pytest.raises(InvalidArgument, match="has been used"):
        getattr(request, method)(*arguments)


def test_a_failed_mapping_uses_it_up_too() -> None:
    request = RamDevice(*DEVICE).io_request_by_index(0)
    with pytest.raises(InvalidArgument):
        request.iomap_sized(17)
    with pytest.raises(InvalidArgument, match="has been used"):
        request.iomap()


@pytest.mark.parametrize("size", [0, -4])
def test_a_size_known_ahead_is_positive(size: int) -> None:
    device = RamDevice(*DEVICE)
    with pytest.raises(InvalidArgument, match=r"iomap\(\)"):
        device.io_request_by_index(0).iomap_sized(size)
    with pytest.raises(InvalidArgument, match=r"iomap\(\)"):
        device.io_request_by_index(0).iomap_exclusive_sized(size)


def test_a_request_is_worth_nothing_once_the_device_is_unbound() -> None:
    device = RamDevice(*DEVICE)
    request = device.io_request_by_index(0)
    device.unbind()
    with pytest.raises(Revoked):
        request.iomap_exclusive()
    assert device.windows == []
    assert device.holders(DEVICE[0]) == ()

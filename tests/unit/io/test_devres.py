from __future__ import annotations

import threading

import pytest

from inspector.errors import InvalidArgument, NotPermitted, Revoked
from inspector.io import Device, Devres, Resource
from tests.unit.io.window import RamDevice

RESOURCE = Resource(0, 16, "r")


class Held:
    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


def managed() -> tuple[Device, Devres[Held], Held]:
    device, held = RamDevice(RESOURCE), Held()
    return device, device.manage(held), held


def test_access_through_its_own_device() -> None:
    device, devres, held = managed()
    with devres.access(device) as value:
        assert value is held
    assert devres.try_access_with(lambda value: value) is held


def test_access_through_another_device_is_einval() -> None:
    _, devres, _ = managed()
    with pytest.raises(InvalidArgument, match="belongs to device ram, not to other"):
        devres.access(RamDevice(RESOURCE, name="other"))


def test_after_unbinding_every_access_is_enxio_and_it_was_closed_once() -> None:
    device, devres, held = managed()
    guard = devres.try_access()
    device.unbind()
    device.unbind()
    devres.close()
    assert held.closed == 1
    assert devres.revoked
    for access in (devres.try_access, lambda: devres.access(device), guard.__enter__):
        with pytest.raises(Revoked) as caught:
            access()
        assert caught.value.errno_name == "ENXIO"
    with pytest.raises(Revoked):
        devres.try_access_with(lambda value: value)
    assert held.closed == 1


def test_closing_ahead_of_the_device() -> None:
    device, devres, held = managed()
    with devres:
        pass
    assert held.closed == 1
    device.unbind()
    assert held.closed == 1


def test_revocation_waits_for_every_access_in_flight() -> None:
    device, devres, held = managed()
    threads = [threading.Thread(target=device.unbind), threading.Thread(target=devres.close)]
    with devres.try_access(), devres.try_access():
        for thread in threads:
            thread.start()
        while not devres.revoked:
            pass
        assert held.closed == 0
    for thread in threads:
        thread.join()
    assert held.closed == 1


def test_revoking_within_an_access_of_the_same_thread_is_refused_and_not_a_deadlock() -> None:
    device, devres, held = managed()
    with devres.access(device):
        with pytest.raises(NotPermitted, match="EDEADLK"):
            devres.close()
        with pytest.raises(NotPermitted, match="EDEADLK"):
            device.unbind()
    assert held.closed == 0
    device.unbind()
    assert held.closed == 1


def test_an_error_within_an_access_ends_it() -> None:
    device, devres, held = managed()
    with pytest.raises(KeyError), devres.access(device):
        raise KeyError
    device.unbind()
    assert held.closed == 1


def test_what_is_managed_last_is_closed_first() -> None:
    order: list[str] = []

    class Named(Held):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

        def close(self) -> None:
            order.append(self.name)

    device = RamDevice(RESOURCE)
    device.manage(Named("first"))
    device.manage(Named("second"))
    device.unbind()
    assert order == ["second", "first"]


def test_what_comes_too_late_is_closed_at_once() -> None:
    device, held = RamDevice(RESOURCE), Held()
    device.unbind()
    with pytest.raises(Revoked):
        device.manage(held)
    assert held.closed == 1


def test_an_interrupted_revocation_can_be_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    device, held = RamDevice(RESOURCE), Held()
    devres = device.manage(held)

    def interrupted(predicate: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(devres._condition, "wait_for", interrupted)
        with pytest.raises(KeyboardInterrupt):
            devres.close()
    assert not devres.revoked
    assert held.closed == 0
    devres.close()
    assert held.closed == 1

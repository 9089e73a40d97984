"""A backend made by hand: bytes that may hang, fail or move while they are read."""

from __future__ import annotations

from collections.abc import Callable

from inspector.backends.backend import Backend, Guarantees
from inspector.io import Device, Resource, Window
from inspector.model.registermap import Region

WIDTHS = frozenset({8, 16, 32, 64})


class FakeWindow:
    """Words by offset; a hook sees each access before it happens."""

    def __init__(self, backend: FakeBackend, resource: Resource) -> None:
        self._backend = backend
        self.size = resource.size
        self.address: int | None = resource.start
        self.widths = WIDTHS
        self.writable = not backend.real

    def read(self, offset: int, width: int) -> int:
        self._backend.accesses.append(("read", offset, width))
        self._backend.hook("read", offset)
        return self._backend.words.get(offset, 0)

    def write(self, value: int, offset: int, width: int) -> None:
        self._backend.accesses.append(("write", offset, width))
        self._backend.hook("write", offset)
        self._backend.words[offset] = value

    def read_run(self, offset: int, width: int, count: int) -> tuple[int, ...]:
        return tuple(self.read(offset + i * width // 8, width) for i in range(count))

    def arm(self) -> None:
        self.writable = True

    def disarm(self) -> None:
        self.writable = False

    def close(self) -> None:
        pass


class FakeDevice(Device):
    def __init__(self, backend: FakeBackend, resource: Resource) -> None:
        super().__init__("fake", [resource], space=f"fake:{id(backend)}")
        self._backend = backend

    def ioremap(self, resource: Resource, *, claimed: bool = False) -> Window:
        return FakeWindow(self._backend, resource)


class FakeBackend(Backend):
    word = "fake"
    title = "fake"
    guarantees = Guarantees(widths=WIDTHS, single_access="yes", posted="no")

    def __init__(self, real: bool = False) -> None:
        super().__init__()
        self.real = real
        self.words: dict[int, int] = {}
        self.accesses: list[tuple[str, int, int]] = []
        self.hook: Callable[[str, int], None] = lambda kind, offset: None

    def _open_region(self, region: Region) -> Device:
        return FakeDevice(self, Resource(region.base or 0, region.size, region.name))

    def _open_address(self, address: int, size: int) -> Device:
        return FakeDevice(self, Resource(address, size, "range"))

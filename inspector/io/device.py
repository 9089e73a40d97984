"""A device and its resources; while it is bound, its resources can be mapped."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from difflib import get_close_matches

from inspector.errors import NoMemory, NoSuchDevice, Revoked
from inspector.io.claims import CLAIMS, Claim, ClaimKeeper
from inspector.io.devres import Closeable, Devres, T
from inspector.io.request import IoRequest
from inspector.io.resource import Resource
from inspector.io.window import Window


class Device:
    """A bound device, until it is unbound. A backend's subclass knows how to map its resources.

    Attributes:
        name: What errors call it.
        resources: What it owns, in order.
        space: The address space in which its resources are claimed.
        origin: The address that stands at 0 in that space.
        keeper: Who keeps the claims.
    """

    def __init__(
        self,
        name: str,
        resources: Sequence[Resource],
        *,
        space: str = "mem",
        origin: int = 0,
        keeper: ClaimKeeper = CLAIMS,
    ) -> None:
        self.name = name
        self.resources = tuple(resources)
        self.space = space
        self.origin = origin
        self.keeper = keeper
        self._lock = threading.Lock()
        self._bound = True
        self._managed: list[Devres[Closeable]] = []

    # --- what a backend provides --------------------------------------------------------------

    def ioremap(self, resource: Resource, *, claimed: bool = False) -> Window:
        """Map ``resource``.

        Args:
            resource: What to map.
            claimed: This device's ``keeper`` holds a claim of exactly this resource for the mapping.

        Raises:
            NoMemory: It cannot be mapped.
            KernelError: The system refuses.
        """
        raise NoMemory(f"device {self.name} cannot map {resource}")

    def ioremap_np(self, resource: Resource, *, claimed: bool = False) -> Window:
        """Map ``resource`` such that writes are not posted.

        Args:
            resource: What to map.
            claimed: As for ``ioremap``.

        Raises:
            NoMemory: This backend cannot; there is no fallback to a posted mapping.
            KernelError: The system refuses.
        """
        raise NoMemory(
            f"device {self.name} cannot map {resource} as non-posted: "
            "this backend does not promise that a write has arrived when it returns"
        )

    def iomem(self) -> str:
        """The text of /proc/iomem as whoever maps this device may read it; empty where there is none."""
        return ""

    # --- what a user calls --------------------------------------------------------------------

    @property
    def bound(self) -> bool:
        """Whether its resources can be requested and accessed."""
        return self._bound

    def io_request_by_index(self, index: int) -> IoRequest:
        """Ask for the resource number ``index``, counted from 0.

        Raises:
            NoSuchDevice: There is none, or the device is not bound; ``known`` lists the names.
        """
        if not 0 <= index < len(self.resources):
            raise self._unknown(f"no resource number {index}")
        return self._request(self.resources[index])

    def io_request_by_name(self, name: str) -> IoRequest:
        """Ask for the resource called exactly ``name``.

        Raises:
            NoSuchDevice: There is none, or the device is not bound; ``known`` lists the names.
        """
        for resource in self.resources:
            if resource.name == name:
                return self._request(resource)
        near = get_close_matches(name, [resource.name for resource in self.resources], n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        raise self._unknown(f"no resource called '{name}'{hint}")

    def holders(self, resource: Resource) -> tuple[Claim, ...]:
        """The exclusive claims that overlap ``resource``: to be shown beside a shared mapping."""
        start = resource.start - self.origin
        return self.keeper.holders(self.space, start, start + resource.size - 1)

    def unbind(self) -> None:
        """Unbind: wait for every access in flight, unmap and release, each once; twice is harmless.

        Raises:
            NotPermitted: This thread is itself in an access, and would wait for itself for ever.
        """
        with self._lock:
            self._bound = False
            managed = list(self._managed)
        # As the kernel does, the last acquired goes first.
        for devres in reversed(managed):
            devres.close()

    # --- bookkeeping --------------------------------------------------------------------------

    def manage(self, value: T) -> Devres[T]:
        """Tie ``value`` to this device: it is closed when the device is unbound.

        Raises:
            Revoked: The device is not bound any more; ``value`` has been closed.
        """
        devres: Devres[T] = Devres(self, value)
        with self._lock:
            if self._bound:
                self._managed.append(devres)  # type: ignore[arg-type]  # only close() is called on it
                return devres
        devres.close()
        raise Revoked(f"device {self.name} was unbound during the mapping")

    def forget(self, devres: object) -> None:
        """Stop tracking a Devres that has been closed."""
        with self._lock:
            self._managed = [kept for kept in self._managed if kept is not devres]

    def _request(self, resource: Resource) -> IoRequest:
        if not self._bound:
            raise NoSuchDevice(f"device {self.name} is not bound, so it gives no resource")
        return IoRequest(self, resource)

    def _unknown(self, what: str) -> NoSuchDevice:
        known = [resource.label for resource in self.resources]
        return NoSuchDevice(
            f"device {self.name} has {what}; it has: {', '.join(known) or 'none'}", known=known
        )

    def __repr__(self) -> str:
        return f"<Device {self.name} {'bound' if self._bound else 'unbound'}>"

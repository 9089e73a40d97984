"""The proof that a resource belongs to a bound device, used up by mapping it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspector.errors import InvalidArgument, Revoked
from inspector.io.devres import Devres
from inspector.io.memory import ExclusiveIoMem, IoMem
from inspector.io.resource import Resource

if TYPE_CHECKING:
    from inspector.io.device import Device


class IoRequest:
    """A resource of a bound device, as the kernel's ``IoRequest``. It claims nothing.

    The mapping uses it up, whether it succeeds or not; a second one needs a new request.

    Attributes:
        device: Whose it is.
        resource: What is asked for.
    """

    def __init__(self, device: Device, resource: Resource) -> None:
        self.device = device
        self.resource = resource
        self._used = False

    def iomap_sized(self, size: int) -> Devres[IoMem]:
        """Map, with a size in bytes known ahead: the plain accessors work up to it.

        Raises:
            InvalidArgument: The resource has no bytes or fewer than ``size``, or the request is used up.
            NoMemory: The mapping failed.
            Revoked: The device was unbound.
        """
        self._consume()
        return self.device.manage(IoMem(self.device, self.resource, _positive(size)))

    def iomap(self) -> Devres[IoMem]:
        """Map, with no size known ahead: only the ``try_`` accessors work.

        Raises:
            InvalidArgument: The resource has no bytes, or the request is used up.
            NoMemory: The mapping failed.
            Revoked: The device was unbound.
        """
        self._consume()
        return self.device.manage(IoMem(self.device, self.resource))

    def iomap_exclusive_sized(self, size: int) -> Devres[ExclusiveIoMem]:
        """Claim, then map as ``iomap_sized``.

        Raises:
            Busy: A part of the range is claimed, or the resource has no bytes.
            InvalidArgument: The resource has fewer than ``size`` bytes, or the request is used up.
            NoMemory: The mapping failed.
            Revoked: The device was unbound.
        """
        self._consume()
        return self.device.manage(ExclusiveIoMem(self.device, self.resource, _positive(size)))

    def iomap_exclusive(self) -> Devres[ExclusiveIoMem]:
        """Claim, then map as ``iomap``.

        Raises:
            Busy: A part of the range is claimed, or the resource has no bytes.
            InvalidArgument: The request is used up.
            NoMemory: The mapping failed.
            Revoked: The device was unbound.
        """
        self._consume()
        return self.device.manage(ExclusiveIoMem(self.device, self.resource))

    def _consume(self) -> None:
        if self._used:
            raise InvalidArgument(
                f"this request for {self.resource} has been used; ask the device for another"
            )
        self._used = True
        if not self.device.bound:
            raise Revoked(f"device {self.device.name} was unbound after the request")


def _positive(size: int) -> int:
    if size < 1:
        raise InvalidArgument(f"cannot map {size} bytes; for a size not known ahead there is iomap()")
    return size

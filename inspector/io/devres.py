"""Something that lives no longer than its device is bound: the kernel's ``Devres``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from inspector.errors import InvalidArgument, NotPermitted, Revoked

if TYPE_CHECKING:
    from inspector.io.device import Device


class Closeable(Protocol):
    """What a Devres can hold."""

    def close(self) -> None:
        """Let go of everything."""


T = TypeVar("T", bound=Closeable)
R = TypeVar("R")


class Guard(Generic[T]):
    """An access in flight, from ``with`` to its end: revocation waits for it."""

    def __init__(self, devres: Devres[T]) -> None:
        self._devres = devres

    def __enter__(self) -> T:
        return self._devres._enter()

    def __exit__(self, *exception: object) -> None:
        self._devres._leave()


class Devres(Generic[T]):
    """Holds a mapping that is revoked when its device is unbound (rust/kernel/devres.rs).

    Revocation happens once: it waits for every access in flight, then closes what is held. Afterwards
    every access is ENXIO. ``close()`` and the end of ``with`` do the same ahead of the device.

    Attributes:
        device: Whose it is.
    """

    def __init__(self, device: Device, value: T) -> None:
        self.device = device
        self._value = value
        self._condition = threading.Condition()
        self._users: list[int] = []
        self._revoking = False
        self._closed = False

    def access(self, device: Device) -> Guard[T]:
        """Access what is held, for whoever holds the bound device.

        Raises:
            InvalidArgument: It belongs to another device.
            Revoked: The device is not bound any more, or this was closed.
        """
        if device is not self.device:
            raise InvalidArgument(f"this mapping belongs to device {self.device.name}, not to {device.name}")
        return self.try_access()

    def try_access(self) -> Guard[T]:
        """Access what is held, if it still is: ``with devres.try_access() as io``.

        Raises:
            Revoked: The device is not bound any more, or this was closed.
        """
        self._check()
        return Guard(self)

    def try_access_with(self, function: Callable[[T], R]) -> R:
        """Call ``function`` on what is held, and return its result.

        Raises:
            Revoked: The device is not bound any more, or this was closed.
        """
        with self.try_access() as value:
            return function(value)

    @property
    def revoked(self) -> bool:
        """Whether accesses are refused."""
        return self._revoking

    def close(self) -> None:
        """Revoke: refuse new accesses, wait for those in flight, then close what is held, once.

        Raises:
            NotPermitted: This thread is itself in an access, and would wait for itself for ever.
        """
        with self._condition:
            if threading.get_ident() in self._users:
                raise NotPermitted(
                    f"cannot revoke a mapping of {self.device.name} within an access to it",
                    errno_name="EDEADLK",
                    advice="leave the 'with' block first",
                )
            if self._revoking:
                self._condition.wait_for(lambda: self._closed)
                return
            self._revoking = True
            try:
                self._condition.wait_for(lambda: not self._users)
            except BaseException:
                # Interrupted while an access is in flight: it is neither revoked nor closed.
                self._revoking = False
                raise
        try:
            self._value.close()
        finally:
            self.device.forget(self)
            with self._condition:
                self._closed = True
                self._condition.notify_all()

    def __enter__(self) -> Devres[T]:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _check(self) -> None:
        if self._revoking:
            raise Revoked(f"device {self.device.name} is gone, and its mapping with it")

    def _enter(self) -> T:
        with self._condition:
            self._check()
            self._users.append(threading.get_ident())
        return self._value

    def _leave(self) -> None:
        with self._condition:
            self._users.remove(threading.get_ident())
            self._condition.notify_all()

"""Where registers live: each backend offers devices and maps their resources.

::

    from inspector.backends import open_backend

    with open_backend("devmem:image.bin") as backend:
        device = backend.device_at(0, 0x1000)
"""

from __future__ import annotations

from inspector.backends.backend import Backend, Guarantees
from inspector.backends.opening import open_backend

__all__ = ["Backend", "Guarantees", "open_backend"]

"""Puts a document in a file that is complete or not there at all."""

from __future__ import annotations

import os
from pathlib import Path


def save(output: str, text: str, *, fsync: bool = True) -> None:
    """Write a file as UTF-8, in place of one that is there.

    Args:
        output: The file.
        text: What it is to hold.
        fsync: Whether to wait for the disk, so that a loss of power cannot leave it empty.

    Raises:
        OSError: It cannot be written; what was there is as it was.
    """
    # A link stays a link: what it points to is replaced.
    target = Path(output).resolve()
    data = text.encode()
    if target.exists() and not target.is_file():
        with target.open("wb") as device:
            device.write(data)
        return
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with draft.open("xb") as file:
            file.write(data)
            if fsync:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, output) from error
    except BaseException:
        draft.unlink(missing_ok=True)
        raise

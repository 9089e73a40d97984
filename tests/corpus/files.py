"""The descriptions in folders and archives."""

from __future__ import annotations

import lzma
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path


def descriptions(where: Path) -> Iterator[tuple[str, bytes]]:
    """Every ``.svd`` file there with its name, by name; of a file that is no archive, itself."""
    if where.is_dir():
        for path in sorted(path for path in where.rglob("*") if path.suffix.lower() == ".svd"):
            yield str(path.relative_to(where)), path.read_bytes()
    elif zipfile.is_zipfile(where):
        with zipfile.ZipFile(where) as archive:
            for name in sorted(archive.namelist()):
                if name.lower().endswith(".svd"):
                    yield name, archive.read(name)
    elif _is_tar(where):
        with tarfile.open(where) as tar:
            for member in sorted(tar.getmembers(), key=lambda member: member.name):
                content = tar.extractfile(member) if member.name.lower().endswith(".svd") else None
                if content is not None:
                    yield member.name, content.read()
    else:
        yield where.name, where.read_bytes()


def _is_tar(path: Path) -> bool:
    try:
        return tarfile.is_tarfile(path)
    except (lzma.LZMAError, EOFError):
        return False

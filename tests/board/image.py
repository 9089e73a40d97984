"""What a guest runs: an initramfs of busybox, Debian's CPython and the project, in layers.

The kernel takes cpio archives one after the other, so each layer is made once for its content and kept:
the system, the project's dependencies, the project, and what a single boot adds.
"""

from __future__ import annotations

import compileall
import functools
import hashlib
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import distributions
from pathlib import Path

from . import downloads
from .downloads import ROOT

SITE = "usr/lib/python3/dist-packages"  # where Debian's interpreter looks
PYTHON = "3.11"  # Debian 12's
USERS = (
    "root::0:0:root:/root",
    "ada:x:1001:1001::/tmp/ada",
    "bob:x:1002:1002::/tmp/bob",
    "nobody:x:65534:65534::/",
)
MODULES = ("uio", "uio_pci_generic", "fuse")
_UNUSED = ("usr/share", "usr/lib/*/gconv", "usr/lib/python3.*/lib2to3", "usr/lib/python3.*/pydoc_data")


def kernel(architecture: str) -> Path:
    """The kernel to boot, unpacked once."""
    package = downloads.kernel(architecture)
    assert package is not None

    def unpack(folder: Path) -> Path:
        _unpack(package, folder)
        return next(folder.glob("boot/vmlinuz-*"))

    return _cached(f"vmlinuz-{architecture}", package.name, unpack)


def modules(architecture: str) -> Path:
    """The drivers that a guest may load with `insmod /lib/modules/NAME.ko`."""
    package = downloads.kernel(architecture)
    assert package is not None

    def build(folder: Path) -> Path:
        _unpack(package, folder)
        (folder / "root/lib/modules").mkdir(parents=True)
        for name in MODULES:
            shutil.move(next(folder.glob(f"lib/modules/**/{name}.ko")), folder / "root/lib/modules")
        return _archive(folder / "root")

    return _cached(f"modules-{architecture}", (package.name, MODULES), build)


def system(architecture: str) -> Path:
    """Busybox, the interpreter and the libraries it needs."""
    found = (downloads.package(name, architecture) for name in downloads.GUEST_PACKAGES)
    packages = [package for package in found if package]

    def build(folder: Path) -> Path:
        root = folder / "root"
        for package in packages:
            _unpack(package, root)
        for pattern in _UNUSED:
            for path in root.glob(pattern):
                shutil.rmtree(path)
        for name in ("dev", "proc", "sys", "tmp", "root"):
            (root / name).mkdir(exist_ok=True)
        (root / "usr/bin/python3").symlink_to("python3.11")
        shutil.copy(root / "bin/busybox", root / "usr/bin/su")
        (root / "usr/bin/su").chmod(0o4755)  # root has no password
        (root / "etc/passwd").write_text("".join(f"{line}:/bin/sh\n" for line in USERS))
        (root / "etc/group").write_text("root:x:0:\nada:x:1001:\nbob:x:1002:\nnogroup:x:65534:\n")
        _compile(root)
        return _archive(root)

    return _cached(f"system-{architecture}", [package.name for package in packages], build)


def dependencies(architecture: str) -> Path:
    """What pyproject.toml says the project needs at run time, as wheels for the guest."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted: list[str] = project["dependencies"]

    def build(folder: Path) -> Path:
        machine = {"amd64": "x86_64", "arm64": "aarch64"}[architecture]
        _install(folder / "root" / SITE, "--platform", f"manylinux2014_{machine}", *wanted)
        _compile(folder / "root")
        return _archive(folder / "root")

    return _cached(f"dependencies-{architecture}", wanted, build)


@functools.cache
def project() -> Path:
    """The project as a user gets it: its wheel, installed, with its commands.

    Once a run: every board holds the same state of the project, though someone may be editing it.
    """

    def build(folder: Path) -> Path:
        _pip("wheel", "--no-deps", "--wheel-dir", folder, ROOT)
        root = folder / "root"
        _install(root / SITE, "--no-deps", next(folder.glob("*.whl")))
        shutil.rmtree(root / SITE / "bin", ignore_errors=True)  # they name this machine's interpreter
        (root / "usr/bin").mkdir(parents=True)
        for distribution in distributions(path=[str(root / SITE)]):
            for command in distribution.entry_points.select(group="console_scripts"):
                script = root / "usr/bin" / command.name
                script.write_text(
                    f"#!/usr/bin/python3\nimport sys\nfrom {command.module} import {command.attr}\n"
                    f"sys.exit({command.attr}())\n"
                )
                script.chmod(0o755)
        _compile(root)
        return _archive(root)

    return _cached(
        "project", _contents("pyproject.toml", "README.md", "LICENSE", "inspector", "register-maps"), build
    )


def overlay(files: Mapping[str, str | Path], archive: Path) -> None:
    """An archive of the given files: guest path → its text, or a file or folder of this machine."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "root")
        for name, content in files.items():
            target = root / name.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                target.write_text(content)
                target.chmod(0o755)
            elif content.is_dir():
                shutil.copytree(
                    content, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True
                )
            else:
                shutil.copy(content, target)
        shutil.move(_archive(root), archive)


def _cached(name: str, key: object, build: Callable[[Path], Path]) -> Path:
    """The file that `build` makes in an empty folder and answers with, kept until the key changes."""
    recipe = Path(__file__).read_bytes() + repr((key, sys.version_info[:2])).encode()
    kept = downloads.cache() / f"{name}-{hashlib.sha256(recipe).hexdigest()[:16]}"
    if not kept.exists():
        for stale in downloads.cache().glob(f"{name}-*"):
            stale.unlink()
        with tempfile.TemporaryDirectory(dir=downloads.cache()) as folder:
            build(Path(folder)).replace(kept)
    return kept


def _contents(*names: str) -> list[tuple[str, str]]:
    def files(path: Path) -> Iterable[Path]:
        return (file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)

    paths = [
        file for name in names for file in (files(ROOT / name) if (ROOT / name).is_dir() else [ROOT / name])
    ]
    return sorted(
        (str(path.relative_to(ROOT)), hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths
    )


def _unpack(package: Path, folder: Path) -> None:
    subprocess.run(["dpkg-deb", "-x", package, folder], check=True)


def _pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"pip {arguments[0]} failed:\n{done.stderr}")


def _install(target: Path, *arguments: str | Path) -> None:
    _pip(
        "install",
        "--no-compile",
        "--target",
        target,
        "--only-binary=:all:",
        "--python-version",
        PYTHON,
        *arguments,
    )


def _compile(root: Path) -> None:
    """Spare the emulated processor the work, where this interpreter writes what the guest's reads."""
    if f"{sys.version_info[0]}.{sys.version_info[1]}" == PYTHON:
        compileall.compile_dir(root, quiet=2, stripdir=str(root), prependdir="/")


def _archive(root: Path) -> Path:
    archive = root.with_suffix(".cpio")
    names = sorted(str(path.relative_to(root)) for path in root.rglob("*"))
    with archive.open("wb") as output:
        command = ["cpio", "--quiet", "-o", "-0", "-H", "newc", "-R", "0:0"]
        subprocess.run(command, cwd=root, input="\0".join(names).encode(), stdout=output, check=True)
    return archive

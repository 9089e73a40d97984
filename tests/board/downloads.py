"""What the board tests need from Debian, and how to get it.

Standard library only: `tests/run.py` uses it before anything is installed.

The guests' packages are downloaded and never installed. apt does it with lists and a package status of
its own in the cache folder: no root is needed, and the machine's own architectures stay as they are.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ARCHITECTURES = ("amd64", "arm64")

# The emulators, and what makes an initramfs: program → Debian package.
TOOLS = {"qemu-system-x86_64": "qemu-system-x86", "qemu-system-aarch64": "qemu-system-arm", "cpio": "cpio"}

KERNEL = "linux-image-cloud-{}"  # a metapackage: the kernel proper is what it depends on
GUEST_PACKAGES = (
    "busybox-static",
    *("python3.11-minimal", "libpython3.11-minimal", "libpython3.11-stdlib"),
    *("libc6", "libexpat1", "zlib1g", "libssl3", "libffi8", "libbz2-1.0", "liblzma5", "libcrypt1"),
    *("libuuid1", "libncursesw6", "libtinfo6", "libreadline8"),
)


class Unavailable(Exception):
    """The boards can't be had here; its text is the reason, in one line."""


def cache() -> Path:
    """The folder of everything that is slow to make: downloads, unpacked kernels, layers of the images."""
    return Path(os.environ.get("INSPECTOR_BOARD_CACHE") or ROOT / ".cache" / "boards")


def missing_tools() -> list[str]:
    """The programs that are not on this machine."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


def package(name: str, architecture: str) -> Path | None:
    """The newest downloaded package of that name (a pattern, for the kernel), if there is one."""
    found = (cache() / "debs").glob(f"{name}_*_{architecture}.deb")
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def kernel(architecture: str) -> Path | None:
    """The downloaded kernel package."""
    return package(f"linux-image-[0-9]*-cloud-{architecture}", architecture)


def missing_packages() -> list[str]:
    """What is still to be downloaded, as apt spells it."""
    return [
        *(KERNEL.format(arch) + ":" + arch for arch in ARCHITECTURES if kernel(arch) is None),
        *(
            f"{name}:{arch}"
            for name in GUEST_PACKAGES
            for arch in ARCHITECTURES
            if package(name, arch) is None
        ),
    ]


def reason_to_skip() -> str | None:
    """Why no board can boot, or None."""
    if tools := missing_tools():
        return f"{', '.join(tools)} not installed; python3 tests/run.py installs what it may"
    if packages := missing_packages():
        return f"{len(packages)} guest packages not downloaded; python3 tests/run.py gets them"
    return None


def install_tools() -> None:
    """Install the emulators, where this user may."""
    if not missing_tools():
        return
    if shutil.which("apt-get") is None:
        raise Unavailable(f"no apt here to install {', '.join(missing_tools())}")
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if root and (shutil.which("sudo") is None or _fails([*root, "true"])):
        raise Unavailable(f"installing {', '.join(missing_tools())} takes root, or sudo without a password")
    env = ["env", "DEBIAN_FRONTEND=noninteractive"]
    _apt([*root, *env, "apt-get", "-q", "update"])
    _apt([*root, *env, "apt-get", "-qy", "install", "--no-install-recommends", *TOOLS.values()])


def download_packages() -> None:
    """Download the kernels and what goes into the guests."""
    wanted = missing_packages()
    if not wanted:
        return
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise Unavailable("no apt here to download the guests' kernels with")
    debs, state = cache() / "debs", cache() / "apt"
    for folder in (debs, state / "lists" / "partial", state / "cache" / "archives" / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    options = [
        f"Dir::State={state}",
        f"Dir::State::status={state / 'status'}",
        f"Dir::Cache={state / 'cache'}",
        "APT::Sandbox::User=",  # apt's own user may not enter the checkout
        *(f"APT::Architectures::={arch}" for arch in ARCHITECTURES),
    ]
    private = [word for option in options for word in ("-o", option)]
    _apt(["apt-get", *private, "-q", "update"])
    for index, name in enumerate(wanted):
        if name.startswith("linux-image"):
            depends = _apt(["apt-cache", *private, "depends", "--important", name])
            kernels = [
                line.split()[1] for line in depends.splitlines() if line.strip().startswith("Depends: linux-")
            ]
            if len(kernels) != 1:
                raise Unavailable(f"{name} is not what it is in Debian 12")
            wanted[index] = kernels[0] if ":" in kernels[0] else f"{kernels[0]}:{name.rpartition(':')[2]}"
    _apt(["apt-get", *private, "-q", "download", *wanted], debs)
    shutil.rmtree(state)


def _fails(command: list[str]) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True).returncode != 0


def _apt(command: list[str], where: Path = ROOT) -> str:
    done = subprocess.run(command, cwd=where, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        lines = [
            line for line in done.stderr.splitlines() if line.startswith("E:")
        ] or done.stderr.splitlines()
        verb = next(word for word in ("update", "install", "download", "depends") if word in command)
        raise Unavailable(f"apt {verb}: {lines[0] if lines else f'exit status {done.returncode}'}")
    return done.stdout

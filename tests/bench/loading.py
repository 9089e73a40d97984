"""Opening a map: YAML and SVD, cold and cached, against PyYAML's load, a bare XML parse, and cmsis-svd."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.measure import Measure, as_installed, report, take_turns

SIZES = (100, 3_000, 100_000)

A_BLOCK = 64
"""Registers of one block, as of a peripheral."""


def yaml_map(count: int) -> Iterator[str]:
    """A map of ``count`` registers with two fields and an enumeration each, line by line."""
    yield "regmap: 1\nname: big\nblocks:\n"
    for i in range(count):
        if i % A_BLOCK == 0:
            yield f"  B{i // A_BLOCK}:\n    registers:\n"
        yield (
            f"      R{i % A_BLOCK}: {{offset: {i % A_BLOCK * 4:#x}, reset: 0x10, desc: Register number {i}, "
            f"fields: {{EN: 0, MODE: {{bits: 7:4, access: ro, enum: {{0: off, 1: on}}}}}}}}\n"
        )


def svd(count: int) -> Iterator[str]:
    """The same as CMSIS-SVD."""
    yield '<?xml version="1.0"?>\n<device schemaVersion="1.3"><name>big</name><version>1</version>\n'
    yield "<description>big</description><addressUnitBits>8</addressUnitBits><width>32</width>\n"
    yield "<size>32</size><access>read-write</access><resetValue>0x10</resetValue>\n"
    yield "<resetMask>0xffffffff</resetMask><peripherals>\n"
    for i in range(count):
        block = i // A_BLOCK
        if i % A_BLOCK == 0:
            yield "</registers></peripheral>\n" if i else ""
            yield f"<peripheral><name>B{block}</name><baseAddress>{block * 4096:#x}</baseAddress>\n"
            yield "<addressBlock><offset>0</offset><size>0x1000</size><usage>registers</usage>\n"
            yield "</addressBlock><registers>\n"
        yield (
            f"<register><name>R{i % A_BLOCK}</name><description>Register number {i}</description>"
            f"<addressOffset>{i % A_BLOCK * 4:#x}</addressOffset><fields>"
            "<field><name>EN</name><bitOffset>0</bitOffset><bitWidth>1</bitWidth></field>"
            "<field><name>MODE</name><bitOffset>4</bitOffset><bitWidth>4</bitWidth><access>read-only</access>"
            "<enumeratedValues><enumeratedValue><name>off</name><value>0</value></enumeratedValue>"
            "<enumeratedValue><name>on</name><value>1</value></enumeratedValue></enumeratedValues></field>"
            "</fields></register>\n"
        )
    yield "</registers></peripheral></peripherals></device>\n"


# --- what a child process does, and how long it took --------------------------------------------


def _ours(path: str) -> None:
    from inspector import maps

    assert maps.load(path).nodes


def _pyyaml(path: str) -> None:
    import yaml

    with Path(path).open() as file:
        yaml.load(file, Loader=yaml.CSafeLoader)


def _pyyaml_without_collector(path: str) -> None:
    import gc

    gc.disable()
    _pyyaml(path)


def _xml(path: str) -> None:
    from xml.etree import ElementTree

    ElementTree.parse(path)


def _cmsis_svd(path: str) -> None:
    from cmsis_svd.parser import SVDParser

    assert SVDParser.for_xml_file(path).get_device().peripherals


WORKS: dict[str, Callable[[str], None]] = {
    work.__name__.removeprefix("_"): work
    for work in (_ours, _pyyaml, _pyyaml_without_collector, _xml, _cmsis_svd)
}

_IMPORTS = {
    "ours": ("inspector.maps.cache", "inspector.maps.svd"),
    "cmsis_svd": ("cmsis_svd.parser",),
    "pyyaml": ("yaml",),
    "pyyaml_without_collector": ("yaml", "gc"),
    "xml": ("xml.etree.ElementTree",),
}


def in_a_process(work: str, path: Path, cache: str = "") -> Measure:
    """Milliseconds that ``work`` takes in a fresh process, its imports aside.

    Args:
        work: Which.
        path: The file.
        cache: Where our cache is; a fresh and empty one each time where empty.
    """

    def measure() -> float:
        with tempfile.TemporaryDirectory() as empty:
            environment = {**as_installed(), "XDG_CACHE_HOME": cache or empty}
            command = [sys.executable, "-m", "tests.bench.loading", work, str(path)]
            result = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        return float(result.stdout.split()[-1])

    return measure


def main() -> None:
    """Print milliseconds an opening, for each size and format."""
    for count in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            for suffix, write, rivals in (
                (".yaml", yaml_map, ("pyyaml", "pyyaml_without_collector")),
                (".svd", svd, ("xml", "cmsis_svd")),
            ):
                path = Path(folder, f"big{suffix}")
                path.write_text("".join(write(count)))
                print(f"\n {count:,} registers, {path.stat().st_size / 1e6:.1f} MB of {suffix[1:]}")
                works = {
                    "ours, cold": in_a_process("ours", path),
                    "ours, cached": in_a_process("ours", path, cache=folder),
                    **{rival.replace("_", " "): in_a_process(rival, path) for rival in rivals},
                }
                medians = take_turns(works, rounds=5 if count < SIZES[-1] else 1)
                report(medians, "ours, cached", "ms")
                print(f"  cold is {medians['ours, cold'] / medians[rivals[0]]:.2f} times {rivals[0]}")


def _child(work: str, path: str) -> None:
    for module in _IMPORTS[work]:
        importlib.import_module(module)
    start = time.perf_counter()
    WORKS[work](path)
    print((time.perf_counter() - start) * 1e3)
    sys.stdout.flush()
    # What is still to be taken apart is nobody's waiting.
    os._exit(0)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _child(*sys.argv[1:])
    else:
        main()

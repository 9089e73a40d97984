"""``inspector import``: a description of another format as a map to maintain."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from inspector import maps
from inspector.cli.completion import complete_map
from inspector.cli.output import escape, print_error, print_findings
from inspector.errors import UsageError
from inspector.model.registermap import RegisterMap
from inspector.model.unstated import unstated


@click.command("import")
@click.argument("description", metavar="FILE", shell_complete=complete_map)
@click.option("-o", "--output", metavar="OUT", help="Write to OUT (- for standard output).")
def import_(description: str, output: str | None) -> int:
    """Write a description of another format as a register map in YAML.

    FILE is CMSIS-SVD, IP-XACT, SystemRDL, OpenTitan's hjson, LiteX's csr.json or a device-tree blob; a map
    is written anew, what it includes or corrects and all. What was repaired or has no place in a map is
    listed on standard error. With -o the file is complete or not there at all.
    """
    from inspector.maps.saving import save
    from inspector.maps.writing import write_yaml

    register_map = maps.load(description)
    _refuse_its_own_file(output, register_map)
    text = _head(register_map) + write_yaml(register_map)
    if output is None or output == "-":
        if hasattr(sys.stdout, "reconfigure"):
            # YAML is UTF-8, whatever a terminal is.
            sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        print(text, end="")
    else:
        save(output, text)
    print_findings(register_map.warnings, sys.stderr)
    print_error(_summary(register_map))
    return 0


def _head(register_map: RegisterMap) -> str:
    """A comment that says where the map is from."""
    if not register_map.imported:
        return ""
    name = escape(Path(register_map.file).name)
    return f"# Imported from {name}, {register_map.imported}.\n"


def _refuse_its_own_file(output: str | None, register_map: RegisterMap) -> None:
    """Keep a slip of the hand from replacing a description by what is made of it.

    Raises:
        UsageError: The output is the description's own file.
    """
    if output is None:
        return
    target, source = Path(output), Path(register_map.file)
    if target.exists() and source.exists() and target.samefile(source):
        raise UsageError(f"{output} is what is imported; write to another file")


def _summary(register_map: RegisterMap) -> str:
    nodes = register_map.nodes
    fields = sum(len(node.register.fields) for node in nodes)
    rules = Counter(finding.rule for finding in register_map.warnings)
    told = ", ".join(f"{count} {rule}" for rule, count in sorted(rules.items()))
    counts = ((len(nodes), "register"), (fields, "field"), (len(register_map.blocks), "block"))
    parts = [
        ", ".join(_count(*counted) for counted in counts),
        f"findings: {told}" if told else "nothing had to be repaired or left out",
        unstated(nodes).text,
    ]
    return "; ".join(part for part in parts if part)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

"""Pasted values: out of logs, dumps, C and Verilog, as a person would have typed them."""

from __future__ import annotations

import re

_BASES = {"h": "0x", "b": "0b", "o": "0o", "d": ""}


def tidy(text: str) -> str:
    """The first line that says anything, as a value: a number in another notation becomes one of ours."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    line = line.strip("`").rstrip(",;").strip()
    if verilog := re.fullmatch(r"[0-9]*'s?([hbod])([0-9a-f_]+)", line, re.IGNORECASE):
        return _BASES[verilog[1].lower()] + verilog[2]
    if suffixed := re.fullmatch(r"(0[0-9a-f]+|[0-9]+[a-f][0-9a-f]*)h", line, re.IGNORECASE):
        return f"0x{suffixed[1]}"
    if constant := re.fullmatch(r"(0x[0-9a-f_']+|[0-9]+)u?l{0,2}u?", line, re.IGNORECASE):
        return constant[1].replace("'", "_").replace("0X", "0x")
    if grouped := re.fullmatch(r"0x((?: ?[0-9a-f]+)+)", line, re.IGNORECASE):
        return "0x" + grouped[1].replace(" ", "")
    return line

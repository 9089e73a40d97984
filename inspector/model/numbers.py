"""Numbers as engineers write them in maps and on the command line."""

from __future__ import annotations

import re

SUFFIXES = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}

_DIGITS = {16: "0-9a-fA-F", 2: "01", 8: "0-7", 10: "0-9"}
_BASES = {"0x": 16, "0b": 2, "0o": 8}
_FORMS = {base: re.compile(rf"[{digits}]+(_[{digits}]+)*") for base, digits in _DIGITS.items()}


class NumberError(ValueError):
    """A text that is not a number by our rules.

    Attributes:
        hint: What to write instead; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def parse_number(text: str) -> int:
    """Parse a whole number: decimal, ``0x``, ``0b``, ``0o``; ``_`` between digits; suffix K, M, G or T.

    The suffixes are powers of 1024, as in CMSIS-SVD. YAML 1.1's traps are closed: ``010`` is an
    error and ``7:4`` is not a number in base 60.

    Raises:
        NumberError: The text is not such a number; its ``hint`` says what to write.
    """
    sign, body = (-1, text[1:]) if text.startswith("-") else (1, text)
    scale = 1
    if body[:2].lower() not in _BASES and body[-1:] in SUFFIXES:
        scale, body = SUFFIXES[body[-1]], body[:-1]
    base = _BASES.get(body[:2].lower(), 10)
    digits = body if base == 10 else body[2:]
    if base == 10 and len(digits) > 1 and digits.startswith("0") and digits.isdigit():
        raise NumberError(
            f"'{text}' is ambiguous: leading zero",
            f"YAML 1.1 reads it as octal; write 0o{digits.lstrip('0') or '0'} or {digits.lstrip('0') or '0'}",
        )
    if not _FORMS[base].fullmatch(digits):
        hint = f"write 0x{body}" if re.fullmatch(r"[0-9a-fA-F]*[a-fA-F][0-9a-fA-F]*", body) else ""
        raise NumberError(f"'{text}' is not a number", hint)
    if len(digits) > 80:
        raise NumberError(f"'{text[:20]}…' is too long for a number")
    return sign * int(digits.replace("_", ""), base) * scale


def group_hex(value: int, width: int) -> str:
    """Render ``value`` as ``0x`` and width/4 digits, in groups of four: ``0x0900_0018``."""
    digits = f"{value:0{max(1, width // 4)}x}"
    lead = len(digits) % 4
    groups = ([digits[:lead]] if lead else []) + [digits[i : i + 4] for i in range(lead, len(digits), 4)]
    return "0x" + "_".join(groups)


def plural(count: int, noun: str) -> str:
    """``1 register``, ``2 registers``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def span_words(seconds: float) -> str:
    """A span of time, coarsely: a text that changes at most once a second."""
    if seconds < 60:
        return f"{int(seconds)} s"
    if seconds < 3600:
        return f"{int(seconds / 60)} min"
    return f"{int(seconds / 3600)} h" if seconds < 48 * 3600 else f"{int(seconds / 86400)} d"


def address_text(address: int) -> str:
    """An address in groups of four digits, 32 bits wide unless it needs more."""
    return group_hex(address, 32 if address < 1 << 32 else 64)

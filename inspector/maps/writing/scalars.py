"""Single values as a map writes them: numbers for engineers, texts quoted where YAML could misread them."""

from __future__ import annotations

import re

# Begins with a letter and holds nothing that YAML, in or out of a flow, takes for anything but text.
_PLAIN = re.compile(r"[^\W_](?:[\w./+°µ()=;~^$'-]| (?=[\w./+°µ(=;~^$]))*")
_NUMBER_LIKE = re.compile(r"[-+.]?[0-9].*")
_TRUTHS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(%s[A-Za-z0-9_-]*)?|[0-9][0-9a-zA-Z]*(\.\.[0-9][0-9a-zA-Z]*)?")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def is_plain(text: str) -> bool:
    """Whether a text can stand without quotes, wherever it stands and whoever reads it."""
    return bool(
        _PLAIN.fullmatch(text)
        and text.isprintable()
        and not _NUMBER_LIKE.fullmatch(text)
        and text.lower() not in _TRUTHS
    )


def text(value: str) -> str:
    """A text for people, in quotes where it needs them."""
    return value if is_plain(value) else quoted(value)


def quoted(value: str) -> str:
    """A text in double quotes, with nothing in it that a reader of lines could stumble over."""
    return '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else _escape(c)) for c in value) + '"'


def _escape(c: str) -> str:
    return f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}"


def key(name: str) -> str:
    """A name, or a value of an enumeration, as a key of a mapping."""
    return name if _KEY.fullmatch(name) else quoted(name)


def hexadecimal(value: int) -> str:
    """A number as addresses, offsets and masks are written."""
    return f"{value:#x}"


def address(value: int) -> str:
    """An address: from 32 bits on in groups of four digits."""
    if value < 1 << 16:
        return hexadecimal(value)
    digits = f"{value:0{(value.bit_length() + 15) // 16 * 4}x}"
    return "0x" + "_".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def size(value: int) -> str:
    """An extent in bytes: 4K rather than 4096."""
    for suffix, unit in (("M", 1 << 20), ("K", 1 << 10)):
        if value and value % unit == 0 and value < unit << 12:
            return f"{value // unit}{suffix}"
    return str(value) if value < 1024 else hexadecimal(value)


def decimal(value: float) -> str:
    """A number as people count."""
    return repr(value)


def truth(value: bool) -> str:
    """A truth."""
    return "true" if value else "false"

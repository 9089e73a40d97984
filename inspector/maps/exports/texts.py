"""What a map says, in sentences: what every document tells of a register, a field, a region."""

from __future__ import annotations

from dataclasses import replace

from inspector.maps.exports.field_rows import FieldRow
from inspector.model.access import READ_WORDS, TOKENS, WRITE_WORDS, Access, OnRead, OnWrite
from inspector.model.enumeration import Enumeration
from inspector.model.field import Field
from inspector.model.format import Format, FormatType
from inspector.model.guard import Guards
from inspector.model.numbers import group_hex
from inspector.model.register import Register
from inspector.model.registermap import RegisterMap

NUMBER_WORDS = {
    FormatType.DEC: "decimal",
    FormatType.BIN: "binary",
    FormatType.SIGNED: "two's complement",
    FormatType.BOOL: "true or false",
    FormatType.ASCII: "characters",
    FormatType.ADDR: "an address",
    FormatType.FLOAT: "IEEE 754 floating point",
    FormatType.BCD: "binary-coded decimal",
    FormatType.IPV4: "an IPv4 address",
}


def printable(text: str) -> str:
    """Text with nothing that a screen or a compiler obeys: what is invisible is named by its code point."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\n\t" else f"<U+{ord(c):04X}>" for c in text)


def one_line(text: str) -> str:
    """Text in one line."""
    return printable(" ".join(text.split()))


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, each in one line; an empty line ends one."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [one_line(" ".join(lines)) for lines in found if lines]


def summary(*texts: str) -> str:
    """The first sentence of the first text that there is."""
    for text in texts:
        for paragraph in paragraphs(text):
            sentence, stop, _ = paragraph.partition(". ")
            return sentence + "." if stop else sentence
    return ""


def heading(register_map: RegisterMap) -> str:
    """What a document on the map is called."""
    return one_line(register_map.title) or register_map.name


def origin(register_map: RegisterMap) -> list[tuple[str, str]]:
    """Where the map is from: what and its text."""
    texts = {
        "Vendor": register_map.vendor,
        "Version": register_map.version,
        "Data sheet": register_map.doc,
        "Licence": register_map.license,
        "Made from": register_map.imported,
    }
    return [(what, one_line(text)) for what, text in texts.items() if text.strip()]


# --- numbers ---------------------------------------------------------------------------------


def address_text(address: int | None) -> str:
    """An absolute address in groups of four digits; in words where none is known."""
    if address is None:
        return "known at run time"
    return group_hex(address, 32 if address < 1 << 32 else 64)


def size_text(size: int) -> str:
    """A size in bytes as a data sheet has it."""
    for shift, unit in ((30, "GiB"), (20, "MiB"), (10, "KiB")):
        if size and size % (1 << shift) == 0:
            return f"{size >> shift} {unit}"
    return f"{size} B"


def reset_text(register: Register) -> str:
    """A register's value after reset; empty where it is not stated."""
    if register.reset is None or not register.reset_mask:
        return ""
    value = group_hex(register.reset & register.reset_mask, register.width)
    if register.reset_mask == register.mask:
        return value
    return f"{value} in the bits {group_hex(register.reset_mask, register.width)}"


def reset_digits(register: Register) -> str:
    """A register's value after reset, for a table: ``-`` for a digit of which no bit is defined."""
    if register.reset is None or not register.reset_mask:
        return ""
    value = group_hex(register.reset & register.reset_mask, register.width)
    mask = group_hex(register.reset_mask, register.width)
    digits = zip(value[2:], mask[2:], strict=True)
    return "0x" + "".join("-" if defined == "0" else digit for digit, defined in digits)


def field_value(field: Field, value: int) -> str:
    """A raw value of a field."""
    return str(value) if field.width <= 3 or field.format.type is FormatType.DEC else f"{value:#x}"


def field_reset(row: FieldRow) -> str:
    """The values after reset of a field, or of each element of an array; empty where not stated."""
    if all(value is None for value in row.resets):
        return ""
    values = ["?" if value is None else field_value(row.first, value) for value in row.resets]
    return ", ".join(values)


def conditions(when: Guards) -> str:
    """Conditions as a map writes them."""
    return " and ".join(map(str, when))


def number_words(form: Format, unit: str) -> str:
    """How a number is meant; empty for plain hexadecimal without a unit."""
    unit = one_line(unit)
    in_unit = f" {unit}" if unit else ""
    match form.type:
        case FormatType.HEX:
            return f"in {unit}" if unit else ""
        case FormatType.FIXED | FormatType.UFIXED:
            sign = "signed" if form.type is FormatType.FIXED else "unsigned"
            return f"{sign} fixed point with {form.frac} fraction bits" + (f", in {unit}" if unit else "")
        case FormatType.LINEAR:
            offset = f" {'-' if form.offset < 0 else '+'} {abs(form.offset):g}" if form.offset else ""
            return f"means {form.scale:g} × value{offset}{in_unit}"
        case FormatType.EXPR:
            return f"means {one_line(form.expression.text) if form.expression else ''}{in_unit}"
        case _:
            return NUMBER_WORDS[form.type] + (f", in {unit}" if unit else "")


def near_token(access: Access) -> str:
    """The token of an access, or else the one that tells most of it: what writing does before reading."""
    writes_only = replace(access, on_read=OnRead.NONE)
    return writes_only.token if TOKENS[access.token] != access else access.token


def access_token(access: Access) -> str:
    """An access in short: its token, and in brackets the effects that the token does not tell."""
    word = near_token(access)
    told = []
    if access.on_read not in (TOKENS[word].on_read, OnRead.UNKNOWN):
        told.append(f"reading: {access.on_read.value}")
    if access.on_write not in (TOKENS[word].on_write, OnWrite.UNKNOWN):
        told.append(f"writing: {access.on_write.value}")
    return f"{word} ({', '.join(told)})" if told else word


def register_tokens(register: Register) -> str:
    """What the parts of a register can do, in short."""
    return ", ".join(dict.fromkeys(map(access_token, register.parts())))


def field_effects(field: Field, register: Register) -> str:
    """What reading and writing a field do, in words, where that is something; empty where not.

    That the map does not say is told with the register, where it is so of all of it.
    """
    _, _, effects = field.access.describe().partition("; ")
    unsaid = {
        words
        for words, same in (
            (READ_WORDS[OnRead.UNKNOWN], register.access.on_read is OnRead.UNKNOWN),
            (WRITE_WORDS[OnWrite.UNKNOWN], register.access.on_write is OnWrite.UNKNOWN),
        )
        if same
    }
    return "; ".join(effect for effect in effects.split("; ") if effect not in unsaid)


def value_names(enum: Enumeration) -> list[tuple[str, str, str]]:
    """The values of an enumeration: which, their name, and the danger of writing one."""
    rows = [(entry.text, one_line(entry.name), one_line(entry.danger)) for entry in enum.entries]
    if enum.default is not None:
        rows.append(("any other", one_line(enum.default), ""))
    return rows


def enumerations(field: Field) -> list[tuple[str, Enumeration]]:
    """The names of a field's values, each list with what it is for."""
    if field.enum_write is None:
        return [] if field.enum is None else [("", field.enum)]
    found = [] if field.enum is None else [("when read", field.enum)]
    return [*found, ("when written", field.enum_write)]

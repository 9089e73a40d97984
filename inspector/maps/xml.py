"""Reads XML from strangers into light elements that know their lines; what could exhaust us is refused.

The parser is the standard library's expat. No entity is ever declared, expanded or fetched: a
description of registers needs none, and they are how small files become large ones.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from xml.parsers import expat

from inspector.errors import Finding, MapError, SourcePosition
from inspector.maps.collector import collector_paused
from inspector.maps.findings import LONGEST_EXCERPT, quote
from inspector.maps.nodes import Source
from inspector.maps.rules import Rule

LARGEST = 64 << 20
"""Bytes of a file. The largest public descriptions have a sixth of it."""

DEEPEST = 64
"""Levels of elements."""

MOST_TAGS = 8_000_000
"""Tags of a file, which bound its elements; the largest public description has a fifteenth of it."""


class Element:
    """An element.

    Attributes:
        tag: Its name, without a namespace's prefix.
        attributes: Their values by name, without a namespace's prefix.
        text: What stands before its first child; the space around it belongs to it.
        children: In file order.
        line: Where its start tag begins, counted from 0.
    """

    __slots__ = ("attributes", "children", "line", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str], line: int) -> None:
        self.tag = tag
        self.attributes = attributes
        self.text = ""
        self.children: list[Element] = []
        self.line = line

    def child(self, tag: str) -> Element | None:
        """The first child of that name, or None."""
        for element in self.children:
            if element.tag == tag:
                return element
        return None

    def all(self, tag: str) -> Iterator[Element]:
        """The children of that name, in file order."""
        return (element for element in self.children if element.tag == tag)

    def value(self, tag: str) -> str | None:
        """The text of the first child of that name without the space around it; None without one."""
        element = self.child(tag)
        return None if element is None else element.text.strip()


@dataclass(frozen=True, slots=True)
class XmlFile:
    """An XML file that was read.

    Attributes:
        root: The outermost element.
        source: The text, by whose lines elements are placed.
        repairs: What had to be left out for the rest to be XML: warnings.
    """

    root: Element
    source: Source
    repairs: tuple[Finding, ...]


def finding(
    severity: Literal["error", "warning"],
    message: str,
    source: Source,
    line: int,
    rule: Rule,
    hint: str = "",
) -> Finding:
    """A finding about a line of a file, counted from 0; it points at what stands there."""
    text = source.line(line)
    column = len(text) - len(text.lstrip())
    length = max(1, len(text.strip()))
    excerpt = text.rstrip() if len(text) <= LONGEST_EXCERPT else ""
    return Finding(
        severity, message, SourcePosition(source.name, line + 1, column + 1, length), rule, hint, excerpt
    )


def read_xml(data: bytes, name: str) -> XmlFile:
    """Read an XML file.

    Args:
        data: The file's bytes.
        name: What to call it in messages.

    Raises:
        MapError: It is not well-formed, not in its encoding, too large or too deep, or has entities.
    """
    if len(data) > LARGEST:
        raise _refusal(
            f"the file has {len(data):,} bytes, more than {LARGEST:,}", Source(name, ""), 0, "too-large"
        )
    text = _decode(data, name)
    # XML counts lines by these alone; whoever shows one must not find others.
    source = Source(name, text.replace("\x85", " ").replace("\u2028", " ").replace("\u2029", " "))
    if text.count("<") > MOST_TAGS:
        raise _refusal(f"the file has more than {MOST_TAGS:,} tags", source, 0, "too-large")
    text, repairs = _without_controls(text, source)
    with collector_paused():
        root = _parse(_without_declaration(text), source)
    return XmlFile(root, source, repairs)


def _refusal(message: str, source: Source, line: int, rule: Rule, hint: str = "") -> MapError:
    return MapError([finding("error", message, source, line, rule, hint)])


# --- the text ---------------------------------------------------------------------------------

_DECLARED = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
# These are not encodings of text files, and some take a time that grows with the square of the length.
_NO_ENCODINGS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7"}


def _decode(data: bytes, name: str) -> str:
    """The text in the encoding that the byte order mark, else the declaration says; UTF-8 without one."""
    encoding = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), "")
    if not encoding:
        declared = _DECLARED.match(data[:1024])
        encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
        # A declaration that could be read in ASCII is in no encoding of two bytes a character.
        encoding = "utf-8" if encoding.startswith("utf-16") else encoding
    try:
        if codecs.lookup(encoding).name in _NO_ENCODINGS:
            raise LookupError
        return data.decode(encoding)
    except LookupError:
        message = f"the encoding {quote(encoding)} is not known"
        raise _refusal(message, Source(name, ""), 0, "encoding", "save the file in UTF-8") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start)
        byte = f", byte {data[error.start]:#04x}" if error.start < len(data) else ""
        message = f"the file is not in its encoding {encoding.upper()}{byte}: {error.reason}"
        source = Source(name, data.decode("ascii", "replace"))
        raise _refusal(
            message, source, line, "encoding", "save it in UTF-8, or declare the encoding that it is in"
        ) from None


# What XML 1.0 (§2.2) allows nowhere, plain or as a reference.
_CONTROLS = bytes(code for code in range(0x20) if code not in (0x09, 0x0A, 0x0D))
_FORBIDDEN = re.compile(f"[{re.escape(_CONTROLS.decode())}\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x0*([0-9A-Fa-f]{1,2})|0*([0-9]{1,2}));")


def _without_controls(text: str, source: Source) -> tuple[str, tuple[Finding, ...]]:
    """The text without characters that no XML file may have, and a warning where there were some."""
    places = []
    # Deleting from bytes takes a tenth of the time that looking through text does.
    encoded = text.encode("utf-8", "surrogatepass")
    if len(encoded.translate(None, _CONTROLS)) < len(encoded) or "\ufffe" in text or "\uffff" in text:
        places = [match.start() for match in _FORBIDDEN.finditer(text)]
        text = _FORBIDDEN.sub("", text)
    if "&#" in text:
        references = [match.start() for match in _REFERENCE.finditer(text) if _is_forbidden(match)]
        if references:
            text = _REFERENCE.sub(lambda match: "" if _is_forbidden(match) else match[0], text)
        places += references
    if not places:
        return text, ()
    line = text.count("\n", 0, min(places))
    number = "a control character was" if len(places) == 1 else f"{len(places)} control characters were"
    message = f"{number} left out: XML allows none"
    return text, (finding("warning", message, source, line, "repaired"),)


def _is_forbidden(reference: re.Match[str]) -> bool:
    value = int(reference[1], 16) if reference[1] else int(reference[2])
    return value < 0x20 and value not in (0x09, 0x0A, 0x0D)


_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>")


def _without_declaration(text: str) -> str:
    """The text with spaces in place of its declaration.

    What it says of the encoding holds no longer, and files have blank lines before it, which XML forbids.
    """
    match = _DECLARATION.match(text)
    return text if match is None else re.sub(r"[^\n]", " ", match[0]) + text[match.end() :]


# --- the elements -----------------------------------------------------------------------------


class _ForbiddenError(Exception):
    """Something that is XML and not accepted."""

    def __init__(self, message: str, rule: Rule, hint: str = "") -> None:
        super().__init__(message)
        self.rule = rule
        self.hint = hint


def _parse(text: str, source: Source) -> Element:
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    outside = Element("", {}, 0)
    top, stack = outside, [outside]
    push, pop = stack.append, stack.pop
    local: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal top
        name = local.get(tag)
        if name is None:
            name = local[tag] = tag.rpartition(":")[2]
        if attributes:
            attributes = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        element = Element(name, attributes, parser.CurrentLineNumber - 1)
        top.children.append(element)
        if len(stack) > DEEPEST:
            raise _ForbiddenError(f"more than {DEEPEST} levels of elements", "too-deep")
        push(element)
        top = element

    def end(tag: str) -> None:
        nonlocal top
        pop()
        top = stack[-1]

    def characters(data: str) -> None:
        # The parser gives long texts in pieces. What stands between children is indentation.
        if not top.children:
            top.text += data

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.EntityDeclHandler = _refuse_entity
    parser.SkippedEntityHandler = _refuse_skipped
    try:
        parser.Parse(text.encode("utf-8", "surrogatepass"), True)
    except _ForbiddenError as error:
        raise _refusal(str(error), source, parser.CurrentLineNumber - 1, error.rule, error.hint) from None
    except expat.ExpatError as error:
        reason = expat.errors.messages.get(error.code, "")
        raise _malformed(reason, source, error.lineno - 1, error.offset) from None
    return outside.children[0]


def _refuse_entity(name: str, *_: object) -> None:
    raise _ForbiddenError(
        f"the entity {quote(name)} is declared",
        "refused",
        "descriptions with entities of their own are not read: write out what it stands for",
    )


def _refuse_skipped(name: str, *_: object) -> None:
    raise _ForbiddenError(f"the entity {quote(name)} is not declared in the file", "refused")


def _malformed(reason: str, source: Source, line: int, column: int) -> MapError:
    text = source.line(line)
    excerpt = text.rstrip() if len(text) <= LONGEST_EXCERPT else ""
    position = SourcePosition(source.name, line + 1, column + 1)
    return MapError([Finding("error", f"not XML: {reason}", position, "syntax", "", excerpt)])

"""An IP-XACT file: its parameters, its type definitions, and the values and texts that elements state."""

from __future__ import annotations

from collections.abc import Iterator

from inspector.errors import MapError
from inspector.maps.findings import quote
from inspector.maps.ipxact.expressions import ExpressionError, evaluate
from inspector.maps.nodes import Node
from inspector.maps.svd.notes import Notes
from inspector.maps.tree import Tree
from inspector.maps.xml import Element, XmlFile, finding

DEEPEST = 32
"""Parameters of which each needs the next, and definitions within each other."""

MOST_EXPANDED = 200_000
"""Elements that definitions stand for in all, beside those that the file has."""

_REFERENCE = "DefinitionRef"
_DEFINITION = "Definition"


LONGEST_PLAIN = 40
"""Digits of a number that needs no evaluating."""


class _MissingError(Exception):
    """A parameter that is not computed yet."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Document:
    """One file.

    Attributes:
        root: Its outermost element.
        notes: Takes what is put right and what is not carried over.
        tree: Makes its nodes.
    """

    def __init__(self, file: XmlFile) -> None:
        self.root = file.root
        self.notes = Notes(file.source)
        self.tree = Tree(file.source)
        self._parameters: dict[str, Element] = {}
        self._definitions: dict[tuple[str, str], Element] = {}
        self._computed: dict[str, int] = {}
        self._whole: dict[int, Element] = {}
        self._following: list[Element] = []
        self._expanded = -self._index()

    def _index(self) -> int:
        """Find the parameters and the definitions; how many elements there are."""
        stack, count = [self.root], 0
        while stack:
            element = stack.pop()
            count += 1
            stack += reversed(element.children)
            value = element.child("value") if element.tag.lower().endswith("parameter") else None
            name = element.attributes.get("parameterId") or (value.attributes.get("id") if value else None)
            if value is not None and name:
                self._parameters.setdefault(name, value)
            if element.tag.endswith(_DEFINITION) and (own := element.value("name")):
                self._definitions.setdefault((element.tag, own), element)
        return count

    # --- definitions ----------------------------------------------------------------------------

    def whole(self, element: Element) -> Element:
        """The element with what the definition that it refers to says, where it says nothing itself.

        Raises:
            MapError: Definitions refer to each other in a circle, or stand for too much.
        """
        reference = next((child for child in element.children if child.tag.endswith(_REFERENCE)), None)
        if reference is None:
            return element
        if id(element) not in self._whole:
            self._whole[id(element)] = self._merged(element, reference)
        return self._whole[id(element)]

    def _merged(self, element: Element, reference: Element) -> Element:
        name = reference.text.strip()
        definition = self._definitions.get((reference.tag.removesuffix("Ref"), name))
        if definition is None:
            message = f"{reference.tag}: definitions that are in another file"
            self.notes.drop(message, reference.line, quote(name))
            return element
        self._following.append(element)
        if len(self._following) > DEEPEST:
            raise self.refusal(f"definitions refer to each other more than {DEEPEST} times", reference.line)
        base = self.whole(definition)
        self._following.pop()
        self.count(len(base.children), reference.line)
        merged = Element(element.tag, element.attributes, element.line)
        merged.text = element.text
        own = {child.tag for child in element.children}
        merged.children = [child for child in element.children if child is not reference]
        merged.children += [child for child in base.children if child.tag not in own]
        return merged

    def count(self, elements: int, line: int) -> None:
        """Note that so many more elements are looked at.

        Raises:
            MapError: They are too many: a small file can stand for a large one.
        """
        self._expanded += elements
        if self._expanded > MOST_EXPANDED:
            raise self.refusal(f"its definitions stand for more than {MOST_EXPANDED:,} elements", line)

    def refusal(self, message: str, line: int) -> MapError:
        """The error that ends the import."""
        return MapError([finding("error", message, self.notes.source, line, "refused")])

    # --- values ---------------------------------------------------------------------------------

    def number(self, element: Element, tag: str) -> int | None:
        """The value of the child of that name; None where there is none, or none that can be computed."""
        child = element.child(tag)
        return None if child is None else self.value(child)

    def value(self, element: Element) -> int | None:
        """The value that an element's text is; None, noted, where it is none or less than 0."""
        text = element.text.strip()
        try:
            value = self._evaluated(text)
        except ExpressionError as error:
            message = f"{element.tag} {quote(text)} is not computed: {error}; it is left out"
            self.notes.repair("values that could not be computed", element.line, message)
            return None
        if value < 0:
            message = f"{element.tag} {quote(text)} is less than 0; it is left out"
            self.notes.repair("values less than 0", element.line, message)
            return None
        return value

    def _evaluated(self, text: str) -> int:
        """The value of an expression; the parameters that it needs are computed before it."""
        if text.isdecimal() and text.isascii() and len(text) < LONGEST_PLAIN:
            return int(text)
        waiting = [("", text)]
        while True:
            name, expression = waiting[-1]
            try:
                value = evaluate(expression, self._parameter)
            except _MissingError as missing:
                if len(waiting) > DEEPEST or any(missing.name == other for other, _ in waiting):
                    message = f"the parameter {quote(missing.name)} needs itself, or too many others"
                    raise ExpressionError(message) from None
                waiting.append((missing.name, self._parameters[missing.name].text.strip()))
                continue
            waiting.pop()
            if not waiting:
                return value
            self._computed[name] = value

    def _parameter(self, name: str) -> int:
        element = self._parameters.get(name)
        if element is None:
            raise ExpressionError(f"there is no parameter {quote(name)}")
        if name not in self._computed:
            raise _MissingError(name)
        self.notes.drop("parameters: each has the value that the file gives it", element.line, quote(name))
        return self._computed[name]

    def flag(self, element: Element, tag: str) -> bool | None:
        """The truth of the child of that name; None where nothing is stated."""
        child = element.child(tag)
        if child is None or not child.text.strip():
            return None
        value = self.value(child)
        return None if value is None else bool(value)

    def text(self, element: Element, tag: str) -> str:
        """A text with its white space collapsed; empty where there is none."""
        return " ".join((element.value(tag) or "").split())

    def present(self, elements: list[Element]) -> Iterator[Element]:
        """Those of the elements that are there, each with what its definition says."""
        for element in elements:
            if self.flag(element, "isPresent") is False:
                what = f"{element.tag} whose isPresent is 0"
                self.notes.drop(what, element.line, quote(self.text(element, "name")))
            else:
                yield self.whole(element)

    # --- nodes ----------------------------------------------------------------------------------

    def described(self, element: Element) -> list[tuple[str, Node]]:
        """``title`` and ``desc``, each where it says more than the name."""
        pairs: list[tuple[str, Node]] = []
        name = self.text(element, "name")
        for key, tag in (("title", "displayName"), ("desc", "description")):
            text = self.text(element, tag)
            child = element.child(tag)
            if child is not None and text and text != name:
                pairs.append((key, self.tree.scalar(text, child.line)))
        return pairs

    def unknown(self, element: Element, known: frozenset[str], what: str) -> None:
        """Note the children that nothing is made of."""
        for child in element.children:
            if child.tag not in known:
                self.notes.drop(f"{child.tag} of {what}", child.line)

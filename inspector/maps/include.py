"""Brings the files of a map together: what it includes, and what it corrects."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import PurePath
from typing import Literal

from inspector.errors import MapError, UsageError
from inspector.maps import files
from inspector.maps.derive import BlockText, derive
from inspector.maps.entries import named_pairs
from inspector.maps.files import LARGEST_FILE, MapFile
from inspector.maps.findings import Report, quote
from inspector.maps.formats import Description, describe
from inspector.maps.keys import BLOCKS, DEFAULTS, DEVICES, ENUMS, INCLUDE, OVERLAY, PATCH, REGIONS
from inspector.maps.merging import ENUMERATIONS, MACHINES, PLACES, Spent, merge_pairs, with_own
from inspector.maps.naming import check_name
from inspector.maps.nodes import Node, ScalarNode, SequenceNode
from inspector.maps.parts import Parts, read_top

MOST_FILES = 256
"""Files of a map."""

DEEPEST_FILES = 32
"""Files of which each names the next."""

Way = Literal["include", "overlay"]
"""How a file names another; the rule of what is wrong with that."""


class Library:
    """The files of one map, each read and told of once.

    Attributes:
        files: Those that took part, the one that was named first.
    """

    def __init__(self, report: Report) -> None:
        self.files: list[MapFile] = []
        self._report = report
        self._spent = Spent()
        self._parts: dict[tuple[int, int], Parts | None] = {}
        self._open: list[MapFile] = []

    def read(self, file: MapFile) -> Parts | None:
        """What a file says together with those that it names; None with errors reported.

        Raises:
            TooMuchError: What it derives is out of bounds; that is reported.
            UsageError: What reads its format is missing.
        """
        self.files.append(file)
        description = describe(file, self._report)
        if description is None:
            return None
        self.files += description.included
        return self.assemble(description)

    def assemble(self, description: Description) -> Parts | None:
        """The same of a file whose tree is there."""
        parts = read_top(description, self._report)
        if parts is None:
            return None
        self._open.append(description.file)
        found = self._overlaid(parts) and self._included(parts)
        self._open.pop()
        if not found:
            return None
        self._own(parts)
        parts.blocks = derive(parts.blocks, self._report, self._spent)
        if (node := parts.top.get(PATCH)) is not None:
            from inspector.maps.overlay import patch  # only here: most maps are no overlays

            patch(parts, node, self._report, self._spent)
            parts.blocks = derive(parts.blocks, self._report, self._spent)
        return parts

    def _overlaid(self, parts: Parts) -> bool:
        """Start from the map that this one corrects; whether it could be read."""
        top, report = parts.top, self._report
        if not top.stated(OVERLAY):
            if top.stated(PATCH):
                message = "'patch' without 'overlay': there is nothing to correct"
                report.error(top.at(PATCH), "overlay", message, "name the map to correct: overlay: BASE")
            return True
        base = self._named(top.at(OVERLAY), "overlay")
        if base is not None:
            from inspector.maps.overlay import start_from

            start_from(base, parts, report)
        return base is not None

    def _included(self, parts: Parts) -> bool:
        """Add the blocks and enums of the included files; whether all could be read."""
        if not parts.top.stated(INCLUDE):
            return True
        node, sound = parts.top.at(INCLUDE), True
        for word in node.items if isinstance(node, SequenceNode) else [node]:
            other = self._named(word, "include")
            if other is None:
                sound = False
                continue
            for name, block in other.blocks.items():
                present = parts.blocks.setdefault(name, replace(block, quiet=True))
                if present.name is not block.name:
                    self._clash("block", block.name, present.name, word)
            for name, (key, value) in other.enums.items():
                known, _ = parts.enums.setdefault(name, (key, value))
                if known is not key:
                    self._clash("enum", key, known, word)
        return sound

    def _own(self, parts: Parts) -> None:
        """Add what the file itself states."""
        top, report = parts.top, self._report
        if (node := top.get(ENUMS)) is not None:
            stated = named_pairs(node, "enums", report) or []
            for name, _ in stated:
                check_name(name, "enum", report)
            if top.stated(OVERLAY):
                pairs = merge_pairs(list(parts.enums.values()), stated, ENUMERATIONS, report, "overlay")
                parts.enums = {name.text: (name, value) for name, value in pairs}
                stated = []
            for name, value in stated:
                known, _ = parts.enums.setdefault(name.text, (name, value))
                if known is not name:
                    self._clash("enum", name, known, name)
        if (node := top.get(BLOCKS)) is not None:
            for name, value in named_pairs(node, "blocks", report) or ():
                check_name(name, "block", report)
                present = parts.blocks.setdefault(name.text, BlockText(name, value, top.get(DEFAULTS)))
                if present.name is not name:
                    self._clash("block", name, present.name, name)
        parts.regions = with_own(parts.regions, top.get(REGIONS), PLACES, report)
        parts.devices = with_own(parts.devices, top.get(DEVICES), MACHINES, report)

    def _clash(self, what: str, name: ScalarNode, known: ScalarNode, at: Node) -> None:
        first = f"{known.source.name}:{known.start.line + 1}"
        second = "" if at is name else f" and {name.source.name}:{name.start.line + 1}"
        self._report.error(
            at,
            "duplicate-name",
            f"the {what} {quote(name.text)} is there twice: {first}{second} {'have' if second else 'has'} it",
            "rename one of them; an overlay corrects what another file states",
        )

    # --- files -------------------------------------------------------------------------------

    def _named(self, word: Node, way: Way) -> Parts | None:
        """The map that a file names; None with errors reported."""
        if not isinstance(word, ScalarNode) or not word.text.strip():
            # What is no single value was told when its key was read.
            if isinstance(word, ScalarNode):
                self._report.error(word, "empty", "the name of a map is needed here")
            return None
        try:
            file = self._find(word.text.strip(), word, way)
            if file is None:
                return None
            assert file.identity is not None, "it was read"
            if file.identity not in self._parts and self._may_open(file, word, way):
                self._parts[file.identity] = self.read(file)
            return self._parts.get(file.identity)
        except MapError as error:
            self._report.take(error.findings)
        except UsageError as error:
            self._report.error(word, way, error.message)
        return None

    def _find(self, text: str, word: ScalarNode, way: Way) -> MapFile | None:
        """The file that a word means to the one that is being read.

        Raises:
            UsageError: There is none, or it cannot be read.
            MapError: It is too large.
        """
        if "://" in text:
            self._report.error(word, way, "nothing is fetched from elsewhere", "name a file")
            return None
        path, name = files.find(text), files.shown(text)
        if files.is_file(text):
            asker = self._open[-1]
            path, name = asker.path.parent / text, str(PurePath(asker.name).parent / text)
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            raise files.unreadable(name, error) from None
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            self._report.error(word, way, f"{quote(name)} is no regular file")
            return None
        return files.open_file(path, name)

    def _may_open(self, file: MapFile, word: ScalarNode, way: Way) -> bool:
        """Whether a file may take part: neither in a circle nor as one too many."""
        report = self._report
        around = [known.name for known in self._open if known.identity == file.identity]
        if around:
            names = " → ".join([*(known.name for known in self._open), file.name])
            report.error(word, way, f"{quote(file.name)} leads back to itself: {names}")
        elif len(self._open) >= DEEPEST_FILES:
            report.error(word, "too-deep", f"more than {DEEPEST_FILES} files, each naming the next")
        elif len(self.files) >= MOST_FILES:
            report.error(word, "too-large", f"a map of more than {MOST_FILES} files")
        elif sum(len(known.data) for known in self.files) + len(file.data) > LARGEST_FILE:
            report.error(word, "too-large", f"with this file the map has more than {LARGEST_FILE:,} bytes")
        else:
            return True
        return False

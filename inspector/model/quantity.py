"""Quantities: what a raw value means in a unit, and which raw value is meant by ``3.3 V``."""

from __future__ import annotations

import math
import re
import struct
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from inspector.errors import UsageError, ValueOverflow
from inspector.model.bits import ones
from inspector.model.format import FLOATS, Format, FormatType, signed

_SHAPE = re.compile(
    r"(?P<sign>[-+]?)(?P<number>[0-9]+(?:_[0-9]+)*(?:\.[0-9]*(?:_[0-9]+)*)?|\.[0-9]+)"
    r"(?P<power>[eE][-+]?[0-9]{1,3})?(?P<space>\s*)(?P<unit>[^\s0-9].*)?"
)

_PREFIXES = {
    "f": -15, "p": -12, "n": -9, "µ": -6, "u": -6, "m": -3, "c": -2, "": 0, "k": 3, "M": 6, "G": 9, "T": 12,
}  # fmt: skip

_SCALABLE = frozenset(
    ["V", "A", "W", "VA", "Wh", "Ah", "Ω", "F", "H", "J", "Hz", "s", "m", "g", "N", "Pa", "bar", "T", "lx"]
) | {"cd", "Bd", "baud", "bit/s", "S/s", "Sa/s"}
"""Units that are written with the prefixes of powers of ten; bytes are not, which some count by 1024."""

_SPELLINGS = str.maketrans({"μ": "µ", "\u2126": "Ω", "℃": "°C"})

_SUFFIXES = frozenset("KMGT")
"""What means a power of 1024 directly behind a whole number."""

_MOST_TRIED = 12
"""Bits of a field up to which every value is tried, where a formula goes up and down."""

_SAMPLES = 257

_ROUNDED = 1e-5
"""What a number of six digits is off by at most, as a part of itself."""

_LONGEST = 80
"""Characters of a number with its unit."""

_MOST = 10**80
"""What no width comes to, and a float still holds."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """How the raw values of a field or register are shown, and their unit.

    Attributes:
        name: Whose, for messages.
        format: The format.
        unit: The unit; may be empty.
        width: In bits.
    """

    name: str
    format: Format
    unit: str
    width: int

    @property
    def physical(self) -> bool:
        """Whether a number with a decimal point or a unit means something here."""
        return self._scaled or (bool(self.unit) and self.format.type in _WHOLE)

    @property
    def _scaled(self) -> bool:
        return self.format.type in _SCALED

    # --- raw to shown ------------------------------------------------------------------------

    def text(self, raw: int) -> str | None:
        """The value as a person may type it to mean exactly ``raw``; None where no such text is known."""
        if not self.physical:
            return None
        value = self._value(raw)
        if value is None:
            return None
        if value.denominator == 1 and self.unit:
            texts = [str(value.numerator)]
        else:
            texts = [f"{float(value):.{digits}g}" for digits in (6, 9, 12, 15, 17)]
        for text in texts:
            if not self.unit and not set(text) & {".", "e"}:
                text += ".0"
            text += f" {self.unit}" if self.unit else ""
            try:
                if self.read(text) == raw:
                    return text
            except (UsageError, ValueOverflow):
                continue
        return None

    def number(self, raw: int) -> float | None:
        """The number that ``raw`` means, as near as a float comes; None where it means none."""
        if self.format.type in _COUNTED:
            return float(raw)
        value = self._value(raw)
        return None if value is None else float(value)

    def _value(self, raw: int) -> Fraction | None:
        """What ``raw`` means, exactly; None where it means no number."""
        match self.format.type:
            case FormatType.FIXED:
                return Fraction(signed(raw, self.width), 1 << self.format.frac)
            case FormatType.UFIXED:
                return Fraction(raw, 1 << self.format.frac)
            case FormatType.LINEAR:
                return _fraction(self.format.scale) * raw + _fraction(self.format.offset)
            case FormatType.SIGNED:
                return Fraction(signed(raw, self.width))
            case FormatType.BCD:
                digits = f"{raw:x}"
                return Fraction(digits) if digits.isdigit() else None
            case FormatType.FLOAT:
                number = _float(raw, self.width)
                return Fraction(number) if math.isfinite(number) else None
            case FormatType.EXPR:
                result = self.formula(raw)
                return None if result is None else Fraction(result)
        return Fraction(raw)

    def formula(self, raw: int) -> int | float | None:
        """What the formula makes of ``raw``; None where that is no number."""
        assert self.format.expression is not None
        result = self.format.expression.evaluate({"value": raw})
        return result if result is not None and math.isfinite(result) else None

    # --- typed to raw ------------------------------------------------------------------------

    def read(self, text: str) -> int | None:
        """The raw value nearest to a number with a decimal point or a unit; None where it is neither.

        Raises:
            UsageError: It is one, but of another unit, or nothing here has a fraction.
            ValueOverflow: No raw value means that.
        """
        match = _SHAPE.fullmatch(text.translate(_SPELLINGS)) if len(text) <= _LONGEST else None
        if match is None:
            return None
        unit, number, power = match["unit"] or "", match["number"], match["power"] or ""
        # Without a sign, 1e3 may as well be hexadecimal digits that lack their 0x.
        fraction = "." in number or "-" in power or "+" in power
        if not unit and not fraction:
            return None
        if unit and not fraction and not self._means_unit(unit, match["space"], text):
            return None
        if not self.physical:
            raise UsageError(
                f"{self.name}: '{text}' is not a whole number, and the map states neither a unit nor a "
                "fraction for it; write the raw number, such as 12 or 0x1f"
            )
        factor = self._factor(unit, text) if unit else Fraction(1)
        stated = Fraction(f"{match['sign']}{number.replace('_', '').rstrip('.')}{power}")
        return self._raw(stated * factor, text)

    def _means_unit(self, unit: str, space: str, text: str) -> bool:
        """Whether what follows a whole number is to be taken as its unit."""
        if not self.physical or (unit[0] in "xXbBoO" and text.lstrip("+-").startswith("0") and not space):
            return False
        if unit in _SUFFIXES and not space:
            if unit == self.unit:
                number = text[: -len(unit)]
                raise UsageError(
                    f"{self.name}: '{text}' may be {number} × 1024 or more, or {number} {unit}: "
                    f"write the number in full, or '{number} {unit}' with a space"
                )
            return False
        if not space and unit != self.unit and set(unit) <= set("0123456789abcdefABCDEF"):
            # Rather hexadecimal digits without their 0x.
            return False
        # What is calculated is nobody's unit.
        return not set(unit) & set("|&^~<>()+*")

    def _factor(self, unit: str, text: str) -> Fraction:
        """How many of the map's units the unit that was typed is."""
        own = self.unit.translate(_SPELLINGS)
        if unit == own or unit in _spellings_of(own):
            return Fraction(1)
        for base in sorted(_SCALABLE, key=len, reverse=True):
            if own.endswith(base) and own.removesuffix(base) in _PREFIXES:
                for spelling in (base, *_spellings_of(base)):
                    prefix = unit.removesuffix(spelling)
                    if unit.endswith(spelling) and prefix in _PREFIXES:
                        power = _PREFIXES[prefix] - _PREFIXES[own.removesuffix(base)]
                        return Fraction(10) ** power
        if unit.lower() == own.lower():
            return Fraction(1)
        if not self.unit:
            raise UsageError(f"{self.name}: '{text}': the map states no unit for it; leave out '{unit}'")
        raise UsageError(f"{self.name}: '{text}' is not in {self.unit}; write it like 1.5 {self.unit}")

    def _raw(self, wanted: Fraction, text: str) -> int:
        raw: int | None
        match self.format.type:
            case _ if abs(wanted) > _MOST:
                raw = None
            case FormatType.EXPR:
                return self._inverted(float(wanted), text)
            case FormatType.FLOAT:
                raw = _packed(float(wanted), self.width)
            case FormatType.LINEAR if not self.format.scale:
                raise UsageError(f"{self.name}: every raw value means the same; write the raw number")
            case FormatType.LINEAR:
                raw = round((wanted - _fraction(self.format.offset)) / _fraction(self.format.scale))
            case FormatType.FIXED | FormatType.UFIXED:
                raw = round(wanted * (1 << self.format.frac))
            case FormatType.BCD:
                raw = int(str(max(round(wanted), 0)), 16) if wanted >= 0 else -1
            case _:
                raw = round(wanted)
        both_signs = self.format.type in (FormatType.FIXED, FormatType.SIGNED)
        low, high = (-(1 << self.width - 1), ones(self.width - 1)) if both_signs else (0, ones(self.width))
        if raw is None or not low <= raw <= high:
            raise self._out_of_range(text, low & ones(self.width), high)
        return raw & ones(self.width)

    def _out_of_range(self, text: str, low: int, high: int) -> ValueOverflow:
        if self.format.type is FormatType.FLOAT:
            return ValueOverflow(
                f"{self.name}: '{text}' is too large for {self.width} bits of floating point"
            )
        if self.format.type is FormatType.BCD:
            high = int("9" * (self.width // 4) or "1", 16)
        least, most = sorted((self._value(low) or Fraction(0), self._value(high) or Fraction(0)))
        unit = f" {self.unit}" if self.unit else ""
        return ValueOverflow(
            f"{self.name}: '{text}' is out of range: it takes {float(least):g}{unit} to {float(most):g}{unit}"
        )

    def _inverted(self, target: float, text: str) -> int:
        """The raw value for which the formula comes nearest.

        Raises:
            UsageError: The formula cannot be turned round.
            ValueOverflow: It never comes to that.
        """
        assert self.format.expression is not None
        if names := self.format.expression.names:
            raise UsageError(
                f"{self.name}: what it means depends on {', '.join(sorted(names))} too; write the raw number"
            )
        known = _samples(self)
        if len(known) < 2:
            raise UsageError(f"{self.name}: its formula comes to no number; write the raw number")
        values = [value for _, value in known]
        rising = values == sorted(values)
        if self.width > _MOST_TRIED and not rising and values != sorted(values, reverse=True):
            raise UsageError(f"{self.name}: its formula goes up and down; write the raw number")
        least, most = min(values), max(values)
        # The ends may be typed as they are shown, which is rounded.
        if not least - abs(least) * _ROUNDED <= target <= most + abs(most) * _ROUNDED:
            unit = f" {self.unit}" if self.unit else ""
            raise ValueOverflow(
                f"{self.name}: '{text}' is out of range: it takes {least:g}{unit} to {most:g}{unit}"
            )
        if self.width <= _MOST_TRIED:
            return min(known, key=lambda pair: abs(pair[1] - target))[0]
        low, high = known[0][0], known[-1][0]
        while high - low > 1:
            middle = (low + high) // 2
            value = self.formula(middle)
            if value is None:
                raise UsageError(f"{self.name}: its formula has gaps; write the raw number")
            if (value < target) == rising and value != target:
                low = middle
            else:
                high = middle
        return min((low, high), key=lambda raw: abs((self.formula(raw) or 0) - target))


@lru_cache(maxsize=64)
def _samples(quantity: Quantity) -> tuple[tuple[int, float], ...]:
    """Raw values with what the formula makes of them: all of a narrow field's, else some from end to end."""
    last = ones(quantity.width)
    if quantity.width <= _MOST_TRIED:
        raws = list(range(last + 1))
    else:
        raws = sorted({0, 1, *(last * i // (_SAMPLES - 1) for i in range(_SAMPLES))})
    return tuple((raw, float(value)) for raw in raws if (value := quantity.formula(raw)) is not None)


_SCALED = frozenset(
    [FormatType.FIXED, FormatType.UFIXED, FormatType.LINEAR, FormatType.EXPR, FormatType.FLOAT]
)
_COUNTED = frozenset(
    [FormatType.HEX, FormatType.DEC, FormatType.BIN, FormatType.BOOL, FormatType.ASCII, FormatType.ADDR]
)
_WHOLE = frozenset(
    [FormatType.HEX, FormatType.DEC, FormatType.BIN, FormatType.SIGNED, FormatType.BCD, FormatType.ADDR]
)


def _spellings_of(unit: str) -> tuple[str, ...]:
    """How else a unit is written."""
    if unit == "°C":
        return "C", "degC"
    if unit == "Ω":
        return "ohm", "Ohm", "ohms"
    return (unit.replace("µ", "u"),) if "µ" in unit else ()


def _fraction(number: float) -> Fraction:
    """The number as the map writes it, not the nearest that a float can hold."""
    return Fraction(repr(number))


def _float(raw: int, width: int) -> float:
    number: float = struct.unpack(f"<{FLOATS[width]}", raw.to_bytes(width // 8, "little"))[0]
    return number


def _packed(number: float, width: int) -> int | None:
    try:
        return int.from_bytes(struct.pack(f"<{FLOATS[width]}", number), "little")
    except OverflowError:
        return None

"""Names for C's preprocessor: valid, each given once, and none that C's own headers define."""

from __future__ import annotations

import re
import unicodedata

from inspector.maps.identifiers import Names

_HEADERS = re.compile(
    r"(U?INT(_LEAST|_FAST)?[0-9]+|U?INTPTR|U?INTMAX|PTRDIFF|SIG_ATOMIC|SIZE|WCHAR|WINT)_(MIN|MAX|C|WIDTH)"
    r"|(CHAR|SCHAR|UCHAR|SHRT|USHRT|INT|UINT|LONG|ULONG|LLONG|ULLONG)_(BIT|MIN|MAX|WIDTH)"
    r"|(FLT|DBL|LDBL|DECIMAL)_(ROUNDS|RADIX|(MANT_)?DIG|EPSILON|EVAL_METHOD|(MIN|MAX)(_EXP|_10_EXP)?)"
    r"|(PRI|SCN)[DIOUX](LEAST|FAST|MAX|PTR)?[0-9]*"
    r"|SIG_(DFL|ERR|IGN)|SEEK_(SET|CUR|END)|LC_(ALL|COLLATE|CTYPE|MONETARY|NUMERIC|TIME)"
    r"|EXIT_(SUCCESS|FAILURE)|(MB_CUR|MB_LEN|RAND|FOPEN|FILENAME|TMP)_MAX|L_TMPNAM|CLOCKS_PER_SEC"
    r"|FE_(DIVBYZERO|INEXACT|INVALID|OVERFLOW|UNDERFLOW|ALL_EXCEPT|DOWNWARD|TONEAREST|TOWARDZERO|UPWARD|DFL_ENV)"
    r"|FP_(INFINITE|NAN|NORMAL|SUBNORMAL|ZERO|FAST_FMAF?L?|ILOGB0|ILOGBNAN)|HUGE_VAL[FL]?|MATH_ERR(NO|EXCEPT)"
    r"|TIME_UTC|ONCE_FLAG_INIT|ATOMIC_.*|__.*"
)
"""Macros of the standard library (ISO/IEC 9899:1999, annex B) that are spelt in capitals."""


def capitals(text: str) -> str:
    """The text in capitals, digits and single underscores; empty where it has no letter or digit.

    Accents are dropped. An underscore at either end would make names that C keeps for itself (7.1.3).
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub("[^A-Z0-9]+", "_", plain.upper()).strip("_")


class Macros:
    """Gives names: whoever asks first has the plain one, and others a number behind it.

    What is made of a name by an ending with small letters (``_Pos``) needs no name of its own, since no
    name has small letters.
    """

    def __init__(self) -> None:
        self._names = Names()

    def take(self, *parts: str) -> str:
        """A name of these parts that nobody else has."""
        wanted = "_".join(word for word in map(capitals, parts) if word) or "X"
        if wanted[0].isdigit():
            wanted = f"N{wanted}"
        return self._names.take(f"{wanted}_" if _HEADERS.fullmatch(wanted) else wanted)

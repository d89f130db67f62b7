"""Number formats of a spreadsheet, as far as they show other digits of a whole number than the cell holds."""

import re
from dataclasses import dataclass
from functools import cache

_TOKEN = re.compile(
    r"""\[(?P<bracket>[^\]]*)\]|"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|[_*].|(?P<place>[0#?])|(?P<point>\.)"""
    r"""|(?P<comma>,)|(?P<power>[Ee][+-])|(?P<other>.)""",
    re.DOTALL,
)
_SECTIONS = re.compile(r"""((?:"[^"]*"?|\\.|\[[^\]]*\]|[_*].|[^;"\\\[_*])*)(?:;|\Z)""", re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_HOLDS = {
    "<": lambda number, limit: number < limit,
    "<=": lambda number, limit: number <= limit,
    ">": lambda number, limit: number > limit,
    ">=": lambda number, limit: number >= limit,
    "=": lambda number, limit: number == limit,
    "<>": lambda number, limit: number != limit,
}
_BRACKETS, _NO_SIGN = re.compile(r"\[([^\]]*)\]"), re.compile(r"[^0-9+]+")
_NOT_OF_NUMBERS = re.compile(r"(?i)[ymdhs@/%]|general")


@dataclass(frozen=True, slots=True)
class Shown:
    """How a whole number is shown; ``text`` is None where some of its digits are hidden."""

    text: str | None


@dataclass(frozen=True, slots=True)
class _Section:
    """The part of a format that holds for some numbers.

    ``places``: those for digits (``0``, ``#``, ``?``) and literals (after a ``'``); None where it is for no
    whole numbers. ``hides``: digits, by an exponent or by thousands that are left out. Where all literals go
    first, they are ``prefix``, and ``least`` is the least number of digits.
    """

    condition: tuple[str, float] | None
    places: tuple[str, ...] | None
    hides: bool
    prefix: str = ""
    least: int | None = None

    def holds(self, number: int) -> bool | None:
        """None where it says nothing of that."""
        return _HOLDS[self.condition[0]](number, self.condition[1]) if self.condition else None


def shown(code: str, number: int) -> Shown | None:
    """What a format makes of a whole number, None where it shows its digits and no others."""
    section = _section(_sections(code), number)
    if section is None or section.places is None or number < 0:
        return None
    if section.hides:
        return Shown(None)
    digits = str(number)
    if section.least is None:
        text = _filled(section.places, digits if number else "")
    else:
        text = section.prefix + (digits if number else "").rjust(section.least, "0")
    return None if _NO_SIGN.sub("", text) in ("", digits) else Shown(" ".join(text.split()))


def _section(sections: tuple[_Section, ...], number: int) -> _Section | None:
    """The one that holds for a number: by its condition, else the first, or the second below zero."""
    for at, section in enumerate(sections):
        holds = section.holds(number)
        if holds or (holds is None and (number >= 0 or at or len(sections) == 1)):
            return section
    return sections[-1] if sections else None


@cache
def _sections(code: str) -> tuple[_Section, ...]:
    return tuple(_parsed(found[1]) for found in _SECTIONS.finditer(code))[:3]


def _parsed(section: str) -> _Section:
    found = _CONDITION.search("".join(_BRACKETS.findall(section)))
    condition = (found[1], float(found[2])) if found else None
    out: list[str] = []
    seen_point = has_exponent = False
    commas = 0
    for token in _TOKEN.finditer(section):
        kind = token.lastgroup
        if kind == "place":
            commas = 0
            if not seen_point and not has_exponent:
                out.append(token[0])
        elif kind == "comma":
            commas += 1
        elif kind == "point":
            seen_point = True
        elif kind == "power":
            has_exponent = True
        elif kind == "other" and _NOT_OF_NUMBERS.match(section, token.start()):
            return _Section(condition, None, hides=False)
        elif kind in ("quoted", "escaped", "other") and not has_exponent:
            out.append("'" + (token[kind] or ""))
    first = next((at for at, part in enumerate(out) if part[0] != "'"), None)
    if first is None:
        return _Section(condition, None, hides=False)
    prefix, digits = "".join(part[1:] for part in out[:first]), "".join(out[first:])
    least = len(digits) - digits.find("0") if "0" in digits else 0
    return _Section(
        condition, tuple(out), has_exponent or commas > 0, prefix, None if "'" in digits else least
    )


def _filled(places: tuple[str, ...], digits: str) -> str:
    """Digits in their places from the right; what is over stands before the first place."""
    out: list[str] = []
    left = len(digits)
    first = next(at for at, part in enumerate(places) if part[0] != "'")
    for at in range(len(places) - 1, -1, -1):
        part = places[at]
        if part[0] == "'":
            out.append(part[1:])
        elif left:
            left -= 1
            out.append(digits[left])
        elif part == "0":
            out.append("0")
        if at == first:
            out.append(digits[:left])
    return "".join(reversed(out))

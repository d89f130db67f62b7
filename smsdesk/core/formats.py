"""Number formats of a spreadsheet, as far as they show other digits of a whole number than the cell holds."""

import re
from dataclasses import dataclass

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
_NOT_OF_NUMBERS = re.compile(r"(?i)[ymdhs@/%]|general")


@dataclass(frozen=True, slots=True)
class Shown:
    """How a whole number is shown; ``text`` is None where some of its digits are hidden."""

    text: str | None


def shown(code: str, number: int) -> Shown | None:
    """What a format makes of a whole number, None where it shows its digits and no others."""
    section = _section(code, number)
    places, is_hiding = _places(section)
    if places is None:
        return None
    if is_hiding:
        return Shown(None)
    text = _filled(places, str(abs(number)))
    if number < 0 or not re.search(r"[0-9+]", text) or _digits(text) == str(number):
        return None
    return Shown(" ".join(text.split()))


def _digits(text: str) -> str:
    return re.sub(r"[^0-9+]", "", text)


def _section(code: str, number: int) -> str:
    """The part of a format that holds for a number."""
    sections = [found[1] for found in _SECTIONS.finditer(code)][:3]
    for section in sections:
        if condition := _CONDITION.search("".join(re.findall(r"\[([^\]]*)\]", section))):
            if _HOLDS[condition[1]](number, float(condition[2])):
                return section
        elif number >= 0 or len(sections) == 1 or section is not sections[0]:
            return section
    return sections[-1] if sections else ""


def _places(section: str) -> tuple[list[str] | None, bool]:
    """Places for digits (``0``, ``#``, ``?``) and literals (after a ``'``); None for no whole number.

    And whether digits are hidden: by an exponent, or by thousands that are left out.
    """
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
            return None, False
        elif kind in ("quoted", "escaped", "other") and not has_exponent:
            out.append("'" + (token[kind] or ""))
    has_places = any(not part.startswith("'") for part in out)
    return (out if has_places else None), has_exponent or (commas > 0 and has_places)


def _filled(places: list[str], digits: str) -> str:
    """Digits in their places from the right; what is over stands before the first place."""
    out: list[str] = []
    left = [*digits] if digits != "0" else []
    first = next(at for at, part in enumerate(places) if not part.startswith("'"))
    for at in range(len(places) - 1, -1, -1):
        part = places[at]
        if part.startswith("'"):
            out.append(part[1:])
        elif left:
            out.append(left.pop())
        elif part == "0":
            out.append("0")
        if at == first:
            out.append("".join(left))
    return "".join(reversed(out))

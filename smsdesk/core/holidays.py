"""Public holidays of countries and their parts. Source: the library ``holidays``."""

from datetime import date
from functools import cache


@cache
def _supported() -> dict[str, list[str]]:
    import holidays

    found: dict[str, list[str]] = holidays.list_supported_countries(include_aliases=False)
    return found


def countries() -> tuple[str, ...]:
    """The countries (ISO 3166) whose public holidays are known, in order."""
    return tuple(sorted(_supported()))


def subdivisions(country: str) -> tuple[str, ...]:
    """The parts of a country that have holidays of their own, as in ISO 3166-2 without the country."""
    return tuple(_supported().get(country, ()))


@cache
def subdivision_names(country: str) -> dict[str, str]:
    """The parts of a country that have holidays of their own, with their names in the country, by name."""
    import holidays

    if country not in _supported():
        return {}
    known = holidays.country_holidays(country).subdivisions_aliases
    names = {part: part for part in subdivisions(country)}
    # The first name that the library has for a part is the one in its own language.
    names |= {part: name for name, part in reversed(known.items()) if part in names}
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def holidays_of(
    country: str, subdivision: str, first: date, last: date, language: str = "en"
) -> dict[date, str]:
    """The public holidays from ``first`` to ``last``, both included, in order, with their names.

    Those of the country alone where the subdivision is "" or unknown; none of an unknown country. Names are
    in the language, else in the country's own.
    """
    found: dict[date, str] = {}
    for year in range(first.year, last.year + 1):
        found |= _year(country, subdivision, year, language)
    return {day: found[day] for day in sorted(found) if first <= day <= last}


@cache
def _year(country: str, subdivision: str, year: int, language: str) -> dict[date, str]:
    import holidays

    if country not in _supported():
        return {}
    part = subdivision if subdivision in subdivisions(country) else None
    calendar = holidays.country_holidays(
        country, subdiv=part, years=year, language=_tongue(country, language)
    )
    return dict(calendar)


@cache
def _tongue(country: str, language: str) -> str | None:
    """The language as the library knows it for a country, else the country's own; None for the only one."""
    import holidays

    known = holidays.list_localized_countries().get(country, ())
    found = (one for one in known if one.split("_")[0] == language)
    # Without one the library would look at the language of the machine.
    own: str | None = holidays.country_holidays(country).default_language
    return next(found, own)

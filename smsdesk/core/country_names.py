"""Names of countries. Source: the places of phonenumbers."""

from functools import cache


@cache
def country_name(country: str, language: str) -> str:
    """The name of a country (ISO 3166) in a language (``de``); "" where it is not known."""
    from phonenumbers.geodata.locale import LOCALE_DATA

    known = LOCALE_DATA.get(country, {})
    name = known.get(language, "")
    # A star leads to a language that has the same name.
    return known.get(name[1:], "") if name.startswith("*") else name

"""Countries and time zones by the names that people write into a column."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from smsdesk.core.country_names import LANGUAGES, country_name
from smsdesk.core.folding import folded_name

_SHORT = {
    "D": "DE", "A": "AT", "B": "BE", "E": "ES", "F": "FR", "I": "IT", "L": "LU", "P": "PT", "S": "SE",
    "N": "NO", "H": "HU", "FL": "LI", "UK": "GB", "EL": "GR", "USA": "US", "GER": "DE", "DEU": "DE",
    "AUT": "AT", "CHE": "CH", "FRA": "FR", "ITA": "IT", "ESP": "ES", "GBR": "GB", "NLD": "NL", "BEL": "BE",
    "POL": "PL", "ENGLAND": "GB", "GREAT BRITAIN": "GB", "GROSSBRITANNIEN": "GB", "HOLLAND": "NL",
    "UNITED STATES OF AMERICA": "US", "BRD": "DE", "TSCHECHIEN": "CZ", "CZECH REPUBLIC": "CZ",
}  # fmt: skip
"""Plates, three letters and names of everyday use beside the two letters of ISO 3166."""
_UNNAMED = {"XK": "Kosovo", "AC": "Ascension", "TA": "Tristan da Cunha"}
"""Countries and islands with numbers that the list of names lacks."""


def zone_named(text: str) -> ZoneInfo | None:
    """The time zone of an IANA name, in any case; None for any other text."""
    name = _zones().get(text.strip().casefold().replace(" ", "_"))
    return ZoneInfo(name) if name else None


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


@cache
def region_named(text: str) -> str | None:
    """The country (ISO 3166) of its letters, its name in five languages or its code (+49)."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, SUPPORTED_REGIONS

    name = " ".join(text.split()).upper()
    if name in SUPPORTED_REGIONS:
        return name
    if name in _SHORT:
        return _SHORT[name]
    digits = name.removeprefix("+").removeprefix("00")
    if digits.isascii() and digits.isdigit() and digits != name:
        found = COUNTRY_CODE_TO_REGION_CODE.get(int(digits), ("",))[0]
        return found if found in SUPPORTED_REGIONS else None
    return _countries().get(folded_name(text)) if name else None


@cache
def _countries() -> dict[str, str]:
    from phonenumbers import SUPPORTED_REGIONS

    names = {}
    for region in sorted(SUPPORTED_REGIONS):
        for language in LANGUAGES:
            names[folded_name(country_name(region, language))] = region
    names.pop("", None)
    return names


def region_names(language: str) -> dict[str, str]:
    """The countries that have numbers (ISO 3166), with names in a language."""
    from phonenumbers import SUPPORTED_REGIONS

    return {
        region: country_name(region, language) or _UNNAMED.get(region, region) for region in SUPPORTED_REGIONS
    }

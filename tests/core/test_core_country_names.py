"""The names of countries are as the library of phone numbers has them, whose own module is slow to import."""

from phonenumbers.geodata.locale import LOCALE_DATA

from smsdesk.core.country_names import LANGUAGES, country_name


def test_every_country_has_the_name_that_the_library_has() -> None:
    assert len(LOCALE_DATA) >= 249
    for country, known in LOCALE_DATA.items():
        for language in LANGUAGES:
            name = known[language]
            # A star leads to a language that has the same name.
            assert country_name(country, language) == known.get(name[1:], name), (country, language)


def test_what_is_not_known_has_no_name() -> None:
    assert (country_name("XX", "en"), country_name("DE", "xx"), country_name("", "de")) == ("", "", "")

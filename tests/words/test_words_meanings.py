"""Which language is spoken, and how errors, problems and statuses are put into words."""

import locale

import pytest

from smsdesk.core import errors
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.words import error_words, has, language, problem_words, say, status_words, use_language


@pytest.mark.parametrize(
    ("tag", "spoken"),
    [
        ("de", "de"),
        ("de_AT.UTF-8", "de"),
        ("de.UTF-8", "de"),
        ("German_Germany", "de"),
        ("en-GB", "en"),
        ("den", "en"),
        ("fr", "en"),
    ],
)
def test_a_tag_chooses_the_nearest_catalogue(tag: str, spoken: str) -> None:
    assert use_language(tag) == language() == spoken
    assert say("time.today") == {"de": "heute", "en": "today"}[spoken]


def test_the_system_is_asked_in_the_order_that_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert use_language(None) == "de"
    monkeypatch.setenv("LC_MESSAGES", "en_GB.UTF-8")
    assert use_language(None) == "en"
    monkeypatch.setenv("LC_ALL", "de_CH.UTF-8")
    assert use_language(None) == "de"


def test_where_no_variable_says_it_the_locale_does(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(locale, "getlocale", lambda: ("German_Germany", "1252"))
    assert use_language(None) == "de"
    monkeypatch.setattr(locale, "getlocale", lambda: (None, None))
    assert use_language(None) == "en"


def test_a_missing_sentence_or_value_stops_nothing() -> None:
    assert not has("no.such.code")
    assert say("no.such.code") == say("no.such.code", 3, name="x") == "no.such.code"
    assert error_words(errors.FileError(reason="empty"))[0] == "… is empty."


def test_a_number_chooses_singular_or_plural_and_is_written_in_it() -> None:
    assert say("problem.number_twice", 1).startswith("1 number gets")
    assert say("problem.number_twice", 1200).startswith("1,200 numbers get")
    use_language("de")
    assert say("problem.number_twice", 1200).startswith("1.200 Nummern bekommen")


def test_a_value_with_braces_is_shown_as_it_is() -> None:
    assert error_words(errors.FileError(name="{n} {x}.csv", reason="empty"))[0] == "{n} {x}.csv is empty."


def test_a_reason_with_a_sentence_goes_before_the_error_itself() -> None:
    special, hint = error_words(errors.FileError(name="a.csv", reason="empty"))
    assert special == "a.csv is empty."
    assert hint.startswith("Choose a file")
    assert error_words(errors.FileError(name="a.csv", reason="new"))[0] == "The file a.csv cannot be used."
    assert error_words(errors.WrongPassword()) == (
        say("error.wrong_password"),
        say("error.wrong_password.hint"),
    )


def test_a_problem_is_told_with_its_place_its_figures_and_its_remedy() -> None:
    told = problem_words(Problem(Level.ERROR, "recipient_invalid", Where(value="+49 1")))
    assert told[0] == "+49 1 is no phone number."
    assert "row" in told[1]
    assert problem_words(Problem(Level.NOTE, "number_twice", values={"n": 2}))[0].startswith("2 numbers get")


def test_a_hint_shows_a_merge_field_in_braces() -> None:
    problem = Problem(Level.ERROR, "no_such_field", values={"field": "town"})
    assert "{town|customer}" in problem_words(problem)[1]


@pytest.mark.parametrize(
    ("reported", "pill", "happened"),
    [
        (("DONE", "SUC_FIN"), "delivered", "Confirmed by the phone."),
        (("DONE", "INVALID_DST"), "failed", "The number is not valid."),
        (("OPEN", None), "waiting", "Accepted, not sent yet."),
        ((None, None), "waiting", "Accepted; the service has not reported it yet."),
        (("DONE", "MOON_FULL"), "MOON_FULL", "Not known to this program; shown as the service says it."),
        (("PARKED", None), "PARKED", "Not known to this program; shown as the service says it."),
    ],
)
def test_a_status_says_what_happened(
    reported: tuple[str | None, str | None], pill: str, happened: str
) -> None:
    words = status_words(*reported)
    assert (words.pill.lower() if words.pill != pill else pill, words.happened) == (pill, happened)
    assert all(sentence.endswith(".") for sentence in words[1:])


def test_a_hint_without_a_plural_goes_with_a_counted_problem() -> None:
    problem = Problem(Level.WARNING, "recipients_doubtful", Where(), {"n": 4})
    assert problem_words(problem) == (
        "4 numbers are doubtful.",
        say("problem.recipients_doubtful.hint"),
    )
    assert "problem." not in problem_words(problem)[1]

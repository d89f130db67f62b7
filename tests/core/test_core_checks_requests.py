"""What the checks let through is what the service takes: the API's rules, held to the sandbox's reading."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsdesk.api.wire import encode_job
from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.checks import review
from smsdesk.core.errors import InputError
from smsdesk.core.options import Options
from smsdesk.core.plan import plan
from smsdesk.core.problem import Level
from smsdesk.core.recipients import Recipients, in_columns
from smsdesk.sandbox.reading import Rejected, read_job

NOW = datetime(2031, 3, 1, 9, tzinfo=UTC)
ONE, TWO = "+4917604069012", "+4917604069013"
PLAIN = Options(status_requested=True)


def campaign(text: str = "Hello", options: Options = PLAIN, **rows: object) -> Campaign:
    people = Recipients(**{"dst": [ONE, TWO], "reference": ["", ""], **rows})  # type: ignore[arg-type]
    return Campaign(CampaignId("0" * 32), "Spring", "Main", (Message(text, people),), options)


def in_lists(made: Campaign) -> Campaign:
    """The campaign as a draft holds it."""
    lists = tuple(replace(one, recipients=in_columns(one.recipients)) for one in made.messages)
    return replace(made, messages=lists)


def refused(made: Campaign) -> int:
    """The status that the sandbox answers one of the requests with; 0 where it takes them all."""
    checked = review(made, NOW, ["Main"])
    try:
        for request in plan(made, checked.effective):
            read_job(encode_job(request))
    except Rejected as rejected:
        return rejected.status
    except InputError:
        return 400
    return 0


def errors(made: Campaign) -> set[str]:
    return {p.code for p in review(made, NOW, ["Main"]).problems if p.level is Level.ERROR}


halves = st.characters(exclude_categories=())
words = st.text(halves, max_size=14) | st.text(st.sampled_from("Aa1+ .ä€\ud83d"), max_size=75)
offsets = st.sampled_from(
    [UTC, timezone(timedelta(hours=2)), timezone(timedelta(minutes=1, seconds=7)), None]
)
instants = st.builds(
    lambda at, offset: at.replace(tzinfo=offset),
    st.datetimes() | st.sampled_from([datetime.min, datetime.max, NOW.replace(tzinfo=None)]),
    offsets,
)
periods = st.builds(Period, instants, instants) | instants.map(
    lambda at: Period(at, at if at.year > 9990 else at + timedelta(microseconds=999))
)

FEW = settings(max_examples=20)

FIELDS: dict[str, st.SearchStrategy[object]] = {
    "src": words,
    "encoding": st.sampled_from(["STANDARD", "UTF-16", "UTF-8", "standard", ""]),
    "billcode": words,
    "reference": words,
    "validity_min": st.integers(-2, 2885),
    "max_parts": st.integers(-1, 22),
    "invalid_characters": st.sampled_from(["REFUSE", "REPLACE", "TO_UTF16", "TRANSLITERATE", "DROP"]),
    "qos": st.sampled_from(["EXPRESS", "NORMAL", "FAST"]),
    "start_at": instants,
    "blackouts": st.lists(periods, max_size=3).map(tuple),
}


@pytest.mark.parametrize("name", FIELDS)
@FEW
@given(data=st.data())
def test_an_option_that_is_let_through_is_taken(name: str, data: st.DataObject) -> None:
    made = campaign(options=replace(PLAIN, **{name: data.draw(FIELDS[name])}))
    if not errors(made):
        assert refused(made) == 0


TAKEN_ELSEWHERE = ("src", "encoding", "reference", "start_at", "blackouts")
"""Where the checks are stricter than the sandbox, or a choice is read in any case."""


@pytest.mark.parametrize("name", [name for name in FIELDS if name not in TAKEN_ELSEWHERE])
@FEW
@given(data=st.data())
def test_an_option_that_is_not_let_through_would_be_refused(name: str, data: st.DataObject) -> None:
    value = data.draw(FIELDS[name])
    made = campaign(options=replace(PLAIN, **{name: value}))
    assert bool(refused(made)) or not errors(made) or len(str(value).encode("utf-16", "surrogatepass")) > 140


texts = st.text(st.sampled_from("aä€^[Zëπ日😀’ \n{}|\ud83d"), max_size=12) | st.text(halves, max_size=8)


@settings(max_examples=60)
@given(
    texts,
    st.sampled_from([None, "STANDARD", "UTF-16"]),
    st.sampled_from([None, "REFUSE", "REPLACE", "TO_UTF16", "TRANSLITERATE"]),
    st.lists(texts, min_size=2, max_size=2),
    st.booleans(),
)
def test_a_text_that_is_let_through_is_taken(
    text: str, encoding: str | None, rule: str | None, names: list[str], literal: bool
) -> None:
    options = replace(PLAIN, encoding=encoding, invalid_characters=rule)
    made = campaign(text + "{name}" * (not literal), options, fields={"name": names})
    made = in_lists(made.with_message(0, replace(made.messages[0], literal=literal)))
    if not errors(made):
        assert refused(made) == 0


@settings(max_examples=40)
@given(st.lists(words, min_size=2, max_size=2), st.lists(periods, max_size=2).map(tuple))
def test_what_is_let_through_of_a_recipient_is_taken(references: list[str], own: tuple[Period, ...]) -> None:
    made = in_lists(campaign(reference=references, blackouts={1: own} if own else {}))
    if not errors(made):
        assert refused(made) == 0


ONE_BY_ONE: dict[str, Callable[[], Campaign]] = {
    "no_text": lambda: campaign(""),
    "text_empty_for": lambda: campaign("{name}", fields={"name": ["", "Ada"]}),
    "no_recipients": lambda: campaign(dst=[], reference=[]),
    "characters_refused": lambda: campaign("Zoë", replace(PLAIN, invalid_characters="REFUSE")),
    "characters_maybe_refused": lambda: campaign("Zoë"),
    "half_character": lambda: campaign("a\ud83d", replace(PLAIN, encoding="UTF-16")),
}


@pytest.mark.parametrize("code", ONE_BY_ONE)
def test_what_the_service_refuses_has_an_error(code: str) -> None:
    made = ONE_BY_ONE[code]()
    assert code in errors(made)
    assert refused(made) in (400, 422) or code == "no_recipients"

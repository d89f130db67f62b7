"""What is out of the ordinary about a campaign: its size, the night, another country."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.checks import review
from smsdesk.core.options import Options
from smsdesk.core.problem import Level
from smsdesk.core.recipients import Recipients
from smsdesk.core.rules import Rule, RuleKind
from smsdesk.core.unusual import Before, regions_of, unusual
from smsdesk.words import problem_words, use_language

NOON = datetime(2031, 6, 3, 12, tzinfo=UTC)
NIGHT = datetime(2031, 6, 3, 20, tzinfo=UTC)
"""22:00 in Berlin, 16:00 in New York, 13:00 in Los Angeles, 5:00 in Tokyo."""
BERLIN, NEW_YORK, TOKYO, NOWHERE = "+4917604069012", "+12125550123", "+819012345678", "+8835100123456"
USED = Before(3, 1000, frozenset({"DE"}))


def campaign(*numbers: str, **options: Any) -> Campaign:
    rows = Recipients(numbers, [""] * len(numbers))
    return Campaign(CampaignId("0" * 32), "Spring", "Main", (Message("Hello", rows),), Options(**options))


def found(
    made: Campaign, now: datetime = NOON, before: Before = USED, out: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The values of each problem, all of them notes with words."""
    checked = review(made, now, ["Main"], out)
    regions = regions_of(made, checked.listed)
    problems = unusual(made, checked.totals, checked.effective, regions, before, checked.listed)
    for problem in problems:
        assert problem.level is Level.NOTE
        assert all(problem_words(problem))
    return {problem.code: problem.values for problem in problems}


def test_nothing_is_unusual_by_day_in_a_country_known() -> None:
    assert found(campaign(BERLIN)) == {}


@pytest.mark.parametrize(
    ("count", "before", "large"),
    [
        (99, Before(), False),
        (100, Before(), True),
        (200, Before(1, 100), False),
        (201, Before(1, 100), True),
        (99, Before(9, 9), False),
    ],
)
def test_large_is_more_than_twice_as_many_as_ever(count: int, before: Before, large: bool) -> None:
    made = campaign(*[f"+49176{n:08}" for n in range(count)])
    assert ("unusual_large" in found(made, before=replace(before, countries=frozenset({"DE"})))) is large


def test_the_first_campaign_has_nothing_to_be_compared_with() -> None:
    made = campaign(*[f"+49176{n:08}" for n in range(100)])
    assert found(made, before=Before())["unusual_large"]["reason"] == "first"


@pytest.mark.parametrize(
    ("number", "night"), [(BERLIN, True), (NEW_YORK, False), (TOKYO, True), (NOWHERE, False)]
)
def test_night_is_where_the_recipient_is(number: str, night: bool) -> None:
    assert ("unusual_night" in found(campaign(number), NIGHT)) is night


def test_night_counts_by_the_first_possible_instant_of_each() -> None:
    later = Period(NIGHT - timedelta(hours=1), NIGHT + timedelta(hours=11))
    made = campaign(BERLIN, "+4917604069031", "+4917604069005", start_at=NIGHT)
    assert found(made)["unusual_night"] == {"n": 3}
    assert found(made, out=("+4917604069005",))["unusual_night"] == {"n": 2}
    rows = replace(made.messages[0].recipients, blackouts={0: (later,)})
    assert found(made.with_message(0, Message("Hello", rows)))["unusual_night"] == {"n": 2}
    quiet = Rule(RuleKind.HOURS)
    assert "unusual_night" not in found(replace(made, rules=(quiet,)))


def test_a_country_never_written_to_is_named_in_the_language_in_use() -> None:
    made = campaign(BERLIN, "+436641234567", "+41791234567", "+41791234568")
    values = found(made)["unusual_country"]
    assert values == {"n": 3, "countries": "CH AT"}
    checked = review(made, NOON, ["Main"])
    (problem,) = unusual(made, checked.totals, checked.effective, {"CH": 2, "AT": 1, "DE": 1, "": 5}, USED)
    assert "Switzerland, Austria" in problem_words(problem)[0]
    use_language("de")
    assert "Schweiz, Österreich" in problem_words(problem)[0]


def test_before_the_first_campaign_ones_own_country_is_no_news() -> None:
    assert "unusual_country" not in found(campaign(BERLIN), before=Before())
    assert found(campaign(TOKYO), before=Before())["unusual_country"] == {"n": 1, "countries": "JP"}

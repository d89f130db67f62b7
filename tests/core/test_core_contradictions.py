"""Contradictions: how many people, until when, and why."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.checks import review
from smsdesk.core.options import Options
from smsdesk.core.problem import Problem
from smsdesk.core.recipients import Recipients
from smsdesk.core.rules import Rule, RuleKind

NOW = datetime(2031, 3, 3, 9, tzinfo=UTC)
BERLIN, ZURICH, NEW_YORK, AUSTRALIA = "+4917604069012", "+41791234567", "+12125550147", "+61412345678"


def hours(start: float, end: float) -> Period:
    return Period(NOW + timedelta(hours=start), NOW + timedelta(hours=end))


def campaign(
    *rules: Rule,
    dst: tuple[str, ...] = (BERLIN, ZURICH),
    own: dict[int, tuple[Period, ...]] | None = None,
    text: str = "Hello",
    **options: object,
) -> Campaign:
    rows = Recipients(list(dst), [""] * len(dst), {"name": [f"N{at}" for at in range(len(dst))]}, own or {})
    chosen = Options(**{"status_requested": True, **options})  # type: ignore[arg-type]
    return Campaign(CampaignId("0" * 32), "n", "Main", (Message(text, rows),), chosen, rules=rules)


def told(made: Campaign, code: str, left_out: tuple[str, ...] = ()) -> Problem:
    (problem,) = (p for p in review(made, NOW, ["Main"], left_out).problems if p.code == code)
    return problem


def codes(made: Campaign, left_out: tuple[str, ...] = ()) -> set[str]:
    return {p.code for p in review(made, NOW, ["Main"], left_out).problems}


def test_who_waits_longest_and_for_what() -> None:
    evening = Rule(RuleKind.HOURS, start=time(8), end=time(20), zone="UTC")
    made = campaign(own={0: (hours(0, 5),), 1: (hours(0, 7),)})
    assert told(made, "waits_longest").values == {
        "n": 1,
        "reason": "own",
        "instant": "2031-03-03T16:00:00+00:00",
    }
    assert told(made, "waits_longest").where.row == 2
    ruled = campaign(Rule(RuleKind.DAYS, (6,), zone="UTC"), replace(evening, zone=""), dst=(BERLIN, NEW_YORK))
    assert told(ruled, "waits_longest").values == {
        "n": 1,
        "reason": "rule",
        "rule": 2,
        "instant": "2031-03-03T19:00:00+00:00",
    }
    drawn = campaign(own={0: (hours(0, 5),)}, blackouts=(hours(0, 1), hours(5, 6)))
    assert told(drawn, "waits_longest").values["reason"] == "drawn"


def test_who_gets_nothing_waits_for_nothing() -> None:
    made = campaign(own={1: (hours(0, 7),)}, validity_min=60)
    assert {"waits_longest", "validity_short"} <= codes(made)
    assert not {"waits_longest", "validity_short", "validity_unclear"} & codes(made, (ZURICH,))
    assumed = campaign(Rule(RuleKind.HOURS), dst=(BERLIN, AUSTRALIA, AUSTRALIA))
    assert told(assumed, "zone_assumed").values["n"] == 2
    assert "zone_assumed" not in codes(assumed, (AUSTRALIA,))


def test_a_start_in_the_night_of_everybody_is_really_later() -> None:
    night = Rule(RuleKind.HOURS, start=time(20), end=time(8))
    made = campaign(night, start_at=datetime(2031, 3, 3, 21, tzinfo=UTC))
    assert told(made, "start_in_blackout").values == {"instant": "2031-03-04T07:00:00+00:00"}
    awake = campaign(night, dst=(BERLIN, NEW_YORK), start_at=datetime(2031, 3, 3, 21, tzinfo=UTC))
    assert "start_in_blackout" not in codes(awake)


def test_the_words_that_would_be_lost_are_named() -> None:
    made = campaign(text="a" * 155 + " and so on {name}", max_parts=1)
    problem = told(made, "text_cut")
    assert (problem.where.value, problem.values) == ("so on N0", {"n": 2, "parts": 2})


def test_no_time_at_all_and_a_time_far_away_are_told_apart() -> None:
    always = Rule(RuleKind.HOURS, start=time(0), end=time(0), zone="UTC")
    made = campaign(own={1: (hours(0, 24 * 40),)})
    assert "no_time_left" not in codes(made)
    assert told(made, "arrives_late").values["instant"] == "2031-04-12T09:00:00+00:00"
    assert told(replace(made, rules=(always,)), "no_time_left").values == {"n": 1}


def test_a_misspelt_field_is_near_another_and_missing_values_have_their_rows() -> None:
    made = campaign(text="Hi {nmae}, {name}", dst=(BERLIN,) * 9)
    assert told(made, "no_such_field").values == {"n": 9, "field": "nmae", "near": "name", "reason": "near"}
    rows = replace(made.messages[0].recipients, fields={"name": ["", "A", "", "", "B", "", "", "C", ""]})
    problem = told(made.with_message(0, replace(made.messages[0], recipients=rows)), "field_empty")
    assert (problem.where.row, problem.values["rows"], problem.values["n"]) == (1, "1, 3, 4, ...", 6)

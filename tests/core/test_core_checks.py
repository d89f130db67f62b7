"""Checks: for each code a campaign that draws it, and a neighbour that does not."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from smsdesk.core.blackouts import Period, parse_instant, parse_period
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.checks import review
from smsdesk.core.figures import Review
from smsdesk.core.options import Options
from smsdesk.core.plan import campaign_of
from smsdesk.core.problem import Level
from smsdesk.core.recipients import Recipients
from smsdesk.core.request import JobRequest, RequestMessage, RequestRecipient
from smsdesk.core.rules import WEEKEND, Answer, Rule, RuleKind
from smsdesk.words import has, use_language

NOW = datetime(2031, 3, 1, 9, tzinfo=UTC)
ONE, TWO = "+4917604069012", "+4917604069013"


def hours(start: float, end: float) -> Period:
    return Period(NOW + timedelta(hours=start), NOW + timedelta(hours=end))


def at(hour: float) -> dict[str, str]:
    return {"instant": (NOW + timedelta(hours=hour)).isoformat()}


def made(text: str = "Hello", dst: tuple[str, ...] = (ONE, TWO), **options: object) -> Campaign:
    rows = Recipients(
        list(dst), [""] * len(dst), {"name": [f"Ada {i}" if i != 1 else "" for i in range(len(dst))]}
    )
    return Campaign(
        CampaignId("0" * 32),
        "Spring",
        "Main",
        (Message(text, rows),),
        Options(**{"status_requested": True, **options}),
    )


def checked(campaign: Campaign) -> Review:
    return review(campaign, NOW, ["Main"])


def referring(reference: str) -> Campaign:
    campaign = made()
    rows = replace(campaign.messages[0].recipients, reference=["", reference])
    return campaign.with_message(0, replace(campaign.messages[0], recipients=rows))


def owning(*periods: Period, **options: object) -> Campaign:
    campaign = made(**options)  # type: ignore[arg-type]
    rows = replace(campaign.messages[0].recipients, blackouts={1: periods})
    return campaign.with_message(0, replace(campaign.messages[0], recipients=rows))


def ruled(*rules: Rule, dst: tuple[str, ...] = (ONE, TWO), **options: object) -> Campaign:
    return replace(made(dst=dst, **options), rules=rules)


BEFORE_SPRING, BEFORE_AUTUMN = (datetime(2031, *day, 12, tzinfo=UTC) for day in ((3, 29), (10, 25)))
SMALL_HOURS = Rule(RuleKind.HOURS, start=time(0), end=time(2, 30), zone="Europe/Berlin")
FINE = made()
CASES = {
    "no_account": (replace(FINE, account=""), FINE, "error", "account", {}),
    "unknown_account": (replace(FINE, account="Old"), FINE, "error", "account", {}),
    "no_name": (replace(FINE, name="  "), FINE, "warning", "name", {}),
    "no_recipients": (made(dst=()), FINE, "error", "recipients", {}),
    "no_text": (made(" \n"), FINE, "error", "text", {}),
    "brace_alone": (made("Hello {"), made("Hello {{"), "error", "text", {"at": 7}),
    "field_without_name": (made("Hello {}"), made("Hello {name|x}"), "error", "text", {"at": 7}),
    "no_such_field": (made("Hi {age}"), made("Hi {Name|x}"), "error", "text", {"n": 2, "field": "age"}),
    "field_empty": (
        made("Hi {name}"),
        made("Hi {name|x}"),
        "warning",
        "text",
        {"n": 1, "field": "name", "rows": "2"},
    ),
    "text_empty_for": (made("{name}"), made("{name}."), "error", "text", {"n": 1}),
    "recipient_invalid": (made(dst=(ONE, "0176O4069012")), FINE, "error", "recipients", {}),
    "recipients_doubtful": (
        made(dst=(ONE, "0431 5550104", "+4917500001")),
        FINE,
        "warning",
        "recipients",
        {"n": 2},
    ),
    "number_twice": (made(dst=(ONE, "0176 04069012", TWO)), FINE, "warning", "recipients", {"n": 1}),
    "characters_refused": (
        made("Zoë", invalid_characters="REFUSE"),
        made("Zoè", invalid_characters="REFUSE"),
        "error",
        "text",
        {"n": 2, "characters": "ë"},
    ),
    "characters_maybe_refused": (
        made("Zoë"),
        made("Zoë", encoding="UTF-16"),
        "error",
        "text",
        {"n": 2, "characters": "ë"},
    ),
    "start_past": (
        made(start_at=NOW - timedelta(minutes=1)),
        made(start_at=NOW),
        "warning",
        "start",
        {},
    ),
    "blackout_over": (
        made(blackouts=(hours(-2, 0), hours(1, 2))),
        made(blackouts=(hours(1, 2),)),
        "warning",
        "blackouts",
        {"n": 1},
    ),
    "start_in_blackout": (
        made(start_at=NOW + timedelta(hours=1), blackouts=(hours(1, 2),)),
        made(start_at=NOW + timedelta(hours=2), blackouts=(hours(2.5, 3),)),
        "warning",
        "blackouts",
        at(2),
    ),
    "validity_short": (
        made(validity_min=60, blackouts=(hours(0, 2),)),
        made(validity_min=120, blackouts=(hours(0, 2),)),
        "warning",
        "validity_min",
        {"n": 2, "minutes": 60, **at(2)},
    ),
    "flash_long": (
        made("a" * 161, flash=True),
        made("a" * 160, flash=True),
        "warning",
        "flash",
        {"n": 2, "parts": 2},
    ),
    "text_cut": (
        made("a" * 161, max_parts=1),
        made("a" * 161, max_parts=2),
        "warning",
        "max_parts",
        {"n": 2, "parts": 2},
    ),
    "no_confirmation": (made(status_requested=None), FINE, "note", "status_requested", {}),
    "option_sender": (made(src="Müller"), made(src="Mueller"), "error", "src", {"limit": 0}),
    "option_choice": (made(qos="FAST"), made(qos="EXPRESS"), "error", "qos", {"limit": 0}),
    "option_too_long": (made(billcode="x" * 71), made(billcode="x" * 70), "error", "billcode", {"limit": 70}),
    "option_validity": (made(validity_min=4), made(validity_min=5), "error", "validity_min", {"limit": 0}),
    "option_max_parts": (made(max_parts=21), made(max_parts=20), "error", "max_parts", {"limit": 0}),
    "option_half_character": (
        made(billcode="a\ud83d"),
        made(billcode="a😀"),
        "error",
        "billcode",
        {"limit": 70},
    ),
    "half_character": (
        made("a\ud83d", encoding="UTF-16"),
        made("a😀", encoding="UTF-16"),
        "error",
        "text",
        {"at": 2},
    ),
    "text_endless": (made("a" * 39_016), made("a" * 39_015), "error", "text", {"limit": 255}),
    "fields_many": (made("{name|a}" * 101), made("{name|a}" * 100), "error", "text", {"limit": 100}),
    "recipients_invalid": (
        made(dst=("0176O4069012",) * 52),
        made(dst=(ONE,) * 52),
        "error",
        "recipients",
        {"n": 2},
    ),
    "references_long": (
        referring("r" * 65),
        referring("r" * 64),
        "warning",
        "recipients",
        {"n": 1, "limit": 64},
    ),
    "start_impossible": (made(start_at=datetime(2031, 4, 1, 9)), made(start_at=NOW), "error", "start", {}),
    "blackout_impossible": (
        made(blackouts=(hours(2, 1), hours(3, 3.0000001), hours(4, 5))),
        made(blackouts=(hours(1, 2),)),
        "error",
        "blackouts",
        {"n": 2},
    ),
    "own_blackout_impossible": (owning(hours(2, 1)), owning(hours(1, 2)), "error", "recipients", {"n": 1}),
    "characters_replaced": (
        made("Zoë", invalid_characters="REPLACE"),
        made("Zoè", invalid_characters="REPLACE"),
        "warning",
        "text",
        {"n": 2, "characters": "ë"},
    ),
    "characters_rewritten": (
        made("Zoë", invalid_characters="TRANSLITERATE"),
        made("Zoë", invalid_characters="TRANSLITERATE", encoding="UTF-16"),
        "note",
        "text",
        {"n": 2, "characters": "ë"},
    ),
    "waits_again": (
        owning(hours(2, 5), blackouts=(hours(0, 2),)),
        owning(hours(3, 5), blackouts=(hours(0, 2),)),
        "warning",
        "blackouts",
        {"n": 1, **at(5)},
    ),
    "zone_assumed": (
        ruled(Rule(RuleKind.HOURS), dst=(ONE, "+61412345678")),
        ruled(Rule(RuleKind.HOURS, zone="Australia/Perth"), dst=(ONE, "+61412345678")),
        "warning",
        "blackouts",
        None,
    ),
    "no_time_left": (
        ruled(Rule(RuleKind.DAYS, zone="UTC")),
        ruled(Rule(RuleKind.DAYS, WEEKEND, zone="UTC")),
        "error",
        "blackouts",
        {"n": 2},
    ),
    "arrives_late": (
        made(blackouts=(hours(0, 24 * 30 + 1),)),
        made(blackouts=(hours(0, 24 * 30),)),
        "warning",
        "blackouts",
        {"n": 2, "days": 30, **at(24 * 30 + 1)},
    ),
    "validity_unclear": (
        made(validity_min=60, blackouts=(hours(0, 1),)),
        made(validity_min=60, blackouts=(hours(1, 2),)),
        "note",
        "validity_min",
        {"minutes": 60},
    ),
    "waits_longest": (
        owning(hours(0, 2)),
        made(blackouts=(hours(0, 2),)),
        "note",
        "blackouts",
        {"n": 1, "reason": "own", **at(2)},
    ),
    "rule_time_missing": (
        ruled(SMALL_HOURS, start_at=BEFORE_SPRING),
        ruled(replace(SMALL_HOURS, answer=Answer.EARLIER), start_at=BEFORE_SPRING),
        "error",
        "blackouts",
        {"n": 1, "rule": 1, "clock": "02:30", "date": "2031-03-30", "zone": "Europe/Berlin"},
    ),
    "rule_time_twice": (
        ruled(SMALL_HOURS, start_at=BEFORE_AUTUMN),
        ruled(replace(SMALL_HOURS, answer=Answer.LATER), start_at=BEFORE_AUTUMN),
        "error",
        "blackouts",
        {"n": 1, "rule": 1, "clock": "02:30", "date": "2031-10-26", "zone": "Europe/Berlin"},
    ),
    "utf16_costs": (
        made("a" * 71, encoding="UTF-16"),
        made("ą" * 71, encoding="UTF-16"),
        "warning",
        "encoding",
        {"n": 2},
    ),
    "duplicates_unclear": (made(duplicate_detection=True), FINE, "note", "duplicate_detection", {}),
    "saving_characters": (
        made("a" * 99 + "’", invalid_characters="TO_UTF16"),
        made("a" * 99 + "'", invalid_characters="TO_UTF16"),
        "warning",
        "text",
        {"n": 2, "saves": 2, "characters": "’", "column": "", "reason": "text"},
    ),
    "saving_shorter": (made("a" * 162), made("a" * 200), "warning", "text", {"n": 2, "saves": 2}),
}


@pytest.mark.parametrize("code", CASES)
def test_each_problem_and_its_neighbour(code: str) -> None:
    drawn, neighbour, level, field, values = CASES[code]
    (problem,) = (p for p in checked(drawn).problems if p.code == code)
    assert (problem.level.value, problem.where.field) == (level, field)
    assert values is None or problem.values == values
    assert code not in {p.code for p in checked(neighbour).problems}
    assert checked(drawn).sendable == (level != "error")


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_problem_has_words(language: str) -> None:
    use_language(language)
    assert [c for c in CASES if not (has(f"problem.{c}") and has(f"problem.{c}.hint"))] == []


def test_nothing_is_wrong_with_a_plain_campaign() -> None:
    found = checked(FINE)
    assert (found.problems, found.sendable) == ((), True)
    totals = found.totals
    assert (totals.people, totals.sms, totals.parts, totals.jobs) == (2, 2, 2, 1)
    assert (totals.first_at, totals.last_at, totals.histogram) == (NOW, NOW, {1: 2})


def test_a_problem_says_where_it_is() -> None:
    one, two = made().messages[0], made("Zoë {name}", (ONE, TWO, "0176O4069012")).messages[0]
    campaign = replace(made(invalid_characters="REFUSE"), messages=(one, two))
    found = {p.code: p.where for p in checked(campaign).problems}
    assert (found["recipient_invalid"].message, found["recipient_invalid"].row) == (1, 3)
    assert found["recipient_invalid"].value == "0176O4069012"
    assert (found["characters_refused"].message, found["characters_refused"].value) == (1, "ë")
    assert (found["field_empty"].row, found["field_empty"].value) == (2, "name")


def test_red_comes_before_yellow_and_grey() -> None:
    found = checked(replace(made("Zoë {x}", status_requested=False, start_at=NOW - timedelta(1)), account=""))
    levels = [problem.level for problem in found.problems]
    order = [Level.ERROR, Level.WARNING, Level.NOTE]
    assert levels == sorted(levels, key=order.index) and set(levels) == set(order)


def test_figures_follow_the_options() -> None:
    long = made("ä" * 160 + "x", (ONE, TWO, "+4917604069014"))
    assert checked(long).totals.parts == 6
    assert checked(made("ä" * 161, max_parts=1)).totals.parts == 2
    assert checked(made("日" * 71)).totals.histogram == {2: 2}
    assert checked(made("日" * 71, invalid_characters="REPLACE")).totals.histogram == {1: 2}
    assert checked(made("日" * 71, invalid_characters="REFUSE")).totals.histogram == {2: 2}
    assert checked(made("a" * 71, encoding="UTF-16")).totals.histogram == {2: 2}
    assert checked(made("a" * 71, encoding="nonsense")).totals.histogram == {2: 2}
    totals = checked(made("Hello {name}")).totals
    assert (totals.longest, totals.histogram) == ((0, 0), {1: 2})
    assert checked(made(dst=())).totals.longest is None


def test_jobs_hold_three_thousand() -> None:
    many = tuple(f"+4917604{n:06}" for n in range(3001))
    assert [checked(made(dst=many[:n])).totals.jobs for n in (3000, 3001)] == [1, 2]


def test_the_last_sms_leaves_after_the_union_of_all_periods() -> None:
    campaign = made(blackouts=(hours(0, 2),))
    rows = replace(campaign.messages[0].recipients, blackouts={1: (hours(2, 5),)})
    totals = checked(campaign.with_message(0, replace(campaign.messages[0], recipients=rows))).totals
    assert (totals.first_at, totals.last_at) == (NOW + timedelta(hours=2), NOW + timedelta(hours=5))
    everybody = replace(rows, blackouts={0: (hours(0, 3),), 1: (hours(2, 5),)})
    totals = checked(campaign.with_message(0, replace(campaign.messages[0], recipients=everybody))).totals
    assert (totals.first_at, totals.last_at) == (NOW + timedelta(hours=3), NOW + timedelta(hours=5))


def test_a_request_of_the_past_with_short_numbers_has_no_error_but_the_account() -> None:
    """Two texts, five people, intervals broken over lines, in the shape of the API's own documentation."""
    broken = "2019-05-06T12:00:00.000+02:00/2019-05-\n06T13:00:00.000+02:00"
    night = "2019-05-06T18:00:00.000+02:00/2019-05-07T08:00:00.000+02:00"
    own = (parse_period(broken), parse_period(night))

    def person(dst: str, number: int, *periods: Period) -> RequestRecipient:
        return RequestRecipient(dst, f"ORDER.{number}", periods)

    request = JobRequest(
        (
            RequestMessage(
                "Ihr Paket {1} ist da…", (person("+491760001", 1), person("+4917604069012", 2, *own))
            ),
            RequestMessage(
                "Your parcel is here.",
                (person("+1212000", 3, *own), person("+12125550147", 4, *own), person("+1750001", 5, *own)),
            ),
        ),
        Options(
            src="shopREST",
            encoding="UTF-16",
            validity_min=5,
            max_parts=2,
            invalid_characters="TRANSLITERATE",
            qos="EXPRESS",
            status_requested=True,
            start_at=parse_instant("2019-05-06T11:00:00.000+02:00"),
            blackouts=own,
        ),
    )
    campaign = campaign_of(request, CampaignId("1" * 32), "Opened")
    problems = review(campaign, NOW, []).problems
    assert [p.code for p in problems if p.level is Level.ERROR] == ["no_account"]
    assert {p.code for p in problems} == {"no_account", "recipients_doubtful", "start_past", "blackout_over"}

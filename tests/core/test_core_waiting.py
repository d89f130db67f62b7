"""The figures of a schedule: who waits, how long, for what; and names of places."""

from datetime import UTC, datetime, timedelta

from smsdesk.core.blackouts import Period, union
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.country_names import country_name
from smsdesk.core.effective import Cause, arrivals, effective
from smsdesk.core.holidays import subdivision_names, subdivisions
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.core.rules import Rule, RuleKind
from smsdesk.core.waiting import MOST, Group, by_hour, waiting

NOW = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def own(hours: int) -> tuple[Period, ...]:
    return (Period(NOW - HOUR, NOW + hours * HOUR),)


def campaign(
    *lists: Recipients, rules: tuple[Rule, ...] = (), blackouts: tuple[Period, ...] = ()
) -> Campaign:
    messages = tuple(Message("Hello", rows) for rows in lists)
    return Campaign(CampaignId("a"), "Autumn", "", messages, Options(blackouts=blackouts), rules=rules)


def people(count: int, blackouts: dict[int, tuple[Period, ...]] | None = None) -> Recipients:
    return Recipients([f"+4917640{at:06}" for at in range(count)], [""] * count, {}, blackouts or {})


def test_nobody_waits_where_nothing_is_closed() -> None:
    found = waiting(effective(campaign(people(3)), NOW))
    assert (found.sms, found.first_at, found.last_at) == (3, NOW, NOW)
    assert (found.waiting, found.never, found.longest, found.groups) == (0, 0, None, ())


def test_those_who_wait_are_counted_and_the_longest_named() -> None:
    rows = people(10, {0: own(5), 1: own(5), 2: own(2)})
    found = waiting(effective(campaign(rows), NOW))
    assert (found.first_at, found.last_at) == (NOW, NOW + 5 * HOUR)
    assert (found.waiting, found.longest_count) == (3, 2)
    assert found.longest is not None
    assert found.longest.cause is Cause.OWN
    assert found.groups == (Group(0, own(5), 2), Group(0, own(2), 1))
    assert found.spans == ((union(own(5))[0], 3),)


def test_rows_that_are_left_out_do_not_count() -> None:
    rows = people(4, {0: own(5), 1: own(2)})
    found = waiting(effective(campaign(rows, people(2)), NOW), [[0], [1]])
    assert (found.sms, found.waiting, found.last_at) == (4, 1, NOW + 2 * HOUR)
    assert [group.own for group in found.groups] == [own(2)]


def test_equal_periods_in_two_texts_are_two_groups() -> None:
    found = waiting(effective(campaign(people(1, {0: own(2)}), people(2, {1: own(2)})), NOW))
    assert {(group.message, group.people) for group in found.groups} == {(0, 1), (1, 1)}
    assert found.spans[0][1] == 2


def test_who_never_gets_it_is_told() -> None:
    month = Period(NOW, NOW + timedelta(days=40))
    found = waiting(effective(campaign(people(2), blackouts=(month,)), NOW))
    assert (found.never, found.first_at, found.last_at, found.longest) == (2, None, None, None)


def test_zones_are_told_by_frequency_and_assumed_ones_counted() -> None:
    numbers = ["+4917640690001", "+4917640690002", "+61412000001"]
    rows = Recipients(numbers, [""] * 3)
    found = waiting(effective(campaign(rows, rules=(Rule(RuleKind.HOURS),)), NOW))
    assert found.zones[0] == ("Europe/Berlin",)
    assert len(found.zones[1]) > 1
    assert found.assumed == 1


def test_of_very_many_groups_the_largest_are_told_apart_and_the_rest_together() -> None:
    rows = people(MOST + 12, {at: own(at // 2 + 1) for at in range(MOST + 10)} | {MOST + 11: own(100)})
    found = waiting(effective(campaign(rows), NOW))
    groups = (MOST + 10) // 2 + 1
    assert len(found.groups) == min(MOST, groups)
    many = people(MOST + 3, {at: own(at + 1) for at in range(MOST + 3)})
    found = waiting(effective(campaign(many), NOW))
    assert (len(found.groups), found.others) == (MOST, 3)
    assert len(found.rest) == 1
    assert found.spans[0][1] == MOST + 3


def test_arrivals_are_summed_by_the_hour() -> None:
    rows = people(5, {0: own(2), 1: (Period(NOW, NOW + 2 * HOUR + timedelta(minutes=20)),)})
    hours = by_hour(arrivals(effective(campaign(rows), NOW)))
    first = int(NOW.timestamp()) // 3600
    assert hours == ((first, 3), (first + 2, 2))


def test_countries_and_their_parts_have_names() -> None:
    assert (country_name("DE", "en"), country_name("DE", "de")) == ("Germany", "Deutschland")
    assert country_name("XX", "en") == ""
    assert subdivision_names("DE")["BY"] == "Bayern"
    assert set(subdivision_names("CH")) == set(subdivisions("CH"))
    assert list(subdivision_names("US").values())[:2] == ["Alabama", "Alaska"]
    assert subdivision_names("XX") == {}

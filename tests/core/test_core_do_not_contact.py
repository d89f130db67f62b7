"""Do not contact: whoever is on the list is found in any spelling, and is in no job."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planned import jobs_of

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.checks import review
from smsdesk.core.columns import column_of
from smsdesk.core.do_not_contact import endings, listed
from smsdesk.core.effective import effective
from smsdesk.core.numbers import Standing, read_number
from smsdesk.core.people import by_columns, by_rows, people_of, read_numbers
from smsdesk.core.plan import Planned, addressed, columns_of, planned_jobs
from smsdesk.core.problem import Level
from smsdesk.core.recipients import Recipients

NOW = datetime(2031, 3, 1, 9, tzinfo=UTC)
ONE, TWO, THREE = "+4917604069012", "+4917604069013", "+4366412345678"
SPELLINGS = [
    "+4917604069012",
    "004917604069012",
    "017604069012",
    "0176/0406 9012",
    "+49 (0) 176 04069012",
    "+49 0176 04069012",
    "4917604069012",
    "tel:+49-176-04069012",
    "'017604069012",
    "０１７６ ０４０６９０１２",
    "0176\u00a004069012",
    "0176\u200b04069012",
    "4917604069012.0",
]


def campaign(*lists: Sequence[str], text: str = "Hello {name}") -> Campaign:
    messages = tuple(
        Message(
            text, Recipients(list(dst), [""] * len(dst), {"name": [f"Ada {i % 3}" for i in range(len(dst))]})
        )
        for dst in lists
    )
    return Campaign(CampaignId("0" * 32), "Spring", "Main", messages)


def planned(made: Campaign, numbers: Sequence[str]) -> tuple[Planned, ...]:
    return planned_jobs(made, effective(made, NOW), numbers)


def sent(made: Campaign, numbers: Sequence[str]) -> list[str]:
    return [p.dst for job in jobs_of(made, numbers) for m in job.messages for p in m.recipients]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_number_is_found_however_it_is_spelled(spelling: str) -> None:
    assert listed([TWO, spelling], "DE", [ONE]) == {1: ONE}
    assert sent(campaign([TWO, spelling]), [ONE]) == [TWO]
    (note,) = [
        p for p in review(campaign([TWO, spelling]), NOW, ["Main"], [ONE]).problems if "not_c" in p.code
    ]
    assert (note.code, note.level, note.values["n"], note.where.row) == (
        "some_do_not_contact",
        Level.NOTE,
        1,
        2,
    )


def test_a_number_that_only_ends_alike_is_written_to() -> None:
    assert listed(["+4915104069012", "+41760406901", "0176", ""], "DE", [ONE]) == {}
    assert listed([ONE], "DE", []) == {}


numbers = st.sampled_from(["DE", "AR", "US", "IT", "HU", "FI", "BR"]).flatmap(
    lambda region: st.tuples(st.just(region), st.from_regex(r"[0-9]{4,11}", fullmatch=True))
)


@given(
    numbers, st.sampled_from(["", "0", "00", "+", "015", "9", "06"]), st.sampled_from(["", "(0)", "0", " "])
)
def test_two_spellings_of_a_number_end_alike(number: tuple[str, str], before: str, inside: str) -> None:
    region, digits = number
    text = f"{before}{digits[:2]}{inside}{digits[2:]}"
    read = read_number(text, region)
    if read.standing is not Standing.INVALID:
        assert listed([text], region, [read.e164]) == {0: read.e164}
        assert endings([text], region) == endings([read.e164], region)


def test_many_that_look_alike_are_read_at_once() -> None:
    dst = [f"+49176{n:08}" for n in range(2_500)] + ["0176 00000007"]
    assert listed(dst, "DE", [f"+49176{n:08}" for n in range(0, 5_000, 2)]) == {
        n: f"+49176{n:08}" for n in range(0, 2_500, 2)
    }
    assert listed(dst, "DE", [f"+49176{n:08}" for n in range(1, 5_000, 2)])[2_500] == "+4917600000007"


def test_who_is_left_out_stands_with_the_job_of_those_around() -> None:
    people = [f"+49176{n:08}" for n in range(6_005)]
    out = [people[0], people[3_000], people[3_002], people[-1]]
    jobs = planned(campaign(people), out)
    assert [job.request.sms_count for job in jobs] == [3_000, 3_000, 1]
    assert [[one.place[1] for one in job.left_out] for job in jobs] == [[0, 3_000], [3_002], [6_004]]
    assert [one.number for job in jobs for one in job.left_out] == out
    assert [one.text for one in jobs[0].left_out] == ["Hello Ada 0", "Hello Ada 0"]


def test_places_follow_the_order_of_the_request() -> None:
    (job,) = planned(campaign([ONE, TWO, "+4917604069014", "+4917604069015"]), [TWO])
    assert job.rows.rows[0].to_list() == [0, 2, 3]
    columns = columns_of(job.share)
    assert [*columns.order] == [0, 2, 1]
    assert [p.dst for m in job.request.messages for p in m.recipients] == columns.dst
    going = addressed(columns, ["A", "C", "D"])
    assert (len(going), [row[2] for row in going]) == (3, ["A", "D", "C"])


def test_the_figures_are_those_of_what_is_sent() -> None:
    made = campaign([ONE, TWO, THREE], [ONE, "0176/04069012"])
    long = made.with_message(1, replace(made.messages[1], text="x" * 200))
    found = review(long, NOW, ["Main"], [ONE, "+4917600000000"])
    assert (found.totals.sms, found.totals.people, found.totals.parts, found.totals.histogram) == (
        2,
        2,
        2,
        {1: 2},
    )
    assert found.totals.longest == (0, 1)
    assert found.totals.texts[1].histogram == {}
    assert (found.listed, found.left_out, found.sendable) == (((0,), (0, 1)), 3, True)
    assert sent(long, [ONE]) == [TWO, THREE]


def test_a_campaign_of_which_everybody_is_on_the_list_cannot_be_sent() -> None:
    found = review(campaign([ONE]), NOW, ["Main"], [ONE])
    assert [p.code for p in found.problems if p.level is Level.ERROR] == ["all_do_not_contact"]
    assert not found.sendable and found.totals.sms == 0
    assert jobs_of(campaign([ONE]), [ONE]) == ()


def test_what_is_wrong_with_somebody_who_gets_nothing_stops_nobody() -> None:
    made = campaign([ONE, TWO], text="{name}")
    rows = replace(made.messages[0].recipients, fields={"name": ["", "Ada"]})
    empty = made.with_message(0, replace(made.messages[0], recipients=rows))
    assert not review(empty, NOW, ["Main"], []).sendable
    assert review(empty, NOW, ["Main"], [ONE]).sendable


@pytest.mark.parametrize(("count", "named"), [(2, "+491760000000, +491760000001"), (4, ", ...")])
def test_the_first_few_are_named(count: int, named: str) -> None:
    people = [f"+49176000000{n}" for n in range(count)]
    found = review(campaign([*people, ONE]), NOW, ["Main"], people)
    (note,) = [p for p in found.problems if p.code == "some_do_not_contact"]
    assert str(note.values["numbers"]).endswith(named)
    assert len(str(note.values["numbers"]).split(", ")) == min(count, 4)


texts = st.sampled_from([*SPELLINGS, TWO, THREE, "0431 5550104", "0176O4069012", "", "110", "+4917500001"])


@settings(max_examples=30)
@given(st.lists(st.lists(texts, max_size=12), min_size=1, max_size=3), st.sets(st.sampled_from([ONE, THREE])))
def test_a_long_list_is_read_as_a_short_one(lists: list[list[str]], out: set[str]) -> None:
    made = campaign(*lists)
    columns = [column_of(message.recipients.dst).series for message in made.messages]
    short = people_of([by_rows(column, made.region) for column in columns], out)
    assert people_of([by_columns(column, made.region) for column in columns], [*out]) == short


@settings(max_examples=40)
@given(st.lists(texts, min_size=1, max_size=9), st.data())
def test_a_column_read_from_what_was_known_is_one_read_anew(dst: list[str], data: st.DataObject) -> None:
    before = read_numbers(dst, "DE")
    after = [data.draw(texts) if data.draw(st.booleans()) else number for number in dst]
    after = after[data.draw(st.integers(0, 2)) :] + data.draw(st.lists(texts, max_size=2))
    again, anew = read_numbers(after, "DE", before), read_numbers(after, "DE")
    for name in ("dst", "e164", "standing", "regions"):
        assert getattr(again, name).to_list() == getattr(anew, name).to_list()


def test_many_that_look_alike_are_read_all_at_once() -> None:
    """Others whose numbers end alike are not on the list."""
    many = [f"+49176{at:02}069012" for at in range(100)] * 30
    found = listed([*many, "0176/04069012"], "DE", [ONE])
    assert found == {at: ONE for at, number in enumerate([*many, ONE]) if number == ONE}
    assert len(found) == 31

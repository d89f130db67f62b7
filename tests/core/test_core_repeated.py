"""Who gets the same again, as plain values."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.problem import Level, Where
from smsdesk.core.recipients import Recipients
from smsdesk.core.repeated import (
    CELL,
    LINE,
    WITHIN,
    Heard,
    Past,
    Repeated,
    alike,
    heard,
    problem_of,
    repeated,
    together,
    who_got,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NUMBERS = ["+4917604069010", "+4917604069011"]


def line(dst: str, text: str, process: str = "", status: str = "") -> str:
    return CELL.join((dst, process, status, text))


def past(id_: str = "a", hour: int = 8, texts: tuple[str, ...] = ("",)) -> Past:
    return Past(CampaignId(id_), f"Named {id_}", NOW.replace(hour=hour), "DE", texts)


def campaign(text: str, numbers: list[str]) -> Campaign:
    rows = Recipients(numbers, [""] * len(numbers), {"Name": ["Ada"] * len(numbers)})
    return Campaign(CampaignId("new"), "New", "", (Message(text, rows),))


def got(text: str, *numbers: str) -> Heard:
    return heard(LINE.join(line(number, text) for number in numbers), "DE")


def test_nothing_sent_is_nothing_heard() -> None:
    assert len(heard("", "DE")) == 0


@pytest.mark.parametrize(
    ("process", "status", "counts"),
    [
        ("", "", 1),
        ("OPEN", "", 1),
        ("DONE", "SUC_FIN", 1),
        ("DONE", "SEND_ERR", 1),
        ("WHO", "KNOWS", 1),
        ("DONE", "INVALID_DST", 0),
        ("CANCELED", "", 0),
        ("NOT_SENT", "DO_NOT_CONTACT", 0),
    ],
)
def test_whom_it_did_not_reach_does_not_count(process: str, status: str, counts: int) -> None:
    assert len(heard(line(NUMBERS[0], "Hello", process, status), "DE")) == counts


def test_several_jobs_are_heard_together() -> None:
    one, other = got("Hello", *NUMBERS), got("Bye", NUMBERS[0])
    both = together([one, other])
    assert [*both.who] == [*one.who, *other.who]
    assert [*both.what] == [*one.what, *other.what]


def test_of_one_job_those_whom_it_did_not_reach_are_left_aside() -> None:
    told = [("DONE", "INVALID_DST"), ("DONE", "SUC_FIN"), ("OPEN", "INVALID_DST"), ("CANCELED", ""), ("", "")]
    lines = [line(f"+491760406901{at}", "Hello", *status) for at, status in enumerate(told)]
    only = heard(LINE.join(lines[at] for at in (1, 2, 4)), "DE")
    found = heard(LINE.join(lines), "DE")
    assert sorted(found.who) == sorted(only.who)
    assert sorted(found.what) == sorted(only.what)


@given(st.text(st.characters(exclude_characters=LINE, exclude_categories=["Cs"])))
def test_a_text_is_the_same_letter_for_letter(text: str) -> None:
    message = Message(text, Recipients([*NUMBERS], ["", ""]), literal=True)
    mine = Campaign(CampaignId("new"), "New", "", (message,))
    one = past()
    assert repeated(mine, (one,), {one.id: got(text, NUMBERS[1])}, {}).rows[0].to_list() == [1]
    assert repeated(mine, (one,), {one.id: got(f"{text}.", NUMBERS[1])}, {}).count == 0


def test_the_last_campaign_is_named_and_rows_left_out_are_not() -> None:
    old, new = past("old", 6), past("new one", 8)
    had = {
        old.id: got("Hello", *NUMBERS),
        new.id: together([got("Hello", NUMBERS[1]), got("Bye", NUMBERS[0])]),
    }
    mine = campaign("Hello", NUMBERS)
    found = repeated(mine, (old, new), had, {})
    assert [found.past[at].name for at in found.which[0].to_list()] == ["Named old", "Named new one"]
    assert found.last is new
    problem = problem_of(found, NOW + timedelta(seconds=0.9))
    assert (problem.level, problem.code) == (Level.WARNING, "repeated")
    assert problem.where == Where(row=1, field="recipients", message=0)
    assert problem.values == {"n": 2, "first": 1, "campaign": "Named new one", "seconds": 3600}
    turned = repeated(mine, (new, old), had, {})
    assert [turned.past[at].name for at in turned.which[0].to_list()] == ["Named old", "Named new one"]
    left = repeated(mine, (old, new), had, {}, [[1]])
    assert (left.count, left.last) == (1, old)


def test_only_texts_with_fields_are_compared_unfilled() -> None:
    mine = campaign("Hello {Name}", NUMBERS)
    assert alike(mine, past(texts=("Hello {Name} ", "Bye {Name}"))) == ((0, 0),)
    assert alike(mine, past(texts=("Hello {Vorname}", ""))) == ()
    assert alike(campaign("Hello", NUMBERS), past(texts=("Hello",))) == ()
    literal = Campaign(CampaignId("new"), "New", "", (Message("Hello {Name}", Recipients(), literal=True),))
    assert alike(literal, past(texts=("Hello {Name}",))) == ()


def test_messages_that_say_the_same_are_found_in_pairs_however_their_blanks() -> None:
    mine = Campaign(CampaignId("new"), "New", "", tuple(map(Message, ("{A}", "x", "Hi  {B}\n!", "{A}"))))
    assert alike(mine, past(texts=("y", "Hi {B} !", "{A}"))) == ((0, 2), (2, 1), (3, 2))
    assert alike(mine, past(texts=("Hi {B}!", "{ A}"))) == ()


def rows_of(found: Repeated) -> list[list[int]]:
    return [rows.to_list() for rows in found.rows]


def test_the_same_text_with_other_fields_is_the_same() -> None:
    one = past(texts=("Hello {Name}",))
    had = {one.id: got("Hello Eve", NUMBERS[1])}
    assert rows_of(repeated(campaign("Hello {Name}", NUMBERS), (one,), had, {})) == [[1]]
    assert rows_of(repeated(campaign("Hello {Name}!", NUMBERS), (one,), had, {})) == [[]]
    assert rows_of(repeated(campaign("Hello {Name}", NUMBERS), (past(texts=("Hello",)),), had, {})) == [[]]


def test_of_several_texts_it_counts_whom_each_was_for() -> None:
    """Who is on the list of one and got the other has not got it, nor who is on its list and got none."""
    one = past(texts=("Hello {Name}", "Bye {Name}"))
    numbers = [*NUMBERS, "+4917604069012", "+4917604069013"]
    had = {one.id: got("Something else", *numbers[:3])}
    lists = {
        (one.id, 0): who_got(Message("", Recipients(["0176/04069010", numbers[3]])), "DE"),
        (one.id, 1): who_got(Message("", Recipients([numbers[2]])), "DE"),
    }
    assert rows_of(repeated(campaign("Hello {Name}", numbers), (one,), had, lists)) == [[0]]
    assert rows_of(repeated(campaign("Bye {Name}", numbers), (one,), had, lists)) == [[2]]
    both = Campaign(
        CampaignId("new"),
        "New",
        "",
        (*campaign("Bye {Name}", numbers).messages, *campaign("Hello {Name}", numbers).messages),
    )
    found = repeated(both, (one,), had, lists)
    assert (rows_of(found), found.count, found.last) == ([[2], [0]], 2, one)
    assert (problem_of(found, NOW).where.row, problem_of(found, NOW).where.message) == (3, 0)
    alone = repeated(both, (one,), had, lists, [[2]])
    assert rows_of(alone) == [[], [0]]
    assert (problem_of(alone, NOW).where.row, problem_of(alone, NOW).where.message) == (1, 1)


def test_two_texts_of_one_campaign_may_both_be_the_same() -> None:
    one = past(texts=("Hello {Name}", "Hello  {Name}"))
    had = {one.id: got("Hello Eve", *NUMBERS)}
    lists = {(one.id, at): who_got(Message("", Recipients([NUMBERS[at]])), "DE") for at in (0, 1)}
    assert rows_of(repeated(campaign("Hello {Name}", NUMBERS), (one,), had, lists)) == [[0, 1]]


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [
        ("017604069010", "+49 176 04069010", True),
        ("004917604069010", "0176/04069010", True),
        ("017604069010", "+43 176 04069010", False),
        ("12", "12", True),
        ("12", "13", False),
    ],
)
def test_a_person_is_a_number_however_it_is_written(before: str, now: str, same: bool) -> None:
    one = past()
    found = repeated(campaign("Hello", [now]), (one,), {one.id: got("Hello", before)}, {})
    assert found.count == same


def test_the_separators_may_stand_in_a_text() -> None:
    one, text = past(), f"a{CELL}b"
    rows = Recipients([NUMBERS[0]], [""])
    mine = Campaign(CampaignId("new"), "New", "", (Message(f"{text}{LINE}c", rows, literal=True),))
    assert repeated(mine, (one,), {one.id: got(f"{text} c", NUMBERS[0])}, {}).count == 1


def test_where_nobody_gets_the_same_again_no_campaign_is_named() -> None:
    one = past()
    for found in (
        repeated(campaign("Hello", NUMBERS), (one,), {one.id: got("Bye", *NUMBERS)}, {}),
        repeated(campaign("Hello", NUMBERS), (), {}, {}),
        Repeated(),
    ):
        assert (found.count, found.last) == (0, None)


def test_a_text_is_remembered_for_three_days() -> None:
    assert timedelta(days=3) == WITHIN

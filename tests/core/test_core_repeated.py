"""Who gets the same again, as plain values."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.problem import Level
from smsdesk.core.recipients import Recipients
from smsdesk.core.repeated import CELL, LINE, Heard, Past, alike, heard, problem_of, repeated, together

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
    problem = problem_of(found, NOW)
    assert (problem.level, problem.where.row) == (Level.WARNING, 1)
    assert problem.values == {"n": 2, "first": 1, "campaign": "Named new one", "seconds": 3600}
    left = repeated(mine, (old, new), had, {}, [[1]])
    assert (left.count, left.last) == (1, old)


def test_only_texts_with_fields_are_compared_unfilled() -> None:
    mine = campaign("Hello {Name}", NUMBERS)
    assert alike(mine, past(texts=("Hello {Name} ", "Bye {Name}"))) == ((0, 0),)
    assert alike(mine, past(texts=("Hello {Vorname}", ""))) == ()
    assert alike(campaign("Hello", NUMBERS), past(texts=("Hello",))) == ()

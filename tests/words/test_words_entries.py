"""Why an outbox entry stands where it stands: by the second where the program goes on by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from smsdesk.core.campaign import CampaignId
from smsdesk.core.outbox import Entry, EntryId, EntryState, Hold
from smsdesk.words import clock
from smsdesk.words.entries import Scene, step_words, why

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
POSTED = NOW - timedelta(minutes=2)
LOST = Entry(EntryId(7), CampaignId("c"), "Autumn", 1, 1, "Main", "m", 3, EntryState.UNCERTAIN, POSTED, 1)
LOST = replace(LOST, reason="no_answer", posted_at=POSTED)
OFFERED = clock(POSTED + timedelta(minutes=15))


def at(seconds: float, *, live: bool = True) -> Scene:
    return Scene(NOW + timedelta(seconds=seconds), live=live)


def test_an_uncertain_entry_says_when_it_is_asked_for_again_and_when_it_is_offered() -> None:
    assert why(LOST, at(0)) == (
        f"No answer came back. It is looked for next; offered to you at {OFFERED} at the earliest."
    )
    asked = replace(LOST, asked_at=NOW)
    again = clock(NOW + timedelta(seconds=40))
    assert why(asked, at(5)) == (
        f"No answer came back. Asked 5 s ago, not there yet; asks again at {again}. "
        f"Offered to you at {OFFERED} at the earliest."
    )
    assert "Asked 41 s ago, not there yet; asks again now. Offered" in why(asked, at(41))
    silent = replace(asked, everywhere_at=NOW - timedelta(minutes=20))
    assert why(silent, at(5)).endswith(
        f"not every data centre answered; asks again at {clock(NOW + timedelta(minutes=5))}."
    )
    found_nowhere = replace(asked, not_found_at=NOW)
    assert why(found_nowhere, at(60)).endswith(
        "Not found in any data centre, asked last 1 min ago. You say what becomes of it."
    )


def test_what_is_asked_once_a_day_says_the_day() -> None:
    old = replace(LOST, asked_at=NOW, everywhere_at=NOW - timedelta(days=3))
    assert "asks again tomorrow " in why(old, at(5))


def test_a_verb_that_ends_promises_nothing_that_comes_by_itself() -> None:
    asked = replace(LOST, asked_at=NOW)
    assert why(LOST, at(0, live=False)) == "No answer came back."
    assert why(asked, at(5, live=False)) == (
        "No answer came back. Asked 5 s ago, not there yet; "
        f"this proves something at {OFFERED} at the earliest."
    )
    later = replace(
        LOST, state=EntryState.WAITING, reason="no_connection", not_before=NOW + timedelta(seconds=6)
    )
    assert why(later, at(0)) == "No connection. Next try in 0:06."
    assert why(later, at(0, live=False)) == "No connection."
    undo = replace(
        LOST, state=EntryState.HELD, hold=Hold.UNDO, reason=None, final_at=NOW + timedelta(minutes=2)
    )
    assert why(undo, at(0)).endswith("final in 2:00.")
    assert why(undo, at(0, live=False)).endswith("final in 2 min.")


@pytest.mark.parametrize(
    ("code", "values", "words"),
    [
        ("sending", {}, "Sending begins"),
        ("asked_no_answer", {"host": "de1", "reason": "no_connection"}, "Asked de1: No connection."),
        ("asked_no_answer", {"host": "de1"}, "Asked de1: no answer"),
        ("left_out", {"n": 2}, "2 recipients left out, on the do-not-contact list"),
        ("not there at all", {}, "Something did not work."),
    ],
)
def test_each_step_has_words(code: str, values: dict[str, str | int], words: str) -> None:
    assert step_words(code, values) == words

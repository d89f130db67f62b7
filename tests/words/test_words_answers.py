"""The answer in words: every row of the status table, with and without a confirmation asked for, as text.

``python tests/words/test_words_answers.py`` writes the goldens anew; read what changed.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from smsdesk.core.answering import _JUDGED, Facts, Seen, answer, standing
from smsdesk.core.explaining import Explained
from smsdesk.core.outbox import EntryState
from smsdesk.core.status import LEFT_OUT, meaning
from smsdesk.words import LANGUAGES, has, language, say, status_words, use_language
from smsdesk.words.answers import AnswerWords, answer_words

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)
SENT = Facts(
    number="+491729925904",
    text="Your order 8841-2207 is ready.",
    src="Nordlicht",
    reference="8841-2207",
    sms_id="S.20261123-140041-00214",
    job_id="J.20261123-140009.737-0iey4kxqyTQCQDIFN1",
    centre="sms4a.de2.example.com",
    entry=EntryState.ACCEPTED,
    queued_at=NOW - timedelta(minutes=21),
    posted_at=NOW - timedelta(seconds=111),
    accepted_at=NOW - timedelta(seconds=110),
    sent_at=NOW - timedelta(seconds=79),
    finished_at=NOW - timedelta(seconds=74),
    known_at=NOW - timedelta(seconds=4),
)
NOT_LEFT = replace(SENT, sent_at=None, finished_at=None)
NOT_FINAL = replace(SENT, finished_at=None)
NOT_POSTED = replace(
    NOT_LEFT, job_id=None, sms_id=None, accepted_at=None, posted_at=None, centre="", known_at=None
)
ROWS: list[tuple[str, str | None, Facts]] = [
    ("OPEN", None, NOT_LEFT),
    ("OPEN", "CON_ERR", NOT_LEFT),
    ("RUNNING", "SUC_ACC", NOT_FINAL),
    *(("DONE", status, SENT) for status in ("SUC_ACC", "SUC_FIN")),
    *(("DONE", status, replace(SENT, sent_at=None)) for status in ("INVALID_DST", "BLOCKED")),
    *(
        ("DONE", status, SENT)
        for status in ("TIMEOUT", "CON_ERR", "FAILED_FIN", "NOT_ACC_FIN", "SEND_ERR", "STATUS_ERR")
    ),
    ("CANCELED", None, replace(SENT, sent_at=None)),
    ("CANCELED", "NOT_ACC_REC", replace(SENT, sent_at=None)),
    ("KILL", "SUC_ACC", SENT),
    ("DONE", "MOON_FULL", SENT),
    ("PARKED", None, NOT_FINAL),
]
"""The rows of the service's table, and two that it does not have."""


def cases() -> Iterator[tuple[str, Facts]]:
    """What is asked about: a heading, and the facts."""
    for process, status, facts in ROWS:
        for asked in (True, False):
            head = f"{process} {status or '-'}, statusRequested {str(asked).lower()}"
            yield head, replace(facts, process_status=process, status=status, asked=asked)
    yield "accepted, not reported yet", NOT_LEFT
    states = (EntryState.QUEUED, EntryState.SENDING, EntryState.UNCERTAIN)
    for state in (*states, EntryState.REFUSED, EntryState.CANCELLED):
        posted_at = None if state in (EntryState.QUEUED, EntryState.CANCELLED) else SENT.posted_at
        yield f"in the outbox, {state.value}", replace(NOT_POSTED, entry=state, posted_at=posted_at)
    yield (
        "in the outbox, left uncertain",
        replace(NOT_POSTED, entry=EntryState.CANCELLED, posted_at=SENT.posted_at, left=True),
    )
    later = NOW + timedelta(hours=18)
    held = Explained("held.time", {"at": later}, later)
    yield "in the outbox, held until a time", replace(NOT_POSTED, entry=EntryState.HELD, waits=held)
    kept = Explained("own_blackout", {"at": later}, later)
    yield "held in a blackout", replace(NOT_LEFT, process_status="OPEN", asked=True, waits=kept)
    behind = Explained("queued", {}, None, overdue=True)
    yield "later than expected", replace(NOT_LEFT, process_status="OPEN", asked=True, waits=behind)
    week = NOW - timedelta(days=7)
    left_out = replace(
        NOT_POSTED, process_status=LEFT_OUT[0], status=LEFT_OUT[1], listed_at=week, finished_at=NOW
    )
    yield "left out, still on the list", replace(left_out, reason="asked us to stop", on_list_at=week)
    yield "left out, not on the list any more", left_out
    failed = replace(SENT, process_status="DONE", status="TIMEOUT", asked=True)
    yield "failed, on the list since", replace(failed, on_list_at=NOW)
    yield "failed, reached later", replace(failed, reached_at=NOW - timedelta(seconds=30))
    again = replace(failed, repeated_at=NOW - timedelta(seconds=9))
    yield "failed, sent again", again
    yield "failed, arrived later", replace(again, reached_at=NOW, arrived_later=True)
    waits = Explained("sent_until", {"at": NOW - timedelta(seconds=79), "until": NOW + timedelta(hours=1)})
    yield "on its way, explained", replace(NOT_FINAL, process_status="RUNNING", asked=True, waits=waits)
    other = replace(
        SENT,
        process_status="DONE",
        status="SUC_FIN",
        own=False,
        entry=None,
        text=None,
        src="",
        queued_at=None,
    )
    yield "sent by another program", other
    yield "in Los Angeles", replace(failed, number="+14155550123")
    yield "somewhere in Russia", replace(failed, number="+79161234567")
    yield "in Vienna, the same clock", replace(failed, number="+436641234567")
    yield "a text of another program, anonymised", replace(other, number="", reference=None, sms_id=None)
    yield "anonymised", replace(failed, number="", text=None, reference=None, sms_id=None, src="")
    history = (Seen(week, "RUNNING", None), Seen(NOW, "DONE", "TIMEOUT", "late"))
    yield "with a history", replace(failed, sent_at=week, seen=history)
    delivered = replace(SENT, process_status="DONE", status="SUC_FIN", asked=True)
    against = Seen(NOW - timedelta(seconds=1), "DONE", "FAILED_FIN", "no such phone", against=True)
    yield (
        "delivered, contradicted",
        replace(delivered, seen=(Seen(SENT.known_at or NOW, "DONE", "SUC_FIN"), against)),
    )
    open_again = Seen(NOW, "OPEN", None, against=True)
    yield "failed, contradicted", replace(failed, seen=(open_again,))
    yield "on its way, an older state again", replace(NOT_FINAL, process_status="RUNNING", seen=(open_again,))
    month = timedelta(days=92)
    old = {
        name: at - month
        for name in ("queued_at", "posted_at", "accepted_at", "sent_at", "known_at")
        if isinstance(at := getattr(NOT_FINAL, name), datetime)
    }
    closed = replace(NOT_FINAL, process_status="RUNNING", asked=True, closed_at=NOW, **old)  # type: ignore[arg-type] (times)
    yield "no longer reported", replace(closed, waits=Explained("closed", {"at": NOW - month}))
    yield "no longer reported, never reported", replace(closed, process_status=None, sent_at=None)


def told(facts: Facts, tag: str) -> AnswerWords:
    return answer_words(answer(facts), tag, BERLIN, NOW)


def golden(tag: str) -> str:
    parts = []
    for head, facts in cases():
        words = told(facts, tag)
        parts.append(f"== {head}\n{words.plain}\n-- {words.support_title}\n{words.support_plain}\n")
    return "\n".join(parts)


def path_of(tag: str) -> Path:
    return Path(__file__).with_name(f"answers_{tag}.txt")


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_answer_is_as_it_was_read_and_approved(tag: str) -> None:
    assert golden(tag) == path_of(tag).read_text("utf-8")
    assert language() == "en"


def test_the_goldens_have_every_code_that_there_is() -> None:
    assert {standing(facts).code for _, facts in cases()} == set(_JUDGED)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize(("head", "facts"), [*cases()])
def test_an_answer_is_whole_with_any_of_its_times_missing(head: str, facts: Facts, tag: str) -> None:
    del head
    none = dict.fromkeys(("sent_at", "finished_at", "accepted_at", "queued_at", "posted_at", "known_at"))
    for name in none:
        for made in (replace(facts, **{name: None}), replace(facts, **none)):
            words = told(made, tag)
            pieces = (words.title, words.happened, *(piece for pair in words.pairs for piece in pair))
            for piece in (*pieces, *words.notes, *(station.name for station in words.way)):
                assert piece
                assert not has(piece)
                assert "{" not in piece
                assert "…" not in piece


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_code_of_the_service_is_told_to_a_caller_unless_it_is_unknown(tag: str) -> None:
    for head, facts in cases():
        plain = told(facts, tag).plain
        known = standing(facts).code != "unknown"
        codes = ("SUC_", "_ERR", "_FIN", "OPEN", "RUNNING", "DONE", "KILL", "CANCELED", "TIMEOUT")
        assert not known or not any(code in plain for code in codes), head
        assert "statusRequested" not in plain


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_status_says_what_it_means_and_what_to_tell(tag: str) -> None:
    use_language(tag)
    for process, status, _ in ROWS:
        for asked in (True, False, None):
            words = status_words(process, status, asked)
            assert all(word and not has(word) for word in words)
            if meaning(process, status).code == "unknown":
                assert words.pill == (status or process)
                assert words.happened == say("status.unknown")


def test_an_unknown_state_is_shown_as_it_is() -> None:
    words = told(replace(SENT, process_status="DONE", status="MOON_FULL"), "en")
    assert "“DONE MOON_FULL”" in words.happened
    assert "not known to this program" in words.happened
    assert dict(words.support)["State"] == "DONE · MOON_FULL"


def test_a_text_from_outside_stays_as_it_is() -> None:
    words = told(
        replace(SENT, process_status="DONE", status="SUC_FIN", text="{day} <b>x</b>", src="{n}"), "en"
    )
    assert words.quoted[1] == "{day} <b>x</b>"
    assert "“{n}”" in dict(words.pairs)["Tell the caller"]


def test_sent_yesterday_names_the_day() -> None:
    day = timedelta(days=1)
    facts = replace(SENT, process_status="DONE", status="SUC_FIN", sent_at=NOW - day)
    assert told(facts, "en").happened.startswith(
        "We sent the message on Sunday 22 November 2026 at 14:02:00."
    )
    assert told(facts, "de").happened.startswith(
        "Wir haben die Nachricht am Sonntag, 22. November 2026, um 14:02:00 Uhr gesendet."
    )


def test_the_clock_of_the_customer_is_used_and_named_where_it_differs() -> None:
    facts = replace(SENT, process_status="DONE", status="SUC_FIN")
    assert told(facts, "en").notes == ("Times are local time: Germany (UTC+1).",)
    far = told(replace(facts, number="+14155550123"), "en")
    assert "at 05:00:41" in far.happened
    assert far.notes == ("Times are local time: United States (UTC-8).",)
    several = told(replace(facts, number="+79161234567"), "en")
    assert "at 14:00:41" in several.happened
    assert several.notes == ("Times are ours (UTC+1): the number does not tell where the phone is.",)


if __name__ == "__main__":
    for each in LANGUAGES:
        path_of(each).write_text(golden(each), "utf-8")

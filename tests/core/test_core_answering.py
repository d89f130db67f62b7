"""How sure an SMS's fate is, and whether sending it again is wise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from smsdesk.core.answering import Again, Certainty, Facts, Seen, among, answer
from smsdesk.core.networks import network_of
from smsdesk.core.outbox import EntryState
from smsdesk.core.status import LEFT_OUT, Outcome

NOW = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
SENT = Facts("+491729925904", "Ready", job_id="J.1", sent_at=NOW)


def judged(
    process: str | None, status: str | None, asked: bool | None = None, **known: object
) -> tuple[str, str]:
    found = answer(replace(SENT, process_status=process, status=status, asked=asked, **known))  # type: ignore[arg-type] (fields of it)
    return found.certainty.value, found.again.value


@pytest.mark.parametrize("asked", [True, False, None])
@pytest.mark.parametrize(
    ("process", "status", "certainty", "again"),
    [
        ("OPEN", None, "waiting", "wait"),
        ("OPEN", "CON_ERR", "waiting", "wait"),
        ("RUNNING", "SUC_ACC", "waiting", "wait"),
        ("DONE", "SUC_ACC", "sent", "if_missing"),
        ("DONE", "SUC_FIN", "confirmed", "not_needed"),
        ("DONE", "INVALID_DST", "not_arrived", "new_number"),
        ("DONE", "BLOCKED", "not_arrived", "unblocked"),
        ("DONE", "TIMEOUT", "not_arrived", "phone_on"),
        ("DONE", "CON_ERR", "not_arrived", "yes"),
        ("DONE", "FAILED_FIN", "not_arrived", "checked"),
        ("DONE", "NOT_ACC_FIN", "not_arrived", "checked"),
        ("DONE", "SEND_ERR", "likely", "if_missing"),
        ("DONE", "STATUS_ERR", "unknown", "if_missing"),
        ("CANCELED", None, "not_sent", "yes"),
        ("CANCELED", "NOT_ACC_REC", "unknown", "if_missing"),
        ("KILL", None, "unknown", "if_missing"),
        ("DONE", "BRAND_NEW", "unknown", "provider"),
        (None, None, "waiting", "wait"),
    ],
)
def test_each_row(
    process: str | None, status: str | None, asked: bool | None, certainty: str, again: str
) -> None:
    assert judged(process, status, asked) == (certainty, again)


@pytest.mark.parametrize(
    ("state", "certainty", "again"),
    [
        (EntryState.QUEUED, "waiting", "outbox"),
        (EntryState.HELD, "waiting", "outbox"),
        (EntryState.UNCERTAIN, "unknown", "outbox"),
        (EntryState.REFUSED, "not_sent", "mended"),
        (EntryState.CANCELLED, "not_sent", "yes"),
    ],
)
def test_what_the_service_does_not_have(state: EntryState, certainty: str, again: str) -> None:
    assert judged(None, None, job_id=None, entry=state) == (certainty, again)


@pytest.mark.parametrize("status", ["TIMEOUT", "FAILED_FIN", "SUC_ACC", "SEND_ERR"])
def test_nobody_of_the_list_is_written_to_again(status: str) -> None:
    assert judged("DONE", status, on_list_at=NOW, reached_at=NOW)[1] == Again.LISTED.value
    assert judged("DONE", "SUC_FIN", on_list_at=NOW)[1] == Again.NOT_NEEDED.value


def test_who_was_left_out_may_be_written_to_once_off_the_list() -> None:
    process, status = LEFT_OUT
    assert judged(process, status, on_list_at=NOW) == ("not_sent", "listed")
    assert judged(process, status) == (Certainty.NOT_SENT.value, "yes")


def test_a_later_message_speaks_against_sending_again() -> None:
    assert judged("DONE", "TIMEOUT", reached_at=NOW)[1] == "reached"
    assert judged("DONE", "TIMEOUT", reached_at=NOW, repeated_at=NOW)[1] == "repeated"
    assert judged("RUNNING", None, reached_at=NOW)[1] == "wait"


def test_the_first_later_message_counts_and_its_fate() -> None:
    failed = replace(SENT, process_status="DONE", status="TIMEOUT")
    other = replace(failed, status="SUC_FIN", sent_at=NOW + HOUR, text="Another text")
    same = replace(other, text=failed.text, sent_at=NOW + 2 * HOUR)
    earlier, gone = replace(other, sent_at=NOW - HOUR), replace(same, status="TIMEOUT")
    on_its_way = replace(same, process_status="OPEN", status=None, sent_at=None, accepted_at=NOW + 3 * HOUR)
    assert among(failed, [earlier, gone]) == failed
    assert among(failed, [same, other]).reached_at == NOW + HOUR
    assert among(failed, [same, other]).repeated_at == NOW + 2 * HOUR
    found = among(failed, [on_its_way])
    assert (found.repeated_at, found.reached_at) == (NOW + 3 * HOUR, None)
    assert among(replace(failed, text=None), [replace(on_its_way, text=None)]).repeated_at is None


def test_a_later_message_reached_the_phone_only_where_the_phone_said_so() -> None:
    failed = replace(SENT, process_status="DONE", status="TIMEOUT")
    taken = replace(failed, status="SUC_ACC", sent_at=NOW + HOUR)
    confirmed = replace(taken, status="SUC_FIN", sent_at=NOW + 2 * HOUR)
    found = among(failed, [taken])
    assert (found.reached_at, found.repeated_at, found.arrived_later) == (None, NOW + HOUR, False)
    assert answer(found).again is Again.REPEATED
    found = among(failed, [taken, confirmed])
    assert (found.reached_at, found.repeated_at, found.arrived_later) == (NOW + 2 * HOUR,) * 2 + (True,)
    assert answer(found).again is Again.ARRIVED_LATER
    assert among(failed, [replace(confirmed, flagged=True)]).reached_at is None


def test_reports_that_contradict_each_other_make_nothing_certain() -> None:
    against = Seen(NOW, "DONE", "FAILED_FIN", against=True)
    delivered = replace(SENT, process_status="DONE", status="SUC_FIN", seen=(against,))
    found = answer(delivered)
    assert (found.code, found.reported, found.against) == ("contradicted", "suc_fin", against)
    assert (found.outcome, found.certainty, found.again) == (
        Outcome.UNKNOWN,
        Certainty.UNKNOWN,
        Again.IF_MISSING,
    )
    # What says the same again, or comes before anything is final, contradicts nothing.
    assert answer(replace(delivered, seen=(replace(against, status="SUC_FIN"),))).code == "suc_fin"
    assert answer(replace(delivered, process_status="RUNNING", status=None)).code == "running"


def test_what_is_no_longer_reported_stays_open_for_ever() -> None:
    running = replace(SENT, process_status="RUNNING", closed_at=NOW)
    found = answer(running)
    assert (found.code, found.reported, found.final) == ("closed", "running", True)
    assert (found.certainty, found.again) == (Certainty.UNKNOWN, Again.IF_MISSING)
    assert answer(replace(running, process_status="DONE", status="SUC_FIN")).code == "suc_fin"


def test_what_was_left_uncertain_is_not_told_as_not_sent() -> None:
    assert judged(None, None, job_id=None, entry=EntryState.CANCELLED, left=True) == ("unknown", "if_missing")
    assert judged(None, None, job_id=None, entry=EntryState.SENDING) == ("unknown", "outbox")


def test_whose_range_a_number_is_of() -> None:
    assert network_of("+491729925904") == "Vodafone"
    assert [network_of(number) for number in ("+14155550123", "+999", "nonsense")] == ["", "", ""]

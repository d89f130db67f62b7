"""Recording what the service says: nothing final goes back, and every state and answer is kept once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from reporting import ONE, TWO, URL, accepted, heard, line_of, report

from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.job_looks import JobLook, SmsLook
from smsdesk.core.recipients import Recipients
from smsdesk.store import do_not_contact, jobs, looks, person, recording, states

Make = Callable[..., Campaign]
DONE = ("DONE", "SUC_FIN")


def seen(workspace: Any, key: int, at: int = 0) -> list[tuple[str, str | None, bool]]:
    row = workspace.read(jobs.recipients, key)[at]
    found = workspace.read(states.states_of, row.id)
    return [(one.process_status, one.status, one.contradiction) for one in found]


@pytest.mark.parametrize("later", [("OPEN", None), ("RUNNING", None), ("DONE", "FAILED_FIN"), ("X", "Y")])
def test_a_report_against_a_final_one_is_kept_and_flagged_once(
    workspace: Any, make: Make, later: tuple[str, str | None]
) -> None:
    (key,) = accepted(workspace, make(2))
    both = (report(1, ONE, *DONE, reference="R0"), report(2, TWO, reference="R1"))
    heard(workspace, key, *both)
    before = line_of(workspace, key)
    workspace.passes(seconds=5)
    (changed,) = heard(workspace, key, report(1, ONE, *later, reason="odd", reference="R0"), both[1])
    row, other = workspace.read(jobs.recipients, key)
    assert (row.id, row.flagged, row.status, row.outcome) == (changed, True, "SUC_FIN", "delivered")
    assert not other.flagged
    after = line_of(workspace, key)
    assert (after.delivered, after.waiting, after.changed_at) == (before.delivered, 1, workspace.now)
    assert seen(workspace, key) == [(*DONE, False), (*later, True)]
    # Said again, it is nothing new; said otherwise, it is; and what was first is nothing new either.
    assert not heard(workspace, key, report(1, ONE, *later, reason="odd", reference="R0"), both[1])
    assert heard(workspace, key, report(1, ONE, *later, reason="odder", reference="R0"), both[1])
    assert not heard(workspace, key, *both)
    assert seen(workspace, key) == [(*DONE, False), (*later, True), (*later, True)]


def test_by_way_of_an_unknown_state_nothing_goes_back_either(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(2))
    ways = ((("OPEN", "ACC"), ("PARKED", None), ("OPEN", None)), (("PARKED", None), ("OPEN", None)))
    for step in range(3):
        told = [
            report(at, dst, *way[step], reference=f"R{at - 1}")
            for at, (dst, way) in enumerate(zip((ONE, TWO), ways, strict=True), 1)
            if step < len(way)
        ]
        heard(workspace, key, *told)
        workspace.passes(seconds=5)
    once_further, never = workspace.read(jobs.recipients, key)
    assert (once_further.process_status, once_further.flagged) == ("PARKED", True)
    assert seen(workspace, key) == [("OPEN", "ACC", False), ("PARKED", None, False), ("OPEN", None, True)]
    assert (never.process_status, never.flagged) == ("OPEN", False)


def test_an_sms_that_an_answer_tells_twice_is_one_and_as_far_as_it_got(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(2))
    other = report(2, TWO, "RUNNING", reference="R1")
    heard(workspace, key, report(1, ONE, *DONE, reference="R0"), report(1, ONE, reference="R0"), other, other)
    rows = workspace.read(jobs.recipients, key)
    assert [(row.process_status, row.flagged) for row in rows] == [("DONE", False), ("RUNNING", False)]
    line = line_of(workspace, key)
    assert (line.sms_count, line.delivered, line.sending) == (2, 1, 1)
    workspace.passes(seconds=5)
    # One more than was asked for, told twice.
    heard(workspace, key, report(3, ONE, reference="R9"), report(3, ONE, "RUNNING", reference="R9"))
    assert [row.process_status for row in workspace.read(jobs.recipients, key)] == [
        "DONE",
        "RUNNING",
        "RUNNING",
    ]
    assert line_of(workspace, key).sms_count == 3


def test_who_is_left_out_of_a_later_answer_keeps_what_was_said(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(2))
    heard(workspace, key, report(1, ONE, *DONE, reference="R0"), report(2, TWO, "RUNNING", reference="R1"))
    workspace.passes(seconds=5)
    assert not heard(workspace, key, report(1, ONE, *DONE, reference="R0"))
    assert not heard(workspace, key)
    rows = workspace.read(jobs.recipients, key)
    assert [row.process_status for row in rows] == ["DONE", "RUNNING"]
    line = line_of(workspace, key)
    assert (line.delivered, line.sending, line.final) == (1, 1, False)


def test_more_about_the_same_final_state_is_no_contradiction(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(1))
    heard(workspace, key, report(1, ONE, *DONE, reference="R0"))
    assert heard(workspace, key, report(1, ONE, *DONE, reason="late words", reference="R0"))
    (row,) = workspace.read(jobs.recipients, key)
    assert (row.flagged, row.reason) == (False, "late words")
    (_, last) = workspace.read(states.states_of, row.id)
    assert (last.reason, last.at, last.contradiction) == ("late words", workspace.now, False)


def test_a_job_that_was_finished_stays_so(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(1))
    heard(workspace, key, report(1, ONE, reference="R0"), finished_at=workspace.now)
    heard(workspace, key, report(1, ONE, "RUNNING", reference="R0"))
    assert line_of(workspace, key).finished_at == workspace.now


def test_recipients_alone_leave_what_is_known_of_the_job(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(1))
    heard(workspace, key, finished_at=workspace.now, status_requested=True)
    told = (report(1, ONE, *DONE, reference="R0"),)
    (changed,) = workspace.write(recording.record, key, URL, None, told, workspace.now, workspace.now)
    line = line_of(workspace, key)
    assert (line.finished_at, line.status_requested, line.final) == (workspace.now, True, True)
    assert workspace.read(jobs.recipients, key)[0].id == changed


def test_no_report_is_about_what_was_left_out(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(2))
    row = workspace.read(jobs.recipients, key)[0]
    listed = do_not_contact.Listed(ONE, "asked", "us", workspace.now)
    workspace.write(jobs.close, key, {row.id: listed}, workspace.now)
    heard(workspace, key, report(9, ONE, *DONE, reference="R0"))
    rows = workspace.read(jobs.recipients, key)
    assert [(row.sms_id, row.outcome) for row in rows] == [
        (None, "cancelled"),
        (None, "waiting"),
        ("S.9", "delivered"),
    ]


def test_each_distinct_answer_is_kept_and_they_are_few(
    workspace: Any, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "KEPT", 3)
    (key,) = accepted(workspace, make(1))

    def keep(body: bytes, kind: str = "recipients") -> bool:
        return bool(workspace.write(states.keep_answer, key, kind, body, workspace.passes(seconds=1)))

    def kept() -> list[tuple[str, bytes]]:
        found = workspace.read(states.answers_of, key)
        return [(one.kind, workspace.read(states.answer, one.id)) for one in found]

    assert keep(b"[1]") and keep(b"{}", "job") and keep(b"[2]")
    assert not keep(b"[2]")
    assert keep(b"[1]")
    assert kept() == [("recipients", b"[1]"), ("job", b"{}"), ("recipients", b"[2]"), ("recipients", b"[1]")]
    assert keep('["ü"]'.encode())
    assert kept() == [
        ("recipients", b"[1]"),
        ("job", b"{}"),
        ("recipients", b"[1]"),
        ("recipients", '["ü"]'.encode()),
    ]
    assert workspace.read(states.answer, 99) is None


def test_jobs_in_any_order_by_their_keys_and_lines(workspace: Any, make: Make) -> None:
    keys = []
    for number, name in ((1, "Beta"), (2, "alpha"), (3, "Größe")):
        keys += accepted(workspace, make(1, number, name=name))
        workspace.passes(seconds=1)
    heard(workspace, keys[0], report(1, ONE, "DONE", "BLOCKED", reference="R0"))

    def looked(**named: Any) -> list[int]:
        return [keys.index(key) for key in workspace.read(looks.job_keys, JobLook(**named))]

    assert looked() == [2, 1, 0]
    assert looked(descending=False) == [0, 1, 2]
    assert looked(sort="failed") == [0, 2, 1]
    assert looked(sort="name", descending=False) == [1, 0, 2]
    assert looked(sort="name", words="main", descending=True) == [2, 0, 1]
    assert looked(sort="account") == [2, 1, 0]
    assert looked(kind="failures") == [0]
    assert looked(kind="open") == [2, 1]
    assert looked(kind="mine") == [2, 1, 0]
    assert looked(words="GRÖSSE") == [2]
    assert looked(words="J.2031") == [2, 1, 0]
    assert looked(account="Main", words="nothing") == looked(account="Aside") == []
    lines = workspace.read(looks.lines_of, [keys[1], 99, keys[0]])
    assert [line.name for line in lines] == ["alpha", "Beta"]


def test_the_sms_of_a_job_by_outcome_code_country_and_words(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(4))
    dst = make(4).messages[0].recipients.dst
    told = [
        report(1, dst[0], *DONE, reference="R0", sent_at=workspace.now),
        report(2, dst[1], "DONE", "BLOCKED", reference="R1"),
        report(3, dst[2], *DONE, reference="R2", sent_at=workspace.now - timedelta(seconds=9)),
        report(8, "+33612345678", *DONE),
    ]
    heard(workspace, key, *told)
    ids = [row.id for row in workspace.read(jobs.recipients, key)]

    def looked(**named: Any) -> list[int]:
        return [ids.index(one) for one in workspace.read(looks.sms_keys, key, SmsLook(**named))]

    assert looked() == [0, 1, 2, 3, 4]
    assert looked(outcome="delivered") == [0, 2, 4]
    assert looked(code="blocked") == [1]
    assert looked(country="FR") == [4]
    assert looked(words="ADA 2") == [2]
    assert looked(sort="sent_at") == [2, 0, 1, 3, 4]
    assert looked(sort="sent_at", descending=True) == [0, 2, 1, 3, 4]
    assert looked(sort="dst", descending=True)[-1] == 4
    lines = workspace.read(looks.sms_lines_of, [ids[3], 99, ids[0]])
    assert [line.id for line in lines] == [ids[3], ids[0]]


def test_a_person_over_campaigns_the_newest_first(workspace: Any, make: Make) -> None:
    for number in (1, 2):
        rows = Recipients([ONE], [""], {})
        accepted(workspace, make(number=number, messages=(Message("Hello", rows),)))
        workspace.passes(minutes=1)
    found = workspace.read(looks.sms_lines_of, workspace.read(person.messages, ONE))
    assert [line.campaign for line in found] == ["Campaign 2", "Campaign 1"]
    assert workspace.read(person.messages, TWO) == ()

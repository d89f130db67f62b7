"""Jobs: each report finds its SMS, and only what changed is written."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from reporting import ONE, TWO, accepted, heard, job_id, line_of, report
from sqlalchemy import func, insert, select

from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.recipients import Recipients
from smsdesk.store import drafts, jobs, schema

Make = Callable[..., Campaign]


def shown(workspace: Any, key: int) -> list[tuple[str, str | None, str | None, str]]:
    return [(r.dst[-1], r.sms_id, r.status, r.outcome) for r in workspace.read(jobs.recipients, key)]


def test_a_first_report_gives_each_sms_its_id(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(2))
    assert shown(workspace, key) == [("0", None, None, "waiting"), ("1", None, None, "waiting")]
    assert heard(workspace, key, report(2, TWO, reference="R1"), report(1, "00" + ONE[1:], reference="R0"))
    assert shown(workspace, key) == [("0", "S.1", None, "waiting"), ("1", "S.2", None, "waiting")]
    # From now on the id alone counts.
    heard(workspace, key, report(1, "masked", "DONE", "SUC_FIN"), report(2, "masked", "DONE", "CON_ERR"))
    assert shown(workspace, key) == [("0", "S.1", "SUC_FIN", "delivered"), ("1", "S.2", "CON_ERR", "failed")]


def test_the_same_number_twice_is_two_sms(workspace: Any, make: Make) -> None:
    rows = Recipients([ONE, ONE, ONE], ["a", "b", "b"], {})
    (key,) = accepted(workspace, make(messages=(Message("Hello", rows),)))
    heard(
        workspace,
        key,
        report(1, ONE, "DONE", "SUC_FIN", reference="b"),
        report(2, ONE, "DONE", "CON_ERR", reference="a"),
        report(3, ONE, "OPEN", reference="b"),
    )
    assert [row[1] for row in shown(workspace, key)] == ["S.2", "S.1", "S.3"]
    assert line_of(workspace, key).sms_count == 3


def test_without_a_reference_the_number_is_the_reference(workspace: Any, make: Make) -> None:
    rows = Recipients([ONE, TWO], ["", TWO], {})
    (key,) = accepted(workspace, make(messages=(Message("Hello", rows),)))
    heard(workspace, key, report(1, ONE, reference=ONE), report(2, TWO))
    assert [row[1] for row in shown(workspace, key)] == ["S.1", "S.2"]


def test_an_sms_that_nobody_here_knows_is_kept(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(1))
    assert heard(workspace, key, report(1, ONE, reference="R0"), report(9, "+33612345678", "RUNNING"))
    assert shown(workspace, key)[1] == ("8", "S.9", None, "sending")
    assert not heard(workspace, key, report(1, ONE, reference="R0"), report(9, "+33612345678", "RUNNING"))
    assert (line_of(workspace, key).sms_count, line_of(workspace, key).sending) == (2, 1)
    assert workspace.read(jobs.recipients, key)[1].text is None


def test_only_what_changed_is_written(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(2))
    began = workspace.now
    both = report(1, ONE, reference="R0"), report(2, TWO, reference="R1")
    assert heard(workspace, key, *both)
    workspace.passes(seconds=10)
    assert not heard(workspace, key, *both)
    line = line_of(workspace, key)
    assert (line.asked_at, line.changed_at) == (workspace.now, began)
    assert heard(workspace, key, both[0]._replace(process_status="DONE", status="SUC_FIN"), both[1])
    seen = [row.seen_at for row in workspace.read(jobs.recipients, key)]
    assert seen == [workspace.now, began]
    assert line_of(workspace, key).changed_at == workspace.now
    past = select(schema.history.c.process_status, schema.history.c.status).order_by(schema.history.c.id)
    assert workspace.read(lambda c: [tuple(row) for row in c.execute(past)]) == [
        ("OPEN", None),
        ("OPEN", None),
        ("DONE", "SUC_FIN"),
    ]


@pytest.mark.parametrize("field", ["reason", "sent_at", "finished_at"])
def test_any_news_counts(workspace: Any, make: Make, field: str) -> None:
    (key,) = accepted(workspace, make(1))
    first = report(1, ONE, reference="R0")
    heard(workspace, key, first)
    news = "busy" if field == "reason" else workspace.now
    assert heard(workspace, key, first._replace(**{field: news}))
    assert getattr(workspace.read(jobs.recipients, key)[0], field) == news


def test_the_figures_of_a_job(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(7))
    dst = make(7).messages[0].recipients.dst
    reported = [
        ("DONE", "SUC_FIN"),
        ("DONE", "SUC_ACC"),
        ("RUNNING", None),
        ("DONE", "BLOCKED"),
        ("CANCELED", None),
        ("DONE", "BRAND_NEW"),
    ]
    heard(workspace, key, *(report(n, dst[n], *pair, reference=f"R{n}") for n, pair in enumerate(reported)))
    line = line_of(workspace, key)
    found = (line.delivered, line.waiting, line.sending, line.failed, line.cancelled, line.unknown)
    assert found == (2, 1, 1, 1, 1, 1)
    assert (line.sms_count, line.final) == (7, False)
    assert [row.dst for row in workspace.read(jobs.recipients, key, "delivered")] == list(dst[:2])
    (campaign,) = workspace.read(drafts.lines)
    outcomes = (campaign.failed, campaign.unknown, campaign.cancelled)
    assert (campaign.delivered, campaign.waiting, *outcomes) == (2, 2, 1, 1, 1)


def test_unknown_statuses_are_kept_as_they_are(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(1))
    heard(workspace, key, report(1, ONE, "PAUSED", "Who knows", reference="R0", reason="später"))
    (row,) = workspace.read(jobs.recipients, key)
    assert (row.process_status, row.status, row.reason, row.outcome) == (
        "PAUSED",
        "Who knows",
        "später",
        "unknown",
    )
    assert not line_of(workspace, key).final


def test_a_job_is_final_when_all_its_sms_are_or_the_service_says_so(workspace: Any, make: Make) -> None:
    first, second = accepted(workspace, make(2))[0], accepted(workspace, make(1, 2))[0]
    done = report(1, ONE, "DONE", "SUC_FIN", reference="R0")
    heard(workspace, first, done, report(2, TWO, "RUNNING", reference="R1"))
    assert not line_of(workspace, first).final
    heard(workspace, first, done, report(2, TWO, "KILL", reference="R1"))
    assert line_of(workspace, first).final
    odd = report(3, "+4917602000000", "DONE", "BRAND_NEW", reference="R0")
    heard(workspace, second, odd)
    assert not line_of(workspace, second).final
    finished_at = workspace.now
    heard(workspace, second, odd, finished_at=finished_at)
    assert not line_of(workspace, second).final, "reports come late and out of order"
    workspace.passes(minutes=15)
    heard(workspace, second, odd, finished_at=finished_at)
    assert line_of(workspace, second).final


def test_the_service_tells_when_it_took_the_job(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(1))
    assert line_of(workspace, key).accepted_at == workspace.now
    taken_at = workspace.now - timedelta(seconds=3)
    heard(workspace, key, receipt_at=taken_at)
    assert line_of(workspace, key).accepted_at == taken_at


def test_what_went_out_is_not_taken_back(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(1))
    sent = {"reference": "R0", "sent_at": workspace.now}
    heard(workspace, key, report(1, ONE, "RUNNING", "SUC_ACC", **sent))
    (row,) = workspace.read(jobs.recipients, key)
    for older in (report(1, ONE, reference="R0"), report(1, ONE, "OPEN", "NOT_ACC_REC", reference="R0")):
        assert heard(workspace, key, older)
        (same,) = workspace.read(jobs.recipients, key)
        assert (same.process_status, same.status, same.sent_at) == ("RUNNING", "SUC_ACC", row.sent_at)
        assert same.flagged
    heard(workspace, key, report(1, ONE, "OPEN", "SUC_ACC", **sent))
    (waits,) = workspace.read(jobs.recipients, key)
    assert waits.process_status == "OPEN", "sent, and waiting for the phone"


def test_what_is_not_final_of_a_campaign(workspace: Any, make: Make) -> None:
    campaign = make(3001)
    first, second = accepted(workspace, campaign)
    accepted(workspace, make(5, 2))
    assert workspace.read(jobs.unfinished, campaign.id) == 3001
    last = campaign.messages[0].recipients.dst[3000]
    heard(workspace, second, report(1, last, "DONE", "SUC_FIN", reference="R3000"))
    assert workspace.read(jobs.unfinished, campaign.id) == 3000
    heard(workspace, first, report(2, ONE, "DONE", "TIMEOUT", reference="R0"))
    assert workspace.read(jobs.unfinished, campaign.id) == 2999


def test_lists_of_jobs(workspace: Any, make: Make) -> None:
    keys = []
    for number in (1, 2, 3):
        keys += accepted(workspace, make(1, number))
        workspace.passes(seconds=1)
    heard(workspace, keys[1], report(1, "+4917602000000", "DONE", "BLOCKED", reference="R0"))
    foreign = {"job_id": job_id(99), "name": "", "account": "Main", "final": True, "sms_count": 0}
    workspace.write(lambda c: c.execute(insert(schema.jobs).values(accepted_at=workspace.now, **foreign)))
    queued = make(1, 4)
    workspace.queued(queued)
    listed = {kind: [line.key for line in workspace.read(jobs.lines, kind)] for kind in jobs.WHERE}
    other = listed["all"][0]
    assert listed == {
        "all": [other, keys[2], keys[1], keys[0]],
        "open": [keys[2], keys[0]],
        "failures": [keys[1]],
        "mine": [keys[2], keys[1], keys[0]],
    }
    counted = {kind: len(found) for kind, found in listed.items() if kind != "mine"}
    assert workspace.read(jobs.counts) == counted
    line = line_of(workspace, other)
    assert (line.own, line.number, line.of) == (False, 1, 1)
    assert workspace.read(jobs.request, other) is None
    assert workspace.read(lambda c: c.scalar(select(func.count()).select_from(schema.jobs))) == 5

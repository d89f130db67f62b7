"""Saved lists on disk: what was saved is there again, deleting is taken back, campaigns become lists."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign
from smsdesk.core.errors import InputError
from smsdesk.core.lists import WHICH, Source, which
from smsdesk.core.outbox import After, EntryState, Event
from smsdesk.core.recipients import Recipients
from smsdesk.core.request import JobId, JobReport, RecipientReport, SmsId
from smsdesk.core.status import LEFT_OUT
from smsdesk.store import jobs, lists, recording

NIGHT = Period(datetime(2031, 3, 1, 20, tzinfo=UTC), datetime(2031, 3, 2, 8, tzinfo=UTC))
ROWS = Recipients(
    ["+49176", "+49177", "+49178"], ["", "R2", ""], {"Name": ["Ada", "", "Zoë\n"]}, {1: (NIGHT,)}
)
FILE = Source("file", {"file": "kiel “2031”.csv"})


def save(workspace: Any, name: str, rows: Recipients = ROWS, source: Source = FILE) -> Any:
    return workspace.write(lists.save, name, source, rows, workspace.passes(minutes=1))


def test_saved_and_loaded_is_equal(workspace: Any) -> None:
    list_id = save(workspace, "Kiel")
    found = workspace.read(lists.load, list_id)
    assert list(found) == list(ROWS)
    (line,) = workspace.read(lists.lines)
    assert (line.id, line.name, line.source, line.made_at, line.count) == (
        list_id,
        "Kiel",
        FILE,
        workspace.now,
        3,
    )
    assert dict(line.source.values) == {"file": "kiel “2031”.csv"}


def test_an_empty_list_is_a_list(workspace: Any) -> None:
    assert list(workspace.read(lists.load, save(workspace, "Nobody", Recipients()))) == []


def test_the_newest_stands_first_and_a_new_name_does_not_make_it_newer(workspace: Any) -> None:
    first, second = save(workspace, "Kiel"), save(workspace, "Kiel")
    workspace.write(lists.rename, first, "Kiel, spring")
    assert [(line.id, line.name) for line in workspace.read(lists.lines)] == [
        (second, "Kiel"),
        (first, "Kiel, spring"),
    ]


def test_deleted_and_brought_back(workspace: Any) -> None:
    first, second, third = (save(workspace, name) for name in ("a", "b", "c"))
    before = workspace.read(lists.lines)
    workspace.write(lists.discard, (first, third))
    assert [line.id for line in workspace.read(lists.lines)] == [second]
    assert list(workspace.read(lists.load, first)) == list(ROWS)
    workspace.write(lists.restore, (first, third))
    assert workspace.read(lists.lines) == before


def test_an_unknown_list(workspace: Any) -> None:
    with pytest.raises(InputError) as told:
        workspace.read(lists.load, 7)
    assert told.value.values == {"reason": "no_list"}


def accepted(workspace: Any, campaign: Campaign) -> None:
    """Puts the campaign's only job into the service's hands."""
    (entry,) = workspace.queued(campaign)
    workspace.take()
    workspace.settle(entry, After(Event.ACCEPT), job=JobId("J.1"))


def reported(workspace: Any, campaign: Campaign, *states: tuple[str, str | None] | None) -> None:
    """The service's reports, one a recipient; None: it has not told of that one."""
    told = tuple(
        RecipientReport(SmsId(f"S.{at}"), row.dst, state[0], state[1], reference=row.reference)
        for at, (row, state) in enumerate(zip(campaign.messages[0].recipients, states, strict=True))
        if state is not None
    )
    (line,) = workspace.read(jobs.lines, "all")
    later = workspace.now + timedelta(minutes=1)
    workspace.write(
        recording.record, line.key, "https://x", JobReport(JobId("J.1")), told, workspace.now, later
    )


def whom(workspace: Any, campaign: Campaign, kind: str) -> list[str]:
    found = workspace.read(lists.people, campaign.id, kind, "Name")
    return [row.reference for row in found]


def test_everyone_of_a_campaign_by_what_became_of_the_message(
    workspace: Any, make: Callable[..., Campaign]
) -> None:
    campaign = make(7)
    accepted(workspace, campaign)
    done = (("DONE", "SUC_FIN"), ("DONE", "INVALID_DST"), ("OPEN", None), None, ("DONE", "SEND_ERR"))
    reported(workspace, campaign, *done, ("CANCELED", None), ("DONE", "TIMEOUT"))
    expected = {
        "failed": ["R1", "R6"],
        "open": ["R2", "R3"],
        "delivered": ["R0"],
        "not_sent": ["R5"],
        "unknown": ["R4"],
        "all": [f"R{at}" for at in range(7)],
    }
    assert {kind: whom(workspace, campaign, kind) for kind in WHICH} == expected
    counted = workspace.read(lists.counts, campaign.id)
    assert counted == {kind: len(found) for kind, found in expected.items()}
    failed = workspace.read(lists.people, campaign.id, "failed", "Name")
    assert list(failed.dst) == [campaign.messages[0].recipients.dst[at] for at in (1, 6)]


def test_a_person_with_two_messages_counts_once(workspace: Any, make: Callable[..., Campaign]) -> None:
    campaign = make(2)
    campaign = make(2, messages=(*campaign.messages, *campaign.messages))
    accepted(workspace, campaign)
    assert workspace.read(lists.counts, campaign.id)["all"] == 2


def test_other_campaigns_are_left_alone(workspace: Any, make: Callable[..., Campaign]) -> None:
    workspace.queued(make(3))
    other = make(2, 2)
    workspace.queued(other)
    assert workspace.read(lists.counts, other.id)["all"] == 2
    assert workspace.read(lists.counts, make(3, 3).id)["all"] == 0
    assert whom(workspace, make(3, 3), "all") == []


@pytest.mark.parametrize(
    ("report", "state", "tried", "kind"),
    [
        ((None, None), EntryState.QUEUED, False, "open"),
        ((None, None), EntryState.UNCERTAIN, True, "open"),
        ((None, None), EntryState.ACCEPTED, True, "open"),
        ((None, None), EntryState.REFUSED, True, "not_sent"),
        ((None, None), EntryState.CANCELLED, False, "not_sent"),
        ((None, None), EntryState.CANCELLED, True, "unknown"),
        (LEFT_OUT, EntryState.CANCELLED, False, "not_sent"),
        (("RUNNING", None), EntryState.ACCEPTED, True, "open"),
        (("DONE", "SOMETHING_NEW"), EntryState.ACCEPTED, True, "open"),
        (("KILL", None), EntryState.ACCEPTED, True, "unknown"),
    ],
    ids=str,
)
def test_of_which_kind_an_sms_is(
    report: tuple[str | None, str | None], state: EntryState, tried: bool, kind: str
) -> None:
    assert which(*report, state, tried=tried) == kind

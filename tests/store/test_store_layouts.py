"""Layouts of known tables, and who was written to lately."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from smsdesk.core.campaign import Campaign
from smsdesk.core.mapping import Layout
from smsdesk.store import layouts, recent
from smsdesk.store.schema import outbox, sms


def layout(at: datetime, *header: str, name: str = "list.csv") -> Layout:
    return Layout(header, {"dst": header[0], "field:ä{}": header[-1]}, name, at)


def test_a_layout_comes_back_as_it_was(workspace: Any) -> None:
    one = layout(workspace.now, "Mobil", 'Name "x"', "\u00a0Größe\n")
    workspace.write(layouts.remember, one)
    assert workspace.read(layouts.every) == (one,)


def test_the_newest_of_a_header_stays_and_stands_first(workspace: Any) -> None:
    first = layout(workspace.now, "Mobil", "Name")
    other = layout(workspace.passes(hours=1), "Name", "Mobil")
    again = layout(workspace.passes(hours=1), "Mobil", "Name", name="newer.csv")
    for one in (first, other, again):
        workspace.write(layouts.remember, one)
    assert workspace.read(layouts.every) == (again, other)


def test_those_used_last_are_kept(workspace: Any) -> None:
    for n in range(layouts.MOST + 3):
        workspace.write(layouts.remember, layout(workspace.passes(minutes=1), f"Column {n}"))
    kept = workspace.read(layouts.every)
    assert [kept[0].header, kept[-1].header] == [(f"Column {layouts.MOST + 2}",), ("Column 3",)]
    assert len(kept) == layouts.MOST


def test_campaigns_of_the_last_days_with_their_numbers(workspace: Any, make: Callable[..., Campaign]) -> None:
    old = make(2, number=1)
    workspace.queued(old)
    workspace.passes(days=10)
    new = make(3, number=2)
    workspace.queued(new)

    def since(**span: int) -> list[tuple[str, int]]:
        found = workspace.read(recent.written, workspace.now - timedelta(**span))
        return [(one.campaign, len(one.numbers)) for one in found]

    assert since(days=11) == [("Campaign 2", 3), ("Campaign 1", 2)]
    assert since(days=9) == [("Campaign 2", 3)]
    assert (
        workspace.read(recent.written, workspace.now - timedelta(days=11), new.id)[0].campaign == "Campaign 1"
    )
    (found,) = workspace.read(recent.written, workspace.now)
    assert (found.numbers, found.sent_at) == (tuple(new.messages[0].recipients.dst), workspace.now)


def test_who_got_nothing_was_not_written_to(workspace: Any, make: Callable[..., Campaign]) -> None:
    campaign = make(3)
    workspace.queued(campaign)
    failed, delivered, _ = campaign.messages[0].recipients.dst

    def report(connection: Any, dst: str, status: str) -> None:
        values = {"process_status": "DONE", "status": status}
        connection.execute(update(sms).where(sms.c.dst == dst).values(**values))

    workspace.write(report, failed, "FAILED_FIN")
    workspace.write(report, delivered, "SUC_FIN")
    (found,) = workspace.read(recent.written, workspace.now)
    assert failed not in found.numbers and delivered in found.numbers and len(found.numbers) == 2

    def refuse(connection: Any) -> None:
        connection.execute(update(outbox).values(state="refused"))

    workspace.write(refuse)
    assert workspace.read(recent.written, workspace.now) == ()

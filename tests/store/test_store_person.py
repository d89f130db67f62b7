"""A person: all messages newest first; what later messages to the number tell, by their fates."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from reporting import accepted, heard, report

from smsdesk.core.answering import Facts
from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.outbox import EntryState
from smsdesk.core.recipients import Recipients
from smsdesk.store import background, looks, outbox, person

Make = Callable[..., Campaign]
ONE, OTHER = "+4917601000000", "+4917601000001"


def sent(workspace: Any, make: Make, number: int, text: str = "Hello", dst: str = ONE) -> int:
    """A campaign to one person, a minute after the one before: the key of its job."""
    workspace.passes(minutes=1)
    people = Recipients([dst], [""], {"Name": [f"Ada {number}"]})
    (key,) = accepted(workspace, make(number=number, messages=(Message(text, people),)))
    return key


def asked_of(workspace: Any, row: int = -1) -> tuple[Facts, ...]:
    """What is later than one of the messages, the oldest where none is told."""
    (line,) = workspace.read(looks.sms_lines_of, [workspace.read(person.messages, ONE)[row]])
    found: tuple[Facts, ...] = workspace.read(person.later, line, line.sent_at or line.accepted_at)
    return tuple(sorted(found, key=lambda facts: facts.accepted_at or workspace.now))


def test_the_messages_and_the_name_of_a_person_the_newest_first(workspace: Any, make: Make) -> None:
    for number in (1, 2, 3):
        sent(workspace, make, number)
    sent(workspace, make, 4, dst=OTHER)
    found = workspace.read(looks.sms_lines_of, workspace.read(person.messages, "004917601000000"))
    assert [line.campaign for line in found] == ["Campaign 3", "Campaign 2", "Campaign 1"]
    assert workspace.read(person.name, ONE) == found[0].name
    assert workspace.read(person.messages, "+4917699") == ()
    assert workspace.read(person.name, "+4917699") == ""


def test_later_messages_are_told_by_their_fates(workspace: Any, make: Make) -> None:
    keys = [sent(workspace, make, number) for number in (1, 2, 3)]
    keys.append(sent(workspace, make, 4, "Other text"))
    keys.append(sent(workspace, make, 5, dst=OTHER))
    for at, key in enumerate(keys[1:4]):
        finished = {"sent_at": workspace.now + timedelta(hours=at), "finished_at": workspace.now}
        heard(workspace, key, report(at, ONE, "DONE", "SUC_FIN", **finished))
    both, other = asked_of(workspace)
    assert (both.text, both.status, both.flagged) == ("Hello", "SUC_FIN", False)
    assert both.accepted_at == workspace.now
    assert (other.text, other.status) == (None, "SUC_FIN")
    # What was sent before it is no answer; that is none of another person either.
    assert asked_of(workspace, 0) == ()


def test_what_is_still_in_the_outbox_is_later_too(workspace: Any, make: Make) -> None:
    sent(workspace, make, 1)
    workspace.passes(minutes=1)
    people = Recipients([ONE], [""], {})
    campaign = make(number=2, messages=(Message("Hello", people),))
    (entry,) = workspace.queued(campaign)
    (waits,) = asked_of(workspace)
    assert (waits.text, waits.entry, waits.job_id) == ("Hello", EntryState.QUEUED, None)
    workspace.write(outbox.cancel, [entry], workspace.now)
    (gone,) = asked_of(workspace)
    assert (gone.entry, gone.left) == (EntryState.CANCELLED, False)


def test_what_is_gone_has_nothing_behind_it(workspace: Any) -> None:
    assert workspace.read(background.background, 4711) is background.GONE

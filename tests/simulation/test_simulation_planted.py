"""The simulation is able to fail: each of these bugs, planted in the real code, is caught by some run."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
from simulation import runs
from simulation.runs import play
from sqlalchemy import update

from smsdesk.core import errors, outbox
from smsdesk.core.outbox import EntryState, Event
from smsdesk.core.pilot import Verdict
from smsdesk.desk import draining, pilot, settling
from smsdesk.store import do_not_contact, leases, pauses, schema, sending, withdrawing
from smsdesk.store import outbox as stored

Plant = Callable[[pytest.MonkeyPatch], None]
SEEDS = range(1000, 1300)


def resend_on_time_out(patch: pytest.MonkeyPatch) -> None:
    """What nobody can know is taken for not sent."""
    table = ((errors.Refused, Event.REFUSE), (errors.ServiceError, Event.PUT_OFF))
    patch.setattr(outbox, "CERTAINTY", table)


def commit_after_send(patch: pytest.MonkeyPatch) -> None:
    """``sending`` is on disk only when the answer is there."""
    c, take, settle = schema.outbox.c, stored.take, stored.settle

    def took(connection: Any, account: str, now: Any, lease: Any, without: Any) -> Any:
        taken = take(connection, account, now, lease, without)
        if taken is not None:
            away = {"state": "waiting", "not_before": now + outbox.LONGEST_PAUSE, "owner": None}
            connection.execute(update(schema.outbox).where(c.id == taken.entry.id).values(away))
        return taken

    def settled(connection: Any, tried: Any, lease: Any, *args: Any) -> bool:
        back = {"state": "sending", "owner": lease.owner, "lease": lease.number}
        connection.execute(update(schema.outbox).where(c.id == tried.id).values(back))
        return settle(connection, tried, lease, *args)

    patch.setattr(stored, "take", took)
    patch.setattr(stored, "settle", settled)
    patch.setattr(sending, "is_ours", lambda *_: True)


def adopt_by_count(patch: pytest.MonkeyPatch) -> None:
    """Any job of that time is taken for ours."""
    patch.setattr(settling, "carries", lambda reference, mark: True)


def ignore_the_lease(patch: pytest.MonkeyPatch) -> None:
    """Whoever wants to send gets the lease."""
    acquire = leases.acquire

    def acquired(connection: Any, name: str, owner: str, now: Any, span: Any) -> Any:
        c = schema.leases.c
        connection.execute(update(schema.leases).where(c.name == name).values(owner=owner))
        return acquire(connection, name, owner, now, span)

    patch.setattr(leases, "acquire", acquired)
    for module in (leases, sending, stored):
        patch.setattr(module, "is_held", lambda *_: True)


def send_after_sleep(patch: pytest.MonkeyPatch) -> None:
    """Who was taken for dead sends what he was about to send."""

    async def always(*_: Any) -> None:
        pass

    patch.setattr(draining.Draining, "_still_ours", always)
    patch.setattr(runs, "MISHAPS", ("sleep",))


def overlook_the_list(patch: pytest.MonkeyPatch) -> None:
    """The do-not-contact list is not looked at any more once a campaign is queued."""
    patch.setattr(do_not_contact, "count", lambda _: 0)
    patch.setattr(runs, "ACTS", ("list",))


def overlook_the_pause(patch: pytest.MonkeyPatch) -> None:
    """A pause is known only to the window in which it was said."""
    patch.setattr(pauses, "is_paused", lambda *_: False)
    patch.setattr(runs, "ACTS", ("pause",))


def forget_the_mark(patch: pytest.MonkeyPatch) -> None:
    """An accepted entry gets some other job's id."""
    accept = stored._accept

    def accepted(connection: Any, entry_id: Any, job_id: str, now: Any) -> None:
        accept(connection, entry_id, job_id[::-1], now)

    patch.setattr(stored, "_accept", accepted)


def give_up_silently(patch: pytest.MonkeyPatch) -> None:
    """What could not be sent is said to be cancelled... and nobody asks again."""
    after_error = draining.after_error

    def after(error: Any, *args: Any) -> Any:
        found = after_error(error, *args)
        return replace(found, event=Event.REFUSE) if found.event is Event.LOSE else found

    patch.setattr(draining, "after_error", after)


def release_without_looking(patch: pytest.MonkeyPatch) -> None:
    """The rest goes as soon as its pilot is accepted, whatever becomes of it."""

    def verdict(_: Any, state: Any, __: Any) -> Verdict:
        return Verdict.GO_ON if state is EntryState.ACCEPTED else Verdict.WAIT

    patch.setattr(pilot, "verdict", verdict)


def withdraw_what_is_sending(patch: pytest.MonkeyPatch) -> None:
    """Also what is just leaving becomes a draft again."""
    patch.setitem(outbox._STEPS, (EntryState.SENDING, Event.CANCEL), EntryState.CANCELLED)
    patch.setattr(withdrawing, "NOT_LEFT", {*outbox.NOT_LEFT, EntryState.SENDING})
    patch.setattr(runs, "ACTS", ("withdraw",))


@pytest.mark.parametrize(
    ("plant", "watching", "words", "known"),
    [
        (resend_on_time_out, True, "left a second time", (1013, 1026, 1055)),
        (resend_on_time_out, False, "was accepted 2 times", (1013, 1079, 1095)),
        (commit_after_send, True, "while it was waiting", (1000, 1001)),
        (commit_after_send, False, "was accepted 2 times", (1017, 1029, 1037)),
        (adopt_by_count, False, "is said to be", (1005, 1013, 1028)),
        (ignore_the_lease, False, "although nothing stopped its sender", (1037, 1144, 1146)),
        (send_after_sleep, True, "while it was uncertain", (1052, 1154)),
        (overlook_the_list, True, "do-not-contact list", (1024, 1026, 1028)),
        (overlook_the_pause, True, "is paused", (1020, 1024, 1026)),
        (forget_the_mark, False, "is said to be", (1002, 1003, 1004)),
        (give_up_silently, False, "is refused although it was accepted", (1013, 1063, 1079)),
        (release_without_looking, True, "although its pilot failed", (1007, 1021, 1022)),
        (withdraw_what_is_sending, False, "is cancelled although it was accepted", (1004, 1037, 1095)),
    ],
)
def test_a_planted_bug_is_caught(
    plant: Plant, watching: bool, words: str, known: Iterable[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``known``: seeds that found it when this was written, so they are played first; others may too."""
    plant(monkeypatch)
    for seed in (*known, *SEEDS):
        try:
            play(seed, watching=watching)
        except AssertionError as caught:
            if words in str(caught):
                return
    pytest.fail("no run found it")

"""What must be so when a run has come to its end, by the service's own ledger and the marks in it."""

from collections import Counter, defaultdict

from simulation.network import mark_in, numbers_in
from simulation.world import World, microseconds

from smsdesk.core.outbox import SETTLING

WAYS = ("no_answer", "server_trouble", "unreadable", "duplicate")
"""What makes an entry uncertain, the death of its sender apart."""


def check(made: World) -> None:
    """Writes down every breach: nobody twice, nobody lost, nothing uncertain without a cause."""
    accepted: defaultdict[str, list[str]] = defaultdict(list)
    times: Counter[str] = Counter()
    for job_id, body in made.service.accepted():
        if b"#other" not in body:
            accepted[mark_in(body)].append(job_id)
            times.update(numbers_in(body))
    for row in made.disk.look("select * from outbox"):
        mark, jobs = row["mark"], accepted.pop(row["mark"], [])
        allowed = 1 + (len(made.clicks.get(mark, [])) if mark in made.careless else 0)
        if len(jobs) > allowed:
            made.trouble(f"{mark} was accepted {len(jobs)} times")
        _check_state(made, row["state"], row, jobs)
        _check_causes(made, row["id"], mark)
        if mark not in made.careless and row["state"] != "uncertain":
            _check_people(made, row, times)
    if accepted:
        made.trouble(f"jobs of nobody: {[*accepted]}")
    if made.troubles:
        raise AssertionError(made.told())


def _check_state(made: World, state: str, row: dict[str, object], jobs: list[str]) -> None:
    """An entry tells what became of it."""
    mark = row["mark"]
    if state == "accepted":
        if row["job_id"] not in jobs:
            made.trouble(f"{mark} is said to be {row['job_id']}, and is {jobs}")
    elif state in ("refused", "cancelled"):
        if jobs and not (state == "cancelled" and mark in made.let_be):
            made.trouble(f"{mark} is {state} although it was accepted")
    elif not (
        state == "uncertain" and made.jumped and row["posted_at"] > microseconds(made.wall() - SETTLING)
    ):
        # By a clock that was set back it was sent just now: that is told, and asked for until it is known.
        made.trouble(f"{mark} stays {state} ({row['reason']}, {row['hold']})")


def _check_causes(made: World, entry: int, mark: str) -> None:
    """Uncertain only by the causes of the table, each time."""
    found = Counter(row["code"] for row in made.disk.look("select code from steps where entry_id = ?", entry))
    ways = Counter(post.outcome for post in made.network.posts.get(mark, []))
    for way in WAYS:
        # Who stood still too long takes an answer that has come for none.
        if found[way] > ways[way] and not (way == "no_answer" and made.slept):
            made.trouble(f"{mark} became uncertain {found[way]} times by {way}, which was {ways[way]} times")
    if found["stopped"] and not made.disturbed:
        made.trouble(f"{mark} became uncertain although nothing stopped its sender")


def _check_people(made: World, row: dict[str, object], times: Counter[str]) -> None:
    """Each recipient once, or left out by the do-not-contact list, or the entry says that nothing went."""
    query = "select dst, process_status from sms join jobs on jobs.key = sms.job_key where jobs.entry_id = ?"
    for sms in made.disk.look(query, row["id"]):
        left_out = sms["process_status"] is not None
        wanted = int(row["state"] == "accepted" and not left_out)
        had = times[sms["dst"]]
        if had != wanted and not (row["state"] == "cancelled" and row["mark"] in made.let_be):
            made.trouble(f"{sms['dst']} of {row['mark']} ({row['state']}) got {had} SMS")

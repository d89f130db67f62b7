"""What must be so when a run has come to its end, by the service's own ledger and the marks in it."""

from collections import Counter, defaultdict

from simulation.network import mark_in, numbers_in
from simulation.world import World

from smsdesk.core.status import LEFT_OUT

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
        _check_adopted(made, row)
        if mark not in made.careless | made.strange:
            _check_people(made, row, times)
    _check_withdrawn(made)
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
    else:
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


def _check_adopted(made: World, row: dict[str, object]) -> None:
    """The people of a job that was found by its mark were compared, and nothing but the truth was said."""
    said = {step["code"] for step in made.disk.look("select code from steps where entry_id = ?", row["id"])}
    wanted = "recipients_differ" if row["mark"] in made.strange else "recipients_agree"
    if row["adopted"]:
        made.trouble(f"whom {row['mark']} went to was never looked at")
    if "recipients_differ" in said and wanted not in said:
        made.trouble(f"{row['mark']} is said to have gone to others")
    if row["mark"] in made.strange and row["state"] == "accepted" and wanted not in said:
        made.trouble(f"{row['mark']} went to others, and nobody was told")


def _check_withdrawn(made: World) -> None:
    """Who was withdrawn is in a draft, once, and nobody else is."""
    query = (
        "select sms.dst from sms join jobs on jobs.key = sms.job_key where jobs.entry_id in"
        " (select entry_id from steps where code = 'withdrawn')"
    )
    withdrawn = sorted(row["dst"] for row in made.disk.look(query))
    if withdrawn != sorted(made.drafts):
        made.trouble(f"withdrawn were {withdrawn}, and in drafts are {sorted(made.drafts)}")


def _check_people(made: World, row: dict[str, object], times: Counter[str]) -> None:
    """Each recipient once, or left out by the do-not-contact list, or the entry says that nothing went."""
    query = (
        "select dst, process_status, status from sms join jobs on jobs.key = sms.job_key"
        " where jobs.entry_id = ?"
    )
    for sms in made.disk.look(query, row["id"]):
        left_out = (sms["process_status"], sms["status"]) == LEFT_OUT
        wanted = int(row["state"] == "accepted" and not left_out)
        had = times[sms["dst"]]
        if had != wanted and not (row["state"] == "cancelled" and row["mark"] in made.let_be):
            made.trouble(f"{sms['dst']} of {row['mark']} ({row['state']}) got {had} SMS")

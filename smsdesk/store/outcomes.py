"""What became of each campaign's SMS: SQLite itself keeps the sums up, however many jobs a campaign has.

A change of a job, or of its entry in the outbox, adds to the sums of its campaign by how much it comes to
more or less than before. So a list of campaigns reads one line of each.
"""

from sqlalchemy import Connection

from smsdesk.core.outbox import EntryState

_ACCEPTED, _CANCELLED, _REFUSED = (
    f"'{state.value}'" for state in (EntryState.ACCEPTED, EntryState.CANCELLED, EntryState.REFUSED)
)
# What was taken back waits no more; what was left in doubt may have been sent.
_DOUBT = f"({{e}}.state = {_CANCELLED} AND coalesce({{e}}.reason, '') = 'left')"
_WAITING = "({j}.waiting + {j}.sending)"
_COMES_TO = {
    "open": f"({{e}}.state <> {_CANCELLED} AND {{e}}.state <> {_REFUSED}"
    f" AND ({{e}}.state <> {_ACCEPTED} OR NOT {{j}}.final))",
    "sms": "{j}.sms_count",
    "delivered": "{j}.delivered",
    "waiting": f"{_WAITING} * ({{e}}.state <> {_CANCELLED})",
    "failed": "{j}.failed",
    "unknown": f"({{j}}.unknown + {_WAITING} * {_DOUBT})",
    "cancelled": f"({{j}}.cancelled + {_WAITING} * ({{e}}.state = {_CANCELLED} AND NOT {_DOUBT}))",
}
"""What a job ``j`` with its entry ``e`` comes to. A list of states would be made anew each time."""
_FIGURES = "sms_count, delivered, waiting, sending, failed, cancelled, unknown, final"
_BEGIN = "INSERT OR IGNORE INTO outcomes (campaign_id) SELECT campaign_id FROM outbox WHERE id = NEW.entry_id"


def _add(of: str, *, more: tuple[str, str] | None = None, less: tuple[str, str] | None = None) -> str:
    """Adds to the sums what one pair of job and entry comes to, without what another one does."""
    sums = []
    for name, told in _COMES_TO.items():
        plus = f" + {told.format(j=more[0], e=more[1])}" if more else ""
        minus = f" - {told.format(j=less[0], e=less[1])}" if less else ""
        sums.append(f"{name} = outcomes.{name}{plus}{minus}")
    return f"UPDATE outcomes SET {', '.join(sums)} FROM {of}"  # noqa: S608 (nothing from outside)


_OF_JOB = "outbox AS e WHERE e.id = {row}.entry_id AND outcomes.campaign_id = e.campaign_id"
_OF_ENTRY = "jobs AS j WHERE j.entry_id = NEW.id AND outcomes.campaign_id = NEW.campaign_id"
_NEW, _OLD = _OF_JOB.format(row="NEW"), _OF_JOB.format(row="OLD")
_TRIGGERS = {
    "job_comes AFTER INSERT ON jobs WHEN NEW.entry_id IS NOT NULL": (_BEGIN, _add(_NEW, more=("NEW", "e"))),
    f"job_changes AFTER UPDATE OF {_FIGURES} ON jobs WHEN NEW.entry_id IS NOT NULL": (
        _add(_NEW, more=("NEW", "e"), less=("OLD", "e")),
    ),
    "job_goes AFTER DELETE ON jobs WHEN OLD.entry_id IS NOT NULL": (_add(_OLD, less=("OLD", "e")),),
    "entry_changes AFTER UPDATE OF state, reason ON outbox": (
        _add(_OF_ENTRY, more=("j", "NEW"), less=("j", "OLD")),
    ),
}


def keep_up(connection: Connection) -> None:
    """Adds up what is there, and has SQLite do so from now on."""
    amounts = ", ".join(f"sum({told.format(j='j', e='e')})" for told in _COMES_TO.values())
    connection.exec_driver_sql(
        f"INSERT INTO outcomes (campaign_id, {', '.join(_COMES_TO)}) SELECT e.campaign_id, {amounts}"  # noqa: S608 (nothing from outside)
        " FROM outbox AS e JOIN jobs AS j ON j.entry_id = e.id GROUP BY e.campaign_id"
    )
    for when, statements in _TRIGGERS.items():
        connection.exec_driver_sql(f"CREATE TRIGGER {when} BEGIN {'; '.join(statements)}; END")

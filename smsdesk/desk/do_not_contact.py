"""The do-not-contact list: who is on it and why; adding, importing, removing, finding."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from smsdesk.core.acts import What
from smsdesk.core.campaign import Campaign
from smsdesk.core.numbers import Standing, read_number
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.desk.acts import counted, record
from smsdesk.desk.changes import Topic
from smsdesk.desk.context import Context

if TYPE_CHECKING:
    from smsdesk.core.importing import Imported
    from smsdesk.store.do_not_contact import Listed as Listed  # noqa: PLC0414 (screens take it from here)
    from smsdesk.store.do_not_contact import Order as Order  # noqa: PLC0414 (the same)
    from smsdesk.store.workspace import Connection

T = TypeVar("T")

_FEW = 3_000
"""Up to so many recipients are looked up on the list; for more the whole list is read."""
_REASON = re.compile(
    r"(?i)^(reason|grund|begründung|motif|raison|motivo|bemerkung|kommentar|comment|notes?|notiz)$"
)


async def concerned(context: Context, campaign: Campaign) -> Collection[str]:
    """The numbers of the list (E.164) that matter for a campaign: all of them where it is large.

    Of a sent campaign those that were left out of it, whatever the list says now.
    """
    from smsdesk.store import do_not_contact, outbox

    out = await context.read(outbox.left_out, campaign.id)
    if out is not None:
        return [*dict.fromkeys(read_number(dst, campaign.region).e164 for dst in out)]
    if campaign.sms_count > _FEW:
        return await context.read(do_not_contact.numbers)
    dst = [number for message in campaign.messages for number in message.recipients.dst]
    found = await context.read(do_not_contact.reached, dst, campaign.region)
    return [*dict.fromkeys(one.number for one in found.values())]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: numbers (E.164, each once), and what is none of them."""

    numbers: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_typed(text: str, region: str) -> Typed:
    """Reads numbers one below the other, or between commas; ``region`` for those without a country code."""
    numbers: dict[str, None] = {}
    problems = []
    for line, words in enumerate(text.splitlines(), 1):
        for piece in re.split(r"[,;\t]", words):
            if not piece.strip():
                continue
            number = read_number(piece, region)
            if number.standing is Standing.INVALID:
                where = Where(line=line, value=piece.strip())
                problems.append(Problem(Level.ERROR, number.code or "number_letters", where))
            else:
                numbers[number.e164] = None
    return Typed(tuple(numbers), tuple(problems))


def reason_column(imported: "Imported") -> str | None:
    """The column of a table that says why, by its name."""
    return next((name for name in imported.recipients.fields if _REASON.match(name.strip())), None)


def _add_table(
    connection: "Connection", imported: "Imported", reason: str, source: str, now: datetime
) -> tuple[str, ...]:
    from smsdesk.store import do_not_contact
    from smsdesk.store.do_not_contact import Listed

    column = reason_column(imported)
    rows = []
    for people in (imported.recipients, imported.doubtful):
        own = people.fields[column] if column else [""] * len(people)
        rows += [
            Listed(n, why.strip() or reason, source, now) for n, why in zip(people.dst, own, strict=True)
        ]
    return do_not_contact.add(connection, rows)


class DoNotContact:
    """The list of the workspace; each number with a reason, a source and a date."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def count(self) -> int:
        """How many numbers are on it."""
        from smsdesk.store import do_not_contact

        return await self._context.read(do_not_contact.count)

    async def add(self, numbers: Sequence[str], reason: str) -> tuple[str, ...]:
        """Adds numbers (E.164) that were typed; the answer is those that were not there."""
        from smsdesk.store import do_not_contact
        from smsdesk.store.do_not_contact import Listed

        now = self._context.now()
        rows = [Listed(number, " ".join(reason.split()), "", now) for number in numbers]
        return self._told(await record(self._context, counted(What.LISTED), do_not_contact.add, rows))

    async def add_table(self, imported: "Imported", reason: str, source: str) -> tuple[str, ...]:
        """Adds the numbers of a table, doubtful ones too; a column of reasons goes before ``reason``.

        The answer is those that were not there. ``source`` is the file's name, empty for a paste.
        """
        now, words = self._context.now(), " ".join(reason.split())
        return self._told(
            await record(self._context, counted(What.LISTED), _add_table, imported, words, source, now)
        )

    async def remove(self, numbers: Collection[str]) -> "tuple[Listed, ...]":
        """Takes numbers off the list; the answer is for :meth:`put_back`."""
        from smsdesk.store import do_not_contact

        return self._told(await record(self._context, counted(What.UNLISTED), do_not_contact.remove, numbers))

    async def put_back(self, rows: "Sequence[Listed]") -> None:
        """Brings back what was removed, with its reason and date."""
        from smsdesk.store import do_not_contact

        self._told(await record(self._context, counted(What.LISTED), do_not_contact.add, rows))

    def _told(self, answer: T) -> T:
        self._context.changes.tell(Topic.DO_NOT_CONTACT)
        return answer

    async def find(
        self, words: str = "", order: "Order" = "added_at", *, descending: bool = True
    ) -> tuple[str, ...]:
        """The numbers that words lead to, sorted: digits in any spelling, words of reason or source."""
        from smsdesk.store import do_not_contact

        return tuple(await self._context.read(do_not_contact.find, words, order, descending=descending))

    async def rows(self, numbers: Collection[str]) -> "dict[str, Listed]":
        """What stands about numbers."""
        from smsdesk.store import do_not_contact

        found = await self._context.read(do_not_contact.listed, numbers)
        return {one.number: one for one in found}

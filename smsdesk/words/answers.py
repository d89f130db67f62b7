"""The answer to "did she get our message?" in words: for the screen, a ticket, and paper, in either language.

Times are those of the phone's zone where its number tells one, else ours; which of them is said where
it matters. Below stands what the provider's support needs, times in UTC.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from smsdesk.core.answering import Again, Answer, Facts
from smsdesk.core.country_names import country_name
from smsdesk.core.numbers import as_shown, region_of
from smsdesk.core.status import LEFT_OUT, Outcome
from smsdesk.core.zones import zones_of
from smsdesk.words.catalogue import language, say, speaking
from smsdesk.words.forms import clock, day, whole_day
from smsdesk.words.waiting import wait_words

Pair = tuple[str, str]
UNBROKEN = "\N{NO-BREAK SPACE}"
"""Keeps a number on one line."""


@dataclass(frozen=True, slots=True)
class Station:
    """A point on a message's way: its name, when it was, and whether it was reached."""

    name: str
    when: str
    reached: bool


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """All that the answer card says.

    ``role`` is the state's colour role; ``notes`` are sentences on times and on how old the knowledge is;
    ``about`` names the number and the day, for paper.
    """

    role: str
    title: str
    number: str
    about: str
    happened: str
    quoted: Pair
    pairs: tuple[Pair, ...]
    notes: tuple[str, ...]
    way: tuple[Station, ...]
    support_title: str
    support: tuple[Pair, ...]
    paper: str
    made: str

    @property
    def plain(self) -> str:
        """The answer as it goes into a ticket, a mail or a chat."""
        quoted = [": ".join(self.quoted)] if self.quoted[1] else []
        lines = [self.title, self.happened, *quoted, *(": ".join(pair) for pair in self.pairs), *self.notes]
        return "\n".join(lines).replace(UNBROKEN, " ")

    @property
    def support_plain(self) -> str:
        """The technical block as lines."""
        return "\n".join(": ".join(pair) for pair in self.support)


def answer_words(answer: Answer, tag: str, zone: tzinfo | None, now: datetime) -> AnswerWords:
    """The answer in a language (``en``, ``de``); ``zone`` is ours (None: the system's)."""
    with speaking(tag):
        return _Telling(answer, zone, now).words()


def _offset(at: datetime, zone: tzinfo | None) -> str:
    minutes = int((at.astimezone(zone).utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}" if minutes else "UTC"


def _instants(facts: Facts, now: datetime) -> list[datetime]:
    told = (facts.queued_at, facts.posted_at, facts.accepted_at, facts.sent_at, facts.finished_at)
    return [at for at in told if at is not None] or [now]


class _Telling:
    """One answer being put into words."""

    def __init__(self, answer: Answer, ours: tzinfo | None, now: datetime) -> None:
        self._answer, self._facts, self._ours, self._now = answer, answer.facts, ours, now
        self._times = _instants(self._facts, now)
        self._zone, self._zone_words = self._place()

    def _place(self) -> tuple[tzinfo | None, str]:
        """The zone of all times, and the sentence that says it where one may be mistaken."""
        zones = [ZoneInfo(name) for name in zones_of(self._facts.number)]
        offsets = {tuple(_offset(at, zone) for at in self._times) for zone in zones}
        ours = tuple(_offset(at, self._ours) for at in self._times)
        offset = self._times[-1]
        if len(offsets) > 1:
            return self._ours, say("answer.zone_ours", offset=_offset(offset, self._ours))
        if offsets <= {ours}:
            return self._ours, ""
        country = country_name(region_of(self._facts.number) or "", language()) or str(zones[0])
        return zones[0], say("answer.zone", country=country, offset=_offset(offset, zones[0]))

    def _day(self, at: datetime) -> str:
        day = whole_day(at, self._zone)
        today = at.astimezone(self._zone).date() == self._now.astimezone(self._zone).date()
        return say("answer.day_today" if today else "answer.day_on", day=day)

    def _clock(self, at: datetime) -> str:
        return clock(at, self._zone)

    def words(self) -> AnswerWords:
        """All of it."""
        answer, facts = self._answer, self._facts
        code = f"answer.{answer.code}"
        about = {
            "number": as_shown(facts.number),
            "day": whole_day(self._now, self._zone),
            "time": self._clock(self._now),
        }
        certainty = say(f"certainty.{answer.certainty.value}")
        return AnswerWords(
            role=answer.outcome.value,
            title=say(f"{code}.title"),
            number=as_shown(facts.number),
            about=say("answer.of", **about),
            happened=" ".join(filter(None, (self._begun(), self._happened(), *self._since()))),
            quoted=(say("find.text"), facts.text or ""),
            pairs=(
                (say("find.sure"), f"{certainty}. {say(f'status.{answer.code}.means')}"),
                *self._waits(),
                (say("find.tell"), self._tell()),
                (say("find.do"), self._do()),
                (say("find.again"), say(f"again.{answer.again.value}")),
            ),
            notes=tuple(filter(None, (self._zone_words, self._known()))),
            way=self._way(),
            support_title=say("find.support"),
            support=self._support(),
            paper=say("answer.paper"),
            made=say("answer.made"),
        )

    def _begun(self) -> str:
        facts = self._facts
        if facts.listed_at is not None:
            return ""
        for at, code in (
            (facts.sent_at, "answer.sent" if facts.own else "answer.sent_other"),
            (facts.accepted_at, "answer.accepted" if facts.own else "answer.accepted_other"),
            (facts.queued_at, "answer.queued"),
        ):
            if at is not None:
                return say(code, day=self._day(at), time=self._clock(at))
        return ""

    def _happened(self) -> str:
        facts = self._facts
        at = self._at(facts.finished_at) if facts.finished_at else ""
        state = " ".join(filter(None, (facts.process_status, facts.status)))
        number = as_shown(facts.number).replace(" ", UNBROKEN)
        return say(f"answer.{self._answer.code}.happened", number=number, at=at, state=state)

    def _waits(self) -> tuple[Pair, ...]:
        waits = self._facts.waits
        return ((say("find.waits"), wait_words(waits, self._zone, self._now)),) if waits else ()

    def _tell(self) -> str:
        told, src = say(f"answer.{self._answer.code}.tell"), self._facts.src
        arrived = self._answer.outcome is Outcome.DELIVERED
        return f"{told} {say('answer.look_for', sender=src)}" if arrived and src else told

    def _do(self) -> str:
        """What the state asks for, unless what is known besides speaks against it."""
        again, code = self._answer.again, f"status.{self._answer.code}.next"
        if again is Again.LISTED:
            return say("status.do_not_contact.next")
        if again in (Again.REACHED, Again.REPEATED):
            return say("answer.later.next")
        return say("status.outbox_cancelled.next" if self._facts.listed_at else code)

    def _at(self, at: datetime) -> str:
        first = self._facts.sent_at or self._facts.accepted_at
        if first is not None and first.astimezone(self._zone).date() == at.astimezone(self._zone).date():
            return say("answer.at", time=self._clock(at))
        return say("answer.at_day", day=self._day(at), time=self._clock(at))

    def _since(self) -> list[str]:
        """What else bears on it: the list then and now, later messages."""
        facts, out = self._facts, []
        if facts.listed_at is not None:
            code = "answer.listed_why" if facts.reason else "answer.listed"
            out.append(say(code, day=whole_day(facts.listed_at, self._zone), reason=facts.reason or ""))
        elif facts.on_list_at is not None:
            out.append(say("answer.on_list", day=whole_day(facts.on_list_at, self._zone)))
        for at, code in ((facts.repeated_at, "answer.repeated"), (facts.reached_at, "answer.reached")):
            if at is not None:
                out.append(say(code, day=self._day(at), time=self._clock(at)))
                break
        return out

    def _known(self) -> str:
        at = self._facts.known_at
        if at is None or self._answer.final:
            return ""
        return say("answer.known", day=self._day(at), time=self._clock(at))

    # -- the way ---------------------------------------------------------------------------------

    def _when(self, at: datetime | None) -> str:
        """The time; its day too where that is not today."""
        if at is None:
            return ""
        today = at.astimezone(self._zone).date() == self._now.astimezone(self._zone).date()
        return self._clock(at) if today else f"{day(at, self._zone)} {self._clock(at)}"

    def _way(self) -> tuple[Station, ...]:
        facts, answer = self._facts, self._answer
        if facts.listed_at is not None:
            return (
                Station(say("find.way.listed"), self._when(facts.listed_at), reached=True),
                Station(say("status.do_not_contact.pill"), self._when(facts.finished_at), reached=True),
            )
        untold, later = say("find.way.not_told"), say("find.way.not_yet")
        accepted = facts.job_id is not None
        left = ("running", "running_unasked", "suc_fin", "suc_acc", "suc_acc_asked", "timeout", "killed")
        sent = facts.sent_at is not None or answer.code in left
        unsent = untold if sent else say("status.do_not_contact.pill") if answer.final else later
        end = say(f"outcome.{answer.outcome.value}") if answer.final else say("find.way.final")
        begun = [
            Station(say(code), self._when(at), reached=True)
            for code, at in (("find.way.queued", facts.queued_at), ("find.way.posted", facts.posted_at))
            if at is not None
        ]
        return (
            *begun,
            Station(
                say("find.way.accepted"),
                self._when(facts.accepted_at) or (untold if accepted else later),
                accepted,
            ),
            Station(say("find.way.sent"), self._when(facts.sent_at) or unsent, sent),
            Station(end, self._when(facts.finished_at) or (untold if answer.final else later), answer.final),
        )

    # -- for the provider's support --------------------------------------------------------------

    def _support(self) -> tuple[Pair, ...]:
        facts = self._facts
        asked = {True: say("find.asked.yes"), False: say("find.asked.no"), None: ""}[facts.asked]
        pairs = [
            ("find.fact.job", facts.job_id),
            ("find.fact.sms", facts.sms_id),
            ("find.fact.state", " · ".join(filter(None, (facts.process_status, facts.status)))),
            ("find.fact.reason", facts.reason),
            ("find.fact.asked", asked),
            ("find.fact.centre", facts.centre),
            ("find.fact.number", facts.number),
            ("find.fact.reference", facts.reference),
            ("find.fact.sender", facts.src),
            ("find.fact.posted", _in_utc(facts.posted_at)),
            ("find.fact.accepted", _in_utc(facts.accepted_at)),
            ("find.fact.sent", _in_utc(facts.sent_at)),
            ("find.fact.final", _in_utc(facts.finished_at)),
            ("find.fact.seen", self._seen()),
        ]
        if (facts.process_status, facts.status) == LEFT_OUT:
            # What is said of somebody who was left out is our own word, and the reason our own affair.
            ours = ("find.fact.state", "find.fact.reason", "find.fact.final", "find.fact.seen")
            pairs = [pair for pair in pairs if pair[0] not in ours]
        return tuple((say(code), words) for code, words in pairs if words)

    def _seen(self) -> str:
        lines = []
        for one in self._facts.seen:
            words = [_in_utc(one.at), one.process_status, one.status or "", one.reason or ""]
            against = f"({say('find.fact.against')})" if one.against else ""
            lines.append(" ".join(filter(None, [*words, against])))
        return "\n".join(lines)


def _in_utc(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if at else ""

"""The answer to "did she get our message?" in words: for the screen, a ticket, and paper, in either language.

Times are those of the phone's zone where its number tells one, else ours; which of them is said where
it matters. Below stands what the provider's support needs, times in UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from smsdesk.core.answering import Again, Answer, Certainty, Facts
from smsdesk.core.country_names import country_name
from smsdesk.core.numbers import as_shown, region_of
from smsdesk.core.status import LEFT_OUT
from smsdesk.core.zones import zones_of
from smsdesk.words.catalogue import language, number, say, speaking
from smsdesk.words.forms import clock, day, whole_day
from smsdesk.words.meanings import status_words
from smsdesk.words.waiting import wait_words

Pair = tuple[str, str]
UNBROKEN = "\N{NO-BREAK SPACE}"
"""Keeps a number on one line."""
_NEVER_LEFT = ("invalid_dst", "blocked", "con_err", "not_acc_fin", "cancelled")
"""What the service took and never sent, whatever time of sending it reports."""
_NOT_LEFT = (*_NEVER_LEFT, "open", "open_retried_unasked")
_WITHOUT_TIMES = ("not_reported", "open_retried", "cancelled_late", "unknown")
"""What has left only if the service says when."""
_PLANNED = (
    *("starts", "starts_then_blackout", "blackout", "own_blackout", "blackouts"),
    *("rule", "rule_in_zone", "holiday", "held.time"),
)
"""Causes to wait that end at a time which was planned."""
_LOOKED_FOR = (Certainty.CONFIRMED, Certainty.SENT, Certainty.LIKELY, Certainty.UNKNOWN)
"""Where the caller looks for it on the phone: the sender is told."""


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
    tag: str

    @property
    def plain(self) -> str:
        """The answer as it goes into a ticket, a mail or a chat."""
        pairs = (self.quoted, *self.pairs)
        lines = [self.title, self.happened, *(": ".join(pair) for pair in pairs), *self.notes]
        return "\n".join(lines).replace(UNBROKEN, " ")

    def page(self, n: int, of: int) -> str:
        """Which page of them it is, on paper."""
        with speaking(self.tag):
            return say("answer.page", n=number(n), of=number(of))

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


def _instants(facts: Facts, now: datetime, *, known: bool) -> list[datetime]:
    way = (facts.queued_at, facts.posted_at, facts.accepted_at, facts.sent_at, facts.finished_at)
    told = (*way, facts.known_at if known else None, facts.repeated_at, facts.reached_at)
    return [at for at in told if at is not None] or [now]


class _Telling:
    """One answer being put into words."""

    def __init__(self, answer: Answer, ours: tzinfo | None, now: datetime) -> None:
        self._answer, self._facts, self._ours, self._now = answer, answer.facts, ours, now
        self._tells_known = not answer.final or answer.code == "closed"
        self._times = _instants(self._facts, now, known=self._tells_known)
        self._zone, self._zone_words = self._place()

    def _place(self) -> tuple[tzinfo | None, str]:
        """The zone of all times, and the sentence that says which it is."""
        zones = [ZoneInfo(name) for name in zones_of(self._facts.number)]
        if len({self._offsets(zone) for zone in zones}) != 1:
            return self._ours, say("answer.zone_ours", offset=self._offsets(self._ours))
        country = country_name(region_of(self._facts.number) or "", language()) or str(zones[0])
        return zones[0], say("answer.zone", country=country, offset=self._offsets(zones[0]))

    def _offsets(self, zone: tzinfo | None) -> str:
        """Of all times that are told: two where the clock was changed between them."""
        return ", ".join(dict.fromkeys(_offset(at, zone) for at in self._times))

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
            "offset": _offset(self._now, self._zone),
        }
        certainty = say(f"certainty.{answer.certainty.value}")
        return AnswerWords(
            role=answer.outcome.value,
            title=say(f"{code}.title"),
            number=as_shown(facts.number),
            about=say("answer.of", **about),
            happened=" ".join(filter(None, (self._begun(), self._happened(), *self._since()))),
            quoted=(say("find.text"), self._text()),
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
            tag=language(),
        )

    def _text(self) -> str:
        """The text, or why it is not known."""
        facts = self._facts
        if facts.text is not None:
            return facts.text
        return say("answer.text_gone" if facts.own or not facts.number else "answer.text_unknown")

    def _begun(self) -> str:
        facts = self._facts
        sent_at = facts.sent_at if self._has_left() else None
        beginnings: tuple[tuple[datetime | None, str], ...] = (
            (sent_at, "answer.sent" if facts.own else "answer.sent_other"),
            (facts.accepted_at, "answer.accepted" if facts.own else "answer.accepted_other"),
            (facts.queued_at, "answer.queued"),
        )
        if facts.listed_at is not None:
            beginnings = ((facts.finished_at, "answer.left_out"),)
        for at, code in beginnings:
            if at is not None:
                return say(code, day=self._day(at), time=self._clock(at))
        return ""

    def _has_left(self) -> bool:
        """Whether the service has sent it, by what it reports."""
        code, sent_at = self._answer.reported, self._facts.sent_at
        if code in _NOT_LEFT or self._facts.job_id is None:
            return False
        return sent_at is not None or code not in _WITHOUT_TIMES

    def _happened(self) -> str:
        facts = self._facts
        at = self._at(facts.finished_at) if facts.finished_at else ""
        state = " ".join(filter(None, (facts.process_status, facts.status)))
        number = as_shown(facts.number).replace(" ", UNBROKEN) or say("answer.number_gone")
        return say(f"answer.{self._answer.reported}.happened", number=number, at=at, state=state)

    def _waits(self) -> tuple[Pair, ...]:
        waits = self._facts.waits
        if waits is None or self._answer.final:
            return ()
        return ((say("find.waits"), wait_words(waits, self._zone, self._now)),)

    def _tell(self) -> str:
        answer, facts, waits = self._answer, self._facts, self._facts.waits
        told = [say(f"answer.{answer.code}.tell")]
        if waits is not None and waits.next_at is not None and waits.code in _PLANNED and not answer.final:
            at = waits.next_at
            told.append(say("answer.planned", day=self._day(at), time=self._clock(at)))
        if facts.src and answer.certainty in _LOOKED_FOR:
            told.append(say("answer.look_for", sender=facts.src))
        return " ".join((*told, *self._later()))

    def _later(self) -> Iterator[str]:
        """That a later message to the number speaks against sending again, where it does."""
        facts, again = self._facts, self._answer.again
        at = facts.reached_at if again is Again.REACHED else facts.repeated_at
        code = {
            Again.ARRIVED_LATER: "answer.arrived_later",
            Again.REPEATED: "answer.repeated",
            Again.REACHED: "answer.reached",
        }.get(again)
        if code is not None and at is not None:
            yield say(code, day=self._day(at), time=self._clock(at))

    def _do(self) -> str:
        """What the state asks for, unless what is known besides speaks against it."""
        again, code, waits = self._answer.again, f"status.{self._answer.code}.next", self._facts.waits
        if again is Again.LISTED:
            return say("status.do_not_contact.next")
        if again in (Again.REACHED, Again.REPEATED, Again.ARRIVED_LATER):
            return say("answer.later.next")
        if waits is not None and waits.overdue and not self._answer.final:
            return say("answer.overdue.next")
        return say("answer.off_list.next" if self._facts.listed_at else code)

    def _at(self, at: datetime) -> str:
        first = (self._facts.sent_at if self._has_left() else None) or self._facts.accepted_at
        if first is not None and first.astimezone(self._zone).date() == at.astimezone(self._zone).date():
            return say("answer.at", time=self._clock(at))
        return say("answer.at_day", day=self._day(at), time=self._clock(at))

    def _since(self) -> list[str]:
        """What else bears on it: other reports or none any more, the list then and now."""
        facts, against, out = self._facts, self._answer.against, list[str]()
        if against is not None:
            words = status_words(against.process_status, against.status, facts.asked).happened
            when = {"day": self._day(against.at), "time": self._clock(against.at)}
            out.append(say("answer.contradicted", words=words, **when))
        if self._answer.code == "closed":
            out.append(say("answer.closed"))
        if facts.listed_at is not None:
            code = "answer.listed_why" if facts.reason else "answer.listed"
            out.append(say(code, day=whole_day(facts.listed_at, self._zone), reason=facts.reason or ""))
        elif facts.on_list_at is not None:
            out.append(say("answer.on_list", day=whole_day(facts.on_list_at, self._zone)))
        return out

    def _known(self) -> str:
        at = self._facts.known_at
        if at is None or not self._tells_known:
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
        begun = [
            Station(say(code), self._when(at), reached=True)
            for code, at in (("find.way.queued", facts.queued_at), ("find.way.posted", facts.posted_at))
            if at is not None
        ]
        untold, later = say("find.way.not_told"), say("find.way.not_yet")
        end = say(f"outcome.{answer.outcome.value}") if answer.final else say("find.way.final")
        ended_at = facts.closed_at if answer.code == "closed" else facts.finished_at
        last = Station(end, self._when(ended_at) or (untold if answer.final else later), answer.final)
        if facts.job_id is None and answer.final:
            # It ended here.
            return (*begun, Station(end, self._when(ended_at), reached=True))
        accepted, sent = facts.job_id is not None, self._has_left()
        if sent:
            when = self._when(facts.sent_at) or untold
        elif answer.reported in _NEVER_LEFT:
            when = say("status.do_not_contact.pill")
        else:
            when = untold if answer.final else later
        return (
            *begun,
            Station(
                say("find.way.accepted"),
                self._when(facts.accepted_at) or (untold if accepted else later),
                accepted,
            ),
            Station(say("find.way.sent"), when, sent),
            last,
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

"""Searching finds exactly what a look at every row finds, whatever of it the index knows already."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, update

from smsdesk.store import finding, grams, person
from smsdesk.store.schema import BLOCK_BITS as BITS
from smsdesk.store.schema import jobs, sms, texts
from smsdesk.store.sms_ids import ids_at, own_ids
from smsdesk.store.workspace import Store

BEGAN, HOUR = datetime(2031, 3, 1, tzinfo=UTC), timedelta(hours=1)
ALL_OURS: Mapping[int, datetime] = {}
LETTERS = "aeouüäabsSßẞiIİıéÉe\u0301üÜ %_\"'*^():-.,\\0149+\u00a0ﬁΣς"
PIECES = st.text(LETTERS, min_size=1, max_size=7)
NUMBERS = st.from_regex(r"\A(\+|00)?[0149]{5,9}\Z")
ROWS = st.tuples(NUMBERS, st.none() | PIECES, PIECES | st.just(""), st.none() | PIECES, st.none() | PIECES)
QUERIES = PIECES | NUMBERS | st.from_regex(r"\A[0149 +()/.-]{3,8}\Z") | st.text(max_size=5)


def plain(text: str) -> str:
    """Letters without accents, small ones, blanks as one: written anew, to check the program's own."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = [c for c in letters if not unicodedata.combining(c) and not 0xD800 <= ord(c) < 0xE000]
    return re.sub(r"\s+", " ", "".join(kept).replace("ı", "i").replace("\0", " ").lower()).strip()


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", plain(text))


def forms(text: str) -> set[str]:
    """A text in all spellings of its umlauts."""
    spelt = unicodedata.normalize("NFC", text)
    for umlaut, pair in zip("äöüÄÖÜ", ("ae", "oe", "ue") * 2, strict=True):
        spelt = spelt.replace(umlaut, pair)
    every = {plain(spelt)}
    if len(re.findall("[aou]e", plain(spelt))) <= 3:
        for at in reversed([found.end() for found in re.finditer("[aou](?=e)", plain(spelt))]):
            every |= {one[:at] + one[at + 1 :] for one in every}
    return {one for one in every | {plain(text)} if len(one) >= 3}


def is_found(query: str, row: Sequence[Any], job_id: str) -> bool:
    dst, reference, name, sms_id, text = row
    if len(plain(query)) < 3:
        return False
    if any(plain(query) in plain(value) for value in (dst, sms_id, job_id) if value):
        return True
    if any(form in plain(value) for form in forms(query) for value in (reference, name) if value):
        return True
    raw = re.sub("[^0-9]", "", query.replace("(0)", ""))
    digits = raw.lstrip("0") if len(raw.lstrip("0")) >= 3 else raw
    if re.fullmatch(r"[+0-9 ()/.\-]+", query.strip()) and len(digits) >= 3 and digits in dst:
        return True
    there = words(text or "")
    some = [words(form) for form in forms(query)]
    return any(
        {*whole} <= {*there} and any(word.startswith(begun[0]) for word in there)
        for *whole, begun in ([*one[:-1], one[-1:]] for one in some if one)
    )


def put(
    connection: Connection,
    rows: Sequence[Sequence[Any]],
    of_job: int,
    others: Mapping[int, datetime] = ALL_OURS,
) -> list[int]:
    """Puts rows into jobs; answers their ids. Of jobs (by key) of other programs: when they were accepted."""
    ids = []
    for at, (dst, reference, name, sms_id, text) in enumerate(rows):
        key = at // of_job + 1
        accepted_at = others.get(key, BEGAN + key * HOUR)
        if at % of_job == 0:
            known = {"key": key, "job_id": f"J.{key}-49iS", "name": "", "account": "Main"}
            connection.execute(
                insert(jobs).values(final=False, sms_count=1, accepted_at=accepted_at, **known)
            )
        text_id = None
        if text is not None:
            text_id = connection.scalar(select(texts.c.id).where(texts.c.text == text))
            if text_id is None:
                text_id = connection.execute(insert(texts).values(text=text)).inserted_primary_key[0]
        values = {"job_key": key, "dst": dst, "reference": reference, "name": name, "sms_id": sms_id}
        (one,) = ids_at(connection, accepted_at, 1) if key in others else own_ids(connection, 1)
        connection.execute(insert(sms).values(id=one, text_id=text_id, **values))
        ids.append(one)
    return ids


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with Store.open(Path(tmp_path_factory.mktemp("finding"))) as opened:
        yield opened


class Undo(Exception):
    """Takes back what an example wrote."""


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(ROWS, max_size=45),
    queries=st.lists(QUERIES, min_size=1, max_size=6),
    of_job=st.integers(1, 40),
    steps=st.integers(0, 3),
    page=st.integers(1, 8),
    others=st.dictionaries(st.integers(1, 12), st.integers(0, 12)),
)
def test_searching_equals_a_look_at_every_row(
    store: Store,
    rows: Any,
    queries: list[str],
    of_job: int,
    steps: int,
    page: int,
    others: dict[int, int],
) -> None:
    # Those of other programs are known as late as ours of the same key, but were accepted at any time.
    accepted = {key: BEGAN + at * HOUR + key * HOUR / 60 for key, at in others.items()}

    def newness(at: int) -> tuple[datetime, int]:
        key = at // of_job + 1
        return accepted.get(key, BEGAN + key * HOUR), at

    def check(connection: Connection) -> None:
        ids = put(connection, rows, of_job, accepted)
        # What the service calls them comes later; a block may be indexed in between.
        grams.mark(connection, ids, people=True)
        for _ in range(steps):
            grams.catch_up(connection, 1)
        grams.mark(connection, ids[::5], people=False)
        if steps > 1:
            grams.catch_up(connection, 3)
        wanted = queries + [value[1:6] for row in rows[:3] for value in row if value]
        for query in wanted:
            expected: dict[str, int] = {}
            for at in sorted(range(len(rows)), key=newness, reverse=True):
                if is_found(query, rows[at], f"J.{at // of_job + 1}-49iS"):
                    expected.setdefault(re.sub(r"\A00", "+", rows[at][0]), ids[at])
            found: list[int] = []
            after = None
            while True:
                got = finding.search(connection, query, page, after)
                assert len(got.lines) <= page
                found += [line.id for line in got.lines]
                after = got.after
                if not after:
                    break
            assert found == [*expected.values()], query
        raise Undo

    with pytest.raises(Undo):
        store.write(check).result()


def test_rows_that_are_gone_are_not_found(store: Store) -> None:
    def check(connection: Connection) -> None:
        ids = put(connection, [(f"+49176{n:07}", None, f"Jörg {n}", None, "Hello") for n in range(40)], 40)
        grams.mark(connection, ids, people=True)
        grams.catch_up(connection)
        connection.execute(delete(sms).where(sms.c.id.in_(ids[:20])))
        assert len(finding.search(connection, "JORG").lines) == 20
        assert len(finding.search(connection, "hell").lines) == 20
        assert not grams.is_behind(connection)
        raise Undo

    with pytest.raises(Undo):
        store.write(check).result()


def test_what_is_forgotten_is_not_in_the_index(store: Store) -> None:
    def check(connection: Connection) -> None:
        ids = put(connection, [(f"+49176{n:07}", None, f"Jörg {n}", None, f"Hi {n}x") for n in range(40)], 40)
        grams.mark(connection, ids, people=True)
        grams.catch_up(connection)
        grams.mark(connection, ids, people=False)
        grams.catch_up(connection)
        gone = [one for one in ids if 9 <= one <= 21]
        grams.forget(connection, gone)
        connection.execute(delete(sms).where(sms.c.id.in_(gone)))
        while grams.is_behind(connection):
            grams.catch_up(connection)
        left = [block for block in range(ids[0] >> BITS, 1 + (ids[-1] >> BITS)) if block not in (3, 4)]
        assert sorted(grams.blocks(connection, [(grams.VALUE, "jorg")], [], range(1 << 60))) == left
        assert sorted(grams.blocks(connection, [], [["hi"]], range(1 << 60))) == left
        assert len(finding.search(connection, "jorg").lines) == 27
        raise Undo

    with pytest.raises(Undo):
        store.write(check).result()


def test_what_most_have_does_not_narrow_and_is_found_all_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grams, "_LARGE", 1)

    def check(connection: Connection) -> None:
        rows = [(f"+49176{n:07}", f"K-{n:05}", "Anna", f"S.1-{n:05}", None) for n in range(400)]
        ids = put(connection, rows, 100)
        grams.mark(connection, ids, people=True)
        grams.catch_up(connection, 100)
        connection.info.clear()
        assert [line.dst for line in finding.search(connection, "0176 0000 123").lines] == ["+491760000123"]
        for query, count in (("anna", 400), ("+49176", 400), ("K-003", 100), ("S.1-00017", 1), ("0017", 11)):
            found = finding.search(connection, query, 1000)
            assert len(found.lines) == count, query
        connection.info.clear()
        raise Undo

    with pytest.raises(Undo):
        store.write(check).result()


def test_a_number_with_two_zeros_and_one_with_a_plus_are_one_person(store: Store) -> None:
    def check(connection: Connection) -> None:
        rows = [("0049176200", None, "Anna", None, None), ("+49176300", None, "Anna", None, None)] * 3
        ids = put(connection, [*rows, ("+49176200", None, "Anna", None, None)], 4)
        grams.mark(connection, ids, people=True)
        for _ in range(2):
            first = finding.search(connection, "anna", 1)
            assert [line.id for line in first.lines] == ids[-1:] and first.after
            second = finding.search(connection, "anna", 1, first.after)
            assert [line.id for line in second.lines] == [ids[-2]] and not second.after
            grams.catch_up(connection)
        for dst in ("+49176200", "0049176200"):
            assert person.messages(connection, dst) == tuple(ids[-1::-2])
        raise Undo

    with pytest.raises(Undo):
        store.write(check).result()


def test_what_was_never_accepted_stands_where_it_was_queued(store: Store) -> None:
    def check(connection: Connection) -> None:
        rows = [("+49176200", None, f"Anna {at}", None, None) for at in range(4)]
        ids = put(connection, rows, 1, {3: BEGAN})
        for key in (2, 4):
            connection.execute(update(jobs).where(jobs.c.key == key).values(accepted_at=None))
            grams.mark(connection, ids, people=True)
            own = [ids[3], ids[1], ids[0]]
            assert person.messages(connection, "+49176200") == (*own, ids[2])
            assert finding.search(connection, "anna").lines[0].id == ids[3]
        raise Undo

    with pytest.raises(Undo):
        store.write(check).result()


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("0000037", "number", ["+491760000037"]),
        ("000003", "number", ["+491760000038", "+491760000037"]),
        ("0003", "number", ["+491760000038", "+491760000037"]),
        ("00037", "number", ["+491760000037"]),
        ("0049 176 0000 037", "number", ["+491760000037"]),
        ("037", "number", ["+491760000037"]),
        ("0049", "number", ["+430049444444"]),
        ("a037", "text", []),
        ("37", "short", []),
    ],
)
def test_zeros_lead_into_a_number_or_are_of_it(store: Store, text: str, kind: str, found: list[str]) -> None:
    def check(connection: Connection) -> None:
        numbers = ("+430049444444", "+491760000037", "+491760000038")
        ids = put(connection, [(dst, None, "", None, None) for dst in numbers], 3)
        grams.mark(connection, ids, people=True)
        grams.catch_up(connection)
        got = finding.search(connection, text)
        assert (got.kind, [line.dst for line in got.lines]) == (kind, found)
        raise Undo

    with pytest.raises(Undo):
        store.write(check).result()


def test_any_letters_of_any_language_lead_to_people_indexed_or_not(store: Store) -> None:
    names = [
        "Łukasz Żółć",
        "Мария Иванова",
        "Ελένη",
        "李小龙先生",
        "\U0001f600\U0001f601 smile",
        "Jörg Groß",
        "a\x01b\x7fc d",
    ]

    def check(connection: Connection) -> None:
        ids = put(
            connection, [(f"+4917600000{n}", None, name, None, None) for n, name in enumerate(names)], 7
        )
        grams.mark(connection, ids, people=True)
        for _ in range(2):
            for at, name in enumerate(names):
                for begin in range(len(name) - 2):
                    for end in (begin + 3, begin + 4, len(name)):
                        if len(plain(name[begin:end])) >= 3:
                            assert ids[at] in [
                                one.id for one in finding.search(connection, name[begin:end]).lines
                            ]
            grams.catch_up(connection)
        raise Undo

    with pytest.raises(Undo):
        store.write(check).result()

"""What is old and over leaves the file, rows and bytes; what is open, young or on the list stays whole."""

import re
import tempfile
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, func, insert, select

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.lists import Source
from smsdesk.core.outbox import EntryState
from smsdesk.core.recipients import Recipients
from smsdesk.store import bodies, do_not_contact, drafts, grams, lists, outbox, retention, templates
from smsdesk.store.do_not_contact import Listed
from smsdesk.store.finding import search
from smsdesk.store.retention import Wish
from smsdesk.store.schema import answers, exchanges, history, jobs, metadata, sms, steps, texts
from smsdesk.store.schema import campaigns as campaign_table
from smsdesk.store.schema import lists as list_table
from smsdesk.store.schema import outbox as outbox_table
from smsdesk.store.schema import templates as template_table
from smsdesk.store.sqlite import FILE
from smsdesk.store.workspace import Store

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
DAYS = 30
LISTED = "+4917699999999"


@dataclass(frozen=True)
class Case:
    """A job that ended so many days ago; ``own``: by an entry of the outbox, in a state."""

    age: int
    final: bool
    closed: bool
    own: bool
    state: EntryState

    @property
    def goes(self) -> bool:
        if self.age <= DAYS:
            return False
        if self.own and self.state is not EntryState.ACCEPTED:
            return self.state in (EntryState.REFUSED, EntryState.CANCELLED)
        return self.final or self.closed


cases = st.builds(
    Case,
    st.sampled_from([1, 29, 31, 60, 100]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from(
        [
            EntryState.ACCEPTED,
            EntryState.ACCEPTED,
            EntryState.REFUSED,
            EntryState.CANCELLED,
            EntryState.UNCERTAIN,
            EntryState.HELD,
            EntryState.QUEUED,
        ]
    ),
)


def secrets(at: int) -> tuple[str, ...]:
    """A number, a name, words of a text, an SMS id, a reference: all that tells who somebody is."""
    return f"+49176{40000000 + at}", f"Qname{at}q", f"Zword{at}z", f"S.{at:05}", f"Kref{at}k"


def fill(connection: Connection, at: int, case: Case) -> None:
    number, name, word, sms_id, reference = secrets(at)
    then = NOW - timedelta(days=case.age)
    text = f"Hello {name}, {word}"
    accepted = not case.own or case.state is EntryState.ACCEPTED
    entry = None
    if case.own:
        campaign = Campaign(CampaignId(f"{at:032}"), f"Campaign {at}", "Main")
        rows = Recipients([number], [reference], {"Name": [name]})
        campaign = replace(campaign, messages=(Message(f"Hello {{Name}}, {word}", rows),))
        drafts.save_head(connection, campaign, then)
        drafts.save_base(connection, campaign.id, 0, rows, then)
        here = campaign_table.c.id == campaign.id
        connection.execute(campaign_table.update().where(here).values(sent_at=then, saved_at=then))
        body = bodies.keep(connection, f'{{"dst": "{number}", "text": "{text}"}}'.encode())
        values = {
            "campaign_id": campaign.id, "campaign": campaign.name, "number": 1, "of": 1, "account": "Main",
            "mark": f"#{at:012}", "body_hash": body, "sms_count": 1, "state": case.state.value,
            "since": then, "tries": 1, "job_id": f"J.{at}" if accepted else None,
        }  # fmt: skip
        entry = (connection.execute(insert(outbox_table).values(values)).inserted_primary_key or [0])[0]
        told = {
            "entry_id": entry, "at": then, "request": "POST", "headers": "[]", "body_hash": body,
            "answer_headers": "[]", "answer": number.encode(),
        }  # fmt: skip
        connection.execute(insert(exchanges).values(told))
        step = {"entry_id": entry, "at": then, "code": "queued", "values": "{}"}
        connection.execute(insert(steps).values(step))
    job = {
        "entry_id": entry, "job_id": f"J.{at}" if accepted else None, "name": f"Campaign {at}",
        "account": "Main", "accepted_at": then if accepted else None, "final": case.final and accepted,
        "closed_at": NOW if case.closed and accepted else None, "sms_count": 1, "delivered": 1,
    }  # fmt: skip
    key = (connection.execute(insert(jobs).values(job)).inserted_primary_key or [0])[0]
    text_id = (connection.execute(insert(texts).values(text=text)).inserted_primary_key or [0])[0]
    row = {
        "job_key": key, "dst": number, "reference": reference, "name": name, "text_id": text_id,
        "sms_id": sms_id, "process_status": "DONE", "status": "SUC_FIN", "reason": f"to {number}",
    }  # fmt: skip
    one = (connection.execute(insert(sms).values(row)).inserted_primary_key or [0])[0]
    seen = {"sms": one, "at": then, "process_status": "DONE", "status": "SUC_FIN", "reason": f"to {number}"}
    connection.execute(insert(history).values(seen))
    answer = zlib.compress(f"{number} {name}".encode())
    connection.execute(
        insert(answers).values(job_key=key, kind="recipients", at=then, hash=b"h", body=answer)
    )
    grams.mark(connection, [one], people=True)


def forgotten(store: Store, *, anonymise: bool) -> None:
    wish = Wish(NOW - timedelta(days=DAYS), NOW, anonymise)
    key: int | None = 0
    while key is not None:
        key, _ = store.write(retention.jobs_portion, wish, key).result()
    campaign: str | None = ""
    while campaign is not None:
        campaign, _ = store.write(retention.campaigns_portion, wish, campaign).result()
    store.write(retention.discarded, wish).result()
    after = 0
    while (found := store.read(retention.unused_texts, after).result()) is not None:
        after, unused = found
        store.write(retention.texts_portion, unused).result()
    while store.read(grams.is_behind).result():
        store.write(grams.catch_up).result()
    begin = True
    while store.write(retention.index_portion, begin=begin).result():
        begin = False


def everything(connection: Connection) -> str:
    """All that stands in the rows of all tables, what is packed in them unpacked."""
    found: list[str] = []
    for table in metadata.sorted_tables:
        for row in connection.execute(select(table)):
            found += [_told(cell) for cell in row]
    for campaign in connection.scalars(select(campaign_table.c.id)):
        found.append(repr(drafts.load(connection, CampaignId(campaign))))
        rows = [message.recipients for message in drafts.load(connection, CampaignId(campaign)).messages]
        found += [repr((list(one.dst), list(one.reference), dict(one.fields))) for one in rows]
    return "\n".join(found)


def _told(cell: object) -> str:
    if not isinstance(cell, bytes):
        return str(cell)
    try:
        return zlib.decompress(cell).decode("utf-8", "replace")
    except zlib.error:
        return cell.decode("utf-8", "replace")


@settings(max_examples=8, deadline=None)
@given(st.lists(cases, min_size=1, max_size=6), st.booleans())
def test_nobody_is_left_in_what_is_old_and_over_and_all_of_the_rest_is(
    some: list[Case],
    anonymise: bool,
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Store.open(folder) as store:
            for at, case in enumerate(some):
                store.write(fill, at, case).result()
            store.write(do_not_contact.add, [Listed(LISTED, "asked", "", NOW - timedelta(days=900))]).result()
            while store.read(grams.is_behind).result():
                store.write(grams.catch_up).result()
            counted = store.read(retention.figures, NOW - timedelta(days=DAYS)).result()
            assert (counted.jobs, counted.sms) == (sum(case.goes for case in some),) * 2
            forgotten(store, anonymise=anonymise)
            left = store.read(everything).result()
            assert LISTED in left
            for at, case in enumerate(some):
                for secret in secrets(at):
                    assert (secret in left) is not case.goes, (at, secret)
                hits = store.read(search, secrets(at)[0]).result().lines
                assert bool(hits) is not case.goes
            assert store.read(retention.figures, NOW - timedelta(days=DAYS)).result().nothing
            # What is open can still be sent, and is what it was.
            for entry in store.read(outbox.entries).result():
                if entry.state in (EntryState.HELD, EntryState.QUEUED, EntryState.UNCERTAIN):
                    assert store.read(outbox.body, entry.id).result()
        content = (folder / FILE).read_bytes()
        for at, case in enumerate(some):
            for secret in secrets(at) if case.goes else ():
                for spelled in {secret, secret.casefold()}:
                    assert spelled.encode() not in content, (at, spelled)


@pytest.mark.parametrize(("age", "left"), [(60, 1), (100, 0)])
def test_a_mark_stays_as_long_as_a_look_up_may_need_it(tmp_path: Path, age: int, left: int) -> None:
    with Store.open(tmp_path / "workspace") as store:
        store.write(fill, 0, Case(age, True, False, True, EntryState.ACCEPTED)).result()
        store.write(fill, 1, Case(age, True, False, False, EntryState.ACCEPTED)).result()
        forgotten(store, anonymise=False)
        (entries, known) = (store.read(outbox.entries).result(), store.read(_ids).result())
        assert [entry.mark for entry in entries] == ["#000000000000"] * left
        assert known == ["J.0", "J.1"] * left
        assert store.read(lambda c: c.scalar(select(func.count()).select_from(steps))).result() == left
        for key in (1, 2):
            assert store.read(outbox.body_of_job, key).result() is None


def _ids(connection: Connection) -> list[str]:
    return [*connection.scalars(select(jobs.c.job_id).order_by(jobs.c.job_id))]


def test_figures_stay_of_what_is_anonymised(tmp_path: Path) -> None:
    with Store.open(tmp_path / "workspace") as store:
        store.write(fill, 0, Case(100, True, False, True, EntryState.ACCEPTED)).result()
        forgotten(store, anonymise=True)

        def counts(connection: Connection) -> list[int]:
            return [
                connection.scalar(select(func.count()).select_from(table)) or 0
                for table in (campaign_table, jobs, sms, history, answers, exchanges)
            ]

        assert store.read(counts).result() == [1, 1, 1, 1, 0, 0]
        line = store.read(lambda c: c.execute(select(jobs.c.delivered, jobs.c.name)).one()).result()
        assert tuple(line) == (1, "Campaign 0")
        told = store.read(everything).result()
        assert re.search(r"DONE", told)


def test_a_portion_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "ROWS", 2)
    with Store.open(tmp_path / "workspace") as store:
        for at in range(5):
            store.write(fill, at, Case(100, True, False, False, EntryState.ACCEPTED)).result()
        wish, key, gone = Wish(NOW - timedelta(days=DAYS), NOW, False), 0, []
        while key is not None:
            key, some = store.write(retention.jobs_portion, wish, key).result()
            gone.append(some)
        assert sum(gone) == 5
        assert max(gone) == 2


@pytest.mark.parametrize("table", [sms, history, answers, exchanges, steps])
def test_whoever_is_named_by_very_many_rows_is_removed_without_reading_them_all(table: Table) -> None:
    begins = {next(iter(index.columns)) for index in table.indexes}
    assert {key.parent for key in table.foreign_keys} <= begins


def test_a_text_that_is_written_again_meanwhile_stays(tmp_path: Path) -> None:
    with Store.open(tmp_path / "workspace") as store:
        store.write(fill, 0, Case(100, True, False, False, EntryState.ACCEPTED)).result()
        store.write(lambda c: c.execute(insert(texts), [{"text": "gone"}, {"text": "back"}])).result()
        found = store.read(retention.unused_texts, 0).result()
        assert found == (3, [2, 3])
        again = {"job_key": 1, "dst": "+49176", "name": "", "text_id": 3}
        store.write(lambda c: c.execute(insert(sms).values(again))).result()
        store.write(retention.texts_portion, found[1]).result()
        assert store.read(lambda c: [*c.scalars(select(texts.c.id))]).result() == [1, 3]
        assert store.read(retention.unused_texts, 3).result() is None


def test_what_a_person_threw_away_before_then_goes_and_no_other_list_or_template(workspace: Any) -> None:
    old, young = NOW - timedelta(days=DAYS + 1), NOW - timedelta(days=DAYS - 1)
    for kept_at, name, thrown in ((old, "old", True), (young, "young", True), (old, "kept", False)):
        one = workspace.write(lists.save, name, Source("typed"), Recipients([LISTED], [""]), kept_at)
        other = workspace.write(templates.save, name, "Hello", None, kept_at)
        if thrown:
            workspace.write(lists.discard, (one,))
            workspace.write(templates.discard, other)
    workspace.write(retention.discarded, Wish(NOW - timedelta(days=DAYS), NOW, False))
    for table in (list_table, template_table):
        assert {*workspace.read(lambda c, its=table: c.scalars(select(its.c.name)).all())} == {
            "young",
            "kept",
        }

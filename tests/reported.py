"""Workspaces with very many reports: campaigns of jobs of 3,000 SMS, four SMS a person; for the benches."""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection

from smsdesk.store import grams
from smsdesk.store.schema import BLOCK_BITS
from smsdesk.store.sqlite import FILE
from smsdesk.store.workspace import Store

SIZE = 3000
FIRST = [
    "Anna",
    "Jörg",
    "Zoë",
    "Mehmet",
    "Ayşe",
    "Björn",
    "Jana",
    "Peter",
    "Ulrike",
    "Łukasz",
    "Søren",
    "Michael",
    "Sabine",
    "Petra",
    "Lea",
    "Noah",
]
LAST = [
    "Müller",
    "Schmidt",
    "Weiß",
    "Brandt",
    "Yılmaz",
    "Groß",
    "Nguyen",
    "Kowalski",
    "O'Hara",
    "Schäfer",
    "Öztürk",
    "Vogel",
    "Krause",
]
SYLLABLES = [
    "ba",
    "de",
    "ke",
    "li",
    "mo",
    "nu",
    "ra",
    "se",
    "ti",
    "wo",
    "hei",
    "ger",
    "lau",
    "fin",
    "tor",
    "ste",
]
BEGAN = 1_900_000_000
INDEXES = ("ix_sms_job_key", "ix_sms_dst", "ix_sms_sms_id", "ix_history_sms")

# Of each person a number, a name and a customer number; of each SMS an id that grows with time.
PEOPLE = """
CREATE TEMP TABLE people AS
WITH RECURSIVE n(id) AS (SELECT 0 UNION ALL SELECT id + 1 FROM n WHERE id + 1 < :people)
SELECT id,
    CASE WHEN id % 50 = 0 THEN '+43664' ELSE '+491' || (50 + id * 7 % 30) END
        || printf('%08d', (id * 48271 + 11) % 99999989) AS dst,
    printf('K-%07d', 1000000 + id) AS reference,
    (SELECT value FROM first WHERE first.id = p.id * 31 % 16) || ' '
        || (SELECT value FROM last WHERE last.id = p.id * 17 % 13)
        || (SELECT value FROM syllables WHERE syllables.id = p.id / 13 % 16)
        || (SELECT value FROM syllables WHERE syllables.id = p.id / 208 % 16)
        || (SELECT value FROM syllables WHERE syllables.id = p.id / 3328 % 16) AS name
FROM n AS p
"""
TEXTS = """
INSERT INTO texts (id, text)
WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < :texts)
SELECT id, CASE WHEN id <= 40 THEN 'Our shop number ' || id || ' is open until Sunday, see you there'
    ELSE printf('Your order %08d is ready, bring the code %06d', id * 7 + 20000000, id * 7919 % 1000000) END
FROM n
"""
JOBS = """
INSERT INTO jobs (key, job_id, name, account, url, accepted_at, asked_at, changed_at, finished_at, final,
    sms_count, delivered, failed, waiting, sending, cancelled, unknown)
WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < :jobs)
SELECT id, printf('J.%s.%03d-0%s', strftime('%Y%m%d-%H%M%S', :began + id * 3600, 'unixepoch'), id % 1000,
        lower(hex(randomblob(8)))),
    'Campaign ' || (id / 50), 'Main', 'https://de2.example/v1', (:began + id * 3600) * 1000000,
    (:began + id * 3600 + 600) * 1000000, (:began + id * 3600 + 300) * 1000000,
    (:began + id * 3600 + 300) * 1000000, 1, :size, :size - :size / 20, :size / 20, 0, 0, 0, 0
FROM n
"""
SMS = """
INSERT INTO sms (id, job_key, dst, reference, name, text_id, sms_id, process_status, status, reason, sent_at,
    finished_at, seen_at, flagged)
WITH RECURSIVE n(id) AS (SELECT 0 UNION ALL SELECT id + 1 FROM n WHERE id + 1 < :sms)
SELECT n.id + 1, n.id / :size + 1, p.dst, p.reference, p.name,
    CASE WHEN n.id % 4 = 0 THEN 41 + n.id / 4 ELSE 1 + n.id / :size % 40 END,
    printf('S.%s-%05d', strftime('%Y%m%d-%H%M%S', :began + (n.id / :size + 1) * 3600, 'unixepoch'),
        n.id % :size),
    'DONE', CASE WHEN n.id % 20 = 0 THEN 'INVALID_DST' ELSE 'SUC_FIN' END,
    'message_state:DELIVERED [00000002] (Final) (Message is delivered to destination.)',
    (:began + n.id / :size * 3600 + n.id % 600) * 1000000,
    (:began + n.id / :size * 3600 + n.id % 600 + 4) * 1000000,
    (:began + n.id / :size * 3600 + n.id % 600 + 9) * 1000000, 0
FROM n JOIN people AS p ON p.id = (n.id * 1299709 + n.id / :people * 7) % :people
"""
HISTORY = """
INSERT INTO history (sms, at, process_status, status, contradiction)
SELECT id, sent_at - 1000000, 'OPEN', NULL, 0 FROM sms UNION ALL
SELECT id, seen_at, process_status, status, 0 FROM sms
"""


def fill(folder: Path, count: int) -> None:
    """Fills a new workspace with so many SMS, all reported, none in the index yet."""
    Store.open(folder).close()
    raw = sqlite3.connect(folder / FILE)
    raw.execute("PRAGMA synchronous=0")
    raw.execute("PRAGMA temp_store=2")
    raw.execute("PRAGMA cache_size=-400000")
    made = dict(raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"))
    for name in INDEXES:
        raw.execute(f"DROP INDEX {name}")
    for name, values in (("first", FIRST), ("last", LAST), ("syllables", SYLLABLES)):
        raw.execute(f"CREATE TEMP TABLE {name} (id INTEGER PRIMARY KEY, value TEXT)")
        raw.executemany(f"INSERT INTO {name} VALUES (?, ?)", enumerate(values))
    values = {
        "sms": count,
        "people": count // 4,
        "jobs": -(-count // SIZE),
        "texts": 41 + count // 4,
        "size": SIZE,
        "began": BEGAN,
    }
    for statement in (PEOPLE, "CREATE UNIQUE INDEX temp.by_id ON people (id)", TEXTS, JOBS, SMS, HISTORY):
        raw.execute(statement, values)
    for name in INDEXES:
        raw.execute(made[name])
    raw.execute(f"INSERT INTO unindexed SELECT DISTINCT id >> {BLOCK_BITS}, 1 FROM sms")
    raw.commit()
    raw.close()


def index(folder: Path) -> None:
    """Indexes all of it as the program does, though in larger steps."""

    def some(connection: Connection) -> bool:
        for _ in range(100):
            grams.catch_up(connection)
        return grams.is_behind(connection)

    with Store.open(folder, check_seconds=0) as store:
        while store.write(some).result():
            continue

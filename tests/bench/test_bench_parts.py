"""Splitting into parts beside smsutil on the same texts, and the audit of a million recipients, in one run.

Run on demand: ``pytest tests/bench/test_bench_parts.py -m bench -s``. Prints medians and ratios.
"""

import random
import statistics
import time
from collections import deque
from collections.abc import Callable
from functools import partial

import polars as pl
import pytest
import smsutil

from smsdesk.core.audit import audit
from smsdesk.core.campaign import Message
from smsdesk.core.columns import Column
from smsdesk.core.options import Options
from smsdesk.core.parts import Encoding, Parts, counted
from smsdesk.core.prices import regions_column
from smsdesk.core.recipients import Recipients
from smsdesk.core.templates import merged_column

TEXTS, ROUNDS, ROWS = 10_000, 7, 1_000_000
LEAST_TIMES = 10
MOST_SECONDS = 3.0
"""A busy machine included; about a third of a second on two idle cores."""
LONG = 800_000

pytestmark = pytest.mark.bench

SENTENCES = [
    "Hello Ms Mr Dear Ihre Bestellung Nr 4711 ist unterwegs und kommt morgen zwischen 9:00 und 12:00 Uhr an.",
    "Wir freuen uns auf Sie! Grüße aus München, Straße 5.",
    "Your order is on its way; reply STOP to end.",
]
WORDS = " ".join(SENTENCES).split()
SIGNS = ["€", "[1]", "{x}", "~", "|"]
WIDE = ["“quoted”", "–", "😀", "łódź", "’s", "日本", "🚚"]


def texts() -> list[str]:
    """Of 1 to 8 parts: a quarter go as UTF-16, half have characters of two units."""
    chance = random.Random(6)
    out = []
    for _ in range(TEXTS):
        wide, extended, parts = chance.random() < 1 / 4, chance.random() < 1 / 2, chance.randint(1, 8)
        room = 67 if wide else 153
        units = chance.randint(max(20, (parts - 1) * room), parts * room)
        words: list[str] = []
        while sum(map(len, words)) + len(words) < units - 8:
            kind = chance.random()
            choice = WIDE if wide and kind < 0.1 else SIGNS if extended and kind > 0.96 else WORDS
            words.append(chance.choice(choice))
        out.append(" ".join([*words, "–"] if wide else words))
    return out


def median(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    spans = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        spans.append(time.perf_counter() - began)
    return statistics.median(spans)


def test_texts_are_split_at_least_ten_times_as_fast_as_by_smsutil() -> None:
    """By turns, so that a busy machine slows both."""
    each = texts()
    standard = Encoding.STANDARD

    def split(text: str) -> Parts:
        return counted(text, standard, "TO_UTF16")

    for text in each:
        assert [part.content for part in smsutil.split(text).parts] == list(split(text).texts)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        for spans, one in ((ours, split), (theirs, smsutil.split)):
            spans.append(median(lambda one=one: deque(map(one, each), 0), 1))
    parts = sum(split(text).parts for text in each)
    own, other = statistics.median(ours), statistics.median(theirs)
    print(f"\n{TEXTS:,} texts, {parts:,} parts: {own * 1000:.0f} ms, smsutil {other * 1000:.0f} ms,", end=" ")
    print(f"{other / own:.1f} times as fast")
    assert other / own >= LEAST_TIMES


@pytest.mark.parametrize("text", ["Hello all ", "12,50 € ", "Hi 😀 "])
def test_a_text_of_800_000_characters_takes_milliseconds(text: str) -> None:
    long = (text * LONG)[:LONG]
    took = median(partial(counted, long, Encoding.STANDARD, "TO_UTF16"))
    print(f"\n{text!r} to {LONG:,} characters: {took * 1000:.1f} ms")
    assert took < 0.2


def people() -> Recipients:
    row = pl.int_range(ROWS)

    def column(cells: pl.Expr) -> Column:
        return Column(pl.select(cells.alias("")).to_series())

    names = pl.Series(["Anna", "Jürgen", "Zoë", "O’Neill", "Łukasz", "Max", "Sofia", "Maximilian-Alexander"])
    fields = {
        "Name": Column(names.gather(pl.select(row * 7 % 8).to_series())),
        "Order": column((row * 7919 % 10**8).cast(pl.String)),
        "Amount": column((row % 20_000 / 100).cast(pl.String) + " €"),
    }
    return Recipients(column("+4917" + row.cast(pl.String).str.zfill(9)), column(row.cast(pl.String)), fields)


TEXT = "Hello {Name|you}, your order {Order} over {Amount} is on its way"


@pytest.mark.parametrize(
    ("end", "options"),
    [
        (". " + "Thank you. " * 6, Options()),
        (" 🚚. " + "Thank you 😀. " * 6, Options()),
        (" – soon. " + "It’s [yours]. " * 6, Options()),
        (" – soon. " + "It’s [yours]. " * 6, Options(invalid_characters="TRANSLITERATE", max_parts=1)),
        (". " + "Thank you. " * 6, Options(encoding="UTF-16")),
    ],
)
def test_a_million_recipients_are_audited_in_less_than_a_second(end: str, options: Options) -> None:
    message = Message(TEXT + end, people())
    merging, took = median(partial(merged_column, message)), median(partial(audit, message, options))
    found = audit(message, options)
    print(f"\nmerged {merging:.2f} s, audit {took:.2f} s: {found.histogram}, {len(found.savings)} savings")
    assert took < MOST_SECONDS


def test_a_huge_text_and_a_million_recipients() -> None:
    message = Message(("Hi 😀 " * LONG)[:LONG] + "{Name}{Amount}", people())
    took = median(partial(audit, message, Options()), 3)
    print(f"\n{LONG:,} characters for {ROWS:,}: {took:.2f} s")
    assert took < MOST_SECONDS


def test_the_countries_of_a_million_numbers() -> None:
    row = pl.int_range(ROWS)
    for name, head in (
        ("German", "+4917"),
        ("American", "+1212"),
        ("Canadian", "+1613"),
        ("Kazakh", "+7701"),
    ):
        dst = pl.select(head + (row + 2_000_000).cast(pl.String)).to_series()
        took = median(partial(regions_column, dst, "DE"), 3)
        print(f"\ncountries of {ROWS:,} {name} numbers: {took:.2f} s")
        assert took < MOST_SECONDS

"""An answer on paper: whole, over as many pages as it takes, each with its number, in either language."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QSizeF
from pytestqt.qtbot import QtBot

from smsdesk.core.answering import Facts, Seen, answer
from smsdesk.ui.printing import document, pdf
from smsdesk.words import LANGUAGES
from smsdesk.words.answers import AnswerWords, answer_words

NOW = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)
SENT = Facts(
    "+491729925904",
    "Größe, <b>fett</b> &amp; 😀 שלום",
    src="Nordlicht",
    process_status="DONE",
    status="SUC_FIN",
    job_id="J.20261123-140009.737-0iey4kxqyTQCQDIFN1",
    sent_at=NOW,
    finished_at=NOW,
)
LONG = replace(
    SENT,
    text="Größe ändern? Straße 😀 שלום עולם مرحبا.\n" * 80,
    seen=tuple(Seen(NOW + timedelta(hours=at), "OPEN", None, f"Tried {at}") for at in range(20)),
)


def told(facts: Facts, tag: str = "en") -> AnswerWords:
    return answer_words(answer(facts), tag, None, NOW)


def written(words: AnswerWords) -> bytes:
    return asyncio.run(pdf(words, asyncio.sleep))


def page_count(content: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", content))


def test_a_short_answer_is_one_page_and_a_long_one_as_many_as_it_takes(qtbot: QtBot) -> None:
    del qtbot
    assert page_count(written(told(SENT))) == 1
    assert page_count(written(told(LONG))) > 2


@pytest.mark.parametrize("tag", LANGUAGES)
def test_nothing_of_a_long_answer_is_left_out_or_read_as_markup(qtbot: QtBot, tag: str) -> None:
    del qtbot
    words = told(LONG, tag)
    paper = document(words)
    lines = paper.toPlainText().splitlines()
    for part in (*words.plain.splitlines(), *words.support_plain.splitlines()):
        plain = part.replace("\u00a0", " ")
        assert any(plain.partition(": ")[2] in line.replace("\u00a0", " ") for line in lines), part
    assert LONG.text is not None and lines.count(LONG.text.splitlines()[0]) == 80
    paper.setPageSize(QSizeF(480, 640))
    assert paper.pageCount() > 2
    assert "<b>fett</b> &amp; 😀 שלום" in document(told(SENT, tag)).toPlainText()


def test_each_page_says_which_it_is_in_the_language_of_the_answer() -> None:
    assert told(SENT, "en").page(1, 2) == "Page 1 of 2"
    assert told(SENT, "de").page(1, 2) == "Seite 1 von 2"

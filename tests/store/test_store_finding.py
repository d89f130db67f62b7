"""Finding: from what somebody says on the telephone to the SMS."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from planned import made_ready

from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.outbox import After, Event
from smsdesk.core.recipients import Recipients
from smsdesk.core.request import JobId, JobReport, RecipientReport, SmsId
from smsdesk.store import discovering, finding, grams, jobs, queueing, recording

Make = Callable[..., Campaign]


@pytest.fixture
def search(workspace: Any, make: Make) -> Callable[..., list[str]]:
    """Searches two campaigns; answers the last two digits of the numbers found."""
    dst = ["+4917604069012", "+4366412345678", "+4917604069014"]
    names = {"Name": ["Jana Brandt", "Jörg Müller", "Zoë O'Hara"]}
    rows = Recipients(dst, ["ORDER.1", "50%_off", "x/y"], names)
    for number, text in ((1, "Your table is free"), (2, "Save 100% now_or never")):
        campaign = make(number=number, messages=(Message(text, rows),))
        (ready,) = made_ready(campaign, number)
        workspace.passes(minutes=1)
        (entry,) = workspace.write(queueing.commit, campaign, (ready,), workspace.now)
        workspace.take()
        job = JobId(f"J.2031-{number}-0abcdefghijklmnop")
        workspace.settle(entry, After(Event.ACCEPT), job=job)
        key = workspace.read(jobs.lines, "all")[0].key
        reports = (RecipientReport(SmsId(f"SMS-{number}-77"), dst[0], "OPEN", reference="ORDER.1"),)
        workspace.write(recording.record, key, "u", JobReport(job), reports, workspace.now, workspace.now)

    def found(text: str, limit: int = 200) -> list[str]:
        return [line.dst[-2:] for line in workspace.read(finding.search, text, limit).lines]

    return found


@pytest.mark.parametrize(
    "text",
    [
        "+4917604069012",
        "017604069012",
        "0176/040690 12",
        "0049 176 0406 9012",
        "+49 (0) 176 04069012",
        "0049 (0)176-04069012",
        "4069012",
        " 176\u00a004069012 ",
        "０１７６０４０６９０１２",
        "0176–04069012",
    ],
)
def test_a_number_in_any_spelling(search: Callable[..., list[str]], text: str) -> None:
    assert search(text) == ["12"]


@pytest.mark.parametrize("text", ["Łukasz", "lukasz", "LUKASZ SØR", "Sorensen", "łukasz søren"])
def test_letters_that_a_keyboard_lacks_are_found_by_plain_ones(workspace: Any, make: Make, text: str) -> None:
    names = {"Name": ["Łukasz Sørensen", "Jana Brandt"]}
    people = Recipients(["+4917604069012", "+4917604069014"], ["", ""], names)
    workspace.queued(make(messages=(Message("Hello", people),)))
    for _ in range(2):
        assert [line.dst[-2:] for line in workspace.read(finding.search, text).lines] == ["12"]
        while workspace.read(grams.is_behind):
            workspace.write(grams.catch_up)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("jana", ["12"]),
        ("O'Hara", ["14"]),
        ("Jörg", ["78"]),
        ("order.1", ["12"]),
        ("x/y", ["14"]),
        ("SMS-2-77", ["12"]),
        ("J.2031-1-0abc", ["14", "78", "12"]),
        ("table   is free", ["14", "78", "12"]),
        ("0664", ["78"]),
        ("nobody", []),
        ("+43 664 99", []),
    ],
)
def test_names_references_ids_and_words(
    search: Callable[..., list[str]], text: str, found: list[str]
) -> None:
    assert search(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("50%_off", ["78"]),
        ("100%", ["14", "78", "12"]),
        ("now_or", ["14", "78", "12"]),
        ("%%%", []),
        ("___", []),
        ("J%B", []),
        ("R_E", []),
        ("\\\\\\", []),
        ("a' OR 1=1 --", []),
    ],
)
def test_signs_with_a_meaning_in_sql_mean_themselves(
    search: Callable[..., list[str]], text: str, found: list[str]
) -> None:
    assert search(text) == found


@pytest.mark.parametrize("text", ["", "12", "  ja  ", "00", "+++"])
def test_too_little_finds_nothing(search: Callable[..., list[str]], text: str) -> None:
    assert search(text) == []


def test_the_newest_first_and_no_more_than_asked_for(
    workspace: Any, search: Callable[..., list[str]]
) -> None:
    found = workspace.read(finding.search, "brandt")
    lines = found.lines
    assert [line.campaign for line in lines] == ["Campaign 2"]
    assert (lines[0].name, lines[0].text, lines[0].reference) == (
        "Jana Brandt",
        "Save 100% now_or never",
        "ORDER.1",
    )
    assert search("4917", 1) == ["14"]


@pytest.mark.parametrize(
    "text", ["Müller", "Mueller", "MUELLER", "muller", "jo\u0308rg", "Joerg Mül", "joerg"]
)
def test_umlauts_either_way(search: Callable[..., list[str]], text: str) -> None:
    assert search(text) == ["78"]


@pytest.mark.parametrize(
    "text", ["x" * 5000, "1" * 5000, "ue" * 2500, '"' * 5000, "a " * 2500, "0176 " * 1000]
)
def test_any_length_is_answered(search: Callable[..., list[str]], text: str) -> None:
    assert search(text) == []


@pytest.mark.parametrize(
    "text", ["***", "NEAR(a b)", "said:abc", '"abc', "a AND", "{a}", "^abc", "+ab + cd", "\0\0\0"]
)
def test_signs_with_a_meaning_in_the_index_mean_themselves(
    search: Callable[..., list[str]], text: str
) -> None:
    assert search(text) == []


def found_there(workspace: Any, job: str, dst: str, at: datetime) -> None:
    """Another program's job, which becomes known now and was accepted at an instant."""
    workspace.write(discovering.keep_found, "Main", "u", {JobId(job): at}, workspace.now)
    key = next(line.key for line in workspace.read(jobs.lines, "all") if line.job_id == job)
    reports = (RecipientReport(SmsId(f"of {job}"), dst, "DONE", "SUC_FIN"),)
    report = JobReport(JobId(job), receipt_at=at)
    workspace.write(recording.record, key, "u", report, reports, workspace.now, workspace.now)


def test_what_becomes_known_late_stands_where_its_time_is(
    workspace: Any, search: Callable[..., list[str]]
) -> None:
    hour = timedelta(hours=1)
    # Of each their person, and how many hours ago: who stands twice comes once.
    for job, who, ago in (("b", 0, 300), ("c", 1, -0.001), ("a", 2, 400), ("d", 1, 350), ("e", 0, 500)):
        job_id = f"J.{job}-aaaaaaaaaaaaaaaaaaaaaaa"
        found_there(workspace, job_id, f"+4917604069{who:03}", workspace.now - ago * hour)
    assert search("4069") == ["01", "14", "12", "00", "02"]
    pages, after = [], None
    for _ in range(5):
        page = workspace.read(finding.search, "4069", 1, after)
        pages += [line.dst[-2:] for line in page.lines]
        after = page.after
    assert pages == ["01", "14", "12", "00", "02"]
    assert after is None

"""What the service says differently from what was asked: what counts, and what does not."""

from dataclasses import replace

import pytest

from smsdesk.core.differing import FIELDS, Difference, as_text, differences, from_text
from smsdesk.core.options import Options
from smsdesk.core.request import JobId, JobReport, SmsId

ASKED = Options(
    src="Nordlicht",
    encoding="STANDARD",
    billcode="4711",
    status_requested=True,
    flash=False,
    validity_min=60,
    qos="EXPRESS",
)
SAME = JobReport(
    JobId("J.1"),
    src="Nordlicht",
    encoding="standard",
    billcode="4711",
    status_requested=True,
    flash=False,
    validity_min=60,
    qos="express",
    sms_ids=(SmsId("1"), SmsId("2")),
)


def test_the_same_in_lower_case_and_what_is_not_told_do_not_differ() -> None:
    assert differences(ASKED, 2, SAME) == ()
    assert differences(ASKED, 2, JobReport(JobId("J.1"))) == ()
    assert differences(Options(validity_min=0), 2, SAME) == ()


@pytest.mark.parametrize(
    ("told", "difference"),
    [
        ({"src": "Kiel"}, Difference("src", "Nordlicht", "Kiel")),
        ({"encoding": "utf-16"}, Difference("encoding", "STANDARD", "utf-16")),
        ({"billcode": ""}, Difference("billcode", "4711", "")),
        ({"qos": "normal"}, Difference("qos", "EXPRESS", "normal")),
        ({"status_requested": False}, Difference("status_requested", "True", "False")),
        ({"flash": True}, Difference("flash", "False", "True")),
        ({"validity_min": 0}, Difference("validity_min", "60", "0")),
        ({"sms_ids": (SmsId("1"),)}, Difference("count", "2", "1")),
    ],
)
def test_each_thing_that_differs_is_told(told: dict[str, object], difference: Difference) -> None:
    found = differences(ASKED, 2, replace(SAME, **told))  # type: ignore[arg-type]
    assert found == (difference,)
    assert from_text(as_text(found)) == found


def test_all_that_may_differ_is_told_in_the_order_of_the_fields() -> None:
    said = JobReport(JobId("J.1"), "Köln", "utf-16", "", False, True, 5, qos="normal", sms_ids=(SmsId("1"),))
    found = differences(ASKED, 2, said)
    assert tuple(one.field for one in found) == FIELDS
    assert "Köln" in str(as_text(found))


@pytest.mark.parametrize("sender", ["+4917604069001", "004917604069001", "4917604069001", " +4917604069001 "])
def test_a_number_is_the_same_sender_with_zeros_or_blanks(sender: str) -> None:
    assert differences(replace(ASKED, src="+4917604069001"), 2, replace(SAME, src=sender)) == ()
    assert differences(ASKED, 2, replace(SAME, src=f" {ASKED.src} ")) == ()


def test_a_text_that_may_become_utf_16_is_as_asked_and_no_other() -> None:
    may = replace(ASKED, invalid_characters="TO_UTF16")
    assert differences(may, 2, replace(SAME, encoding="UTF-16")) == ()
    (found,) = differences(replace(may, encoding="UTF-16"), 2, SAME)
    assert found.field == "encoding"


def test_nothing_is_kept_as_nothing() -> None:
    assert as_text(()) is None
    assert from_text(None) == ()

"""What the service says differently from what was asked: what counts, and what does not."""

from dataclasses import replace

import pytest

from smsdesk.core.differing import Difference, as_text, differences, from_text
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


def test_a_text_that_may_become_utf_16_and_a_number_with_zeros_are_as_asked() -> None:
    may = replace(ASKED, invalid_characters="TO_UTF16", src="+4917604069001")
    assert differences(may, 2, replace(SAME, encoding="utf-16", src="004917604069001")) == ()


def test_nothing_is_kept_as_nothing() -> None:
    assert as_text(()) is None
    assert from_text(None) == ()

"""What is put away for other campaigns: names, options, texts."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Message
from smsdesk.core.names import tidy_name
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.core.remembered import as_template, lasting_options
from smsdesk.core.templates import fields_of, merged_column

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("  Spring \t sale\n2026 ", "Spring sale 2026"),
        ("gnp.exe\u202eSpring", "gnp.exeSpring"),
        ("a\x00b\x1bc\x7fd\x9fe\u2066f\u2069", "abcdef"),
        ("\ud83d half", "half"),
        ("Grüße 👋🏽 für Zoë", "Grüße 👋🏽 für Zoë"),
        ("\u200b \u202d", "\u200b"),
        ("", ""),
    ],
)
def test_a_name_is_one_line_that_hides_nothing(name: str, tidy: str) -> None:
    assert tidy_name(name) == tidy


@given(st.text())
def test_a_tidy_name_stays(name: str) -> None:
    assert tidy_name(tidy_name(name)) == tidy_name(name)


def test_options_that_last_have_neither_start_nor_blackout_periods() -> None:
    lasting = Options(src="SHOP", validity_min=60, flash=True)
    now = Options(
        src="SHOP", validity_min=60, flash=True, start_at=NOW, blackouts=(Period(NOW, NOW.replace(hour=10)),)
    )
    assert lasting_options(now) == lasting


def test_braces_of_a_literal_text_stay_braces() -> None:
    rows = Recipients(["+4917604069010"], [""], {"Name": ["Ada"]})
    literal = as_template(Message("{Name} {{x}}", rows, literal=True))
    assert (literal, fields_of(literal)) == ("{{Name}} {{{{x}}}}", ())
    assert merged_column(Message(literal, rows)).to_list() == ["{Name} {{x}}"]
    assert as_template(Message("Hello {Name}", rows)) == "Hello {Name}"

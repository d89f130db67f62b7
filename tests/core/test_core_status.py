"""The vocabulary of delivery, row by row of the service's table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.status import NOT_REPORTED, Outcome, State, goes_back, meaning
from smsdesk.words import has, status_words, use_language

TABLE = [
    ("OPEN", None, "waiting", "open", False),
    ("OPEN", "CON_ERR", "waiting", "open_retried", False),
    ("OPEN", "SUC_ACC", "waiting", "open_retried", False),
    ("OPEN", "BRAND_NEW", "waiting", "open_retried", False),
    ("RUNNING", None, "sending", "running", False),
    ("RUNNING", "SUC_ACC", "sending", "running", False),
    ("RUNNING", "BRAND_NEW", "sending", "running", False),
    ("DONE", "SUC_ACC", "delivered", "suc_acc", True),
    ("DONE", "SUC_FIN", "delivered", "suc_fin", True),
    ("DONE", "INVALID_DST", "failed", "invalid_dst", True),
    ("DONE", "BLOCKED", "failed", "blocked", True),
    ("DONE", "TIMEOUT", "failed", "timeout", True),
    ("DONE", "CON_ERR", "failed", "con_err", True),
    ("DONE", "FAILED_FIN", "failed", "failed_fin", True),
    ("DONE", "NOT_ACC_FIN", "failed", "not_acc_fin", True),
    ("DONE", "SEND_ERR", "unknown", "send_err", True),
    ("DONE", "STATUS_ERR", "unknown", "status_err", True),
    ("CANCELED", None, "cancelled", "cancelled", True),
    ("CANCELED", "NOT_ACC_REC", "cancelled", "cancelled_late", True),
    ("KILL", None, "unknown", "killed", True),
    ("KILL", "SUC_ACC", "unknown", "killed", True),
    ("KILL", "BRAND_NEW", "unknown", "killed", True),
    ("DONE", None, "unknown", "unknown", False),
    ("DONE", "BRAND_NEW", "unknown", "unknown", False),
    ("CANCELED", "BRAND_NEW", "unknown", "unknown", False),
    ("PAUSED", None, "unknown", "unknown", False),
    ("PAUSED", "SUC_FIN", "unknown", "unknown", False),
    ("", None, "unknown", "unknown", False),
    ("done", "suc_fin", "unknown", "unknown", False),
]


@pytest.mark.parametrize(("process_status", "status", "outcome", "code", "final"), TABLE)
def test_the_table(process_status: str, status: str | None, outcome: str, code: str, final: bool) -> None:
    found = meaning(process_status, status)
    assert (found.outcome.value, found.code, found.final) == (outcome, code, final)


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_meaning_has_words(language: str) -> None:
    use_language(language)
    codes = {row[3] for row in TABLE} | {NOT_REPORTED.code}
    assert [c for c in sorted(codes) if not (has(f"status.{c}") and has(f"status.{c}.next"))] == []
    assert all(has(f"outcome.{outcome.value}") for outcome in Outcome)


@given(st.text(), st.none() | st.text())
def test_unknown_values_never_break_anything(process_status: str, status: str | None) -> None:
    found = meaning(process_status, status)
    assert found.outcome in Outcome
    assert all(isinstance(words, str) for words in status_words(process_status, status))


def test_not_reported_yet_is_waiting() -> None:
    assert (NOT_REPORTED.outcome, NOT_REPORTED.final) == (Outcome.WAITING, False)


@pytest.mark.parametrize(
    ("before", "after", "back"),
    [
        (("OPEN", None), ("RUNNING", "SUC_ACC"), False),
        (("RUNNING", "SUC_ACC"), ("OPEN", "SUC_ACC"), False),
        (("RUNNING", "SUC_ACC"), ("OPEN", None), True),
        (("OPEN", "NOT_ACC_REC"), ("OPEN", None), True),
        (("OPEN", "NOT_ACC_REC"), ("PARKED", None), False),
        (("PARKED", None), ("OPEN", None), False),
        (("DONE", "BRAND_NEW"), ("DONE", "SUC_FIN"), False),
        (("DONE", "SUC_FIN"), ("DONE", "BRAND_NEW"), True),
        (("DONE", "SUC_FIN"), ("RUNNING", "SUC_ACC"), True),
        (("DONE", "SUC_FIN"), ("DONE", "FAILED_FIN"), True),
        (("DONE", "SUC_FIN"), ("DONE", "SUC_FIN"), False),
        (("KILL", "SUC_ACC"), ("KILL", None), False),
    ],
)
def test_what_goes_back(before: State, after: State, back: bool) -> None:
    assert goes_back(before, after) is back


def test_nothing_is_left_once_it_is_final() -> None:
    """Over all pairs of the vocabulary: from a final one every other meaning goes back."""
    pairs: list[State] = [(p, s) for p in ("OPEN", "RUNNING", "DONE", "KILL") for s in ("SUC_FIN", "CON_ERR")]
    for before in pairs:
        for after in pairs:
            was, then = meaning(*before), meaning(*after)
            if was.final:
                assert goes_back(before, after) == (was.code != then.code)

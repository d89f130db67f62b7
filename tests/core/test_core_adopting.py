"""A job found by its mark: its recipients agree, differ, or are not there yet."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.adopting import Alike, compare
from smsdesk.core.outbox import carries, mark_of, marked_reference

ADA, BOB, EVE = "+4917604069012", "+4917604069031", "+4366412345678"
OURS = [(ADA, "R1"), (BOB, None)]


@pytest.mark.parametrize(
    ("told", "complete", "alike"),
    [
        ([], False, Alike.NOT_YET),
        ([], True, Alike.DIFFER),
        ([(ADA, "R1")], False, Alike.NOT_YET),
        ([(ADA, "R1")], True, Alike.DIFFER),
        ([(BOB, None), (ADA, "R1")], False, Alike.AGREE),
        ([("004917604069012", "R1"), ("+49 176 04069031", None)], False, Alike.AGREE),
        ([(ADA, "R1"), (BOB, BOB)], True, Alike.AGREE),
        ([(ADA, "R1"), (BOB, "004917604069031")], True, Alike.AGREE),
        ([("004917604069012", "R1"), ("004917604069031", BOB)], True, Alike.AGREE),
        ([(ADA, "R1"), (BOB, "")], True, Alike.AGREE),
        ([(ADA, "R2"), (BOB, None)], True, Alike.DIFFER),
        ([(ADA, "R2")], False, Alike.DIFFER),
        ([(ADA, None), (BOB, None)], True, Alike.DIFFER),
        ([(EVE, None)], False, Alike.DIFFER),
        ([(ADA, "R1"), (BOB, None), (EVE, None)], False, Alike.DIFFER),
        ([(ADA, "R1"), (BOB, None), (BOB, None)], False, Alike.DIFFER),
        ([(f"{ADA}~", "R1"), (BOB, None)], False, Alike.DIFFER),
        ([("+9991234567", "R1"), (BOB, None)], False, Alike.DIFFER),
    ],
)
def test_recipients_are_compared(told: list[tuple[str, str | None]], complete: bool, alike: Alike) -> None:
    assert compare([OURS], told, complete=complete) is alike


def test_a_number_that_is_none_is_compared_as_it_is_written() -> None:
    assert compare([[("12", None)]], [("12", "12")], complete=True) is Alike.AGREE
    assert compare([[("12", None)]], [("13", None)], complete=True) is Alike.DIFFER


def test_it_may_be_any_of_the_tries() -> None:
    """Somebody was taken out between two tries: whichever the service has is ours."""
    tried = [OURS, OURS[:1]]
    assert compare(tried, OURS, complete=True) is Alike.AGREE
    assert compare(tried, OURS[:1], complete=True) is Alike.AGREE
    assert compare(tried, OURS[1:], complete=False) is Alike.NOT_YET
    assert compare(tried, OURS[1:], complete=True) is Alike.DIFFER


people = st.lists(
    st.tuples(st.sampled_from([ADA, BOB, EVE]), st.sampled_from(["R1", "R2", None])), max_size=6
)


@given(people, st.randoms(use_true_random=False))
def test_the_order_says_nothing(sent: list[tuple[str, str | None]], chance: random.Random) -> None:
    told = [(f"00{dst[1:]}", reference or dst) for dst, reference in sent]
    chance.shuffle(told)
    assert compare([sent], told, complete=True) is Alike.AGREE


@given(people, people, st.booleans())
def test_whoever_was_not_sent_is_seen(
    sent: list[tuple[str, str | None]], more: list[tuple[str, str | None]], complete: bool
) -> None:
    alike = compare([sent], [*sent, *more], complete=complete)
    assert (alike is Alike.DIFFER) == bool(more)


def test_no_look_alike_is_adopted_in_10_000() -> None:
    """References as other programs write them, and marks that differ in one place."""
    chance, mark = random.Random(7), mark_of(random.Random(1).randrange(36**12))
    letters = "0123456789abcdefghijklmnopqrstuvwxyz"
    for _ in range(10_000):
        at = chance.randrange(12)
        near = mark[:at] + chance.choice([c for c in letters if c != mark[at]]) + mark[at + 1 :]
        own = chance.choice(["", "March", f"#{mark} March", mark, f"{mark}#", f"#{mark[1:]}", f"# {mark}"])
        other = chance.choice(
            [
                marked_reference(own, near),
                own,
                f"{own} #{near}",
                f"#{mark.upper()}",
                f"#{mark}.",
                f"{own}{near}",
            ]
        )
        assert not carries(other, mark), other

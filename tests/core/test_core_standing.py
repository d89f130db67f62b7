"""The states of recipients: of one and of a million the same answer, and after an edit no second reading."""

from hypothesis import given, settings
from hypothesis import strategies as st

from smsdesk.core.campaign import Message
from smsdesk.core.columns import column_of
from smsdesk.core.recipients import Recipients
from smsdesk.core.standing import State, States, needed_fields, state_of, states

NUMBERS = st.sampled_from(["+4917604069000", "+494315550104", "", "call me", "+49176", "004917604069001"])
WORDS = st.sampled_from(["", "Ada", " "])
TEXTS = st.sampled_from(["", "Hi {Name}", "{name|you} in {City}", "{Street}", "{ NAME } {City}", "{{Name}}"])


def names(made: States) -> list[State]:
    return [tuple(State)[at] for at in made.series]


@given(st.lists(st.tuples(NUMBERS, WORDS, WORDS), max_size=12), TEXTS, st.booleans())
def test_all_at_once_and_one_by_one_agree(rows: list[tuple[str, str, str]], text: str, literal: bool) -> None:
    dst, first, city = ([row[at] for row in rows] for at in range(3))
    people = Recipients(dst, [""] * len(rows), {"Name": first, "City": city})
    needed = needed_fields(Message(text, people, literal=literal))
    made = states(people, needed, "DE")
    assert names(made) == [state_of(one.dst, one.fields, needed, "DE")[0] for one in people]
    assert sum(made.counts.values()) == len(rows)
    for state in State:
        assert made.counts[state] == made.is_in(state).sum() == names(made).count(state)


@settings(max_examples=40)
@given(st.lists(NUMBERS, min_size=1, max_size=12), st.data())
def test_going_on_from_before_is_the_same_as_anew(dst: list[str], data: st.DataObject) -> None:
    before = states(Recipients(dst, [""] * len(dst)), (), "DE")
    after = [data.draw(st.just(number) | NUMBERS) for number in dst]
    people = Recipients(after, [""] * len(dst))
    assert names(states(people, (), "DE", before)) == names(states(people, (), "DE"))
    assert names(before) == names(states(Recipients(dst, [""] * len(dst)), (), "DE"))


def test_numbers_that_stayed_are_not_read_again() -> None:
    dst = column_of(["+4917604069000"] * 3)
    people = Recipients(dst, [""] * 3, {"Name": ["a", "", "b"]})
    before = states(people, (), "DE")
    after = states(people, ("Name",), "DE", before)
    assert after.numbers is before.numbers
    assert names(after) == [State.READY, State.LACKING, State.READY]


def test_a_field_that_no_column_has_is_lacked_by_all() -> None:
    people = Recipients(["+4917604069000", "x"], ["", ""])
    assert names(states(people, ("Name",), "DE")) == [State.LACKING, State.INVALID]
    assert state_of("x", {}, ("Name",), "DE") == (State.INVALID, "Name")


def test_what_a_text_needs() -> None:
    people = Recipients(["+4917604069000"], [""], {"Name": ["Ada"]})
    assert needed_fields(Message("{Name|you} {City} {{Zip}}", people)) == ("City",)
    assert needed_fields(Message("{City}", people, literal=True)) == ()

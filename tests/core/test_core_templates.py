"""Merge fields: what a text becomes for each recipient."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.campaign import Message
from smsdesk.core.recipients import Recipients
from smsdesk.core.templates import (
    check_template,
    fields_of,
    fill,
    has_field,
    merged,
    merged_column,
    missing,
)

ADA = {"First name": "Ada", "City": "", "Order no": "8841"}


def people(**columns: list[str]) -> Recipients:
    height = len(next(iter(columns.values())))
    return Recipients([f"+49176040690{i:02}" for i in range(height)], [""] * height, columns)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Hello {First name}", "Hello Ada"),
        ("Hello { first   NAME }", "Hello Ada"),
        ("{order no}/{Order No}", "8841/8841"),
        ("in {City}.", "in ."),
        ("in {City|Kiel}.", "in Kiel."),
        ("in {City|a | b}.", "in a | b."),
        ("{First name|you}", "Ada"),
        ("{Nobody}{Nobody|x}", "x"),
        ("{{First name}}", "{First name}"),
        ("{{{First name}}}", "{Ada}"),
        ("100 } {", "100 } {"),
        ("{}", ""),
        ("plain", "plain"),
    ],
)
def test_filling(text: str, shown: str) -> None:
    assert fill(text, ADA) == shown


@given(st.text(st.characters(exclude_characters="{}")), st.text())
def test_what_stands_in_a_column_is_never_read_as_a_field(text: str, value: str) -> None:
    assert fill(text + "{x}", {"x": value}) == text + value
    doubled = value.replace("{", "{{").replace("}", "}}")
    assert fill(doubled, {"x": "y"}) == value


def test_the_fields_of_a_text() -> None:
    assert fields_of("{b} {a} {b|x} {{c}} {} { }") == ("b", "a")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Hello {name}, {{ and }}", []),
        ("Hello {name", [("brace_alone", "{", 7)]),
        ("Hello name}", [("brace_alone", "}", 11)]),
        ("{a{b}}", [("brace_alone", "{", 1), ("brace_alone", "}", 6)]),
        ("{} { |x}", [("field_without_name", "{}", 1), ("field_without_name", "{ |x}", 4)]),
    ],
)
def test_braces_that_mean_nothing(text: str, codes: list[tuple[str, str, int]]) -> None:
    assert [(p.code, p.where.value, p.values["at"]) for p in check_template(text)] == codes


def test_where_a_field_is_empty() -> None:
    rows = people(name=["Ada", "", "Tom"], City=["", "Kiel", ""])
    assert missing("{name} {city}", rows) == {"name": [1], "city": [0, 2]}
    assert missing("{name|you} {City|here}", rows) == {}
    assert missing("{name|you} {name}", rows) == {"name": [1]}
    assert missing("{name|}", rows) == {"name": [1]}
    assert missing("{age} {}", rows) == {"age": [0, 1, 2]}
    assert missing("{age}", people(name=[])) == {}
    assert (has_field(rows, " CITY "), has_field(rows, "age")) == (True, False)


@pytest.mark.parametrize(
    ("text", "literal", "texts"),
    [
        ("Hello {name}", False, ["Hello Ada", "Hello "]),
        ("Hello {name}", True, ["Hello {name}", "Hello {name}"]),
        ("Hello", False, ["Hello", "Hello"]),
        ("{{Hello}}", False, ["{Hello}", "{Hello}"]),
        ("{{Hello}}", True, ["{{Hello}}", "{{Hello}}"]),
    ],
)
def test_the_text_of_each_recipient(text: str, literal: bool, texts: list[str]) -> None:
    message = Message(text, people(name=["Ada", ""]), literal=literal)
    assert list(merged(message)) == merged_column(message).to_list() == texts


names = st.sampled_from(["name", " Name", "*", "^n.*$", "x|y", "", "a b"])
texts = st.lists(
    st.one_of(
        st.sampled_from(
            ["{{", "}}", "{", "}", "{name}", "{ NAME|you}", "{*|}", "{^n.*$}", "{nobody|x}", "{a  B}"]
        ),
        st.text(st.characters(exclude_categories=("Cs",)), max_size=4),
    ),
    max_size=8,
).map("".join)
cells = st.one_of(st.just(""), st.text(st.characters(exclude_categories=("Cs",)), max_size=5))


@given(texts, st.dictionaries(names, st.lists(cells, min_size=3, max_size=3), max_size=4), st.booleans())
def test_whole_columns_are_filled_as_row_by_row(
    text: str, columns: dict[str, list[str]], literal: bool
) -> None:
    rows = Recipients(["1", "2", "3"], ["", "", ""], columns)
    message = Message(text, rows, literal=literal)
    each = [text if literal else fill(text, row.fields) for row in rows]
    assert merged_column(message).to_list() == list(merged(message)) == each

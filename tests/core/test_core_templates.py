"""Merge fields: what a text becomes for each recipient."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.blackouts import parse_period
from smsdesk.core.campaign import Message
from smsdesk.core.recipients import Recipients
from smsdesk.core.templates import (
    MOST_SPLIT,
    check_template,
    fields_of,
    fill,
    filled_pieces,
    has_field,
    merged,
    merged_column,
    missing,
    near_fields,
    split_message,
    text_in_gsm_form,
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


def lacking(text: str, rows: Recipients) -> dict[str, list[int]]:
    return {name: list(found) for name, found in missing(text, rows).items()}


def test_where_a_field_is_empty() -> None:
    rows = people(name=["Ada", "", "Tom"], City=["", "Kiel", ""])
    assert lacking("{name} {city}", rows) == {"name": [1], "city": [0, 2]}
    assert lacking("{name|you} {City|here}", rows) == {}
    assert lacking("{name|you} {name}", rows) == {"name": [1]}
    assert lacking("{name|}", rows) == {"name": [1]}
    assert lacking("{age} {}", rows) == {"age": [0, 1, 2]}
    assert lacking("{age}", people(name=[])) == {}
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


@given(texts, st.dictionaries(names, cells, max_size=4))
def test_the_pieces_of_a_text_are_the_text_and_what_is_made_of_it(text: str, fields: dict[str, str]) -> None:
    pieces = filled_pieces(text, fields)
    assert "".join(text[piece.start : piece.end] for piece in pieces) == text
    assert "".join(piece.shown for piece in pieces) == fill(text, fields)


def test_what_each_piece_of_a_text_is() -> None:
    found = filled_pieces("Hi {name}, {nmae|x} {{}} { {}", {"Name": "Ada"})
    assert [(piece.kind, piece.shown) for piece in found] == [
        ("text", "Hi "),
        ("field", "Ada"),
        ("text", ", "),
        ("unknown", "x"),
        ("text", " "),
        ("brace", "{"),
        ("brace", "}"),
        ("text", " "),
        ("wrong", "{"),
        ("text", " "),
        ("wrong", ""),
    ]
    assert [piece.name for piece in found if piece.name] == ["name", "nmae"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("frist name", "First name"),
        ("firstname", "First name"),
        ("FIRST_NAME", "First name"),
        ("Strase", "Straße"),
        ("Größse", "Größe"),
        ("citty", "City"),
        ("zip", None),
        ("", None),
    ],
)
def test_a_misspelt_field_is_guessed(name: str, meant: str | None) -> None:
    assert near_fields(name, ["City", "Straße", "First name", "Größe"]) == meant
    assert near_fields(name, []) is None


def test_a_message_is_split_by_the_values_of_a_column() -> None:
    night = (parse_period("2026-11-24T20:00Z/2026-11-25T06:00Z"),)
    rows = people(Language=["de", "", "EN", " De ", "en", " "], name=list("abcdef"))
    rows = replace(rows, blackouts={1: night, 4: night})
    found = split_message(Message("Hi {name}", rows, "Spring", literal=True), "Language")
    assert [(one.name, list(one.recipients.fields["name"])) for one in found] == [
        ("de", ["a", "d"]),
        ("EN", ["c", "e"]),
        ("", ["b", "f"]),
    ]
    assert [dict(one.recipients.blackouts) for one in found] == [{}, {1: night}, {0: night}]
    assert {(one.text, one.literal) for one in found} == {("Hi {name}", True)}
    assert [list(one.recipients.dst) for one in found][1] == [rows.dst[2], rows.dst[4]]


def test_a_message_is_not_split_into_hundreds() -> None:
    values = [str(row) for row in range(MOST_SPLIT + 1)]
    rows = Recipients([""] * len(values), [""] * len(values), {"n": values})
    with pytest.raises(ValueError):
        split_message(Message("", rows), "n")
    values[0] = values[1]
    assert len(split_message(Message("", rows), "n")) == MOST_SPLIT


@pytest.mark.parametrize(
    ("text", "literal", "shown"),
    [
        ("“{Ann’s name|„you“}”…", False, '"{Ann’s name|"you"}"...'),
        ("“{Ann’s name|„you“}”…", True, '"{Ann\'s name|"you"}"...'),
        ("{{–}} { – {–}", False, "{{-}} { - {–}"),
        ("a\u200db {x}", False, "ab {x}"),
        ("a\u200db {x|łatwo}", False, "a\u200db {x|łatwo}"),
        ("｛x｝", False, "｛x｝"),
    ],
)
def test_a_text_takes_its_gsm_form_but_for_the_names_of_fields(text: str, literal: bool, shown: str) -> None:
    message = Message(text, literal=literal)
    assert text_in_gsm_form(message) == shown
    assert literal or fields_of(shown) == fields_of(text)

"""Characters replaced by their GSM forms in a text and its columns."""

import pytest

from smsdesk.core.campaign import Message
from smsdesk.core.recipients import Recipients, Written
from smsdesk.core.replacing import EVERYWHERE, columns_of, replaced_cells

LIST = Recipients(
    ["+4917604069010", "+4917604069011", "+4917604069012"],
    [""] * 3,
    {"Erster Name": ["„Ada“", "Bob", "Eve – Mia"], "Ort": ["Köln", "Wien", "Bern"], "Notiz": ["…", "", ""]},
)


@pytest.mark.parametrize(
    ("text", "literal", "source", "columns"),
    [
        ("Hallo {erster  name} in {Ort}", False, EVERYWHERE, ("Erster Name", "Ort")),
        ("Hallo {Ort}", False, EVERYWHERE, ("Ort",)),
        ("Hallo {Fehlt}", False, EVERYWHERE, ()),
        ("Hallo {Ort}", True, EVERYWHERE, ()),
        ("Hallo {Ort}", False, "", ()),
        ("Hallo", False, "Notiz", ("Notiz",)),
        ("Hallo {Ort}", True, "Notiz", ("Notiz",)),
    ],
)
def test_the_columns_that_a_replacement_is_about(
    text: str, literal: bool, source: str, columns: tuple[str, ...]
) -> None:
    assert columns_of(Message(text, LIST, literal=literal), source) == columns


def test_only_cells_that_change_are_written() -> None:
    assert replaced_cells(LIST, ["Erster Name", "Ort", "Notiz"]) == (
        Written("field:Erster Name", {0: '"Ada"', 2: "Eve - Mia"}),
        Written("field:Notiz", {0: "..."}),
    )
    assert replaced_cells(LIST, ["Ort"]) == replaced_cells(LIST, []) == ()

"""The audit of a whole list: whatever it says is what a recount of each text says."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.audit import EVERYWHERE, Saving, audit
from smsdesk.core.campaign import Message
from smsdesk.core.characters import BASIC, gsm_form
from smsdesk.core.options import Options
from smsdesk.core.parts import Encoding, Parts, counted, measure, outside
from smsdesk.core.recipients import Recipients
from smsdesk.core.templates import Slot, merged, pieces_of, text_in_gsm_form

cells = st.one_of(
    st.sampled_from(
        [
            "",
            "",
            "Ada",
            "Zoë",
            "12,50 €",
            "O’Neill",
            "😀",
            "a\u00a0b",
            "{[]}",
            "łódź",
            "Mu\u0308ller",
            "日本",
            "–",
            "\u200b",
            " ",
        ]
    ),
    st.text(st.sampled_from("ub€^😀’…ł\u00a0\u200d\u0308"), max_size=90),
)
literals = st.one_of(
    st.sampled_from(
        ["Hello ", "{{", "“", "a" * 60, "x" * 140, "€" * 70, "😀" * 30, "ab" * 150, "–", " ", "\n"]
    ),
    st.text(st.sampled_from("ub€^😀’…ł\u00a0\u200d\u0308"), max_size=170),
)
slots = st.sampled_from(["{name}", "{name|you}", "{name|„Kunde“}", "{x}", "{x|€}", "{nobody}", "{nobody|–}"])
texts = st.lists(literals | slots, max_size=6).map("".join)
options = st.builds(
    Options,
    encoding=st.sampled_from([None, "STANDARD", "UTF-16"]),
    invalid_characters=st.sampled_from([None, "REFUSE", "REPLACE", "TO_UTF16", "TRANSLITERATE"]),
    max_parts=st.sampled_from([None, None, 1, 2, 3]),
)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    rows = draw(st.integers(0, 6))
    column = st.lists(cells, min_size=rows, max_size=rows)
    people = Recipients([""] * rows, [""] * rows, {"name": draw(column), "x": draw(column)})
    return Message(draw(texts), people, literal=draw(st.sampled_from([False, False, True])))


def part_count(text: str, chosen: Options, most: int | None = None) -> Parts:
    """Counted text by text."""
    encoding, rule = Encoding(chosen.encoding or "STANDARD"), chosen.invalid_characters or "TO_UTF16"
    return counted(text, encoding, "TO_UTF16" if rule == "REFUSE" else rule, most)


@given(messages(), options, st.sets(st.integers(0, 5), max_size=3))
def test_its_figures_are_those_of_each_text(message: Message, chosen: Options, out: set[int]) -> None:
    texts = dict(enumerate(merged(message)))
    gone = {row for row in out if row in texts}
    found = audit(message, chosen, gone)
    going = {row: text for row, text in texts.items() if row not in gone}
    parts = {row: part_count(text, chosen) for row, text in going.items()}
    paid = {row: part_count(text, chosen, chosen.max_parts).parts for row, text in going.items()}
    assert found.parts.to_list() == [paid.get(row, 0) for row in texts]
    assert found.paid == sum(paid.values())
    assert found.histogram == Counter(one.parts for one in parts.values())
    assert found.utf16 == sum(one.encoding is Encoding.UTF16 for one in parts.values())
    units = sorted(one.units for one in parts.values())
    assert found.median_units == (units[(len(units) - 1) // 2] if units else 0)
    most = max(((one.parts, one.units) for one in parts.values()), default=None)
    assert found.longest == next((row for row, one in parts.items() if (one.parts, one.units) == most), None)
    assert found.longest_units == (most[1] if most else 0)
    wrong = [row for row, text in going.items() if outside(text)]
    assert (found.refused, found.first_refused) == (len(wrong), wrong[0] if wrong else None)
    characters = {character for row in wrong for _, character in outside(going[row])}
    assert set(found.refused_characters) <= characters
    assert len(found.refused_characters) == min(len(characters), 10)
    empty = [row for row, text in going.items() if not text.strip()]
    assert found.empty == (len(empty), empty[0] if empty else None)
    standard = replace(chosen, encoding="STANDARD")
    assert found.parts_as_standard == sum(
        paid[row] if outside(text) else part_count(text, standard, chosen.max_parts).parts
        for row, text in going.items()
    )
    cut = [row for row, one in parts.items() if chosen.max_parts and one.parts > chosen.max_parts]
    assert found.cut == len(cut)
    if cut:
        kept = part_count(going[found.longest], chosen, chosen.max_parts).text
        assert found.cut_words == parts[found.longest].text.removeprefix(kept)[:300].strip()


def done(message: Message, saving: Saving) -> Message:
    """The message with its characters replaced as a saving says."""
    text = text_in_gsm_form(message) if saving.source in ("", EVERYWHERE) else message.text
    fields = {
        name: [gsm_form(cell) for cell in column] if saving.source in (name, EVERYWHERE) else column
        for name, column in message.recipients.fields.items()
    }
    return replace(message, text=text, recipients=replace(message.recipients, fields=fields))


def recount(texts: list[str], chosen: Options, out: set[int]) -> list[int]:
    return [
        part_count(text, chosen, chosen.max_parts).parts for row, text in enumerate(texts) if row not in out
    ]


def shortened(message: Message, by: int, data: st.DataObject) -> list[str]:
    """Everybody's text without any so many basic characters of what is the same for all."""
    pieces = pieces_of(message)
    places = [
        (at, index)
        for at, piece in enumerate(pieces)
        if isinstance(piece, str)
        for index, character in enumerate(piece)
        if character in BASIC
    ]
    gone = set(data.draw(st.permutations(places))[:by])
    assert len(gone) == by
    kept = [
        piece
        if isinstance(piece, Slot)
        else "".join(character for index, character in enumerate(piece) if (at, index) not in gone)
        for at, piece in enumerate(pieces)
    ]
    return [
        "".join(
            (person.fields[piece.column] or piece.default) if isinstance(piece, Slot) else piece
            for piece in kept
        )
        for person in message.recipients
    ]


@given(messages(), options, st.sets(st.integers(0, 5), max_size=2), st.data())
def test_what_it_promises_to_save_is_saved(
    message: Message, chosen: Options, out: set[int], data: st.DataObject
) -> None:
    gone = {row for row in out if row < len(message.recipients)}
    before = recount([*merged(message)], chosen, gone)
    for saving in audit(message, chosen, gone).savings:
        if saving.kind == "characters":
            after = recount([*merged(done(message, saving))], chosen, gone)
        else:
            after = recount(shortened(message, saving.shorter, data), chosen, gone)
        assert saving.saves == sum(before) - sum(after) > 0
        assert saving.people == sum(a < b for a, b in zip(after, before, strict=True))


def people(**columns: list[str]) -> Recipients:
    height = len(next(iter(columns.values())))
    return Recipients([f"+4917604069{i:03}" for i in range(height)], [""] * height, columns)


def test_a_curly_quote_in_a_column_is_told_in_figures() -> None:
    names = ["Ann", "O’Neill", "D’Angelo", "Bob"] * 10
    found = audit(Message("a" * 100 + "{Name}", people(Name=names)), Options())
    assert found.histogram == {1: 20, 2: 20}
    assert found.savings[0] == Saving("characters", "Name", "’", 20, 20)
    assert (found.utf16, found.refused, found.first_refused, found.refused_characters) == (20, 20, 1, "’")


def test_only_both_together_may_save() -> None:
    found = audit(Message("“" + "a" * 100 + "{Name}", people(Name=["O’Neill", "Bob"])), Options())
    assert found.savings[:2] == (
        Saving("characters", "", "“", 1, 1),
        Saving("characters", "*", "“’", 2, 2),
    )


def test_columns_of_odd_names_are_told_of_together_or_not_at_all() -> None:
    rows = Recipients(["1"], [""], {"*": ["’"], "": ["’"], "n": ["’"]})
    one = "a" * 100
    assert audit(Message(one + "{*}", rows), Options()).savings[0] == Saving("characters", "*", "’", 1, 1)
    assert audit(Message(one + "{}", rows), Options()).savings == ()
    assert audit(Message(one + "{n}{*}", rows), Options()).savings[0] == Saving("characters", "*", "’", 1, 1)


def test_a_few_characters_shorter_saves_most_for_each() -> None:
    message = Message("a" * 158 + "{Name}", people(Name=["Al"] * 3 + ["Anna"] * 7 + ["Maximilian"]))
    assert audit(message, Options()).savings == (Saving("shorter", "", "", 7, 7, 2),)
    assert audit(message, Options(max_parts=1)).savings == ()


def test_a_text_with_characters_of_two_units_promises_no_length_it_is_not_sure_of() -> None:
    # One shorter, 306 units are two parts or three: it depends on where the euro sign then stands.
    message = Message("a" * 152 + "€" + "a" * 153, people(Name=[""]))
    assert audit(message, Options()).savings == (Saving("shorter", "", "", 1, 1, 2),)
    many = Message("€" * 153 + "a", people(Name=[""]))
    assert audit(many, Options()).savings == ()


def test_what_utf_16_costs_for_a_text_within_the_alphabet() -> None:
    found = audit(Message("a" * 100 + "{Name}", people(Name=["Ann", "łódź"])), Options(encoding="UTF-16"))
    assert (found.paid, found.parts_as_standard) == (4, 3)


def test_the_words_that_are_lost_are_named() -> None:
    text = "word " * 31 + "the end of {Name}’s story"
    found = audit(
        Message(text, people(Name=["Bo", "Ann"])), Options(max_parts=1, invalid_characters="REPLACE")
    )
    assert (found.cut, found.longest, found.cut_words) == (2, 1, "nd of Ann?s story")


def test_a_list_of_nobody_has_no_figures() -> None:
    for rows, out in ((Recipients(), ()), (people(Name=["a", "b"]), (0, 1))):
        found = audit(Message("Hi {Name}", rows), Options(), out)
        assert (found.histogram, found.longest, found.paid, found.savings) == ({}, None, 0, ())
        assert found.parts.to_list() == [0] * len(rows)


def test_options_that_are_none_count_as_the_dearest() -> None:
    found = audit(Message("a" * 71, people(Name=[""])), Options(encoding="EBCDIC"))
    assert (found.histogram, found.utf16) == ({2: 1}, 1)


def test_a_huge_text_with_emoji_and_a_long_list() -> None:
    names = [f"😀 {row} €" for row in range(3000)]
    message = Message("€😀 " * 50_000 + "{Name}" + "{[x" * 50_000, people(Name=names))
    found = audit(message, Options())
    for row in (0, 2999):
        text = next(iter(merged(replace(message, recipients=people(Name=[names[row]])))))
        assert found.parts[row] == measure(text, Encoding.UTF16).parts

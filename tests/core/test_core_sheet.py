"""Sheets: tables as people's programs really write them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.delimited import guess_delimiter
from smsdesk.core.errors import FileError
from smsdesk.core.progress import Cancelled
from smsdesk.core.sheet import Reading, Sheet, foreign_cells, read_sheet, unique_names

TABLE = "Name;Mobile;City\nZoë;0176 04069012;Kiel\nJürgen;0176 04069013;Köln\n"


def read(text: str) -> Sheet:
    return read_sheet("list.csv", text.encode())


def rows(sheet: Sheet) -> list[tuple[str, ...]]:
    return sheet.frame.rows()


def column(sheet: Sheet, at: int) -> list[str]:
    return sheet.frame.to_series(at).to_list()


def lines(sheet: Sheet) -> list[int]:
    return sheet.lines.to_list()


def refusal(content: bytes, **named: str) -> str:
    with pytest.raises(FileError) as told:
        read_sheet("list.csv", content, Reading(**named))
    assert told.value.values["name"] == "list.csv"
    return str(told.value.values["reason"])


@pytest.mark.parametrize(
    ("codec", "bom", "told"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8-sig"),
        ("cp1252", b"", "cp1252"),
        ("utf-16-le", b"\xff\xfe", "utf-16"),
        ("utf-16-be", b"\xfe\xff", "utf-16"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
    ],
)
def test_encodings(codec: str, bom: bytes, told: str) -> None:
    sheet = read_sheet("list.csv", bom + TABLE.encode(codec))
    assert (sheet.encoding, sheet.delimiter, sheet.header) == (told, ";", ("Name", "Mobile", "City"))
    assert column(sheet, 0) == ["Zoë", "Jürgen"]
    assert (sheet.name, sheet.sheet, len(sheet), lines(sheet)) == ("list.csv", None, 2, [2, 3])


@pytest.mark.parametrize(("name", "codec"), [("Müller", "cp850"), ("Kožuť", "cp1250"), ("Žanà", "cp1252")])
def test_bytes_that_windows_1252_leaves_free_are_letters_elsewhere(name: str, codec: str) -> None:
    sheet = read_sheet("list.csv", f"Name;Mobile\n{name};1\n".encode(codec))
    assert (sheet.encoding, column(sheet, 0)) == (codec, [name])


def test_encoding_and_delimiter_can_be_told() -> None:
    sheet = read_sheet("list.csv", "Name,Größe\nZoë,1\n".encode("cp850"), Reading("cp850", ","))
    assert (sheet.header, sheet.encoding, sheet.delimiter) == (("Name", "Größe"), "cp850", ",")
    assert refusal("Zoë;1".encode("cp1252"), encoding="utf-8") == "encoding"
    assert refusal(b"Zoe;1", encoding="klingon") == "encoding"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, end: str) -> None:
    sheet = read(TABLE.replace(";", delimiter).replace("\n", end))
    assert (sheet.delimiter, sheet.header) == (delimiter, ("Name", "Mobile", "City"))
    assert rows(sheet)[1] == ("Jürgen", "0176 04069013", "Köln")


def test_delimiters_inside_cells_do_not_mislead() -> None:
    text = 'Name;Notes\n"Brandt; Jana";a, b, c\nYildiz;d, e, f\n'
    assert guess_delimiter(text) == ";"
    assert rows(read(text)) == [("Brandt; Jana", "a, b, c"), ("Yildiz", "d, e, f")]


def test_one_column() -> None:
    sheet = read("Mobile\n017604069012\n017604069013\n")
    assert (sheet.header, column(sheet, 0), sheet.delimiter) == (
        ("Mobile",),
        ["017604069012", "017604069013"],
        ",",
    )


def test_a_preamble_is_passed_over_and_lines_stay_true() -> None:
    sheet = read("Export of 1 March\n\n" + TABLE)
    assert (sheet.header, lines(sheet)) == (("Name", "Mobile", "City"), [4, 5])


@pytest.mark.parametrize(
    ("first", "delimiter"),
    [("sep=;", ";"), ("SEP=,", ","), ('"sep=;"', ";"), ("sep=\t", "\t"), ("sep=;\r", ";")],
)
def test_the_line_that_names_the_delimiter(first: str, delimiter: str) -> None:
    sheet = read(f"{first}\n" + TABLE.replace(";", delimiter))
    assert (sheet.delimiter, sheet.header, lines(sheet)) == (delimiter, ("Name", "Mobile", "City"), [3, 4])


def test_without_a_header_columns_are_counted() -> None:
    sheet = read("Jana;017604069012\nMehmet;017604069013\n")
    assert (sheet.header, lines(sheet)) == (("Column 1", "Column 2"), [1, 2])
    assert column(sheet, 0) == ["Jana", "Mehmet"]


@pytest.mark.parametrize(
    ("text", "line", "header"),
    [
        ("Max Muster 0176 04069012\nEva Muster 0176 04069013\n", 0, ("Column 1",)),
        ("jana@example.com;Kiel\nada@example.com;Ulm\n", 0, ("Column 1", "Column 2")),
        ("Kd;Wo\nKiel;Jana\nUlm;Ada\n", 1, ("Kd", "Wo")),
        ("Liste;3;\nKd;Handy;Wo\nJana;0176 04069012;Kiel\n", 2, ("Kd", "Handy", "Wo")),
        ("Kd;Wo\nJana;Kiel;0176 04069012\nAda;Ulm;0176 04069013\n", 1, ("Kd", "Wo", "Column 3")),
        (
            '"EXTF";700;"Stapel"\nKonto;Name;Mobil;Ort\n1;Ada;0176 04069012;Ulm\n',
            2,
            ("Konto", "Name", "Mobil", "Ort"),
        ),
        (
            "Liste\n-----\n|Name |Mobil |\n|Ada |0176 04069012 |\n|Tom |0176 04069013 |\n",
            3,
            ("Name", "Mobil"),
        ),
        ("2026;2027\n0176 04069012;1\n", 0, ("Column 1", "Column 2")),
        ("Name;2026\n0176 04069012;1\n", 1, ("Name", "2026")),
    ],
)
def test_where_the_table_begins(text: str, line: int, header: tuple[str, ...]) -> None:
    sheet = read(text)
    assert (sheet.header_line, sheet.header) == (line, header)


@pytest.mark.parametrize(
    "cell", ["1" * 9_999 + "a", "a@" * 5_000, " " * 10_000, "mobil " * 2_000, '""' * 5_000]
)
def test_long_cells_cost_no_time(cell: str) -> None:
    text = f"{cell}x;{cell}y\n" * 300
    begun = time.process_time()
    assert len(read(text)) >= 299
    assert time.process_time() - begun < 5


def test_no_row_with_a_number_stands_above_a_table_without_a_header() -> None:
    sheet = read("0176 04069012\nAda;Ulm;0176 04069013\nTom;Kiel;0176 04069014\n")
    assert (sheet.header_line, lines(sheet)) == (0, [1, 2, 3])


def test_repeated_and_empty_names_are_told_apart() -> None:
    sheet = read("Name;;name; Mobile  no ;Name;Name 2\na;b;c;017604069012;e;f\n")
    assert sheet.header == ("Name", "Column 2", "name 2", "Mobile no", "Name 3", "Name 2 2")


@given(st.lists(st.text("aA ßsS12", max_size=4), max_size=12))
def test_names_are_always_unique(names: list[str]) -> None:
    found = unique_names(names)
    assert len(found) == len(names) == len({name.casefold() for name in found})
    assert all(name == " ".join(name.split()) != "" for name in found)


def test_short_rows_are_filled_and_long_ones_kept() -> None:
    sheet = read(
        "Name;Mobile;City\nJana;017604069012\nMehmet;017604069013;Kiel;by bus\nAda;017604069014;Ulm\n"
    )
    assert sheet.header == ("Name", "Mobile", "City", "Column 4")
    assert rows(sheet) == [
        ("Jana", "017604069012", "", ""),
        ("Mehmet", "017604069013", "Kiel", "by bus"),
        ("Ada", "017604069014", "Ulm", ""),
    ]


def test_rows_that_end_in_a_delimiter_do_not_cost_the_header() -> None:
    sheet = read("Name;Mobile\nJana;017604069012;\nMehmet;017604069013;\n")
    assert sheet.header == ("Name", "Mobile")
    assert column(sheet, 0) == ["Jana", "Mehmet"]


def test_blank_rows_inside_stay_and_those_at_the_end_go() -> None:
    sheet = read("Name;Mobile\nJana;017604069012\n;\n\nAda;017604069014\n;\n\n")
    assert (column(sheet, 0), lines(sheet)) == (["Jana", "", "", "Ada"], [2, 3, 4, 5])


def test_line_breaks_in_quotes() -> None:
    text = 'Name;"Mobile\nnumber"\n"Jana\r\nBrandt";017604069012\n\nAda;"017604069014"\n'
    sheet = read(text)
    assert sheet.header == ("Name", "Mobile number")
    assert (column(sheet, 0), lines(sheet)) == (["Jana\r\nBrandt", "", "Ada"], [3, 5, 6])


def test_stray_quotes_are_characters_like_others() -> None:
    text = 'Name;Mobile;Size\n5" pipe;017604069012;3"\nSay "hi";017604069013;1\n"Al ""Big""";017604069014;2\n'
    assert rows(read(text)) == [
        ('5" pipe', "017604069012", '3"'),
        ('Say "hi"', "017604069013", "1"),
        ('Al "Big"', "017604069014", "2"),
    ]


@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_a_quote_that_nothing_closes_swallows_no_row(at: int) -> None:
    people = [["Jana", "017604069012"], ["Mehmet", "017604069013"], ["Ada", "017604069014"], ["Tom", "0"]]
    people[at][0] = '"' + people[at][0]
    sheet = read("Name;Mobile\n" + "\n".join(";".join(person) for person in people) + "\n")
    assert rows(sheet) == [tuple(person) for person in people]
    assert lines(sheet) == [2, 3, 4, 5]


def test_a_quoted_line_break_in_the_last_row_is_no_stray_quote() -> None:
    sheet = read('Name;Mobile\n5" pipe;"0176\n04069012"')
    assert rows(sheet) == [('5" pipe', "0176\n04069012")]


def test_nulls_that_fill_up_cells_are_dropped_and_others_kept() -> None:
    sheet = read('Na\0me\0;Mobile\0\nJa\0na\0\0;0176\0\n"Ada\0";0177\n')
    assert (sheet.header, rows(sheet)) == (("Name", "Mobile"), [("Ja\0na", "0176"), ("Ada", "0177")])


def test_the_header_is_chosen_among_the_first_rows() -> None:
    text = "Export;;\nName;Mobile;City\nText;E.164;Text\nAda;017604069012;Ulm\n"
    sheet = read(text)
    assert (sheet.header_line, lines(sheet)) == (2, [3, 4])
    assert sheet.rows_above == (
        (1, ("Export",)),
        (2, ("Name", "Mobile", "City")),
        (3, ("Text", "E.164", "Text")),
        (4, ("Ada", "017604069012", "Ulm")),
    )
    units = read_sheet("list.csv", text.encode(), Reading(header_line=3))
    assert (units.header, units.header_line, lines(units)) == (("Text", "E.164", "Text 2"), 3, [4])
    none = read_sheet("list.csv", text.encode(), Reading(header_line=0))
    assert (none.header, none.header_line) == (("Column 1", "Column 2", "Column 3"), 0)
    assert lines(none) == [2, 3, 4]


def test_a_header_is_chosen_by_the_line_it_begins_on() -> None:
    text = '"a\nb";1\n"Na\nme";Mobile\nAda;017604069012\n'
    for line in (3, 4):
        sheet = read_sheet("list.csv", text.encode(), Reading(header_line=line))
        assert (sheet.header, sheet.header_line, lines(sheet)) == (("Na me", "Mobile"), 3, [5])


@pytest.mark.parametrize("line", [5, 400, 100_000])
def test_a_header_may_stand_far_below(line: int) -> None:
    text = "note\n" * (line - 1) + "Name;Mobile\nAda;017604069012\n"
    sheet = read_sheet("list.csv", text.encode(), Reading(delimiter=";", header_line=line))
    assert (sheet.header, sheet.header_line, rows(sheet)) == (
        ("Name", "Mobile"),
        line,
        [("Ada", "017604069012")],
    )


def test_columns_without_name_and_content_are_left_out() -> None:
    sheet = read(";Name;;Mobile;;\n;Ada;;017604069012;;\n;Tom;x;017604069013;;\n")
    assert sheet.header == ("Name", "Column 3", "Mobile")


def test_cells_to_judge_an_encoding_by() -> None:
    text = "Name;Mobile;City\n" + "Zoë;1;Köln\n" * 3 + "Ada;2;Ulm\nJosé;3;Ulm\n"
    found = foreign_cells(read_sheet("list.csv", text.encode("cp1252")))
    assert found == [(2, "Name", "Zoë"), (2, "City", "Köln"), (6, "Name", "José")]
    wrong = read_sheet("list.csv", text.encode("cp1252"), Reading(encoding="cp850"))
    assert foreign_cells(wrong, 2) == [(2, "Name", "ZoÙ"), (2, "City", "K÷ln")]
    assert foreign_cells(read("Name;Mobile\nAda;1\n")) == []


def test_what_was_pasted_from_a_spreadsheet() -> None:
    sheet = read('Name\tMobile\tNote\r\nZoë\t0176 04069012\t"say ""hi""\nand go"\r\nAda\t0176 04069013\t\r\n')
    assert (sheet.delimiter, lines(sheet)) == ("\t", [2, 4])
    assert rows(sheet)[0] == ("Zoë", "0176 04069012", 'say "hi"\nand go')


def test_a_delimiter_beyond_ascii() -> None:
    content = 'Name§Mobil\n"Zoë§"§0176\n5" §0177\n'.encode("cp1252")
    sheet = read_sheet("list.csv", content, Reading(delimiter="§"))
    assert (sheet.delimiter, rows(sheet)) == ("§", [("Zoë§", "0176"), ('5" ', "0177")])


def test_scientific_numbers_with_a_comma_are_one_column() -> None:
    sheet = read("Mobil\n4,91761E+12\n4,91762E+12\n")
    assert column(sheet, 0) == ["4,91761E+12", "4,91762E+12"]


def test_a_row_with_far_too_many_cells_is_refused() -> None:
    assert refusal(b"Name;Mobile\n" + b";" * 1000 + b"\n") == "too_wide"
    assert refusal(b"Name;Mobile\n" * 250_000 + b";" * 900 + b"\n") == "scattered"


def test_reading_tells_how_far_it_is_and_can_be_called_off() -> None:
    content = b"Name;Mobile\n" + b'5" "pipe" ";0176\n' * 50_000
    told: list[tuple[int, int]] = []
    read_sheet("list.csv", content, progress=lambda *at: told.append(at))
    assert told[0] == (0, 0)
    assert (40_000, 50_001) in [(done - done % 20_000, rows) for done, rows in told]

    def stop(done: int, _: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_sheet("list.csv", content, progress=stop)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"PK\x03\x04\x14\0\x06\0workbook", "broken_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "broken_workbook"),
        (b"%PDF-1.7\n", "binary"),
        (b"\x89PNG\r\n\x1a\n", "binary"),
        (b"\xff\xd8\xff\xe0", "binary"),
        (b"\x1f\x8b\x08\0", "binary"),
        (bytes(range(256)) * 20, "binary"),
        (b"SQLite format 3\0" + b"table" * 100, "binary"),
        (b"\x01\0\0\x02\0\0\x03\x04\0\0\x05" * 20, "binary"),
        (b";;;\n;;;\n", "no_table"),
        (b"\xff\xfe \0;\0\n\0", "no_table"),
        (b"\xff\xfeN\0a", "encoding"),
    ],
)
def test_no_table_at_all(content: bytes, reason: str) -> None:
    assert refusal(content) == reason


def test_a_header_alone_is_a_table_of_no_rows() -> None:
    sheet = read("Name;Mobile\n")
    assert (len(sheet), sheet.header, rows(sheet)) == (0, ("Name", "Mobile"), [])


cells = st.text("aÄ1+; ,|\t\"'\n=", max_size=6)


@given(
    st.binary(max_size=300)
    | st.lists(st.lists(cells, max_size=5).map(";".join)).map("\n".join).map(str.encode)
)
def test_any_bytes_make_an_even_table_or_a_plain_refusal(content: bytes) -> None:
    try:
        sheet = read_sheet("list.csv", content)
    except FileError as error:
        assert error.values["reason"] in {
            "empty",
            "broken_workbook",
            "binary",
            "encoding",
            "no_table",
            "too_wide",
        }
        return
    assert len(sheet.header) == len(set(sheet.header)) > 0
    assert sum(sheet.frame.null_count().row(0)) == 0
    assert lines(sheet) == sorted(set(lines(sheet)))
    assert len(lines(sheet)) == len(sheet)

"""Mapping: columns are found by what they are called in five languages, by what they hold, or as before."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from smsdesk.core.column_names import number_weight
from smsdesk.core.mapping import REASON, Layout, guess_mapping, recall
from smsdesk.core.sheet import Sheet, read_sheet

AT = datetime(2031, 1, 1, tzinfo=UTC)
ROW = {"dst": "017604069012", "region": "DE", "zone": "Europe/Berlin"}


def sheet_of(header: tuple[str, ...], *rows: tuple[str, ...]) -> Sheet:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row")
    return Sheet("list.csv", frame, pl.Series(range(2, len(rows) + 2), dtype=pl.UInt32), "utf-8", ";")


def roles(header: tuple[str, ...], *rows: tuple[str, ...]) -> dict[str, str]:
    found = guess_mapping(sheet_of(header, *rows), "DE")
    return {key: column for key, column in found.items() if not key.startswith("field:")}


NAMES = {
    "dst": (
        "Mobile phone", "Mobile", "Cell", "Cell phone number", "Phone", "SMS number", "Recipient number",
        "Handynummer", "Telefon (mobil)", "Mobilfunknummer", "Rufnummer", "Tel.", "Tel.-Nr.", "MOBIL_NR",
        "Empfängernummer", "Téléphone portable", "N° de téléphone", "Portable", "Tél. mobile", "GSM",
        "Teléfono móvil", "Móvil", "Celular", "Número de teléfono", "Telefono", "Cellulare",
        "Numero di cellulare", "dst", "MSISDN", "mobilePhone", "Mobil privat",
    ),
    "reference": (
        "Customer number", "Customer ID", "customerRef", "Reference", "Ref.", "Client no.", "Member ID",
        "Kundennummer", "Kunden-Nr.", "KUNDENNR", "Kd.-Nr.", "Referenz", "Mitgliedsnummer", "Patienten-ID",
        "Vertragsnummer", "Aktenzeichen", "Référence client", "N° client", "Numéro de client",
        "Identifiant", "Referencia", "Número de cliente", "Nº cliente", "Código cliente", "Riferimento",
        "Codice cliente", "Numero cliente", "ID",
    ),
    "text": (
        "Text", "SMS text", "Message", "Own text", "Nachricht", "Nachrichtentext", "Eigener Text", "Texte",
        "Texte du message", "Texto", "Mensaje", "Texto del mensaje", "Testo", "Messaggio", "TESTO_SMS",
    ),
    "blackouts": (
        "blackoutPeriods", "Blackout periods", "Blackout", "Quiet hours", "Do not disturb", "Sperrzeit",
        "Sperrzeiten", "Ruhezeiten", "Nicht stören", "Heures de silence", "Périodes de silence",
        "Ne pas déranger", "Horas de silencio", "Período de bloqueo", "No molestar", "Ore di silenzio",
        "Periodo di blocco", "Non disturbare",
    ),
    "blackout_start": (
        "Blackout start", "blackout_from", "Quiet from", "Quiet hours start", "Start of blackout",
        "Sperrzeit von", "Sperrzeit Beginn", "Beginn der Sperrzeit", "Ruhezeit ab", "Sperrbeginn",
        "Début du silence", "Heures de silence début", "Inicio del bloqueo", "Bloqueo desde",
        "Inizio del silenzio", "Blocco da", "Inizio blocco",
    ),
    "blackout_end": (
        "Blackout end", "blackoutUntil", "Quiet until", "Quiet hours end", "End of blackout",
        "Sperrzeit bis", "Sperrzeit Ende", "Ende der Sperrzeit", "Ruhezeit bis", "Nicht vor", "Not before",
        "Fin du silence", "Pas avant", "Fin del bloqueo", "Bloqueo hasta", "No antes de", "Fine silenzio",
        "Blocco fino a", "Non prima di",
    ),
    "zone": ("Time zone", "timezone", "TZ", "Zeitzone", "Fuseau horaire", "Zona horaria", "Fuso orario"),
    "region": (
        "Country", "Country code", "Region", "Land", "Ländercode", "Laendercode", "LKZ", "Pays", "Code pays",
        "País", "Código de país", "Paese", "Codice paese", "Nazione",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("role", "name"), [(role, name) for role, names in NAMES.items() for name in names])
def test_a_column_is_found_by_its_name(role: str, name: str) -> None:
    for spelling in (name, name.upper() if name != "blackoutUntil" else name, f" {name}: "):
        for rows in ([], [("Ada", ROW.get(role, "x"), "Kiel")]):
            found = roles(("First name", spelling.strip(), "City"), *rows)
            assert {key: column for key, column in found.items() if column == spelling.strip()} == {
                role: spelling.strip()
            }


@pytest.mark.parametrize(
    "name",
    [
        "Hausnummer", "Fax", "Telefax-Nr.", "Rechnungsbetrag", "Automobil", "Immobilie", "PLZ", "Start",
        "Ende", "Von", "Bis", "Öffnungszeiten", "Bemerkung", "Geburtsdatum", "E-Mail", "Zonenname",
        "Vorname", "Notes", "Mobilfunkanbieter", "Textbaustein", "Termin", "Sprache", "Anrede",
        "Kundengruppe", "Preis", "Phone type",
    ],
)  # fmt: skip
def test_other_names_say_nothing(name: str) -> None:
    assert roles(("Kunde", name), ("Ada", "x")) == {}


def test_of_our_own_export_each_column_is_what_it_was() -> None:
    header = ("dst", "customerRef", "Handy", "Telefon-ID", "blackoutPeriods")
    row = (
        "+4917604069012",
        "R1",
        "017604069012",
        "4",
        "2031-03-01T20:00:00.000+01:00/2031-03-02T08:00:00.000+01:00",
    )
    assert roles(header, row) == {"dst": "dst", "reference": "customerRef", "blackouts": "blackoutPeriods"}


@pytest.mark.parametrize(
    ("cells", "role"),
    [
        (("017604069012", "017604069013"), "dst"),
        (("2031-03-01T20:00Z/2031-03-02T08:00Z", ""), "blackouts"),
        (("18:00-08:00", "20:00 - 07:30"), "blackouts"),
        (("18:00 bis 8:00 Uhr", "20:00-7:00"), "blackouts"),
        (("Europe/Berlin", "America/New_York"), "zone"),
        (("DE", "AT"), "region"),
        (("8-12", "1-3"), None),
        (("18:00-18:00", "25:61-26:00"), None),
        (("2031-03-01", "2031-03-02"), None),
        (("de", "en"), None),
        (("TX", "CA"), None),
        (("Liebe Frau Brandt, Ihr Termin ist morgen um 8 Uhr.", "Hallo Jörg, bitte rufen Sie an."), None),
    ],
)  # fmt: skip
def test_a_column_is_found_by_what_it_holds(cells: tuple[str, str], role: str | None) -> None:
    found = roles(("Column 1", "Column 2"), *((cell, "Ada") for cell in cells))
    assert found == ({role: "Column 1"} if role else {})


def test_names_tell_how_likely_numbers_are_below_them() -> None:
    names = ("dst", "Handy", "Telefon", "Festnetz", "Kundennummer")
    weights = [number_weight(name) for name in names]
    assert weights == sorted({*weights}, reverse=True)
    assert (weights[0], weights[-1]) == (1, 0)
    assert number_weight("Festnetz oder Handy") == number_weight("Handy")


def test_hours_of_business_are_no_blackout() -> None:
    for name in ("Öffnungszeiten", "preferred_contact_time", "Erreichbar", "Sprechstunde"):
        assert roles(("Name", name), ("Ada", "08:00-18:00"), ("Jo", "09:00-17:00")) == {}
    assert roles(("Name", "Zeiten"), ("Ada", "18:00-08:00"), ("Jo", "19:00-07:00")) == {"blackouts": "Zeiten"}


def test_a_column_of_time_zones_is_one_however_they_are_written() -> None:
    assert roles(("Name", "Zeitzone"), ("Ada", "MEZ"), ("Jo", "Berlin")) == {"zone": "Zeitzone"}


def test_two_columns_of_times_without_a_name_are_start_and_end() -> None:
    rows = [("25.11.2031 20:00", "26.11.2031 08:00"), ("26.11.2031 20:00", "27.11.2031 08:00")]
    assert roles(("Column 2", "Column 3"), *rows) == {
        "blackout_start": "Column 2",
        "blackout_end": "Column 3",
    }
    assert roles(("Termin", "Termin Ende"), *rows) == {}
    assert roles(("Column 2", "Column 3"), *(row[::-1] for row in rows)) == {}


def test_a_sales_region_is_no_country() -> None:
    rows = [("Nord", "Zone A", "017604069012"), ("Süd", "Zone B", "017604069013")]
    assert roles(("Region", "Zone", "Handy"), *rows) == {"dst": "Handy"}


def test_numbers_are_read_by_the_country_of_their_row() -> None:
    rows = [("Frankreich", "06 12 34 56 78", "1"), ("Österreich", "0664 1234567", "2")]
    assert roles(("Land", "Kontakt", "B"), *rows) == {"dst": "Kontakt", "region": "Land"}


def test_the_more_telling_name_is_the_reference() -> None:
    assert roles(("ID", "Auftragsnummer", "Kundennummer", "Handy"))["reference"] == "Kundennummer"


def test_what_has_a_role_may_be_a_merge_field_too() -> None:
    header = ("Handy", "Kundennr", "Text", "Land", "Zeitzone", "Sperrzeit von", "Sperrzeit bis", "Ort")
    found = guess_mapping(sheet_of(header), "DE")
    assert [key for key in found if key.startswith("field:")] == [
        "field:Kundennr", "field:Text", "field:Land", "field:Ort"
    ]  # fmt: skip


def test_the_reasons_of_a_mended_list_stay_unused() -> None:
    sheet = read_sheet("rest.csv", f"Handy;Name;{';'.join(REASON)}\n0176;Ada;x;y\n".encode())
    assert guess_mapping(sheet, "DE") == {"dst": "Handy", "field:Name": "Name"}
    known = Layout(("Handy", "Name"), {"dst": "Handy", "field:Name": "Name"}, "a.csv", AT)
    recalled = recall(sheet, [known], "DE")
    assert recalled
    assert (recalled.mapping, recalled.drift) == (known.mapping, ())


HEADER = ("Kundennr", "Vorname", "Mobil", "Ort", "Intern")
KNOWN = Layout(
    HEADER,
    {
        "dst": "Mobil", "reference": "Vorname", "field:Vorname": "Vorname", "field:Ort": "Ort",
        "field:Kundennr": "Kundennr",
    },
    "kunden.csv",
    AT,
)  # fmt: skip
CELLS = ("1", "Ada", "017604069012", "Kiel", "x")


def test_a_layout_met_before_is_mapped_as_then() -> None:
    other = Layout(HEADER, {"dst": "Ort"}, "old.csv", AT - timedelta(days=1))
    for header in (HEADER, HEADER[::-1]):
        recalled = recall(sheet_of(header, CELLS), [other, KNOWN, other], "DE")
        assert recalled
        assert (recalled.layout, recalled.mapping, recalled.drift) == (KNOWN, KNOWN.mapping, ())


def test_a_drift_is_told_and_new_columns_are_merge_fields() -> None:
    header = ("Kunden-Nr.", "Vorname", "PLZ", "Handy", "Ort", "Intern")
    recalled = recall(sheet_of(header, ("1", "Ada", "24103", "017604069012", "Kiel", "x")), [KNOWN], "DE")
    assert recalled
    assert recalled.drift == (("Kundennr", "Kunden-Nr."), ("Mobil", "Handy"))
    assert recalled.mapping == {
        "dst": "Handy",
        "reference": "Vorname",
        "field:Vorname": "Vorname",
        "field:Ort": "Ort",
        "field:Kundennr": "Kunden-Nr.",
        "field:PLZ": "PLZ",
    }


def test_a_renamed_column_is_found_where_it_stands() -> None:
    header = ("Kundennr", "Vorname", "Kontakt", "Stadt", "Intern")
    recalled = recall(sheet_of(header, CELLS), [KNOWN], "DE")
    assert recalled
    assert (recalled.mapping["dst"], recalled.mapping["field:Ort"]) == ("Kontakt", "Stadt")
    assert recalled.drift == (("Mobil", "Kontakt"), ("Ort", "Stadt"))


def test_a_column_that_nobody_wanted_stays_unused() -> None:
    recalled = recall(sheet_of((*HEADER, "Neu"), (*CELLS, "x")), [KNOWN], "DE")
    assert recalled
    assert "field:Intern" not in recalled.mapping
    assert recalled.mapping["field:Neu"] == "Neu"


@pytest.mark.parametrize(
    "header",
    [
        ("Nr", "Handy"),
        ("Kundennr", "Vorname", "X", "Ort", "Intern", "Neu"),
        ("Kundennr", "A", "Mobil", "B", "C", "D"),
    ],
)
def test_another_table_is_not_recalled(header: tuple[str, ...]) -> None:
    assert recall(sheet_of(header, tuple("abcdef"[: len(header)])), [KNOWN], "DE") is None


def test_a_table_without_names_is_not_recalled() -> None:
    known = Layout(("Column 1", "Column 2"), {"dst": "Column 1"}, "a.csv", AT)
    assert recall(sheet_of(known.header, ("Ada", "017604069012")), [known], "DE") is None

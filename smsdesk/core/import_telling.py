"""What is told of the rows of an import: why a row was not taken, and what to look at in one that was."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from smsdesk.core.folding import folded_name, folded_pattern
from smsdesk.core.numbering import INVALID
from smsdesk.core.problem import Level
from smsdesk.core.spans import Spans
from smsdesk.core.visible import hides

if TYPE_CHECKING:
    import polars as pl


class Became(IntEnum):
    """What became of a row; the names are those of the counts, but for a recipient already."""

    VALID = 0
    DOUBTFUL = 1
    INVALID = 2
    DUPLICATES = 3
    ELSEWHERE = 4
    DO_NOT_CONTACT = 5
    BLANK = 6

    @property
    def kind(self) -> str:
        """The count it belongs to."""
        return "duplicates" if self is Became.ELSEWHERE else self.name.lower()


_LEVELS = {
    Became.VALID: Level.NOTE,
    Became.DOUBTFUL: Level.WARNING,
    Became.INVALID: Level.ERROR,
    Became.DUPLICATES: Level.WARNING,
    Became.ELSEWHERE: Level.WARNING,
    Became.DO_NOT_CONTACT: Level.NOTE,
}
_LIGHT = frozenset({"blackout_past"})
"""What is only a note in a row that is taken; the rest is a warning."""
LONGEST_REFERENCE = 64
_TOTALS_SOUGHT = 20
"""Among how many rows below the last recipient sums are sought."""
_SUMS = (
    r"(?:gesamt|zwischen|end|teil)?summe|gesamt(?:zahl|ergebnis|anzahl|betrag)?|insgesamt|anzahl|mittelwert|"
    r"(?:grand |sub ?)?totals?|sum|count|average|sous tota(?:l|ux)|totaux|somme|nombre|moyenne|suma|totales|"
    r"cuenta|somma|totali|conteggio"
)
_ROWS = (
    r"(?:datensatze|zeilen|records?|rows?|lignes|filas|righe|registros|kunden|kontakte|contacts?|clients?)"
)
_MORE = rf"(?: [0-9 ]+| (?:of|von|der|de|des|del|di|general|generale|global|anzahl|{_ROWS})(?: .*)?)?"
_TOTALS = folded_pattern(rf"(?:{_SUMS}){_MORE}|{_ROWS} ?[0-9]*|[0-9 ]+ {_ROWS}")
"""How the first cell of such a row reads, folded."""
_SCHEMA = ("row", "line", "code", "level", "column", "value", "first", "first_value", "taken", "became")


@dataclass(frozen=True, slots=True)
class Telling:
    """The problems of rows that have been judged.

    ``rows``: row (from 1), line, value, digits, standing, code, lost (the unknown country's cell, or null;
    only where countries have a column), which (of ``spans``, or null), is_stopped (by its periods), taken,
    became.
    """

    rows: "pl.DataFrame"
    table: "pl.DataFrame"
    mapping: Mapping[str, str]
    spans: Spans
    codes: tuple[str, ...]

    def problems(self) -> "pl.DataFrame":
        """All of them, by row; what decided about a row goes first."""
        import polars as pl

        found = [self._deciding(), *self._others()]
        told = pl.concat([frame.select(_SCHEMA) for frame in found if frame.height] or [found[0]])
        return told if len(found) == 1 else told.sort("row", maintain_order=True)

    def _deciding(self) -> "pl.DataFrame":
        """Why each row was not taken, and the note about a number that was."""
        import polars as pl

        became = pl.col("became")
        told = self.rows.filter(
            (became != Became.BLANK) & ((became != Became.VALID) | pl.col("code").is_not_null())
        ).with_columns(pl.col("code").cast(pl.String))
        code = (
            pl.when(became == Became.DUPLICATES)
            .then(pl.lit("duplicate"))
            .when(became == Became.DO_NOT_CONTACT)
            .then(pl.lit("do_not_contact"))
        )
        if self.codes:
            elsewhere = pl.col("taken").replace_strict(dict(enumerate(self.codes)), default=None)
            code = code.when(became == Became.ELSEWHERE).then(elsewhere)
        levels = {int(kind): level.value for kind, level in _LEVELS.items()}
        told = told.join(self._firsts(told), on="row", how="left", maintain_order="left").select(
            "row",
            "line",
            *(["lost"] if "region" in self.mapping else []),
            "which",
            "standing",
            "is_stopped",
            "first",
            "first_value",
            "value",
            became=became,
            column=pl.lit(self.mapping.get("dst"), dtype=pl.String),
            code=code.otherwise(pl.col("code")),
            level=became.replace_strict(levels, return_dtype=pl.String),
            taken=pl.when(became == Became.ELSEWHERE).then("taken"),
        )
        for mend in (self._with_regions, self._with_spans, self._with_invisible, self._with_totals):
            told = mend(told)
        return told

    def _firsts(self, told: "pl.DataFrame") -> "pl.DataFrame":
        """Of each duplicate the row that is kept: its line and how the number is written there."""
        import polars as pl

        became = pl.col("became")
        twice = told.filter(became == Became.DUPLICATES).select("row", "digits")
        known = pl.col("digits").is_in(twice["digits"].unique().implode())
        firsts = self.rows.filter(known & became.is_in([Became.VALID, Became.DOUBTFUL]))
        firsts = firsts.select("digits", first=pl.col("line").cast(pl.Int64), first_value="value")
        return twice.join(firsts, on="digits", how="left").drop("digits")

    def _with_regions(self, told: "pl.DataFrame") -> "pl.DataFrame":
        """A number without a country code whose country is not known: that is what to mend."""
        import polars as pl

        if "region" not in self.mapping:
            return told
        lost = pl.col("lost").is_not_null() & (pl.col("code") == "number_no_country")
        return told.with_columns(
            code=pl.when(lost).then(pl.lit("region_unknown")).otherwise("code"),
            column=pl.when(lost).then(pl.lit(self.mapping["region"])).otherwise("column"),
            value=pl.when(lost).then("lost").otherwise("value"),
        )

    def _with_spans(self, told: "pl.DataFrame") -> "pl.DataFrame":
        """Rows with a fine number that are stopped by their own periods."""
        import polars as pl

        wrong = [
            (at, found.wrong.code, self.mapping[found.wrong.key], found.wrong.value)
            for at, found in enumerate(self.spans.found)
            if found.wrong
        ]
        if not wrong:
            return told
        schema = {"which": pl.UInt32, "s_code": pl.String, "s_column": pl.String, "s_value": pl.String}
        known = pl.DataFrame(wrong, schema=schema, orient="row")
        told = told.join(known, on="which", how="left", maintain_order="left")
        stopped = (pl.col("became") == Became.INVALID) & (pl.col("standing") != INVALID)
        return told.with_columns(
            pl.when(stopped).then(f"s_{name}").otherwise(name).alias(name)
            for name in ("code", "column", "value")
        )

    def _with_invisible(self, told: "pl.DataFrame") -> "pl.DataFrame":
        """Cells that look empty, but are not."""
        import polars as pl

        empty = (pl.col("code") == "number_empty") & (pl.col("value").str.strip_chars(" ") != "")
        cells = told.filter(empty)["value"].unique()
        hidden = [cell for cell in cells if hides(cell)]
        if not hidden:
            return told
        seen = empty & pl.col("value").is_in(pl.Series(hidden).implode())
        return told.with_columns(code=pl.when(seen).then(pl.lit("number_invisible")).otherwise("code"))

    def _with_totals(self, told: "pl.DataFrame") -> "pl.DataFrame":
        """Sums below the table, which are nobody's row."""
        import polars as pl

        usable = self.rows["standing"] != INVALID
        last = usable.arg_true().max() if usable.any() else -1
        below = range(int(str(last)) + 1, self.rows.height)[-_TOTALS_SOUGHT:]
        found = []
        for at in below:
            cells = zip(self.table.columns, self.table.row(at), strict=True)
            column, cell = next(((name, cell) for name, cell in cells if cell.strip()), ("", ""))
            if _TOTALS.fullmatch(folded_name(cell)):
                found.append((at + 1, column, cell))
        if not found:
            return told
        schema = {"row": pl.UInt32, "t_column": pl.String, "t_value": pl.String}
        sums = pl.DataFrame(found, schema=schema, orient="row")
        is_sum = pl.col("t_column").is_not_null()
        return told.join(sums, on="row", how="left", maintain_order="left").with_columns(
            code=pl.when(is_sum).then(pl.lit("totals_row")).otherwise("code"),
            level=pl.when(is_sum).then(pl.lit(Level.NOTE.value)).otherwise("level"),
            column=pl.coalesce("t_column", "column"),
            value=pl.coalesce("t_value", "value"),
        )

    def _others(self) -> "Iterator[pl.DataFrame]":
        """What is told of rows that are taken, beside their numbers."""
        import polars as pl

        rows = self.rows
        is_kept = pl.col("became").is_in([Became.VALID, Became.DOUBTFUL])
        if "region" in self.mapping:
            lost = rows.filter(is_kept & pl.col("lost").is_not_null()).with_columns(value="lost")
            yield self._light(lost, "region_unknown", "region")
        told = [(at, one) for at, found in enumerate(self.spans.found) for one in found.told]
        if told:
            schema = {"which": pl.UInt32, "code": pl.String, "column": pl.String, "value": pl.String}
            cells = [(at, one.code, self.mapping.get(one.key), one.value) for at, one in told]
            known = pl.DataFrame(cells, schema=schema, orient="row")
            kept = rows.filter(is_kept & pl.col("which").is_not_null())
            yield self._warned(kept.drop("code", "value").join(known, on="which", how="inner"))
        for key, code, is_odd in (
            ("text", "text_empty", ~pl.col("value").str.contains(r"\S")),
            ("reference", "reference_long", pl.col("value").str.len_bytes() > LONGEST_REFERENCE),
        ):
            if key in self.mapping:
                cells_of = self.table[self.mapping[key]].alias("value").to_frame()
                places = cells_of.select(is_odd.arg_true()).to_series()
                odd = rows[places].with_columns(value=cells_of["value"].gather(places)).filter(is_kept)
                if key == "reference":
                    odd = odd.filter(pl.col("value").str.strip_chars().str.len_chars() > LONGEST_REFERENCE)
                yield self._light(odd, code, key)

    def _light(self, rows: "pl.DataFrame", code: str, key: str) -> "pl.DataFrame":
        import polars as pl

        column = pl.lit(self.mapping[key], dtype=pl.String)
        return self._warned(rows.with_columns(code=pl.lit(code), column=column))

    @staticmethod
    def _warned(rows: "pl.DataFrame") -> "pl.DataFrame":
        import polars as pl

        light = pl.col("code").is_in(list(_LIGHT))
        return rows.with_columns(
            level=pl.when(light).then(pl.lit(Level.NOTE.value)).otherwise(pl.lit(Level.WARNING.value)),
            first=pl.lit(None, dtype=pl.Int64),
            first_value=pl.lit(None, dtype=pl.String),
            taken=pl.lit(None, dtype=pl.UInt32),
        )

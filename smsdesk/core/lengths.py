"""The parts of many texts at once, which are never put together: what a text costs follows from its pieces.

Each piece is measured once, for a million recipients by columns; only where a character of two units may
fall on the border of a part are borders looked for, for those texts alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add, or_
from typing import TYPE_CHECKING, TypeAlias

from smsdesk.core.characters import BASIC, EXTENSION, OUTSIDE, expected, one_of, rewritten, septets
from smsdesk.core.options import Options, check_options
from smsdesk.core.parts import ROOM, Encoding, cuts, line_of
from smsdesk.core.templates import Slot

if TYPE_CHECKING:
    import polars as pl

Many: TypeAlias = "int | pl.Series"
"""A number, or one for each recipient."""
_SPECIAL = f"[^{one_of(BASIC)}]"
_KNOWN = f"[{one_of(BASIC | EXTENSION)}]+"
_EXTENDED = f"[{one_of(EXTENSION)}]"
_PAIR = r"[\x{10000}-\x{10ffff}]"


@dataclass(frozen=True, slots=True)
class Reading:
    """How options read a text: its encoding, the rule for characters outside, the most parts."""

    encoding: Encoding = Encoding.STANDARD
    rule: str = "TO_UTF16"
    max_parts: int | None = None

    @property
    def rewrites(self) -> bool:
        """Whether characters outside are written otherwise, so that the encoding stays."""
        return self.encoding is Encoding.STANDARD and self.rule in ("REPLACE", "TRANSLITERATE")


def reading_of(options: Options) -> Reading:
    """The dearer way where an option is not set or is none; refused texts are counted so too."""
    if check_options(options):
        return Reading(Encoding.UTF16)
    rule = options.invalid_characters or "TO_UTF16"
    return Reading(Encoding(options.encoding or "STANDARD"), rule, options.max_parts)


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Of a piece or of whole texts: units in either encoding, and how many characters are of two units.

    ``outside``: whether a character is outside GSM 03.38; ``septets`` means something where none is, or
    where it is written otherwise.
    """

    septets: Many
    extended: Many
    codes: Many
    pairs: Many
    outside: "bool | pl.Series"

    def of(self, rows: "pl.Series") -> "Figures":
        """Those of some recipients."""
        numbers = (self.septets, self.extended, self.codes, self.pairs)
        septets, extended, codes, pairs = (n if isinstance(n, int) else n.gather(rows) for n in numbers)
        told = self.outside if isinstance(self.outside, bool) else self.outside.gather(rows)
        return Figures(septets, extended, codes, pairs, told)


def figures(piece: str, reading: Reading) -> Figures:
    """Of what is the same for everybody."""
    codes = len(line_of(piece, Encoding.UTF16))
    is_outside = septets(piece) is None
    shown = rewritten(piece, reading.rule)[0] if is_outside and reading.rewrites else piece
    line = septets(shown)
    units = codes if line is None else len(line)
    return Figures(units, units - len(shown), codes, codes - len(piece), is_outside)


def figures_column(cells: "pl.Series", reading: Reading) -> Figures:
    """Of each cell of a column; most cells have a character for each unit."""
    import polars as pl

    characters = cells.str.len_chars().cast(pl.Int32)
    rows = cells.str.contains(_SPECIAL).arg_true()
    if not len(rows):
        return Figures(characters, 0, characters, 0, outside=False)
    special = cells.gather(rows)
    others = special.str.contains(OUTSIDE).arg_true()
    if not len(others):
        extended = _scattered(len(cells), rows, special.str.count_matches(_EXTENDED))
        return Figures(characters + extended, extended, characters, 0, outside=False)
    is_outside = pl.repeat(value=False, n=len(cells), dtype=pl.Boolean, eager=True)
    pairs = _scattered(len(cells), rows.gather(others), special.gather(others).str.count_matches(_PAIR))
    shown = _rewritten(special, others, reading)
    extended = _scattered(len(cells), rows, shown.str.count_matches(_EXTENDED))
    written = characters if shown is special else characters.clone().scatter(rows, shown.str.len_chars())
    return Figures(
        written + extended,
        extended,
        characters + pairs,
        pairs,
        is_outside.scatter(rows.gather(others), True),
    )


def _scattered(height: int, rows: "pl.Series", values: "pl.Series") -> "pl.Series":
    """A column of zeros but for some rows."""
    import polars as pl

    return pl.zeros(height, dtype=pl.Int32, eager=True).scatter(rows, values)


def outside_of(cells: "pl.Series") -> tuple[str, ...]:
    """The distinct characters of cells that are outside GSM 03.38, in order."""
    others = cells.unique(maintain_order=True).str.replace_all(_KNOWN, "")
    return tuple(dict.fromkeys("".join(others.unique(maintain_order=True))))


def _rewritten(cells: "pl.Series", others: "pl.Series", reading: Reading) -> "pl.Series":
    """Cells as the phone shows them; ``others``: the places of those with characters outside."""
    if not reading.rewrites:
        return cells
    some = cells.gather(others)
    distinct = outside_of(some)
    new = [expected(one) if reading.rule == "TRANSLITERATE" else "?" for one in distinct]
    return cells.clone().scatter(others, some.str.replace_many(list(distinct), new))


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """Texts of many recipients in pieces: the cells of each slot, and the figures of those cells."""

    pieces: Sequence[str | Slot]
    cells: "Mapping[Slot, pl.Series]"
    known: Mapping[Slot, Figures]
    height: int


def measured(texts: Texts, reading: Reading) -> "pl.DataFrame":
    """Of each recipient's text: ``wide`` (it goes as UTF-16), ``outside``, ``units``, ``doubles``, ``parts``.

    ``doubles`` are characters of two units; ``outside``: whether a character is outside GSM 03.38.
    ``parts`` are all it takes, however few are allowed.
    """
    import polars as pl

    pieces, known = texts.pieces, texts.known
    each = [figures(piece, reading) if isinstance(piece, str) else known[piece] for piece in pieces]
    is_outside = _any([one.outside for one in each])
    septets, extended = _sum([one.septets for one in each]), _sum([one.extended for one in each])
    codes, pairs = _sum([one.codes for one in each]), _sum([one.pairs for one in each])
    if reading.encoding is Encoding.UTF16:
        wide, units, doubles = pl.lit(True), codes, pairs
    elif reading.rewrites or is_outside is False:
        wide, units, doubles = pl.lit(False), septets, extended
    else:
        wide = pl.lit(is_outside)
        units = pl.when(wide).then(codes).otherwise(septets)
        doubles = pl.when(wide).then(pairs).otherwise(extended)
    frame = pl.select(
        pl.int_range(texts.height, dtype=pl.UInt32).alias("row"),
        wide.alias("wide"),
        pl.lit(is_outside).alias("outside"),
        units.cast(pl.Int32).alias("units"),
        doubles.cast(pl.Int32).alias("doubles"),
    ).with_columns(least_parts().alias("parts"))
    unsure = frame.filter(pl.col("parts") != most_parts())
    for is_wide, encoding in ((False, Encoding.STANDARD), (True, Encoding.UTF16)):
        rows = unsure.filter(pl.col("wide") == is_wide)["row"]
        if len(rows):
            parts = frame["parts"].scatter(rows, _by_borders(rows, texts, encoding, reading))
            frame = frame.with_columns(parts)
    return frame


def _sum(numbers: Sequence[Many]) -> "pl.Expr":
    import polars as pl

    fixed = sum(number for number in numbers if isinstance(number, int))
    columns = [pl.lit(number) for number in numbers if not isinstance(number, int)]
    return reduce(add, columns, pl.lit(fixed, pl.Int32))


def _any(told: "Sequence[bool | pl.Series]") -> "bool | pl.Series":
    columns = [one for one in told if not isinstance(one, bool)]
    fixed = any(one for one in told if isinstance(one, bool))
    return fixed if fixed or not columns else reduce(or_, columns)


def _limits() -> "tuple[pl.Expr, pl.Expr]":
    """Units of a single SMS, and of each part of a longer text."""
    import polars as pl

    narrow, wide = ROOM[Encoding.STANDARD], ROOM[Encoding.UTF16]
    is_wide = pl.col("wide")
    single, room = (pl.when(is_wide).then(w).otherwise(n) for n, w in zip(narrow, wide, strict=True))
    return single, room


def least_parts(units: "pl.Expr | None" = None) -> "pl.Expr":
    """As if no border fell on a character of two units; ``units`` in place of the column's."""
    import polars as pl

    units = pl.col("units") if units is None else units
    single, room = _limits()
    return pl.when(units <= single).then(1).otherwise((units + room - 1) // room).cast(pl.Int32)


def most_parts(units: "pl.Expr | None" = None) -> "pl.Expr":
    """As if as many borders as can be did, each of which leaves a unit empty."""
    import polars as pl

    units = pl.col("units") if units is None else units
    single, room = _limits()
    lost = pl.min_horizontal((units + pl.col("doubles") + room - 1) // room, (units + room - 2) // (room - 1))
    return pl.when(units <= single).then(1).otherwise(lost).cast(pl.Int32)


def _by_borders(rows: "pl.Series", texts: Texts, encoding: Encoding, reading: Reading) -> "pl.Series":
    """The parts of some texts, all longer than one SMS: filled piece by piece, all texts at once."""
    import polars as pl

    filled = pl.DataFrame({"row": rows}).select("row", parts=pl.lit(1, pl.Int32), fill=pl.lit(0, pl.Int32))
    for piece in texts.pieces:
        found = figures(piece, reading) if isinstance(piece, str) else texts.known[piece].of(rows)
        narrow = encoding is Encoding.STANDARD
        units, doubles = (found.septets, found.extended) if narrow else (found.codes, found.pairs)
        filled = filled.with_columns(
            pl.lit("" if isinstance(piece, str) else texts.cells[piece].gather(rows)).alias("cell"),
            pl.lit(units, pl.Int32).alias("units"),
            pl.lit(doubles, pl.Int32).alias("doubles"),
        )
        filled = _with_piece(filled, piece if isinstance(piece, str) else None, encoding, reading)
    return filled["parts"]


def _with_piece(
    filled: "pl.DataFrame", text: str | None, encoding: Encoding, reading: Reading
) -> "pl.DataFrame":
    """Texts with one more piece: the same ``text`` for all, or each its cell."""
    import polars as pl

    room = ROOM[encoding][1]
    full = pl.col("fill") + pl.col("units")
    closed = pl.max_horizontal((full - 1) // room, 0)
    filled = filled.with_columns(closed.alias("closed"), (full - closed * room).alias("after"))
    # Most pieces end within the part or have no character of two units; the others are looked at.
    odd = filled.filter((pl.col("doubles") > 0) & (full > room)).select("cell", "fill").unique()
    if odd.height:
        fixed = None if text is None else _line(text, encoding, reading)
        found = [
            _poured(_line(cell, encoding, reading) if fixed is None else fixed, fill, encoding)
            for cell, fill in odd.iter_rows()
        ]
        told = odd.with_columns(
            pl.Series("exactly", [parts for parts, _ in found], pl.Int32),
            pl.Series("exact_fill", [fill for _, fill in found], pl.Int32),
        )
        filled = filled.join(told, on=["cell", "fill"], how="left", maintain_order="left")
        exact = (
            pl.coalesce("exactly", "closed").alias("closed"),
            pl.coalesce("exact_fill", "after").alias("after"),
        )
        filled = filled.with_columns(*exact)
    return filled.select("row", parts=pl.col("parts") + pl.col("closed"), fill="after")


def _line(text: str, encoding: Encoding, reading: Reading) -> bytes:
    return line_of(rewritten(text, reading.rule)[0] if reading.rewrites else text, encoding)


def _poured(line: bytes, fill: int, encoding: Encoding) -> tuple[int, int]:
    """A line put into a part that has ``fill`` units already: how many parts it closes, and the new fill."""
    ends = cuts(line, encoding, ROOM[encoding][1], filled=fill)
    return len(ends), len(line) - ends[-1] if ends else fill + len(line)

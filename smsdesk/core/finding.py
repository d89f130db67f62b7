"""Which rows of a list, and in what order: found and sorted in columns, a million in a moment.

Nothing here is made row by row, and what takes long lets other threads run meanwhile.
"""

import re
import string
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, overload

from smsdesk.core.columns import column_of, numbers, numbers_at, well_formed
from smsdesk.core.recipients import Recipients

if TYPE_CHECKING:
    import polars as pl

_CHUNK = 65536
_MOST_SPELLINGS = 256
_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class Places(Sequence[int]):
    """Rows of a list (from 0) in four bytes each; read only."""

    __slots__ = ("series",)

    def __init__(self, series: "pl.Series") -> None:
        self.series = series

    def __len__(self) -> int:
        return len(self.series)

    @overload
    def __getitem__(self, index: int) -> int: ...

    @overload
    def __getitem__(self, index: slice) -> "Places": ...

    def __getitem__(self, index: int | slice) -> "int | Places":
        if isinstance(index, slice):
            return Places(self.series[index])
        return int(self.series[index])

    def __iter__(self) -> Iterator[int]:
        for start in range(0, len(self.series), _CHUNK):
            yield from self.series.slice(start, _CHUNK).to_list()

    def __contains__(self, row: object) -> bool:
        return isinstance(row, int) and row >= 0 and bool((self.series == row).any())

    def index(self, value: int, start: int = 0, stop: int | None = None) -> int:
        """Where a row stands. Raises ValueError."""
        part = self.series.slice(start, None if stop is None else stop - start)
        found = part.index_of(value) if value in self else None
        if found is None:
            raise ValueError(value)
        return start + found

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Places):
            return self.series.equals(other.series)
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as a list

    def __repr__(self) -> str:
        return f"{len(self)} places"


def _frame(rows: Recipients) -> "pl.DataFrame":
    """The columns of a list by ``dst``, ``reference`` and ``field:<name>``."""
    import polars as pl

    columns = {"dst": rows.dst, "reference": rows.reference}
    columns |= {f"field:{name}": column for name, column in rows.fields.items()}
    return pl.DataFrame([column_of(column).series.alias(name) for name, column in columns.items()])


def found_places(rows: Recipients, words: str) -> Places:
    """The rows with ``words`` in a cell, in any case, or with its digits in their number.

    Digits are those of any script, however grouped; a country code needs no plus, a national number no 0.
    """
    import polars as pl

    words = " ".join(words.split())
    if not words:
        return Places(numbers(range(len(rows))))
    digits = _digits(words)
    number = pl.col("dst").str.contains(digits, literal=True) if digits else pl.lit(value=False)
    found = pl.any_horizontal(_has(words), number)
    # The streaming engine uses every core.
    frame = _frame(rows).lazy().select(found=found).collect(engine="streaming")
    return Places(frame["found"].arg_true().cast(pl.UInt32))


def _has(words: str) -> "pl.Expr":
    import polars as pl

    words = well_formed(words)
    if not any(c.isalpha() for c in words):
        return pl.all().str.contains(words, literal=True)
    return pl.all().str.contains_any(_spellings(words), ascii_case_insensitive=True)


def _digits(words: str) -> str:
    """The digits of what may be a number or a part of one, without what stands for its country."""
    plain = "".join(str(unicodedata.decimal(c, c)) for c in unicodedata.normalize("NFKC", words))
    if not re.fullmatch(r"[0-9+()/.\-\s]*", plain):
        return ""
    return re.sub(r"[^0-9]", "", plain.replace("(0)", "")).lstrip("0")


def _spellings(words: str) -> list[str]:
    """All that reads the same without case, as far as ASCII letters alone do not tell."""
    folded = {unicodedata.normalize(form, words) for form in ("NFC", "NFD")} | {words}
    out: dict[str, None] = {}
    for text in folded:
        letters = re.findall("ss|.", text.casefold(), re.DOTALL)
        ways = [_ways(letter) for letter in letters]
        many = 1
        for at, way in enumerate(ways):
            many *= len(way)
            if many > _MOST_SPELLINGS:
                ways[at:] = [(letter,) for letter in letters[at:]]
                break
        every = [*map("".join, product(*ways)), text, text.lower(), text.upper(), text.title()]
        out |= dict.fromkeys(each.translate(_ASCII_LOWER) for each in every)
    return list(out)


def _ways(letter: str) -> tuple[str, ...]:
    if letter.isascii() and letter != "ss":
        return (letter,)
    return (letter, *_by_case().get(letter, ()))


@cache
def _by_case() -> dict[str, list[str]]:
    """The characters beyond ASCII that are one letter (or two) without case."""
    out: dict[str, list[str]] = {}
    for c in map(chr, range(0x80, 0x1F000)):
        if c.casefold() != c:
            out.setdefault(c.casefold(), []).append(c)
    return out


def ordered_places(
    rows: Recipients,
    column: str,
    descending: bool,  # noqa: FBT001 (the switch of a column's head)
    region: str = "",
    needed: Sequence[str] = (),
) -> Places:
    """All rows in the order of a column; rows alike stay in the order of the list, empty cells come last.

    ``column``: ``dst``, ``reference``, ``field:<name>`` (words without case and accents, the first number
    in them by its value), ``blackouts`` (by the start of the first own period), ``state`` (ready first;
    ``region`` and the fields ``needed`` by the text tell it), ``row``.
    """
    import polars as pl

    if column == "row":
        key = numbers(range(len(rows)))
    elif column == "state":
        key = _state_key(rows, region, needed)
    elif column == "blackouts":
        key = _period_key(rows)
    elif column == "dst":
        key = column_of(rows.dst).series
    else:
        cells = rows.reference if column == "reference" else rows.fields[column.removeprefix("field:")]
        key = _word_key(column_of(cells).series)
    order = pl.arg_sort_by("key", descending=descending, nulls_last=True, maintain_order=True)
    return Places(pl.DataFrame({"key": key}).select(order).to_series().cast(pl.UInt32))


def _word_key(cells: "pl.Series") -> "pl.Series":
    """The rank of each cell, null where it is empty; each distinct cell is looked at once."""
    import polars as pl

    cell, text = pl.col("cell"), pl.col("text")
    plain = text.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.replace_all("ß", "ss", literal=True)
    ranks = (
        pl.LazyFrame({"cell": cells.unique()})
        .with_columns(text=cell.str.strip_chars().str.to_lowercase())
        .filter(text != "")
        .with_columns(text=pl.when(text.str.contains(r"[^\x00-\x7F]")).then(plain).otherwise(text))
        .with_columns(
            head=text.str.replace(r"(?s)[0-9].*$", ""),
            number=text.str.extract(r"([0-9]+)").cast(pl.UInt64, strict=False),
        )
        .sort("head", "number", "text", "cell")
        .with_row_index("rank")
        .select("cell", "rank")
    )
    table = pl.LazyFrame({"cell": cells}).join(ranks, on="cell", how="left", maintain_order="left")
    return table.collect()["rank"]


def _period_key(rows: Recipients) -> "pl.Series":
    import polars as pl

    own = {row: periods for row, periods in rows.blackouts.items() if periods}
    firsts = {periods: min(period.start for period in periods) for periods in set(own.values())}
    ranks = {start: rank for rank, start in enumerate(sorted(set(firsts.values())), 1)}
    found = numbers_at(len(rows), list(own), [ranks[firsts[periods]] for periods in own.values()])
    return pl.select(pl.when(found > 0).then(found)).to_series()


def _state_key(rows: Recipients, region: str, needed: Sequence[str]) -> "pl.Series":
    from smsdesk.core.standing import states

    return states(rows, needed, region).series

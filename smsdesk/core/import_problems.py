"""What is wrong with rows of a sheet: a million problems in columns, each made when it is asked for."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from smsdesk.core.errors import Value
from smsdesk.core.import_telling import Became
from smsdesk.core.problem import Level, Problem, Where

if TYPE_CHECKING:
    import polars as pl

_WEIGHT = {level.value: weight for weight, level in enumerate(Level)}
_ODD = r"[^ -~\p{L}\p{N}\p{P}]|^ +$"
"""Cells which may hold something that does not show."""
Words = Callable[[str], tuple[str, str]]
"""The sentence and the hint of a code, with the values of ``OPEN`` left open as ``{first}``."""


def as_it_is(text: str) -> str:
    """For cells which nobody looks at."""
    return text


@dataclass(frozen=True, slots=True)
class Problems(Sequence[Problem]):
    """What is wrong with rows of a sheet, in their order; each is made when it is asked for.

    ``frame``: row (from 1), line, code, level, column, value; for a number met before first (the line of the
    row that is kept) and first_value (its spelling), or taken (from 0, which of ``taken`` has it: the values
    that tell where); became (a :class:`smsdesk.core.import_telling.Became`).
    """

    frame: "pl.DataFrame"
    sheet: str | None
    taken: tuple[Mapping[str, Value], ...] = ()

    def __len__(self) -> int:
        return self.frame.height

    @overload
    def __getitem__(self, index: int) -> Problem: ...

    @overload
    def __getitem__(self, index: slice) -> "Problems": ...

    def __getitem__(self, index: int | slice) -> "Problem | Problems":
        if isinstance(index, slice):
            return Problems(self.frame[index], self.sheet, self.taken)
        return self._problem(*self.frame.row(index))

    def __iter__(self) -> Iterator[Problem]:
        return (self._problem(*row) for row in self.frame.iter_rows())

    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Each code and how many problems have it: the most serious first, then the most frequent."""
        counted = self.frame.group_by("code", "level").len().rows()
        found = sorted(counted, key=lambda found: (_WEIGHT[found[1]], -found[2], found[0]))
        totals: dict[str, int] = {}
        for code, _, count in found:
            totals[code] = totals.get(code, 0) + count
        return tuple(totals.items())

    def kinds(self) -> tuple[tuple[str, int, str], ...]:
        """Each code, how many rows it decided about or is told of, and what became of those (as a count)."""
        counted = (
            self.frame.group_by("code", "became")
            .len()
            .sort("became", "len", "code", descending=[False, True, False])
        )
        totals: dict[tuple[str, str], int] = {}
        for code, became, count in counted.iter_rows():
            key = code, Became(became).kind
            totals[key] = totals.get(key, 0) + count
        return tuple((code, count, kind) for (code, kind), count in totals.items())

    def of_kind(self, kind: str) -> "Problems":
        """The problems of rows that a count of :class:`smsdesk.core.importing.Counts` holds."""
        import polars as pl

        return self.where(pl.col("became").is_in([int(became) for became in Became if became.kind == kind]))

    def of(self, code: str) -> "Problems":
        """The problems of one code."""
        import polars as pl

        return self.where(pl.col("code") == code)

    def among(self, codes: Collection[str], level: Level | None = None) -> "Problems":
        """The problems of some codes, at one level where it is given."""
        import polars as pl

        chosen = pl.col("code").is_in([*codes])
        return self.where(chosen if level is None else chosen & (pl.col("level") == level.value))

    def ordered(self, by: str, *, descending: bool = False) -> "Problems":
        """By ``line``, ``column`` or ``value``; what is equal stays in the order of the rows."""
        frame = self.frame.sort(by, descending=descending, maintain_order=True)
        return Problems(frame, self.sheet, self.taken)

    def where(self, holds: "pl.Expr") -> "Problems":
        """Those of which something holds, said by the columns of ``frame``."""
        return Problems(self.frame.filter(holds), self.sheet, self.taken)

    def told(self, words: Words, named: Callable[[str], str] = as_it_is) -> "pl.DataFrame":
        """The frame with ``problem`` and ``hint`` in words; ``named`` shows a cell within a sentence."""
        import polars as pl

        kinds = self.frame.select("code", "taken").unique()
        pairs = [(code, taken, *self._pair(code, taken, words)) for code, taken in kinds.iter_rows()]
        schema = {"code": pl.String, "taken": pl.UInt32, "problem": pl.String, "hint": pl.String}
        sentences = pl.DataFrame(pairs, schema=schema, orient="row")
        told = self.frame.join(
            sentences, on=["code", "taken"], how="left", nulls_equal=True, maintain_order="left"
        )
        for key in ("first", "first_value", "value"):
            told = _filled(told, key, named)
        return told

    def json_lines(self, words: Words, named: Callable[[str], str] = as_it_is) -> bytes:
        """One JSON object a problem and line, as :meth:`told`; ``shown``: a value with what does not show."""
        import polars as pl

        sheet = pl.lit(self.sheet, dtype=pl.String).alias("sheet")
        told = _shown(self.told(words, named), named)
        columns = ("row", "line", sheet, "column", "value", "shown", "level", "problem", "hint")
        return told.select(*columns).write_ndjson().encode()

    def _pair(self, code: str, taken: int | None, words: Words) -> tuple[str, str]:
        sentence, hint = words(code)
        values = self.taken[taken] if taken is not None else {}

        def filled(text: str) -> str:
            return re.sub(r"\{(\w+)\}", lambda mark: str(values.get(mark[1], mark[0])), text)

        return filled(sentence), filled(hint)

    def _problem(
        self,
        row: int,
        line: int,
        code: str,
        level: str,
        column: str | None,
        value: str,
        first: int | None,
        first_value: str | None,
        taken: int | None,
        _became: int,
    ) -> Problem:
        where = Where(row=row, line=line, sheet=self.sheet, column=column, value=value)
        values: dict[str, Value] = dict(self.taken[taken]) if taken is not None else {}
        if first is not None:
            values = {"first": first, "first_value": first_value or ""}
        return Problem(Level(level), code, where, values)


def _shown(told: "pl.DataFrame", named: Callable[[str], str]) -> "pl.DataFrame":
    """With ``shown``: values as they are named, where that differs; null for the others."""
    import polars as pl

    odd = pl.col("value").str.contains(_ODD)
    at = told.select(odd.arg_true()).to_series()
    pairs = [(value, named(value)) for value in told["value"][at]]
    names = pl.Series([name if name != value else None for value, name in pairs], dtype=pl.String)
    nothing = pl.repeat(None, told.height, dtype=pl.String, eager=True)
    return told.with_columns(shown=nothing.scatter(at, names) if len(at) else nothing)


def _filled(told: "pl.DataFrame", key: str, named: Callable[[str], str]) -> "pl.DataFrame":
    """The sentences with one value in its place, where they have one for it."""
    import polars as pl

    mark, sentences = f"{{{key}}}", ("problem", "hint")
    marked = pl.any_horizontal(pl.col(name).str.contains(mark, literal=True) for name in sentences)
    at = told.select(marked.fill_null(value=False).arg_true()).to_series()
    if at.is_empty():
        return told
    rows = told[at].with_columns(shown_value=pl.col(key).cast(pl.String).fill_null(""))
    odd = rows.filter(pl.col("shown_value").str.contains(_ODD))["shown_value"].unique()
    if len(odd):
        names = pl.Series([named(value) for value in odd], dtype=pl.String)
        rows = rows.with_columns(pl.col("shown_value").replace(odd, names))
    filled = rows.select(
        pl.col(name).str.replace_all(mark, pl.col("shown_value"), literal=True) for name in sentences
    )
    return told.with_columns(told[name].scatter(at, filled[name]) for name in sentences)

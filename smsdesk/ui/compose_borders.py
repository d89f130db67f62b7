"""Where the parts of one recipient's SMS begin in the text as it is written."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

from smsdesk.core.characters import becomes, outside
from smsdesk.core.parts import Parts
from smsdesk.core.templates import Piece, filled_pieces
from smsdesk.ui.compose_marks import Places

_MOST = 20_000
"""Nobody looks for borders in a longer text, and none of that length is sent."""


def borders(
    text: str, fields: Mapping[str, str] | None, parts: Parts, rule: str
) -> tuple[tuple[int, int], ...]:
    """Of each part but the first the place in the text (as Qt counts) and its number.

    ``fields`` is None for a literal text. A border within a merge field's value is in the middle of the
    field. The borders are exact for the recipient with these fields, and for nobody else.
    """
    if parts.parts < 2 or len(text) > _MOST:
        return ()
    begins = [*accumulate(map(len, parts.texts))][:-1]
    pieces = [Piece("text", 0, len(text), text)] if fields is None else filled_pieces(text, fields)
    places = Places(text)
    indices = _indices(pieces, begins, rule if parts.replaced else "")
    return tuple((places[index], number) for number, index in enumerate(indices, 2))


def _indices(pieces: Iterable[Piece], begins: list[int], rule: str) -> Iterator[int]:
    """Of each place in what the phone shows the place in the text."""
    waiting, shown = [*begins], 0
    for piece in pieces:
        ends = [*accumulate((_length(character, rule) for character in piece.shown), initial=shown)]
        while waiting and waiting[0] < ends[-1]:
            begin = waiting.pop(0)
            whole = piece.kind != "text"
            inside = sum(end <= begin for end in ends) - 1
            yield (piece.start + piece.end) // 2 if whole else piece.start + inside
        shown = ends[-1]


def _length(character: str, rule: str) -> int:
    """How many characters the phone shows for one."""
    return len(becomes(character, rule) or "") if rule and outside(character) else 1

"""Bytes as UTF-8, whatever they were written in; recoded piece by piece, for a table may be large."""

import codecs
import io

from smsdesk.core.errors import FileError

SAMPLE = 4096
_PIECE = 1 << 20
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_MAGIC = (
    b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\x7fELF", b"MZ\x90", b"Rar!", b"7z\xbc\xaf",
    b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"SQLite format 3\0",
)  # fmt: skip
_CONTROLS = bytes(range(9)) + bytes(range(14, 26)) + bytes(range(28, 32))
"""Bytes that no text has, or hardly ever: not tab, line ends, form feed, end of file and escape."""


def recoded(name: str, content: bytes, encoding: str | None) -> tuple[bytes, str]:
    """The text in UTF-8 without a byte-order mark, and the encoding that it was in.

    Raises FileError with the reason ``encoding`` where it is not in that encoding, ``binary`` for no text.
    """
    if content.startswith(_MAGIC):
        raise FileError(name=name, reason="binary")
    for likely in (encoding,) if encoding else _likely(content):
        try:
            text = _recoded(content, likely)
        except (LookupError, ValueError):
            continue
        if _is_binary(text, likely):
            raise FileError(name=name, reason="binary")
        return text, likely
    raise FileError(name=name, reason="encoding")


def _likely(content: bytes) -> tuple[str, ...]:
    """By byte-order mark, by the nulls of UTF-16, by strict UTF-8; else Windows-1252.

    Bytes that Windows-1252 leaves free are letters in Windows-1250, or else in the code page of DOS.
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return (encoding,)
    sample = content[:SAMPLE]
    half = max(1, len(sample) // 2)
    if sample[1::2].count(0) > 0.6 * half > 2 * sample[0::2].count(0):
        return ("utf-16-le",)
    if sample[0::2].count(0) > 0.6 * half > 2 * sample[1::2].count(0):
        return ("utf-16-be",)
    return "utf-8", "cp1252", "cp1250", "cp850"


def _recoded(content: bytes, encoding: str) -> bytes:
    decoder, out = codecs.getincrementaldecoder(encoding)(), io.BytesIO()
    is_utf8 = codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")
    for start in range(0, len(content), _PIECE):
        piece = decoder.decode(content[start : start + _PIECE], start + _PIECE >= len(content))
        if not is_utf8:
            out.write(piece.encode())
    text = content if is_utf8 else out.getvalue()
    return text.removeprefix(codecs.BOM_UTF8)


def _is_binary(text: bytes, encoding: str) -> bool:
    """Most of its beginning is control characters, or some of it where any byte at all would be a letter.

    Nulls may be many: some programs fill up cells of a fixed width with them.
    """
    text = text[:_PIECE]
    nulls, controls = text.count(0), len(text) - len(text.translate(None, _CONTROLS))
    if encoding.startswith("utf"):
        return controls > len(text) // 2
    return nulls > len(text) // 4 or controls - nulls > len(text) // 50

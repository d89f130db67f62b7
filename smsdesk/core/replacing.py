"""Characters of a text and its columns replaced by their GSM forms."""

from collections.abc import Sequence

from smsdesk.core.campaign import Message
from smsdesk.core.characters import gsm_form_column
from smsdesk.core.columns import column_of
from smsdesk.core.recipients import Recipients, Written
from smsdesk.core.standing import plain_name
from smsdesk.core.templates import fields_of

EVERYWHERE = "*"
"""The text and every column that it uses."""


def columns_of(message: Message, source: str) -> tuple[str, ...]:
    """The columns that a replacement in ``source`` is about: a column, "" for the text, "*" for all."""
    if source not in ("", EVERYWHERE):
        return (source,)
    if not source or message.literal:
        return ()
    used = {plain_name(name) for name in fields_of(message.text)}
    return tuple(name for name in message.recipients.fields if plain_name(name) in used)


def replaced_cells(rows: Recipients, columns: Sequence[str]) -> tuple[Written, ...]:
    """The cells of columns that have characters with a GSM form, in that form."""
    out = []
    for name in columns:
        cells = column_of(rows.fields[name]).series
        forms = gsm_form_column(cells)
        at = (forms != cells).arg_true()
        if len(at):
            out.append(
                Written(f"field:{name}", dict(zip(at.to_list(), forms.gather(at).to_list(), strict=True)))
            )
    return tuple(out)

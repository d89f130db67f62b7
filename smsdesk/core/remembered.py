"""What the composer remembers beside campaigns: templates, options of accounts, how drafts were left."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NewType

from smsdesk.core.campaign import Message
from smsdesk.core.options import Options

TemplateId = NewType("TemplateId", int)
OptionSetId = NewType("OptionSetId", int)


@dataclass(frozen=True, slots=True)
class Template:
    """A text that was put away under a name, with merge fields (``fields``: each once, in order).

    ``options`` are those of the campaign it came from, None where they were not wanted.
    """

    id: TemplateId
    name: str
    text: str
    options: Options | None
    fields: tuple[str, ...]
    used_at: datetime


@dataclass(frozen=True, slots=True)
class OptionSet:
    """Options of an account under a name; new campaigns of the account begin with those of ``default``."""

    id: OptionSetId
    account: str
    name: str
    options: Options
    default: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """How a draft was left: the tab, the message (from 0), its cursor and the other end of the selection.

    ``row`` (from 0) is the recipient in sight, ``scroll`` how far the tab is scrolled.
    """

    tab: str = ""
    message: int = 0
    cursor: int = 0
    anchor: int = 0
    row: int = 0
    scroll: int = 0


def lasting_options(options: Options) -> Options:
    """What of some options holds for other campaigns too: neither the start nor blackout periods."""
    return replace(options, start_at=None, blackouts=())


def as_template(message: Message) -> str:
    """The text of a message in the form of templates: braces of a literal text stay braces."""
    return message.text.replace("{", "{{").replace("}", "}}") if message.literal else message.text

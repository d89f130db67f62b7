"""Names that people give to what they put away."""

import re

_HIDDEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Signs of control and of direction, and halves of characters."""


def tidy_name(name: str) -> str:
    """On one line, without what would hide or turn other words of a sentence."""
    return " ".join(_HIDDEN.sub("", name).split())

"""Phone numbers with their middle hidden: the country and the last two digits stay.

For a screen that others see, and for whatever leaves the program as a log or details of an error.
"""

import re

from smsdesk.core.numbers import dialled_code

DOT = "\N{BULLET}"
_APART = r"[ \N{NO-BREAK SPACE}()/.-]{0,2}"
_NUMBER = re.compile(
    rf"(?:\+|(?<![\w.,+-])00)[1-9](?:{_APART}[0-9]){{5,16}}\w*"
    rf"|(?<![\w.,+-])0[1-9](?:[ \N{{NO-BREAK SPACE}}()/-]{{0,2}}[0-9]){{5,13}}\w*"
    r"|(?<![\w.,+-])0[1-9](?:\.?[0-9]){8,13}(?![\w-])"
    r"|(?:(?<![\w.,+-])|\()[2-9][0-9]{2}(?:\) ?|[ .-])[0-9]{3}[ .-][0-9]{4}(?![\w-])"
    r"|(?<![\w.,+-])[1-9][0-9]{9,14}(?![\w-])"
)
"""With its country code; as one dials it at home, with points more digits than a date has, or as in North
America; or as bare digits, as many as only a number has.

Letters behind belong to it: a number with an O in place of a zero is a number to whoever reads it."""
_DIGIT = re.compile("[0-9]")


def masked_number(number: str) -> str:
    """A phone number, however it is written, and even where it is none: +49 ••• •••• 04."""
    digits = "".join(_DIGIT.findall(number))
    hidden = f"{DOT * 3} {DOT * 4} {digits[-2:]}" if len(digits) > 4 else DOT * len(digits)
    code = dialled_code(number)
    return f"+{code} {hidden}" if code else hidden


def masked(words: str) -> str:
    """Words in which each phone number is masked; what was masked already stays as it is."""
    return _NUMBER.sub(lambda found: masked_number(found[0]), words)

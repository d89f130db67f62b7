"""Whose range a number comes from. Source: the carriers of phonenumbers.

The range says who gave the number out; its owner may have taken it to another network since.
"""


def network_of(e164: str) -> str:
    """The name of the network that gave a number out; "" where none is known."""
    from phonenumbers import NumberParseException, parse
    from phonenumbers.carrier import name_for_number

    try:
        return name_for_number(parse(e164), "en")
    except NumberParseException:
        return ""

"""What differs between two answers of the service, for people: by recipient where they are recipients."""

import difflib
import json
from typing import Any

_ID = "smsId"
_AROUND = 2


def difference(older: bytes, newer: bytes) -> str:
    """Lines with ``-`` were there before, lines with ``+`` are new; empty where both say the same.

    The order of keys and of recipients does not count. What is no JSON is compared line by line.
    """
    before, after = _read(older), _read(newer)
    if _is_recipients(before) and _is_recipients(after):
        return "\n".join(_by_recipient(before, after))
    lines = difflib.unified_diff(_lines(before), _lines(after), n=_AROUND, lineterm="")
    return "\n".join([*lines][2:])


def _read(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except ValueError:
        return answer.decode(errors="replace")


def _is_recipients(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) and _ID in one for one in value)


def _by_recipient(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[str]:
    old, new = ({str(one[_ID]): one for one in some} for some in (before, after))
    lines: list[str] = []
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key, {}), new.get(key, {})
        names = [name for name in dict.fromkeys((*was, *now)) if was.get(name) != now.get(name)]
        if names:
            lines.append(f"  {key}  {now.get('dst', was.get('dst', ''))}")
            lines += [f"- {name}: {_plain(was[name])}" for name in names if name in was]
            lines += [f"+ {name}: {_plain(now[name])}" for name in names if name in now]
    return lines


def _lines(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.splitlines()
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False).splitlines()


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

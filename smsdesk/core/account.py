"""An account (profile): where the service is and who one is there. Never the password."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from smsdesk.core.errors import AddressError

TRY_OUT = "Try-out"
"""The account on the embedded sandbox."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Account:
    """``send_url`` takes jobs; each of ``report_urls`` (one or more) is asked for reports.

    ``budget`` is the number of requests allowed in 10 seconds. ``sandbox`` marks an account on the
    embedded sandbox everywhere.
    """

    name: str
    send_url: str
    report_urls: tuple[str, ...]
    user: str
    sandbox: bool = False
    budget: int = 20


def checked_url(text: str) -> str:
    """A base URL without a slash at its end. Raises AddressError (values ``url``, ``reason``).

    HTTPS only, HTTP to loopback alone; no user or password inside, no query, no fragment.
    """
    try:
        parts = urlsplit(text.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise AddressError(url="", reason="malformed") from None
    shown = f"{parts.scheme}://{host or ''}"
    if parts.scheme not in ("http", "https") or not host:
        raise AddressError(url=shown, reason="malformed")
    if parts.username or parts.password:
        raise AddressError(url=shown, reason="credentials_inside")
    if parts.query or parts.fragment:
        raise AddressError(url=shown, reason="query_inside")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise AddressError(url=shown, reason="not_encrypted")
    return text.strip().rstrip("/")

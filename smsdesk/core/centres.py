"""How data centres are called: by what tells their addresses apart."""

from collections.abc import Sequence
from urllib.parse import urlsplit


def centre_names(urls: Sequence[str]) -> dict[str, str]:
    """A short name for each address: the labels of the host that not all of them have, else host and port."""
    hosts = {url: (urlsplit(url).hostname or "").split(".") for url in urls}
    common = set.intersection(*map(set, hosts.values())) if hosts else set()
    short = {url: ".".join(label for label in labels if label not in common) for url, labels in hosts.items()}
    apart = len({*short.values()}) == len(short) and all(short.values())
    return short if apart else {url: urlsplit(url).netloc for url in urls}

"""Accounts and shipped files: the small rules."""

import pytest

from smsdesk.core.account import checked_url
from smsdesk.core.campaign import LeftOut
from smsdesk.core.errors import AddressError
from smsdesk.core.shipped import shipped


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://sms.example/rest/v1", "https://sms.example/rest/v1"),
        (" https://sms.example:8443/rest/v1// ", "https://sms.example:8443/rest/v1"),
        ("http://127.0.0.1:8080/rest/v1", "http://127.0.0.1:8080/rest/v1"),
        ("http://localhost/", "http://localhost"),
        ("http://[::1]:9/rest/v1", "http://[::1]:9/rest/v1"),
    ],
)
def test_addresses(text: str, url: str) -> None:
    assert checked_url(text) == url


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "malformed"),
        ("sms.example/rest/v1", "malformed"),
        ("ftp://sms.example", "malformed"),
        ("https://", "malformed"),
        ("https://sms.example:port/", "malformed"),
        ("https://[::1/", "malformed"),
        ("http://sms.example/rest/v1", "not_encrypted"),
        ("http://127.0.0.1.example/", "not_encrypted"),
        ("https://me:hush@sms.example/", "credentials_inside"),
        ("https://me@sms.example/", "credentials_inside"),
        ("https://sms.example/?a=1", "query_inside"),
        ("https://sms.example/#a", "query_inside"),
    ],
)
def test_no_addresses(text: str, reason: str) -> None:
    with pytest.raises(AddressError) as told:
        checked_url(text)
    assert told.value.values["reason"] == reason
    assert "hush" not in f"{told.value} {told.value!r}"


def test_shipped_files() -> None:
    assert shipped("samples", "customers.csv").is_file()
    with pytest.raises(FileNotFoundError, match="samples/nothing"):
        shipped("samples", "nothing")


def test_what_two_imports_left_out_adds_up() -> None:
    assert LeftOut(1, 2, 3, 4, 5) + LeftOut(10, 20, 30, 40, 50) == LeftOut(11, 22, 33, 44, 55)

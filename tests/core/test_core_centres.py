"""What data centres are called."""

from smsdesk.core.centres import centre_names

ONE, TWO = "https://sms4a.de1.example.com/rest/v1", "https://sms4a.de2.example.com/rest/v1"


def test_what_tells_hosts_apart_names_them() -> None:
    assert centre_names((ONE, TWO)) == {ONE: "de1", TWO: "de2"}


def test_one_alone_and_ports_of_one_host_are_called_by_host_and_port() -> None:
    assert centre_names((ONE,)) == {ONE: "sms4a.de1.example.com"}
    urls = ("http://127.0.0.1:8001/rest/v1", "http://127.0.0.1:8002/rest/v1")
    assert [*centre_names(urls).values()] == ["127.0.0.1:8001", "127.0.0.1:8002"]
    assert centre_names(()) == {}

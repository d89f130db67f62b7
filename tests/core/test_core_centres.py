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


def test_a_name_is_never_empty_nor_that_of_two() -> None:
    both = ("https://de1.a.example.com/v1", "https://de2.b.example.com/v1")
    assert [*centre_names(both).values()] == ["de1.a", "de2.b"]
    above = ("https://example.com/v1", "https://de1.example.com/v1")
    assert [*centre_names(above).values()] == ["example.com", "de1.example.com"]
    ports = ("https://de1.example.com:1/v1", "https://de1.example.com:2/v1", "https://de2.example.com/v1")
    assert [*centre_names(ports).values()] == ["de1.example.com:1", "de1.example.com:2", "de2.example.com"]

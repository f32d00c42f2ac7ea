"""Who asks, and by which address: what a connection says, and what only a trusted proxy may say."""

from __future__ import annotations

import ipaddress

import pytest

from tongzhou.server.addresses import client_of, is_trusted, root_of

PROXIES = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # anybody may write the header
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the client invented the first
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "198.51.100.1, not an address", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, unknown, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "198.51.100.1,, 203.0.113.7 ,", "203.0.113.7"),
        ("fd00::1", "198.51.100.1", "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        ("10.0.0.1", "2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", None, "203.0.113.7"),
        ("fe80::1%eth0", None, "fe80::/64"),
        ("", "198.51.100.1", ""),
        ("a socket", "198.51.100.1", "a socket"),
    ],
)
def test_the_client_that_counts(peer: str, forwarded: str | None, client: str) -> None:
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    assert client_of(peer, headers, PROXIES) == client


def test_without_proxies_nobody_is_trusted() -> None:
    assert not is_trusted("10.0.0.1", ())
    assert client_of("10.0.0.1", {"x-forwarded-for": "198.51.100.1"}, ()) == "10.0.0.1"
    assert is_trusted("10.255.0.1", PROXIES)
    assert is_trusted("fd12::1", PROXIES)
    assert not is_trusted("11.0.0.1", PROXIES)
    assert not is_trusted("localhost", PROXIES)


@pytest.mark.parametrize(
    ("host", "root"),
    [
        ("data.example", "http://data.example/"),
        ("data.example:8080", "http://data.example:8080/"),
        ("[::1]:8000", "http://[::1]:8000/"),
        ("[2001:db8::1]", "http://[2001:db8::1]/"),
        ("", "http://server:80/"),
        ("a b", "http://server:80/"),
        ('a"><script>', "http://server:80/"),
        ("user@data.example", "http://server:80/"),
        ("data.example/path", "http://server:80/"),
        ("data.example:port", "http://server:80/"),
        ("协会.example", "http://server:80/"),
        ("::1", "http://server:80/"),
    ],
)
def test_the_address_that_was_asked(host: str, root: str) -> None:
    assert root_of("http", "server:80", {"host": host}, proxied=False) == root
    assert root_of("http", "server:80", {"host": host}, proxied=True) == root


@pytest.mark.parametrize(
    ("headers", "root"),
    [
        ({"x-forwarded-proto": "https"}, "https://inner/"),
        ({"x-forwarded-proto": "HTTPS, http"}, "https://inner/"),
        ({"x-forwarded-proto": "javascript"}, "http://inner/"),
        ({"x-forwarded-host": "outer.example"}, "http://outer.example/"),
        (
            {"x-forwarded-host": "outer.example:444, inner", "x-forwarded-proto": "https"},
            "https://outer.example:444/",
        ),
        ({"x-forwarded-host": "<outer>"}, "http://server:80/"),
    ],
)
def test_what_a_proxy_says_counts_for_a_proxy_alone(headers: dict[str, str], root: str) -> None:
    assert root_of("http", "server:80", {"host": "inner", **headers}, proxied=True) == root
    assert root_of("http", "server:80", {"host": "inner", **headers}, proxied=False) == "http://inner/"

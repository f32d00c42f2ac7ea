"""Who asks, and by which address of the service: what the connection says, and what a trusted proxy says of it. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from tongzhou.server.settings import Network

_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


def client_of(peer: str, headers: Mapping[str, str], trusted: Sequence[Network]) -> str:
    """Return the address that counts for a client's limits.

    That is the peer's, or behind trusted proxies the last of X-Forwarded-For that is none of them. IPv6 clients count
    by their /64, of which each has millions of addresses.
    """
    address = peer
    if is_trusted(peer, trusted):
        for hop in reversed(headers.get("x-forwarded-for", "").split(",")):
            if not (hop := hop.strip()):
                continue
            if _parse(hop) is None:
                break  # what a proxy adds is an address: from here on it is a client's invention
            address = hop
            if not is_trusted(hop, trusted):
                break
    parsed = _parse(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.IPv6Network((int(parsed), 64), strict=False))
    return address


def is_trusted(peer: str, trusted: Sequence[Network]) -> bool:
    """Tell whether an address is one of a trusted proxy."""
    address = _parse(peer) if trusted else None
    return address is not None and any(address in network for network in trusted)


def root_of(scheme: str, server: str, headers: Mapping[str, str], *, proxied: bool) -> str:
    """Return the address of the service, with a slash at its end.

    It is the one that the client used, by its Host header or what a trusted proxy (`proxied`) has of it, or
    `server` where that is no host and port.

    >>> root_of("http", "127.0.0.1:8000", {"host": "data.example"}, proxied=False)
    'http://data.example/'
    """
    host = headers.get("host", "")
    if proxied:
        host = headers.get("x-forwarded-host", host).partition(",")[0].strip()
        forwarded = headers.get("x-forwarded-proto", scheme).partition(",")[0].strip().lower()
        scheme = forwarded if forwarded in ("http", "https") else scheme
    return f"{scheme}://{host if _HOST.fullmatch(host) else server}/"


@lru_cache(maxsize=4096)  # clients ask more than once
def _parse(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None

"""Which addresses a check may connect to: those of the open internet, whatever form they are written in."""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]

PORTS = {"http": 80, "https": 443}
# What `is_global` counts as open although it leads, or may lead, inside: relays and translations of IPv4,
# site-local addresses and the one that Azure's machines ask about themselves.
CLOSED: tuple[Network, ...] = tuple(
    ipaddress.ip_network(one)
    for one in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "168.63.129.16/32",
        "::/96",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/23",
        "2002::/16",
        "fec0::/10",
    )
)
NOT_WEB = "Adressen är inte en vanlig webbadress och kontrolleras inte."
NAMED = "Adressen har ett namn före ett @ och kontrolleras inte."
ODD_PORT = "Adressen går till en annan port än webbens och kontrolleras inte."
INSIDE = "Adressen leder till ett slutet nät och kontrolleras inte."
UNKNOWN = "Namnet {host} finns inte på internet."


class Refused(Exception):
    """The address is not asked; the Swedish text says why. No fault of the link."""


class Unknown(Exception):
    """No such name; the Swedish text says so."""


def resolved(host: str, port: int) -> list[str]:
    """Every address that the name has now."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_open(address: IP) -> bool:
    """A unicast address of the open internet."""
    closed = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    return address.is_global and not closed and not any(_within(address, network) for network in CLOSED)


def _within(address: IP, network: Network) -> bool:
    return address.version == network.version and address in network


def parts(url: str, *, ports: frozenset[int]) -> tuple[SplitResult, str, int]:
    """The address in its parts with host and port; Refused for what is no ordinary web address."""
    try:
        split = urlsplit(url)
        port = split.port or PORTS.get(split.scheme, 0)
        host = (split.hostname or "").rstrip(".")
    except ValueError:
        raise Refused(NOT_WEB) from None
    if split.scheme not in PORTS or not host or "\\" in url or any(ord(one) < 33 for one in url):
        raise Refused(NOT_WEB)
    if "@" in split.netloc:
        raise Refused(NAMED)
    if port not in ports:
        raise Refused(ODD_PORT)
    try:
        return split, _ascii(host), port
    except UnicodeError:
        raise Refused(NOT_WEB) from None


def _ascii(host: str) -> str:
    """The name as it is asked for: å, ä and ö in their coded form."""
    return host if ":" in host else host.encode("idna").decode("ascii")


def choose(host: str, port: int, *, resolve: Resolve, allow: Sequence[Network]) -> list[str]:
    """The addresses to connect to, resolved this once; Refused when one of them may not be reached."""
    try:
        found = list(dict.fromkeys(resolve(host, port)))
    except (OSError, UnicodeError):
        raise Unknown(UNKNOWN.format(host=host)) from None
    if not found:
        raise Unknown(UNKNOWN.format(host=host))
    for one in found:
        try:
            address = ipaddress.ip_address(one)
        except ValueError:
            raise Refused(INSIDE) from None
        if not is_open(address) and not any(_within(address, network) for network in allow):
            raise Refused(INSIDE)
    return found


def target(split: SplitResult) -> str:
    """Path and query as they are sent: what the address holds of other letters is coded."""
    path = quote(split.path or "/", safe="/%:=&~+!$,;'@()*[].-_")
    query = quote(split.query, safe="/%:=&~+!$,;'@()*[].-_?")
    return urlunsplit(("", "", path, query, "")) if not path.startswith("//") else f"{path}?{query}"

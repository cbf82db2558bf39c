"""Where a request comes from: its client's address, which no header can forge."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_interface, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of the client, believing `X-Forwarded-For` for exactly `settings.TRUSTED_PROXIES`
    hops.

    Each proxy of ours adds the address it saw at the right end; whatever stands further left was
    sent by the client and proves nothing. Without proxies, or where the header does not read as an
    address, it is the address of the connection itself. IPv6 in its short form, IPv4-mapped as
    IPv4, without a port; empty for a local socket.
    """
    hops = settings.TRUSTED_PROXIES
    if hops:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    else:
        forwarded = []
    named = None
    if len(forwarded) >= hops > 0:
        named = _plain(forwarded[-hops])
    return named or _plain(request.META.get("REMOTE_ADDR", "")) or ""


def _plain(text: str) -> str | None:
    """The address that `text` names, in its one written form, or None."""
    address = read_address(text)
    return None if address is None else str(address)


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """The address in `1.2.3.4`, `1.2.3.4:80`, `2001:db8::1`, `[2001:db8::1]:80` or
    `::ffff:1.2.3.4`; or None.
    """
    try:
        address = ip_address(_without_port(text.strip()).partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _without_port(text: str) -> str:
    if text.startswith("["):
        inside, closed, port = text[1:].partition("]")
        if closed and (not port or _is_port(port)):
            return inside
        return text
    host, colon, port = text.rpartition(":")
    if colon and ":" not in host and _is_port(":" + port):
        return host
    return text


def _is_port(text: str) -> bool:
    return text[0] == ":" and text[1:].isascii() and text[1:].isdigit()


def check_network(text: str) -> str:
    """A network in its one written form: 10.1.0.0/16, 2001:db8::/32, or one address.

    Raises ValueError.
    """
    written = text.strip()
    try:
        return _short(str(ip_network(written)))
    except ValueError as wrong:
        raise ValueError(f"“{written}”{_complaint(written)}") from wrong


def _complaint(text: str) -> str:
    try:
        meant = ip_interface(text).network
    except ValueError:
        return "不是网段：请写作 10.1.0.0/16、2001:db8::/32 或单个地址"
    return f"的后几位应为零：整个网段请写 {_short(str(meant))}，只要一个地址请去掉斜线"


def _short(network: str) -> str:
    return network.removesuffix("/32" if "." in network else "/128")


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Whether `address` lies in any of `networks`; one that does not read as an address lies in
    none.
    """
    address_read = read_address(address)
    return address_read is not None and any(
        address_read in ip_network(network) for network in networks
    )

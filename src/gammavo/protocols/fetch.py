"""Fetching what a user names by URL, without becoming the user's way into our network.

A server that fetches any URL can be made to read its own loopback services, its cloud's
metadata, or its institute's inner network. Every address that a name resolves to is looked
at, the connection goes to the very address that was looked at, and each redirect is
treated as a new URL.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from gammavo import __version__
from gammavo.model.errors import UsageError

__all__ = ["FetchLimits", "fetch"]

_BLOCK: Final = 2**16
_REDIRECTS: Final = 5
_REDIRECTED: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What a fetch may take.

    Parameters
    ----------
    size
        Bytes.
    seconds
        For the whole of it.
    private
        Whether addresses of the own network are allowed, for sites that trust their
        users.
    """

    size: int
    seconds: float
    private: bool = False


def fetch(url: str, target: Path, limits: FetchLimits) -> None:
    """Write what is at an http or https address to a file.

    Raises
    ------
    UsageError
        The address is not allowed, does not answer, or holds too much; the text says
        which.
    """
    deadline = time.monotonic() + limits.seconds
    for _ in range(_REDIRECTS + 1):
        onward = _fetch_once(url, target, limits, deadline)
        if onward is None:
            return
        url = urljoin(url, onward)
    raise UsageError(f"{url} is redirected too often.")


def _fetch_once(
    url: str, target: Path, limits: FetchLimits, deadline: float
) -> str | None:
    """Fetch, or return where the address is redirected to."""
    parts = _checked(url)
    connection = _connection(parts, limits, deadline)
    # A server that sends a byte now and then would never let a read time out.
    end = threading.Timer(max(0.1, deadline - time.monotonic()), _shut, (connection,))
    end.daemon = True
    end.start()
    path = parts.path or "/"
    if parts.query:
        path += f"?{parts.query}"
    try:
        connection.request(
            "GET", path, headers={"User-Agent": f"gammavo/{__version__}"}
        )
        response = connection.getresponse()
        if response.status in _REDIRECTED and response.getheader("Location"):
            return response.getheader("Location")
        if response.status != http.HTTPStatus.OK:
            raise UsageError(f"{url} answers with status {response.status}.")
        _copy(url, response, target, limits, deadline)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise UsageError(f"{url} cannot be read: {error}.") from error
    finally:
        end.cancel()
        connection.close()
    return None


def _shut(connection: http.client.HTTPConnection) -> None:
    with suppress(OSError):
        connection.sock.shutdown(socket.SHUT_RDWR)


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise UsageError(f"{url!r} is not a URL.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(
            f"{url!r} cannot be fetched.", advice="Use an http or https address."
        )
    if parts.username is not None or not url.isascii() or not url.isprintable():
        raise UsageError(
            f"{url!r} cannot be fetched.",
            advice="Leave user names out, and encode what is not ASCII.",
        )
    return parts


def _connection(
    parts: SplitResult, limits: FetchLimits, deadline: float
) -> http.client.HTTPConnection:
    """Return a connection to an address of the host that was looked at."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    left = max(0.1, deadline - time.monotonic())
    sock = None
    try:
        for address in _addresses(host, port, private=limits.private):
            try:
                sock = socket.create_connection((address, port), timeout=left)
                break
            except OSError as error:
                fault = error
        if sock is None:
            raise fault
        if parts.scheme == "https":
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
    except OSError as error:
        raise UsageError(f"{host} does not answer: {error}.") from error
    connection = http.client.HTTPConnection(host, port)
    connection.sock = sock
    return connection


def _addresses(host: str, port: int, *, private: bool) -> list[str]:
    """Return the addresses of a host, all of which may be connected to."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UsageError(f"The host {host!r} is not known.") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if not private and not _is_public(address):
            raise UsageError(
                f"{host} is an address of an inner network.",
                advice="Upload the table itself instead of its address.",
            )
    return addresses


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        # Addresses that carry another one within are judged by that one.
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if inner is not None:
            ip = inner
        elif any(ip in network for network in _CARRIERS):
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.is_global and not ip.is_multicast


_CARRIERS: Final = (
    ipaddress.IPv6Network("64:ff9b::/96"),  # NAT64
    ipaddress.IPv6Network("::/96"),  # IPv4-compatible, deprecated
)


def _copy(
    url: str,
    response: http.client.HTTPResponse,
    target: Path,
    limits: FetchLimits,
    deadline: float,
) -> None:
    size = 0
    with target.open("wb") as stream:
        while block := response.read1(_BLOCK):
            size += len(block)
            if size > limits.size:
                raise UsageError(
                    f"What is at {url} is larger than {limits.size // 2**20} MiB."
                )
            stream.write(block)
    if time.monotonic() > deadline:
        raise UsageError(f"{url} did not arrive within {limits.seconds:g} seconds.")
    if response.length:
        raise UsageError(f"{url} broke off before its end.")

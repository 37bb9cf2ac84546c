"""Names that are known online: Sesame of the CDS, if the publisher switches it on."""

from __future__ import annotations

import http.client
import re
from functools import lru_cache
from typing import Final
from urllib.parse import quote

__all__ = ["resolve_online"]

_HOST: Final = "cds.unistra.fr"
_PATH: Final = "/cgi-bin/nph-sesame/-oI/SNV?"
_SECONDS: Final = 4.0
_MOST_BYTES: Final = 100_000
_PLACE: Final = re.compile(
    rb"^%J\s+(\d+(?:\.\d+)?)\s+([+-]?\d+(?:\.\d+)?)", re.MULTILINE
)


def resolve_online(name: str) -> tuple[float, float] | None:
    """Return the place of a name, None if Sesame does not know it or does not answer.

    Nothing but the name leaves this machine. The host is always the same, and where it
    redirects to is not followed: no user leads us elsewhere.

    Parameters
    ----------
    name
        What the visitor wrote.

    Returns
    -------
    tuple of float or None
        ICRS right ascension and declination, degrees.
    """
    try:
        found = _PLACE.search(_answer(name.strip()))
    except (OSError, http.client.HTTPException):
        return None
    if not found:
        return None
    ra, dec = float(found[1]), float(found[2])
    return (ra, dec) if 0 <= ra < 360 and abs(dec) <= 90 else None


@lru_cache(maxsize=1024)
def _answer(name: str) -> bytes:
    connection = http.client.HTTPSConnection(_HOST, timeout=_SECONDS)
    try:
        connection.request("GET", _PATH + quote(name, safe=""))
        response = connection.getresponse()
        if response.status != http.client.OK:
            raise http.client.HTTPException(f"status {response.status}")
        return response.read(_MOST_BYTES)
    finally:
        connection.close()

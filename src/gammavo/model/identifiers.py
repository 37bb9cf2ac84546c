"""Names that must stay the same for ever: schemas, publisher identifiers.

A publisher dataset identifier (ObsCore ``obs_publisher_did``) is
``ivo://<authority>/<release>?<obs_id>/<product>``, with what a URI query does not allow
percent-encoded.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from gammavo.model.errors import UsageError
from gammavo.model.reserved import delimited

__all__ = [
    "check_release_name",
    "publisher_did",
    "schema_name",
    "split_publisher_did",
    "usual_did",
]

_RELEASE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
_AUTHORITY = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{2,}")
_RESERVED_SCHEMAS = frozenset(
    {
        *("ivoa", "tap_schema", "tap_upload", "datalink", "config", "provenance"),
        *("information_schema", "main", "memory", "pg_catalog", "system", "temp"),
    }
)


def check_release_name(name: str) -> str:
    """Return the name if it may name a release.

    Raises
    ------
    UsageError
        It is not 1–64 lower-case letters, digits, ``.``, ``_`` or ``-`` that begin and
        end with a letter or digit, or it would take the schema of a standard.
    """
    if not _RELEASE_NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot name a release.",
            advice="Use 1 to 64 lower-case letters, digits, '.', '_' and '-', with a "
            "letter or digit at both ends, for example hess-dl3-dr1.",
        )
    if schema_name(name) in _RESERVED_SCHEMAS:
        raise UsageError(
            f"The release name {name!r} would take the schema {schema_name(name)!r}, "
            "which belongs to a standard or to the database.",
            advice="Choose another name.",
        )
    return name


def schema_name(release: str) -> str:
    """Return the schema of a release: lower case, other characters as ``_``.

    A name that ADQL reserves or that begins with a digit gets ``r_`` before it, so that
    queries need no delimited identifiers.
    """
    schema = re.sub(r"[^a-z0-9_]", "_", release.lower())
    return schema if delimited(schema) == schema else f"r_{schema}"


def publisher_did(authority: str, release: str, obs_id: str, product: str) -> str:
    """Return the identifier of one product of one observation, in its usual spelling.

    Raises
    ------
    UsageError
        The authority is not an IVOA naming authority (IVOA Identifiers 2.0, 2.3.1).
    """
    if not _AUTHORITY.fullmatch(authority):
        raise UsageError(
            f"{authority!r} is not an IVOA naming authority.",
            advice="It has at least three letters, digits, '.', '-' or '_', for example "
            "an institute's domain name.",
        )
    return (
        f"ivo://{authority.lower()}/{release}?{quote(obs_id, safe='')}/{quote(product)}"
    )


def usual_did(did: str) -> str:
    """Return an identifier as :func:`publisher_did` spells it.

    Scheme, authority and release are the same in capitals (IVOA Identifiers 2.0, 2.4);
    what is after the question mark is not.
    """
    registry_part, mark, rest = did.partition("?")
    return f"{registry_part.lower()}{mark}{rest}"


def split_publisher_did(did: str) -> tuple[str, str, str, str]:
    """Return authority, release, obs_id and product of a publisher identifier.

    Raises
    ------
    UsageError
        It does not have the form that :func:`publisher_did` makes.
    """
    match = re.fullmatch(
        r"ivo://([^/?#]+)/([^/?#]+)\?([^/?#]+)/([^/?#]+)", usual_did(did)
    )
    if match is None:
        raise UsageError(f"{did!r} is not an identifier of this service.")
    authority, release, obs_id, product = match.groups()
    return authority, release, unquote(obs_id), unquote(product)

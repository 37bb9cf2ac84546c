"""Arguments of OAI-PMH 2.0 requests: which there may be, and what they may say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, unquote

from gammavo.protocols.http import Parameters

__all__ = ["VERBS", "OaiError", "Selection", "checked_arguments", "selection_in"]

VERBS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = MappingProxyType(
    {
        "Identify": (frozenset(), frozenset()),
        "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
        "ListSets": (frozenset(), frozenset({"resumptionToken"})),
        "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
        "ListIdentifiers": (
            frozenset({"metadataPrefix"}),
            frozenset({"from", "until", "set", "resumptionToken"}),
        ),
        "ListRecords": (
            frozenset({"metadataPrefix"}),
            frozenset({"from", "until", "set", "resumptionToken"}),
        ),
    }
)
"""The arguments that each verb needs, and those that it may have."""

_DAY: Final = "%Y-%m-%d"
_SECOND: Final = "%Y-%m-%dT%H:%M:%SZ"
_WORD: Final = r"[A-Za-z0-9_.!~*'()-]+"
_SYNTAX: Final = {
    "metadataPrefix": re.compile(_WORD),
    "set": re.compile(rf"{_WORD}(:{_WORD})*"),
    "identifier": re.compile(
        r"[A-Za-z][A-Za-z0-9+.-]*:[!#$%&'()*+,./0-9:;=?@A-Z_a-z~-]+"
    ),
}
_TOKEN_PARTS: Final = 6


class OaiError(Exception):
    """A request that OAI-PMH answers with an error of its own, and HTTP status 200.

    Parameters
    ----------
    code
        As section 3.6 of the standard lists them.
    text
        For people.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Selection:
    """Which records a list has, and from where on.

    Parameters
    ----------
    prefix
        Of the metadata.
    start, end
        Datestamps, both included; empty for no limit.
    set_name
        Set, empty for none.
    offset
        Records that earlier answers had.
    revision
        Of the records when the list began; empty if it begins now.
    """

    prefix: str
    start: str = ""
    end: str = ""
    set_name: str = ""
    offset: int = 0
    revision: str = ""

    def token(self, offset: int, revision: str) -> str:
        """Return the text by which a client asks for the next part."""
        parts = (self.prefix, self.set_name, self.start, self.end, revision)
        return "/".join([str(offset), *(quote(part, safe="") for part in parts)])


def checked_arguments(parameters: Parameters) -> dict[str, str]:
    """Return the arguments of a request, its verb first.

    Raises
    ------
    OaiError
        ``badVerb`` or ``badArgument``.
    """
    verbs = parameters.all("verb")
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise OaiError("badVerb", f"verb must be one of {', '.join(VERBS)}, once.")
    verb = verbs[0]
    required, optional = VERBS[verb]
    known = {name.upper(): name for name in required | optional}
    arguments = {"verb": verb}
    for name in parameters.names:
        if name == "VERB":
            continue
        values = parameters.all(name)
        if name not in known:
            raise OaiError(
                "badArgument", f"{verb} has no argument {name[:40].lower()}."
            )
        if len(values) > 1:
            raise OaiError("badArgument", f"{known[name]} is given more than once.")
        arguments[known[name]] = values[0]
    if "resumptionToken" in arguments:
        if len(arguments) > 2:
            raise OaiError(
                "badArgument", "resumptionToken excludes all other arguments."
            )
        return arguments
    if missing := sorted(required - arguments.keys()):
        raise OaiError("badArgument", f"{verb} needs {' and '.join(missing)}.")
    for name, pattern in _SYNTAX.items():
        if name in arguments and not pattern.fullmatch(arguments[name]):
            code = "idDoesNotExist" if name == "identifier" else "badArgument"
            raise OaiError(code, f"{name} is not written as it should be.")
    return arguments


def selection_in(arguments: Mapping[str, str]) -> Selection:
    """Return which records the arguments of a list ask for.

    Raises
    ------
    OaiError
        ``badArgument`` or ``badResumptionToken``.
    """
    token = arguments.get("resumptionToken")
    if token is not None:
        return _continued(token)
    start, end = arguments.get("from", ""), arguments.get("until", "")
    if start and end and len(start) != len(end):
        raise OaiError("badArgument", "from and until differ in their granularity.")
    first, last = _datestamp("from", start), _datestamp("until", end)
    if first and last and first > last:
        raise OaiError("badArgument", "from is later than until.")
    return Selection(arguments["metadataPrefix"], first, last, arguments.get("set", ""))


def _datestamp(name: str, text: str) -> str:
    """Return a datestamp to the second; a day ends with its last second."""
    if not text:
        return ""
    for form in (_SECOND, _DAY):
        try:
            time = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        if time.strftime(form) != text:
            break
        if form == _DAY and name == "until":
            time = time.replace(hour=23, minute=59, second=59)
        return time.strftime(_SECOND)
    raise OaiError(
        "badArgument", f"{name} must be YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ (UTC)."
    )


def _continued(token: str) -> Selection:
    offset, *parts = token.split("/")
    texts = [unquote(part) for part in parts]
    if len(texts) != _TOKEN_PARTS - 1 or not (offset.isascii() and offset.isdecimal()):
        raise OaiError("badResumptionToken", "This service gave no such token.")
    prefix, set_name, start, end, revision = texts
    if len(offset) > 9 or not revision:
        raise OaiError("badResumptionToken", "This service gave no such token.")
    return Selection(prefix, start, end, set_name, int(offset), revision)

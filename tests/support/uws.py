"""A client of UWS over plain HTTP that hides nothing: a session, its jobs, every answer."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree as ET

UWS = "{http://www.ivoa.net/xml/UWS/v1.0}"
HREF = "{http://www.w3.org/1999/xlink}href"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
ENDED = frozenset({"COMPLETED", "ERROR", "ABORTED"})

PATIENCE = 120.0
"""Seconds: what takes longer hangs. No machine is slow enough to come near."""

Fields = Mapping[str, str] | Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Reply:
    """What the server answered."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        """The body as a text."""
        return self.body.decode()

    @property
    def xml(self) -> ET.Element:
        """The body as a document."""
        return ET.fromstring(self.body)

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters."""
        return (self.headers["Content-Type"] or "").partition(";")[0]


def ask(
    method: str,
    url: str,
    fields: Fields = (),
    *,
    body: bytes | Iterable[bytes] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Send one request; fields go to the form of a POST, else to the address."""
    parts = urlsplit(url)
    sent = dict(headers or {})
    form = urlencode(list(fields.items() if isinstance(fields, Mapping) else fields))
    query = parts.query
    if method == "POST" and body is None:
        body = form.encode()
        sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
    elif form:
        query = f"{query}&{form}" if query else form
    connection = HTTPConnection(parts.netloc, timeout=PATIENCE)
    try:
        connection.request(method, f"{parts.path}?{query}", body=body, headers=sent)
        response = connection.getresponse()
        return Reply(response.status, response.headers, response.read())
    finally:
        connection.close()


class Session:
    """What one user sees of a list of jobs; keeps its cookie.

    Parameters
    ----------
    tap
        Address of the TAP service.
    documents
        Collects the XML documents that were seen.
    """

    def __init__(self, tap: str, documents: set[bytes] | None = None) -> None:
        self.tap = tap
        self.url = f"{tap}/async"
        self.cookie = ""
        self._documents = documents

    def ask(
        self,
        method: str,
        url: str,
        fields: Fields = (),
        *,
        headers: Mapping[str, str] | None = None,
        **options: bytes,
    ) -> Reply:
        """Send a request with the cookie of the session."""
        cookie = {"Cookie": self.cookie} if self.cookie else {}
        reply = ask(
            method, url, fields, headers={**cookie, **(headers or {})}, **options
        )
        if (new := reply.headers["Set-Cookie"]) is not None:
            self.cookie = new.partition(";")[0]
        if self._documents is not None and b"<uws:" in reply.body:
            self._documents.add(reply.body)
        return reply

    def create(self, query: str = "", **fields: str) -> LiveJob:
        """Make a job; with a query it is one of ADQL."""
        if query:
            fields = {"LANG": "ADQL", "QUERY": query, **fields}
        reply = self.ask("POST", self.url, fields)
        assert reply.status == 303, reply.text
        return LiveJob(self, reply.headers["Location"])

    def run(self, query: str, **fields: str) -> LiveJob:
        """Make a job and run it."""
        return self.create(query, PHASE="RUN", **fields)

    def sync(self, query: str, **fields: str) -> Reply:
        """Have a query answered at once."""
        return self.ask(
            "POST", f"{self.tap}/sync", {"LANG": "ADQL", "QUERY": query, **fields}
        )

    def listed(self, *pairs: tuple[str, str]) -> list[str]:
        """Return the addresses of the jobs in the list, in its order."""
        reply = self.ask("GET", self.url, pairs)
        assert reply.status == 200, reply.text
        assert reply.media_type == "text/xml"
        return [entry.attrib[HREF] for entry in reply.xml.iter(f"{UWS}jobref")]


@dataclass(frozen=True)
class LiveJob:
    """A job as its session sees it."""

    session: Session
    url: str

    @property
    def id(self) -> str:
        """Last segment of its address."""
        return self.url.rsplit("/", 1)[1]

    def get(self, part: str = "", fields: Fields = (), **headers: str) -> Reply:
        """Read the job or a part of it."""
        return self.session.ask("GET", f"{self.url}{part}", fields, headers=headers)

    def post(self, part: str = "", **fields: str) -> Reply:
        """Send fields to the job or a part of it."""
        return self.session.ask("POST", f"{self.url}{part}", fields)

    def document(self, **fields: str) -> ET.Element:
        """Return its document."""
        reply = self.get(fields=fields)
        assert reply.status == 200, reply.text
        return reply.xml

    def value(self, name: str) -> str:
        """Return a value in its document, empty if it is null or not there."""
        return self.document().findtext(f"{UWS}{name}") or ""

    def time(self, name: str) -> datetime:
        """Return a time in its document."""
        return datetime.fromisoformat(self.value(name))

    @property
    def phase(self) -> str:
        """Its phase."""
        return self.get("/phase").text

    @property
    def message(self) -> str:
        """Why it failed."""
        path = f"{UWS}errorSummary/{UWS}message"
        return self.document().findtext(path) or ""

    def becomes(self, *phases: str) -> str:
        """Wait until it is in one of some phases; return it."""
        end = time.monotonic() + PATIENCE
        found = self.phase
        while found not in phases:
            assert found not in ENDED, (found, self.message)
            assert time.monotonic() < end, f"the job is {found} and not {phases}"
            document = self.document(WAIT="5", PHASE=found)
            found = document.findtext(f"{UWS}phase") or ""
        return found

    def end(self) -> str:
        """Wait until it has ended; return its phase."""
        return self.becomes(*ENDED)

    def result(self) -> bytes:
        """Wait until it is completed; return its result."""
        assert self.end() == "COMPLETED", self.message
        reply = self.get("/results/result")
        assert reply.status == 200
        return reply.body

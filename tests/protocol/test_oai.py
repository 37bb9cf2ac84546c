"""The publishing registry as harvesters see it."""

from __future__ import annotations

import pytest
from sickle import Sickle
from sickle.oaiexceptions import NoRecordsMatch

from tests.support.schemas import registry_schemas
from tests.support.server import Server
from tests.support.uws import ask


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("prefix", ["ivo_vor", "oai_dc"])
def test_sickle_harvests_everything(server: Server, method: str, prefix: str):
    client = Sickle(f"{server.url}/oai", http_method=method)
    identity = client.Identify()
    assert identity.baseURL == f"{server.url}/oai"
    assert [entry.setSpec for entry in client.ListSets()] == ["ivo_managed"]
    prefixes = [entry.metadataPrefix for entry in client.ListMetadataFormats()]
    assert prefixes == ["ivo_vor", "oai_dc"]
    # The site gives three records at once.
    records = list(client.ListRecords(metadataPrefix=prefix))
    headers = list(client.ListIdentifiers(metadataPrefix=prefix))
    found = [record.header.identifier for record in records]
    assert found == [header.identifier for header in headers]
    assert len(set(found)) == len(found) >= 8
    assert "ivo://example.org/simulated-dl3" in found
    for record in records:
        alone = client.GetRecord(
            identifier=record.header.identifier, metadataPrefix=prefix
        )
        assert alone.header.datestamp == record.header.datestamp
    client = Sickle(f"{server.url}/oai")
    with pytest.raises(NoRecordsMatch):
        client.ListRecords(metadataPrefix=prefix, until="2001-01-01")


def test_urls_in_records_work(server: Server):
    fields = {"verb": "ListRecords", "metadataPrefix": "ivo_vor"}
    reply = ask("GET", f"{server.url}/oai", fields)
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert registry_schemas().faults(reply.body) == []
    for element in reply.xml.iter("accessURL"):
        url = (element.text or "").rstrip("?")
        url += {"tap": "/capabilities", "oai": "?verb=Identify"}.get(
            url.rsplit("/", 1)[1], ""
        )
        assert ask("GET", url).status == 200, url


def test_head_and_wrong_methods(server: Server):
    head = ask("HEAD", f"{server.url}/oai", {"verb": "Identify"})
    assert (head.status, head.body) == (200, b"")
    assert ask("DELETE", f"{server.url}/oai").status == 405

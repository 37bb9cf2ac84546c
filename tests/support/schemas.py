"""The XML schemas that judge what a publishing registry says."""

from __future__ import annotations

from functools import lru_cache

from gammavo.formats.xml_schemas import (
    REGISTRY_NAMESPACES,
    XmlSchemas,
    schema_places,
)
from gammavo.model.errors import NotFoundError
from tests.conftest import missing

VOSI = "http://www.ivoa.net/xml/VOSICapabilities/v1.0"


@lru_cache(1)
def registry_schemas() -> XmlSchemas:
    """Return the schemas of OAI-PMH, VOResource and their extensions, and of VOSI."""
    try:
        return XmlSchemas(schema_places(), (*REGISTRY_NAMESPACES, VOSI))
    except NotFoundError as error:
        missing(str(error))
        raise

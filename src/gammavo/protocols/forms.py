"""Parameters from a URL and from a form, urlencoded or multipart.

Nothing here needs a Content-Length: STILTS and TOPCAT send multipart forms with
``Transfer-Encoding: chunked``.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, create_form_parser

from gammavo.model.errors import UsageError
from gammavo.protocols.http import Parameters

__all__ = ["read_parameters"]

_MAX_FIELDS = 1000


def read_parameters(query: str, content_type: str, body: bytes) -> Parameters:
    """Return the parameters of a request.

    Parameters
    ----------
    query
        The URL after ``?``.
    content_type
        Header of that name, empty for none.
    body
        The whole body.

    Raises
    ------
    UsageError
        The body is not what its Content-Type says.
    """
    pairs = _pairs(query)
    media_type = content_type.partition(";")[0].strip().lower()
    if body and media_type in {"", "application/x-www-form-urlencoded"}:
        try:
            pairs += _pairs(body.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise UsageError("The form in the request is not UTF-8.") from error
    elif body and media_type == "multipart/form-data":
        pairs += _multipart(content_type, body)
    elif body:
        raise UsageError(
            f"The request has a body of type {media_type!r}.",
            advice="Send a form: application/x-www-form-urlencoded or "
            "multipart/form-data.",
        )
    return Parameters(pairs)


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            text, keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict"
        )
    except (ValueError, UnicodeDecodeError) as error:
        raise UsageError(f"The parameters cannot be read: {error}.") from error


def _multipart(content_type: str, body: bytes) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []

    def on_field(field: Field) -> None:
        name, value = field.field_name or b"", field.value or b""
        pairs.append((name.decode("utf-8"), value.decode("utf-8")))

    def on_file(file: File) -> None:
        file.close()
        name = (file.field_name or b"").decode("utf-8", "replace")
        raise UsageError(f"This service takes no files yet (part {name!r}).")

    try:
        parser = create_form_parser(
            {"Content-Type": content_type.encode("latin-1")}, on_field, on_file
        )
        parser.write(body)
        parser.finalize()
    except (FormParserError, UnicodeDecodeError, ValueError) as error:
        raise UsageError(f"The multipart form cannot be read: {error}.") from error
    return pairs

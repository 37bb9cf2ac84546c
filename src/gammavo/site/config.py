"""``gammavo.toml``: every setting of a site, with type, default and meaning."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from gammavo.archive.snapshot import ProductSpelling
from gammavo.model.errors import NotFoundError, UsageError
from gammavo.protocols import SendBy
from gammavo.site.colours import DARK_PAGE, LIGHT_PAGE, READABLE, contrast

__all__ = ["FILE_NAME", "SiteConfig", "find_site", "load_config"]

FILE_NAME = "gammavo.toml"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SiteSection(_Section):
    """Who publishes, and where the site is reached."""

    title: Annotated[str, Field(description="Name of the data centre.")] = (
        "Gamma-ray data centre"
    )
    publisher: Annotated[str, Field(description="Institute that publishes.")] = ""
    contact: Annotated[str, Field(description="Mail address for questions.")] = ""
    introduction: Annotated[
        str, Field(description="Text of the home page, one or two sentences.")
    ] = ""
    footer: Annotated[str, Field(description="Text at the foot of every page.")] = ""
    logo: Annotated[
        str,
        Field(
            description="Picture in the bar instead of the title: a file in the site's "
            "folder, e.g. 'logo.svg'.",
            pattern=r"^([\w.-]+\.(svg|png|webp|jpg))?$",
        ),
    ] = ""
    colour: Annotated[
        str, Field(description="Colour of links and buttons, e.g. '#1b4f8f'.")
    ] = ""
    colour_dark: Annotated[
        str, Field(description="The same on dark pages, e.g. '#8ab9f5'.")
    ] = ""
    authority: Annotated[
        str,
        Field(
            description="IVOA naming authority of identifiers, usually the domain name "
            "of the institute. It cannot change once data are published.",
            pattern=r"^[a-zA-Z0-9][a-zA-Z0-9._-]{2,}$",
        ),
    ] = "example.org"
    database: Annotated[
        str,
        Field(
            description="Database for jobs, as postgresql://user:password@host/name; "
            "empty for a file in the site's folder."
        ),
    ] = ""
    public_url: Annotated[
        str,
        Field(
            description="Address at which users reach the site, e.g. behind a proxy; "
            "empty for the address that the server listens at.",
            pattern=r"^(https?://[^/\s]+(/[^\s]*[^/\s])?)?$",
        ),
    ] = ""

    @field_validator("colour", "colour_dark")
    @classmethod
    def _readable(cls, colour: str, info: ValidationInfo) -> str:
        page = DARK_PAGE if info.field_name == "colour_dark" else LIGHT_PAGE
        if colour and contrast(colour, page) < READABLE:
            raise ValueError(f"text of this colour cannot be read on {page}")
        return colour


class RegistrySection(_Section):
    """What the VO registry is told of the publisher: see 'gammavo registry check'."""

    short_name: Annotated[
        str,
        Field(max_length=16, description="Short name of the institute, e.g. 'MPIK'."),
    ] = ""
    description: Annotated[
        str, Field(description="What the institute is, one or two sentences.")
    ] = ""
    url: Annotated[
        str,
        Field(
            pattern=r"^(https?://[^\s<>\"]+)?$", description="Page of the institute."
        ),
    ] = ""
    contact_name: Annotated[
        str, Field(description="Person or group that answers questions.")
    ] = ""
    contact_address: Annotated[str, Field(description="Their postal address.")] = ""
    records_per_answer: Annotated[
        int,
        Field(ge=1, le=1000, description="Records that harvesters get at once."),
    ] = 100


class JobsSection(_Section):
    """What users may have done for them without waiting for it."""

    concurrent_per_user: Annotated[
        int,
        Field(
            ge=1,
            description="Jobs of one user that execute at the same time. Anonymous users "
            "are told apart by their network address. One worker is always left to others.",
        ),
    ] = 2
    stored_per_user: Annotated[
        int,
        Field(ge=1, description="Jobs of one user (network address) that are kept."),
    ] = 1000
    result_size: Annotated[
        str,
        Field(
            pattern=r"^\d+(MB|GB)$",
            description="Largest result of a job; a larger one ends with an error.",
        ),
    ] = "10GB"
    stored: Annotated[int, Field(ge=1, description="Jobs that are kept in all.")] = (
        20_000
    )

    @property
    def result_bytes(self) -> int:
        """``result_size`` as a number."""
        return _bytes(self.result_size)


class TapSection(_Section):
    """Limits and language of the TAP service."""

    default_rows: Annotated[
        int, Field(ge=1, description="Rows of a result when MAXREC is not given.")
    ] = 100_000
    max_rows: Annotated[
        int, Field(ge=1, description="Rows of a result at most, whatever MAXREC is.")
    ] = 10_000_000
    upload_size: Annotated[
        str,
        Field(
            pattern=r"^\d+(MB|GB)$",
            description="Largest request, with the tables uploaded in it.",
        ),
    ] = "100MB"
    upload_rows: Annotated[
        int, Field(ge=1, description="Rows of an uploaded table at most.")
    ] = 1_000_000
    fetch_seconds: Annotated[
        float,
        Field(gt=0, description="Seconds that a table given by its URL may take."),
    ] = 30.0
    fetch_private: Annotated[
        bool,
        Field(
            description="Whether such URLs may lead into the own network; with that, "
            "users reach what this machine reaches."
        ),
    ] = False
    sync_seconds: Annotated[
        float, Field(gt=0, description="Seconds that a synchronous query may work.")
    ] = 60.0
    async_seconds: Annotated[
        float,
        Field(
            gt=0,
            description="Seconds that an asynchronous query may work when its user says "
            "nothing.",
        ),
    ] = 600.0
    max_async_seconds: Annotated[
        float, Field(gt=0, description="Seconds that its user may ask for at most.")
    ] = 3600.0
    retention_days: Annotated[
        int,
        Field(ge=1, description="Days that asynchronous results are kept."),
    ] = 7
    max_retention_days: Annotated[
        int, Field(ge=1, description="Days that users may ask for at most.")
    ] = 30
    product_type: Annotated[
        ProductSpelling,
        Field(
            description="Words of dataproduct_type: 'event' (ObsCore 1.1), "
            "'event-list' (IVOA vocabulary) or 'hea-event-list' (extension)."
        ),
    ] = ProductSpelling.OBSCORE
    strict_vocabulary: Annotated[
        bool,
        Field(description="Whether queries must use the words that are shown."),
    ] = False

    @property
    def upload_bytes(self) -> int:
        """``upload_size`` as a number."""
        return _bytes(self.upload_size)

    @model_validator(mode="after")
    def _default_within_maximum(self) -> TapSection:
        if self.default_rows > self.max_rows:
            raise ValueError("default_rows is more than max_rows")
        if self.upload_bytes >= 2**31:
            raise ValueError("upload_size is 2 GiB or more")
        if self.async_seconds > self.max_async_seconds:
            raise ValueError("async_seconds is more than max_async_seconds")
        if self.retention_days > self.max_retention_days:
            raise ValueError("retention_days is more than max_retention_days")
        return self


class FilesSection(_Section):
    """How files are sent."""

    hdu_cache: Annotated[
        str,
        Field(
            pattern=r"^\d+(MB|GB)$",
            description="Disk for HDUs that were asked for as files of their own.",
        ),
    ] = "2GB"
    package_runs: Annotated[
        int,
        Field(
            ge=1,
            description="Runs of a package at most; whole releases may have more.",
        ),
    ] = 500
    send_by: Annotated[
        SendBy,
        Field(
            description="Header by which the web server in front is told to send a file "
            "itself: 'x-accel-redirect' (nginx) or 'x-sendfile' (Apache, lighttpd, "
            "Caddy); empty: this server sends files."
        ),
    ] = SendBy.SELF
    internal_location: Annotated[
        str,
        Field(
            pattern=r"^(/[^\s?#]*)?$",
            description="For nginx: its internal location whose alias is '/'.",
        ),
    ] = "/gammavo-files"

    @property
    def hdu_cache_bytes(self) -> int:
        """``hdu_cache`` as a number."""
        return _bytes(self.hdu_cache)


class SearchSection(_Section):
    """The search page."""

    sesame: Annotated[
        bool,
        Field(
            description="Whether names of targets that nothing here knows are asked for "
            "at Sesame (CDS, Strasbourg), over the internet."
        ),
    ] = False


class EngineSection(_Section):
    """What the query engine may use."""

    memory: Annotated[
        str, Field(pattern=r"^\d+(MB|GB)$", description="Memory limit, e.g. '2GB'.")
    ] = "2GB"
    threads: Annotated[
        int,
        Field(
            ge=0,
            description="Threads of each query; 0: the processors shared among workers.",
        ),
    ] = 0
    temporary_size: Annotated[
        str,
        Field(
            pattern=r"^\d+(MB|GB)$", description="Disk for spilled data, e.g. '10GB'."
        ),
    ] = "10GB"
    workers: Annotated[
        int,
        Field(
            ge=0,
            description="Processes that answer queries at most, each one query at a "
            "time; 0: two more than there are processors. Those beyond the processors "
            "start when queries wait.",
        ),
    ] = 0
    batch_workers: Annotated[
        int,
        Field(ge=1, description="Processes that execute asynchronous queries."),
    ] = 3
    worker_memory: Annotated[
        str,
        Field(
            pattern=r"^\d+(MB|GB)$",
            description="Memory that a query process may take in all; a query that wants "
            "more ends with an error, and nothing else does.",
        ),
    ] = "4GB"
    waiting_queries: Annotated[
        int, Field(ge=0, description="Queries that may wait; more get HTTP 503.")
    ] = 128
    open_results: Annotated[
        int,
        Field(
            ge=1,
            description="Large results and files that may be on their way at the same "
            "time; each takes about 25 MB of memory if its client is slow. One client may "
            "have three quarters of them; who takes nothing for 10 s gives way to others.",
        ),
    ] = 32
    spool_size: Annotated[
        str,
        Field(
            pattern=r"^\d+(MB|GB)$",
            description="Disk for results whose clients are slower than the engine.",
        ),
    ] = "10GB"

    @property
    def worker_memory_bytes(self) -> int:
        """``worker_memory`` as a number."""
        return _bytes(self.worker_memory)

    @property
    def spool_bytes(self) -> int:
        """``spool_size`` as a number."""
        return _bytes(self.spool_size)


def _bytes(size: str) -> int:
    """Return a size such as ``2GB`` in bytes, with the engine's decimal units."""
    return int(size[:-2]) * {"MB": 10**6, "GB": 10**9}[size[-2:]]


class SiteConfig(_Section):
    """All settings of a site."""

    site: SiteSection = SiteSection()
    registry: RegistrySection = RegistrySection()
    tap: TapSection = TapSection()
    jobs: JobsSection = JobsSection()
    engine: EngineSection = EngineSection()
    files: FilesSection = FilesSection()
    search: SearchSection = SearchSection()


def find_site(folder: Path) -> Path:
    """Return the folder if it is a site.

    Raises
    ------
    NotFoundError
        It has no ``gammavo.toml``.
    """
    if not (folder / FILE_NAME).is_file():
        raise NotFoundError(
            f"{folder} is not a gammavo site: it has no {FILE_NAME}.",
            advice="Make one with 'gammavo init SITE', or name one with --site SITE.",
        )
    return folder.resolve()


def load_config(folder: Path) -> SiteConfig:
    """Read the settings of a site.

    Raises
    ------
    NotFoundError
        The folder is not a site.
    UsageError
        The file is not TOML, or a setting is unknown or wrong; all are named.
    """
    path = find_site(folder) / FILE_NAME
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not TOML: {error}.") from error
    try:
        return SiteConfig.model_validate(document)
    except ValidationError as error:
        faults = "; ".join(_fault(dict(entry)) for entry in error.errors())
        raise UsageError(f"{path}: {faults}.") from error


def _fault(entry: dict[str, Any]) -> str:
    place = ".".join(str(part) for part in entry["loc"])
    if entry["type"] != "extra_forbidden":
        return f"{place} is {entry['input']!r}: {entry['msg']}"
    *section, name = (str(part) for part in entry["loc"])
    model: Any = SiteConfig
    for part in section:
        model = model.model_fields[part].annotation
    near = difflib.get_close_matches(name, model.model_fields, n=1)
    return f"unknown setting {place}" + (f", did you mean {near[0]}?" if near else "")

"""Cut-outs of event lists: from identifiers and a selection to bytes."""

from __future__ import annotations

import io
import re
import tarfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import numpy as np
import pyarrow as pa

from gammavo import __version__
from gammavo.archive.files import find_file
from gammavo.archive.links import DOMAINS, find_product
from gammavo.archive.manifest import Manifest
from gammavo.archive.snapshot import Snapshot, stored_prefix
from gammavo.archive.store import Archive
from gammavo.archive.tables import FITS_GADF
from gammavo.dl3.areas import meets
from gammavo.dl3.cutout import (
    Chosen,
    OpenRun,
    RunPlaces,
    choose,
    chosen_columns,
    opened_run,
)
from gammavo.dl3.cutout_fits import CutNotes, cutout_fits
from gammavo.dl3.findings import UnusableFileError
from gammavo.dl3.inventory import HduPlace
from gammavo.formats import Format, Info, ResultStream, arrow_schema
from gammavo.formats.datalink import cutout_format
from gammavo.model.errors import NotFoundError, UnavailableError, UsageError
from gammavo.model.events import OPTIONAL_EVENT_COLUMNS, events_table
from gammavo.model.identifiers import split_publisher_did
from gammavo.model.regions import Circle
from gammavo.model.selections import Selection
from gammavo.model.vocabularies import RESPONSE_TYPES

__all__ = ["Cutout", "cut_out"]

_TAR: Final = "application/x-tar"
_EV_PER_TEV: Final = 1e12
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True)
class Cutout:
    """A result: what it is, what a file of it may be called, and its bytes."""

    media_type: str
    name: str
    extension: str
    blocks: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class _Source:
    """A run that can be cut."""

    did: str
    obs_id: str
    folder: Path
    places: RunPlaces
    sha256: str
    domain: dict[str, Any]


def cut_out(
    archive: Archive,
    snapshot: Snapshot,
    identifiers: Sequence[str],
    selection: Selection,
    wanted: str,
) -> Cutout | None:
    """Cut out of event lists.

    Parameters
    ----------
    archive, snapshot
        Where the files are, and what is published.
    identifiers
        Of event lists or bundles (``obs_publisher_did``), or runs (``obs_id``).
    selection
        What is wanted of them.
    wanted
        Short name or media type of the format; empty for GADF FITS.

    Returns
    -------
    Cutout
        One file, or a tar archive of them if there are several identifiers; None if the
        selection does not meet the coverage of any of the event lists. One that meets it
        and finds no event gives an empty list: good time without events is a result.

    Raises
    ------
    NotFoundError
        An identifier is not known.
    UsageError
        A product cannot be cut, or there is no such format.
    UnavailableError
        A file is not as it was published.
    """
    output = cutout_format(wanted)
    found = (_source(archive, snapshot, name) for name in identifiers)
    # Several products of a run are cut to the same file.
    sources = {(source.folder, source.obs_id): source for source in found}
    results = (
        (source, _content(source, selection, output)) for source in sources.values()
    )
    without: list[_Source] = []
    for source, content in results:
        if content is not None:
            break
        without.append(source)
    else:
        return None
    media_type, extension = (
        (FITS_GADF, "fits") if output is None else (output.media_type, output.extension)
    )
    if len(identifiers) == 1:
        name = f"{_safe(source.obs_id)}_cutout"
        return Cutout(media_type, name, extension, iter([content]))
    all_results = chain(
        ((left, None) for left in without), [(source, content)], results
    )
    return Cutout(_TAR, "cutouts", "tar", _tar(all_results, extension))


def _source(archive: Archive, snapshot: Snapshot, identifier: str) -> _Source:
    did = find_product(snapshot, identifier)
    manifest, obs_id = _release_and_run(snapshot, did or "")
    links = manifest and snapshot.engine.look_up(
        "SELECT * FROM "  # noqa: S608 - a name of ours
        f"{stored_prefix(manifest)}links WHERE obs_id = ?",
        obs_id,
    )
    if not manifest or not links or all(r["obs_publisher_did"] != did for r in links):
        raise NotFoundError(
            f"Nothing is published as {identifier[:200]!r}.",
            advice="Send the obs_publisher_did of an event list in ivoa.obscore.",
        )
    if not any(r["kind"] == "cutout" and r["obs_publisher_did"] == did for r in links):
        raise UsageError(
            f"{identifier!r} is no event list.",
            advice="Responses are had as a whole, by their access_url.",
        )
    places = {
        row["kind"]: HduPlace(unquote(row["path"]), unquote(row["hdu"] or ""))
        for row in links
        if row["kind"] in {"events", "gti", *RESPONSE_TYPES}
    }
    files = {
        place.path: find_file(archive, manifest.name, manifest.version, place.path)
        for place in places.values()
    }
    (domain,) = snapshot.engine.look_up(DOMAINS, [did])
    return _Source(
        did or "",
        obs_id,
        Path(manifest.data_folder),
        RunPlaces(
            places["events"],
            places.get("gti"),
            tuple(places[term] for term in RESPONSE_TYPES if term in places),
        ),
        files[places["events"].path].sha256,
        domain,
    )


def _release_and_run(snapshot: Snapshot, did: str) -> tuple[Manifest | None, str]:
    try:
        authority, release, obs_id, _ = split_publisher_did(did)
    except UsageError:
        return None, ""
    manifests = (m for m in snapshot.releases if m.name == release)
    found = next((m for m in manifests if m.authority.lower() == authority), None)
    return found, obs_id


def _content(
    source: _Source, selection: Selection, output: Format | None
) -> bytes | None:
    """Return the file of one run, None if the selection does not meet its coverage."""
    try:
        with opened_run(source.folder, source.places) as run, np.errstate(all="ignore"):
            chosen = choose(run, selection)
            # The catalogue tells the range of safe energies: there may be events beyond.
            if not chosen.count and not (
                chosen.has_time and _meets(selection, source.domain)
            ):
                return None
            if output is None:
                software = f"gammavo {__version__}"
                notes = CutNotes(source.did, source.sha256, software)
                return cutout_fits(run, chosen, notes)
            return b"".join(output.write(_table(source, run, chosen)))
    except UnusableFileError as error:
        raise UnavailableError(
            f"A file of run {source.obs_id!r} is not as it was published: "
            f"{error.message}",
            advice="The publisher can find out more with 'gammavo verify'.",
        ) from error


def _meets(selection: Selection, domain: dict[str, Any]) -> bool:
    """Tell whether a selection and the coverage of an event list overlap."""
    area = selection.area
    ra, dec = domain["s_ra"], domain["s_dec"]
    radius = domain["s_region_radius"]
    if (
        area is not None
        and None not in {ra, dec, radius}
        and not meets(area, Circle(ra, dec, float(np.degrees(radius))))
    ):
        return False
    energies = tuple(
        None if domain[name] is None else domain[name] / _EV_PER_TEV
        for name in ("energy_min", "energy_max")
    )
    times = domain["t_min"], domain["t_max"]
    return _overlap(selection.energy, energies) and _overlap(selection.time, times)


def _overlap(
    wanted: tuple[float, float] | None, covered: tuple[float | None, ...]
) -> bool:
    if wanted is None:
        return True
    low, high = covered
    return (
        wanted[0] <= wanted[1]
        and (high is None or wanted[0] <= high)
        and (low is None or wanted[1] >= low)
    )


def _table(source: _Source, run: OpenRun, chosen: Chosen) -> ResultStream:
    """Return the chosen events as rows of the release's table of events."""
    values = chosen_columns(run, chosen)
    optional = [name for name in OPTIONAL_EVENT_COLUMNS if name in values]
    columns = events_table("release", optional=optional, rows=0).public_columns
    schema = arrow_schema(columns)
    arrays = [
        pa.repeat(pa.scalar(source.obs_id), chosen.count)
        if field.name == "obs_id"
        else pa.array(values[field.name], type=field.type, from_pandas=True)
        for field in schema
    ]
    batch = pa.RecordBatch.from_arrays(
        arrays, schema=pa.schema(field.with_nullable(True) for field in schema)
    )
    infos = [Info("cut_out_of", source.did)]
    infos += [Info("selection", text) for text in chosen.selection.texts]
    return ResultStream(columns, iter([batch]), tuple(infos))


def _tar(
    results: Iterable[tuple[_Source, bytes | None]], extension: str
) -> Iterator[bytes]:
    """Yield a tar archive, one run after the other, and a text on those without data."""
    sink = io.BytesIO()
    names: Counter[str] = Counter()
    without: list[str] = []
    with tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for source, content in results:
            if content is None:
                without.append(source.did)
                continue
            name = f"{_safe(source.obs_id)}_cutout"
            names[name.lower()] += 1
            if (number := names[name.lower()]) > 1:  # of another release
                name = f"{name}-{number}"
            _add(archive, f"{name}.{extension}", content)
            yield _taken(sink)
        if without:
            lines = ["The selection does not overlap with the data of:", *without, ""]
            _add(archive, "without-overlap.txt", "\n".join(lines).encode())
    yield _taken(sink)


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime = len(content), int(time.time())
    archive.addfile(entry, io.BytesIO(content))


def _taken(sink: io.BytesIO) -> bytes:
    content = sink.getvalue()
    sink.seek(0)
    sink.truncate()
    return content


def _safe(text: str) -> str:
    """Return a text as part of a file's name."""
    return _UNSAFE.sub("_", text).lstrip(".") or "run"

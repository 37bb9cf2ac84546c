"""Cut-outs of runs: the right events, everything else as it was."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from gammavo.dl3 import find_runs
from gammavo.dl3.cutout import RunPlaces, choose, chosen_columns, opened_run
from gammavo.dl3.cutout_fits import CutNotes, cutout_fits
from gammavo.dl3.findings import UnusableFileError
from gammavo.dl3.inventory import HduPlace
from gammavo.model.selections import Area, Selection, Shape

NOTES = CutNotes("ivo://example.org/demo?1/events", "0" * 64, "gammavo test")
ALL = Selection()


@pytest.fixture(scope="module")
def places(simulated: Path) -> RunPlaces:
    run = find_runs(simulated).runs[0]
    responses = (run.hdus[role] for role in ("aeff", "edisp", "psf", "bkg"))
    return RunPlaces(run.hdus["events"], run.hdus["gti"], tuple(responses))


@pytest.fixture(scope="module")
def original(simulated: Path, places: RunPlaces) -> fits.HDUList:
    with fits.open(simulated / places.events.path, memmap=False) as hdus:
        for hdu in hdus:
            assert hdu.data is not None or hdu.name == "PRIMARY"
        yield hdus


def cut(folder: Path, places: RunPlaces, selection: Selection) -> bytes:
    with opened_run(folder, places) as run:
        return cutout_fits(run, choose(run, selection), NOTES)


def read(content: bytes) -> fits.HDUList:
    """Read a file whose checksums are right: a wrong one is a warning, hence an error."""
    hdus = fits.open(io.BytesIO(content), checksum=True)
    hdus.verify("exception")
    for hdu in hdus:
        assert hdu.data is not None or hdu.name == "PRIMARY"
    return hdus


def raw(hdu: fits.BinTableHDU) -> bytes:
    return np.asarray(hdu.data).tobytes()


def test_events_are_those_that_astropy_chooses(
    simulated: Path, places: RunPlaces, original: fits.HDUList
):
    from astropy.coordinates import SkyCoord

    header, table = original["EVENTS"].header, original["EVENTS"].data
    centre = SkyCoord(header["RA_OBJ"], header["DEC_OBJ"], unit="deg")
    near = SkyCoord(table["RA"], table["DEC"], unit="deg").separation(centre).deg <= 0.7
    mask = near & (table["ENERGY"] >= 1) & (table["ENERGY"] <= 10)
    assert 10 < mask.sum() < len(table)
    area = Area(Shape.CIRCLE, (centre.ra.deg, centre.dec.deg, 0.7))
    found = read(cut(simulated, places, Selection(area, (1.0, 10.0))))
    assert raw(found["EVENTS"]) == np.asarray(table)[mask].tobytes()
    assert found["EVENTS"].header["DSVAL2"] == "1:10"
    assert found["EVENTS"].header["CUT_DID"] == NOTES.did
    assert "CIRCLE" in str(found["EVENTS"].header["HISTORY"])


def test_all_else_is_byte_by_byte_what_it_was(simulated: Path, places: RunPlaces):
    content = cut(simulated, places, Selection(energy=(1.0, 2.0)))
    with opened_run(simulated, places) as run:
        for hdu in (run.primary, run.gti, *run.responses):
            assert hdu is not None
            assert hdu.content() in content
    assert [h.name for h in read(content)] == [
        *("PRIMARY", "EVENTS", "GTI", "EFFECTIVE AREA", "ENERGY DISPERSION"),
        *("POINT SPREAD FUNCTION", "BACKGROUND"),
    ] or len(read(content)) == 7


def test_times_follow_a_choice_of_time(
    simulated: Path, places: RunPlaces, original: fits.HDUList
):
    before = original["EVENTS"].header
    with opened_run(simulated, places) as run:
        whole = run.intervals()
        day = whole.reference
        first = whole.start[0] + 100.0
        last = whole.stop[-1] - 50.0
        time = tuple(day.mjd(np.array([first, last])))
        chosen = choose(run, Selection(time=(time[0], time[1])))
        hdus = read(cutout_fits(run, chosen, NOTES))
    header, gti = hdus["EVENTS"].header, hdus["GTI"].data
    assert gti["START"][0] == pytest.approx(first, abs=1e-5)
    assert gti["STOP"][-1] == pytest.approx(last, abs=1e-5)
    ontime = float((gti["STOP"] - gti["START"]).sum())
    assert header["ONTIME"] == pytest.approx(ontime, abs=1e-9)
    assert header["LIVETIME"] / header["ONTIME"] == pytest.approx(
        before["LIVETIME"] / before["ONTIME"], rel=1e-9
    )
    assert header["TSTART"] == gti["START"][0] == hdus["GTI"].header["TSTART"]
    assert header["TSTOP"] == gti["STOP"][-1] == hdus["GTI"].header["TSTOP"]
    times = hdus["EVENTS"].data["TIME"]
    assert times.min() >= first - 1e-5
    assert times.max() <= last + 1e-5
    inside = original["EVENTS"].data["TIME"]
    assert len(times) == ((inside >= first) & (inside <= last)).sum()


def test_open_ends_of_time_change_no_interval(simulated: Path, places: RunPlaces):
    with opened_run(simulated, places) as run:
        whole = run.intervals()
        chosen = choose(run, Selection(time=(-np.inf, np.inf)))
        assert (chosen.intervals.start == whole.start).all()
        assert chosen.mask.all()


def test_a_time_beyond_leaves_none(simulated: Path, places: RunPlaces):
    with opened_run(simulated, places) as run:
        chosen = choose(run, Selection(time=(0.0, 1.0)))
        assert (chosen.count, chosen.has_time) == (0, False)


def test_an_empty_list_is_a_good_file(simulated: Path, places: RunPlaces):
    found = read(cut(simulated, places, Selection(energy=(1e6, 2e6))))
    assert len(found["EVENTS"].data) == 0


def test_without_a_restriction_every_event_stays(
    simulated: Path, places: RunPlaces, original: fits.HDUList
):
    found = read(cut(simulated, places, ALL))
    assert raw(found["EVENTS"]) == raw(original["EVENTS"])


def test_a_run_without_gti_gets_one(simulated: Path, places: RunPlaces):
    bare = RunPlaces(places.events, None, places.responses)
    found = read(cut(simulated, bare, ALL))
    header = found["EVENTS"].header
    assert found["GTI"].data["START"][0] == header["TSTART"]
    assert found["GTI"].header["MJDREFI"] == header["MJDREFI"]


def test_columns_are_those_of_the_catalogue(simulated: Path, places: RunPlaces):
    with opened_run(simulated, places) as run:
        chosen = choose(run, Selection(energy=(1.0, np.inf)))
        columns = chosen_columns(run, chosen)
    assert {len(values) for values in columns.values()} == {chosen.count}
    assert columns["energy"].min() >= 1.0
    assert {"event_id", "event_time", "ra", "dec", "in_gti"} <= set(columns)


def test_variable_length_columns_keep_their_heap(
    simulated: Path, places: RunPlaces, tmp_path: Path
):
    source = simulated / places.events.path
    with fits.open(source, memmap=False) as hdus:
        table = hdus["EVENTS"]
        rows = len(table.data)
        lists = np.array([np.arange(i % 3 + 1) for i in range(rows)], dtype=object)
        extra = fits.ColDefs([fits.Column("LISTS", "PJ()", array=lists)])
        wider = fits.BinTableHDU.from_columns(
            table.columns + extra, header=table.header, name="EVENTS"
        )
        fits.HDUList([hdus[0], wider, *hdus[2:]]).writeto(tmp_path / "run.fits")
    moved = RunPlaces(HduPlace("run.fits", "EVENTS"), HduPlace("run.fits", "GTI"))
    with opened_run(tmp_path, moved) as run:
        chosen = choose(run, Selection(energy=(1.0, 3.0)))
        found = read(cutout_fits(run, chosen, NOTES))
    kept = np.flatnonzero(chosen.mask)
    assert [len(v) for v in found["EVENTS"].data["LISTS"]] == [i % 3 + 1 for i in kept]


def test_a_file_that_lost_its_table(simulated: Path, places: RunPlaces, tmp_path: Path):
    target = tmp_path / places.events.path
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(simulated / places.events.path, target)
    lost = RunPlaces(HduPlace(places.events.path, "NOTHING"))
    with pytest.raises(UnusableFileError), opened_run(tmp_path, lost):
        pass

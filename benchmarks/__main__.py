"""Run the measurements and print a table of them.

python -m benchmarks [--quick] [--data DL3_FOLDER] [--only ingest,engine,...]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks import (
    engine,
    files,
    ingest,
    links,
    load,
    mixed,
    pages,
    previews,
    transfer,
    waits,
)
from benchmarks.report import Report

GROUPS = {
    "ingest": ingest.measure,
    "engine": engine.measure,
    "previews": previews.measure,
    "transfer": transfer.measure,
    "files": files.measure,
    "load": load.measure,
    "mixed": mixed.measure,
    "waits": waits.measure,
    "links": links.measure,
    "pages": pages.measure,
}


def main() -> None:
    """Run the groups that are asked for."""
    parser = argparse.ArgumentParser(description="Measure gammavo on this machine.")
    parser.add_argument("--quick", action="store_true", help="1e6 events only")
    parser.add_argument("--data", type=Path, help="real DL3 files to ingest as well")
    parser.add_argument("--only", help="groups, by comma")
    options = parser.parse_args()
    wanted = options.only.split(",") if options.only else list(GROUPS)
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        for name in wanted:
            GROUPS[name](report, Path(folder), options)
    report.write()


if __name__ == "__main__":
    main()

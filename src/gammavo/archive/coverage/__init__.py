"""Coverage of sky and time as Multi-Order Coverage maps (IVOA MOC 2.0).

Three kinds of runs, releases and the whole site, in three forms, all from the ``s_region``
and ``t_intervals`` of the catalogue.
"""

from gammavo.archive.coverage.kinds import (
    CoverageForm,
    CoverageKind,
    stored_coverage,
)
from gammavo.archive.coverage.places import (
    coverage_of_release,
    coverage_of_run,
    coverage_of_site,
)

__all__ = [
    "CoverageForm",
    "CoverageKind",
    "coverage_of_release",
    "coverage_of_run",
    "coverage_of_site",
    "stored_coverage",
]

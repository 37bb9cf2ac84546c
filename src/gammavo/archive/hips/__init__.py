"""Hierarchical Progressive Surveys (HiPS 1.0): the events of a release as sky tiles."""

from gammavo.archive.hips.places import (
    HIPS_FOLDER,
    find_hips_file,
    hips_list,
    hips_properties,
)

__all__ = ["HIPS_FOLDER", "find_hips_file", "hips_list", "hips_properties"]

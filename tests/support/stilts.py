"""Which STILTS there are to judge us."""

from __future__ import annotations

import os
import shutil


def stilts_launchers() -> list[str]:
    """Return those of GAMMAVO_STILTS (separated like PATH), or the installed one."""
    listed = os.environ.get("GAMMAVO_STILTS", "")
    launchers = listed.split(os.pathsep) if listed else [shutil.which("stilts")]
    return [launcher for launcher in launchers if launcher]

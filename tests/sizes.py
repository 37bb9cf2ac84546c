"""No file over 500 lines, no function over 60: then the design wants a change."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

LIMITS = {"src": (500, 60), "tests": (700, 120), "benchmarks": (500, 80)}
TEXTS = {"frontend/*.mjs": 400, "frontend/src/**/*.js": 400, "src/**/*.html": 200}
"""Lines of scripts and templates."""


def faults(path: Path, lines: int, function: int) -> list[str]:
    """Return what is too long in a file."""
    text = path.read_text(encoding="utf-8")
    found = []
    if (count := text.count("\n")) > lines:
        found.append(f"{path}: {count} lines")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or 0) - node.lineno + 1
            if size > function:
                found.append(f"{path}:{node.lineno}: {node.name} has {size} lines")
    return found


if __name__ == "__main__":
    all_faults = [
        fault
        for folder, limits in LIMITS.items()
        for path in sorted(Path(folder).rglob("*.py"))
        for fault in faults(path, *limits)
    ]
    all_faults += [
        f"{path}: more than {most} lines"
        for pattern, most in TEXTS.items()
        for path in sorted(Path().glob(pattern))
        if path.read_text(encoding="utf-8").count("\n") > most
    ]
    sys.stdout.writelines(f"{fault}\n" for fault in all_faults)
    sys.exit(1 if all_faults else 0)

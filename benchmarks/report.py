"""The figures of one run, as a Markdown table."""

from __future__ import annotations

import platform
import statistics
from dataclasses import dataclass, field


@dataclass
class Report:
    """Collects figures and prints each at once."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, group: str, what: str, figure: str) -> None:
        """Note a figure."""
        self.rows.append((group, what, figure))
        print(f"{group:10} {what:58} {figure}", flush=True)

    def write(self) -> None:
        """Print all as a table."""
        print(f"\nPython {platform.python_version()} on {platform.machine()}\n")
        print("| group | what | figure |\n|---|---|---|")
        for row in self.rows:
            print("| " + " | ".join(row) + " |")


def spread(seconds: list[float]) -> str:
    """Return median and 95th percentile in milliseconds."""
    ordered = sorted(seconds)
    late = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return f"p50 {1000 * statistics.median(ordered):.1f} ms, p95 {1000 * late:.1f} ms"

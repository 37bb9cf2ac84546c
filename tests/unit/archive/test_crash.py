"""kill -9 at any moment of a publish leaves the former release in force."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import psutil

from gammavo.archive import Archive
from gammavo.archive.publish import PublishOptions, publish
from gammavo.archive.verify import verify

KILLS = int(os.environ.get("GAMMAVO_KILLS", "12"))


def _publish(root: Path, data: Path) -> None:
    publish(Archive(root), data, PublishOptions("example.org", processes=2))


def readers_left() -> int:
    """Return how many processes killed publishes left behind, 10 seconds later at most."""
    for _ in range(100):
        left = [
            process
            for process in psutil.process_iter(["cmdline", "ppid", "status"])
            if process.info["ppid"] == 1
            and process.info["status"] != psutil.STATUS_ZOMBIE
            and "forkserver" in " ".join(process.info["cmdline"] or [])
        ]
        if not left:
            return 0
        time.sleep(0.1)
    return len(left)


def test_kill_at_random_moments(simulated: Path, tmp_path: Path):
    archive = Archive(tmp_path / "archive")
    _publish(archive.root, simulated)
    started = time.monotonic()
    _publish(archive.root, simulated)
    duration = time.monotonic() - started

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["gammavo.archive.publish"])
    random.seed(1)
    killed = 0
    for _ in range(KILLS):
        before = archive.in_force()[0].version
        process = context.Process(target=_publish, args=(archive.root, simulated))
        process.start()
        time.sleep(random.uniform(0, 1.3 * duration))
        if process.is_alive():
            os.kill(process.pid or 0, signal.SIGKILL)
            killed += 1
        process.join()
        (manifest,) = archive.in_force()
        assert manifest.version in {before, archive.next_version(manifest.name) - 1}
        assert not [result for result in verify(archive, manifest) if result.fault]
        for path in archive.root.glob("releases/*/*"):
            json.loads((path / "manifest.json").read_text())
    assert killed > KILLS // 3
    assert readers_left() == 0
    _publish(archive.root, simulated)
    assert not archive.building.exists()

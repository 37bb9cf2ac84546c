"""Files that pages load: named in templates, sent under names that tell their content.

A built frontend has ``static/assets.json``. Without it the pages have one small style sheet
and no scripts: everything still works, with less comfort.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Final

from gammavo.model.errors import NotFoundError

__all__ = ["Asset", "Assets", "load_assets"]

_FOLDER: Final = Path(str(files("gammavo.portal")))


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages load.

    Parameters
    ----------
    served_as
        Last part of its address.
    path
        Where it is; compressed twins are beside it.
    content
        Instead of a path, what is in it.
    """

    served_as: str
    path: Path | None = None
    content: bytes = b""

    @property
    def media_type(self) -> str:
        """Its media type, by its ending."""
        kind = mimetypes.guess_type(self.served_as)[0] or "application/octet-stream"
        is_text = kind.startswith("text/") or kind.endswith("javascript")
        return f"{kind}; charset=utf-8" if is_text else kind


@dataclass(frozen=True, slots=True)
class Assets:
    """All files that the pages of a site load.

    Parameters
    ----------
    named
        By the name that templates use, e.g. ``frame.js``.
    chunks
        Further files, which scripts load themselves.
    imports
        Files that a script needs at once, by its name.
    is_built
        Whether there are scripts.
    """

    named: Mapping[str, Asset]
    chunks: tuple[Asset, ...] = ()
    imports: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_built: bool = True

    @property
    def logo(self) -> str:
        """Name of the publisher's logo, empty if there is none."""
        return next((name for name in self.named if name.startswith("logo.")), "")

    def with_content(self, name: str, content: bytes) -> Assets:
        """Return these and one more, of the publisher."""
        added = Asset(_hashed(name, content), content=content)
        return replace(self, named={**self.named, name: added})

    def find(self, served_as: str) -> Asset:
        """Return the file of an address.

        Raises
        ------
        NotFoundError
            There is none.
        """
        for asset in (*self.named.values(), *self.chunks):
            if asset.served_as == served_as:
                return asset
        raise NotFoundError(f"There is no file {served_as!r} for pages.")


def load_assets(folder: Path = _FOLDER) -> Assets:
    """Return what was built, or the plain style sheet if nothing was.

    Parameters
    ----------
    folder
        Of the portal: with ``static`` and ``plain``.
    """
    static = folder / "static"
    try:
        document = json.loads((static / "assets.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        style = (folder / "plain" / "plain.css").read_bytes()
        return Assets({}, is_built=False).with_content("frame.css", style)
    named = {
        name: Asset(served_as, static / served_as)
        for name, served_as in document["files"].items()
    }
    chunks = tuple(
        Asset(path.name, path)
        for path in sorted(static.glob("*"))
        if path.suffix in {".css", ".js", ".woff2"}
    )
    imports = {name: tuple(chunk) for name, chunk in document["imports"].items()}
    return Assets(named, chunks, imports)


def _hashed(name: str, content: bytes) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:10]}.{ending}"

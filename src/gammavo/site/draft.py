"""``gammavo init``: a site folder with a commented ``gammavo.toml``."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

from gammavo.model.errors import ConflictError
from gammavo.site.config import FILE_NAME, SiteConfig

__all__ = ["config_text", "create_site"]


def create_site(folder: Path) -> Path:
    """Make a site folder and return the path of its settings.

    Raises
    ------
    ConflictError
        The folder is a site already.
    """
    path = folder / FILE_NAME
    if path.exists():
        raise ConflictError(
            f"{folder} is a gammavo site already.", advice=f"Edit its {FILE_NAME}."
        )
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(config_text(), encoding="utf-8")
    return path


def config_text() -> str:
    """Return a ``gammavo.toml`` with every setting, its meaning and its default."""
    lines = ["# Settings of a gammavo site. Commented lines show the defaults.", ""]
    for section, section_field in SiteConfig.model_fields.items():
        model = type(section_field.default)
        lines += [f"# {(model.__doc__ or '').strip()}", f"[{section}]"]
        for name, setting in model.model_fields.items():
            lines += [
                f"# {line}" for line in textwrap.wrap(setting.description or "", 80)
            ]
            lines.append(f"# {name} = {json.dumps(setting.default)}")
        lines.append("")
    return "\n".join(lines)

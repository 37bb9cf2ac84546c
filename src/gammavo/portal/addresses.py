"""Addresses of pages whose variables may hold any character."""

from __future__ import annotations

from urllib.parse import quote

__all__ = ["basket_path", "run_path"]


def run_path(root: str, release: str, obs_id: str) -> str:
    """Return the path of a run's page.

    The identifier is one segment of the path, whatever is in it: its slashes are
    percent-encoded, so that no browser takes ``..`` in it for a way up.

    Parameters
    ----------
    root
        Path at which the site is reached, without a slash at the end.
    release, obs_id
        The run.
    """
    return f"{root}/obs/{quote(release, safe='')}/{quote(obs_id, safe='')}"


def basket_path(root: str, identifiers: tuple[str, ...]) -> str:
    """Return the path of the basket page that shows some products."""
    query = "&".join(f"ID={quote(identifier, safe='')}" for identifier in identifiers)
    return f"{root}/basket?{query}"

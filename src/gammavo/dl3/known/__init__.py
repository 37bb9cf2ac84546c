"""Descriptions of well-known public releases, one ``.toml`` file each."""

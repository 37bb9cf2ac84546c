"""Sphinx settings."""

project = "gammavo"
copyright = "The gammavo developers"  # noqa: A001 - Sphinx's name
extensions = ["myst_parser"]
html_theme = "furo"
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

"""gammavo: a folder of DL3 files goes in, a Virtual Observatory data centre comes out."""

__version__ = "0.1.0"

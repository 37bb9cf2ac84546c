"""Tags that templates load with ``{% load portal %}``."""

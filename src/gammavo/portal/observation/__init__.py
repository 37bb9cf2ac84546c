"""The page of one run: facts, pictures, files, cut-outs, code, and its twins."""

from gammavo.portal.observation.view import observation

__all__ = ["observation"]

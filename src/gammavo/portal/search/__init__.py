"""The search page: from a form to ADQL, facets with counts, and the result.

``state`` is the address, ``question`` checks it and makes conditions, ``adql`` writes them,
``facets`` counts, ``results`` draws rows, ``page`` puts all together.
"""

from gammavo.portal.search.page import search

__all__ = ["search"]

"""The human face: pages, rendered on the server, that work without JavaScript.

A page is five touches (docs/explain/pages.md shows an example):

1. a view, ``view(request, portal, **arguments) -> HttpResponse``, in a module or a folder
   named by its noun. It may block: it runs in a thread. It asks tables by
   ``portal.rows.ask(adql)``, answers with ``portal.render(request, template, values)`` and
   raises ``gammavo.model.errors``, which become pages;
2. one row of ``PAGES`` in ``urls.py``: address, name, view, label in the bar;
3. a template in ``templates/portal`` that extends ``portal/base.html``;
4. if it has scripts, ``frontend/src/pages/<name>.js``, which the template loads by
   ``{% scripts '<name>' %}``;
5. a journey in ``tests/browser``.
"""

from gammavo.portal.assets import load_assets
from gammavo.portal.context import PageContext, QueryLimits, Texts
from gammavo.portal.preferences import LANGUAGES
from gammavo.portal.urls import portal_urls

__all__ = [
    "LANGUAGES",
    "PageContext",
    "QueryLimits",
    "Texts",
    "load_assets",
    "portal_urls",
]

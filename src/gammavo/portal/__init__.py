"""The human face: pages, rendered on the server, that work without JavaScript."""

from gammavo.portal.pages import PageContext, urlpatterns

__all__ = ["PageContext", "urlpatterns"]

"""The view of a run: page, JSON, and the way to a cut-out."""

from __future__ import annotations

import json
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers

from gammavo.model.errors import UsageError
from gammavo.portal.addresses import basket_path
from gammavo.portal.citation import acknowledgement, bibtex
from gammavo.portal.context import PageContext
from gammavo.portal.observation.code import run_snippets
from gammavo.portal.observation.cutout import CutoutForm, cutout_form
from gammavo.portal.observation.document import run_document, twins
from gammavo.portal.observation.facts import fact_groups
from gammavo.portal.observation.field import field_of
from gammavo.portal.observation.files import run_links
from gammavo.portal.observation.pictures import find_pictures
from gammavo.portal.observation.run import (
    Observation,
    find_observation,
    related_runs,
)

__all__ = ["observation"]

_RUNS_SHOWN: Final = 50
_JSON: Final = "application/json"


def observation(
    request: HttpRequest, portal: PageContext, release: str, obs_id: str
) -> HttpResponse:
    """Show a run; ``?format=json`` or an Accept header gives it as JSON.

    With ``?cutout=`` and the fields of the form it leads to the cut-out, or shows what is
    wrong with them.

    Raises
    ------
    NotFoundError
        There is no such run in a release in force.
    UsageError
        There is no such format.
    """
    run = find_observation(portal, release, obs_id)
    if _wants_json(request):
        return _json(portal, run)
    pictures = find_pictures(portal, run)
    target = pictures.target or run.target
    form = cutout_form(portal, run, target, request.GET.dict())
    if form.link:
        return HttpResponseRedirect(form.link)
    return _page(request, portal, run, form)


def _wants_json(request: HttpRequest) -> bool:
    wanted = request.GET.get("format")
    if wanted is None:
        # A browser takes anything; only who asks for JSON alone gets it.
        accepted = request.headers.get("Accept", "")
        return _JSON in accepted and "text/html" not in accepted
    if wanted not in {"json", "html"}:
        raise UsageError(
            f"A run cannot be had as {wanted[:40]!r}.", advice="Use html or json."
        )
    return wanted == "json"


def _json(portal: PageContext, run: Observation) -> HttpResponse:
    document = run_document(run, run_links(portal, run), find_pictures(portal, run))
    text = json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type=_JSON)
    # Programs on other sites may read what everybody can.
    response["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(response, ("Accept",))
    return response


def _page(
    request: HttpRequest, portal: PageContext, run: Observation, form: CutoutForm
) -> HttpResponse:
    pictures = find_pictures(portal, run)
    target = pictures.target or run.target
    neighbours = related_runs(portal, run)
    values: dict[str, Any] = {
        "run": run,
        "description": run.manifest.description,
        "groups": fact_groups(run),
        "pictures": pictures,
        "field": field_of(run, target, neighbours),
        "links": run_links(portal, run),
        "form": form,
        "neighbours": neighbours[:_RUNS_SHOWN],
        "more_neighbours": max(0, len(neighbours) - _RUNS_SHOWN),
        "search": _search(portal, run),
        "snippets": run_snippets(run, target or run.pointing),
        "bibtex": bibtex(
            run.manifest, f"{portal.base_url}/releases/{run.manifest.name}"
        ),
        "acknowledgement": acknowledgement(run.manifest),
        "twins": twins(run),
        "basket": basket_path(portal.root, (run.did,)),
    }
    status = 400 if form.is_wrong else 200
    response = portal.render(request, "portal/observation.html", values, status=status)
    patch_vary_headers(response, ("Accept",))
    return response


def _search(portal: PageContext, run: Observation) -> str:
    """Return the search for all runs around, empty if there is no such page."""
    place = run.target or run.pointing
    search = portal.page_url("search")
    if not search or place is None:
        return ""
    return f"{search}?target={place[0]:.4f}+{place[1]:.4f}&radius=2"

"""The one project of an installation."""

from __future__ import annotations

from typing import Any

from flask import Response

from server.access.verbs import Verb
from server.errors import ProjectUnknown
from server.model.people import ActorKind, ActorList
from server.routes.allow import By, Caller, allow, services
from server.routes.api.sessions import verbs_of
from server.routes.api.speech import api_blueprint, told, wants_more
from server.routes.pages.words import centre_name
from server.services import PROJECT
from server.wire import central

blueprint = api_blueprint("projects")


@blueprint.get("/projects")
@allow(Verb.FETCH_FORMS, by=By.PROGRAM)
def all_projects(caller: Caller) -> Response:
    return told([_project() | {"verbs": verbs_of(caller)} | _more(caller)])


@blueprint.get("/projects/<int:project>")
@allow(Verb.FETCH_FORMS, by=By.PROGRAM)
def one_project(caller: Caller, project: int) -> Response:
    if project != PROJECT:
        raise ProjectUnknown
    return told(_project() | _more(caller))


def _project() -> dict[str, Any]:
    """It is as old as the first of its forms."""
    house = services()
    forms = house.stores.forms
    keys = [each.key for each in forms.all(PROJECT)]
    since = [at for at, _ in forms.first_versions(keys).values()]
    return central.project(PROJECT, centre_name(), min(since, default=house.clock()))


def _more(caller: Caller) -> dict[str, Any]:
    if not wants_more():
        return {}
    stores = services().stores
    return {
        "verbs": verbs_of(caller),
        "forms": len(stores.forms.entries(PROJECT)),
        "appUsers": sum(
            stores.actors.count(caller.scope, ActorList(ActorKind.PHONE, ended))
            for ended in (False, True)
        ),
    }

"""A register as a table of OData, for pyODK's ``merge`` and for spreadsheets that read feeds."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, request

from server.access.verbs import Verb
from server.errors.programs import NotCovered, WrongType
from server.model.entities import EntityTold
from server.routes.allow import By, Caller, allow, services
from server.routes.api.entities import newest_first
from server.routes.api.registers import ONE as REGISTER
from server.routes.api.registers import list_key
from server.routes.api.speech import api_blueprint, told, whole_number
from server.wire import central_entities as central
from server.wire.central import Json

blueprint = api_blueprint("entity_feed")

_KNOWN = frozenset(("$top", "$skip", "$count", "$skiptoken"))


@blueprint.get(f"{REGISTER}.svc/Entities")
@allow(Verb.READ_RECORDS, by=By.PROGRAM)
def feed(caller: Caller, project: int, name: str) -> Response:
    """Newest first; all of it, or ``$top`` at a time."""
    for unknown in sorted(each for each in request.args if each not in _KNOWN and each[:1] == "$"):
        raise NotCovered(feature=unknown)
    key = list_key(project, name)
    columns = services().registers.columns(project)[name]
    everything = newest_first(caller, key)
    start, top = _start(everything), whole_number("$top")
    page = everything[start:] if top is None else everything[start : start + top]
    context = request.base_url.removesuffix("/Entities") + "/$metadata#Entities"
    made: Json = {
        "value": [central.feed(each, columns) for each in page],
        "@odata.context": context,
    }
    if request.args.get("$count", "").lower() == "true":
        made["@odata.count"] = len(everything)
    if page and len(everything) > start + len(page):
        kept = [(each, request.args[each]) for each in ("$top", "$count") if each in request.args]
        after = urlencode([*kept, ("$skiptoken", central.token_after(page[-1].row.id))])
        made["@odata.nextLink"] = f"{request.base_url}?{after}"
    answer = told(made)
    answer.headers["OData-Version"] = "4.0"
    return answer


def _start(everything: list[EntityTold]) -> int:
    """Behind the entry of the token; behind all, where that is gone. Raises WrongType."""
    token = request.args.get("$skiptoken")
    if token is None:
        return whole_number("$skip") or 0
    last = central.uuid_in(token)
    if last is None:
        raise WrongType(value=token, expected="a token of this server")
    places = (at for at, each in enumerate(everything, start=1) if each.row.id == last)
    return next(places, len(everything))

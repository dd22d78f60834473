"""A form's records as a file, exactly as they were answered: for programs, not for spreadsheets."""

from __future__ import annotations

from flask import Response

from exports.source import Options
from server.access.verbs import Verb
from server.exporting import export
from server.model.filters import Filters
from server.processing.forms.handed_in import live_form
from server.processing.records.record_lists import lists_of
from server.routes.allow import By, Caller, allow, services
from server.routes.api.speech import (
    api_blueprint,
    form_key,
    is_off,
    is_on,
    only_what_is_covered,
)
from server.routes.files import streamed
from server.routes.taking_out import take_list

blueprint = api_blueprint("exports")

_RECORDS = "/projects/<int:project>/forms/<seg:form_id>/submissions"
_METHODS = ["GET", "POST"]  # POST for clients that send passphrases along, which nothing here needs


@blueprint.route(f"{_RECORDS}.csv.zip", methods=_METHODS, defaults={"kind": "csv.zip"})
@blueprint.route(f"{_RECORDS}.csv", methods=_METHODS, defaults={"kind": "csv"})
@allow(Verb.EXPORT_RECORDS, by=By.PROGRAM)
def table(caller: Caller, project: int, form_id: str, kind: str) -> Response:
    """With the columns of all versions; without files for ``attachments=false``."""
    only_what_is_covered()
    house, key = services(), form_key(project, form_id)
    live_form(house.shelf, key)
    options = Options(
        attachments=not is_off("attachments"),
        group_paths=not is_off("groupPaths"),
        split_select_multiples=is_on("splitSelectMultiples"),
    )
    found = lists_of(house.stores, house.shelf, caller.scope, key, house.clock())
    filters = Filters(top=found.top())
    take_list(caller, found, filters)
    return streamed(export(house, caller.scope, key, kind, filters, options))

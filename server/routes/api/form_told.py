"""A form, a version of it, its questions and its files, as the REST interface tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from flask import Response

from server.access.verbs import Verb, may
from server.errors import AttachmentUnknown, FormUnknown, PageUnknown
from server.model.forms import FormEntry, FormKey, FormVersion
from server.model.records import ReviewState
from server.processing.forms.drafts import draft_version
from server.processing.forms.shelf import OnHand
from server.processing.records.record_lists import lists_of
from server.routes.allow import Caller, services
from server.routes.api.speech import is_on, told, wants_more
from server.routes.collect import xml_answer
from server.routes.files import file_of
from server.wire import central, openrosa
from server.wire.central import Json
from server.xforms.read_form import read_form
from server.xforms.spreadsheet import WorkbookKind, workbook_kind

Shown = tuple[FormEntry, FormVersion]


def manifest_told(version: FormVersion, address: Callable[[str], str]) -> Response:
    """Of its own files: registers belong to what phones have now, and go with the form's own."""
    files = [openrosa.ListedFile(each.name, each.md5, address(each.name)) for each in version.media]
    return xml_answer(openrosa.manifest(files))


def shown_form(caller: Caller, key: FormKey) -> Shown:
    """The published version, else the draft for whoever may see drafts. Raises FormUnknown.

    Not off the shelf: a script that has just published must not be told of the version before.
    """
    stores = services().stores
    if not caller.scope.sees_form(key.form_id):
        raise FormUnknown(form_id=key.form_id)
    live = stores.forms.current(key)
    if live is None and may(caller.actor, Verb.PUBLISH_FORMS):
        return draft_version(stores, replace(key, draft=True))
    if live is None or live[0].deleted_at is not None:
        raise FormUnknown(form_id=key.form_id)
    return live


def forms_told(caller: Caller, shown: Iterable[Shown]) -> list[Json]:
    """Each with what ``X-Extended-Metadata`` asks for."""
    found = list(shown)
    first = services().stores.forms.first_versions(entry.key for entry, _ in found)
    made = []
    for entry, version in found:
        created_at, by = first.get(entry.key, (version.published_at, version.published_by))
        one = central.form(entry, version, created_at)
        made.append(one | _more(caller, entry, version, by) if wants_more() else one)
    return made


def form_told(caller: Caller, entry: FormEntry, version: FormVersion) -> Json:
    return forms_told(caller, [(entry, version)])[0]


def version_told(entry: FormEntry, version: FormVersion) -> Json:
    """One of the published versions: it is as old as it is published."""
    made = central.form(entry, version, version.published_at)
    made |= {"publishNotes": version.notes or None}
    if wants_more():
        by = version.published_by
        made["publishedBy"] = made["createdBy"] = actor_told(by)
    return made


def actor_told(actor_id: str) -> Json:
    return central.actor(services().stores.actors.by_id(actor_id), actor_id)


def _more(caller: Caller, entry: FormEntry, version: FormVersion, by: str) -> Json:
    """Numbers are of what the caller may see."""
    house = services()
    found = lists_of(house.stores, house.shelf, caller.scope, entry.key, house.clock())
    newest = found.newest()
    counts = {
        "received": ReviewState.RECEIVED,
        "hasIssues": ReviewState.HAS_ISSUES,
        "edited": ReviewState.EDITED,
    }
    return {
        "submissions": found.numbers().total,
        "lastSubmission": central.moment(newest.at) if newest else None,
        "reviewStates": {
            name: found.counts.number(found.roots, (state,)) for name, state in counts.items()
        },
        "entityRelated": bool(read_form(version.xml).entities),
        "excelContentType": _workbook(version)[1].media_type if version.xlsx_sha256 else None,
        "publicLinks": 0,
        "publishNotes": version.notes or None,
        "createdBy": actor_told(by),
    }


# -- parts of a version ----------------------------------------------------------------------------


def fields_told(version: FormVersion) -> Response:
    return told(central.fields(read_form(version.xml).fields, odata=is_on("odata")))


def attachments_told(entry: FormEntry, version: FormVersion) -> Response:
    """All files that the form names, and which of them are there."""
    form = read_form(version.xml)
    lists = services().registers.lists_of(OnHand(entry, version, form, known=True))
    return told(central.attachments(form.media, version.media, lists, version.published_at))


def attachment_file(version: FormVersion, name: str) -> Response:
    """Raises AttachmentUnknown."""
    media = next((each for each in version.media if each.name == name), None)
    if media is None:
        raise AttachmentUnknown
    content = services().stores.blobs.read(media.sha256)
    return file_of(content, media.name, media.type, media.md5)


def xml_file(version: FormVersion) -> Response:
    """The exact bytes that phones get."""
    return file_of(version.xml, f"{version.key.form_id}.xml", central.XFORM, version.md5)


def workbook_file(version: FormVersion, ending: str) -> Response:
    """As it was handed in. Raises PageUnknown for a form that came as another kind."""
    if version.xlsx_sha256 is None:
        raise PageUnknown
    data, kind = _workbook(version)
    if kind.suffix != ending:
        raise PageUnknown
    return file_of(data, f"{version.key.form_id}.{ending}", kind.media_type)


def _workbook(version: FormVersion) -> tuple[bytes, WorkbookKind]:
    assert version.xlsx_sha256 is not None
    data = services().stores.blobs.read(version.xlsx_sha256)
    return data, workbook_kind(data)

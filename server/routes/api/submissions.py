"""Records, read: those that the pages would show to whoever asks, and no others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import quote, urlencode

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import OriginalHidden, RecordUnknown
from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.records import Record, RecordLine, RecordVersion
from server.model.withholding import RECORDS
from server.processing.forms.handed_in import live_form
from server.processing.records.opened import file_named, find_record
from server.processing.records.record_lists import Lists, lists_of
from server.routes.allow import By, Caller, allow, services
from server.routes.api.speech import (
    JSON,
    api_blueprint,
    form_key,
    only_what_is_covered,
    told,
    wants_more,
    whole_number,
)
from server.routes.files import file_of, in_pieces, send_original
from server.routes.noted import showed, watched
from server.routes.pages.records.asked import page_top
from server.routes.taking_out import take_lines, take_list, take_record
from server.wire import central
from server.xforms.values import nfc

blueprint = api_blueprint("submissions")

_PIECE = 64 * 1024
_LONGEST_PAGE = 5000  # what is more is sent while it is read
_ALL = "/projects/<int:project>/forms/<seg:form_id>/submissions"
_ONE = f"{_ALL}/<seg:instance_id>"
_VERSION = f"{_ONE}/versions/<seg:version_id>"


@blueprint.get(_ALL)
@allow(Verb.READ_RECORDS, by=By.PROGRAM)
def all_records(caller: Caller, project: int, form_id: str) -> Response:
    """Newest first, without what is shared no more. With a ``limit`` the answer links to what comes
    after it."""
    only_what_is_covered("deleted")
    found = _lists(caller, project, form_id)
    limit, offset = whole_number("limit"), whole_number("offset") or 0
    filters = Filters(top=page_top(request.args, found.top()))
    if limit is None or limit > _LONGEST_PAGE:
        end = None if limit is None else offset + limit
        take_list(caller, found, filters)
        lines = watched(islice(_shared(found, filters), offset, end))
        return in_pieces(_array(lines, wants_more()), JSON)
    page = list(islice(_shared(found, filters), offset, offset + limit + 1))
    take_lines(caller, found, page[:limit])
    showed(page[:limit])
    answer = told([_told(each, wants_more()) for each in page[:limit]])
    if limit and len(page) > limit:
        after = urlencode({"limit": limit, "before": page[limit - 1].seq})
        answer.headers["Link"] = f'<?{after}>; rel="next"'
    return answer


def _shared(found: Lists, filters: Filters) -> Iterator[RecordLine]:
    kept_back = services().stores.withheld.ids(RECORDS, found.key.text)
    return (each for each in found.all_lines(filters) if each.instance_id not in kept_back)


@blueprint.get(f"{_ALL}/keys")
@allow(Verb.READ_RECORDS, by=By.PROGRAM)
def keys(caller: Caller, project: int, form_id: str) -> Response:
    """No key to decrypt with is kept here."""
    _lists(caller, project, form_id)
    return told([])


@blueprint.get(_ONE)
@allow(Verb.READ_RECORDS, by=By.PROGRAM)
def one_record(caller: Caller, project: int, form_id: str, instance_id: str) -> ResponseReturnValue:
    record = _record(caller, project, form_id, instance_id)
    if moved := _moved(record, instance_id):
        return moved
    found = _lists_of(caller, record.key)
    only = Filters(top=record.seq + 1, bottom=record.seq, cuts=())
    lines = found.page(only, 1)
    if not lines:  # deleted at this moment
        raise RecordUnknown
    return told(_told(lines[0], wants_more()))


@blueprint.get(f"{_ONE}.xml")
@allow(Verb.READ_RECORDS, by=By.PROGRAM)
def xml(caller: Caller, project: int, form_id: str, instance_id: str) -> ResponseReturnValue:
    """Byte for byte as it was received."""
    record = _record(caller, project, form_id, instance_id)
    return _moved(record, instance_id, ".xml") or _xml(record, record.current)


@blueprint.get(f"{_ONE}/attachments")
@allow(Verb.READ_RECORDS, by=By.PROGRAM)
def attachments(
    caller: Caller, project: int, form_id: str, instance_id: str
) -> ResponseReturnValue:
    """What its answers name, whether it has arrived or not."""
    record = _record(caller, project, form_id, instance_id)
    there = {nfc(each.name) for each in record.media}
    return _moved(record, instance_id, "/attachments") or told(
        [{"name": name, "exists": nfc(name) in there} for name in sorted(record.derived.expected)]
    )


@blueprint.get(f"{_ONE}/attachments/<seg:name>")
@allow(Verb.READ_RECORDS, by=By.PROGRAM)
def attachment(
    caller: Caller, project: int, form_id: str, instance_id: str, name: str
) -> ResponseReturnValue:
    record = _record(caller, project, form_id, instance_id)
    moved = _moved(record, instance_id, f"/attachments/{quote(name, safe='')}")
    return moved or _file(caller, record, name)


@blueprint.get(f"{_ONE}/comments")
@allow(Verb.READ_RECORDS, by=By.PROGRAM)
def comments(caller: Caller, project: int, form_id: str, instance_id: str) -> ResponseReturnValue:
    """What reviewers gave as their reasons, newest first."""
    record = _record(caller, project, form_id, instance_id)
    said = [central.comment(each) for each in reversed(record.reviews) if each.reason]
    return _moved(record, instance_id, "/comments") or told(said)


@blueprint.get(f"{_ONE}/versions")
@allow(Verb.READ_RECORDS, by=By.PROGRAM)
def versions(caller: Caller, project: int, form_id: str, instance_id: str) -> ResponseReturnValue:
    """Newest first."""
    record = _record(caller, project, form_id, instance_id)
    return _moved(record, instance_id, "/versions") or told(
        [_version_told(record, each) for each in reversed(record.versions)]
    )


@blueprint.get(_VERSION)
@allow(Verb.READ_RECORDS, by=By.PROGRAM)
def one_version(
    caller: Caller, project: int, form_id: str, instance_id: str, version_id: str
) -> Response:
    record = _record(caller, project, form_id, instance_id)
    return told(_version_told(record, _version(record, version_id)))


@blueprint.get(f"{_VERSION}.xml")
@allow(Verb.READ_RECORDS, by=By.PROGRAM)
def version_xml(
    caller: Caller, project: int, form_id: str, instance_id: str, version_id: str
) -> Response:
    record = _record(caller, project, form_id, instance_id)
    return _xml(record, _version(record, version_id))


@blueprint.get(f"{_VERSION}/attachments/<seg:name>")
@allow(Verb.READ_RECORDS, by=By.PROGRAM)
def version_attachment(
    caller: Caller, project: int, form_id: str, instance_id: str, version_id: str, name: str
) -> Response:
    """The files of all versions lie together."""
    record = _record(caller, project, form_id, instance_id)
    _version(record, version_id)
    return _file(caller, record, name)


# -- the answers -----------------------------------------------------------------------------------


def _lists(caller: Caller, project: int, form_id: str) -> Lists:
    """Raises FormUnknown."""
    key = form_key(project, form_id)
    live_form(services().shelf, key)
    return _lists_of(caller, key)


def _lists_of(caller: Caller, key: FormKey) -> Lists:
    house = services()
    return lists_of(house.stores, house.shelf, caller.scope, key, house.clock())


def _record(caller: Caller, project: int, form_id: str, instance_id: str) -> Record:
    """Raises FormUnknown, RecordUnknown and TakesTwo."""
    house, key = services(), form_key(project, form_id)
    live_form(house.shelf, key)
    record = find_record(house.stores, house.shelf, caller.scope, key, instance_id)
    take_record(caller, record)
    return record


def _moved(record: Record, instance_id: str, rest: str = "") -> ResponseReturnValue | None:
    """To the version with this id, where it is a later one's."""
    if instance_id == record.instance_id:
        return None
    there = url_for(
        "api_submissions.one_version",
        project=record.key.project,
        form_id=record.key.form_id,
        instance_id=record.instance_id,
        version_id=instance_id,
    )
    return redirect(there + rest, 301)


def _version(record: Record, version_id: str) -> RecordVersion:
    found = next((each for each in record.versions if each.instance_id == version_id), None)
    if found is None:
        raise RecordUnknown
    return found


def _told(line: RecordLine, more: bool) -> central.Json:
    made = central.submission(line)
    if more:
        made["submitter"] = central.sender(line.sender)
        made["currentVersion"]["submitter"] = central.sender(line.newest.sender)
    return made


def _version_told(record: Record, version: RecordVersion) -> central.Json:
    is_current = version is record.current
    name = record.derived.name if is_current else ""
    made = central.arrival(version.arrival, name, current=is_current)
    if wants_more():
        made |= {
            "submitter": central.sender(version.sender),
            "formVersion": version.form_version,
        }
    return made


def _xml(record: Record, version: RecordVersion) -> Response:
    """Raises OriginalHidden."""
    if record.hidden:
        raise OriginalHidden
    return file_of(version.xml, f"{version.instance_id}.xml", central.XFORM)


def _file(caller: Caller, record: Record, name: str) -> Response:
    return send_original(caller, record, file_named(record, name))


def _array(lines: Iterable[RecordLine], more: bool) -> Iterator[bytes]:
    """One JSON array, while it is read."""
    size, piece = 0, ["["]
    for number, each in enumerate(lines):
        text = json.dumps(_told(each, more), ensure_ascii=False)
        piece += ["," if number else "", text]
        size += len(text)
        if size > _PIECE:
            yield "".join(piece).encode()
            size, piece = 0, []
    yield "".join([*piece, "]"]).encode()

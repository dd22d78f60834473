"""A form's versions: what each of them was, to take away and to compare."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import AttachmentUnknown, PageUnknown
from server.model.forms import FormKey, FormVersion
from server.processing.forms.versions import version_of
from server.routes.allow import By, Caller, allow, services
from server.routes.files import file_of
from server.routes.pages.forms.changes import comparison_part
from server.routes.pages.forms.draft_facts import publisher
from server.routes.pages.records.asked import Option
from server.routes.pages.ways import address
from server.routes.pages.words import gettext, moment_words
from server.services import PROJECT
from server.xforms.compare import compare as compare_forms
from server.xforms.read_form import read_form
from server.xforms.spreadsheet import workbook_kind

blueprint = Blueprint("form_versions", __name__)

_XML = "application/xml"


@dataclass(frozen=True, slots=True)
class VersionRow:
    """``compare_href`` compares with the one before; "" for the oldest. ``return_action`` is "" for
    what phones have now."""

    version: str
    value: str
    current: bool
    when: str
    who: str
    notes: str
    xml_href: str
    xlsx_href: str
    compare_href: str
    return_action: str


@blueprint.get("/forms/<seg:form_id>/download/<kind>")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def download(caller: Caller, form_id: str, kind: str) -> Response:
    """The exact XForm that phones get, or the workbook it was made of."""
    version = _asked(form_id)
    if kind == "xml":
        return _taken_away(version, version.xml, "xml", _XML)
    if kind != "xlsx" or version.xlsx_sha256 is None:
        raise PageUnknown
    workbook = services().stores.blobs.read(version.xlsx_sha256)
    return _taken_away(version, workbook, *workbook_kind(workbook))


@blueprint.get("/forms/<seg:form_id>/attachment/<seg:name>")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def attachment(caller: Caller, form_id: str, name: str) -> Response:
    media = next((each for each in _asked(form_id).media if each.name == name), None)
    if media is None:
        raise AttachmentUnknown
    return file_of(services().stores.blobs.read(media.sha256), media.name, media.type)


@blueprint.get("/forms/<seg:form_id>/compare")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def compare(caller: Caller, form_id: str) -> ResponseReturnValue:
    key = FormKey(PROJECT, form_id)
    stores = services().stores
    old = version_of(stores, key, request.args.get("old", ""))
    new = version_of(stores, key, request.args.get("new", ""))
    changes = compare_forms(read_form(old.xml), read_form(new.xml))
    return render_template(
        "pages/form_compare.html",
        title=gettext(
            "“%(title)s”: from version %(old)s to %(new)s",
            title=new.title,
            old=old.version,
            new=new.version,
        ),
        back_href=url_for("form.show", form_id=form_id),
        options=tuple(
            Option(each.version, f"{each.version} ({moment_words(each.published_at)})")
            for each in stores.forms.versions(key)
        ),
        old=old.version,
        new=new.version,
        changes=comparison_part(old.version, changes),
    )


def version_rows(versions: list[FormVersion], current: str) -> tuple[VersionRow, ...]:
    """Newest first."""
    before = [*versions[1:], None]
    names = {each: publisher(each) for each in {each.published_by for each in versions}}
    return tuple(
        _row(each, older, current, names[each.published_by])
        for each, older in zip(versions, before, strict=True)
    )


def _row(version: FormVersion, older: FormVersion | None, current: str, who: str) -> VersionRow:
    here = {"form_id": version.key.form_id, "version": version.version}
    pair = {"form_id": version.key.form_id, "new": version.version}
    is_current = version.version == current
    return VersionRow(
        version=version.version or gettext("without a version"),
        value=version.version,
        current=is_current,
        when=moment_words(version.published_at),
        who=who,
        notes=version.notes,
        xml_href=address("form_versions.download", kind="xml", **here),
        xlsx_href=address("form_versions.download", kind="xlsx", **here)
        if version.xlsx_sha256
        else "",
        compare_href=address("form_versions.compare", old=older.version, **pair) if older else "",
        return_action="" if is_current else url_for("form.go_back", form_id=here["form_id"]),
    )


def _asked(form_id: str) -> FormVersion:
    wanted = request.args.get("version", "")
    return version_of(services().stores, FormKey(PROJECT, form_id), wanted)


def _taken_away(version: FormVersion, data: bytes, suffix: str, media_type: str) -> Response:
    name = "-".join(each for each in (version.key.form_id, version.version) if each)
    return file_of(data, f"{name}.{suffix}", media_type)

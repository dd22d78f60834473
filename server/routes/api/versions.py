"""A form's published versions."""

from __future__ import annotations

from flask import Response, url_for

from server.access.verbs import Verb
from server.model.forms import FormEntry, FormVersion
from server.processing.forms.handed_in import live_form
from server.processing.forms.versions import version_of
from server.routes.allow import By, Caller, allow, services
from server.routes.api import form_told as tell
from server.routes.api.speech import api_blueprint, form_key, told

blueprint = api_blueprint("versions")

_VERSIONS = "/projects/<int:project>/forms/<seg:form_id>/versions"
_VERSION = f"{_VERSIONS}/<seg:version>"
_BLANK = "___"  # how an address says that a version has no number


@blueprint.get(_VERSIONS)
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def all_versions(caller: Caller, project: int, form_id: str) -> Response:
    """Newest first."""
    forms, key = services().stores.forms, form_key(project, form_id)
    entry = live_form(services().shelf, key)
    return told([tell.version_told(entry, each) for each in forms.versions(key)])


@blueprint.get(_VERSION)
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def one_version(caller: Caller, project: int, form_id: str, version: str) -> Response:
    return told(tell.version_told(*_asked(project, form_id, version)))


@blueprint.get(f"{_VERSION}.xml")
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def xml(caller: Caller, project: int, form_id: str, version: str) -> Response:
    return tell.xml_file(_asked(project, form_id, version)[1])


@blueprint.get(f"{_VERSION}.xlsx", defaults={"ending": "xlsx"})
@blueprint.get(f"{_VERSION}.xls", defaults={"ending": "xls"})
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def workbook(caller: Caller, project: int, form_id: str, version: str, ending: str) -> Response:
    return tell.workbook_file(_asked(project, form_id, version)[1], ending)


@blueprint.get(f"{_VERSION}/fields")
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def fields(caller: Caller, project: int, form_id: str, version: str) -> Response:
    return tell.fields_told(_asked(project, form_id, version)[1])


@blueprint.get(f"{_VERSION}/attachments")
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def attachments(caller: Caller, project: int, form_id: str, version: str) -> Response:
    return tell.attachments_told(*_asked(project, form_id, version))


@blueprint.get(f"{_VERSION}/manifest")
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def manifest(caller: Caller, project: int, form_id: str, version: str) -> Response:
    """XML, with the files as they are at this address."""

    def address(name: str) -> str:
        return url_for(
            "api_versions.attachment",
            project=project,
            form_id=form_id,
            version=version,
            name=name,
            _external=True,
        )

    return tell.manifest_told(_asked(project, form_id, version)[1], address)


@blueprint.get(f"{_VERSION}/attachments/<seg:name>")
@allow(Verb.PUBLISH_FORMS, by=By.PROGRAM)
def attachment(caller: Caller, project: int, form_id: str, version: str, name: str) -> Response:
    return tell.attachment_file(_asked(project, form_id, version)[1], name)


def _asked(project: int, form_id: str, version: str) -> tuple[FormEntry, FormVersion]:
    """Raises FormUnknown and VersionUnknown."""
    house, key = services(), form_key(project, form_id)
    return live_form(house.shelf, key), version_of(house.stores, key, number_in(version))


def number_in(address: str) -> str:
    return "" if address == _BLANK else address

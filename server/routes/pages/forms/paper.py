"""A questionnaire to print and fill by hand."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from exports.names import content_disposition
from server.access.verbs import Verb
from server.exporting import questionnaire
from server.processing.forms.papers import paper_of
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.records.records import known_form
from server.routes.pages.ways import address
from server.routes.pages.words import gettext, reader
from server.xforms.form import Form

blueprint = Blueprint("paper", __name__)


@dataclass(frozen=True, slots=True)
class Way:
    href: str
    label: str
    current: bool


@blueprint.get("/forms/<seg:form_id>/paper")
@allow(Verb.FETCH_FORMS, by=By.SESSION)
def sheet(caller: Caller, form_id: str) -> ResponseReturnValue:
    house, key = services(), known_form(caller, form_id)
    version, language = _asked()
    paper = paper_of(house.shelf, key, version, language)
    form = house.shelf.on_hand(key, paper.version).form
    where = _where(form_id, version)
    return render_template(
        "pages/paper.html",
        title=gettext("%(form)s on paper", form=paper.title),
        paper=paper,
        code=segno.make(paper.mark, error="m", micro=False).svg_data_uri(border=4, dark="#000"),
        languages=_languages(form, paper.language, where),
        pdf_href=address("paper.pdf", lang=paper.language, **where),
    )


@blueprint.get("/forms/<seg:form_id>/paper.pdf")
@allow(Verb.FETCH_FORMS, by=By.SESSION)
def pdf(caller: Caller, form_id: str) -> Response:
    version, language = _asked()
    made = questionnaire(services(), known_form(caller, form_id), version, language)
    answer = Response(b"".join(made.pieces), content_type=made.media_type)
    answer.headers["Content-Disposition"] = content_disposition(made.file_name, inline=True)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _asked() -> tuple[str | None, str]:
    """(version, language) of the address; the current version and the reader's language else."""
    return request.args.get("version"), request.args.get("lang") or reader()


def _where(form_id: str, version: str | None) -> dict[str, str]:
    return {"form_id": form_id} if version is None else {"form_id": form_id, "version": version}


def _languages(form: Form, current: str, where: dict[str, str]) -> tuple[Way, ...]:
    names = {"vi": gettext("in Vietnamese"), "en": gettext("in English")}
    return tuple(
        Way(address("paper.sheet", lang=each, **where), names.get(each, each), each == current)
        for each in form.languages
    )

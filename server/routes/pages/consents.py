"""The register of consents: what each record says of it, form by form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb, scope_for
from server.model.consents import CONSENT, Consent
from server.model.filters import Filters
from server.model.forms import FormEntry
from server.model.sequence import seq_at
from server.processing.consents import Page, Said, consents, forms_with_consent
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.asked import Filter, Option, page_top
from server.routes.pages.ways import address
from server.routes.pages.words import N_, gettext, moment_words
from server.services import PROJECT

blueprint = Blueprint("consents", __name__)

# By the choices of the library's forms; what a form of the centre's own adds is shown as it is.
_BASES: Mapping[str, str] = {
    CONSENT: N_("Consent"),
    "khan_cap": N_("Emergency, without consent"),
    "nhiem_vu": N_("Duty under the law, without consent"),
}
_CHILD: Mapping[str, str] = {"co": N_("Yes"), "khong": N_("No"), "khong_ro": N_("Not known")}
_GIVEN: Mapping[str, bool] = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Row:
    href: str
    name: str
    when: str
    version: str
    basis: str
    given: bool
    child: str
    sharing: str
    photos: str
    signed: str
    kept_back: bool


@blueprint.get("/admin/consents")
@allow(Verb.MANAGE_DUTIES, by=By.SESSION)
def overview(caller: Caller) -> ResponseReturnValue:
    house = services()
    entries = forms_with_consent(house.shelf, PROJECT)
    wanted = request.args.get("form")
    entry = next((each for each in entries if each.key.form_id == wanted), None)
    entry = entry or next(iter(entries), None)
    given = request.args.get("given", "")
    page = _read(caller, entry, given) if entry else Page((), None)
    asked = {"form": entry.key.form_id if entry else "", "given": given}
    return render_template(
        "pages/consents.html",
        title=gettext("Consent: %(form)s", form=entry.title) if entry else gettext("Consent"),
        back_href=url_for("data_requests.overview"),
        filters=_filters(entries, asked),
        reset_href=url_for("consents.overview") if given in _GIVEN else None,
        rows=tuple(_row(each) for each in page.said),
        more_href=address("consents.overview", **asked, before=page.before) if page.before else "",
    )


def _read(caller: Caller, entry: FormEntry, given: str) -> Page:
    """Of records that this reader may read anyway."""
    stores, now = services().stores, services().clock()
    scope = scope_for(caller.actor, Verb.READ_RECORDS)
    filters = Filters(top=page_top(request.args, seq_at(now)))
    return consents(stores, services().shelf, scope, entry.key, filters, given=_GIVEN.get(given))


def _filters(entries: Sequence[FormEntry], asked: Mapping[str, str]) -> tuple[Filter, ...]:
    forms = tuple(Option(each.key.form_id, each.title) for each in entries)
    given = (
        Option("", gettext("All")),
        Option("yes", gettext("With consent")),
        Option("no", gettext("Without consent")),
    )
    return (
        Filter("form", gettext("Form"), "select", asked["form"], forms),
        Filter("given", gettext("Basis"), "select", asked["given"], given),
    )


def _row(said: Said) -> Row:
    record, consent = said.record, said.consent
    key = record.key
    return Row(
        href=url_for("record.show", form_id=key.form_id, instance_id=record.instance_id),
        name=record.derived.name or moment_words(record.at),
        when=moment_words(record.at),
        version=record.current.form_version,
        basis=gettext(_BASES[consent.basis]) if consent.basis in _BASES else consent.basis,
        given=consent.given,
        child=gettext(_CHILD[consent.child]) if consent.child in _CHILD else "",
        sharing=_of_consent(consent, consent.sharing),
        photos=_yes(consent.photos),
        signed=_of_consent(consent, bool(consent.signature)),
        kept_back=said.kept_back,
    )


def _of_consent(consent: Consent, yes: bool) -> str:
    """Asked only of who consented."""
    return _yes(yes) if consent.given else ""


def _yes(yes: bool) -> str:
    return gettext("Yes") if yes else gettext("No")

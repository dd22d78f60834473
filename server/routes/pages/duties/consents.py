"""The register of consents: what each record says of it, form by form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb, scope_for
from server.model.consents import CONSENT, RELATION, Consent, Sharing
from server.model.filters import Filters
from server.model.forms import FormEntry, FormKey
from server.model.sequence import seq_at
from server.model.withholding import LISTS, Target
from server.processing.duties.consents import (
    Page,
    Said,
    consents,
    consents_of,
    forms_with_consent,
)
from server.processing.registers.settle import find_entity
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.records.answers import Reader
from server.routes.pages.records.asked import Filter, Option, page_top
from server.routes.pages.registers.registers import known_list
from server.routes.pages.ways import address
from server.routes.pages.withheld_words import kept_back_words
from server.routes.pages.words import N_, gettext, moment_words, reader
from server.services import PROJECT
from server.xforms.entities import entity_id

blueprint = Blueprint("consents", __name__)

# By the choices of the library's forms; what a form of the centre's own adds is shown as it is.
_BASES: Mapping[str, str] = {
    CONSENT: N_("Consent"),
    "khan_cap": N_("Emergency, without consent"),
    "nhiem_vu": N_("Duty under the law, without consent"),
}
_CHILD: Mapping[str, str] = {"co": N_("Yes"), "khong": N_("No"), "khong_ro": N_("Not known")}
_MAY: Mapping[Sharing, str] = {
    Sharing.ALLOWED: N_("May be shared: the representative and the child agree"),
    Sharing.IF_UNDER_SEVEN: N_("Only while the child is under 7: the child was not asked"),
    Sharing.CHILD_REFUSES: N_("May not be shared: the child does not agree"),
    Sharing.NOT_AGREED: N_("May not be shared"),
}
_ENTRY = re.compile(r"/lists/([^/]+)/([^/]+)")
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


@dataclass(frozen=True, slots=True)
class Given:
    """What one record says of consent, in full: ``by`` gave it, ``may`` says whether what is
    private may be passed on."""

    row: Row
    form: str
    by: str
    relation: str
    reason: str
    may: str


@blueprint.get("/lists/<seg:name>/<seg:uuid>/consents")
@allow(Verb.READ_RECORDS, by=By.SESSION)
def of_entry(caller: Caller, name: str, uuid: str) -> ResponseReturnValue:
    """Of one child or household."""
    house = services()
    found = find_entity(house.stores, caller.scope, known_list(name), entity_id(uuid))
    forms = {each.key: each.title for each in forms_with_consent(house.shelf, PROJECT)}
    said = consents_of(house.stores, house.shelf, caller.scope, found, forms.keys())
    label = house.registers.shown(caller.scope, found).state.label
    return render_template(
        "pages/entry_consents.html",
        title=gettext("Consent: %(form)s", form=label or found.id),
        back_href=url_for("register_entry.show", name=name, uuid=found.id),
        back_label=label or found.id,
        kept_back=kept_back_words(Target(LISTS, found.key.text, found.id)),
        given=tuple(_given(each, forms) for each in said),
    )


@blueprint.get("/admin/consents")
@allow(Verb.MANAGE_DUTIES, by=By.SESSION)
def overview(caller: Caller) -> ResponseReturnValue:
    entry_page = _entry_page(request.args.get("entry", ""))
    if entry_page:
        return redirect(entry_page, 303)
    house = services()
    entries = forms_with_consent(house.shelf, PROJECT)
    wanted = request.args.get("form")
    entry = next((each for each in entries if each.key.form_id == wanted), None)
    entry = entry or next(iter(entries), None)
    given = request.args.get("given", "")
    page = _read(caller, entry, given) if entry else Page((), None)
    asked = {"entry": "", "form": entry.key.form_id if entry else "", "given": given}
    return render_template(
        "pages/consents.html",
        title=gettext("Consent: %(form)s", form=entry.title) if entry else gettext("Consent"),
        back_href=url_for("data_requests.overview"),
        filters=_filters(entries, asked),
        reset_href=url_for("consents.overview") if given in _GIVEN else None,
        rows=tuple(_row(each) for each in page.said),
        more_href=address("consents.overview", **_named(asked), before=page.before)
        if page.before
        else "",
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
        Filter("entry", gettext("Address of an entry"), "text", ""),
    )


def _entry_page(address_of_entry: str) -> str:
    """Where the consents of an entry stand whose page's address was given; "" for none."""
    try:
        match = _ENTRY.search(urlsplit(address_of_entry.strip()).path)
    except ValueError:
        return ""
    if match is None or not (uuid := entity_id(unquote(match[2]))):
        return ""
    return url_for("consents.of_entry", name=unquote(match[1]), uuid=uuid)


def _named(asked: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in asked.items() if value}


def _given(said: Said, forms: Mapping[FormKey, str]) -> Given:
    consent, key = said.consent, said.record.key
    may = Sharing.NOT_AGREED if said.kept_back else consent.may_be_shared
    return Given(
        row=_row(said),
        form=forms[key],
        by=consent.person,
        relation=_relation(said),
        reason=consent.reason,
        may=gettext(_MAY[may]),
    )


def _relation(said: Said) -> str:
    """In the words of the form's own choices."""
    on_hand = services().shelf.on_hand(said.record.key, said.record.current.form_version)
    field = next((each for each in on_hand.form.walk() if each.name == RELATION), None)
    words = Reader(services().labels, on_hand, reader())
    return words.words(field, said.consent.relation) if field and said.consent.relation else ""


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

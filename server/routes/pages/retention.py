"""The records of a form that have been kept as long as they were to be."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import FormUnknown
from server.model.forms import FormKey
from server.model.retention import Retention
from server.model.sequence import LAST_SEQ
from server.processing.retention import Over, over, retention_of
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.asked import page_top
from server.routes.pages.ways import address
from server.routes.pages.words import day_words, gettext, moment_words, ngettext
from server.services import PROJECT

blueprint = Blueprint("retention", __name__)

PAGE = 30


@dataclass(frozen=True, slots=True)
class Row:
    href: str
    came: str
    office: str
    kept_until: str


@blueprint.get("/records/<seg:form_id>/over")
@allow(Verb.DELETE_RECORDS, by=By.SESSION)
def overview(caller: Caller, form_id: str) -> ResponseReturnValue:
    house, key = services(), FormKey(PROJECT, form_id)
    if not caller.scope.sees_form(form_id):
        raise FormUnknown(form_id=form_id)
    title = house.shelf.entry(key).title
    found, on = over(
        house.stores,
        caller.scope,
        key,
        house.clock(),
        top=page_top(request.args, LAST_SEQ),
        most=PAGE,
    )
    return render_template(
        "pages/retention.html",
        title=gettext("Kept long enough"),
        back_href=address("records.record_list", form_id=form_id),
        back_label=title,
        rule=rule_words(retention_of(house.stores, key)),
        rows=tuple(_row(each) for each in found),
        more_href=address("retention.overview", form_id=form_id, before=on) if on else "",
    )


def rule_words(rule: Retention | None) -> str:
    if rule is None:
        return gettext("Nobody has said for how long records of this form are kept.")
    if rule.born:
        return ngettext(
            "Records of this form are kept until the 18th birthday and %(num)s year more.",
            "Records of this form are kept until the 18th birthday and %(num)s years more.",
            rule.years,
        )
    return ngettext(
        "Records of this form are kept for %(num)s month.",
        "Records of this form are kept for %(num)s months.",
        rule.months,
    )


def kept_for(rule: Retention | None) -> str:
    """In a few words, for a table."""
    if rule is None:
        return gettext("No rule is set")
    if rule.born:
        return ngettext(
            "18th birthday and %(num)s year", "18th birthday and %(num)s years", rule.years
        )
    return ngettext("%(num)s month", "%(num)s months", rule.months)


def _row(each: Over) -> Row:
    record = each.record
    office = services().shelf.offices().get(record.office or "")
    return Row(
        href=address("record.show", form_id=record.key.form_id, instance_id=record.instance_id),
        came=moment_words(record.at),
        office=office.label if office else "",
        kept_until=day_words(each.last_day.isoformat()),
    )

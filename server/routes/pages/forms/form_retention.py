"""For how long a form's records are kept: what a rule would mean is shown before it is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.errors import Clash, FormUnknown, NotUnderstood
from server.model.forms import FormKey
from server.model.retention import Retention
from server.processing.duties.retention import born_path, number_over, retention_of
from server.processing.duties.retention_rule import days_of, given_rule, set_rule
from server.processing.forms.shelf import OnHand
from server.processing.records.record_lists import Lists, lists_of
from server.routes.allow import By, Caller, allow, scope_beside, services
from server.routes.dialects import status_of
from server.routes.pages.duties.retention_words import number_words, photos_words, rule_words
from server.routes.pages.labels import label_of
from server.routes.pages.records.asked import Option
from server.routes.pages.records.records import known_form
from server.routes.pages.ways import address
from server.routes.pages.words import gettext, problems_of, reader
from server.xforms.answers import key_of

blueprint = Blueprint("form_retention", __name__)

_NAMES = ("how", "months", "years", "born", "photos")
_NEVER, _MONTHS, _BORN = "never", "months", "born"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a rule would mean: ``rule`` is its text, to be sent back when it is to be set;
    ``effect`` is "" for no end."""

    rule: str
    words: str
    effect: str


@blueprint.get("/forms/<seg:form_id>/retention")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def show(caller: Caller, form_id: str) -> ResponseReturnValue:
    house, key, given = services(), known_form(caller, form_id), request.args
    if "how" not in given:
        return _page(key)
    try:
        rule = given_rule(house.shelf, key, _text_of(given))
    except NotUnderstood as refused:
        return _page(key, given, refused=refused), status_of(refused)
    if rule is None:
        return _page(key, given, Looked("", rule_words(None), ""))
    return _page(key, given, Looked(rule.text, rule_words(rule), _effect(caller, key, rule)))


@blueprint.post("/forms/<seg:form_id>/retention")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def change(caller: Caller, form_id: str) -> ResponseReturnValue:
    house, key = services(), known_form(caller, form_id)
    try:
        set_rule(house.stores, house.shelf, key, request.form.get("rule", ""))
    except (NotUnderstood, Clash) as refused:
        return _page(key, refused=refused), status_of(refused)
    flash(gettext("Saved."), "done")
    return redirect(address("form.show", form_id=form_id), 303)


def _effect(caller: Caller, key: FormKey, rule: Retention) -> str:
    house = services()
    lists = lists_of(house.stores, house.shelf, caller.scope, key, house.clock())
    found, rest = list[str](), ""
    if rule.born and not _reads_births(caller, lists, rule):
        rest = gettext("How many records are over by the birthday is told to who reads it.")
    elif rule.has_end:
        found.append(number_words(number_over(lists, rule)))
    if rule.photos:
        found.append(photos_words(number_over(lists, rule, photos=True)))
    if not found:
        return rest
    said = gettext("Kept long enough by now: %(records)s.", records="; ".join(found))
    return f"{said} {rest}".rstrip()


def _reads_births(caller: Caller, lists: Lists, rule: Retention) -> bool:
    """Rule by rule their number tells when people were born. Who manages forms need not read it."""
    scope, form_id = scope_beside(caller, Verb.READ_RECORDS), lists.key.form_id
    reads_all = scope.on(form_id).offices >= caller.scope.on(form_id).offices
    level = lists.reading.levels.of(born_path(rule))
    return reads_all and scope.on(form_id).least() >= level


def _page(
    key: FormKey,
    given: Mapping[str, str] | None = None,
    looked: Looked | None = None,
    refused: NotUnderstood | Clash | None = None,
) -> str:
    """``given`` is what was filled in; without it stands there what holds now."""
    house, form_id = services(), key.form_id
    current = house.shelf.current(key)
    if current.entry.deleted_at is not None:
        raise FormUnknown(form_id=form_id)
    rule = retention_of(house.stores, key)
    filled = _given_of(rule) if given is None else given
    return render_template(
        "pages/form_retention.html",
        title=gettext("How long records are kept"),
        back_href=address("form.show", form_id=form_id),
        back_label=current.entry.title,
        rule=rule_words(rule),
        action=address("form_retention.show", form_id=form_id),
        hows=(
            Option(_MONTHS, gettext("Some months after they came in")),
            Option(_BORN, gettext("Until the 18th birthday and some years more")),
            Option(_NEVER, gettext("Without an end")),
        ),
        days=_days(current, rule),
        given={name: filled.get(name, "") for name in _NAMES},
        looked=looked,
        problems=problems_of(refused, "how"),
    )


def _days(current: OnHand, rule: Retention | None) -> tuple[Option, ...]:
    """What the rule names stays to be chosen, though the newest version asks for it no more. None
    is chosen for whoever sets a rule: the first is seldom a birthday."""
    known = {
        key_of(each.path): label_of(each, reader(), {}) or each.name
        for each in days_of(current.form)
    }
    if rule is not None and rule.born:
        known.setdefault(rule.born, rule.born)
    options = (Option(each, label) for each, label in known.items())
    return (Option("", gettext("Choose one")), *options) if known else ()


def _given_of(rule: Retention | None) -> Mapping[str, str]:
    """The fields as they would be filled in for it."""
    said = rule or Retention()
    return {
        "how": _BORN if said.born else _MONTHS if said.months else _NEVER,
        "months": str(said.months or ""),
        "born": said.born,
        "years": str(said.years) if said.born else "",
        "photos": str(said.photos or ""),
    }


def _text_of(given: Mapping[str, str]) -> str:
    photos = given.get("photos", "").strip()
    return f"{_whole(given)} photos {photos}" if photos else _whole(given)


def _whole(given: Mapping[str, str]) -> str:
    how = given.get("how")
    if how == _MONTHS:
        return given.get("months", "").strip() or "?"
    if how == _BORN:
        return f"18+{given.get('years', '').strip()} {given.get('born', '').strip()}"
    return ""

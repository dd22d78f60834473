"""How a register behaves: chosen on its page by who publishes forms."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from server.access.verbs import Verb
from server.model.assignment import AssignedOnly
from server.routes.allow import By, Caller, allow, services
from server.routes.pages.registers.registers import known_list
from server.routes.pages.words import gettext
from server.services import PROJECT

blueprint = Blueprint("register_options", __name__)


@blueprint.post("/lists/<seg:name>/approval")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def set_approval(caller: Caller, name: str) -> ResponseReturnValue:
    _choose(name, {"approval": request.form.get("approval") == "on"})
    flash(gettext("Saved. What is in the register already stays."), "done")
    return redirect(url_for("registers.show", name=name), 303)


@blueprint.post("/lists/<seg:name>/phones")
@allow(Verb.PUBLISH_FORMS, by=By.SESSION)
def set_phones(caller: Caller, name: str) -> ResponseReturnValue:
    """What phones get of it, of which names, and of which entries."""
    columns = services().registers.columns(PROJECT).get(name, ())
    named = request.form.getlist("names")
    chosen = {
        "full_names": request.form.get("full_names") == "on",
        "names": [each for each in columns if each in named],
        "assigned_only": _whose(request.form.get("assigned_only", "")).value,
    }
    _choose(name, chosen)
    flash(gettext("Saved. Phones get it at their next look."), "done")
    return redirect(url_for("registers.show", name=name), 303)


def _whose(chosen: str) -> AssignedOnly:
    """Whoever sends another word keeps phones to the least."""
    return AssignedOnly(chosen) if chosen in set(AssignedOnly) else AssignedOnly.EVERYBODY


def _choose(name: str, chosen: dict[str, object]) -> None:
    services().stores.entity_lists.choose(known_list(name), chosen)

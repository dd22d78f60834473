"""The entries of the access log in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from server.access.verbs import Verb, may
from server.errors import FormUnknown
from server.model.audit import Act, Entry
from server.model.forms import FormKey
from server.model.people import ActorKind
from server.model.scope import Scope
from server.processing.approvals.approved_acts import ACTS as APPROVED
from server.processing.duties.audit_reading import SENT
from server.routes.allow import Caller, scope_beside, services
from server.routes.pages.registers.register_titles import register_called
from server.routes.pages.words import N_, gettext, ngettext
from server.services import PROJECT

ACTS: Mapping[Act, str] = {
    Act.READ: N_("Looked at"),
    Act.LISTED: N_("Looked at a list"),
    Act.EXPORTED: N_("Exported"),
    Act.CHANGED: N_("Changed"),
    Act.SIGNED_IN: N_("Signed in"),
    Act.SIGN_IN_FAILED: N_("Failed to sign in"),
    Act.REFUSED: N_("Was refused"),
    Act.OPERATED: N_("Command on the server"),
    Act.CUT: N_("Old entries removed"),
}
CHANGED: Mapping[str, str] = {
    Verb.REVIEW_RECORDS: N_("Reviewed"),
    Verb.EDIT_RECORDS: N_("Edited"),
    Verb.DELETE_RECORDS: N_("Deleted"),
    Verb.MANAGE_PHONES: N_("Changed a phone"),
    Verb.MANAGE_PEOPLE: N_("Changed an account"),
    Verb.PUBLISH_FORMS: N_("Changed a form or a register"),
    Verb.READ_AUDIT: N_("Wrote in the register of incidents"),
    Verb.MANAGE_OFFICES: N_("Changed an office"),
    Verb.ASSIGN_RECORDS: N_("Named who works on it"),
    Verb.BREAK_GLASS: N_("Opened with a reason"),
    Verb.MANAGE_DUTIES: N_("Dealt with a duty about personal data"),
}
# What a list is of, by the room of its page.
ROOMS: Mapping[str, str] = {
    "api_registers": N_("Registers"),
    "approval_ask": N_("What takes two people"),
    "approvals": N_("What takes two people"),
    "aside": N_("Set aside"),
    "audit": N_("Access log"),
    "break_glass": N_("Records opened with a reason"),
    "consents": N_("Consent"),
    "counts": N_("Numbers"),
    "data_copy": N_("Requests about personal data"),
    "data_request": N_("Requests about personal data"),
    "data_requests": N_("Requests about personal data"),
    "hand_over": N_("People"),
    "import_undo": N_("Changes of units"),
    "incident": N_("Incidents"),
    "incidents": N_("Incidents"),
    "inventory": N_("Inventory of personal data"),
    "office_import": N_("Units"),
    "offices": N_("Units"),
    "people": N_("People"),
    "person": N_("People"),
    "phone": N_("Phones"),
    "phones": N_("Phones"),
    "records": N_("Records"),
    "registers": N_("Registers"),
    "succession_undo": N_("Changes of units"),
    "successions": N_("Changes of units"),
    "today": N_("Today"),
    "unit_changes": N_("Changes of units"),
    "working_days": N_("Working days"),
}
# What a thing is, by its kind, where it has no name of its own.
_KINDS: Mapping[str, str] = {
    "aside": N_("Set aside"),
    "approval": N_("What takes two people"),
    "batch": N_("Codes for feedback"),
    "change": N_("Changes of units"),
    "incident": N_("Incident"),
    "person": N_("People"),
    "phone": N_("Phones"),
    "request": N_("Requests about personal data"),
}
# Where the verb alone would say something else.
BY_ROUTE: Mapping[str, str] = {
    "sign_in.leave": N_("Signed out"),
    "approval_ask.ask": N_("Asked to take out data"),
    "approval_ask.ask_to_delete": N_("Asked to delete"),
    "approval_ask.ask_to_erase": N_("Asked to erase personal data"),
    "approval_ask.ask_to_erase_entry": N_("Asked to erase personal data"),
    "feedback_codes.make": N_("Made codes for feedback"),
    "feedback_codes.revoke": N_("Revoked codes for feedback"),
    "retention.ask_to_erase": N_("Asked to erase personal data"),
    "retention.ask_to_erase_photos": N_("Asked to erase photos"),
    "retention.keep": N_("Kept longer than the rule says"),
    "record_keeping.keep": N_("Kept longer than the rule says"),
    "record_keeping.end": N_("Kept no longer than the rule says"),
    "approvals.grant": N_("Granted as the second person"),
    "approvals.refuse": N_("Refused as the second person"),
    "approvals.take_back": N_("Took a request back"),
}


def did(entry: Entry) -> str:
    words = ACTS[entry.act]
    if entry.act is Act.CHANGED:
        words = BY_ROUTE.get(entry.route) or CHANGED.get(entry.verb, words)
    said = gettext(words)
    if entry.again:
        again = ngettext("and %(count)s more try", "and %(count)s more tries", entry.again)
        return f"{said}, {again}"
    return said


def how_words(how: str) -> str:
    if how == SENT:
        return gettext("Sent")
    return gettext(ACTS[Act(how)])


def about(entry: Entry, reader: Scope) -> str:
    """What an entry is about, as shortly as a table wants it."""
    if entry.act is Act.OPERATED:
        return entry.route
    parts = []
    if len(entry.things) == 1:
        parts.append(thing_words(entry.things[0], reader))
        if "instance_id" in entry.given and entry.given.get("name"):
            parts.append(entry.given["name"])
    elif form := _form(entry.given.get("form_id", "")):
        parts.append(form)
    elif name := entry.given.get("name"):
        parts.append(register_called(name))
    elif whom := _whom(entry.given):
        parts.append(thing_words(whom, reader))
    elif room := ROOMS.get(entry.route.partition(".")[0]):
        parts.append(gettext(room))
    if entry.count:
        parts.append(_count(entry))
    if entry.why:
        parts.append(entry.why)
    return " · ".join(parts)


def _whom(given: Mapping[str, str]) -> str:
    """Whose page it was, where that is no record's."""
    named = (f"{kind}:{given[f'{kind}_id']}" for kind in ActorKind if f"{kind}_id" in given)
    return next(named, "")


def thing_words(thing: str, reader: Scope) -> str:
    """People and phones of elsewhere are not named to this reader."""
    kind, _, rest = thing.partition(":")
    if kind == "list":
        return register_called(rest.partition("/")[2])
    if kind == "entity":
        return gettext("One entry: %(register)s", register=register_called(rest.split("/")[1]))
    if kind in _KINDS:
        of_it = ActorKind(kind) if kind in tuple(ActorKind) else None
        actor = services().stores.actors.in_scope(reader, of_it, rest) if of_it else None
        return actor.name if actor else gettext(_KINDS[kind])
    form, record = _parts(thing)
    if record:
        title = _form(form) or form
        return f"{title} · {record.removeprefix('uuid:')}"
    return thing


@dataclass(frozen=True, slots=True)
class Opens:
    """What of the log's things its reader may open: whoever reads the log alone opens none."""

    reading: Scope
    approvals: bool

    @classmethod
    def of(cls, caller: Caller) -> Opens:
        return cls(
            scope_beside(caller, Verb.READ_RECORDS),
            all(may(caller.actor, act.verb) for act in APPROVED.values()),
        )


def thing_href(thing: str, opens: Opens) -> str:
    """Where it can be looked at, "" for nowhere."""
    kind, _, rest = thing.partition(":")
    if kind == "entity":
        _, name, uuid = rest.split("/", 2)
        sees = opens.reading.on_list(name).reaches
        return url_for("register_entry.show", name=name, uuid=uuid) if sees else ""
    if kind == "approval":
        return url_for("approvals.show", approval_id=rest) if opens.approvals else ""
    form, record = _parts(thing)
    if record and "/draft/" not in thing and opens.reading.sees_form(form):
        return url_for("record.show", form_id=form, instance_id=record.partition(" ")[0])
    return ""


def _parts(thing: str) -> tuple[str, str]:
    """The form and the instance id of a record, "" for what is none."""
    project, _, rest = thing.partition("/")
    form, _, record = rest.partition("/")
    return (form, record) if project == str(PROJECT) else ("", "")


def _form(form_id: str) -> str:
    try:
        return services().shelf.entry(FormKey(PROJECT, form_id)).title if form_id else ""
    except FormUnknown:
        return ""


def _count(entry: Entry) -> str:
    if entry.act is Act.CUT:
        return ngettext("%(count)s entry", "%(count)s entries", entry.count)
    if entry.route.startswith("register"):
        return ngettext("%(count)s entry", "%(count)s entries", entry.count)
    return ngettext("%(count)s record", "%(count)s records", entry.count)

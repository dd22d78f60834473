"""What is on its way in, whoever brings it: a record by a phone, a program or a form in the
browser, or entries of a register."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from server.access.verbs import Verb, scope_for
from server.errors import NotUnderstood, TooLarge, TooManyFiles
from server.model.offices import within
from server.model.people import ActorKind, Sender
from server.model.scope import Scope
from server.model.sequence import new_seq
from server.processing.intake.receive import Received, receive
from server.processing.intake.set_aside import set_aside
from server.processing.intake.upload import Upload, files_of
from server.processing.registers.entity_plan import Importer
from server.routes.allow import Caller, scope_beside, services
from server.routes.parts import Parts, read_parts
from server.services import PROJECT, entry_secret
from server.xforms.envelope import Envelope, read_envelope
from server.xforms.xml import NotReadable

_LONGEST_DEVICE = 200

SenderOf = Callable[[str], Sender]
"""In whose name a record of a form comes, by the form's id."""

Check = Callable[[Envelope], None]
"""Is shown the record before it is taken in; raises what speaks against it."""


def sender_of(caller: Caller) -> SenderOf:
    """In the name of the first of their offices in which they send that form."""
    actor, offices = caller.actor, services().shelf.offices()

    def sender(form_id: str) -> Sender:
        own = (each for each in actor.offices if caller.scope.sees(within(each, offices), form_id))
        return Sender(actor.id, actor.name, actor.kind.value, next(own, actor.office))

    return sender


def edits_of(caller: Caller) -> Scope | None:
    """Where somebody who is known by a password edits what others sent. A phone mends what its
    office sent: None."""
    if caller.actor.kind is ActorKind.PHONE:
        return None
    return scope_for(caller.actor, Verb.EDIT_RECORDS)


def take_in(
    sender: SenderOf,
    reach: Scope,
    *,
    draft: bool,
    device: str,
    check: Check | None = None,
    edits: Scope | None = None,
) -> Received:
    """This request's multipart body goes through the intake; what it edits lies within ``reach``,
    and where others sent it within ``edits``. Raises CauNoiError for every refusal; what was too
    large to be read is noted."""
    house, parts = services(), Parts()
    house.guard()  # before the body is read into temporary files
    try:
        read_parts(parts)
    except (TooLarge, TooManyFiles) as refusal:
        envelope = _envelope(parts.xml)
        upload = _arrival(sender, reach, edits, parts, envelope, draft=draft, device=device)
        set_aside(house.stores, upload, envelope, {}, type(refusal).__name__)
        raise
    # What cannot be read the intake refuses itself, and keeps.
    envelope = _envelope(parts.xml)
    if check is not None and envelope is not None:
        check(envelope)
    upload = _arrival(sender, reach, edits, parts, envelope, draft=draft, device=device)
    return receive(house.intake, upload, envelope)


def _envelope(xml: bytes) -> Envelope | None:
    with suppress(NotReadable):
        return read_envelope(xml)
    return None


def of_form(form_id: str) -> Check:
    """Where an address stands for one form alone."""

    def check(envelope: Envelope) -> None:
        if envelope.form_id != form_id:
            raise NotUnderstood(
                why_vi="phiếu gửi lên không thuộc biểu mẫu này.",
                why_en="the record does not belong to this form.",
            )

    return check


def _arrival(
    sender: SenderOf,
    reach: Scope,
    edits: Scope | None,
    parts: Parts,
    envelope: Envelope | None,
    *,
    draft: bool,
    device: str,
) -> Upload:
    """Its place in time is drawn when all of it is here: on a slow network the first byte is old by
    then."""
    house, who = services(), sender(envelope.form_id if envelope else "")
    at = house.clock()
    return Upload(
        project=PROJECT,
        draft=draft,
        xml=parts.xml,
        files=files_of(parts.files),
        sender=who,
        within=within(who.office, house.shelf.offices()),
        reach=reach,
        edits=edits,
        device=device[:_LONGEST_DEVICE],
        at=at,
        seq=new_seq(at),
    )


def importer_of(caller: Caller) -> Importer:
    """Who fills a register with what they hand in."""
    actor = caller.actor
    secret = entry_secret(services().config)
    reading = scope_beside(caller, Verb.READ_RECORDS)
    return Importer(actor.name, actor.office, caller.scope, secret, actor.id, reading)

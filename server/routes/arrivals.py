"""What is on its way in, whoever brings it: a record by a phone, a program or a form in the
browser, or entries of a register."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from server.errors import NotUnderstood, TooLarge, TooManyFiles
from server.model.offices import within
from server.model.people import Actor, Sender
from server.model.scope import Scope
from server.model.sequence import new_seq
from server.processing.entity_plan import Importer
from server.processing.receive import Received, receive
from server.processing.set_aside import set_aside
from server.processing.upload import Upload, files_of
from server.routes.allow import Caller, services
from server.routes.parts import Parts, read_parts
from server.services import PROJECT, entry_secret
from server.xforms.envelope import Envelope, read_envelope
from server.xforms.xml import NotReadable

_LONGEST_DEVICE = 200

Check = Callable[[Envelope], None]
"""Is shown the record before it is taken in; raises what speaks against it."""


def sender_of(actor: Actor) -> Sender:
    return Sender(actor.id, actor.name, actor.kind.value, actor.office)


def take_in(
    sender: Sender, reach: Scope, *, draft: bool, device: str, check: Check | None = None
) -> Received:
    """This request's multipart body goes through the intake; what it edits lies within ``reach``.
    Raises CauNoiError for every refusal; what was too large to be read is noted."""
    house, parts = services(), Parts()
    house.guard()  # before the body is read into temporary files
    try:
        read_parts(parts)
    except (TooLarge, TooManyFiles) as refusal:
        upload = _arrival(sender, reach, parts, draft=draft, device=device)
        set_aside(house.stores, upload, _envelope(parts.xml), {}, type(refusal).__name__)
        raise
    # What cannot be read the intake refuses itself, and keeps.
    if check is not None and (envelope := _envelope(parts.xml)) is not None:
        check(envelope)
    return receive(house.intake, _arrival(sender, reach, parts, draft=draft, device=device))


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


def _arrival(sender: Sender, reach: Scope, parts: Parts, *, draft: bool, device: str) -> Upload:
    """Its place in time is drawn when all of it is here: on a slow network the first byte is old by
    then."""
    house = services()
    at = house.clock()
    return Upload(
        project=PROJECT,
        draft=draft,
        xml=parts.xml,
        files=files_of(parts.files),
        sender=sender,
        within=within(sender.office, house.shelf.offices()),
        reach=reach,
        device=device[:_LONGEST_DEVICE],
        at=at,
        seq=new_seq(at),
    )


def importer_of(caller: Caller) -> Importer:
    """Who fills a register with what they hand in."""
    actor = caller.actor
    secret = entry_secret(services().config)
    return Importer(actor.name, actor.office, caller.scope, secret, actor.id)

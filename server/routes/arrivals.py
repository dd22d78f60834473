"""A record on its way in, whoever brings it: a phone, a program, a form in the browser."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from server.errors import NotUnderstood, TooLarge, TooManyFiles
from server.model.offices import within
from server.model.people import Actor, Sender
from server.model.scope import Scope
from server.model.sequence import new_seq
from server.processing.receive import Received, receive
from server.processing.set_aside import set_aside
from server.processing.upload import Upload, files_of
from server.routes.allow import services
from server.routes.parts import read_parts
from server.services import PROJECT
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
    house = services()
    house.guard()  # before the body is read into temporary files
    upload = _arrival(sender, reach, draft=draft, device=device)
    try:
        xml, parts = read_parts()
    except (TooLarge, TooManyFiles) as refusal:
        set_aside(house.stores, upload, None, {}, type(refusal).__name__)
        raise
    if check is not None:
        # What cannot be read the intake refuses itself, and keeps.
        with suppress(NotReadable):
            check(read_envelope(xml))
    return receive(house.intake, replace(upload, xml=xml, files=files_of(parts)))


def of_form(form_id: str) -> Check:
    """Where an address stands for one form alone."""

    def check(envelope: Envelope) -> None:
        if envelope.form_id != form_id:
            raise NotUnderstood(
                why_vi="phiếu gửi lên không thuộc biểu mẫu này.",
                why_en="the record does not belong to this form.",
            )

    return check


def _arrival(sender: Sender, reach: Scope, *, draft: bool, device: str) -> Upload:
    """Who sends, and when, before anything is read."""
    house = services()
    at = house.clock()
    return Upload(
        project=PROJECT,
        draft=draft,
        xml=b"",
        files={},
        sender=sender,
        within=within(sender.office, house.shelf.offices()),
        reach=reach,
        device=device[:_LONGEST_DEVICE],
        at=at,
        seq=new_seq(at),
    )

"""The life of a submission between the phone's bytes and its thanks (docs/architecture.md §4).

Read, decide, one write. A new reaction to a record is a follow-up, a new meaning a case in
``decide``; this file stays short.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import BinaryIO

from server.errors import (
    Clash,
    DatabaseDown,
    FormUnknown,
    NotFound,
    RecordTooLarge,
    RecordUnreadable,
)
from server.errors.sending import FormNotGiven
from server.model.forms import FormKey
from server.model.records import Derived, Holding, Media, Record, RecordVersion
from server.model.scope import WHOLE_HOUSE
from server.processing.forms.drafts import outlived_its_draft
from server.processing.forms.shelf import OnHand, Shelf
from server.processing.intake.beside import keep_beside, pass_over
from server.processing.intake.came_again import came_again
from server.processing.intake.decide import (
    AddMedia,
    Create,
    Decision,
    Deleted,
    Erased,
    Revise,
    Same,
    Taken,
    Unfit,
    any_of_reach,
    decide,
)
from server.processing.intake.derive import derive
from server.processing.intake.set_aside import set_aside
from server.processing.intake.upload import Upload, read_upload
from server.processing.offices.office_places import places_of
from server.processing.photos.media_types import HEAD, sniff
from server.processing.records.counting import COUNT
from server.storage.blobs import digest
from server.storage.journal import JournalFile
from server.storage.stores import Stores
from server.storage.submissions import TwinArrived
from server.xforms.envelope import Envelope, read_envelope
from server.xforms.xml import NotReadable

_TWINS = 10
_SLOW = timedelta(seconds=20)  # far from what counting waits for (counting.py)


@dataclass(frozen=True, slots=True)
class Intake:
    """What receiving needs. ``guard`` raises DiskNearlyFull; ``day`` names a moment's journal
    day; ``clock`` says how long it took."""

    stores: Stores
    shelf: Shelf
    guard: Callable[[], None]
    day: Callable[[datetime], str]
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Received:
    """``is_news``: whether it brought anything that was not there."""

    decision: Decision
    key: FormKey
    instance_id: str
    is_news: bool


def receive(intake: Intake, upload: Upload, envelope: Envelope | None = None) -> Received:
    """Store what came, once, durably. ``envelope`` is its XML's, where somebody has read it. Raises
    CauNoiError for every refusal.

    What is refused for its content is set aside first, so that nothing is lost even then.
    """
    intake.guard()
    try:
        envelope = envelope or read_envelope(upload.xml)
    except NotReadable as unreadable:
        refusal = RecordUnreadable(why=unreadable.why)
        set_aside(intake.stores, upload, None, {}, type(refusal).__name__)
        raise refusal from None
    media: dict[str, Media] = {}
    try:
        key = FormKey(upload.project, envelope.form_id, upload.draft)
        if not upload.reach.sees_form(key.form_id):
            raise FormNotGiven(form_id=key.form_id)
        on_hand = intake.shelf.on_hand(key, envelope.version)
        if on_hand.entry.shut_at is not None:
            raise FormUnknown(form_id=key.form_id)
        if upload.closed is None:
            upload = replace(upload, closed=on_hand.closed)
        media = _store_files(intake, upload)
        received = _settle(intake, upload, envelope, on_hand, media)
    except (Clash, NotFound) as refusal:
        media = media or _store_files(intake, upload)
        set_aside(intake.stores, upload, envelope, media, type(refusal).__name__)
        pass_over(intake.stores, intake.day(upload.at), upload, media)
        raise
    if upload.draft and outlived_its_draft(intake.stores, key):
        raise FormUnknown(form_id=key.form_id)
    return received


def _settle(
    intake: Intake,
    upload: Upload,
    envelope: Envelope,
    on_hand: OnHand,
    media: Mapping[str, Media],
) -> Received:
    """Decide, journal, write; again when another request was faster.

    Only an edit is looked up before: of all else the database itself says when it is not new.
    """
    key, hashes = on_hand.entry.key, {name: each.sha256 for name, each in media.items()}
    day = intake.day(upload.at)
    known = _known(intake, key, envelope) if envelope.deprecated_id else ()
    journalled = False
    for _ in range(_TWINS):
        decision = decide(envelope, hashes, known, upload.reach, _edits(intake, upload, key))
        if not journalled and _is_news(decision) and not upload.draft:
            upload = _journal(intake, day, upload, media)
            media = {name: replace(each, at=upload.at) for name, each in media.items()}
            journalled = True
        try:
            _act(intake, upload, envelope, on_hand, media, decision)
        except TwinArrived:
            known = _known(intake, key, envelope)
            continue
        except RecordTooLarge:
            decision = Unfit()
        came_again(intake.stores, decision, envelope.instance_id, media, upload.at)
        is_news = keep_beside(intake.stores, day, upload, envelope, media, decision)
        return Received(decision, key, envelope.instance_id, is_news)
    raise DatabaseDown


def _edits(intake: Intake, upload: Upload, key: FormKey) -> Callable[[Holding], bool]:
    """Who edits a record of others replaces all of its answers, and so must read them all."""
    if upload.edits is None:
        return any_of_reach
    editing = upload.edits.reading(intake.shelf.levels(key).highest)
    own = upload.sender.id
    return lambda held: held.sender == own or editing.sees(held.within, key.form_id)


def _is_news(decision: Decision) -> bool:
    """Whether it brings anything, be it only to be set aside: the journal has all that a phone is
    thanked for."""
    match decision:
        case Same(_, differing):
            return bool(differing)
        case Deleted(_, is_news):
            return is_news
        case Erased():
            return False
    return True


def _known(intake: Intake, key: FormKey, envelope: Envelope) -> tuple[Holding, ...]:
    ids = [each for each in (envelope.instance_id, envelope.deprecated_id) if each]
    stores = intake.stores
    known = stores.submissions.holding(WHOLE_HOUSE, key, ids)
    if known or not (original := stores.erasures.original(key, ids)):
        return known
    return stores.submissions.holding(WHOLE_HOUSE, key, [original])


def _act(
    intake: Intake,
    upload: Upload,
    envelope: Envelope,
    on_hand: OnHand,
    media: Mapping[str, Media],
    decision: Decision,
) -> None:
    """The one write."""
    submissions = intake.stores.submissions

    def derived_in(office: str | None) -> Derived:
        offices = places_of(office, intake.shelf)
        return derive(envelope, on_hand, upload.at, offices, closed=bool(upload.closed))

    match decision:
        case Create(new):
            todo = _todo(on_hand, new, late=upload.again or intake.clock() - upload.at > _SLOW)
            record = Record(
                key=on_hand.entry.key,
                instance_id=envelope.instance_id,
                seq=upload.seq,
                at=upload.at,
                within=upload.within,
                office=upload.sender.office,
                versions=(_version(upload, envelope),),
                derived=derived_in(upload.sender.office),
                media=tuple(media[name] for name in new),
                todo=todo,
            )
            submissions.create(record, due=upload.at if todo else None)
        case Revise(held, new):
            submissions.add_version(
                held,
                _version(upload, envelope),
                derived_in(held.office),
                [media[name] for name in new],
                due=upload.at,
            )
        case AddMedia(held, new):
            submissions.add_media(held, [media[name] for name in new], due=upload.at)
        case Same() | Deleted() | Erased() | Taken() | Unfit():
            pass


def _todo(on_hand: OnHand, new: tuple[str, ...], *, late: bool) -> tuple[str, ...]:
    """The follow-ups that a new record waits for. Its day may be counted already where it lands
    ``late``, long after its place in time was drawn."""
    entities = on_hand.form.entities and not on_hand.entry.key.draft
    waits = {"photos": bool(new), "entities": bool(entities), COUNT: late}
    return tuple(name for name, needed in waits.items() if needed)


def _version(upload: Upload, envelope: Envelope) -> RecordVersion:
    return RecordVersion(
        instance_id=envelope.instance_id,
        deprecated_id=envelope.deprecated_id,
        xml=upload.xml,
        digest=envelope.digest,
        at=upload.at,
        sender=upload.sender,
        device=upload.device,
        form_version=envelope.version,
    )


def _store_files(intake: Intake, upload: Upload) -> dict[str, Media]:
    """Blobs go before the record: a crash leaves orphans, never a record that points to nothing."""
    return {name: _store_file(intake, upload, name, file) for name, file in upload.files.items()}


def _store_file(intake: Intake, upload: Upload, name: str, file: BinaryIO) -> Media:
    sha256, size = digest(file)
    kind = sniff(file.read(HEAD))
    intake.stores.blobs.put(file, sha256=sha256, size=size, type=kind)
    return Media(name=name, sha256=sha256, size=size, type=kind, at=upload.at)


def _journal(intake: Intake, day: str, upload: Upload, media: Mapping[str, Media]) -> Upload:
    """The upload as it was promised to be kept: a retry has its first place in time."""
    files = [JournalFile(name, media[name].sha256, file) for name, file in upload.files.items()]
    facts = intake.stores.journal.append("record", day, upload.facts(), upload.xml, files)
    kept = read_upload(facts, upload.xml, upload.files)
    return replace(kept, again=upload.again or kept.seq != upload.seq)

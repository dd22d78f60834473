"""What is not taken in, or not as it came, is kept for a person to look at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from server.errors import AsideUnknown
from server.model.aside import AsideFile, SetAside, Settled
from server.model.people import Actor
from server.model.records import Media
from server.model.scope import Scope
from server.processing.intake.upload import Upload
from server.storage.stores import Stores
from server.xforms.envelope import Envelope

# Why a part of what a phone was thanked for is here; else it is the name of a refusal.
FILE_DIFFERS = "FileDiffers"
RECORD_DELETED = "RecordDeleted"
TWO_RECORDS = "TwoRecords"
ID_TAKEN = "IdTaken"
LONGEST_NOTE = 2000
_LONGEST_FORM_ID = 255  # more of a stranger's text is for no page


def set_aside(
    stores: Stores,
    upload: Upload,
    envelope: Envelope | None,
    media: Mapping[str, Media],
    why: str,
) -> bool:
    """Keep the upload beside the records, with the files of ``media``; once, however often the
    phone tries again: whether anything of it is new. Where the XML was not even read, that it came
    is noted."""
    return stores.aside.keep(
        SetAside(
            xml=stores.blobs.keep(upload.xml, type="application/xml") if upload.xml else "",
            why=why,
            seq=upload.seq,
            within=upload.within,
            sender=upload.sender.id,
            sender_name=upload.sender.name,
            form=envelope.form_id[:_LONGEST_FORM_ID] if envelope else "",
            instance_id=envelope.instance_id if envelope else "",
            draft=upload.draft,
            size=len(upload.xml),
            files=tuple(AsideFile(name, each.sha256, each.size) for name, each in media.items()),
        )
    )


def settle(
    stores: Stores, scope: Scope, id: str, note: str, *, seen: int, by: Actor, at: datetime
) -> SetAside:
    """A person, who has ``seen`` so many of its files, has dealt with it; who was first is kept.
    Raises AsideUnknown."""
    found = aside_of(stores, scope, id)
    settled = Settled(by.name, note.strip()[:LONGEST_NOTE], at)
    stores.aside.settle(found.id, settled, found.files[: max(seen, 0)])
    return aside_of(stores, scope, id)


def aside_of(stores: Stores, scope: Scope, id: str) -> SetAside:
    """Raises AsideUnknown for what is not there, or not within ``scope``."""
    found = stores.aside.one(scope, id)
    if found is None:
        raise AsideUnknown
    return found

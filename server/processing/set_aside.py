"""What is not taken in, or not as it came, is kept for a person to look at."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

from server.errors import CauNoiError
from server.model.records import Media
from server.processing.upload import Upload
from server.storage.aside import SetAside
from server.storage.blobs import digest
from server.storage.stores import Stores
from server.xforms.envelope import Envelope

_FILE_DIFFERS = "FileDiffers"


def set_aside(
    stores: Stores,
    upload: Upload,
    envelope: Envelope | None,
    media: Mapping[str, Media],
    refusal: CauNoiError | None = None,
) -> None:
    """Keep the upload beside the records, with the files of ``media``; once, however often the
    phone tries again. Without a ``refusal`` it was accepted, but for files of other content than
    those that have their names."""
    xml = BytesIO(upload.xml)
    sha256, size = digest(xml)
    stores.blobs.put(xml, sha256=sha256, size=size, type="application/xml", at=upload.at)
    stores.aside.keep(
        SetAside(
            xml=sha256,
            why=type(refusal).__name__ if refusal else _FILE_DIFFERS,
            at=upload.at,
            within=upload.within,
            sender=upload.sender.id,
            form=envelope.form_id if envelope else "",
            instance_id=envelope.instance_id if envelope else "",
            files=tuple((name, each.sha256) for name, each in media.items()),
        )
    )

"""What phones send: records of the form library and photos, each different from the last."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import cycle

from bench.installation import ROOT
from tests.javarosa.photos import photo

FORM = "vang_gia"
_INSTANCE_ID = re.compile(rb"uuid:[0-9a-f-]{36}(?=</[\w:]*instanceID>)")
_PHOTO_NAME = re.compile(r">(\d+\.jpg)<")
_BOUNDARY = "----CauNoiBench7f3a"
CONTENT_TYPE = f"multipart/form-data; boundary={_BOUNDARY}"


@dataclass(frozen=True)
class Made:
    """One record, the sample it was made from, and its photos by name."""

    template: bytes
    instance_id: str
    xml: bytes
    photos: dict[str, bytes]

    def body(self) -> bytes:
        """One POST as Collect writes it."""
        parts = [_part("xml_submission_file", f"{FORM}.xml", "text/xml", self.xml)]
        parts += [_part(name, name, "image/jpeg", data) for name, data in self.photos.items()]
        return b"".join((*parts, f"--{_BOUNDARY}--\r\n".encode()))


def records(photo_kilobytes: int, photos: int = 1) -> Iterator[Made]:
    """Endless home visits, with ``photos`` photos each unless their size is 0."""
    for template in cycle(_templates()):
        instance_id = f"uuid:{uuid.uuid4()}"
        xml = _INSTANCE_ID.sub(instance_id.encode(), template)
        # The questions' own names first; a phone may well send files that no answer mentions.
        names = dict.fromkeys(_PHOTO_NAME.findall(template.decode()))
        names.update((f"{number}.jpg", None) for number in range(photos))
        wanted = list(names)[:photos] if photo_kilobytes else []
        taken = {name: another_photo(photo_kilobytes) for name in wanted}
        yield Made(template, instance_id, xml, taken)


def another_photo(kilobytes: int) -> bytes:
    """A real JPEG of that size. Only its comment is new: drawing takes longer than sending."""
    drawn = _drawn(kilobytes)
    note = uuid.uuid4().bytes
    return b"".join((drawn[:2], b"\xff\xfe", (len(note) + 2).to_bytes(2, "big"), note, drawn[2:]))


@cache
def _drawn(kilobytes: int) -> bytes:
    size = (1280, 960) if kilobytes <= 1000 else (4000, 3000)
    return photo(1, size=size, kilobytes=kilobytes)


@cache
def _templates() -> tuple[bytes, ...]:
    samples = sorted((ROOT / "forms" / FORM / "samples").glob("*.xml"))
    return tuple(each.read_bytes() for each in samples)


def _part(field: str, name: str, media_type: str, content: bytes) -> bytes:
    head = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        f"Content-Type: {media_type}\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    )
    return b"".join((head.encode(), content, b"\r\n"))

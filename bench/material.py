"""What phones send: records of the form library and photos, each different from the last."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import cache
from itertools import count

from tests.javarosa.photos import photo
from tests.phone import Phone
from tests.records import Made, record_of

FORM = "vang_gia"
SAMPLES = 5
_PHONE = Phone("http://localhost")


def records(photo_kilobytes: int, photos: int = 1) -> Iterator[Made]:
    """Endless home visits, with ``photos`` photos each unless their size is 0."""
    samples = [_sample(number) for number in range(1, SAMPLES + 1)]
    for number in count():
        sample = samples[number % SAMPLES]
        fresh = f"uuid:{uuid.uuid4()}"
        xml = sample.xml.replace(sample.instance_id.encode(), fresh.encode())
        # The questions' own names first; a phone may well send files that no answer mentions.
        names = [*sample.files, *(f"{more}.jpg" for more in range(photos))]
        wanted = names[:photos] if photo_kilobytes else []
        yield Made(FORM, xml, {name: another_photo(photo_kilobytes) for name in wanted})


def body_of(made: Made) -> tuple[bytes, str]:
    """One POST as Collect writes it, and its type."""
    (body,) = _PHONE.posts(made.xml, made.files)
    return b"".join(body.pieces()), body.type


def another_photo(kilobytes: int) -> bytes:
    """A real JPEG of that size. Only its comment is new: drawing takes longer than sending."""
    drawn, note = _drawn(kilobytes), uuid.uuid4().bytes
    return b"".join((drawn[:2], b"\xff\xfe", (len(note) + 2).to_bytes(2, "big"), note, drawn[2:]))


@cache
def _drawn(kilobytes: int) -> bytes:
    size = (1280, 960) if kilobytes <= 1000 else (4000, 3000)
    return photo(1, size=size, kilobytes=kilobytes)


@cache
def _sample(number: int) -> Made:
    made = record_of(FORM, number)
    names = [name for name in made.files if name.endswith(".jpg")]
    return Made(FORM, made.xml, dict.fromkeys(names, b""))

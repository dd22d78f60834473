"""Records to send: made by JavaRosa where Java is, else from the library's samples."""

from __future__ import annotations

import re
import tempfile
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path, PurePosixPath

from tests.javarosa.filler import FORMS, fill, media_for, xform
from tests.javarosa.photos import photo

LIBRARY = sorted(path.stem for path in FORMS.glob("*/*.xlsx"))

_INSTANCE_ID = re.compile(rb"(<[\w:]*instanceID>)([^<]*)(</[\w:]*instanceID>)")
_FILE = re.compile(rb">([\w.-]+\.(?:jpg|m4a|mp4|csv|pdf|amr))<")


@dataclass(frozen=True)
class Made:
    """A record on a phone: its XML, and its files by name."""

    form_id: str
    xml: bytes
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def instance_id(self) -> str:
        found = _INSTANCE_ID.search(self.xml)
        assert found is not None
        return found[2].decode()

    def without_files(self) -> Made:
        return replace(self, files={})

    def saying(self, old: bytes, new: bytes) -> Made:
        """With another answer, under the same identity."""
        assert old in self.xml, old
        return replace(self, xml=self.xml.replace(old, new, 1))

    def edited(self, old: bytes = b"", new: bytes = b"") -> Made:
        """Edited on the phone as Collect does: a new instanceID, the old one in ``deprecatedID``
        without a namespace, the whole folder copied."""
        fresh = f"uuid:{uuid.uuid4()}".encode()
        before = self.instance_id.encode()
        bare = re.sub(rb"<deprecatedID>[^<]*</deprecatedID>", b"", self.xml)
        xml = _INSTANCE_ID.sub(
            rb"\g<1>" + fresh + rb"\g<3><deprecatedID>" + before + b"</deprecatedID>", bare
        )
        return replace(self, xml=xml).saying(old, new) if old else replace(self, xml=xml)


def how_many(form: str) -> int:
    """Records that are made of a form and sent: more of the three that are filled every day."""
    return 50 if form in ("vang_gia", "khao_sat_nhu_cau", "kiem_tra_van_phong") else 10


def records_of(form: str, n: int, seed: int) -> list[Made]:
    """``n`` records with their files, as JavaRosa fills the form. Skips without Java."""
    with tempfile.TemporaryDirectory() as folder:
        filled = fill(xform(form), media_for(form, Path(folder)), n, seed)
    return [
        Made(form, each.xml, files_for(each.files, seed * 1000 + at))
        for at, each in enumerate(filled)
    ]


def record_of(form: str, number: int = 1, *, seed: int = 1) -> Made:
    """One of the five samples under an identity of its own, with photos for its answers."""
    sample = (FORMS / form / "samples" / f"{form}_{number}.xml").read_bytes()
    fresh = f"uuid:{uuid.uuid4()}".encode()
    xml = _INSTANCE_ID.sub(rb"\g<1>" + fresh + rb"\g<3>", sample)
    names = dict.fromkeys(each.decode() for each in _FILE.findall(xml))
    return Made(form, xml, files_for(names, seed))


def visit_to(householder: str) -> Made:
    """A filled ``vang_gia`` in which whoever lives there has this name."""
    made = record_of("vang_gia")
    head = re.search(rb"<ten_chu_ho>[^<]+<", made.xml)
    assert head is not None
    return made.saying(head[0], f"<ten_chu_ho>{householder}<".encode())


def files_for(names: Iterable[str], seed: int) -> dict[str, bytes]:
    """A file for each name: a real photo for a ``.jpg``, noise for the rest."""
    return {name: _content(name, seed * 100 + at) for at, name in enumerate(names)}


def _content(name: str, seed: int) -> bytes:
    if PurePosixPath(name).suffix.lower() in (".jpg", ".jpeg"):
        return another_photo(seed)
    return f"{name} {seed}\n".encode() * 500


def another_photo(seed: int) -> bytes:
    """A real JPEG with EXIF; drawing takes longer than sending, so only a comment is new."""
    drawn = _drawn(seed % 3)
    note = f"{seed:016x}".encode()
    return b"".join((drawn[:2], b"\xff\xfe", (len(note) + 2).to_bytes(2, "big"), note, drawn[2:]))


@cache
def _drawn(seed: int) -> bytes:
    return photo(seed, size=(640, 480), place=(20.97 + seed / 100, 107.05))

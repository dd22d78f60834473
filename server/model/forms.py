"""Questionnaires: their key, their state, and their immutable versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote, unquote


@dataclass(frozen=True, slots=True)
class FormKey:
    """A form in a project; its draft is a form of its own, so that test records never mix in.

    ``text`` is ``1/vang_gia`` or ``1/vang_gia/draft``; the form id is percent-encoded in it,
    since an
    id may hold anything, a slash too.
    """

    project: int
    form_id: str
    draft: bool = False

    @property
    def text(self) -> str:
        return f"{self.project}/{quote(self.form_id, safe='')}" + ("/draft" if self.draft else "")

    @classmethod
    def parse(cls, text: str) -> FormKey:
        project, form_id, *rest = text.split("/")
        return cls(int(project), unquote(form_id), rest == ["draft"])


class FormState(StrEnum):
    """OPEN is listed and accepts; CLOSING is no longer listed; CLOSED too, and what arrives is
    late."""

    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file attached to a form version; ``sha256`` names its blob, ``md5`` is what phones
    compare."""

    name: str
    sha256: str
    md5: str
    size: int
    type: str


@dataclass(frozen=True, slots=True)
class FormVersion:
    """One published version. ``xml`` are the exact bytes phones get; ``md5`` is of those bytes."""

    key: FormKey
    version: str
    xml: bytes
    md5: str
    sha256: str
    title: str
    published_at: datetime
    published_by: str
    media: tuple[MediaFile, ...] = ()
    xlsx_sha256: str | None = None
    notes: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormEntry:
    """A form as the list of a project shows it: its current version and state.

    ``deleted_at`` says since when it lies in the bin: listed nowhere, its records kept; ``shut_at``
    since when nothing more is taken in for it, since it is about to be removed.
    ``retention`` is for how long its records are kept (``read_retention``), "" for no end.
    """

    key: FormKey
    title: str
    version: str
    state: FormState
    sha256: str
    draft_token: str | None = None
    deleted_at: datetime | None = None
    shut_at: datetime | None = None
    retention: str = ""

"""What every writer is given: where answers come from, what is wanted, and one record opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

from server.model.records import Media, Record
from server.xforms.envelope import encrypted_files, read_envelope
from server.xforms.form import Form, Path
from server.xforms.record import RecordTree, read_record
from server.xforms.tables import Table
from server.xforms.xml import child, text_of

AUDIT: Path = ("meta", "audit")
_NOTHING = RecordTree((), ())


@dataclass(frozen=True, slots=True)
class Source:
    """What an export is about.

    ``tables`` are those of ``tables_of``: of all versions, or of the current one alone where
    dropped questions are not wanted. ``hidden`` are the questions that the reader does not read.
    ``form_of`` gives the form of a version, for an unknown one
    the newest. ``open_file`` gives a file's content by its SHA-256, as it may leave, or raises
    PlaceStays; ``may_tell_place`` is true of kinds that leave as they came. ``at`` is now, in the
    zone of whoever opens the archive. What leaves without names needs ``special``, the questions
    marked as ``dac_biet``, ``of_places``, those that ask for a place, ``places``, what offices and
    communes are called in answers, ``says_who``, what the form says of who knows an answer,
    ``cluster_of``, which of a record tells no more than the group of offices that it is in, and
    ``people_of``, whom it is about: in as many ways for each record, "" for nobody known.
    ``office_of`` is the name of a record's office, also of one that has ended.
    """

    form_id: str
    tables: tuple[Table, ...]
    form_of: Callable[[str], Form]
    open_file: Callable[[str], BinaryIO]
    may_tell_place: Callable[[str], bool]
    at: datetime
    hidden: frozenset[Path] = frozenset()
    special: frozenset[Path] = frozenset()
    places: frozenset[str] = frozenset()
    of_places: frozenset[Path] = frozenset()
    says_who: Mapping[Path, str] = field(default_factory=dict)
    cluster_of: Callable[[Record], str] = lambda _: ""
    people_of: Callable[[Record], Sequence[str]] = lambda _: ()
    office_of: Callable[[Record], str] = lambda _: ""


@dataclass(frozen=True, slots=True)
class Options:
    """ODK Central's export parameters; a writer heeds those that mean something to it.

    ``safe`` is for people who open the file in a spreadsheet: no cell is taken for a formula. The
    API's exports are exact instead.
    """

    attachments: bool = True
    group_paths: bool = True
    split_select_multiples: bool = False
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """One record read from its current XML. ``files`` are the names that its answers mention,
    ``audit`` the one of them that logs the interview. ``status`` says why there are no answers."""

    record: Record
    tree: RecordTree
    files: tuple[str, ...]
    audit: str = ""
    status: str = ""

    @property
    def there(self) -> Mapping[str, Media]:
        """The mentioned files that have arrived, by name."""
        media = {each.name: each for each in self.record.media}
        return {name: media[name] for name in self.files if name in media}

    @property
    def exportable(self) -> Mapping[str, Media]:
        """Those a reader can use: of an encrypted record none."""
        return {} if self.status else self.there


def open_record(source: Source, record: Record) -> Opened:
    envelope = read_envelope(record.current.xml)
    if envelope.encrypted:
        files = encrypted_files(envelope.root)
        answers = text_of(child(envelope.root, "encryptedXmlFile"))
        arrived = any(each.name == answers for each in record.media)
        status = "not decrypted" if arrived else "missing encrypted form data"
        return Opened(record, _NOTHING, files, status=status)
    tree = read_record(source.form_of(record.current.form_version), envelope.root)
    return Opened(record, tree, tree.files(), audit=_audit(tree))


def moment(at: datetime) -> str:
    """As ODK Central writes it: UTC, milliseconds, Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _audit(tree: RecordTree) -> str:
    meta = next((each for each in tree.children if each.field.path == AUDIT[:1]), None)
    if meta is None:
        return ""
    return next((each.text for each in meta.children if each.field.path == AUDIT), "")

"""A form's records as one reader may read them: the one place where answers are hidden.

Whatever shows, sends or exports a record to somebody gets it from here, already without what the
reader's grants do not reach; only the machine's own errands ask storage directly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from server.model.forms import FormKey
from server.model.keeping import Keeping
from server.model.records import Issue, Record, RecordLine, RecordVersion, Review
from server.model.scope import Scope
from server.processing.forms.shelf import Shelf
from server.processing.records.issues import Code
from server.xforms.answers import Answers, key_of, project
from server.xforms.envelope import read_envelope
from server.xforms.form import META, Form, Path
from server.xforms.levels import Level, Levels
from server.xforms.masking import Mask
from server.xforms.record import RecordTree, read_record
from server.xforms.values import nfc

_Word = TypeVar("_Word", Review, Keeping)

_NAME = (META, "instanceName")
# They measure something against the record's place, and so tell of it.
_OF_PLACE = frozenset((Code.PICTURE_PLACE_FAR, Code.POINT_FAR_FROM_OFFICE))


@dataclass(frozen=True, slots=True)
class Reading:
    """Of one form by one reader."""

    shelf: Shelf
    scope: Scope
    key: FormKey
    levels: Levels

    def mask(self, record: Record | RecordLine) -> Mask:
        """Its named worker reads as much of a record as the role may of those; who opened it with
        a reason, all."""
        if (self.key.text, record.instance_id) in self.scope.opened:
            return Mask(Level.SPECIAL, self.levels)
        is_named = _is_named(self.scope.actor, record)
        clearance = self.scope.clearance(record.within, self.key.form_id, is_named=is_named)
        return Mask(clearance, self.levels)

    def hidden(self, paths: Iterable[Path]) -> frozenset[Path]:
        """The questions among these that it reads in no office."""
        best = max(
            (each.clearance for each in self.scope.on(self.key.form_id).reaches),
            default=Level.NOTHING,
        )
        mask = Mask(best, self.levels)
        return frozenset(each for each in paths if mask.hides(each))

    def line(self, line: RecordLine) -> RecordLine:
        return replace(line, name="") if self.mask(line).hides(_NAME) else line

    def record(self, record: Record) -> Record:
        mask = self.mask(record)
        if mask.hides_nothing:
            return record
        name = "" if mask.hides(_NAME) else record.derived.name
        named = replace(
            record,
            derived=replace(record.derived, name=name),
            reviews=tuple(self._told(mask, each) for each in record.reviews),
            keeping=record.keeping and self._told(mask, record.keeping),
        )
        parts = [self._part(mask, each) for each in record.versions]
        newest = parts[-1].read
        if all(each.read is None for each in parts):
            return named
        hidden = frozenset().union(*(each.hidden for each in parts))
        whole = replace(
            named,
            versions=tuple(each.version for each in parts),
            hidden=True,
        )
        if newest is None:  # and only an earlier version was not encrypted
            return replace(
                whole, media=tuple(each for each in record.media if nfc(each.name) not in hidden)
            )
        shown = frozenset().union(*(each.files for each in parts)) - hidden
        return self._open(whole, mask, *newest, shown)

    def _open(
        self, record: Record, mask: Mask, form: Form, tree: RecordTree, files: frozenset[str]
    ) -> Record:
        # What could not be projected when it came is not tried again for a reader.
        answers = project(tree) if record.derived.answers else Answers({}, ())
        about = _About.of(mask, form, files)
        derived = replace(
            record.derived,
            answers=answers.values,
            expected=tree.files(),
            point=answers.first_point(),
            issues=tuple(filter(about.may_be_told, record.derived.issues)),
        )
        return replace(
            record,
            derived=derived,
            media=tuple(each for each in record.media if nfc(each.name) in files),
            issues=tuple(filter(about.may_be_told, record.issues)),
        )

    def _told(self, mask: Mask, word: _Word) -> _Word:
        """A reviewer's words are as sensitive as what is, and not as the most sensitive: the office
        that is to mend the record must read them, and whoever writes them is told so. So is why a
        record is kept."""
        is_own = self.scope.actor != "" and word.by == self.scope.actor
        if is_own or mask.clearance >= Level.SENSITIVE:
            return word
        return replace(word, reason="")

    def _part(self, mask: Mask, version: RecordVersion) -> _Part:
        """Parsed once: it is emptied in place when its files are known."""
        envelope = read_envelope(version.xml)
        if envelope.encrypted:
            return _Part(version)
        form = self.shelf.on_hand(self.key, version.form_version).form
        named = _files(read_record(form, envelope.root))
        emptied = replace(version, xml=mask.empty(envelope.root))
        tree = read_record(form, envelope.root)
        files = _files(tree)
        return _Part(emptied, (form, tree), files, named - files)


@dataclass(frozen=True, slots=True)
class _Part:
    """A version as its reader gets it, read along its form; not read where it is encrypted, since
    nobody reads that here. ``files`` are the names in answers that may be read, ``hidden`` those
    that stand in others alone."""

    version: RecordVersion
    read: tuple[Form, RecordTree] | None = None
    files: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


def _files(tree: RecordTree) -> frozenset[str]:
    return frozenset(map(nfc, tree.files()))


@dataclass(frozen=True, slots=True)
class _About:
    """What remarks may be about: nothing that is hidden."""

    keys: frozenset[str]
    files: frozenset[str]
    place_hidden: bool

    @classmethod
    def of(cls, mask: Mask, form: Form, files: frozenset[str]) -> _About:
        keys = frozenset(key_of(each.path) for each in form.walk() if not mask.hides(each.path))
        return cls(keys, files, any(mask.hides(each.path) for each in form.points))

    def may_be_told(self, issue: Issue) -> bool:
        name = issue.facts.get("name")
        if issue.field and issue.field not in self.keys:
            return False
        if name is not None and nfc(str(name)) not in self.files:
            return False
        return not (self.place_hidden and issue.code in _OF_PLACE)


def reading_of(shelf: Shelf, scope: Scope, key: FormKey) -> Reading:
    """Raises FormUnknown."""
    return Reading(shelf, scope, key, shelf.levels(key))


def _is_named(actor: str, record: Record | RecordLine) -> bool:
    return actor != "" and record.worker_id == actor

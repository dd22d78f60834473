"""A form's records as one reader may read them: the one place where answers are hidden.

Whatever shows, sends or exports a record to somebody gets it from here, already without what the
reader's grants do not reach; only the machine's own errands ask storage directly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from server.model.forms import FormKey
from server.model.records import Issue, Record, RecordLine, RecordVersion, Review
from server.model.scope import Scope
from server.processing.issues import Code
from server.processing.shelf import Shelf
from server.xforms.answers import Answers, key_of, project
from server.xforms.envelope import read_envelope
from server.xforms.form import META, Form, Path
from server.xforms.levels import Level, Levels
from server.xforms.masking import Mask
from server.xforms.record import RecordTree, read_record
from server.xforms.values import nfc

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
        """Its named worker reads all of a record, and so does who opened it with a reason."""
        is_open = (self.key.text, record.instance_id) in self.scope.opened
        if is_open or _is_named(self.scope.actor, record):
            return Mask(Level.SPECIAL, self.levels)
        return Mask(self.scope.clearance(record.within, self.key.form_id), self.levels)

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
        named = replace(record, derived=replace(record.derived, name=name))
        if all(map(_sealed, record.versions)):
            return named
        versions = tuple(_without(mask, each) for each in record.versions)
        shown, hidden = self._files(record, versions)
        whole = replace(
            named,
            versions=versions,
            reviews=tuple(map(_bare, record.reviews)) if mask.hides_all else record.reviews,
            hidden=True,
        )
        if _sealed(record.current):  # and only an earlier version was not
            return replace(
                whole, media=tuple(each for each in record.media if nfc(each.name) not in hidden)
            )
        return self._open(whole, mask, shown - hidden)

    def _open(self, record: Record, mask: Mask, files: frozenset[str]) -> Record:
        form, tree = self._read(record.current)
        # What could not be projected when it came is not tried again for a reader.
        answers = project(tree) if record.derived.answers else Answers({}, ())
        derived = replace(
            record.derived,
            answers=answers.values,
            expected=tree.files(),
            point=answers.first_point(),
            issues=tuple(_told(record.derived.issues, mask, form, files)),
        )
        return replace(
            record,
            derived=derived,
            media=tuple(each for each in record.media if nfc(each.name) in files),
            issues=tuple(_told(record.issues, mask, form, files)),
        )

    def _read(self, version: RecordVersion) -> tuple[Form, RecordTree]:
        form = self.shelf.on_hand(self.key, version.form_version).form
        return form, read_record(form, read_envelope(version.xml).root)

    def _files(
        self, record: Record, seen: tuple[RecordVersion, ...]
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Names of the files that answers name which may be read, and of those that others do."""
        shown, hidden = set[str](), set[str]()
        for whole, part in zip(record.versions, seen, strict=True):
            if not _sealed(whole):
                open_names = set(map(nfc, self._read(part)[1].files()))
                shown |= open_names
                hidden |= set(map(nfc, self._read(whole)[1].files())) - open_names
        return frozenset(shown), frozenset(hidden)


def reading_of(shelf: Shelf, scope: Scope, key: FormKey) -> Reading:
    """Raises FormUnknown."""
    return Reading(shelf, scope, key, shelf.levels(key))


def _is_named(actor: str, record: Record | RecordLine) -> bool:
    if isinstance(record, RecordLine):
        return actor != "" and record.worker_id == actor
    return actor != "" and record.worker is not None and record.worker.id == actor


def _sealed(version: RecordVersion) -> bool:
    """Encrypted: nobody reads it here."""
    return read_envelope(version.xml).encrypted


def _without(mask: Mask, version: RecordVersion) -> RecordVersion:
    return version if _sealed(version) else replace(version, xml=mask.xml(version.xml))


def _bare(review: Review) -> Review:
    """A reviewer's own words may repeat what was answered."""
    return replace(review, reason="")


def _told(
    issues: tuple[Issue, ...], mask: Mask, form: Form, files: frozenset[str]
) -> Iterator[Issue]:
    """Remarks that are about nothing hidden."""
    open_keys = {key_of(each.path) for each in form.walk() if not mask.hides(each.path)}
    place_hidden = any(mask.hides(each.path) for each in form.points)
    for issue in issues:
        name = issue.facts.get("name")
        if issue.field and issue.field not in open_keys:
            continue
        if name is not None and nfc(str(name)) not in files:
            continue
        if not (place_hidden and issue.code in _OF_PLACE):
            yield issue

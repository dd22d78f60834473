"""The journal sent through the same intake again: heals what the database lacks, changes nothing
else.

Entries lie as they came, and an edit may have begun to arrive before its original: what comes out
is the same in whatever order they are found.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from functools import partial
from typing import BinaryIO

from server.errors import Clash, Unavailable
from server.model.calendar import day_of
from server.model.forms import FormKey
from server.model.offices import within
from server.model.scope import WHOLE_HOUSE
from server.model.sequence import moment_of
from server.processing.forms.publish import Publication, Ready, publish_again
from server.processing.intake.came_again import is_there
from server.processing.intake.decide import (
    AddMedia,
    Create,
    Deleted,
    Erased,
    Revise,
    Same,
    Taken,
    Unfit,
)
from server.processing.intake.receive import Intake, receive
from server.processing.intake.upload import Upload, read_upload
from server.processing.records.assign import assign_again
from server.processing.records.counting import recount_day
from server.processing.records.review import review_again
from server.processing.recovery.acts_again import AFTER_RECORDS, BEFORE_RECORDS, Again
from server.storage.erasures import KIND as ERASURE
from server.storage.forms import REMOVED
from server.storage.journal import PASSED, Damaged, Entry, Place
from server.storage.last_word import read_word
from server.xforms.envelope import read_envelope
from server.xforms.read_form import read_form

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Replayed:
    """``healed`` entries gave the database something it lacked; ``refused`` ones the house does not
    take in; ``damaged`` are the places of entries and files that the disk has damaged."""

    entries: int = 0
    healed: int = 0
    refused: int = 0
    damaged: tuple[str, ...] = ()


class _Outcome(Enum):
    HEALED = 1
    THERE = 2
    WAITS = 3  # an edit whose original is still to come


def replay(intake: Intake, progress: Callable[[int], None], since: str = "") -> Replayed:
    """All entries; ``progress`` hears how many are done. Days on which something came back are
    counted anew. What the disk has damaged is stepped over and named."""
    run = _Run(intake, progress)
    places: dict[str, list[Place]] = defaultdict(list)
    for place in intake.stores.journal.places(since):
        places[place.kind].append(place)
    run.take(places.pop("offices", []), run.offices_again)
    # Before the forms: of what was removed for good nothing is published again.
    run.take(places.pop(REMOVED, []), run.remove_again)
    run.take(places.pop("form", []), run.publish_again)
    for kind, again in BEFORE_RECORDS.items():
        run.take(places.pop(kind, []), partial(run.act_again, again))
    run.take(places.pop(PASSED, []), run.pass_over)
    # Before the records: of one that was erased nothing is taken in again.
    run.take(places.pop(ERASURE, []), run.erase_again)
    records = places.pop("record", [])
    waiting = [each for each in records if each.name not in run.passed]
    while left := run.take(waiting, run.receive_again):
        if len(left) == len(waiting):
            run.take(left, run.receive_anyway)
            break
        waiting = left
    # What gave way to another gives way again.
    run.take([each for each in records if each.name in run.passed], run.receive_passed)
    # After all records: what these say follows from the set, whenever it came.
    run.take(places.pop("review", []), run.review_again)
    run.take(places.pop("worker", []), run.assign_again)
    for kind, again in AFTER_RECORDS.items():
        run.take(places.pop(kind, []), partial(run.act_again, again))
    for odd in places.values():
        run.take(odd, _unknown)
    for key, day in run.days:
        run.recount(key, day)
    return run.total


def _unknown(entry: Entry) -> _Outcome:
    raise ValueError(entry.kind)


class _Run:
    """One replay under way."""

    def __init__(self, intake: Intake, progress: Callable[[int], None]) -> None:
        self._journal = intake.stores.journal
        # What comes out of the journal must not go into it again.
        self._intake = replace(
            intake, stores=replace(intake.stores, journal=self._journal.closed())
        )
        self._progress = progress
        self.total = Replayed()
        self.days: set[tuple[FormKey, str]] = set()
        self.passed: set[str] = set()
        self._removed: dict[FormKey, int] = {}

    def take(self, places: list[Place], again: Callable[[Entry], _Outcome]) -> list[Place]:
        """Those that wait for others."""
        waiting = []
        for place in places:
            healed = refused = 0
            try:
                outcome = again(self._journal.read(place))
                if outcome is _Outcome.WAITS:
                    waiting.append(place)
                    continue
                healed = outcome is _Outcome.HEALED
            except Damaged as damage:
                self._note(damage)
            except Unavailable:
                raise
            except Exception as trouble:
                # One entry must not keep the others from being healed. The class alone: a message
                # may quote the record.
                log.error("%s is refused: %s", place.path, type(trouble).__name__)
                refused = 1
            self.total = replace(
                self.total,
                entries=self.total.entries + 1,
                healed=self.total.healed + healed,
                refused=self.total.refused + refused,
            )
            self._progress(self.total.entries)
        return waiting

    def _note(self, damage: Damaged) -> None:
        if damage.place not in self.total.damaged:
            self.total = replace(self.total, damaged=(*self.total.damaged, damage.place))

    # -- forms -----------------------------------------------------------------------------------

    def remove_again(self, entry: Entry) -> _Outcome:
        word = read_word(entry.body)
        key = FormKey.parse(word["form"])
        self._removed[key] = max(word["seq"], self._removed.get(key, 0))
        return _Outcome.THERE

    def _is_removed(self, entry: Entry) -> bool:
        """Another may have been published under its name since."""
        if not self._removed:
            return False
        key = FormKey(entry.facts["project"], read_form(entry.body).form_id)
        return bool(entry.facts["seq"] < self._removed.get(key, 0))

    def publish_again(self, entry: Entry) -> _Outcome:
        if self._is_removed(entry):
            return _Outcome.THERE
        facts = entry.facts
        with ExitStack() as opened:
            read = {name: opened.enter_context(entry.open(sha)).read() for name, sha in entry.files}
        # The workbook lies under no name: no media file can have that one.
        xlsx = read.pop("", None)
        publication = Publication(
            project=facts["project"],
            file_name="",
            source=b"",
            media=read,
            by=facts["by"],
            at=datetime.fromisoformat(facts["at"]),
            notes=facts["notes"],
        )
        ready = Ready(entry.body, tuple(facts["warnings"]), xlsx)
        new = publish_again(self._intake.stores, publication, ready)
        self._intake.shelf.forget()
        return _Outcome.HEALED if new else _Outcome.THERE

    # -- offices ---------------------------------------------------------------------------------

    def offices_again(self, entry: Entry) -> _Outcome:
        new = self._intake.stores.offices.change_again(entry.body)
        self._intake.shelf.forget()
        return _Outcome.HEALED if new else _Outcome.THERE

    def _where_it_belongs(self, upload: Upload) -> Upload:
        """Under whoever answers for its office today, and for as long as the journal is read under
        whoever did then: what they sent later must be taken again."""
        office, offices = upload.sender.office, self._intake.shelf.offices()
        if office is None or office not in offices:
            return upload
        now = within(office, offices)
        both = (*dict.fromkeys((*now[:-1], *upload.within[:-1])), now[-1])
        if len(both) > len(now):
            # The worker brings them in step.
            self._intake.stores.offices.note_chain(office, both)
        return replace(upload, within=both)

    # -- records ---------------------------------------------------------------------------------

    def receive_again(self, entry: Entry) -> _Outcome:
        """Asked first what is there: a start looks at two days, and photos sent in vain cost the
        small engines dear. Of all but the plain cases the intake judges."""
        envelope = read_envelope(entry.body)
        key = FormKey(entry.facts["project"], envelope.form_id, entry.facts["draft"])
        ids = [each for each in (envelope.instance_id, envelope.deprecated_id) if each]
        known = self._intake.stores.submissions.holding(WHOLE_HOUSE, key, ids)
        if is_there(self._intake.stores, known, envelope, entry.files, self._intake.clock()):
            return _Outcome.THERE
        if envelope.deprecated_id and not known:
            return _Outcome.WAITS
        return self.receive_anyway(entry)

    def receive_anyway(self, entry: Entry) -> _Outcome:
        with ExitStack() as opened:
            upload = read_upload(entry.facts, entry.body, self._whole_files(entry, opened))
            upload = self._where_it_belongs(upload)
            # Its day is counted by a follow-up too: this run may be broken off before it is at it.
            received = receive(self._intake, replace(upload, again=True))
        match received.decision:
            case Create():
                self.days.add((received.key, day_of(moment_of(entry.facts["seq"]))))
            case Revise(held) | AddMedia(held):
                self.days.add((received.key, day_of(moment_of(held.seq))))
            case Same() | Deleted() | Erased() | Taken() | Unfit():
                return _Outcome.THERE
        return _Outcome.HEALED

    def receive_passed(self, entry: Entry) -> _Outcome:
        try:
            return self.receive_anyway(entry)
        except Clash:
            return _Outcome.THERE  # as it was then

    def pass_over(self, entry: Entry) -> _Outcome:
        self.passed.add(entry.body.decode())
        return _Outcome.THERE

    def erase_again(self, entry: Entry) -> _Outcome:
        record = self._intake.stores.erasures.put_again(entry.body)
        if record is None:
            return _Outcome.THERE
        self.days.add((record.key, day_of(moment_of(record.seq))))
        return _Outcome.HEALED

    # -- what people did -------------------------------------------------------------------------

    def assign_again(self, entry: Entry) -> _Outcome:
        found = assign_again(self._intake.stores, entry.body)
        return _Outcome.THERE if found is None else _Outcome.HEALED

    def review_again(self, entry: Entry) -> _Outcome:
        record = review_again(self._intake.stores, entry.body)
        if record is None:
            return _Outcome.THERE
        self.days.add((record.key, day_of(moment_of(record.seq))))
        return _Outcome.HEALED

    def act_again(self, again: Again, entry: Entry) -> _Outcome:
        new = again(self._intake.stores, entry)
        return _Outcome.HEALED if new else _Outcome.THERE

    def recount(self, key: FormKey, day: str) -> None:
        try:
            recount_day(self._intake.stores, key, day)
        except Unavailable:
            raise
        except Exception as trouble:
            # A follow-up counts it too, and the other days are to be counted all the same.
            log.error("%s of %s is not counted: %s", day, key.text, type(trouble).__name__)

    # -- files -----------------------------------------------------------------------------------

    def _whole_files(self, entry: Entry, opened: ExitStack) -> dict[str, BinaryIO]:
        """A record without one of its photos is better than no record."""
        whole = {}
        for name, sha256 in entry.files:
            try:
                whole[name] = opened.enter_context(entry.open(sha256))
            except Damaged as damage:
                self._note(damage)
        return whole

"""Is this visit real? What a record's files, places and times say, as advice to a person.

Nothing here refuses a record, and what is not known is never held against anybody.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

from server.model.records import Issue
from server.processing.photos.picture_facts import PictureFacts, Place, Problem
from server.processing.records.issues import Code
from server.xforms.values import nfc

_PICTURE_FAR = 500  # metres
# The largest communes reach some twenty kilometres from their office.
_OFFICE_FAR = 30_000
_POOR = 50
_WORST = 20_000_000  # the other side of the earth; phones have sent more
_PICTURE_OLD = timedelta(hours=24)
_CLOCK_SLACK = timedelta(minutes=10)
_FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)  # no phone of ours was filled in before
_TOO_FAST = timedelta(seconds=60)
_VERY_LATE = timedelta(days=7)
_EARTH_RADIUS = 6_371_009  # mean radius of WGS 84 in metres

_BY_PROBLEM = {
    Problem.EMPTY: Code.PICTURE_EMPTY,
    Problem.NOT_A_PICTURE: Code.NOT_A_PICTURE,
    Problem.TRUNCATED: Code.PICTURE_TRUNCATED,
    Problem.UNREADABLE: Code.PICTURE_UNREADABLE,
    Problem.TOO_MANY_BYTES: Code.PICTURE_TOO_LARGE,
    Problem.TOO_MANY_PIXELS: Code.PICTURE_TOO_LARGE,
    Problem.HEIC_UNSUPPORTED: Code.PICTURE_NOT_SHOWN,
}


@dataclass(frozen=True, slots=True)
class Point:
    """An answer to a geopoint question."""

    field: str
    place: Place
    accuracy: float | None = None


@dataclass(frozen=True, slots=True)
class ExpectedFile:
    """A file that an answer names."""

    field: str
    name: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one record.

    ``zone`` is the phone's: picture times without a zone are read in it, and sentences speak in it.
    ``clock_ahead`` is the phone's clock less ours when it sent the record. ``pictures`` are the
    files that should be pictures, by name. ``offices`` are the places of the record's office and of
    those below it, none where one is not known. ``seen_before`` has the names of pictures that an
    earlier record has too, with the instance id of that record, "" where it may not be named.

    A time without a zone may be half a day off and is taken for unknown.
    """

    received_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    zone: tzinfo | None = None
    clock_ahead: timedelta | None = None
    points: tuple[Point, ...] = ()
    expected: tuple[ExpectedFile, ...] = ()
    present: frozenset[str] = frozenset()
    pictures: Mapping[str, PictureFacts] = field(default_factory=dict)
    offices: tuple[Place, ...] = ()
    seen_before: Mapping[str, str] = field(default_factory=dict)


def judge(evidence: Evidence) -> tuple[Issue, ...]:
    """Every remark on this record: files first, then places, then times."""
    return (*_files(evidence), *_pictures(evidence), *_points(evidence), *_times(evidence))


def metres_between(one: Place, other: Place) -> float:
    """The way over the ground (haversine)."""
    north, south = math.radians(one.latitude), math.radians(other.latitude)
    across = math.radians(other.longitude - one.longitude)
    half = (
        math.sin((south - north) / 2) ** 2
        + math.cos(north) * math.cos(south) * math.sin(across / 2) ** 2
    )
    return 2 * _EARTH_RADIUS * math.asin(math.sqrt(min(1.0, half)))


# -- files and pictures
#
# One name has two spellings in Unicode ("ả" as one letter or as two), and phones mix them: NFC.


def _files(evidence: Evidence) -> Iterator[Issue]:
    present = {nfc(name) for name in evidence.present}
    for file in evidence.expected:
        if nfc(file.name) not in present:
            yield Issue(Code.MISSING_FILE, file.field, {"name": file.name})


def _pictures(evidence: Evidence) -> Iterator[Issue]:
    fields = {nfc(file.name): file.field for file in reversed(evidence.expected)}
    for name, picture in evidence.pictures.items():
        asked = fields.get(nfc(name))
        for problem in picture.problems:
            if problem in _BY_PROBLEM:
                yield Issue(_BY_PROBLEM[problem], asked, {"name": name})
        if metres := _metres_too_far(picture, evidence.points):
            yield Issue(Code.PICTURE_PLACE_FAR, asked, {"name": name, "metres": metres})
        if times := _other_time(picture, evidence):
            yield Issue(Code.PICTURE_OLD, asked, {"name": name, **times})
        if name in evidence.seen_before:
            record = evidence.seen_before[name]
            yield Issue(
                Code.SAME_PICTURE, asked, {"name": name, **({"record": record} if record else {})}
            )


def _metres_too_far(picture: PictureFacts, points: tuple[Point, ...]) -> int | None:
    """How far the nearest point is, if even its error cannot explain it."""
    if picture.place is None or not points:
        return None
    if not all(_is_far(picture.place, each, _PICTURE_FAR) for each in points):
        return None
    return round(min(metres_between(picture.place, each.place) for each in points))


def _is_far(place: Place, point: Point, metres: int) -> bool:
    return metres_between(place, point.place) - max(point.accuracy or 0, 0) > metres


def _other_time(picture: PictureFacts, evidence: Evidence) -> dict[str, str] | None:
    taken = picture.taken_at
    if taken is not None and taken.tzinfo is None and evidence.zone is not None:
        taken = taken.replace(tzinfo=evidence.zone)
    taken = _certain(taken)
    if taken is None or _clock_error(evidence):  # by a wrong clock nothing can be dated
        return None
    start, end = _certain(evidence.started_at), _certain(evidence.ended_at)
    if start and taken < start - _PICTURE_OLD:
        recorded = start
    elif end and taken > end + _CLOCK_SLACK:
        recorded = end
    else:
        return None
    return {"taken_at": _told(taken, evidence), "recorded_at": _told(recorded, evidence)}


# -- places


def _points(evidence: Evidence) -> Iterator[Issue]:
    for point in evidence.points:
        accuracy = point.accuracy
        if accuracy is not None and accuracy > _POOR:
            metres = round(min(accuracy, _WORST))
            yield Issue(Code.ACCURACY_POOR, point.field, {"metres": metres})
        if accuracy == 0 and point.place.altitude == 0:
            yield Issue(Code.POINT_BY_HAND, point.field)
        offices = evidence.offices
        if offices and all(_is_far(each, point, _OFFICE_FAR) for each in offices):
            metres = round(min(metres_between(each, point.place) for each in offices))
            yield Issue(Code.POINT_FAR_FROM_OFFICE, point.field, {"metres": metres})


# -- times


def _times(evidence: Evidence) -> Iterator[Issue]:
    start, end = _certain(evidence.started_at), _certain(evidence.ended_at)
    wrong = _clock_error(evidence)
    if wrong is not None:
        told = {
            "phone_at": _told(wrong, evidence),
            "received_at": _told(evidence.received_at, evidence),
        }
        yield Issue(Code.CLOCK_WRONG, facts=told)
    elif end and evidence.received_at - end > _VERY_LATE:
        yield Issue(Code.VERY_LATE, facts={"days": (evidence.received_at - end).days})
    if start and end and timedelta(0) <= end - start < _TOO_FAST:
        seconds = int((end - start).total_seconds())
        yield Issue(Code.FILLED_TOO_FAST, facts={"seconds": seconds})


def _clock_error(evidence: Evidence) -> datetime | None:
    """What the phone's clock said, if that cannot have been so."""
    start, end = _certain(evidence.started_at), _certain(evidence.ended_at)
    if start and start < _FIRST_DAY:
        return start
    if end and end > evidence.received_at + _CLOCK_SLACK:
        return end
    if evidence.clock_ahead is not None and abs(evidence.clock_ahead) > _CLOCK_SLACK:
        return evidence.received_at + evidence.clock_ahead
    return None


def _certain(moment: datetime | None) -> datetime | None:
    return moment if moment is not None and moment.tzinfo is not None else None


def _told(moment: datetime, evidence: Evidence) -> str:
    with suppress(OverflowError):  # a clock in the year 1 or 9999 has no other zone
        moment = moment.astimezone(evidence.zone or moment.tzinfo)
    return moment.isoformat(timespec="minutes")

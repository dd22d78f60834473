"""Which answers may stay in an export without names, what is left of them, and who knows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

from exports.source import Source
from server.xforms.deidentified import CHOSEN, harmless_answer
from server.xforms.form import META, Field
from server.xforms.plain_names import plain_name
from server.xforms.recognising import TELLS, TELLS_NOT

_BAND = 5
_OLDEST = 130
_AGE = frozenset(("tuoi", "age"))
_BORN = frozenset(("sinh", "birth", "born", "dob"))
_JOINED = {"namsinh": "sinh", "ngaysinh": "sinh", "gioitinh": "gioi", "dantoc": "toc"}
_KNOWN = _AGE | _BORN | frozenset(("gioi", "sex", "gender", "toc", "ethnicity"))


class KnownTo(Enum):
    """Whose answer it is, neighbours or a teacher may know: ALL such answers, SOME, or NONE."""

    ALL = auto()
    SOME = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True)
class Column:
    field: Field
    is_age: bool
    is_birth: bool
    known_to: KnownTo

    def answer(self, text: str, at: datetime) -> str:
        """Days as their year, and ages and births as five years of age."""
        field = self.field
        if field.type == "date" and self.is_birth:
            return _band(_age(text, at.date()))
        stays = harmless_answer(field, text)
        if not stays or field.control in CHOSEN:
            return stays
        if field.type == "date":
            return stays[:4]
        if self.is_age:
            return _band(int(float(stays)))
        if self.is_birth:
            return _band(at.year - int(float(stays)))
        return stays


def columns_of(source: Source) -> Sequence[Column]:
    return [_column(each, source) for each in source.tables[0].columns if _may_stay(each, source)]


def _column(field: Field, source: Source) -> Column:
    words = _words(field)
    known_to = _known_to(source.says_who.get(field.path, ""), words)
    return Column(field, bool(words & _AGE), bool(words & _BORN), known_to)


def _known_to(said: str, words: frozenset[str]) -> KnownTo:
    """As the form says; else by the name, and with care."""
    if said == TELLS_NOT:
        return KnownTo.NONE
    return KnownTo.ALL if said == TELLS or words & _KNOWN else KnownTo.SOME


def _may_stay(field: Field, source: Source) -> bool:
    if META in field.path or field.path in source.special or field.path in source.hidden:
        return False
    if field.control in CHOSEN:
        # A list of communes, hamlets, schools or offices says more than their cluster.
        of_places = field.choices.file or field.path in source.of_places
        return not of_places and source.places.isdisjoint(field.choices.items)
    return field.type in ("date", "int", "decimal") or field.control == "trigger"


def _age(text: str, today: date) -> int:
    try:
        born = date.fromisoformat(text)
    except ValueError:
        return -1
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _band(age: int) -> str:
    """As "10-14"; "" for what is no age."""
    if not 0 <= age <= _OLDEST:
        return ""
    first = age - age % _BAND
    return f"{first}-{first + _BAND - 1}"


def _words(field: Field) -> frozenset[str]:
    """Of ``ngay_sinh``, ``ngày_sinh``, ``ngaySinh`` and ``ngaysinh`` alike."""
    words = plain_name(field.name).split("_")
    return frozenset(_JOINED.get(each, each) for each in words)

"""What will change for the answers that are there already, when a new version is published.

What was collected stays readable as long as a name in a form keeps meaning one kind of thing:
lists, exports and registers join the answers of all versions by it. A version that breaks this is
refused while there are such answers; everything else is told, with how many answers it touches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from server.errors import AnswersUnreadable
from server.model.filters import Filters
from server.model.forms import FormKey, FormVersion
from server.model.records import ReviewState
from server.model.scope import EVERYWHERE, WHOLE_HOUSE
from server.model.sequence import seq_at
from server.processing.forms.shelf import OnHand, Shelf
from server.storage.stores import Stores
from server.xforms.answers import answers_at, steps_to
from server.xforms.compare import Change, What, compare
from server.xforms.form import Field, Form, Kind, Path, fields_of
from server.xforms.read_form import read_form

Steps = tuple[str, ...]

_PLACES = frozenset(("geopoint", "geotrace", "geoshape"))
_AT_A_TIME = 400  # records that are read together
_AHEAD = timedelta(minutes=1)  # the clocks of two processes may differ a little


class Why(StrEnum):
    """Why a version is refused."""

    VERSION_EXISTS = "version_exists"
    SHAPE = "shape"  # a question, a group or a repeat became another of them
    FILE = "file"  # answers that are files and answers that are none
    PLACE = "place"  # places and what is none


@dataclass(frozen=True, slots=True)
class Touching:
    """A change, and how many collected answers it is about."""

    change: Change
    answers: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """``was`` and ``now`` are the field of an earlier version and of the new one."""

    why: Why
    was: Field | None = None
    now: Field | None = None
    answers: int = 0
    version: str = ""


@dataclass(frozen=True, slots=True)
class WhatWillChange:
    """``base`` is the version compared with; None where phones have none of this form yet."""

    base: str | None = None
    changes: tuple[Touching, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def what_will_change(
    stores: Stores, shelf: Shelf, new: FormVersion, now: datetime
) -> WhatWillChange:
    """Compares ``new``, a draft or a version about to be published, with what phones have, and
    counts the collected answers in one pass.

    Those of the whole house, whoever asks: a version is published for every office, and how many
    answers there are to a question says nothing about anybody.
    """
    key = FormKey(new.key.project, new.key.form_id)
    if stores.forms.entry(key) is None:
        return WhatWillChange()
    current, form = shelf.current(key), read_form(new.xml)
    changes = compare(current.form, form)
    suspects = _suspects(shelf.all_versions(key), current, form)
    wanted = [_wanted(current.form, each) for each in changes]
    wanted += [_Wanted(_questions_in(then, each.was)) for then, each in suspects]
    cuts = stores.counters.counts(key).cuts(frozenset((EVERYWHERE,)), ReviewState, _AT_A_TIME)
    counts = _count(stores, key, wanted, Filters(top=seq_at(now + _AHEAD), cuts=cuts))
    refusals = [
        replace(each, answers=number)
        for (_, each), number in zip(suspects, counts[len(changes) :], strict=True)
        if number
    ]
    if published_otherwise(stores, new):
        refusals.insert(0, Refusal(Why.VERSION_EXISTS, version=new.version))
    touching = (Touching(*each) for each in zip(changes, counts, strict=False))
    return WhatWillChange(current.version.version, tuple(touching), tuple(refusals))


def refuse_unreadable(found: WhatWillChange) -> None:
    """Before publishing. Raises AnswersUnreadable; for a version's number publishing itself
    refuses."""
    were = [each.was for each in found.refusals if each.was is not None]
    if were:
        raise AnswersUnreadable(
            number=sum(each.answers for each in found.refusals),
            listed=", ".join(dict.fromkeys(each.name for each in were)),
            path="/" + "/".join(were[0].path),
            type=were[0].type if were[0].kind is Kind.QUESTION else were[0].kind.value,
        )


# -- what makes answers unreadable -----------------------------------------------------------------


def _suspects(versions: Sequence[OnHand], current: OnHand, new: Form) -> list[tuple[Form, Refusal]]:
    """What cannot be read as one with the field of that name in an earlier form. What the current
    version does not have any more is looked for in the ones before it."""
    found: dict[Path, tuple[Form, Refusal]] = {}
    for version in (current, *versions):
        form = version.form
        for was in fields_of(form.fields):
            now = new.by_path.get(was.path)
            why = _why(was, now) if now else None
            is_over = form is not current.form and was.path in current.form.by_path
            if why and not is_over:
                found.setdefault(was.path, (form, Refusal(why, was, now)))
    return list(found.values())


def _why(was: Field, now: Field) -> Why | None:
    if was.kind is not now.kind:
        return Why.SHAPE
    if was.kind is not Kind.QUESTION:
        return None
    if was.is_file is not now.is_file:
        return Why.FILE
    return Why.PLACE if (was.type in _PLACES) is not (now.type in _PLACES) else None


def published_otherwise(stores: Stores, new: FormVersion) -> bool:
    """Its number is taken: published with other content or other files."""
    known = stores.forms.version(replace(new.key, draft=False), new.version)
    return known is not None and (known.sha256, known.media) != (new.sha256, new.media)


# -- counting --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Answers to count: those to some questions, or only those that are one of ``choices``."""

    questions: tuple[Steps, ...] = ()
    choices: frozenset[str] = frozenset()

    def chosen_in(self, answers: Mapping[str, Any]) -> int:
        found = (value for steps in self.questions for value in answers_at(answers, steps))
        return sum(1 for value in found if self._is_chosen(value))

    def _is_chosen(self, value: object) -> bool:
        """Of a select one (a text), or among those of a select multiple (a list)."""
        return not self.choices.isdisjoint(value if isinstance(value, list) else (value,))


def _wanted(form: Form, change: Change) -> _Wanted:
    if change.old is None:
        return _Wanted()
    choices = change.choices if change.what is What.CHOICES_REMOVED else ()
    return _Wanted(_questions_in(form, change.old), frozenset(choices))


def _questions_in(form: Form, top: Field | None) -> tuple[Steps, ...]:
    """The question itself, or all in a group or repeat."""
    inside = top.walk() if top else ()
    return tuple(steps_to(form, each.path) for each in inside if each.kind is Kind.QUESTION)


def _count(stores: Stores, key: FormKey, wanted: Sequence[_Wanted], filters: Filters) -> list[int]:
    """Each record is walked once, however many changes there are."""
    names = sorted({steps[0] for each in wanted for steps in each.questions})
    answered: Counter[Steps] = Counter()
    chosen: Counter[_Wanted] = Counter({each: 0 for each in wanted if each.choices})
    if names:
        for answers in stores.collected.answers(WHOLE_HOUSE, key, names, filters):
            _tally(answers, (), answered)
            for each in chosen:
                chosen[each] += each.chosen_in(answers)
    return [
        chosen[each] if each.choices else sum(answered[steps] for steps in each.questions)
        for each in wanted
    ]


def _tally(answers: Mapping[str, Any], above: Steps, answered: Counter[Steps]) -> None:
    for name, value in answers.items():
        steps = (*above, name)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for each in value:
                _tally(each, steps, answered)
        else:
            answered[steps] += 1

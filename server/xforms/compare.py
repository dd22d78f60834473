"""What differs between two versions of a form, change by change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from server.xforms.form import Field, Form, Path, Words, fields_of
from server.xforms.pairing import pair


class What(StrEnum):
    """The kinds of change, gravest for collected answers first."""

    SHAPE = "shape"  # a question, a group, a repeat: one became another
    TYPE = "type"
    REMOVED = "removed"
    RENAMED = "renamed"
    MOVED = "moved"
    CHOICES_REMOVED = "choices_removed"
    CHOICE_FILE = "choice_file"
    CALCULATION = "calculation"
    ADDED = "added"
    CHOICES_ADDED = "choices_added"
    CHOICES_REWORDED = "choices_reworded"
    LABEL = "label"
    RELEVANT = "relevant"
    CONSTRAINT = "constraint"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``old`` is None for what was added, ``new`` for what was removed.

    ``before`` and ``after`` are texts or expressions, of a label in ``language``. ``choices`` are
    the names of the choices in question.
    """

    what: What
    old: Field | None
    new: Field | None
    before: str = ""
    after: str = ""
    language: str = ""
    choices: tuple[str, ...] = ()

    @property
    def field(self) -> Field:
        """As it is now, else as it was."""
        found = self.new or self.old
        assert found is not None
        return found


def compare(old: Form, new: Form) -> tuple[Change, ...]:
    """All changes from ``old`` to ``new``, gravest first, else in form order.

    What stands in a removed or added group is not listed again.
    """
    paired = pair(old, new)
    root: Path = ()
    was_at = {root: root} | {now.path: was.path for was, now in paired.same}
    changes = [Change(What.REMOVED, each, None) for each in _topmost(paired.only_old)]
    changes += [Change(What.ADDED, None, each) for each in _topmost(paired.only_new)]
    for was, now in paired.same:
        changes += _of_pair(was, now, moved=was_at.get(now.path[:-1]) != was.path[:-1])
    rank = {what: at for at, what in enumerate(What)}
    return tuple(sorted(changes, key=lambda each: rank[each.what]))


def _topmost(fields: tuple[Field, ...]) -> list[Field]:
    """Without what stands in another of them, as long as all that stands there goes with it."""
    paths = {each.path for each in fields}
    whole = {
        each.path for each in fields if all(at.path in paths for at in fields_of(each.children))
    }
    return [
        each
        for each in fields
        if (each.path in whole or not each.children) and each.path[:-1] not in whole
    ]


def _of_pair(was: Field, now: Field, *, moved: bool) -> Iterator[Change]:
    if was.kind is not now.kind:
        yield Change(What.SHAPE, was, now, was.kind, now.kind)
    elif (was.type, was.control) != (now.type, now.control):
        yield Change(What.TYPE, was, now)
    if moved:
        yield Change(What.MOVED, was, now, "/".join(was.path), "/".join(now.path))
    if was.name != now.name:
        yield Change(What.RENAMED, was, now, was.name, now.name)
    yield from _choices(was, now)
    yield from _labels(was, now)
    for what, before, after in (
        (What.CALCULATION, was.calculation, now.calculation),
        (What.RELEVANT, was.relevant, now.relevant),
        (What.CONSTRAINT, was.constraint, now.constraint),
        (What.REQUIRED, was.required, now.required),
    ):
        if before != after:
            yield Change(what, was, now, before, after)


def _choices(was: Field, now: Field) -> Iterator[Change]:
    old, new = was.choices, now.choices
    if old.file != new.file:
        yield Change(What.CHOICE_FILE, was, now, old.file or "", new.file or "")
        return
    gone = tuple(name for name in old.items if name not in new.items)
    if gone and new.items:
        yield Change(What.CHOICES_REMOVED, was, now, choices=gone)
    come = tuple(name for name in new.items if name not in old.items)
    if come and old.items:
        yield Change(What.CHOICES_ADDED, was, now, choices=come)
    other = tuple(name for name, words in new.items.items() if old.items.get(name, words) != words)
    if other:
        yield Change(What.CHOICES_REWORDED, was, now, choices=other)


def _labels(was: Field, now: Field) -> Iterator[Change]:
    for language in dict.fromkeys((*was.label.by_language, *now.label.by_language)):
        before, after = _in(was.label, language), _in(now.label, language)
        if before != after:
            yield Change(What.LABEL, was, now, before, after, language)


def _in(words: Words, language: str) -> str:
    return words.by_language.get(language, "")

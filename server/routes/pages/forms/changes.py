"""What a new version changes, as the partial ``parts/changes.html`` shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from server.processing.forms.change_words import change_words, refusal_words
from server.processing.forms.changes import Touching, WhatWillChange
from server.routes.pages.words import gettext, ngettext, reader
from server.xforms.compare import Change


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """``touched`` is ``128 câu trả lời``, "" for none."""

    words: str
    touched: str


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """``title`` is "" where there is one group only."""

    title: str
    lines: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """``summary`` is one sentence; ``refusals`` why this must not be published."""

    summary: str
    refusals: tuple[str, ...]
    groups: tuple[ChangeGroup, ...]


def changes_part(found: WhatWillChange) -> Changes:
    """In the reader's language."""
    touching = [each for each in found.changes if each.answers]
    others = [each for each in found.changes if not each.answers]
    groups = (
        ChangeGroup(gettext("Touches answers that are there already"), _lines(touching)),
        ChangeGroup(gettext("Touches no answers"), _lines(others)),
    )
    return Changes(
        summary=_summary(found),
        refusals=tuple(refusal_words(each, reader()) for each in found.refusals),
        groups=tuple(each for each in groups if each.lines),
    )


def comparison_part(base: str, changes: tuple[Change, ...]) -> Changes:
    """Two versions side by side, without answers."""
    found = WhatWillChange(base, tuple(Touching(each, 0) for each in changes))
    group = ChangeGroup("", _lines(found.changes))
    return Changes(_summary(found), (), (group,) if group.lines else ())


def _summary(found: WhatWillChange) -> str:
    if found.base is None:
        return gettext("Phones have no version of this form yet: everything in it is new.")
    if not found.changes:
        return gettext("No question differs from version %(version)s.", version=found.base)
    return ngettext(
        "%(count)s change against version %(version)s",
        "%(count)s changes against version %(version)s",
        len(found.changes),
        version=found.base,
    )


def _lines(found: Iterable[Touching]) -> tuple[ChangeLine, ...]:
    return tuple(
        ChangeLine(
            change_words(each.change, reader()),
            ngettext("%(count)s answer", "%(count)s answers", each.answers) if each.answers else "",
        )
        for each in found
    )

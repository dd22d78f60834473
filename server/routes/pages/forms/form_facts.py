"""What stands on a form's page: its questions, its days, the phones that use it, its files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from server.model.calendar import day_of
from server.model.filters import Filters
from server.model.forms import FormVersion
from server.processing.forms.in_field import InField, versions_in_field
from server.processing.forms.kind_words import kind_words
from server.processing.records.record_lists import Lists
from server.routes.allow import services
from server.routes.pages.labels import label_of
from server.routes.pages.ways import address
from server.routes.pages.words import ago, gettext, ngettext, number, reader, size_words
from server.xforms.form import Field, Form, Kind

DAYS = 14
RECORDS = 500  # the newest, which tell what phones work with
_MOST_CHOICES = 8


@dataclass(frozen=True, slots=True)
class Question:
    label: str
    name: str
    kind: str
    choices: str


@dataclass(frozen=True, slots=True)
class Part:
    """A group with its own questions; ``title`` is "" for what stands in none."""

    title: str
    count: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """``share`` is of the fullest day, in hundredths."""

    day: str
    count: str
    share: int


@dataclass(frozen=True, slots=True)
class Used:
    """A version in the field. ``phones`` names those that still have an old one."""

    version: str
    current: bool
    count: str
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class File:
    """``size`` and ``href`` are "" for what the form names and nobody attached."""

    name: str
    size: str
    href: str


def parts_of(form: Form) -> tuple[Part, ...]:
    """Group by group, in the reader's language; what stands in none comes last."""
    bare, *groups = _parts(form.fields, "")
    return tuple(each for each in (*groups, bare) if each.questions)


def _parts(fields: Sequence[Field], title: str) -> Iterator[Part]:
    asked = tuple(_question(each) for each in fields if each.is_asked)
    count = ngettext("%(count)s question", "%(count)s questions", len(asked))
    yield Part(title, count, asked)
    for each in fields:
        if each.kind is not Kind.QUESTION:
            name = label_of(each, reader(), {}) or each.name
            name = f"{name} ({kind_words(each, reader())})" if each.kind is Kind.REPEAT else name
            yield from _parts(each.children, f"{title} › {name}" if title else name)


def _question(field: Field) -> Question:
    labels = [words.in_(reader()) or name for name, words in field.choices.items.items()]
    more = ["…"] if len(labels) > _MOST_CHOICES else []
    return Question(
        label=label_of(field, reader(), {}) or field.name,
        name=field.name,
        kind=kind_words(field, reader()),
        choices=field.choices.file or ", ".join([*labels[:_MOST_CHOICES], *more]),
    )


def days_of(found: Lists) -> tuple[Day, ...]:
    """The last two weeks, newest first."""
    today = date.fromisoformat(day_of(found.now))
    days = [(today - timedelta(days=back)).isoformat() for back in range(DAYS)]
    counts = [_on(found, each) for each in days]
    most = max(1, *counts)
    return tuple(
        Day(f"{date.fromisoformat(day):%d/%m}", number(count), round(100 * count / most))
        for day, count in zip(days, counts, strict=True)
    )


def _on(found: Lists, day: str) -> int:
    return found.counts.number(found.roots, since=day, before=f"{day}~")


def used_versions(found: Lists, current: str) -> tuple[Used, ...]:
    lines = found.page(Filters(top=found.top()), RECORDS)
    return tuple(_used(each, current) for each in versions_in_field(lines, current))


def _used(found: InField, current: str) -> Used:
    now = services().clock()
    old = found.version != current
    phones = len(found.senders)
    return Used(
        version=found.version or gettext("without a version"),
        current=not old,
        count=ngettext("%(count)s phone", "%(count)s phones", phones),
        phones=tuple(f"{name}, {ago(at, now)}" for name, at in found.senders) if old else (),
    )


def files_of(version: FormVersion, form: Form) -> tuple[File, ...]:
    """Missing ones first."""
    here = {"form_id": version.key.form_id, "version": version.version}
    held = {
        each.name: File(
            each.name,
            size_words(each.size),
            address("form_versions.attachment", name=each.name, **here),
        )
        for each in version.media
    }
    missing = [File(name, "", "") for name in form.media if name not in held]
    return (*missing, *held.values())

"""What a draft makes: what stands on the phone, and which files go with it."""

from __future__ import annotations

from dataclasses import dataclass

from server.model.forms import FormVersion
from server.routes.allow import services
from server.routes.pages.record_facts import Fact
from server.routes.pages.words import gettext, moment_words, ngettext, number, size_words
from server.xforms.form import Form, Kind

_LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}


@dataclass(frozen=True, slots=True)
class MediaRow:
    """``size`` is "" for a file that the form names and nobody attached."""

    name: str
    size: str


def facts_of(draft: FormVersion, form: Form) -> tuple[Fact, ...]:
    """In reading order; what there is none of is left out."""
    questions = sum(1 for each in form.walk() if each.kind is Kind.QUESTION and each.control)
    repeats = sum(1 for each in form.walk() if each.kind is Kind.REPEAT)
    languages = ", ".join(_LANGUAGES.get(each, each) for each in form.languages)
    by = services().stores.actors.by_id(draft.published_by)
    who = by.name if by else draft.published_by
    facts = (
        Fact(gettext("Form id"), draft.key.form_id),
        Fact(gettext("Questions"), number(questions)),
        Fact(gettext("Repeats"), number(repeats) if repeats else ""),
        Fact(gettext("Languages"), languages),
        Fact(gettext("Registers it changes"), ", ".join(form.entity_lists)),
        Fact(gettext("Uploaded"), f"{moment_words(draft.published_at)}, {who}"),
    )
    return tuple(each for each in facts if each.value)


def media_of(draft: FormVersion, form: Form) -> tuple[MediaRow, ...]:
    """Missing ones first."""
    held = {each.name: size_words(each.size) for each in draft.media}
    names = dict.fromkeys((*form.media, *held))
    rows = [MediaRow(name, held.get(name, "")) for name in names]
    return tuple(sorted(rows, key=lambda each: bool(each.size)))


def missing_words(rows: tuple[MediaRow, ...]) -> str:
    missing = sum(1 for each in rows if not each.size)
    return ngettext("%(count)s file missing", "%(count)s files missing", missing) if missing else ""

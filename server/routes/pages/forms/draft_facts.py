"""What a draft makes: what stands on the phone, and which files go with it."""

from __future__ import annotations

from dataclasses import dataclass

from server.model.forms import FormVersion
from server.routes.allow import services
from server.routes.pages.records.record_facts import Fact
from server.routes.pages.registers.register_titles import register_called
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
    uploaded = f"{moment_words(draft.published_at)}, {publisher(draft.published_by)}"
    languages = ", ".join(_LANGUAGES.get(each, each) for each in form.languages)
    facts = (
        Fact(gettext("Form id"), draft.key.form_id),
        Fact(gettext("Questions"), number(questions)),
        Fact(gettext("Repeats"), number(repeats) if repeats else ""),
        Fact(gettext("Languages"), languages),
        Fact(gettext("Registers it changes"), ", ".join(map(register_called, form.entity_lists))),
        Fact(gettext("Uploaded"), uploaded),
    )
    return tuple(each for each in facts if each.value)


def publisher(actor_id: str) -> str:
    """As it was noted where it was no account's: by the command line, or at the first run."""
    actor = services().stores.actors.by_id(actor_id)
    return actor.name if actor else actor_id


def media_of(draft: FormVersion, form: Form) -> tuple[MediaRow, ...]:
    """Missing ones first."""
    held = {each.name: size_words(each.size) for each in draft.media}
    names = dict.fromkeys((*form.media, *held))
    rows = [MediaRow(name, held.get(name, "")) for name in names]
    return tuple(sorted(rows, key=lambda each: bool(each.size)))


def missing_words(rows: tuple[MediaRow, ...]) -> str:
    missing = sum(1 for each in rows if not each.size)
    return ngettext("%(count)s file missing", "%(count)s files missing", missing) if missing else ""

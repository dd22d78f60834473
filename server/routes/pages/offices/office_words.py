"""How pages call units, those of the past too."""

from __future__ import annotations

from collections.abc import Mapping

from server.model.offices import Kind, Office, current
from server.routes.pages.words import day_words, gettext, reader


def office_then_and_now(code: str | None, offices: Mapping[str, Office]) -> str:
    """The name of the record's time, and who answers for it today."""
    office = offices.get(code or "")
    if office is None:
        return ""
    now = current(office.code, offices)
    if now is None or now is office:
        return office.label
    return gettext("%(then)s, now %(now)s", then=office.label, now=now.label)


def office_option(office: Office) -> str:
    """As it stands in a choice: one that ended says until when."""
    if not office.valid_to:
        return office.label
    return gettext(
        "%(office)s (until %(day)s)", office=office.label, day=day_words(office.valid_to)
    )


def times_of(office: Office, today: str) -> str:
    """From when until when, as far as that is known and says something."""
    since, last = day_words(office.valid_from), day_words(office.valid_to)
    if since and last:
        return gettext("%(since)s to %(last)s", since=since, last=last)
    if last:
        return gettext("until %(day)s", day=last)
    if since and office.valid_from > today:
        return gettext("from %(day)s, still to come", day=since)
    return gettext("since %(day)s", day=since) if since else ""


def kind_words(kind: Kind) -> str:
    """In the reader's language."""
    return kind.vi if reader() == "vi" else kind.en

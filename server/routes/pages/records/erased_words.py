"""That who a record was about is erased, said on its page."""

from __future__ import annotations

from server.model.calendar import day_of
from server.model.records import Record
from server.routes.pages.words import day_words, gettext


def erased_words(record: Record) -> str:
    if record.erased is None:
        return ""
    word = record.erased.word
    return gettext(
        "The personal data of this record were erased for ever on %(day)s: asked for by %(asked)s, "
        "granted by %(granted)s. Reason: %(reason)s",
        day=day_words(day_of(record.erased.at)),
        asked=word.asked_by,
        granted=word.granted_by,
        reason=word.reason,
    )

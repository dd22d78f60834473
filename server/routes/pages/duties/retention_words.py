"""How long records are kept, in words."""

from __future__ import annotations

from server.model.retention import Retention
from server.processing.duties.retention import Number
from server.routes.pages.words import gettext, ngettext


def rule_words(rule: Retention | None) -> str:
    if rule is None:
        return _whole_words(None)
    if not rule.photos:
        return _whole_words(rule)
    photos = ngettext(
        "Their photos are kept for %(num)s month.",
        "Their photos are kept for %(num)s months.",
        rule.photos,
    )
    return f"{_whole_words(rule)} {photos}"


def _whole_words(rule: Retention | None) -> str:
    if rule is None or not rule.has_end:
        return gettext("Nobody has said for how long records of this form are kept.")
    if rule.born:
        return ngettext(
            "Records of this form are kept until the 18th birthday and %(num)s year more.",
            "Records of this form are kept until the 18th birthday and %(num)s years more.",
            rule.years,
        )
    return ngettext(
        "Records of this form are kept for %(num)s month.",
        "Records of this form are kept for %(num)s months.",
        rule.months,
    )


def kept_for(rule: Retention | None) -> str:
    """In a few words, for a table."""
    if rule is None:
        return gettext("No rule is set")
    words = []
    if rule.born:
        words.append(
            ngettext(
                "18th birthday and %(num)s year", "18th birthday and %(num)s years", rule.years
            )
        )
    if rule.months:
        words.append(ngettext("%(num)s month", "%(num)s months", rule.months))
    if rule.photos:
        words.append(ngettext("photos %(num)s month", "photos %(num)s months", rule.photos))
    return ", ".join(words)


def photos_words(number: Number) -> str:
    return gettext("photos of %(records)s", records=number_words(number))


def number_words(number: Number) -> str:
    count = ngettext("%(count)s record", "%(count)s records", number.count)
    return count if number.is_all else gettext("at least %(records)s", records=count)

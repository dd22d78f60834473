"""What stands above a record or an entry that is shared no more."""

from __future__ import annotations

from server.model.withholding import Target, is_kept_back
from server.routes.allow import services
from server.routes.pages.words import day_words, gettext


def kept_back_words(target: Target) -> str:
    """ "" for what is shared. The reason stands with the request: not everybody may read that."""
    acts = services().stores.withheld.acts(target)
    if not is_kept_back(acts):
        return ""
    return gettext(
        "Shared no more since %(day)s, as was asked: it is in no export, and phones of other "
        "offices do not get it.",
        day=day_words(acts[-1].since.isoformat()),
    )

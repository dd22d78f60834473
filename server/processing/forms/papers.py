"""Any version of a form as a questionnaire on paper."""

from __future__ import annotations

from server.errors import VersionUnknown
from server.model.forms import FormKey
from server.processing.forms.shelf import Shelf
from server.xforms.paper.lay_out import lay_out
from server.xforms.paper.layout import Paper


def paper_of(shelf: Shelf, key: FormKey, version: str | None, language: str) -> Paper:
    """The current version for None. Raises FormUnknown and VersionUnknown."""
    on_hand = shelf.current(key) if version is None else shelf.on_hand(key, version)
    if not on_hand.known:
        raise VersionUnknown(form_id=key.form_id)
    return lay_out(on_hand.form, language)

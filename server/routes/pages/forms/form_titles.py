"""What forms are called, also those in the bin: their records are there, and phones still send."""

from __future__ import annotations

from collections.abc import Mapping

from server.routes.allow import services
from server.services import PROJECT


def form_titles() -> Mapping[str, str]:
    """By form id."""
    entries = services().stores.forms.with_binned(PROJECT)
    return {each.key.form_id: each.title for each in entries}

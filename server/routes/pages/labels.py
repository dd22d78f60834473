"""The words of a question as plain text, the way they stood on the phone."""

from __future__ import annotations

import re
from collections.abc import Mapping

from server.xforms.form import Field
from server.xforms.label_text import plain

_PLACEHOLDER = re.compile(r"\$\{([^}]+)\}")


def label_of(field: Field, language: str, answers: Mapping[str, str]) -> str:
    """``answers`` in words, by question name, stand where the label refers to them."""
    text = plain(field.label.in_(language))
    return _PLACEHOLDER.sub(lambda found: answers.get(found[1], "…"), text)

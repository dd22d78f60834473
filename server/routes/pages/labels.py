"""The words of a question as plain text, the way they stood on the phone."""

from __future__ import annotations

from collections.abc import Mapping

from server.xforms.form import Field
from server.xforms.label_text import filled


def label_of(field: Field, language: str, answers: Mapping[str, str]) -> str:
    """``answers`` in words, by question name, stand where the label refers to them."""
    return filled(field.label.in_(language), lambda name: answers.get(name, "…"))

"""What somebody looks for in a list. It may be a person's name, so it comes by POST and stands in
no address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request


@dataclass(frozen=True, slots=True)
class Finding:
    """The box for words; ``kept`` goes with them, ``all_href`` leads back to the whole list."""

    action: str
    words: str
    kept: Mapping[str, str]
    all_href: str


def typed_words() -> str:
    return " ".join(request.form.get("q", "").split())

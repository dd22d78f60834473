"""Two at the same time, of whom one is faster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def overtaken(
    monkeypatch: pytest.MonkeyPatch, repository: object, write: str, by: Callable[[], object]
) -> None:
    """The next write comes after ``by``, which began later."""
    written = getattr(repository, write)

    def late(*asked: Any, **wanted: Any) -> Any:
        monkeypatch.setattr(repository, write, written)
        by()
        return written(*asked, **wanted)

    monkeypatch.setattr(repository, write, late)

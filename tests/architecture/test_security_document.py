"""What docs/security.md calls met is held by tests that are there."""

from __future__ import annotations

import re

from tests.architecture.test_rules import ROOT

_TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_test_that_is_named_is_there() -> None:
    named = set(re.findall(r"[a-z]+/test_[a-z_]+\.py", _TEXT))
    assert len(named) > 40
    assert {each for each in named if not (ROOT / "tests" / each).is_file()} == set()

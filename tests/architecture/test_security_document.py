"""docs/security.md speaks of every requirement of levels 1 and 2, and what it calls met is held by
tests that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.architecture.test_rules import ROOT

_TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
# How many requirements of levels 1 and 2 each section of OWASP ASVS 5.0.0 has; they come first in
# it, so that they are numbered from 1.
_SECTIONS = """
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1
4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2
7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2
10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5
14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2
"""
_ASKED = re.compile(r"^\| *([\d., –]+) *\||^([\d.–]+): n/a", re.MULTILINE)

Number = tuple[int, ...]


def test_every_test_that_is_named_is_there() -> None:
    named = set(re.findall(r"[a-z]+/test_[a-z_]+\.py", _TEXT))
    assert len(named) > 40
    assert {each for each in named if not (ROOT / "tests" / each).is_file()} == set()


def test_no_requirement_is_left_out() -> None:
    spans = [span for found in _ASKED.findall(_TEXT) for span in _spans(found[0] or found[1])]
    left_out = [
        number for number in _numbers() if not any(low <= number <= high for low, high in spans)
    ]
    assert left_out == []


def _numbers() -> Iterator[Number]:
    for section, many in (each.split(":") for each in _SECTIONS.split()):
        yield from ((*_number(section), each + 1) for each in range(int(many)))


def _spans(text: str) -> Iterator[tuple[Number, Number]]:
    for each in filter(None, (each.strip() for each in text.split(","))):
        low, _, high = each.partition("–")
        yield _number(low), _number(high or low)


def _number(text: str) -> Number:
    return tuple(map(int, text.split(".")))

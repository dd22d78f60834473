"""How a remark is said to the case manager."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from server.model.records import Issue
from server.processing.records.issues import Code, words

FACTS: dict[str, Any] = {
    "name": "ảnh {nhà}.jpg",
    "metres": 1234,
    "taken_at": "2026-11-18T08:05+07:00",
    "recorded_at": "2026-11-20T09:00+07:00",
    "phone_at": "2015-01-01T00:00+07:00",
    "received_at": "2026-11-20T12:40+07:00",
    "seconds": 41,
    "days": 9,
    "record": "uuid:another",
}


@pytest.mark.parametrize("code", Code)
def test_every_remark_is_one_calm_sentence_in_both_languages(code: Code) -> None:
    issue = Issue(code, "anh_nha", FACTS)
    vietnamese, english = words(issue, "vi"), words(issue, "en")
    assert vietnamese != english
    for sentence in (vietnamese, english):
        assert sentence.endswith(".")
        assert "!" not in sentence
        assert len(sentence) < 130


def test_distances_and_times_are_written_as_the_reader_writes_them() -> None:
    far = Issue(Code.PICTURE_PLACE_FAR, "anh_nha", {"name": "a.jpg", "metres": 1_234_567})
    assert words(far, "vi") == "Ảnh a.jpg được chụp cách vị trí ghi trong phiếu 1.234,6 km."
    assert (
        words(far, "en")
        == "The photo a.jpg was taken 1,234.6 km away from the place in the record."
    )
    near = replace(far, facts={"name": "a.jpg", "metres": 640})
    assert words(near, "vi").endswith("640 m.")
    old = Issue(
        Code.PICTURE_OLD,
        "anh_nha",
        {
            "name": "a.jpg",
            "taken_at": "2026-11-18T08:05+07:00",
            "recorded_at": "2026-11-20T09:00+07:00",
        },
    )
    assert words(old, "vi") == (
        "Ảnh a.jpg được chụp lúc 08:05 18/11/2026, còn phiếu được làm lúc 09:00 20/11/2026."
    )


def test_no_part_of_the_house_makes_a_remark_that_has_no_words() -> None:
    server = Path(__file__).parents[2] / "server"
    made = {
        code
        for file in server.rglob("*.py")
        for code in re.findall(r'\bIssue\(\s*(?:code=)?"(\w+)"', file.read_text(encoding="utf-8"))
    }
    assert made <= set(Code)
    assert made

"""Whoever writes a name or a token into a log is heard at the end of the test that made it do so
(``tests.conftest``); here it is shown that they are."""

from __future__ import annotations

import logging
import unicodedata

import pytest

from server.errors import WrongPassword
from tests.logs import overheard, told_in

log = logging.getLogger("server.somewhere")


def test_a_name_a_password_or_a_token_in_a_log_is_heard() -> None:
    before = overheard.count
    log.warning("a record of %s", "Phạm Ngọc Ánh")
    log.warning("GET /v1/key/%s/projects/1/formList", "aB3$" * 16)
    try:
        raise ValueError("lan@ctxh.example")
    except ValueError:
        log.exception("it failed")
    assert overheard.count == before + 3
    assert len(overheard.take()) == 3


def test_what_says_nothing_of_anybody_is_not() -> None:
    log.warning("incident 3fa9: %s", WrongPassword.__name__)
    assert overheard.take() == []


@pytest.mark.parametrize(
    "line",
    [
        "GET /lists/tre?after=%C4%90%E1%BA%B7ng%20Qu%E1%BB%B3nh%20Nga",
        "GET /lists/tre?after=%C4%90%E1%BA%B7ng+Qu%E1%BB%B3nh+Nga",
        r'{"name": "\u0110\u1eb7ng Qu\u1ef3nh Nga"}',
        unicodedata.normalize("NFD", "thiếu Đặng Quỳnh Nga.jpg"),
        repr("Đặng Quỳnh Nga".encode()),
    ],
)
def test_a_name_is_heard_however_it_is_written(line: str) -> None:
    assert len(told_in(line)) == 1


@pytest.mark.parametrize("name", ["Nguyễn Thị Lan", "Đặng Quỳnh Nga", "mot-mat-khau-dai"])
def test_the_people_of_the_world_and_of_the_samples_are_known(name: str) -> None:
    assert told_in(f"xx {name} yy") == [name]

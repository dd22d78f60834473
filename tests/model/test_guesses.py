"""How long whoever guesses waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from server.model.guesses import REMEMBERED, Tries

NOON = datetime(2026, 11, 28, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "minutes"), [(9, 0), (10, 1), (11, 2), (12, 4), (13, 8), (14, 15), (10**6, 15)]
)
def test_a_pause_doubles_and_is_never_longer_than_a_quarter_of_an_hour(
    count: int, minutes: int
) -> None:
    assert Tries(count, NOON).pause(10, NOON) == timedelta(minutes=minutes)


def test_a_pause_passes() -> None:
    tries = Tries(11, NOON)
    assert tries.pause(10, NOON + timedelta(seconds=30)) == timedelta(seconds=90)
    assert tries.pause(10, NOON + timedelta(minutes=2)) == timedelta()


def test_in_a_day_of_patient_guessing_about_a_hundred_are_looked_at() -> None:
    tries, at, looked_at = Tries(0, NOON), NOON, 0
    while at < NOON + REMEMBERED:
        if not tries.pause(10, at):
            tries, looked_at = Tries(tries.count + 1, at), looked_at + 1
        at += timedelta(seconds=10)
    assert 90 < looked_at < 110

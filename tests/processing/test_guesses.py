"""A thousand guesses, over processes and restarts; and nobody is shut out by what others try."""

from __future__ import annotations

import pytest

from server.errors import TooManyTries, WrongPassword
from server.model.sessions import Whence
from server.processing.accounts.guesses import Guesses
from server.processing.accounts.sign_in import Door
from tests.world import PASSWORD, World

HERE = Whence("203.0.113.7", "Chrome · Windows")


def guess(door: Door, email: str, number: int, whence: Whence = HERE, device: str = "") -> str:
    try:
        door.password(email, f"doan-thu-{number}", whence, device)
    except (WrongPassword, TooManyTries) as refused:
        return type(refused).__name__
    return "in"


@pytest.fixture
def door(shared_world: World) -> Door:
    """As a process that has just started sees it."""
    return Door(shared_world.house.stores, shared_world.clock)


@pytest.fixture
def guesses(shared_world: World) -> Guesses:
    return Guesses(shared_world.house.stores, shared_world.clock)


@pytest.fixture(autouse=True)
def _next_day(shared_world: World) -> None:
    shared_world.clock.move(days=2)


@pytest.mark.parametrize("email", ["lan@ctxh.example", "khong-co-ai@ctxh.example"])
def test_of_a_thousand_guesses_ten_are_looked_at_whoever_it_is(
    shared_world: World, email: str
) -> None:
    """Each by another process, from another address: somebody who does not exist is told the
    same."""
    told = []
    for number in range(1000):
        door = Door(shared_world.house.stores, shared_world.clock)
        whence = Whence(f"198.51.{number // 250}.{number % 250}", "")
        told.append(guess(door, email, number, whence))
    assert told == ["WrongPassword"] * 10 + ["TooManyTries"] * 990
    with pytest.raises(TooManyTries):
        door.password(email, PASSWORD, HERE)


def test_strangers_do_not_shut_the_owner_out(shared_world: World, door: Door) -> None:
    lan = shared_world.lan
    for number in range(10):
        guess(door, lan.email, number)
    assert guess(door, lan.email, 10) == "TooManyTries"
    assert door.password(lan.email, PASSWORD, HERE, device="máy của Lan").id == lan.actor.id
    told = [guess(door, lan.email, number, device="máy của Lan") for number in range(12)]
    assert told == ["WrongPassword"] * 10 + ["TooManyTries"] * 2, "a stolen laptop guesses as well"
    shared_world.clock.move(minutes=20)
    assert door.password(lan.email, PASSWORD, HERE).id == lan.actor.id, "it is never for good"


def test_a_clock_that_was_ahead_shuts_nobody_out_until_then(
    shared_world: World, door: Door
) -> None:
    minh = shared_world.minh
    shared_world.clock.move(days=400)
    told = [guess(door, minh.email, number) for number in range(11)]
    shared_world.clock.move(days=-400)
    assert told[-1] == "TooManyTries"
    assert door.password(minh.email, PASSWORD, HERE).id == minh.actor.id


def test_whoever_remembers_at_last_begins_anew(shared_world: World, door: Door) -> None:
    lan = shared_world.lan
    for _ in range(2):
        assert [guess(door, lan.email, number) for number in range(6)] == ["WrongPassword"] * 6
        door.password(lan.email, PASSWORD, HERE)


def test_one_address_tries_few_passwords_on_many_accounts(
    shared_world: World, guesses: Guesses, door: Door
) -> None:
    for number in range(50):
        guesses.was_wrong(guesses.begin("password", f"nguoi-{number}", HERE.address))
    with pytest.raises(TooManyTries):
        guesses.begin("password", "ai-nua", HERE.address)
    lan, elsewhere = shared_world.lan, Whence("203.0.113.8", "")
    assert door.password(lan.email, PASSWORD, elsewhere).id == lan.actor.id


def test_the_administrator_is_told_of_a_storm_and_not_of_forgetful_people(
    shared_world: World, guesses: Guesses, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(100):
        assert guesses.alarm() == 0
        guesses.was_wrong(guesses.begin("password", f"ai-do-{number}", f"198.51.100.{number}"))
    assert guesses.alarm() == 100
    assert "100 failed sign-ins" in caplog.text
    assert "ai-do" not in caplog.text
    shared_world.clock.move(days=2)
    assert guesses.alarm() == 0


def test_what_is_counted_names_nobody(shared_world: World, door: Door) -> None:
    guess(door, shared_world.lan.email, 1)
    kept = str(list(shared_world.house.stores.tries._tries.find()))
    assert shared_world.lan.email not in kept
    assert HERE.address not in kept

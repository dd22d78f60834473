"""Tokens and passwords."""

from __future__ import annotations

import pytest
from argon2 import extract_parameters

from server.access import credentials
from server.access.credentials import (
    LEAST_PASSWORD,
    hash_password,
    hash_token,
    looks_like_token,
    new_password,
    new_token,
    password_fits,
)
from server.access.guessable import is_guessable


def test_a_new_token_looks_like_one_of_central_s() -> None:
    tokens = {new_token() for _ in range(50)}
    assert len(tokens) == 50
    assert all(looks_like_token(each) for each in tokens)


@pytest.mark.parametrize(
    "text", ["", "a" * 63, "a" * 65, "a" * 63 + "/", "a" * 63 + "é", "a" * 63 + "\n", "١" * 64]
)
def test_what_is_no_token_is_not_even_looked_up(text: str) -> None:
    assert not looks_like_token(text)


def test_a_token_is_found_by_its_hash_and_is_not_in_it() -> None:
    token = new_token()
    assert hash_token(token) == hash_token(token)
    assert hash_token(token) != hash_token(new_token())
    assert token not in hash_token(token)


def test_a_first_password_can_be_read_out_on_the_telephone() -> None:
    passwords = {new_password() for _ in range(50)}
    assert len(passwords) == 50
    for each in passwords:
        assert len(each) >= LEAST_PASSWORD
        assert not set(each) & set("0o1ilIO")


def test_a_password_fits_its_own_hash_alone() -> None:
    hashed = hash_password("mật khẩu của Lan")
    assert password_fits("mật khẩu của Lan", hashed)
    assert not password_fits("mật khẩu của lan", hashed)
    assert hash_password("mật khẩu của Lan") != hashed, "salted"


@pytest.mark.parametrize(
    "password",
    ["password123", "1234567890", "anhyeuem123", "quangninh2026", "Mậtkhẩu12", "nguyenthilan"],
)
def test_what_everybody_uses_or_is_one_s_own_name_is_guessed(password: str) -> None:
    assert is_guessable(password, ("Nguyễn Thị Lan", "lan@ctxh.example"))


@pytest.mark.parametrize(
    "password", ["con đường mùa mưa", "x7Kd-qP2m-Zt", "-".join(new_password() for _ in range(8))]
)
def test_what_is_long_or_odd_is_not(password: str) -> None:
    assert not is_guessable(password, ("Nguyễn Thị Lan", "lan@ctxh.example"))


def test_a_guess_costs_what_owasp_asks_for() -> None:
    """Of the hash that nobody's password fits: it is made before tests make hashes cheap."""
    cost = extract_parameters(credentials._NOBODY)
    assert (cost.type.name, cost.time_cost, cost.memory_cost) == ("ID", 2, 19456)


@pytest.mark.parametrize("stored", [None, "", "no hash at all", "$argon2id$broken"])
def test_without_a_proper_hash_no_password_fits(stored: str | None) -> None:
    """R85: odd old data locks nobody else out and lets nobody in."""
    assert not password_fits("", stored)
    assert not password_fits("mot-mat-khau-dai", stored)

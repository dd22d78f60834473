"""When two pictures are taken to be the same."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from server.model.forms import FormKey
from server.model.looks import MOST_APART, Look

HOUSE = Look(
    form=FormKey(1, "vang_gia"),
    instance_id="uuid:1",
    seq=1,
    within=("*", "TT", "VP01", "VP02"),
    sha256="a" * 64,
    dhash="f0e1d2c3b4a59687",
)


def saved_anew(dhash: str) -> Look:
    return replace(HOUSE, sha256="b" * 64, dhash=dhash)


@given(st.sets(st.integers(0, 63), max_size=MOST_APART))
def test_a_picture_that_was_saved_anew_shares_a_key_with_what_it_was(changed: set[int]) -> None:
    bits = int("f0e1d2c3b4a59687", 16)
    for bit in changed:
        bits ^= 1 << bit
    other = saved_anew(f"{bits:016x}")
    assert HOUSE.is_like(other)
    assert set(HOUSE.bands) & set(other.bands)


def test_another_house_is_not_the_same() -> None:
    """Though a part of both looks alike."""
    assert not HOUSE.is_like(saved_anew("f0e1d2c3b4a50000"))


def test_the_same_file_is_the_same_though_nothing_is_to_be_seen_in_it() -> None:
    dark = replace(HOUSE, dhash=None)
    assert dark.is_like(replace(dark, instance_id="uuid:2"))
    assert dark.bands == ()
    assert not dark.is_like(saved_anew("f0e1d2c3b4a59687"))


def test_signatures_on_white_are_not_compared_by_their_looks() -> None:
    assert replace(HOUSE, dhash="0000000100030000").bands == ()
    assert replace(HOUSE, dhash="fffffffeffffffff").bands == ()


def test_an_office_s_pictures_are_compared_with_its_own() -> None:
    elsewhere = replace(HOUSE, within=("*", "TT", "VP01", "VP03"))
    assert not set(HOUSE.bands) & set(elsewhere.bands)
    assert HOUSE.exact == elsewhere.exact

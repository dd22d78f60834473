"""By when the centre must act on what somebody asks about their data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from server.model.data_requests import (
    Act,
    Clocks,
    Concern,
    DataRequest,
    Deed,
    Standing,
    Wanted,
    Wish,
    clocks_of,
)
from server.model.working_days import WorkCalendar
from server.processing.duties.work_calendar import national_days

COUNTRY = WorkCalendar.of(national_days())
FRIDAY = date(2026, 11, 27)


def asked(wish: Wish, *deeds: Deed, processors: bool = False) -> DataRequest:
    wanted = Wanted(
        wish, FRIDAY, "Vũ Thị Mận", Standing.REPRESENTATIVE, "Bé Na", "", "…", processors
    )
    acts = tuple(
        Act(deed, "", (), "a", "Hà", datetime(2026, 11, 27, 3, number, tzinfo=UTC))
        for number, deed in enumerate((Deed.RECEIVED, *deeds))
    )
    return DataRequest("0" * 16, 1, "VP01", ("*", "VP01"), wanted, acts)


@pytest.mark.parametrize(
    ("wish", "processors", "done"),
    [
        (Wish.SEE, False, date(2026, 12, 11)),
        (Wish.CORRECT, True, date(2026, 12, 11)),
        (Wish.WITHDRAW, False, date(2026, 12, 18)),
        (Wish.RESTRICT, True, date(2026, 12, 25)),
        (Wish.OBJECT, False, date(2026, 12, 18)),
        (Wish.ERASE, False, date(2026, 12, 25)),
    ],
)
def test_each_wish_has_its_term_in_working_days(wish: Wish, processors: bool, done: date) -> None:
    assert clocks_of(asked(wish, processors=processors), COUNTRY) == Clocks(date(2026, 12, 1), done)


def test_a_first_answer_ends_the_first_clock_and_an_extension_moves_the_other() -> None:
    answered = clocks_of(asked(Wish.SEE, Deed.ANSWERED), COUNTRY)
    assert answered == Clocks(None, date(2026, 12, 11))
    assert answered.next == date(2026, 12, 11)
    # Over New Year's Day.
    extended = clocks_of(asked(Wish.WITHDRAW, Deed.ANSWERED, Deed.EXTENDED), COUNTRY)
    assert extended.done == date(2027, 1, 11)
    # What others' part in it takes is not granted twice: fifteen days more, not twenty.
    beside = asked(Wish.WITHDRAW, Deed.ANSWERED, Deed.EXTENDED, processors=True)
    assert clocks_of(beside, COUNTRY).done == COUNTRY.after(FRIDAY, 20 + 15)


def test_what_was_done_once_or_ended_is_not_done_again() -> None:
    new, extended = asked(Wish.SEE), asked(Wish.SEE, Deed.EXTENDED)
    assert new.may(Deed.EXTENDED)
    assert not new.may(Deed.RECEIVED)
    assert not extended.may(Deed.EXTENDED)
    assert extended.may(Deed.NOTED)
    assert extended.is_open
    for end in (Deed.DONE, Deed.PARTLY, Deed.REFUSED):
        ended = asked(Wish.SEE, end)
        assert not ended.is_open
        assert not any(ended.may(each) for each in Deed)
        assert clocks_of(ended, COUNTRY).answer is None


def test_a_record_named_twice_is_concerned_once() -> None:
    visit, child = Concern("records", "vang_gia", "uuid:1"), Concern("lists", "tre_em", "2")
    acts = tuple(
        Act(Deed.NOTED, "", concerns, "a", "Hà", datetime(2026, 11, 27, tzinfo=UTC))
        for concerns in ((visit,), (child, visit))
    )
    request = asked(Wish.SEE)
    both = DataRequest("0", 1, "VP01", (), request.wanted, acts)
    assert both.concerns == (visit, child)


def test_a_withdrawal_is_not_done_while_what_it_names_is_still_shared() -> None:
    request = asked(Wish.WITHDRAW)
    assert request.may(Deed.DONE), "it names nothing"
    naming = replace(request.acts[0], concerns=(Concern("records", "vang_gia", "uuid:1"),))
    named = replace(request, acts=(naming,))
    assert not named.may(Deed.DONE)
    assert named.may(Deed.REFUSED)
    assert not named.may(Deed.RESUMED)
    stopped = replace(naming, deed=Deed.STOPPED)
    assert replace(named, acts=(naming, stopped)).may(Deed.DONE)
    assert replace(named, wanted=replace(named.wanted, wish=Wish.SEE)).may(Deed.DONE)

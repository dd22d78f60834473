"""Lists ask bounded questions, however many records there are and however old the newest is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.model.counts import Counts, count_day
from server.model.records import ReviewState
from server.storage.database import Document
from server.storage.windows import between_cuts, newest_first, stream

SECOND = 1_000_000 << 12
DAY = 86_400 * SECOND


class Shelf:
    """Records at these places; remembers what it was asked."""

    def __init__(self, seqs: list[int]) -> None:
        self.seqs = sorted(set(seqs), reverse=True)
        self.asked: list[tuple[int, int, int]] = []

    def __call__(self, low: int, high: int) -> list[Document]:
        found = [{"seq": each} for each in self.seqs if low <= each < high]
        self.asked.append((low, high, len(found)))
        return found

    def places(self, low: int, high: int) -> list[int]:
        return [each["seq"] for each in self(low, high)]

    @property
    def read(self) -> int:
        return sum(number for _, _, number in self.asked)


def counted(seqs: list[int]) -> tuple[int, ...]:
    """Where the pages lie in a house whose worker has counted these."""
    days: dict[int, list[int]] = {}
    for each in seqs:
        days.setdefault(each // DAY, []).append(each)
    found = (
        count_day(f"{day:09}", [(seq, ("*",), "received") for seq in within])
        for day, within in sorted(days.items(), reverse=True)
    )
    return Counts(tuple(found)).cuts(frozenset(("*",)), ReviewState, 60)


@given(
    st.lists(st.integers(0, 10**6 * SECOND), max_size=60),
    st.integers(1, 20),
    st.none() | st.lists(st.integers(0, 10**6 * SECOND), max_size=9),
)
def test_pages_in_a_row_show_every_record_once_and_in_order(
    seqs: list[int], size: int, cuts: list[int] | None
) -> None:
    """R64: whatever the counters believe of where the records lie."""
    shelf = Shelf(seqs)
    top, seen = 10**6 * SECOND + 1, list[int]()
    while page := newest_first(shelf, top=top, bottom=0, limit=size, cuts=cuts):
        seen += [each["seq"] for each in page]
        top = page[-1]["seq"]
    assert seen == shelf.seqs


def test_a_burst_long_ago_is_not_swallowed_by_the_first_page() -> None:
    """20,000 records came within two minutes, two months ago; only the newest 50 are wanted."""
    burst = 10**7 * SECOND
    shelf = Shelf([burst - at * SECOND // 160 for at in range(20_000)])
    top = burst + 60 * DAY
    page = newest_first(shelf, top=top, bottom=0, limit=50, cuts=counted(shelf.seqs))
    assert [each["seq"] for each in page] == shelf.seqs[:50]
    assert shelf.read < 200
    assert len(shelf.asked) <= 2


def test_one_record_after_a_burst_does_not_bring_the_burst_along() -> None:
    burst = 10**7 * SECOND
    shelf = Shelf([burst + 3600 * SECOND, *(burst - at * SECOND // 160 for at in range(20_000))])
    top = burst + 7200 * SECOND
    page = newest_first(shelf, top=top, bottom=0, limit=50, cuts=counted(shelf.seqs))
    assert [each["seq"] for each in page] == shelf.seqs[:50]
    assert shelf.read < 200


def test_two_records_a_week_fill_a_page_in_two_questions() -> None:
    shelf = Shelf([at * 3 * DAY + at for at in range(1, 400)])
    top = shelf.seqs[0] + 30 * DAY
    page = newest_first(shelf, top=top, bottom=0, limit=51, cuts=counted(shelf.seqs))
    assert len(page) == 51
    assert len(shelf.asked) <= 2
    assert shelf.read < 150


def test_where_nothing_is_expected_little_is_asked() -> None:
    """A filter that leaves nothing, in a house of ten years."""
    shelf = Shelf([])
    assert newest_first(shelf, top=3650 * DAY, bottom=0, limit=51, cuts=()) == []
    assert len(shelf.asked) == 2


@given(st.lists(st.integers(0, 10**5 * SECOND), max_size=80))
def test_a_stream_passes_everything_once(seqs: list[int]) -> None:
    shelf = Shelf(seqs)
    found = stream(shelf, shelf.places, top=10**5 * SECOND + 1, bottom=0)
    assert [each["seq"] for each in found] == shelf.seqs


def test_a_stream_holds_few_of_a_burst_at_a_time() -> None:
    """R55: an export begins two months after 20,000 records came at once; memory stays flat."""
    burst = 10**7 * SECOND
    shelf = Shelf([burst - at * SECOND // 160 for at in range(20_000)])
    held: list[int] = []

    def read(low: int, high: int) -> list[Document]:
        found = shelf(low, high)
        held.append(len(found))
        return found

    found = stream(read, shelf.places, top=burst + 60 * DAY, bottom=0)
    assert [each["seq"] for each in found] == shelf.seqs
    assert max(held) <= 400


@given(
    st.lists(st.integers(0, 300 * DAY), max_size=60),
    st.lists(st.integers(0, 300 * DAY), max_size=6),
    st.integers(1, 301 * DAY),
)
def test_a_count_reads_each_record_once_whatever_the_counters_said(
    seqs: list[int], cuts: list[int], top: int
) -> None:
    shelf = Shelf(seqs)
    found = [each["seq"] for each in between_cuts(shelf, shelf.places, top=top, cuts=cuts)]
    assert found == [each for each in shelf.seqs if each < top]

"""Lists ask bounded questions, however many records there are and however old the newest is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.storage.database import Document
from server.storage.windows import newest_first, stream

SECOND = 1_000_000 << 12


class Shelf:
    """Records at these places; remembers what it was asked."""

    def __init__(self, seqs: list[int]) -> None:
        self.seqs = sorted(set(seqs), reverse=True)
        self.asked: list[tuple[int, int, int]] = []

    def __call__(self, low: int, high: int) -> list[Document]:
        found = [{"seq": each} for each in self.seqs if low <= each < high]
        self.asked.append((low, high, len(found)))
        return found


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
    top = burst + 60 * 86_400 * SECOND
    cuts = shelf.seqs[49::50]
    page = newest_first(shelf, top=top, bottom=0, limit=50, cuts=cuts)
    assert [each["seq"] for each in page] == shelf.seqs[:50]
    assert sum(number for _, _, number in shelf.asked) < 1_000
    assert len(shelf.asked) < 12


@given(st.lists(st.integers(0, 10**5 * SECOND), max_size=80))
def test_a_stream_passes_everything_once(seqs: list[int]) -> None:
    shelf = Shelf(seqs)

    def places(low: int, high: int) -> list[int]:
        return [each["seq"] for each in shelf(low, high)]

    found = [each["seq"] for each in stream(shelf, places, top=10**5 * SECOND + 1, bottom=0)]
    assert found == shelf.seqs

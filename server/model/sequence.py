"""``seq``: an arrival's place in the order of all arrivals, unique and sortable.

Microseconds since 1970 in the upper 51 bits, 12 bits below. Within its millisecond the place is
drawn at random among four million: two processes need not talk, and a time range is a ``seq``
range, so that one index key serves order, paging and dates.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

_RANDOM_BITS = 12
LAST_SEQ = 2**63 - 1  # after every arrival
_LEAST = timedelta(milliseconds=1)  # that the database can tell apart
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def seq_at(moment: datetime) -> int:
    """The smallest seq of that moment."""
    return ((moment - _EPOCH) // timedelta(microseconds=1)) << _RANDOM_BITS


def new_seq(moment: datetime) -> int:
    """``moment`` in whole milliseconds, as the database keeps it."""
    return seq_at(moment) + secrets.randbelow(1000 << _RANDOM_BITS)


def later(at: datetime, last: datetime | None) -> datetime:
    """``at``, but after what was said ``last``: a clock that was wrong may have gone back since."""
    return at if last is None or last < at else last + _LEAST


def moment_of(seq: int) -> datetime:
    return _EPOCH + timedelta(microseconds=seq >> _RANDOM_BITS)

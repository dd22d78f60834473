"""Whether the access log is what was written: nothing changed, nothing missing, in order, to the
end. A log of years is looked through in stretches; the next look goes on where this one ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.model.audit import BEGINNING, Act, Entry, Link, entry_in, seal
from server.model.scope import WHOLE_HOUSE
from server.storage.audit import AuditLog, keys_of

_WINDOW = 500
_LARGEST = 2**40
CUT = "cut"  # what entries about removed entries are found by


@dataclass(frozen=True, slots=True)
class Checked:
    """Entries ``first`` to ``last`` were looked at, of those up to ``newest``; ``trouble`` says in
    English what is wrong with the first one that is not right."""

    first: int
    last: int
    newest: int
    trouble: str = ""

    @property
    def is_all(self) -> bool:
        return self.last >= self.newest


class _Wrong(Exception):
    pass


def check(log: AuditLog, most: int | None = None) -> Checked:
    """At most ``most`` entries, from where the last look ended; for None all, from the start."""
    newest, remembered = log.newest(), log.marks.head()
    start = _start(log)
    if most is not None and newest.number - start.number > most:
        resumed = log.marks.checked()
        if resumed is not None and start.number < resumed.number < newest.number:
            start = resumed
    end = newest.number if most is None else min(newest.number, start.number + most)
    at = start
    try:
        for low in range(start.number + 1, end + 1, _WINDOW):
            at = _stretch(log, at, low, min(end + 1, low + _WINDOW))
        _against_marks(log, start.number, end)
        if remembered is not None and remembered.number > newest.number:
            raise _Wrong(
                f"entries {newest.number + 1} to {remembered.number} were written and are gone"
            )
    except _Wrong as wrong:
        return Checked(start.number + 1, at.number, newest.number, str(wrong))
    log.marks.set_checked(at)
    return Checked(start.number + 1, at.number, newest.number)


def cut(log: AuditLog, before: datetime, at: datetime) -> int:
    """Removes what is older than ``before``, and returns how many that were. First the log itself
    says up to where and with which seal the removed part ended, so that the rest still hangs on it.
    """
    start, newest = _start(log), log.newest()
    last = number_at(log, before, start.number + 1, newest.number + 1) - 1
    if last <= start.number:
        return 0
    [found] = log.stretch(last, last + 1)
    said = {"last": str(last), "seal": found["seal"]}
    log.append(Entry(at=at, act=Act.CUT, things=(CUT,), given=said, count=last - start.number))
    log.remove_before(last + 1)
    return last - start.number


def number_at(log: AuditLog, moment: datetime, low: int, high: int) -> int:
    """The first entry of ``low <= number < high`` that is not older, ``high`` for none. Time in the
    log never runs backwards, so halves suffice."""
    while low < high:
        middle = (low + high) // 2
        there = log.at(middle)
        if there is not None and there >= moment:
            high = middle
        else:
            low = middle + 1
    return low


def _start(log: AuditLog) -> Link:
    """What the first entry must hang on: the beginning, or what the last cut left."""
    cuts = log.entries(WHOLE_HOUSE, 0, _LARGEST, thing=CUT)
    oldest = log.oldest()
    for each in cuts:
        given = each.entry.given
        if each.entry.act is Act.CUT and int(given["last"]) < max(oldest, 1):
            return Link(int(given["last"]), given["seal"])
    return BEGINNING


def _stretch(log: AuditLog, before: Link, low: int, high: int) -> Link:
    found = log.stretch(low, high)
    for number, each in zip(range(low, high), found, strict=False):
        if each["_id"] != number:
            raise _Wrong(f"entry {number} is missing")
        _look_at(number, each, before)
        before = Link(number, each["seal"])
    if len(found) < high - low:
        raise _Wrong(f"entry {low + len(found)} is missing")
    return before


def _look_at(number: int, found: dict[str, Any], before: Link) -> None:
    line = found.get("line", "")
    if not isinstance(line, str) or found.get("seal") != seal(before.seal, line):
        raise _Wrong(f"entry {number} was changed, or the one before it")
    try:
        keys = keys_of(number, entry_in(line))
    except (ValueError, KeyError, TypeError):
        raise _Wrong(f"entry {number} cannot be read") from None
    if line.partition(",")[0] != f'{{"n":{number}':
        raise _Wrong(f"entry {number} was put where another was")
    if any(found.get(name) != value for name, value in keys.items()):
        raise _Wrong(f"entry {number} is filed under what it does not say")


def _against_marks(log: AuditLog, after: int, last: int) -> None:
    """The data folder remembers seals that the database cannot reach."""
    head = log.marks.head()
    known = [*log.marks.kept(), *([head] if head else [])]
    for each in known:
        if after < each.number <= last:
            found = log.stretch(each.number, each.number + 1)
            if not found or found[0]["seal"] != each.seal:
                raise _Wrong(f"the log up to entry {each.number} is not the one that was written")

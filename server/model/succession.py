"""Units that become others at a day: merged, divided, or given a new code.

What ends keeps its name, its records and what stands below it, and stands under the unit that
takes over; of several, under the first. Where that one stands beside it, nobody who answered for
something ceases to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from server.errors import NotUnderstood, OfficeUnknown
from server.model.offices import AT, Office, looks_like_code, within
from server.model.scope import EVERYWHERE, Scope


@dataclass(frozen=True, slots=True)
class Heir:
    """A unit that takes over: a new one with a name, or by its code alone one that stands."""

    code: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """``ends`` become ``heirs``, of which the first takes over the records, on ``day``; new ones
    stand under ``parent`` ('' for where the first of the old ones stood) and are of ``kind``."""

    ends: Sequence[str]
    heirs: Sequence[Heir]
    day: str
    parent: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Succession:
    """What the tree says afterwards: of the units that end and of those that take over, of which
    some are new."""

    day: str
    ended: tuple[Office, ...]
    heirs: tuple[Office, ...]
    new: tuple[Office, ...]

    @property
    def offices(self) -> tuple[Office, ...]:
        """All that is said anew."""
        return (*self.ended, *self.new)


def plan_succession(
    wish: Wish, offices: Mapping[str, Office], scope: Scope, today: str
) -> Succession:
    """Raises NotUnderstood, and OfficeUnknown for what is not there or not theirs."""
    return _Reading(wish, offices, scope, _day(wish.day, today)).succession()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A wish read onto a tree, as somebody may change it."""

    wish: Wish
    offices: Mapping[str, Office]
    scope: Scope
    day: str

    def succession(self) -> Succession:
        ends = self._ends()
        parent = self._parent(ends[0])
        heirs = tuple(self._heir(each, ends[0], parent) for each in self.wish.heirs)
        if not heirs:
            raise _wrong("hãy ghi đơn vị mới.", "say which unit takes over.")
        taking_over = {each.code for each in heirs}
        if len(taking_over) < len(heirs):
            raise _wrong("một đơn vị mới có hai lần.", "a new unit is there twice.")
        first = heirs[0].code
        eve = (date.fromisoformat(self.day) - timedelta(days=1)).isoformat()
        return Succession(
            day=self.day,
            ended=tuple(
                replace(each, valid_to=eve, successor=None if self._goes_along(each) else first)
                for each in ends
            ),
            heirs=heirs,
            new=tuple(each for each in heirs if each.code not in self.offices),
        )

    def _goes_along(self, office: Office) -> bool:
        """It stands below another that ends, and stays there."""
        above = within(office.parent, self.offices)
        return not frozenset(self.wish.ends).isdisjoint(above)

    def _ends(self) -> list[Office]:
        ends = [self._standing(code) for code in dict.fromkeys(self.wish.ends)]
        if not ends:
            raise _wrong("hãy chọn ít nhất một đơn vị cũ.", "choose at least one old unit.")
        if any(each.valid_from >= self.day for each in ends):
            raise _wrong(
                "đơn vị cũ bắt đầu sau ngày này.", "an old unit begins no earlier than that day."
            )
        if any(each.parent is None for each in ends):
            raise _wrong(
                "đơn vị cao nhất không kết thúc; hãy đổi tên bằng tệp.",
                "the unit at the top does not end; change its name by a file.",
            )
        return ends

    def _standing(self, code: str) -> Office:
        found = self.offices.get(code)
        if found is None or not self.scope.sees_office(within(code, self.offices)):
            raise OfficeUnknown(code=code)
        if found.valid_to:
            raise _wrong(f"“{found.label}” đã kết thúc.", f"“{found.label}” has ended already.")
        return found

    def _parent(self, first: Office) -> str | None:
        """Where new units stand."""
        above = self.wish.parent or first.parent
        while above and above in self.wish.ends and not self.wish.parent:
            above = self.offices[above].parent
        chain = within(above, self.offices)
        if not self.scope.sees_office(chain) or (above and above not in self.offices):
            raise OfficeUnknown(code=above or EVERYWHERE)
        if not frozenset(self.wish.ends).isdisjoint(chain):
            raise _wrong(
                "đơn vị cấp trên thuộc về đơn vị kết thúc.",
                "the unit above belongs to one that ends.",
            )
        return above

    def _heir(self, heir: Heir, first: Office, parent: str | None) -> Office:
        if not heir.label:
            return self._taking_over(heir.code)
        if not looks_like_code(heir.code):
            raise _wrong(
                f"mã “{heir.code:.40}” chưa đúng: dùng chữ không dấu, số, “-”, “_”.",
                f"the code “{heir.code:.40}” is none: use plain letters, digits, “-”, “_”.",
            )
        had_it = [each for each in self.offices.values() if each.number == heir.code]
        if any(not each.valid_to and each.code not in self.wish.ends for each in had_it):
            raise _wrong(
                f"mã “{heir.code}” đang là của một đơn vị khác.",
                f"the code “{heir.code}” is that of another unit.",
            )
        code = f"{heir.code}{AT}{self.day}" if had_it else heir.code
        if code in self.offices:
            raise _wrong(
                f"mã “{heir.code}” đã có một đơn vị từ ngày này.",
                f"the code “{heir.code}” was given to a unit on that day already.",
            )
        return Office(
            code=code,
            label=heir.label,
            kind=self.wish.kind or first.kind,
            cluster=first.cluster,
            parent=parent,
            valid_from=self.day,
        )

    def _taking_over(self, code: str) -> Office:
        """A unit that stands already."""
        found = self._standing(code)
        if not frozenset(self.wish.ends).isdisjoint(within(code, self.offices)):
            raise _wrong(
                f"“{found.label}” thuộc về đơn vị kết thúc; hãy chuyển lên trên bằng tệp trước.",
                f"“{found.label}” belongs to one that ends; move it up by a file first.",
            )
        return found


def _day(text: str, today: str) -> str:
    try:
        day = date.fromisoformat(text).isoformat()
    except ValueError:
        raise _wrong("hãy chọn ngày.", "choose the day.") from None
    if day > today:
        raise _wrong(
            "ngày này chưa đến: điện thoại sẽ nhận danh sách mới ngay, nên hãy làm vào ngày đó.",
            "that day is still to come: phones get the new lists at once, so do it on that day.",
        )
    return day


def _wrong(vi: str, en: str) -> NotUnderstood:
    return NotUnderstood(why_vi=vi, why_en=en)

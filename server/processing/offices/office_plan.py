"""What a file would make of the tree of offices: looked at before it is done. Nothing is asked of
the database here.

The key of a unit is its code and its time: units that had one code one after the other do not
overlap, and a line speaks of the one that stands at the line's time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from server.errors import NotUnderstood, OfficeUnknown
from server.model.offices import (
    AT,
    Area,
    Office,
    clash,
    looks_like_code,
    stands_above_itself,
    within,
)
from server.model.scope import EVERYWHERE, Scope
from server.processing.offices.office_file import Point, UnitFile, UnitLine

_LAST_DAY = "9999-12-31"
_LONGEST = 200

Problem = NotUnderstood | OfficeUnknown


@dataclass(frozen=True, slots=True)
class UnitChange:
    """``before`` is None for a new unit; ``is_redrawn``: its area is another one."""

    before: Office | None
    after: Office
    is_redrawn: bool = False

    @property
    def ends(self) -> bool:
        return self.before is not None and not self.before.valid_to and bool(self.after.valid_to)


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """``problems`` are (line of the file, what is wrong); with any, nothing is applied."""

    changes: tuple[UnitChange, ...]
    same: int = 0
    problems: tuple[tuple[int, Problem], ...] = ()
    unused: tuple[str, ...] = ()
    areas: Mapping[str, Area] = field(default_factory=dict)

    @property
    def new(self) -> tuple[UnitChange, ...]:
        return tuple(each for each in self.changes if each.before is None)

    @property
    def ended(self) -> tuple[UnitChange, ...]:
        return tuple(each for each in self.changes if each.ends)


def plan_units(
    file: UnitFile, offices: Mapping[str, Office], areas: Mapping[str, Area], scope: Scope
) -> UnitPlan:
    """Units that the file does not name stay as they are: nothing is ever removed."""
    run = _Run(offices)
    for line in file.lines:
        run.read(line)
    run.resolve()
    run.check(scope)
    # A look says nothing of what is somebody else's.
    wrong = {number for number, _ in run.problems}
    drawn = {
        code: line.area
        for code, line in run.lines.items()
        if line.area not in (None, areas.get(code))
    }
    changes = tuple(
        UnitChange(offices.get(code), run.tree[code], code in drawn)
        for code, line in run.lines.items()
        if line.number not in wrong and (run.tree[code] != offices.get(code) or code in drawn)
    )
    return UnitPlan(
        changes=changes,
        same=len(run.lines) - len(changes) - len(wrong.intersection(run.numbers)),
        problems=tuple(sorted(run.problems, key=lambda each: each[0])),
        unused=file.unused,
        areas={code: area for code, area in drawn.items() if area is not None},
    )


class _Run:
    """One file read onto a tree."""

    def __init__(self, offices: Mapping[str, Office]) -> None:
        self.before = offices
        self.tree = dict(offices)
        self.lines: dict[str, UnitLine] = {}
        self.problems: list[tuple[int, Problem]] = []
        self._of_number: dict[str, set[str]] = {}
        for each in offices.values():
            self._of_number.setdefault(each.number, set()).add(each.code)

    @property
    def numbers(self) -> set[int]:
        return {each.number for each in self.lines.values()}

    def read(self, line: UnitLine) -> None:
        """A line as it stands; which units it names is seen when all are read."""
        try:
            code, said = self._unit(line)
            if code in self.lines:
                raise _wrong(f"đơn vị “{code}” có hai lần.", f"the unit “{code}” is there twice.")
            self.tree[code] = _filled(self.tree.get(code) or Office(code, ""), said, line.point)
        except NotUnderstood as problem:
            self.problems.append((line.number, problem))
            return
        self.lines[code] = line
        self._of_number.setdefault(self.tree[code].number, set()).add(code)

    def _unit(self, line: UnitLine) -> tuple[str, dict[str, str]]:
        """The unit that the line is about, and what it says with days as we write them."""
        said = dict(line.said)
        for name in ("valid_from", "valid_to"):
            if name in said:
                said[name] = _day(said[name])
        number = said.pop("code", "")
        if number in self.tree:
            return self._of_its_time(number, said), said
        if not looks_like_code(number):
            raise _wrong(
                f"mã “{number:.40}” chưa đúng: dùng chữ không dấu, số, “-”, “_”.",
                f"the code “{number:.40}” is none: use plain letters, digits, “-”, “_”.",
            )
        if number.isdigit() and number.zfill(5) != number and number.zfill(5) in self.tree:
            raise _wrong(
                f"mã “{number}” mất số 0 ở đầu (bảng tính tự bỏ): hãy ghi {number.zfill(5)}.",
                f"the code “{number}” lost its first 0 to a spreadsheet: write {number.zfill(5)}.",
            )
        return number, said

    def _of_its_time(self, code: str, said: Mapping[str, str]) -> str:
        """Of the units that had this code, the one of the line's time; a new one where none had."""
        known = [self.tree[each] for each in self._of_number.get(code, {code})]
        since = said.get("valid_from", "")
        if AT in code or not since or self.tree[code].valid_from == since:
            return code
        end = said.get("valid_to", "")
        at_the_time = [each for each in known if each.stands_between(since, end)]
        if not at_the_time:
            return f"{code}{AT}{since}"
        unit = min(at_the_time, key=lambda each: each.valid_from != since)
        if said.get("label", unit.label) != unit.label and unit.valid_from != since:
            raise _wrong(
                f"mã “{code}” đang là của “{unit.label}”: hãy kết thúc đơn vị đó trước.",
                f"the code “{code}” is that of “{unit.label}”: end that unit first.",
            )
        return unit.code

    def resolve(self) -> None:
        """Parents and successors, which a file may name before it says them."""
        for code, line in self.lines.items():
            for name in ("parent", "successor"):
                if name in line.said:
                    self._point_to(code, name, line)

    def _point_to(self, code: str, name: str, line: UnitLine) -> None:
        named = line.said[name]
        known = self._named(named, self.tree[code], name)
        if named and known is None:
            self.problems.append((line.number, OfficeUnknown(code=named)))
        elif name == "parent":
            self.tree[code] = replace(self.tree[code], parent=known)
        else:
            self.tree[code] = replace(self.tree[code], successor=known)

    def _named(self, code: str, unit: Office, name: str) -> str | None:
        """A unit by its code, and of several that had it, by the time that is meant."""
        had_it = [self.tree[each] for each in sorted(self._of_number.get(code, ()))]
        if name == "successor":
            meant = [each for each in had_it if each.valid_from > unit.valid_to]
        else:
            day = unit.valid_to or unit.valid_from or _LAST_DAY
            meant = [each for each in had_it if each.stands_on(day)]
        if len(had_it) > 1 and len(meant) == 1:
            return meant[0].code
        return code if code in self.tree else None

    def check(self, scope: Scope) -> None:
        for code, line in self.lines.items():
            problem = self._problem(self.tree[code], scope)
            if problem is not None:
                self.problems.append((line.number, problem))

    def _problem(self, unit: Office, scope: Scope) -> Problem | None:
        seen_before = unit.code not in self.before or scope.sees_office(
            within(unit.code, self.before)
        )
        if not (seen_before and scope.sees_office(within(unit.code, self.tree))):
            return OfficeUnknown(code=unit.code)
        if self._goes_elsewhere(unit) and not scope.sees_office(within(unit.above, self.tree)):
            return OfficeUnknown(code=unit.above or EVERYWHERE)
        if not unit.label or len(unit.label) > _LONGEST:
            return _wrong(
                f"hãy ghi tên ở cột “label”, tối đa {_LONGEST} ký tự.",
                f"give a name in the column “label”, of at most {_LONGEST} characters.",
            )
        if unit.valid_to and unit.valid_to < unit.valid_from:
            return _wrong("ngày kết thúc trước ngày bắt đầu.", "it ends before it begins.")
        if unit.successor and not unit.valid_to:
            return _wrong(
                "có đơn vị kế tiếp mà không có ngày kết thúc.",
                "it has a successor, and no last day.",
            )
        if stands_above_itself(unit, self.tree):
            return _wrong("đơn vị đứng trên chính nó.", "the unit stands above itself.")
        return self._clash(unit)

    def _goes_elsewhere(self, unit: Office) -> bool:
        """Others would answer for it then: nobody gives away what they answer for to whom they do
        not answer for."""
        before = self.before.get(unit.code)
        return before is None or before.above != unit.above

    def _clash(self, unit: Office) -> Problem | None:
        others = self._of_number.get(unit.number, set()) - {unit.code}
        other = clash(unit, (self.tree[each] for each in sorted(others)), self.before)
        if other is None:
            return None
        return _wrong(
            f"mã “{unit.number}” cùng lúc là của “{other.label}”.",
            f"the code “{unit.number}” is that of “{other.label}” at the same time.",
        )


def _filled(unit: Office, said: Mapping[str, str], point: Point | None) -> Office:
    plain = ("label", "kind", "cluster", "commune", "valid_from", "valid_to")
    facts = {name: said[name] for name in plain if name in said}
    unit = replace(unit, **facts)  # type: ignore[arg-type]
    if "latitude" in said or "longitude" in said:
        unit = replace(unit, place=_place(said.get("latitude", ""), said.get("longitude", "")))
    return replace(unit, place=point) if point is not None else unit


def _place(latitude: str, longitude: str) -> Point | None:
    if not latitude and not longitude:
        return None
    try:
        y, x = (float(each.replace(",", ".")) for each in (latitude, longitude))
    except ValueError:
        y = x = 999.0
    if not (abs(y) <= 90 and abs(x) <= 180):
        raise _wrong(
            "vĩ độ từ -90 đến 90, kinh độ từ -180 đến 180.",
            "a latitude is from -90 to 90, a longitude from -180 to 180.",
        )
    return x, y


def _day(text: str) -> str:
    """``2025-07-01`` out of that or 01/07/2025."""
    if not text:
        return ""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    raise _wrong(
        f"“{text:.20}” không phải là ngày (ghi {date(2025, 7, 1):%d/%m/%Y}).",
        f"“{text:.20}” is no date (write {date(2025, 7, 1).isoformat()}).",
    )


def _wrong(vi: str, en: str) -> NotUnderstood:
    return NotUnderstood(why_vi=vi, why_en=en)

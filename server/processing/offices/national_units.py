"""The nation's provinces and communes, with the codes of the General Statistics Office, before and
since the reform of 1 July 2025.

They stand in the tables of the package ``vietnamadminunits``, of which nothing is imported: only
its files are read, and its places are left out (forms/units/README.md says why).
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from server.errors import NotUnderstood
from server.model.offices import AT, Office

SINCE, UNTIL = "2025-07-01", "2025-06-30"
_PROVINCE, _COMMUNE = "tinh_thanh", "xa_phuong"
# Islands that were districts without communes stand in the old table with the district alone.
_OLD = """
    SELECT provinceKey, districtKey, wardKey, coalesce(wardCode, districtCode),
           coalesce(ward, district), district FROM admin_units_legacy ORDER BY 4"""
_NEW = """
    SELECT provinceKey, wardKey, wardCode, ward, provinceCode, province
    FROM admin_units ORDER BY 3"""


@dataclass(frozen=True, slots=True)
class OldUnit:
    """``heir`` is the number of the commune that got all or most of it."""

    number: str
    label: str
    district: str
    heir: str


@dataclass(frozen=True, slots=True)
class NewUnit:
    number: str
    label: str


@dataclass(frozen=True, slots=True)
class Province:
    """As it is since the reform; ``old`` are the communes, of one or several former provinces, that
    it was made of."""

    number: str
    label: str
    old: tuple[OldUnit, ...]
    new: tuple[NewUnit, ...]


@dataclass(frozen=True, slots=True)
class Nation:
    """``had`` are the numbers that some commune had before."""

    provinces: Mapping[str, Province]
    had: frozenset[str]


def units_of(province: str, below: str, *, with_old: bool) -> list[Office]:
    """The communes of a province as units: old ones first, ended and each with its successor.

    They stand below the unit ``below``, or, for '', below the province as a unit of its own. Raises
    NotUnderstood for a province that is none, or without the package's tables.
    """
    country = nation()
    found = country.provinces.get(province)
    if found is None:
        raise NotUnderstood(why_vi="không có tỉnh này.", why_en="there is no such province.")
    top = [] if below else [Office(found.number, found.label, _PROVINCE)]
    parent = below or found.number
    old = [
        Office(
            code=each.number,
            label=each.label,
            kind=_COMMUNE,
            cluster=each.district,
            parent=parent,
            commune=each.number,
            valid_to=UNTIL,
            successor=_code(each.heir, country),
        )
        for each in found.old
    ]
    clusters = _clusters(found)
    new = [
        Office(
            code=_code(each.number, country),
            label=each.label,
            kind=_COMMUNE,
            cluster=clusters.get(each.number, ""),
            parent=parent,
            commune=each.number,
            valid_from=SINCE,
        )
        for each in found.new
    ]
    return [*top, *(old if with_old else ()), *new]


def is_there() -> bool:
    """Whether the package is installed, which a house by ``pip`` may have left out."""
    return _folder() is not None


@cache
def nation() -> Nation:
    """Raises NotUnderstood without the package. It never changes while a process runs."""
    folder = _folder()
    if folder is None:
        raise NotUnderstood(
            why_vi="máy chủ chưa cài bảng đơn vị hành chính; hãy nhập từ tệp.",
            why_en="the table of units is not installed here; import them from a file.",
        )
    converter = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
    heirs = dict(_heirs(converter))
    # ``immutable``: the folder may be read-only, and nobody writes there.
    with closing(
        sqlite3.connect(f"{(folder / 'dataset.db').as_uri()}?immutable=1", uri=True)
    ) as db:
        old, new = db.execute(_OLD).fetchall(), db.execute(_NEW).fetchall()
    numbers = {(province, ward): number for province, ward, number, *_ in new}
    provinces = {province: (number, label) for province, *_, number, label in new}
    olds: dict[str, list[OldUnit]] = {each: [] for each in provinces}
    for province, district_key, ward, number, label, district in old:
        heir = heirs["_".join((province, district_key, ward or ""))]
        olds[heir[0]].append(OldUnit(number, label, district, numbers[heir]))
    news: dict[str, list[NewUnit]] = {each: [] for each in provinces}
    for province, _, number, label, *_ in new:
        news[province].append(NewUnit(number, label))
    return Nation(
        provinces={
            number: Province(number, label, tuple(olds[key]), tuple(news[key]))
            for key, (number, label) in sorted(provinces.items(), key=lambda each: each[1])
        },
        had=frozenset(number for *_, number, _, _ in old),
    )


def _folder() -> Path | None:
    found = find_spec("vietnamadminunits")  # looks for it and runs nothing of it
    return Path(found.origin).parent / "data" if found and found.origin else None


def _heirs(converter: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    """By the key of an old unit, the province's and the unit's that got it, or most of it."""
    for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for heir, olds in communes.items():
            for each in olds:
                yield each, (province, heir)
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for each, parts in divided.items():
            for part in parts:
                if part["isDefaultNewWard"]:
                    yield each, (province, part["newWardKey"])


def _code(number: str, country: Nation) -> str:
    """A number that another unit had is told apart by the day (docs/decisions/0018)."""
    return f"{number}{AT}{SINCE}" if number in country.had else number


def _clusters(province: Province) -> dict[str, str]:
    """By the number of a new unit, the former district that most of it lies in."""
    of: dict[str, Counter[str]] = {}
    for each in province.old:
        of.setdefault(each.heir, Counter())[each.district] += 1
    return {number: districts.most_common(1)[0][0] for number, districts in of.items()}

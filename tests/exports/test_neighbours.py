"""Somebody who knows a child well tries to find its rows in an export without names."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from exports.crowds import K
from exports.formats import EVERY_FORMAT, WITHOUT_NAMES
from exports.source import Options
from server.model.records import Record
from server.xforms.envelope import read_envelope
from server.xforms.people_named import PeopleNamed
from server.xforms.place_questions import place_questions
from server.xforms.read_form import read_form
from server.xforms.recognising import said_who
from server.xforms.xlsform import convert_xlsform
from tests.exports.making import answered, read_csv, record, source
from tests.sheets import workbook_of

_SURVEY = [
    ("type", "name", "label", "tells_who"),
    ("select_one_from_file tre_em.csv", "tre_id", "Trẻ", ""),
    ("select_one thon", "o", "Ở", ""),
    ("integer", "tuoi", "Tuổi", ""),
    ("select_one gioi", "gioi_tinh", "Giới", ""),
    ("begin_group", "nha", "Nhà", ""),
    ("select_one nha", "mai", "Mái nhà", ""),
    ("integer", "so_nguoi", "Số người", ""),
    ("end_group", "", "", ""),
    ("begin_group", "kham", "Khám", "khong"),
    ("integer", "diem", "Điểm", ""),
    ("select_one nha", "ho_ngheo", "Hộ nghèo", "co"),
    ("end_group", "", "", ""),
]
_CHOICES = [("list_name", "name", "label")]
_CHOICES += [("thon", f"t{each}", f"Thôn {each}") for each in range(9)]
_CHOICES += [("gioi", each, each) for each in ("nam", "nu")]
_CHOICES += [("nha", each, each) for each in ("ngoi", "ton", "la")]
_KNOWN = ("gioi_tinh", "nha-mai", "nha-so_nguoi", "kham-ho_ngheo")


@dataclass(frozen=True)
class _Child:
    number: int
    tuoi: int
    facts: Mapping[str, str]

    def visited(self, times: int) -> Iterator[str]:
        said = {name.rpartition("-")[2]: value for name, value in self.facts.items()}
        for _ in range(times):
            yield (
                f"<tre_id>tre{self.number}</tre_id><o>t{self.number % 9}</o>"
                f"<tuoi>{self.tuoi}</tuoi><gioi_tinh>{said['gioi_tinh']}</gioi_tinh>"
                f"<nha><mai>{said['mai']}</mai><so_nguoi>{said['so_nguoi']}</so_nguoi></nha>"
                f"<kham><diem>{self.number}</diem><ho_ngheo>{said['ho_ngheo']}</ho_ngheo></kham>"
            )


def _children(draw: random.Random) -> list[_Child]:
    return [
        _Child(
            number,
            draw.randrange(4, 17),
            {
                "gioi_tinh": draw.choice(("nam", "nu")),
                "nha-mai": draw.choices(("ngoi", "ton", "la"), (50, 45, 5))[0],
                "nha-so_nguoi": str(draw.choices((3, 4, 5, 9), (30, 40, 25, 5))[0]),
                "kham-ho_ngheo": draw.choices(("ngoi", "ton", "la"), (60, 37, 3))[0],
            },
        )
        for number in range(1, 241)
    ]


def _is_of(row: Mapping[str, str], child: _Child) -> bool:
    """As far as a neighbour can tell, who knows all of this exactly."""
    if row["tuoi"]:
        first, last = map(int, row["tuoi"].split("-"))
        if not first <= child.tuoi <= last:
            return False
    return all(row[name] in ("", child.facts[name]) for name in _KNOWN)


def test_whatever_a_neighbour_knows_of_a_child_it_is_one_of_five() -> None:
    sheets = {
        "survey": _SURVEY,
        "choices": _CHOICES,
        "settings": [("form_id", "version", "form_title"), ("tham", "1", "Thăm")],
    }
    form = read_form(convert_xlsform(workbook_of(sheets), validate=False).xform)
    named = PeopleNamed(form, {"tre_em"})

    def people_of(each: Record) -> list[str]:
        return list(named.of(read_envelope(each.current.xml).root))

    about = replace(
        source(form),
        of_places=place_questions([form]),
        says_who=said_who([form]),
        people_of=people_of,
    )
    draw = random.Random(20261128)
    children = _children(draw)
    # Some are visited often: many rows, one child.
    said = [xml for each in children for xml in each.visited(draw.choice((1, 1, 1, 7)))]
    draw.shuffle(said)
    records = [record(answered(form, each, number=at), number=at) for at, each in enumerate(said)]
    made = EVERY_FORMAT[WITHOUT_NAMES].stream(about, iter(records), Options())
    *rows, last = read_csv(b"".join(made))
    assert "o" not in rows[0]
    assert "tre_id" not in rows[0]
    assert len(rows) > len(said) / 2, "it is of use"
    assert sum(1 for each in rows if each["nha-mai"]) > len(rows) / 3
    assert len(rows) + int(last["year"]) == len(said)
    told = {each["kham-diem"] for each in rows}  # nobody outside knows it; here it says who
    for child in children:
        of_child = [each for each in rows if _is_of(each, child)]
        people = {each["kham-diem"] for each in of_child}
        assert len(people) >= K or str(child.number) not in told, child
        # One who knows only a part of it has no more.
        for row in (each for each in rows if each["kham-diem"] == str(child.number)):
            alike = [each for each in rows if all(each[n] == row[n] for n in ("tuoi", *_KNOWN))]
            assert len({each["kham-diem"] for each in alike}) >= K

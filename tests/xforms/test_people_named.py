"""Whom a record is about: entries of registers that it makes, changes or names."""

from __future__ import annotations

from server.xforms.people_named import PeopleNamed
from server.xforms.read_form import read_form
from server.xforms.xlsform import convert_xlsform
from server.xforms.xml import parse
from tests.sheets import workbook_of

_SURVEY = [
    ("type", "name", "label", "save_to"),
    ("select_one_from_file tre_em.csv", "tre_id", "Trẻ", ""),
    ("begin_group", "g", "Hộ", ""),
    ("select_one_from_file ho.csv", "ho_id", "Hộ", ""),
    ("select_one_from_file van_phong.csv", "vp", "Văn phòng", ""),
    ("end_group", "", "", ""),
    ("begin_repeat", "ban", "Bạn", ""),
    ("select_one_from_file ho.csv", "ho_ban", "Hộ của bạn", ""),
    ("text", "ten_ban", "Tên bạn", "ban#ten"),
    ("end_repeat", "", "", ""),
    ("text", "ten", "Tên", "tre_em#ho_ten"),
]
_CHILD, _OTHER = (f"{each}d0c2b1a-9f8e-4d7c-8b6a-5f4e3d2c1b0a" for each in "34")


def test_one_for_each_register_and_nobody_out_of_a_repeat() -> None:
    xlsx = workbook_of(
        {
            "survey": _SURVEY,
            "settings": [("form_id", "version", "form_title"), ("thu", "1", "Thử")],
            "entities": [
                ("list_name", "entity_id", "create_if", "update_if", "label"),
                ("tre_em", "${tre_id}", "${tre_id} = ''", "${tre_id} != ''", "${ten}"),
                ("ban", "", "", "", "${ten_ban}"),
            ],
        }
    )
    form = read_form(convert_xlsform(xlsx, validate=False).xform)
    named = PeopleNamed(form, {"ho", "tre_em", "ban"})

    def of(chosen: str, household: str, entity: str) -> list[str]:
        return list(
            named.of(
                parse(
                    f"<data><tre_id>{chosen}</tre_id><g><ho_id>{household}</ho_id><vp>VP1</vp></g>"
                    f'<ban><ho_ban>ho9</ho_ban><meta><entity dataset="ban" id="{_OTHER}"/></meta>'
                    "</ban><meta>"
                    f'<entity dataset="tre_em" id="{entity}" create="1"/></meta></data>'.encode()
                )
            )
        )

    assert of("", "HO1", _CHILD) == ["", "ho1", _CHILD]
    assert of(_OTHER, "", "") == ["", "", _OTHER]
    assert of(_OTHER, "", _CHILD.upper()) == ["", "", _CHILD]
    assert of("", "", "") == ["", "", ""]

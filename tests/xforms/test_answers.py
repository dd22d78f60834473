"""The answers as storage keeps them: typed, under keys that any database takes."""

from __future__ import annotations

from server.xforms.answers import key_of, name_of
from tests.xforms.making import answers_of, form_of

FORM = form_of(
    """
| | integer             | so     | A |
| | select_multiple cay | cay    | B |
| | begin_group         | g.1    | G |
| | text                | tên-hộ | C |
| | geopoint            | gps    | P |
| | end_group           |        |   |
| | begin_repeat        | trẻ.em | T |
| | decimal             | cao    | D |
| | geopoint            | o      | Q |
| | begin_group         | h      | H |
| | begin_repeat        | lớp    | L |
| | text                | môn    | E |
| | end_repeat          |        |   |
| | end_group           |        |   |
| | end_repeat          |        |   |
""",
    choices="ngo san",
)


def test_dots_hyphens_and_vietnamese_letters_in_names_are_safe() -> None:
    """R54"""
    assert key_of(("g.1", "tên-hộ")) == "g%2E1/tên-hộ"
    assert name_of(key_of(("g.1", "tên-hộ"))) == "g.1/tên-hộ"


def test_a_name_is_one_key_composed_or_not() -> None:
    assert key_of(("te\u0302n",)) == key_of(("t\u00ean",)) == "t\u00ean"


def test_groups_are_flat_and_repeats_are_lists() -> None:
    answers = answers_of(
        FORM,
        "<so>7</so><cay>ngo san</cay><g.1><tên-hộ>Trâ\u0300n</tên-hộ><gps>21 107 0 4</gps></g.1>"
        "<trẻ.em><cao>1.5</cao><h><lớp><môn>a</môn></lớp><lớp><môn/></lớp></h></trẻ.em><trẻ.em/>",
    )
    assert answers.odd == ()
    assert answers.values == {
        "so": 7,
        "cay": ["ngo", "san"],
        "g%2E1/tên-hộ": "Trần",
        "g%2E1/gps": {"type": "Point", "coordinates": [107.0, 21.0, 0.0], "accuracy": 4.0},
        "trẻ%2Eem": [{"cao": 1.5, "h/lớp": [{"môn": "a"}, {}]}, {}],
    }


def test_an_empty_answer_has_no_key() -> None:
    assert answers_of(FORM, "<so/><cay> \n</cay>").values == {}


def test_what_does_not_fit_is_named_by_its_path() -> None:
    answers = answers_of(FORM, "<so>NaN</so><trẻ.em><cao>cao</cao></trẻ.em>")
    assert answers.odd == (("so",), ("trẻ.em", "cao"))
    assert answers.values == {"so": "NaN", "trẻ%2Eem": [{"cao": "cao"}]}


def test_the_place_of_a_record_is_its_first_point_outside_repeats() -> None:
    inside = "<trẻ.em><o>20 106 0 0</o></trẻ.em>"
    assert answers_of(FORM, inside).first_point() is None
    place = answers_of(FORM, f"{inside}<g.1><gps>21 107 0 0</gps></g.1>").first_point()
    assert place is not None
    assert place["coordinates"][:2] == [107.0, 21.0]


def test_ten_thousand_children_are_projected() -> None:
    answers = answers_of(FORM, "<trẻ.em><cao>1</cao></trẻ.em>" * 10_000)
    assert answers.values["trẻ%2Eem"] == [{"cao": 1.0}] * 10_000

"""Which answers are how sensitive, and what is left of a record for whoever may not read all."""

from __future__ import annotations

import pytest

from server.xforms.findings import FormRejected
from server.xforms.form import Form
from server.xforms.levels import Level, Levels, levels_of
from server.xforms.masking import Mask
from server.xforms.read_form import read_form
from server.xforms.record import RecordTree, read_record
from server.xforms.xlsform import convert_xlsform
from server.xforms.xml import parse
from tests.sheets import Sheet, workbook_of

_SURVEY = [
    ("type", "name", "label", "calculation", "sensitivity"),
    ("text", "ten", "Tên", "", ""),
    ("text", "dan_toc", "Dân tộc", "", "nhay_cam"),
    ("begin_group", "xam_hai", "Xâm hại", "", "dac_biet"),
    ("text", "loai", "Loại", "", ""),
    ("text", "ngay_biet", "Ngày biết", "", "thuong"),
    ("end_group", "", "", "", ""),
    ("begin_group", "hiv", "HIV", "", ""),
    ("text", "xet_nghiem", "Xét nghiệm", "", "dac_biet"),
    ("end_group", "", "", "", ""),
    ("begin_repeat", "vi_pham", "Vi phạm", "", "dac_biet"),
    ("text", "viec", "Việc", "", ""),
    ("end_repeat", "", "", "", ""),
    ("begin_repeat", "tre", "Trẻ", "", ""),
    ("text", "ten_tre", "Tên trẻ", "", ""),
    ("text", "benh", "Bệnh", "", "nhay_cam"),
    ("end_repeat", "", "", "", ""),
    ("calculate", "nhan", "", "concat(${ten}, ${dan_toc})", ""),
    ("calculate", "nhan_lai", "", "concat(${nhan}, 'x')", ""),
    ("calculate", "muc", "", "if(${loai} = '', 0, 1)", "thuong"),
]
_SETTINGS = [
    ("form_id", "version", "form_title", "instance_name"),
    ("thu", "1", "Thử", "concat(${ten}, ${loai})"),
]


def _xlsx(survey: Sheet = _SURVEY) -> bytes:
    return workbook_of({"survey": survey, "settings": _SETTINGS})


def _form(survey: Sheet = _SURVEY) -> Form:
    return read_form(convert_xlsform(_xlsx(survey), validate=False).xform)


@pytest.fixture(scope="module")
def form() -> Form:
    return _form()


@pytest.fixture(scope="module")
def levels(form: Form) -> Levels:
    return levels_of([form])


@pytest.mark.parametrize(
    ("path", "level"),
    [
        ("ten", Level.NORMAL),
        ("dan_toc", Level.SENSITIVE),
        ("xam_hai/loai", Level.SPECIAL),
        ("xam_hai/ngay_biet", Level.NORMAL),
        ("hiv", Level.SPECIAL),
        ("vi_pham/viec", Level.SPECIAL),
        ("tre", Level.NORMAL),
        ("tre/benh", Level.SENSITIVE),
        ("nhan", Level.SENSITIVE),
        ("nhan_lai", Level.SENSITIVE),
        ("muc", Level.NORMAL),
        ("meta/instanceName", Level.SPECIAL),
        ("nobody/knows", Level.SPECIAL),
    ],
)
def test_an_answer_has_its_own_level_else_its_group_s_and_no_less_than_what_it_is_made_of(
    levels: Levels, path: str, level: Level
) -> None:
    assert levels.of(tuple(path.split("/"))) is level


def test_what_the_newest_version_says_holds_for_old_answers(form: Form) -> None:
    untagged = [(*row[:4], "") if at else row for at, row in enumerate(_SURVEY)]
    before = _form([*untagged, ("text", "bo_roi", "Bỏ rồi", "", "nhay_cam")])
    both = levels_of([form, before])
    assert both.of(("xam_hai", "loai")) is Level.SPECIAL
    assert both.of(("bo_roi",)) is Level.SENSITIVE
    assert levels_of([before, form]).of(("xam_hai", "loai")) is Level.NORMAL


_RECORD = """<data id="thu" version="1"><ten>Ông An</ten><dan_toc>DAO</dan_toc>
<xam_hai><loai>LOAI</loai><ngay_biet>hôm qua</ngay_biet></xam_hai>
<vi_pham><viec>VIEC</viec></vi_pham><vi_pham><viec>VIEC</viec></vi_pham>
<tre><ten_tre>Na</ten_tre><benh>BENH</benh></tre><tre><ten_tre>Tí</ten_tre><benh>BENH</benh></tre>
<nhan>Ông AnDAO</nhan><muc>1</muc><la>LA</la>
<meta><instanceID>uuid:1</instanceID><instanceName>Ông AnLOAI</instanceName></meta></data>"""
_WORDS = ("Ông An", "DAO", "LOAI", "hôm qua", "VIEC", "Na", "BENH", "LA")


@pytest.mark.parametrize(
    ("clearance", "left"),
    [
        (Level.NOTHING, ()),
        (Level.NORMAL, ("Ông An", "hôm qua", "Na")),
        (Level.SENSITIVE, ("Ông An", "DAO", "hôm qua", "Na", "BENH")),
    ],
)
def test_what_is_hidden_is_not_in_the_record_any_more(
    levels: Levels, clearance: Level, left: tuple[str, ...]
) -> None:
    xml = Mask(clearance, levels).empty(parse(_RECORD.encode())).decode()
    assert tuple(each for each in _WORDS if each in xml) == left
    assert "uuid:1" in xml


def test_whoever_reads_everything_has_nothing_hidden(levels: Levels) -> None:
    assert Mask(Level.SPECIAL, levels).hides_nothing
    assert not Mask(Level.SENSITIVE, levels).hides_nothing


def _read(form: Form, mask: Mask, xml: str) -> RecordTree:
    root = parse(xml.encode())
    mask.empty(root)
    return mask.tree(form, read_record(form, root))


def test_hidden_questions_stand_alike_in_every_record(form: Form, levels: Levels) -> None:
    """That the part about abuse was opened at all is no less of a secret than what it says."""
    mask = Mask(Level.NORMAL, levels)
    bare = '<data id="thu"><ten>Bà Bình</ten><meta><instanceID>uuid:2</instanceID></meta></data>'

    def hidden(xml: str) -> list[str]:
        return [each.field.name for each in _read(form, mask, xml).walk() if each.hidden]

    alone = hidden(bare)
    assert alone == ["dan_toc", "loai", "xet_nghiem", "nhan", "nhan_lai", "instanceName"]
    # Each child's own round is open, and holds one.
    assert [each for each in hidden(_RECORD) if each != "benh"] == alone


def test_a_word_that_is_no_sensitivity_is_named_with_its_cell() -> None:
    wrong = [*_SURVEY[:2], ("text", "dan_toc", "Dân tộc", "", "bí mật")]
    with pytest.raises(FormRejected) as refused:
        _form(wrong)
    (finding,) = refused.value.findings
    assert (finding.sheet, finding.row, finding.column) == ("survey", 3, "sensitivity")
    assert "bí mật" in finding.words("vi")


def test_a_strange_word_in_a_foreign_xform_is_taken_for_the_strictest() -> None:
    xform = convert_xlsform(_xlsx(), validate=False).xform.replace(b'"nhay_cam"', b'"secret"')
    assert levels_of([read_form(xform)]).of(("dan_toc",)) is Level.SPECIAL


def test_odk_validate_takes_the_column() -> None:
    convert_xlsform(_xlsx())


_COPIED = [
    ("type", "name", "label", "calculation", "default", "trigger", "sensitivity"),
    ("begin_repeat", "tre", "Trẻ", "", "", "", ""),
    ("text", "benh", "Bệnh", "", "", "", "dac_biet"),
    ("text", "ghi", "Ghi", "", "", "", "nhay_cam"),
    ("end_repeat", "", "", "", "", "", ""),
    ("text", "khi_sua", "Khi sửa", "concat(${ke}, '!')", "", "${ke}", ""),
    ("text", "san_co", "Sẵn có", "", "concat(${ke}, '!')", "", ""),
    ("calculate", "dau", "", "/data/tre[1]/benh", "", "", ""),
    ("calculate", "dem", "", "count(${benh})", "", "", ""),
    ("select_one ${benh}", "chon", "Chọn", "", "", "", ""),
    ("select_one ${ghi}", "chon_ghi", "Chọn", "", "", "", ""),
    ("note", "nhac", "Đã kể: ${ke}", "", "", "", ""),
    ("text", "ten", "Tên", "", "concat('x', 'y')", "", ""),
    ("text", "ke", "Kể", "", "", "", "dac_biet"),
    ("text", "loai", "Loại", "", "", "", ""),
]


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("khi_sua", Level.SPECIAL),
        ("san_co", Level.SPECIAL),
        ("dau", Level.SPECIAL),
        ("dem", Level.SPECIAL),
        ("chon", Level.SPECIAL),
        ("chon_ghi", Level.SENSITIVE),
        ("ten", Level.NORMAL),
    ],
)
def test_however_an_answer_comes_from_another_it_is_as_sensitive(name: str, level: Level) -> None:
    assert levels_of([_form(_COPIED)]).of((name,)) is level

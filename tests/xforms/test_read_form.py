"""A published form as the house reads it: questions, words and choices, in both languages."""

from __future__ import annotations

import pytest

from server.xforms.form import Form, Kind
from server.xforms.read_form import language_code, read_form
from server.xforms.xml import NotReadable
from tests.javarosa.filler import FORMS, xform
from tests.sheets import xform_of

FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"><h:head>
<h:title>Phiếu thăm</h:title><model><itext>
<translation lang="English (en)"><text id="ten"><value>Name of <output value=" /data/ho "/></value>
</text><text id="c1"><value>Maize</value></text></translation>
<translation lang="Tiếng Việt (vi)" default="true()"><text id="ten">
<value form="image">jr://images/ảnh nhà &amp; sân.jpg</value><value>Tên</value></text>
<text id="c1"><value>Ngô</value></text></translation></itext>
<instance><data id="tham" version="7"><ho/><ten/><so/><cay/><xa/><anh>jr://images/mau.jpg</anh>
<g><vung/></g><tre jr:template=""><tuoi/></tre><tre><tuoi/></tre><note/><orx:meta>
<orx:instanceID/></orx:meta></data></instance>
<instance id="cay"><root><item><itextId>c1</itextId><name>ngo</name></item></root></instance>
<instance id="xa" src="jr://file-csv/xa phuong.csv"/>
<bind nodeset="/data/so" type="xsd:int"/><bind nodeset="/data/anh" type="binary"/>
<bind nodeset="/data/note" readonly="true()" type="string"/>
<bind nodeset="/data/g/vung" type="geoshape"/>
</model></h:head><h:body>
<input ref="/data/ten"><label ref="jr:itext('ten')"/><hint>Như trong sổ</hint></input>
<select ref="/data/cay"><label>Cây</label><itemset nodeset="instance('cay')/root/item[true()]">
<value ref="name"/><label ref="jr:itext(itextId)"/></itemset></select>
<select1 ref="/data/xa" appearance="minimal"><label/><itemset nodeset="instance('xa')/root/item">
<value ref="ma"/><label ref="ten"/></itemset></select1>
<upload ref="/data/anh" mediatype="image/*"><label>Ảnh</label></upload>
<group ref="/data/g"><label>Nhà</label><input ref="/data/g/vung"><label>![x](jr://images/z.png)</label>
</input></group>
<group ref="/data/tre"><label>Trẻ</label><repeat nodeset="/data/tre"><input ref="/data/tre/tuoi"/>
</repeat></group><input ref="/data/note"><label>Chú ý</label></input></h:body></h:html>"""


@pytest.fixture(scope="module")
def form() -> Form:
    return read_form(FORM.encode())


def test_a_form_says_what_it_is_called(form: Form) -> None:
    assert (form.form_id, form.version, form.title) == ("tham", "7", "Phiếu thăm")
    assert form.languages == ("vi", "en")


def test_questions_stand_in_the_order_of_the_form(form: Form) -> None:
    """A repeat's template and its first instance are one."""
    assert ["/".join(field.path) for field in form.walk()] == [
        "ho",
        "ten",
        "so",
        "cay",
        "xa",
        "anh",
        "g",
        "g/vung",
        "tre",
        "tre/tuoi",
        "note",
        "meta",
        "meta/instanceID",
    ]
    kinds = {field.name: field.kind for field in form.walk()}
    assert (kinds["g"], kinds["tre"], kinds["meta"]) == (Kind.GROUP, Kind.REPEAT, Kind.GROUP)


def test_a_question_knows_its_type_and_how_it_is_asked(form: Form) -> None:
    field = form.by_path[("so",)]
    assert (field.type, field.control) == ("int", None)
    assert form.by_path[("ho",)].type == "string"
    assert form.by_path[("cay",)].is_multiple
    assert form.by_path[("anh",)].is_file
    assert form.by_path[("anh",)].media_type == "image/*"
    assert form.by_path[("note",)].is_note
    assert form.by_path[("xa",)].appearance == "minimal"
    assert form.by_path[("g", "vung")].type == "geoshape"


def test_words_are_there_in_the_readers_language(form: Form) -> None:
    label = form.by_path[("ten",)].label
    assert (label.in_("vi"), label.in_("en"), label.in_("km")) == ("Tên", "Name of ${ho}", "Tên")
    assert form.by_path[("ten",)].hint.in_("en") == "Như trong sổ"
    assert form.by_path[("tre",)].label.in_("vi") == "Trẻ"
    assert not form.by_path[("xa",)].label


def test_choices_come_with_words_or_from_a_file(form: Form) -> None:
    maize = form.by_path[("cay",)].choices.items["ngo"]
    assert (maize.in_("vi"), maize.in_("en")) == ("Ngô", "Maize")
    commune = form.by_path[("xa",)].choices
    assert (commune.file, commune.value_ref, commune.label_ref) == ("xa phuong.csv", "ma", "ten")


def test_every_file_the_form_needs_is_named_once_with_its_own_letters(form: Form) -> None:
    assert form.media == ("ảnh nhà & sân.jpg", "mau.jpg", "xa phuong.csv", "z.png")


@pytest.mark.parametrize(
    ("needed", "instead"),
    [
        (' id="tham"', ""),
        ("<h:title>Phiếu thăm</h:title>", ""),
        ("instance>", "nothing>"),
        ("h:head>", "h:neck>"),
        ("</h:html>", ""),
    ],
)
def test_what_collect_could_not_open_is_refused(needed: str, instead: str) -> None:
    with pytest.raises(NotReadable):
        read_form(FORM.replace(needed, instead).encode())


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Tiếng Việt (vi)", "vi"),
        ("English (EN)", "en"),
        ("Hmong (hmn-Latn)", "hmn-latn"),
        ("vi", "vi"),
        ("default", "default"),
        ("Tiếng (cũ) Việt", "Tiếng (cũ) Việt"),
    ],
)
def test_a_language_goes_by_its_code(name: str, code: str) -> None:
    assert language_code(name) == code


@pytest.mark.parametrize("name", sorted(path.stem for path in FORMS.glob("*/*.xlsx")))
def test_every_form_of_the_library_is_understood_in_both_languages(name: str) -> None:
    form = read_form(xform(name))
    assert (form.form_id, form.languages) == (name, ("vi", "en"))
    shown = [field for field in form.walk() if field.control]
    assert shown
    for field in shown:
        assert set(field.label.by_language) == {"vi", "en"}, field.path
        if field.control in ("select", "select1", "rank"):
            assert field.choices.items or field.choices.file, field.path
    assert form.points or name != "vang_gia"


def test_a_rule_reads_as_its_designer_wrote_it_inside_a_repeat_too() -> None:
    form = read_form(
        xform_of("""
| survey |
| | type         | name | label | relevant                       | constraint   | required |
| | integer      | tong | Tổng  |                                | . <= 9       | yes      |
| | begin_repeat | tre  | Trẻ   |                                |              |          |
| | integer      | tuoi | Tuổi  | ${tong} > 1                    | . < ${tong}  |          |
| | text         | lop  | Lớp   | ${tuoi} > 5 and ${tong} = '/a' |              |          |
| | end_repeat   |      |       |                                |              |          |
| settings |
| | form_title | form_id | version |
| | Thăm | tham | 1 |
""")
    )
    tong, tuoi, lop = (form.by_path[each] for each in (("tong",), ("tre", "tuoi"), ("tre", "lop")))
    assert (tong.relevant, tong.constraint, tong.required) == ("", ". <= 9", "true()")
    assert (tuoi.relevant, tuoi.constraint) == ("${tong} > 1", ". < ${tong}")
    assert lop.relevant == "${tuoi} > 5 and ${tong} = '/a'"

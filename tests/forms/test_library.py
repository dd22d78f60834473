"""The form library: what a designer saves must reach the phones whole, in both languages."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from pyxform.validators.odk_validate import check_xform

from server.xforms.form import META
from server.xforms.levels import Level, levels_of
from server.xforms.read_form import read_form
from tests.javarosa.filler import FORMS, converted, fill, java_missing, media_for, xform

LIBRARY = sorted(path.stem for path in FORMS.glob("*/*.xlsx"))
LANGUAGES = ("Tiếng Việt (vi)", "English (en)")
XF = "{http://www.w3.org/2002/xforms}"
ENTITY = "{http://www.opendatakit.org/xforms/entities}"
JR = "{http://openrosa.org/javarosa}"

# Which registers a form keeps.
REGISTERS = {
    "vang_gia": {"ho_gia_dinh", "tre_em"},
    "khao_sat_nhu_cau": {"tre_em"},
    "tiep_nhan_danh_gia": {"tre_em", "truong_hop"},
    "quan_ly_truong_hop": {"truong_hop"},
    "kiem_tra_van_phong": {"van_phong", "ton_tai"},
    "khac_phuc_ton_tai": {"ton_tai"},
    "danh_gia_ctv": {"ctv"},
    "ho_so_ctv": {"ctv"},
    "dao_tao": {"ctv"},
    "ke_hoach": {"ke_hoach"},
    "bao_cao_thang": set(),
    "truyen_thong": set(),
    "nhat_ky_tu_van": set(),
    "phan_hoi": set(),
}
# Forms about somebody or something that must be registered first.
ABOUT_THE_REGISTERED = {
    "danh_gia_ctv",
    "quan_ly_truong_hop",
    "khac_phuc_ton_tai",
}
# Given to people without an account, so it may read nothing of the house.
READS_NOTHING = {"phan_hoi"}
CONSENT = re.compile(r"can_cu_xl|dong_y_\w+|tre_dong_y|nguoi_dong_y")

every_form = pytest.mark.parametrize("form", LIBRARY)


def tree(form: str) -> etree._Element:
    return etree.fromstring(xform(form))


def words(form: str) -> dict[str, dict[str, str]]:
    """Per language, what each text of the form says; pyxform writes "-" for a missing one."""
    return {
        str(translation.get("lang")): {str(text.get("id")): said(text) for text in translation}
        for translation in tree(form).iter(f"{XF}translation")
    }


def said(text: etree._Element) -> str:
    # A text that consists of an answer only still says something.
    answers = ["…" for _ in text.iter(f"{XF}output")]
    return "".join([*(str(part) for part in text.itertext()), *answers]).strip()


def asked(form: str) -> Iterator[etree._Element]:
    """Every question, note, group and repeat that a person sees."""
    (body,) = tree(form).iter("{http://www.w3.org/1999/xhtml}body")
    for element in body.iter(etree.Element):
        name = etree.QName(element).localname
        if name in {"input", "select1", "select", "upload", "group", "rank", "range", "trigger"}:
            yield element


@every_form
def test_a_designer_publishes_without_a_warning(form: str) -> None:
    assert converted(form).warnings == ()


@every_form
@pytest.mark.java
def test_odk_validate_accepts_what_the_phone_will_get(form: str, tmp_path: Path) -> None:
    if missing := java_missing():
        pytest.skip(missing)
    saved = tmp_path / f"{form}.xml"
    saved.write_bytes(xform(form))
    assert check_xform(str(saved)) == []


@every_form
def test_a_phone_knows_the_form_by_its_folder_and_a_dated_version(form: str) -> None:
    (root,) = tree(form).iter(f"{XF}data")
    assert root.get("id") == form
    # A version that Excel turned into a number would read 2026112401.0 on the phone.
    assert re.fullmatch(r"20\d{8}", str(root.get("version")))
    assert [t.get("lang") for t in tree(form).iter(f"{XF}translation")] == list(LANGUAGES)
    (default,) = (t for t in tree(form).iter(f"{XF}translation") if t.get("default"))
    assert default.get("lang") == LANGUAGES[0]


@every_form
def test_a_phone_finds_every_file_the_form_names(form: str, tmp_path: Path) -> None:
    media = media_for(form, tmp_path, registers=False)
    named = re.findall(r'"jr://[\w-]+/([^"]+)"', xform(form).decode())
    assert bool(named) is (form not in READS_NOTHING)
    assert [name for name in named if not (media / name).is_file()] == []


@every_form
def test_a_reader_of_either_language_sees_every_text(form: str) -> None:
    texts = words(form)
    assert set(texts) == set(LANGUAGES)
    assert set(texts[LANGUAGES[0]]) == set(texts[LANGUAGES[1]])
    missing = [
        (lang, key) for lang in LANGUAGES for key, text in texts[lang].items() if text in ("", "-")
    ]
    assert missing == []


@every_form
def test_a_collaborator_is_never_shown_a_question_without_words(form: str) -> None:
    texts = words(form)[LANGUAGES[0]]
    for question in asked(form):
        label = question.find(f"{XF}label")
        if label is None:
            # A repeat is a group with the words around a bare <repeat>.
            assert question.tag == f"{XF}group"
            assert question.get("ref") is None
            continue
        reference = re.fullmatch(r"jr:itext\('(.+)'\)", str(label.get("ref")))
        assert reference, etree.tostring(question)
        assert reference[1] in texts


@every_form
def test_a_collaborator_can_read_every_choice_in_both_languages(form: str) -> None:
    sheet = openpyxl.load_workbook(FORMS / form / f"{form}.xlsx")["choices"]
    head, *rows = sheet.iter_rows(values_only=True)
    columns = [head.index(f"label::{language}") for language in LANGUAGES]
    assert [row for row in rows if not all(row[column] for column in columns)] == []


@every_form
def test_a_refused_answer_is_explained_in_both_languages(form: str) -> None:
    texts = words(form)
    for bind in tree(form).iter(f"{XF}bind"):
        for rule, message in (("constraint", "constraintMsg"), ("required", "requiredMsg")):
            if bind.get(rule) is None:
                continue
            reference = re.fullmatch(r"jr:itext\('(.+)'\)", str(bind.get(JR + message)))
            assert reference, f"{bind.get('nodeset')}: {rule} has no translated message"
            for language in LANGUAGES:
                assert texts[language][reference[1]] not in ("", "-"), bind.get("nodeset")


@every_form
def test_a_form_declares_the_registers_it_keeps(form: str) -> None:
    declared = {e.get("dataset") for e in tree(form).iter(f"{ENTITY}entity", f"{XF}entity")}
    assert declared == REGISTERS[form]
    (model,) = tree(form).iter(f"{XF}model")
    # The two specifications with which Collect keeps a register while offline.
    offline = {"2024.1.0", "2025.1.0"} if declared else {None}
    assert model.get(f"{ENTITY}entities-version") in offline


@pytest.mark.parametrize("form", ["vang_gia", "khao_sat_nhu_cau"])
def test_no_family_consents_by_default(form: str) -> None:
    (root,) = tree(form).iter(f"{XF}data")
    asked_for = {
        e.tag.removeprefix(XF)
        for e in root.iter(etree.Element)
        if CONSENT.fullmatch(e.tag.removeprefix(XF))
    }
    assert {"can_cu_xl", "dong_y_anh", "dong_y_chia_se", "nguoi_dong_y"} <= asked_for
    preset = [
        e.tag for e in root.iter(etree.Element) if e.tag.removeprefix(XF) in asked_for and e.text
    ]
    setters = [str(e.get("ref")) for e in tree(form).iter(f"{XF}setvalue")]
    binds = [str(b.get("nodeset")) for b in tree(form).iter(f"{XF}bind") if b.get("calculate")]
    preset += [p for p in setters + binds if p.rsplit("/", 1)[-1] in asked_for]
    assert preset == []


@pytest.mark.parametrize("register", sorted(FORMS.glob("shared/*.csv")), ids=lambda p: p.stem)
def test_a_phone_can_read_every_shared_list(register: Path) -> None:
    rows = list(csv.DictReader(register.read_text("utf-8").splitlines()))
    header = register.read_text("utf-8").splitlines()[0].split(",")
    assert header[:2] == ["name", "label"]
    assert len({row["name"] for row in rows}) == len(rows)
    # Collect stops reading a register at the first version that is no whole number.
    assert [row for row in rows if not re.fullmatch(r"[1-9]\d*", row.get("__version", "1"))] == []


@every_form
def test_a_newcomer_finds_five_believable_records_of_the_form(form: str) -> None:
    samples = sorted((FORMS / form / "samples").glob("*.xml"))
    assert len(samples) == 5
    records = [etree.fromstring(sample.read_bytes()) for sample in samples]
    assert {record.get("id") for record in records} == {form}
    assert len({record.findtext(".//instanceID") for record in records}) == len(samples)
    (blank,) = tree(form).iter(f"{XF}data")
    known = {e.tag.removeprefix(XF).removeprefix(ENTITY) for e in blank.iter(etree.Element)}
    known = {re.sub(r"^\{.*\}", "", name) for name in known}
    for record in records:
        assert {re.sub(r"^\{.*\}", "", e.tag) for e in record.iter(etree.Element)} <= known


@pytest.mark.parametrize("form", [form for form in LIBRARY if form not in ABOUT_THE_REGISTERED])
@pytest.mark.java
def test_a_collaborator_can_work_on_the_first_day_when_the_registers_are_empty(
    form: str, tmp_path: Path
) -> None:
    records = fill(xform(form), media_for(form, tmp_path, registers=False), count=5, seed=1)
    assert len(records) == 5


@pytest.mark.java
def test_a_collaborator_brings_home_a_place_and_three_photos(tmp_path: Path) -> None:
    visits = fill(xform("vang_gia"), media_for("vang_gia", tmp_path), count=25, seed=7)
    photos = ("anh_nha", "anh_nha_2", "anh_nha_3")
    records = [etree.fromstring(visit.xml) for visit in visits]
    full = [
        record
        for record in records
        if record.findtext("g_ho/gps") and all(record.findtext(f"g_nha/{p}") for p in photos)
    ]
    assert full
    for record in full:
        assert record.findtext("g_dong_y/dong_y_anh") == "co"


@pytest.mark.java
def test_no_child_is_updated_twice_by_one_visit(tmp_path: Path) -> None:
    for visit in fill(xform("vang_gia"), media_for("vang_gia", tmp_path), count=25, seed=8):
        children = [
            e.text for e in etree.fromstring(visit.xml).iterfind("tre_gap/tre_id") if e.text
        ]
        assert len(set(children)) == len(children)


@pytest.mark.parametrize("form", LIBRARY)
def test_a_designer_reads_beside_the_form_who_may_read_and_know_what(form: str) -> None:
    said = (FORMS / form / "README.md").read_text(encoding="utf-8")
    fields = read_form(xform(form)).walk()
    tagged = [each.name for each in fields if each.sensitivity or each.tells_who]
    assert [each for each in tagged if f"`{each}`" not in said] == []


# Cut out of the lists of phones whose role does not read it.
MOST_SENSITIVE = {("tre_em", "nhom_hcdb")}


def test_what_lies_on_phones_is_nothing_of_the_most_sensitive() -> None:
    found = set()
    for form in map(read_form, map(xform, LIBRARY)):
        levels = levels_of([form])
        for block in form.entities:
            label = (*block.within, META, "entity", "label")
            if label in levels.by_path:
                assert levels.of(label) <= Level.SENSITIVE, (form.form_id, block.list)
            found |= {
                (block.list, name)
                for name, path in block.saves
                if levels.of((*block.within, *path)) is Level.SPECIAL
            }
    assert found == MOST_SENSITIVE

"""A questionnaire as a PDF, read again by the PDF reader of a browser."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from exports.paper_pdf import paper_pdf
from server.xforms.form import Choices, Field, Form, Kind, Words
from server.xforms.paper.lay_out import lay_out
from server.xforms.paper.layout import Heading, Paper, Question, Table, Text
from server.xforms.read_form import read_form
from tests.javarosa.filler import FORMS, xform

LIBRARY = sorted(path.stem for path in FORMS.glob("*/*.xlsx"))
TYPEFACE = Path(__file__).resolve().parents[2] / "server" / "static" / "dist" / "fonts"

every_paper = pytest.mark.parametrize(
    ("form", "language"), [(form, language) for form in LIBRARY for language in ("vi", "en")]
)


def opened(paper: Paper) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(paper_pdf(paper, TYPEFACE))


def words_in(document: pypdfium2.PdfDocument) -> str:
    """All text without its spaces: where a line breaks says nothing."""
    pages = (page.get_textpage().get_text_range() for page in document)
    return re.sub(r"\s|\ufffe|\xad", "", "".join(pages))


def wanted(paper: Paper) -> list[str]:
    found = [paper.title, paper.about, paper.legend]
    for item in paper.items:
        match item:
            case Heading(title, _, notes):
                found += [title, *notes]
            case Text(text, notes):
                found += [text, *notes]
            case Question():
                found += [item.label, item.hint, *item.notes, *item.answer.choices]
            case Table(questions):
                for each in questions:
                    found += [each.label, *each.notes]
    return found


@every_paper
def test_every_word_of_the_paper_is_in_the_file_with_its_marks(form: str, language: str) -> None:
    paper = lay_out(read_form(xform(form)), language)
    text = words_in(opened(paper))
    missing = [each for each in wanted(paper) if re.sub(r"\s", "", each) not in text]
    assert missing == []
    if language == "vi":
        assert text == unicodedata.normalize("NFC", text)


@every_paper
def test_a_scanner_reads_form_and_version_off_the_first_page(form: str, language: str) -> None:
    read = read_form(xform(form))
    first = opened(lay_out(read, language))[0].render(scale=2).to_pil()
    codes = [each.text for each in zxingcpp.read_barcodes(first)]
    assert codes == [f"caunoi:form?id={read.form_id}&version={read.version}"]


def test_every_page_says_which_of_how_many_it_is() -> None:
    document = opened(lay_out(read_form(xform("vang_gia")), "vi"))
    for number, page in enumerate(document, start=1):
        text = " ".join(page.get_textpage().get_text_range().split())
        assert f"vang_gia · phiên bản 2026112901 {number} / {len(document)}" in text


def form_with(*fields: Field) -> Form:
    return Form("thu", "1", "Thử", "data", fields, ("vi",))


def said(text: str) -> Words:
    return Words({"vi": text})


QUESTION = Field("q", ("q",), Kind.QUESTION, control="input", label=said("Câu hỏi"))
MANY = Choices({str(number): said(f"Lựa chọn số {number} " * 9) for number in range(40)})


@pytest.mark.parametrize(
    "field",
    [
        replace(QUESTION, label=said("a < b & c > d <b>đậm</b> &amp; <para> %(x)s {y}")),
        replace(QUESTION, label=said("Rất dài " * 3000)),
        replace(QUESTION, label=said("không_có_dấu_cách" * 300)),
        replace(QUESTION, label=said("😀 中文 العربية \x0b")),
        replace(QUESTION, label=Words()),
        replace(QUESTION, control="select1", choices=MANY),
        replace(QUESTION, control="select", choices=Choices({"a": said("Dài " * 4000)})),
        replace(QUESTION, type="int", constraint=". < 1" + "0" * 200),
        replace(QUESTION, kind=Kind.GROUP, children=(replace(QUESTION, path=("q", "q")),)),
        replace(
            QUESTION,
            kind=Kind.REPEAT,
            label=said("Lặp " * 200),
            children=tuple(
                replace(QUESTION, name=f"q{n}", path=("q", f"q{n}"), label=said("Cột " * 70))
                for n in range(6)
            ),
        ),
    ],
    ids=lambda field: str(field.label.in_("vi"))[:12] or "no label",
)
def test_a_designer_can_print_whatever_she_wrote(field: Field) -> None:
    assert len(opened(lay_out(form_with(field), "vi"))) >= 1


def test_the_signs_of_a_label_are_letters_and_no_markup() -> None:
    """What a designer writes is never taken for the PDF library's own tags."""
    label = "Tuổi <18 & điểm >5: <u1>xem</u1> &lt;"
    document = opened(lay_out(form_with(replace(QUESTION, label=said(label))), "vi"))
    assert re.sub(r"\s", "", label) in words_in(document)


def test_a_form_without_a_question_is_an_empty_sheet() -> None:
    assert len(opened(lay_out(form_with(), "vi"))) == 1

"""Every form of the library on paper, in both of its languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from server.xforms.form import Field, Form, Words
from server.xforms.paper import phrases
from server.xforms.paper.lay_out import lay_out
from server.xforms.paper.layout import Heading, Paper, Question, Space, Table, Text
from server.xforms.read_form import read_form
from tests.javarosa.filler import FORMS, xform
from tests.xforms.making import form_of

LIBRARY = sorted(path.stem for path in FORMS.glob("*/*.xlsx"))
LANGUAGES = ("vi", "en")
XPATH = re.compile(
    r"\$\{|/data/|\.\./|[!<>]=|\w=|='|\w\(\)|selected\(|regex\(|not\(|current\(|&\w+;"
)
WORD = re.compile(r"[^\W\d_]+")

every_paper = pytest.mark.parametrize(
    ("form", "language"), [(form, language) for form in LIBRARY for language in LANGUAGES]
)


def paper_of(form: str, language: str) -> Paper:
    return lay_out(read_form(xform(form)), language)


def questions(paper: Paper) -> Iterator[Question]:
    for item in paper.items:
        if isinstance(item, Question):
            yield item
        elif isinstance(item, Table):
            yield from item.questions


def texts(paper: Paper) -> Iterator[str]:
    """All that is read on the sheet except the form's title, which has one language."""
    yield paper.legend
    for item in paper.items:
        match item:
            case Heading(title, _, notes):
                yield from (title, *notes)
            case Text(text, notes):
                yield from (text, *notes)
    for each in questions(paper):
        yield from (each.label, each.hint, *each.notes, *each.answer.choices)
        yield from each.answer.captions


def vocabulary(form: Form, language: str) -> set[str]:
    """The words of the form and of the house in one language."""
    own = [text for field in form.walk() for text in said_by(field, language)]
    tables = (phrases._PHRASES, phrases._COMPARED, phrases._COMPARED_IN_TIME)
    ours = [pair[LANGUAGES.index(language)] for table in tables for pair in table.values()]
    return {word for text in (*own, *ours) for word in WORD.findall(text)}


def said_by(field: Field, language: str) -> Iterator[str]:
    for words in (field.label, field.hint, field.message, *field.choices.items.values()):
        yield words.by_language.get(language, "")


@every_paper
def test_a_reader_meets_one_language_on_the_whole_sheet(form: str, language: str) -> None:
    known = vocabulary(read_form(xform(form)), language)
    strange = {
        word for text in texts(paper_of(form, language)) for word in WORD.findall(text)
    } - known
    assert strange == set()


@every_paper
def test_a_reader_never_meets_an_expression(form: str, language: str) -> None:
    found = [text for text in texts(paper_of(form, language)) if XPATH.search(text)]
    assert found == []


@every_paper
def test_every_question_of_the_phone_is_on_the_paper_under_its_own_number(
    form: str, language: str
) -> None:
    shown = {each.number: each for each in questions(paper_of(form, language))}
    asked = [
        each
        for each in read_form(xform(form)).walk()
        if each.control is not None and not each.is_note
    ]
    assert list(shown) == list(range(1, len(asked) + 1))
    for number, field in enumerate(asked, start=1):
        first = re.split(r"\$\{|\*\*|<", field.label.in_(language))[0].strip()
        assert shown[number].label.startswith(first)
        assert shown[number].required == (field.required == "true()")


@every_paper
def test_nearly_every_rule_of_the_library_can_be_said(form: str, language: str) -> None:
    """Only what hangs on a register's row or on arithmetic is left to the phone."""
    unsaid = phrases.phrase(phrases.Phrase.ASK_IF_IT_FITS, language)
    notes = {note for each in questions(paper_of(form, language)) for note in each.notes}
    in_words = [each for each in notes if each.startswith(("Chỉ hỏi nếu", "Ask only if"))]
    assert len([each for each in notes if each == unsaid]) <= 1
    assert bool(in_words) is (form != "phan_hoi"), "which asks everybody everything"


def test_a_home_visit_is_skipped_in_words() -> None:
    paper = paper_of("vang_gia", "vi")
    shown = {each.label: each for each in questions(paper)}
    assert shown["Địa chỉ cụ thể"].notes[0] == (
        "Chỉ hỏi nếu câu 8 “Hộ gia đình này” = “Đăng ký mới”."
    )
    consent = next(
        each
        for each in paper.items
        if isinstance(each, Heading) and each.title.startswith("Thông tin và sự đồng ý")
    )
    # The group depends on a calculation, which stands for three results of the visit.
    assert consent.notes == (
        "Chỉ hỏi nếu câu 16 “Kết quả tiếp cận” = “Gặp được gia đình và trẻ”, "
        "“Gặp gia đình, không gặp trẻ” hoặc “Chỉ gặp trẻ”.",
    )


def test_communes_and_children_are_written_not_ticked() -> None:
    shown = {each.label: each for each in questions(paper_of("vang_gia", "en"))}
    commune = next(each for label, each in shown.items() if label.startswith("Commune"))
    assert commune.answer.space is Space.LINE
    assert "Write the code or the name from the list." in commune.notes


@pytest.mark.parametrize(
    ("rows", "space", "pattern"),
    [
        ("| | date | q | Q |", Space.DATE, "##/##/####"),
        ("| | time | q | Q |", Space.TIME, "##:##"),
        ("| | dateTime | q | Q |", Space.MOMENT, "##/##/#### ##:##"),
        ("| | integer | q | Q |", Space.SQUARES, "######"),
        ("| | text | q | Q |", Space.LINE, ""),
        ("| | geopoint | q | Q |", Space.PLACE, ""),
        ("| | geotrace | q | Q |", Space.NOTHING, ""),
        ("| | image | q | Q |", Space.NAMED, ""),
        ("| | audio | q | Q |", Space.NAMED, ""),
        ("| | barcode | q | Q |", Space.LINE, ""),
        ("| | acknowledge | q | Q |", Space.CHOICES, ""),
        ("| | select_one cay | q | Q |", Space.CHOICES, ""),
        ("| | rank cay | q | Q |", Space.CHOICES, ""),
    ],
)
def test_an_answer_finds_the_space_of_its_kind(rows: str, space: Space, pattern: str) -> None:
    (question,) = questions(lay_out(form_of(rows, choices="lim que"), "vi"))
    assert question.answer.space is space
    assert question.answer.pattern == pattern


def test_a_number_gets_as_many_squares_as_the_largest_that_is_allowed() -> None:
    form = form_of("| | integer | q | Q |")
    for constraint, squares in ((". >= 0 and . <= 100", 3), (". < 20", 2), (". != 5", 6)):
        bounded = replace(form, fields=(replace(form.fields[0], constraint=constraint),))
        (question,) = questions(lay_out(bounded, "vi"))
        assert question.answer.squares == squares


def test_a_short_repeat_is_a_table_and_a_long_one_is_printed_three_times() -> None:
    short = form_of(
        """
        | | begin repeat | con | Con |
        | | text | ten | Ten |
        | | integer | tuoi | Tuoi |
        | | end repeat | | |
        """
    )
    (table,) = [each for each in lay_out(short, "vi").items if isinstance(each, Table)]
    assert [each.label for each in table.questions] == ["Ten", "Tuoi"]
    long = form_of(
        """
        | | begin repeat | con | Con |
        | | text | ten | Ten |
        | | geopoint | o | O dau |
        | | end repeat | | |
        """
    )
    items = lay_out(long, "vi").items
    titles = [each.title for each in items if isinstance(each, Heading)]
    assert titles == ["Con", "Con: lần 1", "Con: lần 2", "Con: lần 3"]
    assert [each.number for each in questions(lay_out(long, "vi"))] == [1, 2] * 3


def test_a_name_that_two_questions_share_is_not_guessed() -> None:
    form = form_of(
        """
        | | begin group | a | A |
        | | text | ten | Ten A |
        | | end group | | |
        | | begin group | b | B |
        | | text | ten | Ten B |
        | | text | q | Q |
        | | end group | | |
        """
    )
    first, second = form.fields[0], form.fields[1]
    asked = replace(second.children[1], relevant="${ten} = 'x'")
    form = replace(form, fields=(first, replace(second, children=(second.children[0], asked))))
    last = list(questions(lay_out(form, "en")))[-1]
    assert last.notes == (
        "Not always asked: the phone works out when. On paper, ask where it fits.",
    )


def test_a_form_of_one_language_is_printed_in_it_whatever_the_reader_speaks() -> None:
    form = replace(paper_form := read_form(xform("vang_gia")), languages=("vi",))
    assert lay_out(form, "en").language == "vi"
    assert lay_out(paper_form, "fr").language == "vi"


def test_a_missing_translation_is_read_in_the_other_language() -> None:
    form = form_of("| | text | q | Q |")
    label = Words({"vi": "Họ tên", "en": "-"})
    form = replace(form, languages=("vi", "en"), fields=(replace(form.fields[0], label=label),))
    (question,) = questions(lay_out(form, "en"))
    assert question.label == "Họ tên"


def test_the_mark_names_form_and_version_whatever_is_in_them() -> None:
    form = replace(form_of("| | text | q | Q |"), form_id="a b/c&v=é", version="1&2")
    assert lay_out(form, "vi").mark == "caunoi:form?id=a%20b%2Fc%26v%3D%C3%A9&version=1%262"

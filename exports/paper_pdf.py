"""A questionnaire's layout → a PDF on A4."""

from __future__ import annotations

import html
import io
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)
from reportlab.platypus import Table as Grid

from exports.paper_blanks import Code, Frame, Lines, Mark, Squares
from server.xforms.paper.layout import Answer, Heading, Item, Paper, Question, Space, Table, Text

_REGULAR, _BOLD = "BeVietnamPro", "BeVietnamPro-SemiBold"
_FILES = {_REGULAR: "be-vietnam-pro-400.ttf", _BOLD: "be-vietnam-pro-600.ttf"}
_MARGIN = 15 * mm
_PADDING = 6  # reportlab's own, inside the margins
_WIDTH = A4[0] - 2 * _MARGIN - 2 * _PADDING
_ROOM = 60 * mm
_SOFT = HexColor("#46545b")
# What the typeface has no shape for.
_SPELLED = str.maketrans({"≥": ">=", "≤": "<=", "→": "->", "←": "<-", "′": "'", "☐": "", "✓": ""})
_PLAIN = TableStyle(
    [
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)
_RULED = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, _SOFT), ("VALIGN", (0, 0), (-1, -1), "TOP")])


def paper_pdf(paper: Paper, fonts: Path) -> bytes:
    """``fonts`` is the folder with the typeface of the pages as TrueType files."""
    _know_fonts(fonts)
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=18 * mm,
        title=paper.title,
        subject=paper.about,
        lang=paper.language,
    )
    story = [*_head(paper), *(each for item in paper.items for each in _drawn(item))]
    document.build(story, canvasmaker=partial(_Numbered, about=_spelled(paper.about)))
    return file.getvalue()


def _know_fonts(folder: Path) -> None:
    known = pdfmetrics.getRegisteredFontNames()
    for name, file in _FILES.items():
        if name not in known:
            pdfmetrics.registerFont(TTFont(name, str(folder / file)))


class _Numbered(Canvas):
    """Each page says which questionnaire it belongs to and how many there are."""

    def __init__(self, *arguments: Any, about: str, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._about = about
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self._pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]

    def save(self) -> None:
        for number, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self.setFont(_REGULAR, 8)
            self.setFillColor(_SOFT)
            self.drawString(_MARGIN, 10 * mm, self._about)
            self.drawRightString(A4[0] - _MARGIN, 10 * mm, f"{number} / {len(self._pages)}")
            super().showPage()
        super().save()


def _style(size: float, *, bold: bool = False, soft: bool = False, above: float = 0) -> Any:
    return ParagraphStyle(
        "",
        fontName=_BOLD if bold else _REGULAR,
        fontSize=size,
        leading=size * 1.4,
        spaceBefore=above,
        textColor=_SOFT if soft else HexColor("#000000"),
    )


_TITLE = _style(16, bold=True)
_HEADINGS = (_style(12.5, bold=True, above=10), _style(11, bold=True, above=8))
_LABEL, _BODY, _NOTE = _style(10, bold=True), _style(9.5), _style(8.5, soft=True)
_COLUMN = _style(8, bold=True)


def _spelled(text: str) -> str:
    return text.translate(_SPELLED)


def _words(text: str, style: Any) -> Paragraph:
    return Paragraph(html.escape(_spelled(text)), style)


def _head(paper: Paper) -> Iterator[Flowable]:
    words = [_words(paper.title, _TITLE), _words(paper.about, _NOTE), _words(paper.legend, _NOTE)]
    code = Code(paper.mark, 26 * mm)
    yield Grid([[words, code]], colWidths=[_WIDTH - 30 * mm, 30 * mm], style=_PLAIN, hAlign="LEFT")


def _drawn(item: Item) -> Iterator[Flowable]:
    match item:
        case Heading(title, level, notes):
            style = _HEADINGS[min(level, len(_HEADINGS)) - 1]
            words = [_words(title, style)] if title else []
            head = KeepTogether([*words, *_notes(notes), Spacer(0, 4)])
            head.keepWithNext = True
            # A table that does not fit below its heading would leave it alone on the page.
            yield CondPageBreak(_ROOM)
            yield head
        case Text(text, notes):
            yield KeepTogether([*_notes(notes), _words(text, _BODY), Spacer(0, 6)])
        case Table(questions, rows):
            yield _ruled(questions, rows)
        case Question():
            yield KeepTogether([*_asked(item), *_free(item.answer, _WIDTH), Spacer(0, 8)])


def _notes(notes: Sequence[str]) -> list[Flowable]:
    return [_words(each, _NOTE) for each in notes]


def _asked(question: Question, label: Any = _LABEL) -> Iterator[Flowable]:
    star = "\N{NO-BREAK SPACE}*" if question.required else ""
    number = f"{question.number}. " if question.number else ""
    yield _words(f"{number}{question.label}{star}", label)
    if question.hint:
        yield _words(question.hint, _NOTE)
    yield from _notes(question.notes)


def _ruled(questions: Sequence[Question], rows: int) -> Flowable:
    width = _WIDTH / len(questions)
    head = [[*_asked(each, _COLUMN)] for each in questions]
    row = [[*_free(each.answer, width - 12, in_cell=True)] for each in questions]
    return Grid(
        [head, *([row] * rows)],
        colWidths=[width] * len(questions),
        repeatRows=1,
        hAlign="LEFT",
        style=_RULED,
    )


def _free(answer: Answer, width: float, *, in_cell: bool = False) -> Iterator[Flowable]:
    """The space for one answer; in the cell of a table its borders are the line."""
    match answer.space:
        case Space.NOTHING:
            return
        case Space.CHOICES:
            yield _choices(answer, width, 1 if in_cell else answer.columns)
        case Space.SIGNATURE:
            yield Frame(70 * mm, 22 * mm)
        case Space.LINES:
            yield Lines(width, 3)
        case Space.LINE | Space.PLACE | Space.NAMED:
            if in_cell:
                yield Spacer(0, 8 * mm)
                return
            captions = answer.captions or ("",)
            part = width / len(captions)
            lines = [Lines(part - 8, 1, _spelled(each), _REGULAR) for each in captions]
            yield Grid([lines], colWidths=[part] * len(lines), style=_PLAIN, hAlign="LEFT")
        case _:
            yield Squares(answer.pattern, _REGULAR, width)


def _choice(answer: Answer, words: str) -> tuple[Flowable | str, Flowable | str]:
    return Mark(answer.several), _words(words, _BODY)


def _choices(answer: Answer, width: float, columns: int) -> Flowable:
    """Read downwards, as on the phone."""
    height = -(-len(answer.choices) // columns)
    cells = [_choice(answer, each) for each in answer.choices]
    cells += [("", "")] * (height * columns - len(cells))
    rows = [[each for cell in cells[row::height] for each in cell] for row in range(height)]
    box = 6 * mm
    widths = [box, width / columns - box] * columns
    return Grid(rows, colWidths=widths, splitInRow=1, style=_PLAIN, hAlign="LEFT")

"""The questions of a form in order, numbered through, with their rules in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from server.xforms.form import META, Field, Form, Kind, fields_of
from server.xforms.paper.answers import answer_of
from server.xforms.paper.conditions import CannotBeSaid
from server.xforms.paper.layout import Heading, Item, Paper, Question, Space, Table, Text
from server.xforms.paper.phrases import Phrase, phrase
from server.xforms.paper.sentences import Known, Sentences
from server.xforms.paper.text import said

_BLOCKS = 3  # rounds of a repeat that are printed
_ROWS = 8
_MOST_COLUMNS = 6
_MOST_IN_A_CELL = 4
_LONGEST_HEAD = 300  # letters over a column
_LONG = frozenset((Space.LINES, Space.PLACE, Space.SIGNATURE, Space.MOMENT))
_ALWAYS, _NEVER = "true()", "false()"


def lay_out(form: Form, language: str) -> Paper:
    """In ``language`` where the form speaks it, else in the form's first one."""
    if form.languages and language not in form.languages:
        language = form.languages[0]
    version = phrase(Phrase.VERSION, language, version=form.version) if form.version else ""
    return Paper(
        form_id=form.form_id,
        version=form.version,
        title=form.title,
        language=language,
        legend=phrase(Phrase.LEGEND, language),
        about=" · ".join(each for each in (form.form_id, version) if each),
        mark=mark(form.form_id, form.version),
        items=tuple(_Writer(form, language).items(form.fields, 1)),
    )


def mark(form_id: str, version: str) -> str:
    """What the QR code says: which questionnaire this is, for whoever scans the filled paper."""
    return f"caunoi:form?id={quote(form_id, safe='')}&version={quote(version, safe='')}"


class _Writer:
    def __init__(self, form: Form, language: str) -> None:
        self._language = language
        self._known = _numbered(form)
        self._sentences = Sentences(self._known, language)
        self._numbers = {
            each.field.path: each.number for each in self._known.values() if each.number
        }

    def items(self, fields: tuple[Field, ...], level: int) -> Iterator[Item]:
        for field in fields:
            if not _is_seen(field):
                continue
            if field.kind is Kind.REPEAT:
                yield from self._repeat(field, level)
            elif field.kind is Kind.GROUP:
                yield from self._group(field, level)
            elif field.is_note:
                text = self._said(field)
                # A note of nothing but the phone's results leaves nothing to read.
                if any(map(str.isalpha, text)):
                    yield Text(text, self._when(field))
            else:
                yield self._question(field)

    def _group(self, field: Field, level: int) -> Iterator[Item]:
        title, when = self._said(field), self._when(field)
        if title or when:
            yield Heading(title, level, when)
        yield from self.items(field.children, level + 1 if title else level)

    def _repeat(self, field: Field, level: int) -> Iterator[Item]:
        title = self._said(field)
        more = self._word(Phrase.MORE_ROUNDS)
        yield Heading(title, level, (*self._when(field), more))
        items = tuple(self.items(field.children, level + 1))
        columns = [each for each in items if isinstance(each, Question) and _fits(each)]
        if len(columns) == len(items) <= _MOST_COLUMNS:
            yield Table(tuple(columns), _ROWS)
            return
        heading = Phrase.ROUND_OF if title else Phrase.ROUND
        for number in range(1, _BLOCKS + 1):
            yield Heading(self._word(heading, title=title, number=number), level + 1)
            yield from items

    def _question(self, field: Field) -> Question:
        answer, note = answer_of(field, self._language)
        notes = [*self._when(field), *self._rules(field)]
        if note:
            notes.append(self._word(note))
        return Question(
            number=self._numbers.get(field.path, 0),
            label=self._said(field) or field.name,
            hint=said(field.hint, self._language, self._place_of),
            notes=tuple(notes),
            required=field.required == _ALWAYS,
            answer=answer,
        )

    def _when(self, field: Field) -> tuple[str, ...]:
        return self._rule(field.relevant, field, Phrase.ASK_IF, Phrase.ASK_IF_IT_FITS)

    def _rules(self, field: Field) -> Iterator[str]:
        if field.calculation:
            return
        message = said(field.message, self._language, self._place_of)
        if message:
            yield message
        else:
            yield from self._rule(field.constraint, field, Phrase.RULE, Phrase.CHECKED)
        yield from self._rule(field.required, field, Phrase.MUST_IF, Phrase.MAY_HAVE_TO)

    def _rule(
        self, expression: str, here: Field, in_words: Phrase, otherwise: Phrase
    ) -> tuple[str, ...]:
        """A sentence, or a plain note where the expression cannot be said."""
        if expression in ("", _ALWAYS) or (expression == _NEVER and here.required == _NEVER):
            return ()
        try:
            return (self._word(in_words, condition=self._sentences.of(expression, here)),)
        except CannotBeSaid:
            return (self._word(otherwise),)

    def _said(self, field: Field) -> str:
        return said(field.label, self._language, self._place_of)

    def _place_of(self, name: str) -> str:
        """Where a label shows another answer, paper can only say where that answer stands."""
        known = self._known.get(name)
        if known is None or not known.number:
            return "……"
        return self._word(Phrase.QUESTION_NUMBER, number=known.number)

    def _word(self, which: Phrase, **facts: object) -> str:
        return phrase(which, self._language, **facts)


def _numbered(form: Form) -> Mapping[str, Known]:
    """What expressions may refer to, by name; a name that stands for two questions says neither."""
    times = Counter(each.name for each in form.walk())
    known: dict[str, Known] = {}
    number = 0
    for field in fields_of(form.fields):
        if field.kind is not Kind.QUESTION:
            continue
        number += field.is_asked
        key = field.name if times[field.name] == 1 else "/".join(field.path)
        known[key] = Known(field, number if field.is_asked else 0)
    return known


def _is_seen(field: Field) -> bool:
    """By a person who fills the form: neither calculations nor groups of them."""
    if field.name == META:
        return False
    if field.kind is Kind.QUESTION:
        return field.control is not None
    return any(map(_is_seen, field.children))


def _fits(question: Question) -> bool:
    """In the cell of a table."""
    answer = question.answer
    head = sum(map(len, (question.label, question.hint, *question.notes)))
    short = answer.space not in _LONG and len(answer.choices) <= _MOST_IN_A_CELL
    return short and head <= _LONGEST_HEAD

"""For how long a form's records are kept, as whoever manages forms says it."""

from __future__ import annotations

from collections.abc import Iterator

from server.model.forms import FormKey
from server.model.retention import Retention, read_retention
from server.processing.filled_in import wrong
from server.processing.forms.shelf import Shelf
from server.storage.stores import Stores
from server.xforms.answers import key_of
from server.xforms.form import META, Field, Form, Kind


def set_rule(stores: Stores, shelf: Shelf, key: FormKey, text: str) -> str:
    """What is kept of it. Raises like ``given_rule``, and RetentionChanged."""
    rule = given_rule(shelf, key, text)
    said = rule.text if rule else ""
    stores.forms.set_retention(key, said)
    shelf.forget()
    return said


def given_rule(shelf: Shelf, key: FormKey, text: str) -> Retention | None:
    """None for no end. Raises FormUnknown, and NotUnderstood for what is no rule of this form."""
    versions = [each.form for each in shelf.all_versions(key)]
    rule = read_retention(text)
    if rule is None and text.strip():
        raise wrong(
            "rule",
            "hãy ghi số tháng, hoặc chọn câu hỏi ngày sinh và ghi số năm sau khi đủ 18 tuổi.",
            "write months, or 18+years and the question for the date of birth.",
        )
    if rule is not None and rule.born:
        known = {key_of(each.path) for form in versions for each in days_of(form)}
        if rule.born not in known:
            raise wrong(
                "born",
                "biểu mẫu không có câu hỏi ngày tháng này.",
                "the form has no such question for a date.",
            )
    return rule


def days_of(form: Form) -> Iterator[Field]:
    """The questions that a record answers once with a day, in form order."""
    yield from _days(form.fields)


def _days(fields: tuple[Field, ...]) -> Iterator[Field]:
    for each in fields:
        if each.kind is Kind.QUESTION and each.type == "date":
            if each.is_asked or each.calculation:  # else the day on which it was filled in
                yield each
        elif each.kind is Kind.GROUP and each.name != META:
            yield from _days(each.children)

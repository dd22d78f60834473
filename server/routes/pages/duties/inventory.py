"""The inventory of personal data, for the assessment of impact that the law asks for: made of the
forms as they are now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.csv_text import csv_bytes
from server.access.verbs import Verb
from server.model.audit import Act
from server.model.retention import read_retention
from server.processing.duties.inventory import Item, inventory
from server.processing.forms.shelf import OnHand
from server.routes.allow import By, Caller, allow, services
from server.routes.files import in_pieces
from server.routes.pages.accounts.role_words import role_title
from server.routes.pages.duties.audit import CSV, as_file
from server.routes.pages.duties.retention_words import kept_for
from server.routes.pages.labels import label_of
from server.routes.pages.level_words import level_words
from server.routes.pages.records.asked import Filter, Option
from server.routes.pages.registers.register_titles import register_called
from server.routes.pages.words import gettext, reader
from server.services import PROJECT
from server.xforms.form import Field

blueprint = Blueprint("inventory", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """``purpose`` is the form with its part, and the registers that the answer fills."""

    label: str
    name: str
    purpose: str
    category: str
    readers: str


@blueprint.get("/admin/inventory")
@allow(Verb.MANAGE_DUTIES, by=By.SESSION, quiet="the forms' questions, of nobody")
def overview(caller: Caller) -> ResponseReturnValue:
    """Form by form: all of them are some thousand questions."""
    found = _forms()
    wanted = request.args.get("form")
    on_hand = next((each for each in found if each.entry.key.form_id == wanted), None)
    on_hand = on_hand or next(iter(found), None)
    forms = tuple(Option(each.entry.key.form_id, each.entry.title) for each in found)
    chosen = on_hand.entry.key.form_id if on_hand else ""
    return render_template(
        "pages/inventory.html",
        title=gettext("Inventory of personal data"),
        back_href=url_for("data_requests.overview"),
        filters=(Filter("form", gettext("Form"), "select", chosen, forms),),
        rows=tuple(_rows(on_hand)) if on_hand else (),
        retention=_kept(on_hand) if on_hand else "",
        csv_href=url_for("inventory.table"),
    )


@blueprint.get("/admin/inventory.csv")
@allow(Verb.MANAGE_DUTIES, by=By.SESSION, act=Act.EXPORTED)
def table(caller: Caller) -> Response:
    """All forms, in the reader's language."""
    forms = [(on_hand, _kept(on_hand)) for on_hand in _forms()]
    rows = [_line(on_hand, each, kept) for on_hand, kept in forms for each in _rows(on_hand)]
    return as_file(in_pieces(csv_bytes(iter([_head(), *rows]), safe=True), CSV), "inventory.csv")


def _forms() -> Sequence[OnHand]:
    found = services().shelf.published(PROJECT)
    return sorted(found, key=lambda each: each.entry.key.form_id)


def _rows(on_hand: OnHand) -> Iterator[Row]:
    for each in inventory(services().shelf, on_hand):
        yield Row(
            label=_label(each.field),
            name=each.field.name,
            purpose=_purpose(on_hand, each),
            category=level_words(each.level),
            readers=", ".join(map(role_title, each.roles)),
        )


def _label(field: Field) -> str:
    """A calculation has no words of its own."""
    return label_of(field, reader(), {}) or field.name


def _purpose(on_hand: OnHand, item: Item) -> str:
    parts = [label_of(each, reader(), {}) for each in item.around]
    registers = [register_called(each) for each in item.lists]
    return " · ".join(each for each in (on_hand.entry.title, *parts, *registers) if each)


def _head() -> tuple[str, ...]:
    return (
        gettext("Form"),
        gettext("Question"),
        gettext("Name"),
        gettext("Purpose"),
        gettext("Category"),
        gettext("Who reads it"),
        gettext("Retention"),
    )


def _line(on_hand: OnHand, row: Row, kept: str) -> tuple[str, ...]:
    return (
        on_hand.entry.key.form_id,
        row.label,
        row.name,
        row.purpose,
        row.category,
        row.readers,
        kept,
    )


def _kept(on_hand: OnHand) -> str:
    return kept_for(read_retention(on_hand.entry.retention))

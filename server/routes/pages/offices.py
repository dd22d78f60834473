"""The tree of offices: one unit with those right below it, and the whole tree as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.units import units_csv, units_geojson
from server.access.verbs import Verb
from server.errors import OfficeUnknown, PageUnknown
from server.model.calendar import day_of
from server.model.offices import Kind, Office, below, tops, within
from server.model.scope import EVERYWHERE, Scope
from server.processing.office_file import COLUMNS
from server.processing.succeed import under_way
from server.routes.allow import By, Caller, allow, services
from server.routes.files import file_of
from server.routes.pages.office_words import kind_words, times_of
from server.routes.pages.words import gettext, ngettext

blueprint = Blueprint("offices", __name__)


@dataclass(frozen=True, slots=True)
class Step:
    href: str
    label: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    code: str
    number: str
    label: str
    kind: str
    times: str
    href: str
    below: str
    ended: bool


@blueprint.get("/admin/offices")
@allow(Verb.MANAGE_OFFICES, by=By.SESSION)
def show(caller: Caller) -> ResponseReturnValue:
    house = services()
    tree, today = house.stores.offices.tree(), day_of(house.clock())
    here = _here(request.args.get("of", ""), tree, caller.scope)
    rows = _rows(_right_below(here, tree, caller.scope), tree, house.stores.offices.kinds(), today)
    return render_template(
        "pages/offices.html",
        title=_title(here, rows),
        above=_above(here, tree, caller.scope),
        times=times_of(here, today) if here else "",
        rows=rows,
        under_way=bool(under_way(house.stores)),
        succeed_href=url_for("successions.form"),
        import_action=url_for("office_import.hand_in"),
        files=(
            Step(url_for("offices.export", kind="csv"), "CSV"),
            Step(url_for("offices.export", kind="geojson"), "GeoJSON"),
        ),
    )


@blueprint.get("/admin/offices/export/<kind>")
@allow(Verb.MANAGE_OFFICES, by=By.SESSION)
def export(caller: Caller, kind: str) -> Response:
    """The units that the caller answers for; import reads both kinds."""
    stores = services().stores
    offices = below(caller.scope.offices, stores.offices.tree())
    match kind:
        case "csv":
            return file_of(b"".join(units_csv(COLUMNS, offices)), "offices.csv", "text/csv")
        case "geojson":
            data = units_geojson(COLUMNS, offices, stores.offices.areas())
            return file_of(data, "offices.geojson", "application/geo+json")
        case _:
            raise PageUnknown


def _here(code: str, tree: Mapping[str, Office], scope: Scope) -> Office | None:
    """None: above all. Raises OfficeUnknown."""
    if not code:
        return None
    if code not in tree or not scope.sees_office(within(code, tree)):
        raise OfficeUnknown(code=code)
    return tree[code]


def _right_below(here: Office | None, tree: Mapping[str, Office], scope: Scope) -> Iterable[Office]:
    """What ``here`` answers for at first hand; at the top, the roots of what the caller may see."""
    if here is not None:
        return (each for each in tree.values() if _first_standing(each, tree) == here.code)
    if scope.everywhere:
        return (each for each in tree.values() if each.above not in tree)
    return (tree[code] for code in tops(scope.offices, tree) if code in tree)


def _first_standing(office: Office, tree: Mapping[str, Office]) -> str | None:
    """Who answers for it today: what stands below a unit that ended is its successor's."""
    for code in reversed(within(office.above, tree)):
        if code in tree and not (tree[code].successor and tree[code].valid_to):
            return code
    return None


def _rows(
    offices: Iterable[Office], tree: Mapping[str, Office], kinds: Mapping[str, Kind], today: str
) -> tuple[UnitRow, ...]:
    """Those that stand first, by code."""
    answers_for: dict[str, int] = {}
    for code in tree:
        for above in within(code, tree)[:-1]:
            answers_for[above] = answers_for.get(above, 0) + 1
    ordered = sorted(offices, key=lambda each: (bool(each.valid_to), each.code))
    return tuple(
        _row(each, kinds.get(each.kind), answers_for.get(each.code, 0), today) for each in ordered
    )


def _row(office: Office, kind: Kind | None, answers_for: int, today: str) -> UnitRow:
    return UnitRow(
        code=office.code,
        number=office.number,
        label=office.label,
        kind=kind_words(kind) if kind else office.kind,
        times=times_of(office, today),
        href=url_for("offices.show", of=office.code) if answers_for else "",
        below=ngettext("%(count)s unit below", "%(count)s units below", answers_for)
        if answers_for
        else "",
        ended=bool(office.valid_to),
    )


def _title(here: Office | None, rows: tuple[UnitRow, ...]) -> str:
    if here is not None:
        return here.label
    return ngettext("%(count)s unit", "%(count)s units", len(rows)) if rows else gettext("Offices")


def _above(here: Office | None, tree: Mapping[str, Office], scope: Scope) -> tuple[Step, ...]:
    """The way from the top down to ``here``, as far as the caller may see."""
    if here is None:
        return ()
    way = [code for code in within(here.code, tree)[:-1] if code != EVERYWHERE]
    seen = (tree[code] for code in way if scope.sees_office(within(code, tree)))
    links = (Step(url_for("offices.show", of=each.code), each.label) for each in seen)
    return (Step(url_for("offices.show"), gettext("All units")), *links)

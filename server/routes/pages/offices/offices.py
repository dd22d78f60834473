"""The tree of offices: one unit with those right below it, and the whole tree as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.units import units_csv, units_geojson
from server.access.verbs import Verb
from server.errors import OfficeUnknown, PageUnknown
from server.model.calendar import day_of
from server.model.office_search import found_by, numbers_below, right_below
from server.model.offices import Kind, Office, below, within
from server.model.scope import EVERYWHERE, Scope
from server.processing.offices.national_units import is_there, nation
from server.processing.offices.office_file import COLUMNS
from server.processing.offices.succeed import under_way
from server.routes.allow import By, Caller, allow, services
from server.routes.files import file_of
from server.routes.pages.offices.grounds import drawn, places
from server.routes.pages.offices.office_words import kind_words, times_of
from server.routes.pages.records.asked import Option, whole_number
from server.routes.pages.ways import address
from server.routes.pages.words import gettext, ngettext

blueprint = Blueprint("offices", __name__)

_MOST = 100


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


@dataclass(frozen=True, slots=True)
class NationForm:
    """``place`` names the unit below which a province's communes would stand; "" for the top."""

    action: str
    below: str
    place: str
    provinces: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class _Shown:
    """Units of one page, and where the next begins; "" when these were all."""

    units: Sequence[Office]
    next: str


@blueprint.get("/admin/offices")
@allow(Verb.MANAGE_OFFICES, by=By.SESSION)
def show(caller: Caller) -> ResponseReturnValue:
    house = services()
    tree, today = house.stores.offices.tree(), day_of(house.clock())
    here = _here(request.args.get("of", ""), tree, caller.scope)
    words = " ".join(request.args.get("q", "").split())
    found = found_by(words, tree, caller.scope) if words else right_below(here, tree, caller.scope)
    shown = _page(found, request.args.get("start", ""))
    # What stood here once would lie upon what stands here.
    mapped = [each for each in (here, *shown.units) if each and not each.valid_to]
    areas = house.stores.offices.areas_of(each.code for each in mapped)
    return render_template(
        "pages/offices.html",
        title=_title(here, found, words),
        above=_above(here, tree, caller.scope),
        times=times_of(here, today) if here else "",
        words=words,
        all_href=url_for("offices.show"),
        rows=_rows(shown.units, tree, house.stores.offices.kinds(), today),
        more_href=address("offices.show", **{**request.args, "start": shown.next})
        if shown.next
        else "",
        points=places(mapped),
        areas=drawn([(each, areas[each.code]) for each in mapped if each.code in areas]),
        under_way=bool(under_way(house.stores)),
        succeed_href=url_for("successions.form"),
        changes_href=url_for("unit_changes.overview"),
        import_action=url_for("office_import.hand_in"),
        files=(
            Step(url_for("offices.export", kind="csv"), "CSV"),
            Step(url_for("offices.export", kind="geojson"), "GeoJSON"),
        ),
        nation=_nation(here, caller.scope),
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


def _page(units: Sequence[Office], start: str) -> _Shown:
    first = whole_number(start, 8, 0)
    after = first + _MOST
    return _Shown(units[first:after], str(after) if len(units) > after else "")


def _rows(
    offices: Sequence[Office], tree: Mapping[str, Office], kinds: Mapping[str, Kind], today: str
) -> tuple[UnitRow, ...]:
    answers_for = numbers_below([each.code for each in offices], tree)
    return tuple(
        _row(each, kinds.get(each.kind), answers_for[each.code], today) for each in offices
    )


def _row(office: Office, kind: Kind | None, answers_for: int, today: str) -> UnitRow:
    return UnitRow(
        code=office.code,
        number=office.number,
        label=office.label,
        kind=kind_words(kind) if kind else office.kind,
        times=times_of(office, today),
        href=url_for("offices.show", of=office.code),
        below=ngettext("%(count)s unit below", "%(count)s units below", answers_for)
        if answers_for
        else "",
        ended=bool(office.valid_to),
    )


def _title(here: Office | None, found: Sequence[Office], words: str) -> str:
    if words:
        return ngettext(
            "%(count)s unit found for “%(words)s”",
            "%(count)s units found for “%(words)s”",
            len(found),
            words=words,
        )
    if here is not None:
        return here.label
    return (
        ngettext("%(count)s unit", "%(count)s units", len(found)) if found else gettext("Offices")
    )


def _nation(here: Office | None, scope: Scope) -> NationForm | None:
    """None where the table is not there, or the caller may put nothing where it would stand."""
    if not is_there() or not (here or scope.everywhere):
        return None
    provinces = nation().provinces.values()
    return NationForm(
        action=url_for("office_import.of_the_nation"),
        below=here.code if here else "",
        place=here.label if here else "",
        provinces=tuple(Option(each.number, each.label) for each in provinces),
    )


def _above(here: Office | None, tree: Mapping[str, Office], scope: Scope) -> tuple[Step, ...]:
    """The way from the top down to ``here``, as far as the caller may see."""
    if here is None:
        return ()
    way = [code for code in within(here.code, tree)[:-1] if code != EVERYWHERE]
    seen = (tree[code] for code in way if scope.sees_office(within(code, tree)))
    links = (Step(url_for("offices.show", of=each.code), each.label) for each in seen)
    return (Step(url_for("offices.show"), gettext("All units")), *links)

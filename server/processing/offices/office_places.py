"""Where offices are, and where a record of one may be expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from server.errors import NotUnderstood, OfficeUnknown
from server.model.offices import Area, Office, within
from server.model.scope import Scope
from server.processing.forms.shelf import Shelf
from server.processing.photos.picture_facts import Place
from server.storage.offices import Change
from server.storage.stores import Stores


def places_of(code: str | None, shelf: Shelf) -> tuple[Place, ...]:
    """The office and those that stand below it, since its people work there too. Nothing where the
    place of one of them is not known: a record may be beside that one."""
    all_below = shelf.below(code) if code else ()
    subtree = [each for each in all_below if each.code == code or not each.valid_to]
    known = tuple(Place(*each.place) for each in subtree if each.place is not None)
    return known if len(known) == len(subtree) else ()


def grounds_of(
    stores: Stores, offices: Mapping[str, Office], code: str | None
) -> Sequence[tuple[Office, Area]]:
    """The areas in which people of an office work, as far as they are known: its own, or those of
    the units that have, or once had, the number of its commune."""
    office = offices.get(code or "")
    if office is None:
        return ()
    communes = [
        each.code for each in offices.values() if office.commune and each.number == office.commune
    ]
    areas = stores.offices.areas_of([office.code, *communes])
    if office.code in areas:
        return ((office, areas[office.code]),)
    standing_first = sorted(areas, key=lambda each: (bool(offices[each].valid_to), each))
    return tuple((offices[each], areas[each]) for each in standing_first)


def place_office(
    stores: Stores,
    shelf: Shelf,
    scope: Scope,
    code: str,
    *,
    latitude: float,
    longitude: float,
    at: datetime,
) -> Office:
    """Say where an office is. Raises OfficeUnknown, NotUnderstood for what is no place on earth."""
    offices = shelf.offices()
    office = offices.get(code)
    if office is None or not scope.sees_office(within(code, offices)):
        raise OfficeUnknown(code=code)
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise NotUnderstood(
            why_vi="vĩ độ từ -90 đến 90, kinh độ từ -180 đến 180.",
            why_en="a latitude is from -90 to 90, a longitude from -180 to 180.",
        )
    placed = replace(office, place=(longitude, latitude))
    stores.offices.change(Change((placed,)), at)
    shelf.forget()
    return placed

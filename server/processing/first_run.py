"""What an empty house is given: its offices, the form library, and a first administrator."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath

from server.access.credentials import new_password
from server.access.verbs import ADMINISTRATOR
from server.errors import EngineTrouble
from server.model.offices import Kind, Office
from server.model.people import Actor
from server.model.scope import EVERYWHERE, WHOLE_HOUSE
from server.processing.accounts.people import add_person
from server.processing.forms.library import library
from server.processing.forms.publish import Publication, publish
from server.processing.forms.shelf import Shelf
from server.processing.offices.office_registers import keep_office_registers
from server.processing.registers.given_registers import give_registers
from server.storage.offices import Change
from server.storage.stores import Stores

CENTRE = "TT"
_BY = "caunoi"
_CENTRE_LABEL = "Trung tâm Công tác xã hội"


@dataclass(frozen=True, slots=True)
class FirstRun:
    """``admin`` and ``password`` only when the first administrator has just been made."""

    forms: tuple[str, ...] = ()
    admin: Actor | None = None
    password: str | None = None


def set_up(
    stores: Stores,
    shelf: Shelf,
    forms: Path,
    *,
    project: int,
    at: datetime,
    email: str | None,
    password: str | None,
) -> FirstRun:
    """Give what is missing; a second run gives nothing. Raises EngineTrouble (R21)."""
    _refuse_a_stranger(stores, project)
    _give_offices(stores, read_offices(forms / "shared" / "van_phong.csv"), at)
    if not stores.offices.kinds() and (kinds := read_kinds(forms / "units" / "kinds.csv")):
        stores.offices.change(Change(kinds=kinds), at)
    stores.offices.journal_what_it_lacks(at)
    published = _give_library(stores, forms, project, at)
    give_registers(stores, forms, project)
    keep_office_registers(stores, project, at, office_ids(forms / "shared" / "van_phong.csv"))
    shelf.forget()
    if stores.actors.any_person():
        return FirstRun(published)
    chosen = password or new_password()
    admin = add_person(
        stores,
        shelf,
        WHOLE_HOUSE,
        email=email or "admin@caunoi.local",
        name="Quản trị",
        password=chosen,
        role=ADMINISTRATOR,
        office=EVERYWHERE,
        at=at,
        must_change=password is None,
    )
    return FirstRun(published, admin, chosen)


def _refuse_a_stranger(stores: Stores, project: int) -> None:
    """A setting that names another database by mistake must not look like a new house."""
    if stores.forms.with_binned(project) or stores.actors.any_person():
        return
    if any(each.kind == "record" for each in stores.journal.places()):
        raise EngineTrouble(
            why=f"it is empty, but the journal in {stores.journal.folder} has records. Look at "
            "CAUNOI_DB and CAUNOI_MONGO_URI; if the data were lost, run: python3 caunoi.py replay"
        )


def _is_unfinished(stores: Stores) -> bool:
    """The administrator is made last: without one, a start may have been cut off anywhere."""
    return not stores.actors.any_person()


def _give_offices(stores: Stores, given: list[Office], at: datetime) -> None:
    """Once; where a start was cut off, the rest of them, unless there are others by now."""
    there = stores.offices.tree().keys()
    if not there or (_is_unfinished(stores) and there < {each.code for each in given}):
        stores.offices.change(Change([each for each in given if each.code not in there]), at)


def read_offices(path: Path) -> list[Office]:
    """The offices of a CSV with ``ma_vp, label, cap, cum``, below one centre.

    A commune's or a school's office stands under the district-type office of its cluster, where
    there is one; levels are data and nothing here depends on their names but that.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    heads = {row["cum"]: row["ma_vp"] for row in rows if row["cap"] == "huyen"}
    offices = [Office(code=CENTRE, label=_CENTRE_LABEL, kind="tinh")]
    for row in rows:
        head = heads.get(row["cum"])
        offices.append(
            Office(
                code=row["ma_vp"],
                label=row["label"],
                kind=row["cap"],
                cluster=row["cum"],
                parent=head if head and head != row["ma_vp"] else CENTRE,
                commune=row.get("xa_moi_ma", ""),
            )
        )
    return offices


def read_kinds(path: Path) -> list[Kind]:
    """What the levels of the tree are called: ``code, vi, en``, and ``listed`` where forms offer
    its units as offices."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Kind(row["code"], row["vi"], row["en"], row["listed"] == "1")
            for row in csv.DictReader(file)
        ]


def office_ids(path: Path) -> dict[str, str]:
    """The UUIDs under which forms know the offices of that CSV, by code."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["ma_vp"]: row["name"] for row in csv.DictReader(file)}


def _give_library(stores: Stores, forms: Path, project: int, at: datetime) -> tuple[str, ...]:
    """Once; where a start was cut off, the rest of it, unless there are other forms by now."""
    there = [each.key for each in stores.forms.with_binned(project)]
    by = {first[1] for first in stores.forms.first_versions(there).values()}
    if there and not (_is_unfinished(stores) and by == {_BY}):
        return ()
    titles, ids = [], {each.form_id for each in there}
    for each in library(forms):
        if PurePath(each.name).stem in ids:
            continue
        publication = Publication(
            project=project,
            file_name=each.name,
            source=each.source,
            media={},
            by=_BY,
            at=at,
            offered=each.media,
            # ODK Validate has passed the library before it was released; Java takes seconds a form.
            validate=False,
        )
        titles.append(publish(stores, publication).version.title)
    return tuple(titles)

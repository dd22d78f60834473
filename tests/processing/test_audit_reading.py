"""Who may know what an entry of the access log is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from exports.access_log import access_log
from server.model.audit import Act, Entry, Logged
from server.model.offices import Office
from server.model.scope import EVERYWHERE, Reach, Scope
from server.processing.duties.audit_reading import naming
from server.xforms.levels import Level

_TREE = {"TT": None, "VP01": "TT", "VP02": "VP01", "VP03": "VP01", "VP09": "TT"}
OFFICES = {code: Office(code, code, parent=above) for code, above in _TREE.items()}
HONG = ("TT", "VP01", "VP02")  # a record of VP02


@pytest.mark.parametrize(
    ("reader", "act", "places", "may"),
    [
        ("VP02", Act.READ, HONG, True),
        ("VP01", Act.READ, HONG, True),
        ("VP03", Act.READ, HONG, False),
        ("VP09", Act.READ, HONG, False),
        # A list of several offices, looked at by somebody above all of them.
        ("VP02", Act.LISTED, (*HONG, "VP03"), False),
        ("VP01", Act.LISTED, (*HONG, "VP03"), True),
        ("VP01", Act.LISTED, (*HONG, "VP09"), False),
        (EVERYWHERE, Act.LISTED, (*HONG, "VP09"), True),
        # What somebody looked for in vain may be another office's.
        ("VP01", Act.REFUSED, (), False),
        (EVERYWHERE, Act.REFUSED, (), True),
    ],
)
def test_an_office_is_named_only_what_is_all_its_own(
    reader: str, act: Act, places: tuple[str, ...], may: bool
) -> None:
    entry = Entry(at=datetime(2026, 11, 28, tzinfo=UTC), act=act, places=places)
    assert naming(Scope.of([reader]), OFFICES)(entry) is may


@pytest.mark.parametrize(
    ("things", "shown", "may"),
    [
        (("1/vang_gia/uuid:a",), (), True),
        (("1/ho_so_ctv/uuid:a",), (), False),
        ((), ("1/vang_gia/uuid:a", "1/ho_so_ctv/uuid:b"), False),
        (("entity:1/tre_em/a", "list:1/tre_em"), (), True),
        (("entity:1/ctv/a",), (), False),
        (("list:1/ctv",), (), False),
        (("phone:a",), (), True),
    ],
)
def test_who_answers_for_some_forms_is_named_nothing_of_others(
    things: tuple[str, ...], shown: tuple[str, ...], may: bool
) -> None:
    reach = Reach(EVERYWHERE, frozenset(["vang_gia"]), Level.SPECIAL, frozenset(["tre_em"]))
    entry = Entry(datetime(2026, 11, 28, tzinfo=UTC), Act.READ, things=things, shown=shown)
    assert naming(Scope(frozenset([reach])), OFFICES)(entry) is may


def test_what_a_role_answers_for_elsewhere_names_nothing_here() -> None:
    here = Reach("VP01", frozenset(["vang_gia"]), Level.SPECIAL, frozenset())
    may_name = naming(Scope(frozenset([here, Reach("VP09")])), OFFICES)
    for form_id, may in (("vang_gia", True), ("ho_so_ctv", False)):
        things = (f"1/{form_id}/uuid:a",)
        entry = Entry(datetime(2026, 11, 28, tzinfo=UTC), Act.READ, things=things, places=HONG)
        assert may_name(entry) is may
        assert may_name(replace(entry, places=("TT", "VP09")))


def test_why_somebody_looked_is_in_the_file_only_beside_what_it_is_about() -> None:
    entry = Entry(datetime(2026, 11, 28, tzinfo=UTC), Act.READ, why="Bé Na bị đánh")
    for may in (True, False):
        made = access_log([Logged(1, "", "", entry)], lambda _, may=may: may)
        assert ("Bé Na" in b"".join(made).decode()) is may

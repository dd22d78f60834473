"""Who may know what an entry of the access log is about."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from server.model.audit import Act, Entry
from server.model.offices import Office
from server.model.scope import EVERYWHERE, Scope
from server.processing.audit_reading import may_name

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
    assert may_name(Scope.of([reader]), entry, OFFICES) is may

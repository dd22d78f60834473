"""The nation's table of communes: as units of the tree, with what became of the old ones."""

from __future__ import annotations

from importlib.machinery import ModuleSpec

import pytest

from exports.units import units_csv
from server.errors import NotUnderstood
from server.model.offices import Office, current
from server.model.scope import WHOLE_HOUSE
from server.processing.offices import national_units
from server.processing.offices.national_units import is_there, nation, units_of
from server.processing.offices.office_file import COLUMNS, read_units
from server.processing.offices.office_plan import plan_units
from tests.javarosa.filler import FORMS

CENTRE = {"TT": Office("TT", "Trung tâm")}


def plan_of(province: str, below: str = "", *, with_old: bool = True):  # type: ignore[no-untyped-def]
    units = units_of(province, below, with_old=with_old)
    file = read_units(b"".join(units_csv(COLUMNS, units)))
    return plan_units(file, CENTRE, {}, WHOLE_HOUSE)


def test_quang_ninh_is_as_its_own_file_has_it() -> None:
    file = read_units((FORMS / "units" / "quang_ninh.csv").read_bytes())
    written = plan_units(file, CENTRE, {}, WHOLE_HOUSE)
    read = plan_of("22", "TT")
    assert (read.changes, read.problems) == (written.changes, ())
    assert len(read.changes) == 171 + 54


def test_a_province_of_several_former_ones_stands_at_the_top_by_itself() -> None:
    """Phú Thọ of Phú Thọ, Vĩnh Phúc and Hòa Bình, as far as Vĩnh Phúc's file goes."""
    read = {each.after.code: each.after for each in plan_of("25").changes}
    assert read["25"].parent is None
    file = read_units((FORMS / "units" / "vinh_phuc.csv").read_bytes())
    written = plan_units(file, CENTRE, {}, WHOLE_HOUSE)
    for unit in (each.after for each in written.changes):
        assert (read[unit.code].label, read[unit.code].above) == (unit.label, unit.above)
    assert len(read) > len(written.changes)


def test_the_whole_nation_fits_one_tree() -> None:
    """Every old unit ends in one of its province's, and no code stands for two."""
    tree: dict[str, Office] = {}
    for province in nation().provinces:
        units = units_of(province, "", with_old=True)
        assert not tree.keys() & {each.code for each in units}
        tree |= {each.code: each for each in units}
    standing = [each for each in tree.values() if not each.valid_to]
    assert (len(nation().provinces), len(standing) - 34, len(tree)) == (34, 3321, 13395)
    fresh = [each.code for each in standing if each.commune and "@" not in each.code]
    assert len(fresh) == 5, "numbers that no unit had before are plain"
    for unit in tree.values():
        now = current(unit.code, tree)
        assert now is not None
        assert (not now.valid_to, now.parent) == (True, unit.parent)


def test_without_the_old_ones_a_code_is_what_it_is_with_them() -> None:
    """So that they can be brought in later."""
    alone = {each.after.code for each in plan_of("22", "TT", with_old=False).changes}
    assert len(alone) == 54
    assert alone < {each.after.code for each in plan_of("22", "TT").changes}


def test_a_house_without_the_table_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotUnderstood):
        units_of("99", "", with_old=True)

    def nowhere(_: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(national_units, "find_spec", nowhere)
    nation.cache_clear()
    assert not is_there()
    with pytest.raises(NotUnderstood):
        units_of("22", "", with_old=True)

"""Names in short, as phones carry them, and whole again when a form sends them back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.model.entities import Contribution, EntityRow, Order, Origin
from server.model.entity_state import state_of
from server.model.short_names import short_label, short_name, short_row, usual_names

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
NAME, SHORT = "Nguyễn Văn An", "N.V. An"


@pytest.mark.parametrize(
    ("whole", "short"),
    [
        (NAME, SHORT),
        ("nguyễn văn an", "N.V. an"),
        ("Đặng  Thị\u00a0Ánh", "Đ.T. Ánh"),
        ("Bà Trần Thị Ba", "Bà T.T. Ba"),
        ("An", "An"),
        ("Bé Na", "Bé Na"),
        ("(chưa rõ tên)", "(chưa rõ tên)"),
        ("(Nguyễn Văn An)", "(N.V. An)"),
        ("", ""),
    ],
)
def test_a_name_in_short(whole: str, short: str) -> None:
    assert short_name(whole) == short
    assert short_name(short) == short


@pytest.mark.parametrize(
    ("label", "names", "short"),
    [
        ("Nguyễn Văn An (2014) TE-26-3fa9", [NAME], "N.V. An (2014) TE-26-3fa9"),
        ("Nguyễn Văn Hùng – Thôn Đồng Mậu", ["Nguyễn Văn Hùng"], "N.V. Hùng – Thôn Đồng Mậu"),
        ("trần thị ba (2015)", ["trần thị ba"], "T.T. ba (2015)"),
        # Named anew since the label was made, or in no property.
        ("Nguyễn Văn An (2014)", ["Lê Thị Bình"], "N.V. An (2014)"),
        ("Nguyễn Văn An (2014)", ["An"], "N.V. An (2014)"),
        ("Trạm y tế xã Quảng La", [], "Trạm y tế xã Quảng La"),
        ("TH-2026-ab12 • 2026-01-02 • cao", [], "TH-2026-ab12 • 2026-01-02 • cao"),
    ],
)
def test_a_label_holds_no_full_name(label: str, names: list[str], short: str) -> None:
    assert short_label(label, names) == short


def test_a_row_has_none_in_its_properties_either() -> None:
    row = EntityRow("1", f"{NAME} (2014)", 3, {"ho_ten": NAME, "thon": "Đồng Mậu"})
    names = usual_names(("thon", "ho_ten", "ten_vp", "ten_lop"))
    assert names == ("ho_ten",)
    others = ("ho_ten_cha", "tre_ho_ten", "hoten_me", "ten_day_du", "ten_nan_nhan", "name_child")
    assert usual_names(others) == others
    assert short_row(row, names) == EntityRow(
        "1", "N.V. An (2014)", 3, {"ho_ten": SHORT, "thon": "Đồng Mậu"}
    )


def said(number: int, base: int | None, label: str = "", **data: str) -> Contribution:
    """What a record says; the first makes the entry."""
    order = Order(
        create=base is None,
        update=base is not None,
        label=label,
        data=data,
        trunk=base,
        base=base,
        made=f"{number}",
    )
    return Contribution(
        source=f"s{number}",
        origin=Origin.RECORD,
        orders=(order,),
        count=1,
        at=AT + timedelta(minutes=number),
        by="Máy",
        creates=base is None,
    )


MADE = said(0, None, f"{NAME} (2014)", ho_ten=NAME, thon="Khu 1")


def test_who_sends_a_short_name_back_changes_no_name() -> None:
    state = state_of((MADE, said(1, 1, f"{SHORT} (2014)", ho_ten=SHORT, thon="Khu 2")))
    assert (state.label, dict(state.data)) == (
        f"{NAME} (2014)",
        {"ho_ten": NAME, "thon": "Khu 2"},
    )
    assert dict(state.steps[1].changed) == {"thon": ("Khu 1", "Khu 2")}
    # A label that says something new beside the name has it whole.
    state = state_of((MADE, said(1, 1, f"{SHORT} (2015)", ho_ten=SHORT)))
    assert (state.label, state.data["ho_ten"]) == (f"{NAME} (2015)", NAME)


def test_a_name_that_was_mended_meanwhile_stays_mended_and_is_no_conflict() -> None:
    mended = said(1, 1, "Nguyễn Văn Ân (2014)", ho_ten="Nguyễn Văn Ân")
    echo = said(2, 1, f"{SHORT} (2014)", ho_ten=SHORT, thon="Khu 2")
    for order in ((MADE, mended, echo), (echo, mended, MADE)):
        state = state_of(order)
        assert (state.label, state.data["ho_ten"]) == ("Nguyễn Văn Ân (2014)", "Nguyễn Văn Ân")
        assert not any(each.clashing for each in state.steps)


def test_another_name_is_another_name_and_people_may_say_a_short_one() -> None:
    state = state_of((MADE, said(1, 1, "Lê Thị Bình (2014)", ho_ten="Lê Thị Bình")))
    assert (state.label, state.data["ho_ten"]) == ("Lê Thị Bình (2014)", "Lê Thị Bình")
    by_hand = replace(said(1, 1, ho_ten=SHORT), origin=Origin.IMPORT)
    assert state_of((MADE, by_hand)).data["ho_ten"] == SHORT

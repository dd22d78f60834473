"""Names in short, as phones carry them, and whole again when a form sends them back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.model.entities import Contribution, EntityRow, Order, Origin
from server.model.entity_state import state_of
from server.model.short_names import full_again, short_label, short_name, short_row, usual_names

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
    by_people = ("Họ và tên", "Họ tên mẹ", "họ_tên", "HỌ TÊN", "Tên trẻ", "hoTen")
    assert usual_names((*by_people, "Tên thôn", "Thôn", "Năm sinh")) == by_people
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


@pytest.mark.parametrize(
    ("whole", "short"),
    [
        ("Phạm Nguyễn Hà An", "P.N.H. An"),
        ("Hà An Bình", "H.A. Bình"),
        ("Tôn Nữ Thị Ngọc Bình", "T.N.T.N. Bình"),
        ("Lê Văn Bản", "L.V. Bản"),
        ("Trần Thị Thôn", "T.T. Thôn"),
        ("Nguyễn Văn Thành", "N.V. Thành"),
        ("Giàng A Páo", "G.A. Páo"),
        ("Sùng Thị Mỷ", "S.T. Mỷ"),
        ("Chìu Dảu Múi", "C.D. Múi"),
        ("H'Hen Niê", "H. Niê"),
        ("H’ Bia Byă", "H’ B. Byă"),
        ("Y Moan Ênuôl", "Y.M. Ênuôl"),
        ("Thị Sa Rây", "T.S. Rây"),
        ("Nguyễn-Văn-An", "N.V. An"),
        ("Nguyễn_Văn_An", "N.V. An"),
        ("NGUYỄN VĂN AN", "N.V. AN"),
        ("Nguyễn Văn An (Thôn Đồng Mậu)", "N.V. An (Thôn Đồng Mậu)"),
        ("nguyễn văn an - thôn đồng mậu", "N.V. an - thôn đồng mậu"),
        ("Nguyễn Văn An (con bà Lê Thị Bình)", "N.V. An (con bà L.T. Bình)"),
        ("Nguyễn Văn An, trưởng thôn Lê Thị Bình", "N.V. An, trưởng thôn L.T. Bình"),
    ],
)
def test_names_of_all_peoples_stand_short(whole: str, short: str) -> None:
    assert short_name(whole) == short
    assert short_name(short_name(whole)) == short_name(whole)


@pytest.mark.parametrize(
    ("label", "short"),
    [
        ("Thôn Nguyễn Văn An (2014)", "Thôn N.V. An (2014)"),
        ("bản Giàng A Páo", "bản G.A. Páo"),
        ("Xóm Hà Văn Lâm", "Xóm H.V. Lâm"),
        ("Thôn Đồng Mậu Nguyễn Văn An", "Thôn Đồng Mậu N.V. An"),
        ("Thôn Đồng Mậu Lê Bình", "Thôn Đồng Mậu L. Bình"),
        ("Trưởng thôn Lê Bình", "Trưởng thôn L. Bình"),
        ("Bí thư xã Trần Thị Ba", "Bí thư xã T.T. Ba"),
        ("tổ trưởng tổ dân phố Lê Bình", "tổ trưởng tổ dân phố L. Bình"),
        ("Thị Sa Rây (2012)", "T.S. Rây (2012)"),
        ("Trường Nguyễn Thị Hoa", "Trường N.T. Hoa"),
    ],
)
def test_a_name_behind_the_word_for_a_place_stands_short(label: str, short: str) -> None:
    assert short_label(label, ()) == short


@pytest.mark.parametrize(
    "label",
    [
        "Thôn Hà An",
        "Thôn An Bình – Xã Bình Liêu",
        "thôn Đồng Mậu, xã Quảng La",
        "Thị xã Quảng Yên",
        "Thị Trấn Ba Chẽ",
        "Thành Phố Hạ Long",
        "Đặc khu Vân Đồn",
        "Tổ Dân Phố Bình An",
        "phường Lê Lợi",
        "Trường THCS Lê Lợi",
        "Bản Khe Vàng",
        "Trưởng thôn Đồng Mậu",
    ],
)
def test_places_stay_readable(label: str) -> None:
    assert short_label(label, ()) == label
    assert short_label(f"Nguyễn Văn An – {label}", ["Nguyễn Văn An"]) == f"{SHORT} – {label}"


@pytest.mark.parametrize(
    ("label", "short"),
    [
        (f"{NAME}, mẹ Lê Thị Bình", f"{SHORT}, mẹ L.T. Bình"),
        (f"{NAME} (mẹ: Lê Bình)", f"{SHORT} (mẹ: L. Bình)"),
        (f"{NAME} con bà Hà Bình", f"{SHORT} con bà H. Bình"),
        (f"{NAME} – Chảo Láo Tả", f"{SHORT} – C.L. Tả"),
        ("NGUYỄN VĂN AN (2014)", "N.V. AN (2014)"),
        ("Nguyễn văn an (2014)", "N.V. an (2014)"),
        (f"{NAME} – Đồng Mậu", f"{SHORT} – Đồng Mậu"),
        (f"{NAME} – Hộ Nghèo", f"{SHORT} – Hộ Nghèo"),
        (f"{NAME} – Khe Vàng Dưới", f"{SHORT} – Khe Vàng Dưới"),
    ],
)
def test_beside_a_known_name_others_stand_short_and_hamlets_do_not(label: str, short: str) -> None:
    data = {"ho_ten": NAME, "thon_to": "Khe Vàng Dưới", "muc": "cao"}
    assert short_row(EntityRow("1", label, 3, data), ("ho_ten",)).label == short


def test_a_hamlet_that_an_entry_names_stays_readable_where_its_name_is_not_known() -> None:
    row = EntityRow("1", f"{NAME} – Đồng Mậu", 3, {"thon": "Đồng Mậu"})
    assert short_row(row, ()).label == f"{SHORT} – Đồng Mậu"


@pytest.mark.parametrize(
    ("echo", "becomes"),
    [
        (f"{SHORT}, mẹ L.T. Bình, Đồng Mậu", None),
        (f"{SHORT}, mẹ L.T. Bình, Khe Vàng", f"{NAME}, mẹ Lê Thị Bình, Khe Vàng"),
        ("P.N.V. An, mẹ L.T. Bình", "P.N.V. An, mẹ Lê Thị Bình"),
    ],
)
def test_all_short_names_of_a_label_come_back_whole(echo: str, becomes: str | None) -> None:
    label = f"{NAME}, mẹ Lê Thị Bình, Đồng Mậu"
    made = said(0, None, label, ho_ten=NAME, thon="Đồng Mậu")
    state = state_of((made, said(1, 1, echo, ho_ten=SHORT, thon="Đồng Mậu")))
    assert state.label == (becomes or label)


@pytest.mark.parametrize(
    "label",
    [f"{NAME} Lê Thị Bình", "Khe Vàng Lê Thị Bình", "Trưởng thôn Lê Bình, Khe Vàng Hà Ngọc Nam"],
)
def test_what_a_phone_had_comes_back_as_it_was(label: str) -> None:
    data = {"ho_ten": NAME, "thon": "Khe Vàng"}
    had = short_row(EntityRow("1", label, 1, data), ("ho_ten",)).label
    assert had != label
    assert full_again(had, label, data, data) == label

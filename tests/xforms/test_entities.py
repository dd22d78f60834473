"""What a form promises to do to registers, and what its records order (ODK Entities)."""

from __future__ import annotations

import pytest

from server.xforms.entities import EntityOrder, entity_id, read_entity_orders
from server.xforms.form import EntityBlock, Form
from server.xforms.read_form import read_form
from server.xforms.xml import parse
from tests.javarosa.filler import FORMS, xform

UUID = "0f0e0d0c-0b0a-4908-8706-050403020100"


@pytest.fixture(scope="module")
def visit() -> Form:
    return read_form(xform("vang_gia"))


def orders(form: Form, inside: str) -> tuple[EntityOrder, ...]:
    return read_entity_orders(form, parse(f"<data>{inside}</data>".encode())).orders


def child(attributes: str, inside: str = "") -> str:
    entity = f'<entity dataset="tre_em" {attributes}/>'
    return f"<tre_gap>{inside}<meta>{entity}</meta></tre_gap>"


def test_a_visit_changes_the_household_and_each_child(visit: Form) -> None:
    assert visit.entity_lists == ("tre_em", "ho_gia_dinh")
    children, household = visit.entities
    assert children == EntityBlock(
        "tre_em",
        ("tre_gap",),
        (("muc_nguy_co", ("muc_tre",)), ("lan_gap_cuoi", ("tre_gap_cuoi",))),
    )
    assert household.within == ("e_ho",)
    assert ("vg_cuoi", ("s_lan_cuoi",)) in household.saves


def test_a_question_in_a_group_saves_to_the_record_s_own_entity() -> None:
    [block] = read_form(xform("khao_sat_nhu_cau")).entities
    assert block.within == ()
    assert ("ho_ten", ("e_tre", "s_ten")) in block.saves


def test_a_sample_orders_what_it_says() -> None:
    form = read_form(xform("khao_sat_nhu_cau"))
    sample = (FORMS / "khao_sat_nhu_cau/samples/khao_sat_nhu_cau_1.xml").read_bytes()
    [order] = read_entity_orders(form, parse(sample)).orders
    assert (order.list, order.create, order.update) == ("tre_em", True, False)
    assert (
        order.label
        == f"{order.data['ho_ten']} ({order.data['ngay_sinh'][:4]}) " + (order.data["ma_tre"])
    )


def test_each_round_of_a_repeat_orders_for_its_own_child(visit: Form) -> None:
    other = UUID.replace("0f0e", "1f1e")
    inside = (
        child(f'update="1" id="{UUID}" baseVersion="3" trunkVersion="2" branchId="{other}"')
        + child('update="0" id=""')
        + child(f'update="true" id="uuid:{other.upper()}"', "<muc_tre>cao</muc_tre>")
    )
    first, second = orders(visit, inside)
    assert (first.id, first.base, first.trunk, first.branch) == (UUID, 3, 2, other)
    assert (first.place, second.place) == ("tre_gap[1]", "tre_gap[3]")
    assert (second.id, second.base, second.data) == (other, None, {"muc_nguy_co": "cao"})


def test_a_question_that_was_not_relevant_changes_nothing_and_an_empty_one_empties(
    visit: Form,
) -> None:
    [order] = orders(visit, child(f'update="1" id="{UUID}"', "<muc_tre/>"))
    assert order.data == {"muc_nguy_co": ""}


def test_a_block_without_an_entity_is_named(visit: Form) -> None:
    named = child('create="1" id="Na"')
    root = parse(f"<data>{named}</data>".encode())
    assert read_entity_orders(visit, root).odd == ("tre_gap",)


@pytest.mark.parametrize("text", [None, "", "Na", "1", UUID + "0", f"{UUID}\n{UUID}"])
def test_what_is_no_uuid_is_no_entity(text: str | None) -> None:
    assert entity_id(text) == ""


@pytest.mark.parametrize("version", ["1.0", "-1", "", "x", "1" * 12, "²"])
def test_a_version_that_is_no_number_is_none(visit: Form, version: str) -> None:
    [order] = orders(visit, child(f'update="1" id="{UUID}" baseVersion="{version}"'))
    assert order.base is None

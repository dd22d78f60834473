"""May they? Roles, and where."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from server.access.granting import carried, may_renew, phone_grant
from server.access.verbs import (
    ADMINISTRATOR,
    CASE_MANAGER,
    COLLABORATOR,
    PHONE,
    PHONE_ROLES,
    ROLES,
    Verb,
    may,
    scope_for,
)
from server.model.offices import Office
from server.model.people import Actor, ActorKind, Grant
from server.model.scope import EVERYWHERE, Scope
from server.xforms.levels import Level

OFFICES = {
    each.code: each
    for each in (
        Office("VP01", "Hạ Long"),
        Office("VP02", "Hồng Hà", parent="VP01"),
        Office("VP09", "Tiên Yên"),
    )
}


def actor(*grants: Grant, revoked: bool = False) -> Actor:
    revoked_at = datetime(2026, 11, 24, tzinfo=UTC) if revoked else None
    return Actor("1", ActorKind.PERSON, "Lan", grants, revoked_at=revoked_at)


def test_an_administrator_may_do_everything_everywhere() -> None:
    admin = actor(Grant(ADMINISTRATOR, EVERYWHERE))
    assert all(scope_for(admin, verb).everywhere for verb in Verb)


def test_a_case_manager_works_in_her_own_offices_and_manages_no_people() -> None:
    lan = actor(Grant(CASE_MANAGER, "VP01"))
    assert scope_for(lan, Verb.REVIEW_RECORDS) == Scope.of(["VP01"])
    for verb in (Verb.MANAGE_PEOPLE, Verb.PUBLISH_FORMS, Verb.DELETE_RECORDS):
        assert not may(lan, verb)


def test_a_phone_fetches_and_sends_and_reads_nothing() -> None:
    phone = actor(Grant(PHONE, "VP02"))
    assert {verb for verb in Verb if may(phone, verb)} == {Verb.FETCH_FORMS, Verb.SEND_RECORDS}


def test_each_grant_counts_where_it_was_given() -> None:
    both = actor(Grant(CASE_MANAGER, "VP01"), Grant(PHONE, "VP09"))
    assert scope_for(both, Verb.READ_RECORDS) == Scope.of(["VP01"])
    assert scope_for(both, Verb.SEND_RECORDS) == Scope.of(["VP01", "VP09"])


@pytest.mark.parametrize("verb", Verb)
def test_whose_access_ended_may_nothing(verb: Verb) -> None:
    assert not may(actor(Grant(ADMINISTRATOR, EVERYWHERE), revoked=True), verb)


def test_a_role_that_is_no_more_gives_nothing() -> None:
    assert not may(actor(Grant("giám sát cũ", EVERYWHERE)), Verb.READ_RECORDS)


def test_every_verb_is_given_to_somebody() -> None:
    assert frozenset().union(*ROLES.values()) == frozenset(Verb)


@pytest.mark.parametrize(
    ("role", "sends", "reads"),
    [
        ("inspector", "kiem_tra_van_phong khac_phuc_ton_tai", None),
        (
            "team_manager",
            "ho_so_ctv danh_gia_ctv dao_tao ke_hoach",
            "ho_so_ctv danh_gia_ctv dao_tao ke_hoach phan_hoi",
        ),
        ("school_office", "vang_gia tiep_nhan_danh_gia nhat_ky_tu_van truyen_thong", None),
        (
            "collaborator",
            "vang_gia khao_sat_nhu_cau nhat_ky_tu_van truyen_thong danh_gia_ctv",
            "",
        ),
        ("team_leader", "danh_gia_ctv bao_cao_thang", "ho_so_ctv danh_gia_ctv bao_cao_thang"),
        ("commune_chair", "danh_gia_ctv", "danh_gia_ctv quan_ly_truong_hop"),
        ("report_viewer", "", ""),
        ("system_admin", "", ""),
    ],
)
def test_each_fills_in_the_forms_of_their_work_and_no_others(
    role: str, sends: str, reads: str | None
) -> None:
    """A leader of a team takes nobody on, a chair writes the last step of an evaluation, and who
    gives out the codes of feedback writes none. None: they read more than they send."""
    somebody = actor(Grant(role, "VP02"))

    def forms(verb: Verb) -> set[str]:
        return {name for reach in scope_for(somebody, verb).reaches for name in reach.forms or "*"}

    assert forms(Verb.SEND_RECORDS) == set(sends.split())
    assert forms(Verb.FETCH_FORMS) >= set(sends.split())
    assert reads is None or forms(Verb.READ_RECORDS) == set(reads.split())


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("of_phone", PHONE_ROLES)
def test_nobody_connects_a_phone_that_gets_more_than_they_read(role: str, of_phone: str) -> None:
    giver = actor(Grant(role, "VP01"))
    grant = phone_grant(giver, of_phone, "VP02", OFFICES)
    reading = scope_for(giver, Verb.READ_RECORDS)
    if grant is None:
        nothing_in_common = not any(
            reach.cut_to(each.forms, each.clearance.word)
            for reach in carried(Grant(of_phone, "VP02")).reaches
            for each in reading.reaches
        )
        assert nothing_in_common or Verb.MANAGE_PHONES not in ROLES[role]
        return
    chain = ("*", "VP01", "VP02")
    assert carried(grant).reaches
    assert all(reading.holds(chain, each) for each in carried(grant).reaches)
    assert may_renew(giver, actor(grant), OFFICES)
    assert phone_grant(giver, of_phone, "VP09", OFFICES) is None


def test_a_cluster_office_s_phone_has_its_forms_and_clearance_alone() -> None:
    cluster = actor(Grant("cluster_office", "VP01"))
    grant = phone_grant(cluster, PHONE, "VP02", OFFICES)
    assert grant == Grant(PHONE, "VP02", ("cluster_office",))
    (reach,) = carried(grant).reaches
    assert reach.clearance is Level.SENSITIVE
    assert reach.forms == next(iter(scope_for(cluster, Verb.READ_RECORDS).reaches)).forms
    # Those that were connected before keep what they have, and need somebody who reads it all.
    assert not may_renew(cluster, actor(Grant(PHONE, "VP02")), OFFICES)
    assert may_renew(actor(Grant(CASE_MANAGER, "VP01")), actor(Grant(PHONE, "VP02")), OFFICES)
    assert phone_grant(actor(Grant("system_admin", "*")), COLLABORATOR, "VP02", OFFICES) is None


@pytest.mark.parametrize(
    ("role", "form_id", "otherwise", "named"),
    [
        ("commune_office", "vang_gia", Level.SENSITIVE, Level.SPECIAL),
        ("cluster_office", "vang_gia", Level.SENSITIVE, Level.SPECIAL),
        ("inspector", "vang_gia", Level.NOTHING, Level.SPECIAL),
        ("school_office", "vang_gia", Level.NORMAL, Level.NORMAL),
        ("team_leader", "ho_so_ctv", Level.NORMAL, Level.NORMAL),
        ("commune_chair", "quan_ly_truong_hop", Level.NORMAL, Level.NORMAL),
        ("report_viewer", "vang_gia", Level.NOTHING, Level.NOTHING),
    ],
)
def test_what_a_record_s_worker_reads_is_bounded_by_the_role_of_today(
    role: str, form_id: str, otherwise: Level, named: Level
) -> None:
    """Whoever was named in another role has what this one may."""
    chain = ("*", "VP01", "VP02")
    scope = scope_for(actor(Grant(role, "VP02")), Verb.READ_RECORDS)
    assert scope.clearance(chain, form_id) is otherwise
    assert scope.clearance(chain, form_id, is_named=True) is named

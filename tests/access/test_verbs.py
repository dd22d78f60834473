"""May they? Roles, and where."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from server.access.verbs import ADMINISTRATOR, CASE_MANAGER, PHONE, ROLES, Verb, may, scope_for
from server.model.people import Actor, ActorKind, Grant
from server.model.scope import EVERYWHERE, Scope


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

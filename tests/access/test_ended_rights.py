"""What somebody has in hand when a role or an account ends, or opens more than before: a link by
which a password is chosen, a record that was opened with a reason, the second person's word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.access.credentials import new_token
from server.access.verbs import Verb, scope_for
from server.model.charges import Charge
from server.model.people import Grant
from server.processing.accounts.staff import give_role, take_role
from server.processing.records.review import Judgement, review
from server.services import PROJECT
from tests import registers
from tests.access.asking import person
from tests.lent import lent_app
from tests.records import visit_to
from tests.world import Person, World, forgery_token, post, sign_in

_CHOSEN = "con đường mùa mưa"
_LINK = re.compile(r"(/invitation/\w{64})<")
_REASON = "Trẻ có thể đang gặp nguy hiểm ngay lúc này"


@pytest.fixture(scope="module")
def app(shared_world: World) -> Iterator[Flask]:
    with lent_app(shared_world.house) as app:
        yield app


@pytest.fixture
def hired(shared_world: World, request: pytest.FixtureRequest) -> Callable[..., Person]:
    """Somebody new for each test."""
    test = re.sub(r"\W+", "-", request.node.name)

    def hire(name: str, role: str, office: str = "VP01") -> Person:
        return person(shared_world, f"{name}@{test.strip('-')}.example", role, office)

    return hire


def _entered(app: Flask, who: Person) -> FlaskClient:
    client = app.test_client()
    sign_in(client, who)
    return client


def _of(who: Person) -> str:
    return f"/admin/people/{who.actor.id}"


def _link(client: FlaskClient, whom: Person) -> str:
    """As its maker sees it on the page."""
    found = _LINK.search(post(client, f"{_of(whom)}/link").get_data(as_text=True))
    assert found
    return found[1]


def _chooses(app: Flask, link: str) -> int:
    stranger = app.test_client()
    fields = {"csrf_token": forgery_token(stranger), "chosen": _CHOSEN}
    return stranger.post(link, data=fields).status_code


def _visited(world: World) -> str:
    made = visit_to("Ông Ba").without_files()
    world.send(made.xml)
    return f"/records/vang_gia/{quote(made.instance_id, safe='')}"


def _let_go(world: World, admin: FlaskClient, maker: Person, whom: Person) -> None:
    post(admin, f"{_of(maker)}/end")


def _made_less(world: World, admin: FlaskClient, maker: Person, whom: Person) -> None:
    post(admin, f"{_of(maker)}/roles", role="commune_office", office="VP02")
    post(admin, f"{_of(maker)}/roles/take", role="director", office="VP01")


def _made_more(world: World, admin: FlaskClient, maker: Person, whom: Person) -> None:
    post(admin, f"{_of(whom)}/roles", role="director", office="*")


@pytest.mark.parametrize("ending", [_let_go, _made_less, _made_more])
def test_a_link_opens_no_account_that_its_maker_could_not_open(
    app: Flask,
    shared_world: World,
    hired: Callable[..., Person],
    ending: Callable[[World, FlaskClient, Person, Person], None],
) -> None:
    """Whoever made it has seen it: they leave with a key, or wait until it opens more."""
    admin, maker = _entered(app, shared_world.admin), hired("truong", "director")
    whom = hired("xa", "commune_office", "VP02")
    link = _link(_entered(app, maker), whom)
    assert app.test_client().get(link).status_code == 200
    ending(shared_world, admin, maker, whom)
    assert app.test_client().get(link).status_code == 404
    assert _chooses(app, link) == 404
    assert _chooses(app, _link(admin, whom)) == 303


def test_what_was_opened_with_a_reason_closes_with_the_role(
    app: Flask, shared_world: World, hired: Callable[..., Person]
) -> None:
    """Also for somebody who goes on with the same role elsewhere."""
    house, admin = shared_world.house, shared_world.admin.actor
    who, record = hired("di", "commune_office", "VP02"), _visited(shared_world)
    client = _entered(app, who)
    assert post(client, f"{record}/open", reason=_REASON).status_code == 303
    elsewhere = Grant("commune_office", "VP10")
    give_role(house.stores, house.shelf, admin, who.actor, elsewhere, shared_world.clock())
    assert client.get(record).status_code == 200
    both = house.stores.actors.by_id(who.actor.id)
    assert both is not None
    take_role(house.stores, house.shelf, both, Grant("commune_office", "VP02"))
    assert client.get(record).status_code == 404
    assert client.get(f"{record}/data.json").status_code == 404


def test_an_account_that_was_taken_over_afterwards_is_no_second_person(
    app: Flask, shared_world: World, hired: Callable[..., Person]
) -> None:
    """Who manages people makes links: the asker could choose the other's password."""
    first, second = hired("mot", "director"), hired("hai", "director")
    client, record = _entered(app, first), _visited(shared_world)
    page = post(client, f"{record}/delete", reason="Gửi nhầm khi tập huấn").headers["Location"]
    assert _chooses(app, _link(client, second)) == 303
    other = _entered(app, Person(second.actor, second.email, _CHOSEN))
    refused = post(other, f"{page}/grant")
    assert refused.status_code == 403
    assert "đặt lại mật khẩu bằng liên kết" in refused.get_data(as_text=True)
    assert client.get(record).status_code == 200
    again = post(client, f"{record}/delete", reason="Gửi nhầm khi tập huấn").headers["Location"]
    assert post(other, f"{again}/grant").status_code == 303


def test_work_taken_over_is_shown_while_its_form_is_theirs(
    app: Flask, shared_world: World, hired: Callable[..., Person]
) -> None:
    house, made = shared_world.house, visit_to("Ông Ba").without_files()
    who, other = hired("ke", "commune_office", "VP02"), Grant("team_manager", "VP02")
    shared_world.send(made.xml)
    record = shared_world.record("vang_gia", made.instance_id)
    assert record is not None
    why = Judgement("hasIssues", "Thiếu ảnh căn bếp", made.instance_id)
    scope, at = scope_for(shared_world.lan.actor, Verb.REVIEW_RECORDS), shared_world.clock()
    review(house.stores, scope, shared_world.lan.actor, record.key, made.instance_id, why, at)
    charge = Charge(record.key, made.instance_id, record.office, record.at)
    house.stores.charges.give(charge, who.actor.id)
    client, href = _entered(app, who), quote(made.instance_id, safe="")
    assert href in client.get("/").get_data(as_text=True)
    give_role(house.stores, house.shelf, shared_world.admin.actor, who.actor, other, at)
    both = house.stores.actors.by_id(who.actor.id)
    assert both is not None
    take_role(house.stores, house.shelf, both, Grant("commune_office", "VP02"))
    assert href not in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize("ending", ["end", "roles/take"])
def test_a_draft_s_link_opens_nothing_to_who_designs_no_forms_any_more(
    app: Flask, shared_world: World, hired: Callable[..., Person], ending: str
) -> None:
    """It opens to whoever has it, and they have seen it."""
    who, forms = hired("ve", "system_admin"), shared_world.house.stores.forms
    shared_world.publish(registers.form(), draft_token=new_token())

    def link() -> str:
        [draft] = forms.drafts(PROJECT)
        return f"/v1/test/{draft.draft_token}/projects/{PROJECT}/forms/so_tre/draft.xml"

    seen, anybody, admin = link(), app.test_client(), _entered(app, shared_world.admin)
    assert anybody.get(seen).status_code == 200
    given = {"role": "commune_office", "office": "VP02"}
    assert post(admin, f"{_of(who)}/roles", **given).status_code == 303
    assert post(admin, f"{_of(who)}/roles/take", **given).status_code == 303
    assert anybody.get(seen).status_code == 200, "they design forms still"
    assert post(admin, f"{_of(who)}/roles", **given).status_code == 303
    taken = {"role": "system_admin", "office": "VP01"}
    assert post(admin, f"{_of(who)}/{ending}", **taken).status_code == 303
    assert anybody.get(seen).status_code in (401, 403)
    assert anybody.get(link()).status_code == 200

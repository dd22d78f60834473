"""A house that asks for a second factor of some roles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.app import create_app
from server.errors import BadSettings
from server.services import refuse_unknown_roles
from tests.world import PASSWORD, World, forgery_token, sign_in


def test_whoever_has_such_a_role_sets_it_up_before_anything_else(shared_world: World) -> None:
    roles = frozenset(("case_manager",))
    house = replace(
        shared_world.house, config=replace(shared_world.house.config, second_factor_roles=roles)
    )
    app = create_app(house)
    lan, admin = app.test_client(), app.test_client()
    sign_in(lan, shared_world.lan)
    sign_in(admin, shared_world.admin)
    assert lan.get("/records").headers["Location"] == "/account/second-factor"
    assert "Vai trò của bạn" in lan.get("/account/second-factor").get_data(as_text=True)
    assert admin.get("/records").status_code == 200
    answer = app.test_client().get("/v1/projects", auth=(shared_world.lan.email, PASSWORD))
    assert answer.status_code == 403
    assert forgery_token(lan, "/account/password"), "one's own account stays open"
    phone = app.test_client().get(f"{shared_world.hong.path}/formList")
    assert phone.status_code == 200


def test_a_role_that_is_written_wrongly_stops_the_start(shared_world: World) -> None:
    config = replace(shared_world.house.config, second_factor_roles=frozenset(("adminstrator",)))
    with pytest.raises(BadSettings, match="CAUNOI_SECOND_FACTOR_ROLES"):
        refuse_unknown_roles(config)

"""Pages against those who mean harm."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import pytest
from flask import Flask

from server.app import create_app
from server.errors import WrongPassword
from server.model.sessions import Whence
from tests.pages.conftest import Enter
from tests.records import record_of
from tests.world import PASSWORD, World, forgery_token, sign_in

EVIL = "<script>alert(1)</script>"


def test_an_answer_with_a_script_is_shown_as_text(world: World, enter: Enter) -> None:
    made = record_of("vang_gia").without_files()
    old = made.xml.split(b"<ten_chu_ho>")[1].split(b"<")[0]
    evil = made.saying(b"<ten_chu_ho>" + old, b"<ten_chu_ho>" + escape(EVIL).encode())
    world.send(evil.xml)
    page = enter(world.lan).get(f"/records/vang_gia/{made.instance_id}").get_data(as_text=True)
    assert EVIL not in page
    assert escape(EVIL) in page


def test_a_name_of_megabytes_does_not_make_the_list_as_long(world: World, enter: Enter) -> None:
    """Fifty of them would be a page that no browser shows."""
    made = record_of("vang_gia").without_files()
    strange = b"<%b>1</%b></data>" % (b"e" * 40_000, b"e" * 40_000)
    long = made.saying(b"<instanceName>", b"<instanceName>" + b"Na " * 700_000)
    world.send(long.saying(b"</data>", strange).xml)
    assert len(enter(world.lan).get("/records/vang_gia").data) < 100_000
    [record] = world.records("vang_gia")
    assert record.derived.name.startswith("Na Na Na")
    assert all(len(each.field or "") < 1000 for each in record.all_issues)


def test_a_file_that_claims_to_be_a_photo_is_never_run(world: World, enter: Enter) -> None:
    made = record_of("vang_gia")
    name = next(each for each in made.files if each.endswith(".jpg"))
    world.send(made.xml, {name: b"<html><script>alert(1)</script></html>"})
    answer = enter(world.lan).get(f"/records/vang_gia/{made.instance_id}/files/{name}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "html" not in answer.headers["Content-Type"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-out", "/language", "/phones", "/account/password",
             "/records/vang_gia/uuid:x", "/phones/x/disconnect"],
)  # fmt: skip
def test_no_form_is_taken_without_its_own_page(world: World, enter: Enter, path: str) -> None:
    lan = enter(world.lan)
    answer = lan.post(path, data={"decision": "approved", "name": "x", "office": "VP02"})
    assert answer.status_code == 400
    assert "phiên làm việc đã hết" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "/a\r\nX: y", "//["],
)
def test_signing_in_never_leads_to_another_site(app: Flask, world: World, wanted: str) -> None:
    client = app.test_client()
    fields = {"email": world.lan.email, "password": PASSWORD, "next": wanted}
    answer = client.post("/sign-in", data={**fields, "csrf_token": forgery_token(client)})
    assert answer.headers["Location"] == "/"


def test_guessing_a_password_is_stopped_after_ten_tries(app: Flask, world: World) -> None:
    client = app.test_client()
    token = forgery_token(client)
    fields = {"csrf_token": token, "email": world.lan.email}
    codes = [
        client.post("/sign-in", data={**fields, "password": f"sai{n}"}).status_code
        for n in range(11)
    ]
    assert codes == [401] * 10 + [429]
    right = client.post("/sign-in", data={**fields, "password": PASSWORD})
    assert right.status_code == 429


def test_a_name_that_somebody_made_up_takes_no_room(world: World) -> None:
    """Wrong tries are remembered for a day, and anybody may send thousands of any length."""
    with pytest.raises(WrongPassword):
        world.house.door.password("x" * 400_000, "sai", Whence("10.0.0.1", ""))
    kept = list(world.house.stores.tries._tries.find())
    assert len(str(kept)) < 1000


def test_a_new_password_ends_every_other_session(world: World, enter: Enter) -> None:
    here, elsewhere = enter(world.lan), enter(world.lan)
    fields = {"csrf_token": forgery_token(here, "/account/password"), "current": PASSWORD}
    assert here.post("/account/password", data={**fields, "chosen": "ngan"}).status_code == 400
    answer = here.post("/account/password", data={**fields, "chosen": "con đường mùa mưa"})
    assert answer.status_code == 303
    assert here.get("/records").status_code == 200
    assert elsewhere.get("/records").status_code == 303


def test_signing_in_over_a_session_ends_it(world: World, enter: Enter) -> None:
    """On a shared computer: else it would go on as a program's for hours."""
    client = enter(world.lan)
    with client.session_transaction() as cookie:
        earlier = {"Authorization": f"Bearer {cookie['token']}"}
    assert client.get("/v1/users/current", headers=earlier).status_code == 200
    sign_in(client, world.minh)
    assert client.get("/v1/users/current", headers=earlier).status_code == 401


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_password_in_the_browser_s_own_box_does_not_serve_other_sites(
    app: Flask, world: World, site: str
) -> None:
    client, basic = app.test_client(), (world.admin.email, PASSWORD)
    forged = client.post(
        "/v1/projects/1/forms?publish=true",
        data=b"<h:html/>",
        auth=basic,
        headers={"Sec-Fetch-Site": site},
    )
    assert forged.status_code == 403
    here = {"Sec-Fetch-Site": "none"}
    assert client.get("/v1/projects/1/formList", auth=basic, headers=here).status_code == 200


def test_behind_tls_a_browser_never_comes_back_without(world: World) -> None:
    config = replace(world.house.config, base_url="https://caunoi.example")
    behind_tls = create_app(replace(world.house, config=config)).test_client().get("/sign-in")
    assert behind_tls.headers["Strict-Transport-Security"].startswith("max-age=")
    assert "Secure" in behind_tls.headers["Set-Cookie"]
    bare = create_app(world.house).test_client().get("/sign-in")
    assert "Strict-Transport-Security" not in bare.headers
    assert bare.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_every_answer_tells_a_browser_what_it_may_do(world: World, enter: Enter) -> None:
    lan, phone = enter(world.lan), f"{world.hong.path}/formList"
    for path in ("/records", "/sign-in", "/khong-co", phone, "/v1/projects/1", "/-/alive"):
        said = lan.get(path).headers
        policy = dict(
            each.strip().split(" ", 1) for each in said["Content-Security-Policy"].split(";")
        )
        assert policy.pop("img-src") == "'self' data: blob:"
        nothing = {policy.pop(name) for name in ("object-src", "base-uri", "frame-ancestors")}
        assert nothing == {"'none'"}, path
        assert set(policy.values()) == {"'self'"}, "no script, style or form of anybody else's"
        assert {"default-src", "script-src", "style-src", "form-action"} <= set(policy), path
        assert said["X-Content-Type-Options"] == "nosniff"
        assert said["Referrer-Policy"] == "same-origin"
        assert said["Cross-Origin-Opener-Policy"] == "same-origin"
        assert not any("Access-Control" in name for name, _ in said), "other sites read nothing"


def test_no_script_reads_a_cookie_and_no_other_site_sends_one_along(
    app: Flask, world: World
) -> None:
    client = app.test_client()
    fields = {"csrf_token": forgery_token(client), "email": world.lan.email, "password": PASSWORD}
    cookies = client.post("/sign-in", data=fields).headers.getlist("Set-Cookie")
    assert {each.split("=")[0] for each in cookies} == {"caunoi", "caunoi-known"}
    for each in cookies:
        assert {"HttpOnly", "SameSite=Lax"} <= {part.strip() for part in each.split(";")}, each


def test_a_token_shown_once_is_on_no_later_page(world: World, enter: Enter) -> None:
    lan = enter(world.lan)
    fields = {"csrf_token": forgery_token(lan, "/phones"), "name": "Máy mới", "office": "VP02"}
    shown = lan.post("/phones", data=fields).get_data(as_text=True)
    assert "data:image/svg+xml" in shown
    assert "/v1/key/" not in shown
    assert "data:image/svg+xml" not in lan.get("/phones").get_data(as_text=True)

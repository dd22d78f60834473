"""The pages of the administration are one entry of the main menu, with a row of their own."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient

from server.access.verbs import FEEDBACK_SENDER
from server.model.people import Grant
from tests.pages.conftest import Enter
from tests.pages.looking import open_page, words
from tests.world import Person, World, sign_in

_SECTIONS = ["/admin/offices", "/admin/people", "/admin/audit", "/admin/requests"]


def _enter(app: Flask, someone: Person) -> FlaskClient:
    client = app.test_client()
    sign_in(client, someone)
    return client


def _without_pages(world: World) -> Person:
    """An account that an earlier release gave a role which needs none."""
    lan, email = world.lan.actor, "gop-y@ctxh.example"
    grants = (Grant(FEEDBACK_SENDER, "VP02"),)
    actor = replace(lan, id="tam", name="Lò Văn Tám", email=email, grants=grants)
    world.house.stores.actors.add(actor, within=("*", "TT", "VP01", "VP02"))
    return Person(actor, email)


def test_the_administrator_finds_all_of_them_from_each(app: Flask, shared_world: World) -> None:
    admin = _enter(app, shared_world.admin)
    for path in (*_SECTIONS, "/admin/consents", "/openings"):
        page = open_page(admin, path)
        assert page.xpath("//nav[@class='sections']//a/@href") == _SECTIONS, path
        assert len(page.xpath("//nav[@class='sections']//a[@aria-current]")) == 1, path
        assert page.xpath("//nav[@class='rail']//a[@aria-current]/@href") == ["/admin/offices"]
        assert len(page.xpath("//nav[@class='rail']//a")) <= 7, "what a phone's bottom bar holds"
    assert open_page(admin, "/records").xpath("//nav[@class='sections']") == []


def test_who_administers_nothing_has_no_such_entry(app: Flask, shared_world: World) -> None:
    page = open_page(_enter(app, shared_world.lan), "/")
    assert not any("/admin" in each for each in page.xpath("//nav[@class='rail']//a/@href"))


def test_a_refusal_says_whom_to_ask(world: World, enter: Enter) -> None:
    lan = enter(world.lan)
    said = words(open_page(lan, "/admin/people", 403))
    assert "Bạn không có quyền" in said
    assert "Lãnh đạo Trung tâm" in said
    sender = enter(_without_pages(world))
    assert "người quản lý tài khoản" in words(open_page(sender, "/records", 403))
    assert sender.get("/").headers["Location"] == "/account"
    assert sender.get("/counts").status_code == 403
    page = open_page(sender, "/account")
    assert page.xpath("//nav[@class='rail']//a/@href") == ["/account"]
    assert "chưa mở được trang nào" in words(page)
    assert page.xpath("//form[@action='/sign-out']")

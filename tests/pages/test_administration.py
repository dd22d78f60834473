"""The pages of the administration are one entry of the main menu, with a row of their own."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.pages.looking import open_page
from tests.world import Person, World, sign_in

_SECTIONS = ["/admin/offices", "/admin/people", "/admin/audit", "/admin/requests"]


def _enter(app: Flask, someone: Person) -> FlaskClient:
    client = app.test_client()
    sign_in(client, someone)
    return client


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

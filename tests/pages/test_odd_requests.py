"""What no page and no form of ours ever asks: answered in words, and never by a crash."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from server.app import create_app
from tests.sheets import answers_to, xform_named
from tests.world import World, basic, sign_in

ODD = (
    "9" * 3000, "9223372036854775808", "1e400", "١٢٣", "²", "\0", "\ufffe", "..", "$where",
    "2050-01-01", "9999-12-31", "99999-01-01", "٢٠٢٦-١١-٢٤", "\r\nX: y", "//[",
)  # fmt: skip
ASKED = (
    "/records/x?before={}", "/records/x?from={}&to={}", "/records/x?state={}&office={}",
    "/records/x?before[]={}&before=1&before=2", "/records/x/export/geojson?from={}",
    "/records/x/next/1?from={}", "/aside?before={}", "/sign-in?next={}",
    "/records/x/next/{}", "/records/x/{}", "/records/x/export/{}", "/records/x/y/files/{}/{}",
    "/forms/{}", "/forms/{}/draft", "/lists/{}", "/aside/{}", "/aside/x/files/{}",
)  # fmt: skip


@pytest.fixture(scope="module")
def client(shared_world: World) -> FlaskClient:
    shared_world.publish(xform_named("x"))
    shared_world.send(answers_to("x", "<ten>Na</ten>", instance_id="y"))
    client = create_app(shared_world.house).test_client()
    sign_in(client, shared_world.admin)
    return client


@pytest.mark.parametrize("asked", ASKED)
def test_whatever_an_address_holds_is_answered(client: FlaskClient, asked: str) -> None:
    for value in ODD:
        answer = client.get(asked.replace("{}", quote(value, safe="")))
        assert answer.status_code in (200, 303, 404), value
        answer.close()


@pytest.mark.parametrize("instance_id", ["a/b", "a%2Fb", "\ue000", "?#&", "<b>", "a\u0301", "👧🏽"])
def test_a_record_is_found_under_whatever_id_it_has(
    shared_world: World, client: FlaskClient, instance_id: str
) -> None:
    text = instance_id.replace("&", "&amp;").replace("<", "&lt;")
    shared_world.send(answers_to("x", "<ten>Na</ten>", instance_id=text))
    escaped = quote(instance_id, safe="")
    found = client.get(
        f"/records/x/{escaped}/data.json",
        environ_base={"REQUEST_URI": f"/records/x/{escaped}/data.json"},
    )
    assert found.get_json()["instance_id"] == instance_id


@pytest.mark.parametrize("asked", ["/forms", "/v1/projects/1/forms", "{phone}/formList"])
def test_what_nobody_thought_of_is_told_by_a_number_and_names_nobody(
    shared_world: World,
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    asked: str,
) -> None:
    """An error's own words may hold an answer: they are neither answered nor written down, which
    is looked after at the end of each test."""

    somebody = shared_world.lan

    def fails(*_: object) -> None:
        raise KeyError(somebody.actor.name, somebody.email)

    monkeypatch.setattr(type(shared_world.house.stores.forms), "entries", fails)
    monkeypatch.setattr(type(shared_world.house.shelf), "published", fails)
    signed = basic(shared_world.admin) if asked.startswith("/v1") else {}
    answer = client.get(asked.format(phone=shared_world.hong.path), headers=signed)
    said = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert somebody.email not in said
    (line,) = [each for each in caplog.messages if each.startswith("incident ")]
    number = line.split()[1].rstrip(":")
    assert number in said, "by which the operator finds it"
    assert "KeyError" in line


def test_a_records_xml_is_no_page_of_this_site(client: FlaskClient) -> None:
    """It may hold XHTML, which a browser would show under our address."""
    answer = client.get("/records/x/y/edit/instance.xml")
    assert answer.status_code == 200
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_form_that_is_not_there_is_told_in_the_words_of_whoever_asks(
    shared_world: World, client: FlaskClient
) -> None:
    """What is safe on a phone helps nobody in front of a page."""
    for path in ("/records/khong_co", "/forms/khong_co"):
        page = client.get(path)
        assert page.status_code == 404
        assert "Biểu mẫu “khong_co” không có trên máy chủ này." in page.get_data(as_text=True)
        assert "trên điện thoại" not in page.get_data(as_text=True)
    phone = client.get(f"{shared_world.hong.path}/forms/khong_co.xml").get_data(as_text=True)
    assert "Phiếu vẫn an toàn trên điện thoại." in phone
    assert "The record is safe on the phone." in phone

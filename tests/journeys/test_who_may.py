"""Who may fetch forms and send records, and what the others are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import ip_network
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import create_environ

from server.access.credentials import new_token
from server.model.scope import WHOLE_HOUSE
from server.processing.accounts.people import disconnect_phone
from server.routes.paths import Proxies, TrustedProxies
from tests.multipart import Body, Part
from tests.phone import CollectError, Phone, WantsPassword
from tests.records import LIBRARY, record_of
from tests.world import Handset, World

pytestmark = pytest.mark.journey

PhoneOf = Callable[[Handset], Phone]
PROJECT_PATH = "/v1/projects/1"
MEGABYTE = 1024**2


@pytest.mark.parametrize("token", ["x" * 64, "short", "%20", "a" * 63 + "%C3%A9", "!" * 64])
def test_a_phone_with_a_wrong_token_is_told_to_get_a_new_code(server: str, token: str) -> None:
    """403 and words; no challenge, which would make Collect ask for a password."""
    made = record_of("vang_gia")
    with Phone(f"{server}/v1/key/{token}/projects/1") as stranger:
        answers = (stranger.get(f"{stranger.path}/formList"), *stranger.send(made.xml).answers)
        for answer in answers:
            assert answer.status == 403
            assert "mã QR" in answer.message
            assert "QR code" in answer.message
            assert answer.headers.get("WWW-Authenticate") is None


def test_a_phone_that_was_disconnected_is_refused(world: World, phone_of: PhoneOf) -> None:
    """And nothing else of that office is."""
    lost, other = phone_of(world.hong), phone_of(world.cuong)
    assert len(lost.form_list()) == len(LIBRARY)
    disconnect_phone(world.house.stores, WHOLE_HOUSE, world.hong.actor.id, world.clock())
    world.house.door.forget(world.hong.actor.id)
    with pytest.raises(CollectError, match="403"):
        lost.form_list()
    made = record_of("vang_gia")
    assert lost.send(made.xml, made.files).statuses == [403]
    assert other.send(made.xml, made.files).statuses == [201]


def test_a_refused_phone_hears_why_though_it_is_still_sending(server: str) -> None:
    """R18: thirty megabytes on the way, and an answer instead of a broken pipe."""
    body = Body([Part("xml_submission_file", b"x" * 30 * MEGABYTE, "a.xml", "text/xml")])
    with Phone(f"{server}/v1/key/{new_token()}/projects/1") as stranger:
        answer = stranger.post(body)
        assert (answer.status, "QR" in answer.message) == (403, True)
        assert stranger.get(f"{stranger.path}/formList").status == 403, "the connection lives on"


# -- user name and password ------------------------------------------------------------------------


def test_a_user_with_a_password_fetches_forms_and_sends_a_record(world: World, server: str) -> None:
    """Behind TLS: one challenge, then signed without being asked."""
    made = record_of("vang_gia")
    with Phone(
        server + PROJECT_PATH,
        credentials=(world.lan.email, world.lan.password),
        https="ctxh.example",
    ) as phone:
        phone.sync()
        assert sorted(phone.installed) == LIBRARY
        assert phone.send(made.xml, made.files).statuses == [201]
    [record] = world.records("vang_gia")
    assert record.current.sender.name == "Nguyễn Thị Lan"
    assert record.within == ("*", "TT", "VP01")


def test_who_does_not_sign_in_is_asked_to(server: str) -> None:
    """R17: 401 with a challenge that starts its own line; HEAD is asked first, as Collect does."""
    with Phone(server + PROJECT_PATH, https="ctxh.example") as phone:
        with pytest.raises(WantsPassword):
            phone.form_list()
        with pytest.raises(WantsPassword):
            phone.ask_before_sending()
        answer = phone.get(f"{phone.path}/formList")
        assert answer.headers.get_all("WWW-Authenticate") == [
            'Basic realm="Cau Noi", charset="UTF-8"'
        ]


def test_an_empty_first_post_of_a_handshake_is_no_crash(world: World, server: str) -> None:
    """R17: 401 for nobody, 400 in words for somebody who sends nothing."""
    with Phone(server + PROJECT_PATH, https="ctxh.example") as nobody:
        assert nobody.request("POST", f"{nobody.path}/submission").status == 401
        assert nobody.post(Body([])).status == 401
    credentials = (world.lan.email, world.lan.password)
    with Phone(server + PROJECT_PATH, credentials=credentials, https="ctxh.example") as lan:
        for answer in (lan.request("POST", f"{lan.path}/submission"), lan.post(Body([]))):
            assert answer.status == 400
            assert "xml_submission_file" in answer.message


def test_a_wrong_password_is_401_and_after_ten_tries_a_pause(world: World, server: str) -> None:
    """collect.md §9.25: only 401 makes Collect ask again."""
    statuses = []
    for number in range(11):
        credentials = (world.lan.email, f"sai-mat-khau-{number}")
        with Phone(server + PROJECT_PATH, credentials=credentials, https="ctxh.example") as phone:
            answer = phone.get(f"{phone.path}/formList")
        statuses.append(answer.status)
    assert statuses == [401] * 10 + [429]
    assert "phút" in answer.message
    assert "1 min" in answer.message
    minh = (world.minh.email, world.minh.password)
    with Phone(server + PROJECT_PATH, credentials=minh, https="ctxh.example") as phone:
        assert len(phone.form_list()) == len(LIBRARY), "somebody else is not locked out"


def test_a_password_with_letters_that_basic_cannot_carry_is_only_refused(
    world: World, server: str
) -> None:
    """collect.md §9.24."""
    for user in ("mật khẩu", "é", ":", "a:b:c"):
        with Phone(server + PROJECT_PATH, credentials=(user, "ữ"), https="ctxh.example") as phone:
            assert phone.get(f"{phone.path}/formList").status == 401


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !!!", "Bearer x", "Digest username=x", "Basic OjE="]
)
def test_a_broken_authorization_is_401(phone: Phone, header: str) -> None:
    answer = phone.request("GET", f"{PROJECT_PATH}/formList", headers={"Authorization": header})
    assert answer.status == 401


# -- behind a proxy --------------------------------------------------------------------------------


def test_a_proxy_on_this_machine_is_believed(world: World, server: str) -> None:
    """collect.md §9.9: addresses are those that the phone knows."""
    with Phone(server + world.hong.path, https="phieu.ctxh.example") as phone:
        for entry in phone.form_list():
            assert entry.download_url.startswith("https://phieu.ctxh.example/v1/key/")
        phone.sync()
        assert sorted(phone.installed) == LIBRARY


def test_a_stranger_is_not_believed_to_be_a_proxy(world: World, app: Flask) -> None:
    forwarded = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    path = f"{world.hong.path}/formList"
    client = app.test_client()
    for peer, believed in (("127.0.0.1", True), ("::1", True), ("10.3.0.7", False)):
        answer = client.get(path, headers=forwarded, environ_base={"REMOTE_ADDR": peer})
        assert answer.status_code == 200
        assert (b"evil.example" in answer.data) is believed


def seen_by(trusted: Sequence[str], peer: str, told: str) -> str:
    """The address that counts as the client's, where ``told`` is X-Forwarded-For."""
    seen = list[str]()

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.append(environ["REMOTE_ADDR"])
        return []

    networks = tuple(ip_network(each) for each in ("127.0.0.0/8", *trusted))
    environ = create_environ(headers={"X-Forwarded-For": told}, environ_base={"REMOTE_ADDR": peer})
    TrustedProxies(app, Proxies(networks))(environ, None)
    return seen[0]


@pytest.mark.parametrize(
    ("peer", "told", "client"),
    [
        ("10.0.0.5", "203.0.113.9", "203.0.113.9"),
        ("::ffff:10.0.0.5", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.6", "203.0.113.9", "10.0.0.6"),
        ("nobody", "203.0.113.9", "nobody"),
        # What the client says of itself stands first; proxies add at the end.
        ("10.0.0.5", "127.0.0.1, 198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9, 10.0.0.5", "203.0.113.9"),
        ("127.0.0.1", "10.0.0.5, 127.0.0.1", "10.0.0.5"),
    ],
)
def test_a_proxy_on_another_machine_is_believed_where_the_settings_name_it(
    peer: str, told: str, client: str
) -> None:
    """Else all who come through it count as one, and whoever guesses makes all wait."""
    assert seen_by(["10.0.0.5/32"], peer, told) == client


def test_a_proxy_that_no_setting_names_is_spoken_of_once(caplog: pytest.LogCaptureFixture) -> None:
    app = TrustedProxies(lambda *_: [], Proxies(()))
    for _ in range(3):
        environ = {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}
        app(environ, None)
    assert caplog.text.count("CAUNOI_TRUSTED_PROXIES") == 1
    assert "203.0.113" not in caplog.text

"""Signing in with another house's account (OpenID Connect), against a provider over HTTP."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from server import outgoing
from server.app import create_app
from server.errors.sign_in import OtherHouseRefused
from server.model.links import LinkKind
from server.model.people import Actor, Grant, SecondFactor
from server.processing.accounts.staff import invite, let_in_again, link_kind, use_link
from server.routes.pages.accounts.oidc import checked
from tests.other_house import CLIENT, SECRET, OtherHouse
from tests.pages.looking import links, open_page
from tests.serving import serving
from tests.world import World

START = "/sign-in/other?next=/phones"


@pytest.fixture(scope="module")
def provider() -> Iterator[OtherHouse]:
    house = OtherHouse()
    with serving(house.app()) as address:
        house.issuer = address
        yield house
        house.over.set()


@pytest.fixture
def other(provider: OtherHouse, shared_world: World) -> OtherHouse:
    """It knows Lan, and tells the truth."""
    provider.says = {"email": shared_world.lan.email.upper(), "email_verified": True}
    provider.twists, provider.names, provider.signs_with = {}, {}, None
    return provider


@pytest.fixture
def app(shared_world: World, other: OtherHouse) -> Flask:
    config = replace(
        shared_world.house.config,
        oidc_issuer=other.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_name="Sở Nội vụ",
    )
    return create_app(replace(shared_world.house, config=config))


def sent_back(client: FlaskClient, start: str = START) -> str:
    """The path by which the provider sends the browser back."""
    there = client.get(start).headers["Location"]
    back = requests.get(there, allow_redirects=False, timeout=30).headers["Location"]
    assert back.startswith("http://localhost/sign-in/other/back?")
    return back.removeprefix("http://localhost")


def is_refused(client: FlaskClient, answer: TestResponse) -> bool:
    said = answer.status_code, "Không đăng nhập được bằng" in answer.get_data(as_text=True)
    return said == (401, True) and not is_in(client)


def is_in(client: FlaskClient) -> bool:
    return client.get("/records").status_code == 200


def test_who_has_an_account_here_comes_in(app: Flask) -> None:
    client = app.test_client()
    assert "Đăng nhập bằng Sở Nội vụ" in client.get("/sign-in").get_data(as_text=True)
    asked = client.get(START).headers["Location"]
    for each in ("code_challenge_method=S256", "state=", "nonce=", "scope=openid+email"):
        assert each in asked
    answer = client.get(sent_back(client))
    assert answer.headers["Location"] == "/phones"
    assert is_in(client)


@pytest.mark.parametrize(
    "twist",
    [
        {"nonce": "another"},
        {"aud": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 3600},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": None},
    ],
)
def test_what_the_other_house_says_must_be_for_us_and_for_now(
    app: Flask, other: OtherHouse, twist: dict[str, object]
) -> None:
    client = app.test_client()
    other.twists = twist
    assert is_refused(client, client.get(sent_back(client)))


def test_what_somebody_else_signed_is_nothing(app: Flask, other: OtherHouse) -> None:
    client = app.test_client()
    other.signs_with = RSAKey.generate_key(2048, {"kid": "own"})
    assert is_refused(client, client.get(sent_back(client)))


def test_what_one_browser_began_no_other_ends_and_nobody_ends_twice(app: Flask) -> None:
    client, another = app.test_client(), app.test_client()
    back = sent_back(client)
    assert is_refused(another, another.get(back))
    assert is_refused(another, another.get(back.replace("state=", "state=x")))
    assert client.get(back).headers["Location"] == "/phones"
    again = app.test_client()
    assert is_refused(again, again.get(back))


def test_nobody_gets_an_account_by_it(app: Flask, shared_world: World, other: OtherHouse) -> None:
    client = app.test_client()
    other.says = {"email": "la@ctxh.example", "email_verified": True}
    answer = client.get(sent_back(client))
    assert "không có tài khoản ở đây" in answer.get_data(as_text=True)
    assert not is_in(client)
    assert shared_world.house.stores.actors.by_email("la@ctxh.example") is None


def test_a_second_factor_is_asked_for_all_the_same(
    app: Flask, shared_world: World, other: OtherHouse
) -> None:
    actors, minh = shared_world.house.stores.actors, shared_world.minh
    actors.set_second_factor(minh.actor.id, SecondFactor("x", shared_world.clock(), 0, ()))
    other.says = {"email": minh.email, "email_verified": True}
    client = app.test_client()
    assert client.get(sent_back(client)).headers["Location"] == "/sign-in/code?next=/phones"
    assert not is_in(client)


def test_who_was_let_go_and_in_again_opens_the_link_first(
    app: Flask, shared_world: World, other: OtherHouse
) -> None:
    """Their second factor went with the account; the other house knows nothing of its end."""
    house = shared_world.house
    cuc = shared_world.hire("cuc@ctxh.example", "Vũ Thị Cúc", "case_manager").actor
    other.says = {"email": cuc.email, "email_verified": True}
    house.stores.actors.end(cuc.id, shared_world.clock())
    client = app.test_client()
    assert "không có tài khoản ở đây" in client.get(sent_back(client)).get_data(as_text=True)
    link = let_in_again(house.stores, cuc, shared_world.clock())
    client = app.test_client()
    answer = client.get(sent_back(client))
    assert (answer.status_code, is_in(client)) == (401, False)
    assert "Hãy mở đường dẫn mời" in answer.get_data(as_text=True)
    use_link(house.stores, link, "con đường mùa mưa", shared_world.clock())
    client = app.test_client()
    client.get(sent_back(client))
    assert is_in(client)


def invited(world: World, other: OtherHouse, email: str) -> tuple[Actor, str]:
    """Somebody whom the other house knows, and the path of their link."""
    house, grant = world.house, Grant("case_manager", "VP01")
    person, token = invite(
        house.stores,
        house.shelf,
        world.admin.actor,
        email=email,
        name="Trịnh Thị Mơ",
        grant=grant,
        at=world.clock(),
    )
    other.says = {"email": email, "email_verified": True}
    return person, f"/invitation/{token}"


def test_who_was_invited_comes_in_by_it_without_a_password_here(
    app: Flask, shared_world: World, other: OtherHouse
) -> None:
    mo, link = invited(shared_world, other, "mo@ctxh.example")
    client = app.test_client()
    page = open_page(client, link)
    [way] = links(page, "Đăng nhập bằng Sở Nội vụ, không cần đặt mật khẩu")
    assert client.get(way).headers["Referrer-Policy"] == "no-referrer"
    assert client.get(sent_back(client, way)).headers["Location"] == "/"
    assert is_in(client)
    assert client.get(link).status_code == 404, "it is good once"
    again = app.test_client()
    again.get(sent_back(again))
    assert is_in(again), "from now on the other house's word is enough"
    found = shared_world.house.stores.actors.by_id(mo.id)
    assert found is not None
    assert link_kind(found) is LinkKind.RESET, "who wants a password gets it by a link"


def test_the_link_and_the_other_house_s_word_must_be_of_one_and_the_same(
    app: Flask, shared_world: World, other: OtherHouse
) -> None:
    _, theirs = invited(shared_world, other, "tham@ctxh.example")
    huong, link = invited(shared_world, other, "huong@ctxh.example")
    client = app.test_client()
    for start in (f"{theirs}/other", START):
        answer = client.get(sent_back(client, start))
        assert (answer.status_code, is_in(client)) == (401, False), start
        assert "Hãy mở đường dẫn mời" in answer.get_data(as_text=True)
    other.says = {"email": huong.email, "email_verified": False}
    assert is_refused(client, client.get(sent_back(client, f"{link}/other")))
    other.says = {"email": shared_world.lan.email, "email_verified": True}
    client.get(sent_back(client, f"{link}/other"))
    assert is_in(client), "as herself"
    assert open_page(app.test_client(), link).xpath("//input[@name='chosen']"), "it was not used"
    use_link(
        shared_world.house.stores,
        link.rpartition("/")[2],
        "con đường mùa mưa",
        shared_world.clock(),
    )
    assert client.get(f"{link}/other").status_code == 404


def test_who_needs_a_second_factor_chooses_a_password_for_it(
    app: Flask, shared_world: World, other: OtherHouse
) -> None:
    _, link = invited(shared_world, other, "tuyet@ctxh.example")
    house = app.extensions["caunoi"]
    config = replace(house.config, second_factor_roles=frozenset(("case_manager",)))
    app.extensions["caunoi"] = replace(house, config=config)
    client = app.test_client()
    assert links(open_page(client, link), "Đăng nhập bằng") == []
    assert client.get(f"{link}/other").status_code == 404


def test_a_house_that_is_not_there_or_says_another_name_lets_nobody_in(
    shared_world: World, other: OtherHouse
) -> None:
    for issuer in ("http://127.0.0.1:9", other.issuer.replace("127.0.0.1", "localhost")):
        config = replace(shared_world.house.config, oidc_issuer=issuer, oidc_client_id=CLIENT)
        client = create_app(replace(shared_world.house, config=config)).test_client()
        assert is_refused(client, client.get(START))


def test_without_a_setting_there_is_no_such_way(shared_world: World, other: OtherHouse) -> None:
    client = create_app(shared_world.house).test_client()
    assert client.get(START).status_code == 404
    assert "/sign-in/other" not in client.get("/sign-in").get_data(as_text=True)
    _, link = invited(shared_world, other, "yen@ctxh.example")
    assert client.get(f"{link}/other").status_code == 404
    assert "/other" not in client.get(link).get_data(as_text=True)


# -- where the other house's document leads --------------------------------------------------------


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A service of this machine's own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        yield listening


def _heard(listener: socket.socket) -> bytes:
    """All that somebody said to it, who has gone."""
    try:
        caller, _ = listener.accept()
    except BlockingIOError:
        return b""
    with caller:
        return b"".join(iter(lambda: caller.recv(4096), b""))


@pytest.mark.parametrize(
    ("place", "host"), [("jwks_uri", "localhost"), ("token_endpoint", "127.0.0.1")]
)
def test_no_document_leads_us_to_a_private_address(
    app: Flask, other: OtherHouse, listener: socket.socket, place: str, host: str
) -> None:
    """By number or by name: not a byte is said there."""
    other.names = {place: f"https://{host}:{listener.getsockname()[1]}/"}
    client = app.test_client()
    assert is_refused(client, client.get(sent_back(client)))
    assert _heard(listener) == b""


@pytest.mark.parametrize(
    "place",
    ["http://169.254.169.254/", "http://example.org/", "file:///etc/passwd", "gopher://x/", "/", 7],
)
@pytest.mark.parametrize("name", ["jwks_uri", "token_endpoint", "authorization_endpoint"])
def test_no_document_leads_away_from_tls(name: str, place: object) -> None:
    issuer = "https://nha.example/realms/x"
    places = ("jwks_uri", "token_endpoint", "authorization_endpoint")
    told = {"issuer": issuer, **dict.fromkeys(places, "https://khoa.example/x")}
    assert checked(told, issuer)[name] == "https://khoa.example/x"
    for wrong in ({**told, name: place}, {**told, "issuer": place}, [told], place):
        with pytest.raises(OtherHouseRefused):
            checked(wrong, issuer)


@pytest.mark.parametrize("there", ["http://127.0.0.1:{port}/", "/keys"])
def test_nobody_is_followed_to_another_place(
    app: Flask, other: OtherHouse, listener: socket.socket, there: str
) -> None:
    there = there.format(port=listener.getsockname()[1])
    other.names = {"jwks_uri": f"{other.issuer}/moved?to={there}"}
    client = app.test_client()
    assert is_refused(client, client.get(sent_back(client)))
    assert _heard(listener) == b""


@pytest.mark.parametrize("path", ["much", "trickle"])
def test_an_answer_is_neither_endless_nor_takes_long(
    app: Flask, other: OtherHouse, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    if path == "trickle":
        monkeypatch.setattr(outgoing, "_PATIENCE", 0.3)
    other.names = {"jwks_uri": f"{other.issuer}/{path}"}
    client = app.test_client()
    assert is_refused(client, client.get(sent_back(client)))


def test_no_document_sets_how_it_is_asked(app: Flask, other: OtherHouse) -> None:
    """The library would take it from there."""
    proxies = {"http": "http://127.0.0.1:9"}
    other.names = {"proxies": proxies, "verify": False, "client_id": "x", "scope": "x"}
    client = app.test_client()
    client.get(sent_back(client))
    assert is_in(client)


@pytest.mark.parametrize("keys", ["/.well-known/openid-configuration", "/nothing"])
def test_what_are_no_keys_lets_nobody_in(app: Flask, other: OtherHouse, keys: str) -> None:
    other.names = {"jwks_uri": f"{other.issuer}{keys}"}
    client = app.test_client()
    assert is_refused(client, client.get(sent_back(client)))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("::ffff:8.8.8.8", True),
        ("127.0.0.1", False),
        ("10.0.0.5", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("::ffff:169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00:ec2::254", False),
    ],
)
def test_what_a_public_address_is(address: str, public: bool) -> None:
    assert outgoing.is_public(address) is public

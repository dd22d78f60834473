"""What one request may hold in memory: no more however much it brings."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from flask import Flask

from server.app import create_app
from server.errors import TooLarge
from server.routes import parts
from server.routes.parts import Parts, read_parts
from tests.world import World, forgery_token, sign_in

EACH, MANY = 250_000, 40
BOUNDARY = "xyz"


def body(*named: tuple[str, bytes]) -> bytes:
    pieces = [
        b'--xyz\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n%s\r\n'
        % (name.encode(), name.encode(), content)
        for name, content in named
    ]
    return b"".join((*pieces, b"--xyz--\r\n"))


def reading(data: bytes) -> Parts:
    app, into = Flask(__name__), Parts()
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    with app.test_request_context("/", method="POST", data=data, content_type=kind):
        tracemalloc.start()
        try:
            read_parts(into)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert most < 3_000_000
    return into


def test_many_files_that_are_each_small_do_not_fill_the_memory() -> None:
    xml = ("xml_submission_file", b"<data/>")
    sent = [(f"{number}.jpg", bytes([number]) * EACH) for number in range(MANY)]
    found = reading(body(xml, *sent))
    assert found.xml == b"<data/>"
    assert [name for name, _ in found.files] == [name for name, _ in sent]
    for (_, file), (_, content) in zip(reversed(found.files), reversed(sent), strict=True):
        assert file.read() == content
        assert (file.seek(-5, 2), file.read(3), file.read(), file.read()) == (
            EACH - 5,
            content[-5:-2],
            content[-2:],
            b"",
        )


def test_a_record_that_nobody_could_read_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_MOST_XML", 1000)
    with pytest.raises(TooLarge):
        reading(body(("xml_submission_file", b"<data>" + b"x" * 2_000_000)))


def test_a_form_is_no_larger_than_memory_bears_and_a_record_may_be(
    shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "HANDED_IN", 1_000_000)
    client = create_app(shared_world.house).test_client()
    sign_in(client, shared_world.admin)
    headers = {"X-CSRFToken": forgery_token(client, "/account/password")}

    def said_to(path: str) -> int:
        data = {"form": (io.BytesIO(bytes(1_000_000)), "x.xlsx")}
        return client.post(path, data=data, headers=headers).status_code

    assert said_to("/forms/upload") == 413
    assert said_to("/admin/offices/import") == 413
    assert said_to("/forms/vang_gia/fill/submission") == 400  # there is no record in it


def test_who_is_not_signed_in_sends_no_more_than_a_page_asks_for(shared_world: World) -> None:
    """Else a thousand files for the sign-in page would be read before anybody asks who sends."""
    stranger = create_app(shared_world.house).test_client()
    fields = {"csrf_token": forgery_token(stranger), "email": "a@b.example", "password": "x"}
    assert stranger.post("/sign-in", data=fields).status_code == 401
    files = {f"file {number}": (io.BytesIO(bytes(400_000)), "x") for number in range(4)}
    assert stranger.post("/sign-in", data={**fields, **files}).status_code == 413

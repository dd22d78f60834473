"""Maps lie on what the operator chose: which page may ask whom, and the file in its pieces."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from server.cli.main import commands
from server.errors import BadSettings
from server.model.base_map import TileHost
from server.services import build_services
from server.storage.map_file import read_map_file
from tests.lent import lent_app
from tests.map_tiles import lying_on, write_raster
from tests.records import record_of
from tests.world import World, close, sign_in

TILES = "/map/tiles.pmtiles"
HOST = TileHost('https://tiles.example:8443/a"/{z}/{x}/{y}.png?key=a;b', "© Bản đồ <b>")


@pytest.fixture(scope="module")
def app(shared_world: World) -> Iterator[Flask]:
    with lent_app(shared_world.house) as app:
        yield app


@pytest.fixture(scope="module")
def lan(app: Flask, shared_world: World) -> FlaskClient:
    client = app.test_client()
    sign_in(client, shared_world.lan)
    return client


@pytest.fixture(scope="module")
def pages(shared_world: World) -> tuple[str, str]:
    """A record with a place, and one without."""
    with_place = record_of("kiem_tra_van_phong", 3).without_files()
    without = record_of("vang_gia").without_files()
    for made in (with_place, without):
        shared_world.send(made.xml)
    return (
        f"/records/kiem_tra_van_phong/{with_place.instance_id}",
        f"/records/vang_gia/{without.instance_id}",
    )


def policy_of(client: FlaskClient, path: str) -> dict[str, str]:
    answer = client.get(path)
    assert answer.headers["Referrer-Policy"] == "same-origin"
    directives = answer.headers["Content-Security-Policy"].split("; ")
    return {name: allowed for name, _, allowed in (each.partition(" ") for each in directives)}


def told(client: FlaskClient, path: str) -> str:
    """What the page tells its map."""
    page = html.fromstring(client.get(path).get_data(as_text=True))
    return str(page.xpath("string(//*[@data-map]/@data-tiles)"))


def test_only_a_page_that_draws_a_map_may_ask_the_host_and_only_for_pictures(
    app: Flask, lan: FlaskClient, pages: tuple[str, str]
) -> None:
    mapped, unmapped = pages
    closed = policy_of(lan, mapped)
    assert "http" not in str(closed)
    with lying_on(app, HOST):
        opened = policy_of(lan, mapped)
        assert opened.pop("img-src") == f"{closed.pop('img-src')} https://tiles.example:8443"
        assert opened == closed
        for path in (unmapped, "/", "/records/kiem_tra_van_phong", "/sign-in", "/nowhere"):
            assert "tiles.example" not in str(policy_of(lan, path)), path
        assert json.loads(told(lan, mapped)) == {"template": HOST.template, "credit": HOST.credit}
    assert told(lan, mapped) == ""


def test_a_file_opens_the_page_for_nobody(
    app: Flask, lan: FlaskClient, pages: tuple[str, str], tmp_path: Path
) -> None:
    path = write_raster(tmp_path / "tinh.pmtiles")
    closed = policy_of(lan, pages[0])
    with lying_on(app, read_map_file(path, None)):
        assert policy_of(lan, pages[0]) == closed
        before = json.loads(told(lan, pages[0]))["file"]
        assert lan.get(before).data == path.read_bytes()
        write_raster(path, bounds=(104, 8, 107, 11)).write_bytes(path.read_bytes() + b"\0")
        assert json.loads(told(lan, pages[0]))["file"] != before, "pieces of two files were mixed"
        path.unlink()
        assert told(lan, pages[0]) == ""
        assert lan.get(TILES).status_code == 404


def test_the_file_comes_in_the_pieces_that_are_asked_for(
    app: Flask, lan: FlaskClient, tmp_path: Path
) -> None:
    whole = write_raster(tmp_path / "tinh.pmtiles").read_bytes()
    size = len(whole)
    with lying_on(app, read_map_file(tmp_path / "tinh.pmtiles", None)):
        full = lan.get(TILES)
        assert (full.status_code, full.data) == (200, whole)
        assert full.headers["Accept-Ranges"] == "bytes"
        assert full.headers["Content-Type"] == "application/vnd.pmtiles"
        assert full.headers["Cache-Control"].startswith("private")
        etag = full.headers["ETag"]
        assert not etag.startswith("W/")
        for asked, first, last in (
            ("bytes=0-126", 0, 126),
            ("bytes=127-", 127, size - 1),
            ("bytes=-50", size - 50, size - 1),
            ("bytes=0-16383", 0, size - 1),
            ("bytes=-999999999", 0, size - 1),
            (f"bytes={size - 1}-{size - 1}", size - 1, size - 1),
        ):
            piece = lan.get(TILES, headers={"Range": asked})
            assert piece.status_code == 206, asked
            assert piece.data == whole[first : last + 1], asked
            assert piece.headers["Content-Range"] == f"bytes {first}-{last}/{size}"
        for asked in (f"bytes={size}-", f"bytes={size + 5}-{size + 9}"):
            beyond = lan.get(TILES, headers={"Range": asked})
            assert beyond.status_code == 416
            assert beyond.headers["Content-Range"] == f"bytes */{size}"
            assert whole[:7] not in beyond.data
        for asked in ("bytes=9-3", "lines=1-2", "bytes=a-b"):
            assert lan.get(TILES, headers={"Range": asked}).status_code in (200, 416), asked
        head = lan.head(TILES)
        assert (head.status_code, head.data) == (200, b"")
        assert (head.headers["Content-Length"], head.headers["ETag"]) == (str(size), etag)
        assert lan.get(TILES, headers={"If-None-Match": etag}).status_code == 304
        same = lan.get(TILES, headers={"Range": "bytes=0-9", "If-Range": etag})
        assert (same.status_code, same.data) == (206, whole[:10])
        other = lan.get(TILES, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
        assert (other.status_code, other.data) == (200, whole)


def test_nothing_but_this_file_is_had_and_by_nobody_who_may_not_read_records(
    app: Flask, lan: FlaskClient, tmp_path: Path
) -> None:
    write_raster(tmp_path / "tinh.pmtiles")
    (tmp_path / "mat.pmtiles").write_bytes(b"bi mat")
    with lying_on(app, read_map_file(tmp_path / "tinh.pmtiles", None)):
        for path in (
            "/map/mat.pmtiles",
            "/map/../mat.pmtiles",
            "/map/%2e%2e/mat.pmtiles",
            f"{TILES}/../mat.pmtiles",
            f"{TILES}/..%2fmat.pmtiles",
            f"/map/{tmp_path}/mat.pmtiles",
            f"{TILES}%00",
        ):
            assert lan.get(path).status_code == 404, path
        assert lan.get(f"{TILES}?v=../mat.pmtiles&path=mat.pmtiles").data.startswith(b"PMTiles")
        assert lan.post(TILES).status_code in (400, 404, 405)
        stranger = app.test_client().get(TILES)
        assert stranger.status_code == 303
        assert "/sign-in" in stranger.headers["Location"]
    with lying_on(app, HOST):
        assert lan.get(TILES).status_code == 404
    assert lan.get(TILES).status_code == 404


def test_a_broken_file_stops_the_start_but_not_a_process_that_phones_need(
    shared_world: World,
    mongo_uri: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = tmp_path / "tinh.pmtiles"
    path.write_bytes(b"half of a down")
    monkeypatch.setenv("CAUNOI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CAUNOI_TILES", str(path))
    with pytest.raises(BadSettings, match=r"tinh\.pmtiles is not a whole"):
        CliRunner().invoke(commands, ["serve"], catch_exceptions=False)
    assert not (tmp_path / "data").exists()
    with caplog.at_level(logging.ERROR):
        again = build_services(replace(shared_world.house.config, tiles_file=path), mongo_uri)
    close(again)
    assert again.base_map is None
    assert "maps are drawn without tiles" in caplog.text

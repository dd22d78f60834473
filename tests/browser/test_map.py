"""The map of a record's place: upon tiles where they are had, upon the outlines where not."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect

from server.model.base_map import TileHost
from server.storage.map_file import read_map_file
from server.storage.offices import Change
from tests.browser.test_tap_to_read import WIDTHS, enter_by_keyboard, tab_to, violations
from tests.lent import lent_app
from tests.map_tiles import CREDIT, PURPLE, WATER, lying_on, write_raster, write_vector
from tests.records import record_of
from tests.serving import serving
from tests.tile_server import tile_server
from tests.world import World

pytestmark = pytest.mark.browser

LAND = (251, 250, 245)
POINT = (11, 92, 107)
AREA = (227, 234, 231)  # a breath of the point's colour upon the land
Colour = tuple[int, int, int]


@pytest.fixture(scope="module")
def app(shared_world: World) -> Iterator[Flask]:
    with lent_app(shared_world.house) as app:
        yield app


@pytest.fixture(scope="module")
def server(app: Flask) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture(scope="module")
def record(shared_world: World) -> str:
    """The path of a record with one place, near Cẩm Phả."""
    made = record_of("kiem_tra_van_phong", 3).without_files()
    shared_world.send(made.xml)
    return f"/records/kiem_tra_van_phong/{made.instance_id}"


def open_map(page: Page, address: str) -> None:
    """The map is fetched only when a reader comes to it."""
    page.goto(address)
    page.locator("[data-map]").scroll_into_view_if_needed()
    expect(page.locator(".map-frame")).to_be_visible()


def share_of(page: Page, colour: Colour) -> float:
    """How much of the map has this colour."""
    frame = page.locator(".map-frame")
    frame.scroll_into_view_if_needed()
    shot = Image.open(BytesIO(frame.screenshot())).convert("RGB")
    near = sum(
        count
        for count, found in shot.getcolors(shot.width * shot.height) or []
        if isinstance(found, tuple)
        and all(abs(a - b) < 6 for a, b in zip(found, colour, strict=True))
    )
    return near / (shot.width * shot.height)


def wait_for(page: Page, colour: Colour, share: float = 0.3) -> None:
    for _ in range(80):
        if share_of(page, colour) > share:
            return
        page.wait_for_timeout(150)
    pytest.fail(f"the map never shows {colour}")


@pytest.mark.parametrize(
    ("make", "seen", "width"),
    [(write_vector, WATER, WIDTHS[0]), (write_raster, PURPLE, WIDTHS[1])],
)
def test_the_map_lies_on_a_file_of_the_server_and_nothing_leaves_it(
    shared_world: World, app: Flask, server: str, record: str, page: Page, tmp_path: Path,
    make: object, seen: Colour, width: tuple[int, int],
) -> None:  # fmt: skip
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    base = read_map_file(make(tmp_path / "tinh.pmtiles"), None)  # type: ignore[operator]
    enter_by_keyboard(page, server, shared_world.lan.email)
    with lying_on(app, base):
        page.set_viewport_size({"width": width[0], "height": width[1]})
        open_map(page, server + record)
        wait_for(page, seen)
        wait_for(page, POINT, 0.001)
        expect(page.locator(".map-credit")).to_have_text(CREDIT)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width[0]
        tab_to(page, ".map canvas")
        tab_to(page, ".maplibregl-ctrl-zoom-in")
        page.keyboard.press("Enter")
        wait_for(page, seen)
    assert complaints == []
    assert any("/map/tiles.pmtiles?v=" in each for each in asked)
    foreign = [each for each in asked if not each.startswith((f"{server}/", "blob:", "data:"))]
    assert foreign == []


def test_a_host_of_tiles_is_asked_by_nothing_but_pictures_and_not_told_whose_record_it_is(
    shared_world: World, app: Flask, server: str, record: str, page: Page
) -> None:
    enter_by_keyboard(page, server, shared_world.lan.email)
    with tile_server() as host, lying_on(app, TileHost(host.template, "© Bản đồ thử <b>")):
        open_map(page, server + record)
        wait_for(page, PURPLE)
        expect(page.locator(".map-credit")).to_have_text("© Bản đồ thử <b>")
        assert violations(page) == []
    assert host.asked
    for path, headers in host.asked:
        assert len(path.split("/")) == 4
        assert {"referer", "cookie"}.isdisjoint(each.lower() for each in headers)


def test_where_no_tile_comes_the_map_shows_outlines_and_point(
    shared_world: World, app: Flask, server: str, record: str, page: Page
) -> None:
    enter_by_keyboard(page, server, shared_world.lan.email)
    with tile_server(500) as host, lying_on(app, TileHost(host.template, "© Bản đồ thử <b>")):
        open_map(page, server + record)
        wait_for(page, LAND, 0.1)
        wait_for(page, POINT, 0.001)
        expect(page.locator(".map-credit")).to_have_count(0)
    assert host.asked


def test_a_host_that_never_answers_is_not_waited_for(
    shared_world: World, app: Flask, server: str, record: str, page: Page
) -> None:
    enter_by_keyboard(page, server, shared_world.lan.email)
    page.clock.install()
    with tile_server() as host, lying_on(app, TileHost(host.template, "©")):
        host.answers.clear()
        open_map(page, server + record)
        expect(page.locator(".map-credit")).to_be_visible()
        page.clock.fast_forward(12_000)
        expect(page.locator(".map-credit")).to_have_count(0)
        wait_for(page, LAND, 0.1)
        wait_for(page, POINT, 0.001)


def test_a_file_of_another_province_leaves_the_outlines(
    shared_world: World, app: Flask, server: str, record: str, page: Page, tmp_path: Path
) -> None:
    elsewhere = write_raster(tmp_path / "nam.pmtiles", bounds=(104, 8, 107, 11))
    enter_by_keyboard(page, server, shared_world.lan.email)
    with lying_on(app, read_map_file(elsewhere, None)):
        open_map(page, server + record)
        wait_for(page, LAND, 0.1)
        wait_for(page, POINT, 0.001)
        assert share_of(page, PURPLE) == 0
        expect(page.locator(".map-credit")).to_have_count(0)


def test_the_area_of_its_office_lies_under_the_point(
    shared_world: World, server: str, record: str, page: Page
) -> None:
    ring = [[106.5, 20.5], [107.9, 20.5], [107.9, 21.6], [106.5, 21.6], [106.5, 20.5]]
    area = {"type": "Polygon", "coordinates": [ring]}
    offices = shared_world.house.stores.offices
    office = offices.tree()["VP02"]
    offices.change(Change([office], {"VP02": area}), shared_world.clock())
    enter_by_keyboard(page, server, shared_world.admin.email)
    for path, colours in ((record, (AREA, POINT)), ("/admin/offices?of=VP01", (AREA,))):
        for width, height in WIDTHS:
            page.set_viewport_size({"width": width, "height": height})
            open_map(page, server + path)
            for colour in colours:
                wait_for(page, colour, 0.001)
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    offices.change(Change([office], {"VP02": None}), shared_world.clock())

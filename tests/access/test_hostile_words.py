"""What hostile people say through every way in, on every route that tells it again: it is text on
pages and no formula in spreadsheets, its drawings and pages are only taken away, and no picture
tells where it was taken."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from lxml import etree, html
from openpyxl import load_workbook
from PIL import ExifTags, Image
from playwright.sync_api import Page

from server.access.verbs import CASE_MANAGER
from server.routes.allow import By
from tests.access.asking import asked_by, person
from tests.access.crawl import Crawl, Told, asked_by_programs
from tests.access.hostile import FORM, PICTURE, furnish, publish, starts
from tests.browser.test_tap_to_read import violations
from tests.lent import lent_app
from tests.world import World, sign_in

_ZIP = b"PK\x03\x04"
_PASSIVE = frozenset(("image/jpeg", "image/png", "image/webp", "application/pdf", "text/plain"))
_ACTIVE = frozenset(("text/html", "image/svg+xml", "application/xhtml+xml", "text/xml"))
_SCRIPT = re.compile(r"\s*(javascript|vbscript|data:text)", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
# Nothing of the kind is there: media of forms, a map, a file of a test record.
_NOT_THERE = frozenset(
    ("fill.trial_media", "fill.fill_media", "base_map.tiles", "draft_record.original")
)


_HERE, _PHONE = "http://nha.test", 390  # pixels

_WITH_PICTURES = frozenset(
    ("record_files.original", "record_files.thumbnail", "data_copy.copy", "aside.download")
)


@pytest.fixture(scope="module")
def crawl(shared_world: World) -> Iterator[Crawl]:
    with lent_app(shared_world.house) as app:
        made = Crawl(app, app.test_client())
        furnish(shared_world, made.client)
        made.told.extend(asked_by_programs(app, shared_world.admin))
        made.walk(*starts(shared_world, made.client))
        made.walk(*publish(made.client), *_of_incidents(made))
        yield made


def _of_incidents(made: Crawl) -> list[str]:
    """Linked where somebody was touched by one."""
    shown = (each.path for each in made.told if each.endpoint == "incident.show")
    return [f"{each}/affected.csv" for each in shown]


def test_every_page_is_looked_at(crawl: Crawl) -> None:
    """A new one is found by a link or a form; else it is one of the starts."""
    told = {each.endpoint for each in crawl.told if each.answer.status_code in (200, 303)}
    pages = {each.endpoint for each in asked_by(crawl.app, By.SESSION) if each.method == "GET"}
    assert pages - told == _NOT_THERE


def test_what_is_said_is_text_wherever_it_is_told(crawl: Crawl) -> None:
    for each in crawl.told:
        about = (each.method, each.endpoint, each.path, each.answer.status_code)
        assert each.answer.status_code < 500, about
        assert each.answer.headers["X-Content-Type-Options"] == "nosniff", about
        if each.answer.mimetype.startswith("text/"):
            assert each.answer.mimetype_params.get("charset") == "utf-8", about
        match each.answer.mimetype:
            case "text/html":
                assert _strange(each.data) == [], about
            case "text/xml" | "application/xml":
                assert b"<evil" not in each.data, about
                etree.fromstring(each.data)
            case "application/json" | "application/geo+json":
                json.loads(each.data)
            case kind:
                assert kind in _PASSIVE or _is_taken_away(each), (about, kind)


@pytest.mark.browser
def test_every_page_is_fit_for_a_screen_reader_and_fits_a_phone(crawl: Crawl, page: Page) -> None:
    """The longest of each route that was told, whatever long words stand on it."""
    longest: dict[str, Told] = {}
    for each in crawl.told:
        if each.answer.mimetype == "text/html" and each.answer.status_code == 200:
            longest[each.endpoint] = max(
                each, longest.get(each.endpoint, each), key=lambda one: len(one.data)
            )
    page.route(
        "**/*", lambda route: route.fulfill(**_told_again(crawl, longest, route.request.url))
    )
    page.set_viewport_size({"width": _PHONE, "height": 844})
    page.goto(f"{_HERE}/today.today")
    for each in longest.values():
        page.evaluate(_SHOWN_INSTEAD, each.data.decode())
        assert violations(page) == [], each.path
        assert page.evaluate("document.documentElement.scrollWidth") <= _PHONE, each.path


# In the first page's place, whose styles are there.
_SHOWN_INSTEAD = """text => {
    const told = new DOMParser().parseFromString(text, "text/html");
    document.title = told.title;
    document.documentElement.lang = told.documentElement.lang;
    document.body.replaceWith(told.body);
}"""


def _told_again(crawl: Crawl, pages: dict[str, Told], address: str) -> dict[str, Any]:
    """A page by its route's name, as it was; what it asks for itself, as it is now."""
    path = address.removeprefix(_HERE)
    told = pages.get(path[1:])
    answer = told.answer if told else crawl.client.get(path)
    return {
        "status": answer.status_code,
        "headers": dict(answer.headers),
        "body": answer.get_data(),
    }


def test_no_download_of_a_page_begins_a_formula(crawl: Crawl) -> None:
    """Nor does a workbook have one; what programs get in CSV is exact."""
    tables, books = set(), set()
    for each in crawl.told:
        if _is_workbook(each.data):
            books.add(each.endpoint)
            assert _formulas(each.data) == [], each.path
        elif not each.endpoint.startswith("api_"):
            for cell in _cells(each.data, each.answer.mimetype):
                tables.add(each.endpoint)
                assert not _runs(cell), (each.path, cell)
    assert {"records.download", "audit.table", "audit.seen_table", "offices.export"} <= tables
    assert "form_versions.download" in books


def test_no_picture_tells_where_it_was_taken(shared_world: World, crawl: Crawl) -> None:
    """Who may have originals gets them by name, and in no archive."""
    client = crawl.app.test_client()
    looker = person(shared_world, "nhin@ctxh.example", CASE_MANAGER, "VP01")
    sign_in(client, looker)
    looking = Crawl(crawl.app, client, fills=False)
    looking.walk(f"/records/{FORM}", "/aside", *_records(shared_world))
    told = [*looking.told, *asked_by_programs(crawl.app, looker)]
    told += [each for each in crawl.told if each.data[:2] == b"PK"]
    looked = set()
    for each in told:
        for data in _files(each.data):
            if data[:2] == b"\xff\xd8":
                looked.add(each.endpoint)
                assert not _place(data), each.path
    assert looked >= _WITH_PICTURES, _WITH_PICTURES - looked
    for record in shared_world.records(FORM):
        assert _place(shared_world.file(record, PICTURE)), "in the house it is whole"


def _records(world: World) -> Iterator[str]:
    for each in world.records(FORM):
        yield f"/records/{FORM}/{quote(each.instance_id, safe='')}"


def _strange(page: bytes) -> list[str]:
    """Elements and attributes of nobody's making but the hostile reader's."""
    found = []
    for each in html.fromstring(page or b"<p>").iter(etree.Element):
        if each.tag == "evil" or (each.tag == "script" and (each.text or "").strip()):
            found.append(each.tag)
        for name, value in each.attrib.items():
            leads = name in ("href", "src", "action", "formaction", "data")
            if name == "evil" or name.startswith("on") or (leads and _SCRIPT.match(value)):
                found.append(f"{each.tag} {name}={value}")
    return found


def _is_taken_away(told: Told) -> bool:
    said = told.answer.headers.get("Content-Disposition", "")
    return said.startswith("attachment") and told.answer.mimetype not in _ACTIVE


def _files(data: bytes) -> Iterator[bytes]:
    """The answer itself, or what is in its archive."""
    if data[:4] != _ZIP:
        yield data
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield from map(archive.read, archive.namelist())


def _cells(data: bytes, kind: str) -> Iterator[str]:
    """Of each table in it, its head too."""
    if data[:4] == _ZIP:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                if name.endswith(".csv"):
                    yield from _cells(archive.read(name), "text/csv")
    elif kind == "text/csv":
        for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
            yield from row


def _is_workbook(data: bytes) -> bool:
    return data[:4] == _ZIP and b"xl/workbook.xml" in data


def _formulas(data: bytes) -> list[str]:
    sheets = load_workbook(io.BytesIO(data)).worksheets
    cells = (cell for sheet in sheets for row in sheet.iter_rows() for cell in row)
    return [str(each.value) for each in cells if each.data_type == "f"]


def _runs(cell: str) -> bool:
    return cell.lstrip()[:1] in ("=", "+", "-", "@") and not _NUMBER.fullmatch(cell)


def _place(picture: bytes) -> dict[int, object]:
    with Image.open(io.BytesIO(picture)) as opened:
        return dict(opened.getexif().get_ifd(ExifTags.IFD.GPSInfo))

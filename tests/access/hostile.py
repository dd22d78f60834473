"""A world in which everything that anybody can say is meant to harm, and all that it answers.

What is said is markup that breaks out of text, attributes and scripts, begins as a spreadsheet's
formula does, and comes with pictures that tell where they were taken. ``crawled`` follows every
link of the pages and fills in every form that ends nothing: a new page is looked at by itself.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from urllib.parse import quote, urljoin, urlsplit
from xml.sax.saxutils import escape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from server.errors import SameIdOtherAnswers
from server.model.calendar import day_of
from server.model.offices import Office
from server.model.scope import WHOLE_HOUSE
from server.processing.data_requests import Desk, Filled
from server.routes.allow import By
from server.services import PROJECT
from server.xforms.xlsform import convert_xlsform
from tests import registers
from tests.access.asking import asked_by, basic, filled
from tests.processing.camera import exif, photo
from tests.sheets import workbook_of
from tests.world import PASSWORD, Person, World, forgery_token, sign_in

FORM, REGISTER, DRAFT = "xau", "so_xau", "d" * 64
CHILD = "3d0c2b1a-9f8e-4d7c-8b6a-5f4e3d2c1b0a"
EVIL = "'\"></title></textarea></script><evil evil='1' onclick='evil()'>"
_LEADS = ("=1+1", "+1", "-1+1", "@A1", "\t=1", "\r=1", "javascript:evil()//")
PICTURE = f"{EVIL.replace('/', '')}.jpg"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" onload="evil()"><script>evil()</script></svg>'
_PAGE = "<html><body><evil evil='1'><script>evil()</script>"

_TEXTS = (
    "text", "integer", "decimal", "date", "time", "dateTime", "geopoint", "geotrace", "geoshape",
    "barcode", "acknowledge", "range", "note", "calculate", "hidden", "select_one cay",
    "select_multiple cay", "rank cay",
)  # fmt: skip
_FILES = {"image": PICTURE, "audio": "tieng.svg", "video": "phim.html", "file": "tep.jpg"}
# What would end the crawl, or be seen nowhere afterwards.
_NOT_FILLED_IN = (
    "sign_in.", "language.", "second_factor.", "account.change", "account.end", "person.end",
    "person.take", "hand_over.", "forms.", "form.", "form_bin.", "draft.clear", "draft.discard",
    "working_days.drop", "approvals.", "phone.", "draft.publish",
)  # fmt: skip
_AT_MOST = 3

_said = cycle(_LEADS)


def said() -> str:
    return f"{next(_said)}{EVIL}"


@dataclass(frozen=True)
class Told:
    """One answer; ``endpoint`` is the route's."""

    endpoint: str
    method: str
    path: str
    answer: TestResponse

    @property
    def data(self) -> bytes:
        return self.answer.get_data()


@dataclass
class Crawl:
    """``fills`` in the forms it finds, or only looks."""

    app: Flask
    client: FlaskClient
    fills: bool = True
    told: list[Told] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _often: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._map = self.app.url_map.bind("localhost")

    def walk(self, *starts: str) -> None:
        waiting = list(starts)
        self._often.clear()
        while waiting:
            path = waiting.pop(0)
            endpoint = self._new(path)
            if not endpoint:
                continue
            one = self._note(endpoint, "GET", path, self.client.get(path))
            if one.answer.status_code == 303:
                waiting.append(one.answer.headers["Location"])
            if one.answer.mimetype == "text/html" and one.data:
                page = html.fromstring(one.data)
                waiting += self._links(path, page)
                waiting += self._filled_in(path, page) if self.fills else ()

    def _note(self, endpoint: str, method: str, path: str, answer: TestResponse) -> Told:
        one = Told(endpoint, method, path, answer)
        self.told.append(one)
        return one

    def _endpoint(self, path: str, method: str = "GET") -> str:
        try:
            found, _ = self._map.match(urlsplit(path).path, method)
        except HTTPException:
            return ""
        return str(found)

    def _new(self, path: str) -> str:
        """The endpoint, or "" where that was asked, or often enough."""
        endpoint = self._endpoint(path)
        if not endpoint or endpoint == "static" or path in self._seen:
            return ""
        self._seen.add(path)
        self._often[endpoint] += 1
        return endpoint if self._often[endpoint] <= _AT_MOST else ""

    @staticmethod
    def _links(path: str, page: html.HtmlElement) -> Iterator[str]:
        for each in page.xpath("//@href | //@src | //@data-href | //@data-src"):
            whole = urljoin(f"http://localhost{path}", each)
            if whole.startswith("http://localhost/"):
                yield whole.removeprefix("http://localhost").partition("#")[0]

    def _filled_in(self, path: str, page: html.HtmlElement) -> Iterator[str]:
        for form in page.forms:
            action = urljoin(path, form.get("action") or path)
            method = (form.get("method") or "get").upper()
            endpoint = self._endpoint(action, method)
            files = form.xpath(".//input[@type='file']")
            if not endpoint or files or endpoint.startswith(_NOT_FILLED_IN):
                continue
            for valid in (False, True):
                if (action_of := f"{method} {endpoint} {valid}") in self._seen:
                    continue
                self._seen.add(action_of)
                fields = dict(_typed(form, valid=valid))
                if method == "GET":
                    action = action.partition("?")[0]
                    answer = self.client.get(action, query_string=fields)
                else:
                    answer = self.client.post(action, data=fields)
                self._note(endpoint, method, action, answer)
                if answer.status_code == 303:
                    yield answer.headers["Location"]


def _typed(form: html.FormElement, *, valid: bool) -> Iterator[tuple[str, str]]:
    """What a hostile reader types into it: where ``valid``, what its boxes ask for."""
    plain = {"date": "2026-12-01", "number": "1", "email": "xau@ctxh.example"}
    for each in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
        kind = each.get("type", "text") if each.tag == "input" else each.tag
        if kind == "select":
            values = [option.get("value") for option in each.iter("option")]
            yield each.name, next(filter(None, reversed(values)), "")
        elif kind == "password":
            yield each.name, PASSWORD
        elif kind in ("hidden", "radio", "checkbox", "submit"):
            yield each.name, each.get("value") or "on"
        else:
            yield each.name, plain.get(kind, said()) if valid else said()
    for button in form.xpath("(.//button[@name])[last()]"):
        yield button.get("name"), button.get("value") or ""


def furnish(world: World, app: Flask) -> Crawl:
    """All that is said is kept, by each of the ways in."""
    house, client = world.house, app.test_client()
    house.stores.offices.put([Office("VPX", said(), parent="VP01", kind="xa")])
    house.shelf.forget()
    xlsx = workbook_of({"survey": _survey(), "choices": _choices(), **_rest()})
    xform = convert_xlsform(xlsx, validate=False).xform
    world.publish(xform)
    first, second = f"uuid:{CHILD}", f"uuid:{CHILD[::-1]}"
    place = photo(label=exif(place=(107.0, 21.0)))
    files = {
        PICTURE: place, "tieng.svg": DRAWING.encode(), "phim.html": _PAGE.encode(),
        "tep.jpg": place,
    }  # fmt: skip
    world.send(_record(first), files)
    world.send(_record(second, f"<deprecatedID>{first}</deprecatedID>"), files)
    world.send(_record("uuid:noi", noi="21.0 107.0 0 0"), files)
    registers.worked_off(world)
    with pytest.raises(SameIdOtherAnswers):  # which is set aside
        world.send(_record("uuid:noi"), files)
    desk, at = Desk(house.stores, house.shelf, PROJECT, world.admin.actor), world.clock()
    filled = Filled("see", day_of(at), said(), "representative", *[said()] * 3, False, "VP02")
    concerns = f"/records/{FORM}/{quote(second, safe='')}\n/lists/{REGISTER}/{CHILD}"
    desk.receive(WHOLE_HOUSE, WHOLE_HOUSE, filled, concerns, at)
    sign_in(client, world.admin)
    client.environ_base["HTTP_USER_AGENT"] = EVIL
    return Crawl(app, client)


def hand_in(client: FlaskClient, path: str, data: bytes, name: str, box: str = "file") -> str:
    """Where the answer leads."""
    fields = {"csrf_token": forgery_token(client, "/account"), box: (io.BytesIO(data), name)}
    answer = client.post(path, data=fields, content_type="multipart/form-data")
    return answer.headers.get("Location", path)


def starts(world: World, client: FlaskClient) -> Iterator[str]:
    """Where no link leads: uploads, and the addresses that only scripts ask."""
    sheet = workbook_of({"survey": _survey(), "choices": _choices(), **_rest("2099010102")})
    draft = convert_xlsform(sheet, validate=False).xform
    world.publish(draft, draft_token=DRAFT)  # whose link the upload keeps
    yield hand_in(client, "/forms/upload", sheet, f"{EVIL.replace('/', '')}.xlsx", "form")
    sent = client.post(
        f"/v1/test/{DRAFT}/projects/{PROJECT}/forms/{FORM}/draft/submission",
        data={"xml_submission_file": (io.BytesIO(_record("uuid:thu")), "submission.xml")},
    )
    assert sent.status_code == 201, sent.get_data(as_text=True)
    yield f"/forms/{FORM}/draft/records/uuid:thu"
    wrong = workbook_of({"survey": [("type", "name", "label"), (EVIL, EVIL, EVIL)]})
    yield hand_in(client, "/forms/upload", wrong, f"{EVIL.replace('/', '')}.xlsx", "form")
    name = f"{EVIL.replace('/', '')}.csv"
    for column in ("ke", EVIL):
        row = (CHILD.replace("3d0c", "4e1d"), said(), "VPX", said())
        entries = _table(("name", "label", "__office", column), row)
        yield hand_in(client, f"/lists/{REGISTER}/import", entries, name)
    for parent in ("VP01", said()):
        units = _table(("code", "label", "parent"), ("VPY", said(), parent))
        yield hand_in(client, "/admin/offices/import", units, name)
    here = f"/records/{FORM}/uuid:{CHILD}"
    yield from ("/", "/account", f"/records/{FORM}/next/0", f"{here}/data.json", f"{here}/open")
    yield from (f"/forms/{FORM}", f"/records/{FORM}", f"/lists/{REGISTER}", f"{here}", "/aside")
    yield from (
        f"/forms/{FORM}/fill/form.xml?version=2099010101",
        f"/admin/people/{world.lan.actor.id}/hand-over",
    )
    yield from (f"/lists/{REGISTER}/{CHILD}", f"/lists/{REGISTER}/workers", "/admin/audit/seen.csv")
    yield from (f"/forms/{FORM}/draft", f"/forms/{FORM}/draft/fill/form.xml")
    yield from (f"{here}/edit/instance.xml", "/fill/ready")
    yield from ("/admin/audit", "/admin/audit/seen", "/admin/consents", "/approvals/new", "/bin")
    yield from ("/admin/offices/export/csv", "/admin/offices/export/geojson", "/openings")
    yield from (f"{here}/files/{quote(PICTURE)}/{size}" for size in (320, 1600))


def asked_by_programs(app: Flask, someone: Person) -> Iterator[Told]:
    """What the API tells of it by GET."""
    given = {
        "project": str(PROJECT), "form_id": FORM, "uuid": CHILD, "version": "2099010101",
        "instance_id": f"uuid:{CHILD}", "version_id": f"uuid:{CHILD}",
    }  # fmt: skip
    client = app.test_client()
    for line in asked_by(app, By.PROGRAM, By.PHONE):
        if line.method != "GET" or "token>" in line.path:
            continue
        named = REGISTER if "/datasets/" in line.path else quote(PICTURE)
        path = filled(line.path, lambda _, name, named=named: given.get(name, named))  # type: ignore[misc]
        yield Told(line.endpoint, "GET", path, client.get(path, headers=basic(someone)))


def publish(client: FlaskClient) -> Iterator[str]:
    """The draft, and the pages that tell of its version and notes."""
    fields = {"csrf_token": forgery_token(client, "/account"), "version": f"=1{EVIL}"}
    answer = client.post(f"/forms/{FORM}/draft/publish", data={**fields, "notes": said()})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    yield f"/forms/{FORM}?again"


def _table(*rows: tuple[str, ...]) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    return made.getvalue().encode()


def _survey() -> list[tuple[str, ...]]:
    head = (
        "type", "name", "label", "hint", "guidance_hint", "constraint", "constraint_message",
        "required_message", "calculation", "save_to",
    )  # fmt: skip
    rows = [head]
    for at, kind in enumerate(_TEXTS):
        words, kept = [f"@A1{EVIL}"] * 3, "ke" if kind == "text" else ""
        computed = "concat('a', 'b')" if kind == "calculate" else ""
        checks = (". != 'x'", EVIL, EVIL) if kind == "text" else ("", "", "")
        rows.append((kind, f"c{at}", *words, *checks, computed, kept))
    rows.append(("geopoint", "noi", *[EVIL] * 3, "", "", "", "", ""))
    rows += [(kind, f"f_{kind}", EVIL, *[""] * 7) for kind in _FILES]
    return rows


def _choices() -> list[tuple[str, str, str]]:
    rows = [("list_name", "name", "label")]
    return [*rows, ("cay", "+ngo", f"+1{EVIL}"), ("cay", "b", f"@A1{EVIL}")]


def _rest(version: str = "2099010101") -> dict[str, list[tuple[str, ...]]]:
    settings = [("form_id", "version", "form_title"), (FORM, version, f"+1{EVIL}")]
    return {"settings": settings, "entities": [("list_name", "label"), (REGISTER, "${c0}")]}


def _record(instance_id: str, before: str = "", noi: str = "") -> bytes:
    answers = [(f"c{at}", said()) for at in range(len(_TEXTS))]
    answers += [("noi", noi or said()), ("la", said())]
    answers += [(f"f_{kind}", name) for kind, name in _FILES.items()]
    inside = "".join(f"<{name}>{_escaped(each)}</{name}>" for name, each in answers)
    child = f'<entity dataset="{REGISTER}" id="{instance_id[5:]}" create="1">'
    label = f"<label>{_escaped(said())}</label></entity>" if not before and not noi else ""
    return (
        f'<data id="{FORM}" version="2099010101">{inside}<meta>{child if label else ""}{label}'
        f"<instanceID>{instance_id}</instanceID>{before}"
        f"<instanceName>{_escaped(said())}</instanceName></meta></data>"
    ).encode()


def _escaped(text: str) -> str:
    return escape(text, {"\r": "&#13;", "\t": "&#9;"})

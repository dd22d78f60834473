"""Whoever means harm, or has a broken script: every answer is a refusal in JSON, none a crash."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

import pytest
import requests
from flask import Flask

from server.app import create_app
from server.routes.api import BLUEPRINTS, speech
from tests.clients.conftest import Program, code
from tests.conftest import MEGABYTE
from tests.sheets import xform_named
from tests.world import World
from tests.xforms.broken import FINE, HEAD, xlsx

pytestmark = pytest.mark.journey

FORMS = "/projects/1/forms"
XML = {"Content-Type": "application/xml"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
HOSTILE = (
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "%ff%fe",
    "%ED%A0%80",
    "a" * 1000,
    "%7B%22$ne%22:1%7D",
    "1'%20or%20'1'='1",
    "%F0%9F%98%80%E2%80%AE",
    "%0d%0aSet-Cookie:%20a=b",
    "uuid%3Anobody",
    "___",
    "%2e",
)
PROJECTS = ("2", "0", "-1", "abc", "9" * 40, "1.0", "%00")
_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


def addresses(app: Flask) -> Iterator[tuple[str, set[str]]]:
    """Every address of the interface, and its methods."""
    ours = {each.name for each in BLUEPRINTS}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in ours:
            yield rule.rule.removeprefix("/v1"), set(rule.methods or ())


def refused(answer: requests.Response, what: object) -> None:
    assert 400 <= answer.status_code < 500, (what, answer.status_code, answer.text[:200])
    if answer.request.method != "HEAD":
        assert answer.headers["Content-Type"].startswith("application/json"), what
        assert "Set-Cookie" not in answer.headers


def test_no_name_in_an_address_breaks_anything(province: World, admin: Program) -> None:
    """Every address with every hostile name for the form, and for what is looked for in a form."""
    admin.post(f"{FORMS}?publish=true", data=xform_named("co_that"), headers=XML)
    asked = 0
    for address, methods in addresses(create_app(province.house)):
        parts = set(_PLACE.findall(address)) - {"project"}
        for value in HOSTILE if parts else ():
            names = dict.fromkeys(parts, value)
            for known in ({}, {"form_id": "co_that"} if len(parts) > 1 else {}):
                path = filled(address, {**names, **known})
                for method in methods - {"OPTIONS", "HEAD"}:
                    refused(admin(method, path, data=b""), (method, path))
                    asked += 1
    assert asked > 1000


def test_nobody_gets_anything(province: World, stranger: Program) -> None:
    """Neither who says nothing, nor with a phone's token."""
    phone = {"Authorization": f"Bearer {province.hong.token}"}
    for address, methods in addresses(create_app(province.house)):
        if address == "/sessions":
            continue
        for method in methods - {"OPTIONS", "HEAD"}:
            path = filled(address, {})
            assert code(stranger(method, path)) == (401, 401.2), (method, path)
            assert code(stranger(method, path, headers=phone)) == (401, 401.2), (method, path)


def test_a_case_manager_changes_nothing(province: World, lan: Program) -> None:
    """Everything that writes wants more than a case manager may."""
    for address, methods in addresses(create_app(province.house)):
        own = address.startswith("/sessions") or address.endswith((".csv", ".csv.zip"))
        for method in () if own else methods & {"POST", "PUT", "PATCH", "DELETE"}:
            answer = lan(method, filled(address, {}), data=b"x")
            assert code(answer) == (403, 403.1), (method, address)


def filled(address: str, names: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda at: "1" if at[1] == "project" else names.get(at[1], "x"), address)


def test_another_project_is_none(province: World, admin: Program) -> None:
    for address, methods in addresses(create_app(province.house)):
        if "<int:project>" not in address:
            continue
        for project in PROJECTS:
            path = _PLACE.sub("x", address.replace("<int:project>", project))
            refused(admin(next(iter(methods - {"OPTIONS", "HEAD"})), path), path)


def test_a_wrong_method_is_an_unknown_address(province: World, admin: Program) -> None:
    admin.post(f"{FORMS}?publish=true", data=xform_named("phuong_thuc"), headers=XML)
    for path in ("/projects", FORMS, f"{FORMS}/phuong_thuc/fields", "/users/current", "/nothing"):
        for method in METHODS:
            answer = admin(method, path)
            if answer.status_code != 200:
                assert answer.status_code in (400, 404), (method, path)
                refused(answer, (method, path))


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[1]",
        b'"text"',
        b"[" * 100_000,
        b'{"email": "\\ud800", "password": "a"}',
        b'{"email": ' + b"9" * 5000 + b"}",
        b"\xff\xfe{}",
        b'{"state": NaN, "email": Infinity}',
        b'{"email": {"$gt": ""}, "password": {"$gt": ""}}',
    ],
    ids=lambda each: repr(each[:20]),
)
def test_json_that_is_none_is_refused(admin: Program, body: bytes) -> None:
    json = {"Content-Type": "application/json"}
    assert admin.post("/sessions", data=body, headers=json).status_code == 400
    answer = admin("PATCH", f"{FORMS}/khong_co", data=body, headers=json)
    assert code(answer)[0] in (400, 404)


def packed(**files: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def swollen(workbook: bytes) -> bytes:
    """A small file that unpacks to seventy megabytes of one answer."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = b"<is><t>" + b"a" * 70 * MEGABYTE + b"</t></is>"
    row = b'<row r="9"><c r="A9" t="inlineStr">' + text + b"</c></row></sheetData>"
    sheet = "xl/worksheets/sheet1.xml"
    return packed(**parts | {sheet: parts[sheet].replace(b"</sheetData>", row)})


WHOLE = xlsx([HEAD, FINE])
BAD_FORMS = {
    "cut": WHOLE[: len(WHOLE) // 2],
    "flipped": WHOLE[:200] + bytes(each ^ 0xFF for each in WHOLE[200:400]) + WHOLE[400:],
    "empty archive": packed(),
    "another archive": packed(**{"../../etc/passwd": b"x", "a.txt": b"y"}),
    "a part that is no XML": packed(**{"[Content_Types].xml": b"\x00" * 100}),
    "swollen": swollen(WHOLE),
    "no words": b"\x00" * 5000,
    "an entity bomb": b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb">]><a>&b;</a>',
    "deep": b"<a>" * 50_000,
    "deep and closed": b"<a>" * 5_000 + b"</a>" * 5_000,
    "signs that XML has not": b"<a>\x01\x02</a>",
    "half a letter": b"<a>\xc3</a>",
}


@pytest.mark.parametrize("name", BAD_FORMS)
def test_a_form_that_is_none_is_refused_in_words(admin: Program, name: str) -> None:
    for headers in (XML, {"Content-Type": "application/vnd.ms-excel"}, {"Content-Type": "a/b"}):
        answer = admin.post(FORMS, data=BAD_FORMS[name], headers=headers)
        assert code(answer)[1] in (400.2, 400.15)
        assert len(answer.json()["message"]) < 500
        if name == "swollen" and headers != XML:
            assert "quá lớn" in answer.json()["message"]


@pytest.mark.parametrize("form_id", ["\x00", "a\nb", "…" * 400, "../x", "a%2Fb", "\ud800"])
def test_an_id_from_a_header_breaks_nothing(admin: Program, form_id: str) -> None:
    nameless = xlsx([HEAD, FINE], settings=(("form_title", "version"), ("Thăm hộ", "1")))
    fallback = requests.utils.quote(form_id.encode("utf-8", "surrogatepass"), safe="")
    answer = admin.post(FORMS, data=nameless, headers={"X-XlsForm-FormId-Fallback": fallback})
    assert answer.status_code < 500, answer.text


def test_a_body_beyond_all_measure_is_refused(
    admin: Program, province: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said beforehand, or found out while it comes; and the connection lives on."""
    most = province.house.config.max_upload
    admin.post(FORMS, data=xform_named("lon", media=("a.png",)), headers=XML)
    here = f"{FORMS}/lon/draft/attachments/a.png"
    for body in (b"x" * (most + 1), iter([b"x" * 1024**2] * (most // 1024**2 + 1))):
        answer = admin.post(here, data=body)
        assert code(answer) == (413, 413.1)
    # Nor what is held in memory, whatever a record may bring.
    monkeypatch.setattr(speech, "HANDED_IN", MEGABYTE)
    assert code(admin.post(here, data=b"x" * (MEGABYTE + 1))) == (413, 413.1)
    assert code(admin.post(FORMS, data=b"x" * (MEGABYTE + 1), headers=XML)) == (413, 413.1)
    assert admin.get(f"{FORMS}/lon/draft").status_code == 200
    json = {"Content-Type": "application/json"}
    answer = admin("PATCH", f"{FORMS}/lon", data=b" " * (1024**2 + 1), headers=json)
    assert answer.status_code in (404, 413)
    assert admin.post("/sessions", data=b" " * (1024**2 + 1), headers=json).status_code == 413


def test_headers_and_words_that_nobody_expects(admin: Program) -> None:
    for header in ("Accept-Language", "X-Extended-Metadata", "If-None-Match", "Accept", "Cookie"):
        for value in ("", ";q=,,,", "x" * 4000, "*", '"', "é"):
            answer = admin.get("/projects", headers={header: value.encode()})
            assert answer.status_code == 200, (header, value)
    for query in ("deleted=%00", "deleted=maybe", "publish=%ff", "ignoreWarnings"):
        assert admin.get(f"{FORMS}?{query}").status_code == 200

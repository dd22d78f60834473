"""A world in which everything that anybody can say is meant to harm.

What is said is markup that breaks out of text, attributes and scripts, begins as a spreadsheet's
formula does, and comes with pictures that tell where they were taken.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import cycle
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest
from flask.testing import FlaskClient

from server.errors import SameIdOtherAnswers
from server.model.calendar import day_of
from server.model.counts import count_day
from server.model.forms import FormKey
from server.model.offices import Office, within
from server.model.scope import WHOLE_HOUSE
from server.processing.duties.data_requests import Desk, Filled
from server.services import PROJECT
from server.worker import follow
from server.xforms.xlsform import convert_xlsform
from tests import registers
from tests.journeys.test_offices_succeed import merge
from tests.processing.camera import exif, photo
from tests.sheets import workbook_of
from tests.world import World, forgery_token, post, sign_in

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
_said = cycle(_LEADS)


def said() -> str:
    return f"{next(_said)}{EVIL}"


def furnish(world: World, client: FlaskClient) -> None:
    """All that is said is kept, by each of the ways in; the client is the administrator's."""
    house = world.house
    for code in ("VPX", "VPU"):
        house.stores.offices.put([Office(code, said(), parent="VP01", kind="xa")])
    house.shelf.forget()
    merge(world, ("VPU",), "VPW", label=said())
    for _ in range(2):
        follow(house)
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
    seen = [(1, within("VPX", house.shelf.offices()), "received")]
    counted = count_day(day_of(world.clock()), seen)
    assert house.stores.counters.put_day(FormKey(PROJECT, FORM), counted, "")
    desk, at = Desk(house.stores, house.shelf, PROJECT, world.admin.actor), world.clock()
    filled = Filled("see", day_of(at), said(), "representative", *[said()] * 3, False, "VP02")
    concerns = f"/records/{FORM}/{quote(second, safe='')}\n/lists/{REGISTER}/{CHILD}"
    desk.receive(WHOLE_HOUSE, WHOLE_HOUSE, filled, concerns, at)
    sign_in(client, world.admin)
    client.environ_base["HTTP_USER_AGENT"] = EVIL


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
    yield f"/counts?form={FORM}"
    yield from (f"/lists/{REGISTER}/{CHILD}", f"/lists/{REGISTER}/workers", "/admin/audit/seen.csv")
    yield from (f"/forms/{FORM}/draft", f"/forms/{FORM}/draft/fill/form.xml")
    yield from (f"{here}/edit/instance.xml", "/fill/ready")
    yield from ("/admin/audit", "/admin/audit/seen", "/admin/consents", "/approvals/new", "/bin")
    yield from ("/admin/offices/export/csv", "/admin/offices/export/geojson", "/openings")
    yield from (f"{here}/files/{quote(PICTURE)}/{size}" for size in (320, 1600))


def publish(client: FlaskClient) -> Iterator[str]:
    """The draft, and the pages that tell of its version and notes."""
    answer = post(client, f"/forms/{FORM}/draft/publish", version=f"=1{EVIL}", notes=said())
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

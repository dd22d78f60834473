"""pyODK against the REST interface: what its users write works as with ODK Central."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyodk.client import Client
from pyodk.errors import PyODKError

from server.app import create_app
from server.model.forms import FormKey
from server.services import build_services
from tests.sheets import workbook_of, xform_named
from tests.world import PASSWORD, Person, World, close
from tests.xforms.broken import BROKEN, FINE, HEAD, SETTINGS, xls, xlsx

pytestmark = pytest.mark.journey

PyOdk = Callable[[Person], Client]

PICTURE = "huong_dan.png"
SPREADSHEET = {
    "survey": (("type", "name", "label", "media::image"), ("text", "ten", "Họ tên", PICTURE))
}


def settings(form_id: str | None, version: str) -> tuple[tuple[str | None, ...], ...]:
    if form_id is None:
        return ("form_title", "version"), ("Thăm hộ", version)
    return ("form_title", "form_id", "version"), ("Thăm hộ", form_id, version)


def a_file(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def test_a_designer_creates_a_form_with_its_files_and_reads_it(
    province: World, pyodk: PyOdk, tmp_path: Path
) -> None:
    """Rows 1, 19, 21, 30: a form from a workbook is a draft, gets its file, is published."""
    workbook = workbook_of({**SPREADSHEET, "settings": settings("ho_py", "1")})
    picture = a_file(tmp_path, PICTURE, b"\x89PNG of invented people")
    with pyodk(province.admin) as client:
        made = client.forms.create(a_file(tmp_path, "ho.xlsx", workbook), attachments=[picture])
        assert (made.xmlFormId, made.version, made.publishedAt) == ("ho_py", "1", None)
        got = client.forms.get("ho_py")
        assert (got.name, got.state, got.version) == ("Thăm hộ", "open", "1")
        assert got.publishedAt is not None
        assert "ho_py" in {each.xmlFormId for each in client.forms.list()}
        xml = client.forms.get_xml("ho_py", encoding=None)
        held = client.get("projects/1/forms/ho_py/attachments/huong_dan.png").content
        sheet = client.get("projects/1/forms/ho_py.xlsx").content
    live = province.house.stores.forms.version(FormKey(1, "ho_py"), "1")
    assert live is not None
    assert (live.xml, live.md5, live.published_by) == (xml, got.hash, province.admin.actor.id)
    assert (held, sheet) == (picture.read_bytes(), workbook)


def test_a_form_is_updated_with_a_definition_and_with_files_alone(
    province: World, pyodk: PyOdk, tmp_path: Path
) -> None:
    """Rows 22, 23, 26: what is not given anew is carried over; the version is set on the way."""
    picture = a_file(tmp_path, PICTURE, b"first")
    first = workbook_of({**SPREADSHEET, "settings": settings("ho_moi", "1")})
    second = workbook_of({**SPREADSHEET, "settings": settings("ho_moi", "2")})
    with pyodk(province.admin) as client:
        client.forms.create(first, attachments=[picture])
        client.forms.update("ho_moi", definition=second)
        assert client.forms.get("ho_moi").version == "2"
        address = f"projects/1/forms/ho_moi/attachments/{PICTURE}"
        assert client.get(address).content == b"first"
        picture.write_bytes(b"second")
        client.forms.update("ho_moi", attachments=[picture])
        client.forms.update("ho_moi", attachments=[picture], version_updater=lambda _: "v<3>")
        assert client.get(address).content == b"second"
        got = client.forms.get("ho_moi")
        versions = client.get("projects/1/forms/ho_moi/versions").json()
        xml = client.forms.get_xml("ho_moi")
    assert got.version == "v<3>"
    assert 'version="v&lt;3&gt;"' in xml
    numbers = [each["version"] for each in versions]
    assert (numbers[0], numbers[2:], len(numbers)) == ("v<3>", ["2", "1"], 4)


def test_a_form_id_may_be_anything(province: World, pyodk: PyOdk) -> None:
    """pyODK's own trial: every sign of it is escaped on the way, and one is a slash."""
    form_id = "'=+/*-451%/%"
    with pyodk(province.admin) as client:
        made = client.forms.create(xform_named(form_id).decode(), form_id=form_id)
        assert made.xmlFormId == form_id
        assert client.forms.get(form_id).publishedAt is not None
        client.forms.update(form_id, definition=xform_named(form_id, version="2").decode())
        assert client.forms.get(form_id).version == "2"
        assert b"451%/%" in client.forms.get_xml(form_id, encoding=None)


def test_a_spreadsheet_without_an_id_takes_the_one_it_is_given(
    province: World, pyodk: PyOdk, tmp_path: Path
) -> None:
    """Rows 19, 20: the name of the file, or what the caller says; XLS too."""
    nameless = xlsx([HEAD, FINE], settings=settings(None, "1"))
    with pyodk(province.admin) as client:
        made = client.forms.create(a_file(tmp_path, "khong_ma.xlsx", nameless))
        assert made.xmlFormId == "khong_ma"
        assert client.forms.create(nameless, form_id="ma_khac").xmlFormId == "ma_khac"
        old = xls([HEAD, FINE], settings=settings("cu", "1"))
        assert client.forms.create(a_file(tmp_path, "cu.xls", old)).xmlFormId == "cu"
        assert client.get("projects/1/forms/cu.xls").content == old
        assert client.get("projects/1/forms/cu.xlsx").status_code == 404


def test_create_or_update_as_the_manual_shows_it(province: World, pyodk: PyOdk) -> None:
    """Row 16: what exists is said by the number 409.3, which scripts compare."""
    with pyodk(province.admin) as client:
        client.forms.create(xform_named("lap_lai").decode(), form_id="lap_lai")
        with pytest.raises(PyODKError) as refused:
            client.forms.create(xform_named("lap_lai").decode(), form_id="lap_lai")
    answer = refused.value.args[1].json()
    assert str(answer["code"]) == "409.3"
    assert answer["details"]["fields"] == ["projectId", "xmlFormId"]
    assert answer["details"]["values"] == ["1", "lap_lai"]


def test_a_broken_spreadsheet_is_explained_to_its_designer(province: World, pyodk: PyOdk) -> None:
    """Row 20, in the language of the account."""
    broken = BROKEN["unknown type"]
    with pyodk(province.admin) as client, pytest.raises(PyODKError) as refused:
        client.forms.create(broken.data)
    answer = refused.value.args[1].json()
    assert answer["code"] == 400.15
    assert broken.vi in answer["details"]["error"]
    assert province.house.stores.forms.entry(FormKey(1, SETTINGS[1][1] or "", draft=True)) is None


def test_a_case_manager_reads_forms_and_changes_none(province: World, pyodk: PyOdk) -> None:
    """Row 14."""
    province.publish(xform_named("chi_doc"))
    with pyodk(province.lan) as client:
        assert client.projects.get(1).name == "Cầu Nối"
        assert [each.id for each in client.projects.list()] == [1]
        assert client.forms.get("chi_doc").xmlFormId == "chi_doc"
        with pytest.raises(PyODKError, match="403"):
            client.forms.create(xform_named("khong_duoc").decode(), form_id="khong_duoc")
        with pytest.raises(PyODKError, match="403"):
            client.forms.update("chi_doc", definition=xform_named("chi_doc").decode())


def test_another_process_tells_at_once_what_was_published(
    province: World, pyodk: PyOdk, mongo_uri: str
) -> None:
    """A script's next request may reach another worker than the one before."""
    province.publish(xform_named("hai_tien_trinh", media=("a.png",)), {"a.png": b"x"})
    house = build_services(province.house.config, mongo_uri, province.clock)
    other = create_app(house).test_client()
    basic, form = (province.admin.email, PASSWORD), "/v1/projects/1/forms/hai_tien_trinh"
    assert other.get(form, auth=basic).json["version"] == "1"
    with pyodk(province.admin) as client:
        newer = xform_named("hai_tien_trinh", version="2", media=("b.png",))
        client.forms.update("hai_tien_trinh", definition=newer.decode())
    assert other.get(form, auth=basic).json["version"] == "2"
    assert [each["name"] for each in other.get(f"{form}/attachments", auth=basic).json] == ["b.png"]
    other.post(f"{form}/draft", auth=basic)
    assert other.get(f"{form}/draft", auth=basic).json["version"] == "2"
    close(house)

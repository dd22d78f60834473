"""A questionnaire to print, by page and by command."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import segno
from click.testing import CliRunner
from flask import Flask
from lxml import html

from server import exporting
from server.access.verbs import CASE_MANAGER, TABLE
from server.cli.main import commands
from server.config import Config
from server.errors import TypefaceMissing
from server.processing.forms.publish import Publication, publish
from server.services import PROJECT, Services
from server.xforms.read_form import read_form
from tests.javarosa.filler import FORMS, xform
from tests.pages.conftest import Enter
from tests.pages.looking import links, open_page, words
from tests.world import World

LIBRARY = sorted(path.stem for path in FORMS.glob("*/*.xlsx"))
CURRENT = "2026112901"


def sheet(page: html.HtmlElement) -> html.HtmlElement:
    (found,) = page.xpath("//article[@id='paper']")
    return found


def next_version(house: Services) -> None:
    source = xform("vang_gia").replace(CURRENT.encode(), b"2026112902")
    source = source.replace("Địa chỉ cụ thể".encode(), "Địa chỉ hiện nay".encode())
    publish(house.stores, Publication(PROJECT, "x.xml", source, {}, "thử", house.clock()))
    house.shelf.forget()


@pytest.mark.parametrize("form", LIBRARY)
def test_a_case_manager_reads_every_form_as_it_will_be_printed(
    world: World, enter: Enter, form: str
) -> None:
    version = read_form(xform(form)).version
    page = open_page(enter(world.lan), f"/forms/{form}/paper")
    assert sheet(page).get("lang") == "vi"
    assert f"{form} · phiên bản {version}" in words(sheet(page))
    english = open_page(enter(world.lan), f"/forms/{form}/paper?lang=en")
    assert sheet(english).get("lang") == "en"
    assert f"{form} · version {version}" in words(sheet(english))


def test_the_sheet_has_the_circles_squares_and_lines_of_the_layout(
    world: World, enter: Enter
) -> None:
    page = sheet(open_page(enter(world.lan), "/forms/vang_gia/paper"))
    announced = next(
        each
        for each in page.find_class("paper-question")
        if words(each).startswith("7. Có báo trước")
    )
    assert [words(each) for each in announced.find_class("is-round")] == ["Có", "Không"]
    day = next(
        each for each in page.find_class("paper-question") if words(each).startswith("2. Ngày vãng")
    )
    assert len(day.xpath(".//i")) == 8
    tables = sheet(open_page(enter(world.lan), "/forms/kiem_tra_van_phong/paper"))
    assert [len(each.xpath("./tbody/tr")) for each in tables.find_class("paper-table")] == [8, 8]


def test_the_code_on_the_sheet_names_form_and_version(world: World, enter: Enter) -> None:
    page = sheet(open_page(enter(world.lan), "/forms/vang_gia/paper"))
    (code,) = page.xpath(".//header/img/@src")
    mark = f"caunoi:form?id=vang_gia&version={CURRENT}"
    assert code == segno.make(mark, error="m", micro=False).svg_data_uri(border=4, dark="#000")


def test_an_earlier_version_can_still_be_printed(world: World, enter: Enter) -> None:
    """Phones in the field may still ask by it."""
    next_version(world.house)
    lan = enter(world.lan)
    assert "Địa chỉ hiện nay" in words(sheet(open_page(lan, "/forms/vang_gia/paper")))
    earlier = open_page(lan, f"/forms/vang_gia/paper?version={CURRENT}")
    assert "Địa chỉ cụ thể" in words(sheet(earlier))
    (pdf,) = links(earlier, "Tệp PDF")
    assert f"version={CURRENT}" in pdf
    assert "Địa chỉ cụ thể" in printed(lan.get(pdf).data)


def printed(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_the_file_has_a_name_and_the_language_that_was_asked_for(
    world: World, enter: Enter
) -> None:
    answer = enter(world.lan).get("/forms/vang_gia/paper.pdf?lang=en")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert f"vang_gia-{CURRENT}-en.pdf" in answer.headers["Content-Disposition"]
    assert "Ask only if question 8" in printed(answer.data)


@pytest.mark.parametrize("path", ["/forms/vang_gia/paper", "/forms/vang_gia/paper.pdf"])
def test_a_stranger_is_sent_to_sign_in_and_a_person_without_the_verb_turned_away(
    world: World, app: Flask, enter: Enter, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    answer = app.test_client().get(path)
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]
    lan = enter(world.lan)
    monkeypatch.setitem(TABLE, CASE_MANAGER, replace(TABLE[CASE_MANAGER], powers=()))
    assert lan.get(path).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/forms/khong_co/paper",
        "/forms/khong_co/paper.pdf",
        "/forms/vang_gia/paper?version=1999",
        "/forms/vang_gia/paper.pdf?version=1999",
        "/forms/vang_gia/paper?version=",
        "/forms/%2e%2e%2fetc/paper.pdf",
    ],
)
def test_what_was_never_published_is_not_found(world: World, enter: Enter, path: str) -> None:
    assert enter(world.lan).get(path).status_code == 404


def test_an_operator_writes_the_file_by_command(
    world: World,
    installation: Config,
    mongo_uri: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = world.house.config
    monkeypatch.setenv("CAUNOI_MONGO_URI", mongo_uri)
    monkeypatch.setenv("CAUNOI_DB", config.db)
    monkeypatch.setenv("CAUNOI_DATA", str(config.data))
    target = tmp_path / "phieu.pdf"
    command = ["form", "paper", "vang_gia", "--lang", "vi", "--output", str(target)]
    ran = CliRunner().invoke(commands, command, catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    assert str(target) in ran.output
    assert "Chỉ hỏi nếu câu 8" in printed(target.read_bytes())


def test_an_operator_without_the_typeface_is_told_how_to_get_it(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(exporting, "_TYPEFACE", tmp_path / "none")
    key = world.house.stores.forms.entries(PROJECT)[0].key
    with pytest.raises(TypefaceMissing, match=r"caunoi\.py serve"):
        exporting.questionnaire(world.house, key, None, "vi")

"""What a case manager takes away from a list."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest

from tests.exports.making import read_csv, unzipped
from tests.pages.conftest import Enter
from tests.records import record_of
from tests.sheets import answers_to, xform_named
from tests.world import World, sign_in

HERE = "/records/vang_gia/export"


def test_a_download_holds_exactly_what_the_filters_show(world: World, enter: Enter) -> None:
    """R68."""
    first, second = (record_of("vang_gia", number) for number in (1, 2))
    world.send(first.xml, by=world.hong)
    world.clock.move(days=2)
    world.send(second.xml, by=world.cuong)
    lan, day = enter(world.lan), f"{world.clock():%Y-%m-%d}"

    def keys(query: str) -> list[str]:
        return [each["KEY"] for each in read_csv(lan.get(f"{HERE}/csv?{query}").get_data())]

    assert keys("") == [second.instance_id, first.instance_id]
    assert keys("office=VP02") == [first.instance_id]
    assert keys(f"from={day}") == [second.instance_id]
    assert keys(f"collaborator={world.hong.actor.id}") == [first.instance_id]
    assert keys("state=approved") == []
    assert keys("office=VP99") == [second.instance_id, first.instance_id]


def test_a_cell_that_looks_like_a_formula_is_harmless(world: World, enter: Enter) -> None:
    """R63: a download from a page is opened in a spreadsheet."""
    made = record_of("vang_gia")
    old = made.xml.split(b"<ten_chu_ho>")[1].split(b"<")[0]
    evil = made.saying(b"<ten_chu_ho>" + old, b"<ten_chu_ho>=cmd()")
    world.send(evil.xml)
    [row] = read_csv(enter(world.lan).get(f"{HERE}/csv").get_data())
    assert row["g_ho-ten_chu_ho"] == "'=cmd()"


def test_a_form_with_vietnamese_letters_and_a_slash_is_downloaded_under_its_name(
    world: World, enter: Enter
) -> None:
    """R62."""
    world.publish(xform_named("khảo sát/2026"))
    world.send(answers_to("khảo sát/2026", "<ten>Ánh</ten>"))
    lan = enter(world.lan)
    path = "/records/kh%E1%BA%A3o%20s%C3%A1t%2F2026"
    assert lan.get(path).status_code == 200
    answer = lan.get(f"{path}/export/csv.zip")
    sent = answer.headers["Content-Disposition"]
    assert "filename*=UTF-8''kh%E1%BA%A3o%20s%C3%A1t2026.zip" in sent
    assert sent.isascii()
    assert "khảo sát2026.csv" in unzipped(answer.get_data())


def test_a_download_that_breaks_half_way_is_not_taken_for_whole(
    world: World, server: str, enter: Enter
) -> None:
    """R60: the bytes of a photo are gone; the connection ends without its last chunk."""
    made = record_of("vang_gia")
    world.send(made.xml, made.files)
    lost = world.records("vang_gia")[0].media[0].sha256
    world.house.stores.blobs._chunks.delete_many({"files_id": lost})
    lan = enter(world.lan)
    cookie = lan.get_cookie("caunoi")
    assert cookie is not None
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=60)
    connection.request("GET", f"{HERE}/csv.zip", headers={"Cookie": f"caunoi={cookie.value}"})
    answer = connection.getresponse()
    assert answer.status == 200
    with pytest.raises(http.client.IncompleteRead):
        answer.read()


def test_a_download_that_does_not_exist_is_said_in_words(world: World, enter: Enter) -> None:
    lan = enter(world.lan)
    assert lan.get(f"{HERE}/xlsx").status_code == 404
    assert lan.get("/records/khong_co/export/csv").status_code == 404


def test_leaving_a_page_open_leaves_nothing_for_the_next_person(world: World, enter: Enter) -> None:
    """A page of people's data is asked for anew each time; a download is never kept."""
    made = record_of("vang_gia")
    world.send(made.xml)
    lan = enter(world.lan)
    page = lan.get("/records/vang_gia")
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert lan.get(f"{HERE}/csv").headers["Cache-Control"] == "no-store"
    sign_in(lan, world.minh)
    assert made.instance_id not in lan.get("/records/vang_gia").get_data(as_text=True)

"""The photos and files of a record, as a case manager opens them."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from urllib.parse import unquote

import pytest
from PIL import Image

from exports.source import Options
from server.exporting import export
from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.scope import WHOLE_HOUSE
from server.model.sequence import seq_at
from server.processing.duties.audit_reading import Wanted, everything
from server.processing.follow_ups.run import run_due
from server.processing.intake.decide import Same
from server.processing.photos.shared_picture import without_place
from server.services import PROJECT
from tests.pages.conftest import Enter
from tests.pages.looking import headings, links, open_page, words
from tests.pages.test_record import INSIDE, send_visit
from tests.processing import camera
from tests.records import another_photo
from tests.sheets import answers_to, xform_named
from tests.world import World


def test_a_photo_opens_large_and_its_original_is_a_link(world: World, enter: Enter) -> None:
    photo = another_photo(2)
    lan, path = enter(world.lan), send_visit(world, **{"nha.jpg": photo})
    early = open_page(lan, path).xpath("//ul[@class='photos']//img")[0]
    shared = without_place(photo, "image/jpeg")
    assert lan.get(early.get("src")).get_data() == shared, "a copy of the original stands in"

    run_due(world.house.stores, world.house.shelf, world.clock())
    page = open_page(lan, path)
    image = page.xpath("//ul[@class='photos']//img")[0]
    assert (image.get("width"), image.get("height"), image.get("alt")) == ("320", "240", "Ảnh nhà")
    assert lan.get(image.get("src")).mimetype == "image/jpeg"
    large = image.getparent()
    assert (large.get("data-pswp-width"), large.get("data-pswp-height")) == ("640", "480")
    assert lan.get(large.get("href")).status_code == 200
    [original] = links(page, "Ảnh gốc")
    assert shared != photo
    assert lan.get(original).get_data() == shared, "without what tells of its place"
    assert enter(world.admin).get(original).get_data() == photo


def test_of_a_file_that_may_tell_a_place_the_page_says_so(world: World, enter: Enter) -> None:
    lan, path = enter(world.lan), send_visit(world, **{"giay.pdf": b"%PDF-1.7 x", "so.csv": b"a"})
    page = open_page(lan, path)
    said = [words(each.getparent()) for each in page.xpath("//a[contains(@href, '/files/')]")]
    cautious = [each for each in said if "có thể cho biết nơi tạo ra nó" in each]
    assert [each.split()[0] for each in cautious] == ["giay.pdf"]
    for name, told in (("giay.pdf", "1"), ("so.csv", None)):
        assert lan.get(f"{path}/files/{name}").headers.get("X-Place-Not-Removed") == told


def test_a_film_whose_place_cannot_be_removed_is_for_who_may_have_originals(
    world: World, enter: Enter
) -> None:
    film = b"\0\0\0\x14ftypisom" + bytes(8) + b"\0\0\0\x10mdatGPS21.02"
    path = f"{send_visit(world, **{'phim.mp4': film})}/files/phim.mp4"
    refused = enter(world.lan).get(path)
    assert refused.status_code == 403
    assert "Không xóa được vị trí trong tệp này" in refused.get_data(as_text=True)
    assert enter(world.admin).get(path).data == film


@pytest.mark.skipif("HEIF" not in Image.OPEN, reason="pillow-heif is not installed")
def test_a_photo_of_an_iphone_is_shown_though_no_browser_can_draw_it(
    world: World, enter: Enter
) -> None:
    """R16."""
    heic = camera.photo(4, size=(2400, 1800), form="HEIF")
    lan, path = enter(world.lan), send_visit(world, **{"nha.jpg": heic})
    run_due(world.house.stores, world.house.shelf, world.clock())
    page = open_page(lan, path)
    image = page.xpath("//ul[@class='photos']//img")[0]
    large = image.getparent()
    assert (large.get("data-pswp-width"), large.get("data-pswp-height")) == ("1600", "1200")
    for href in (image.get("src"), large.get("href")):
        assert lan.get(href).mimetype == "image/jpeg"
    [original] = links(page, "Ảnh gốc")
    answer = lan.get(original)
    assert answer.get_data() == heic
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_remark_leads_to_another_record_without_opening_it(world: World, enter: Enter) -> None:
    """What a page links is not in the access log as looked at."""
    photo = {"nha.jpg": another_photo(2)}
    first = send_visit(world, **photo)
    xml = answers_to("tham", INSIDE.replace("\n", "")).replace(b"5b11<", b"5b12<")
    second = f"/records/tham/{world.send(xml, photo).instance_id}"
    run_due(world.house.stores, world.house.shelf, world.clock())
    assert first in map(unquote, open_page(enter(world.lan), second).xpath("//a/@href"))
    log = everything(world.house.stores, WHOLE_HOUSE, Wanted(who=world.lan.actor.id))
    told = {each for logged in log for each in (*logged.entry.things, *logged.entry.shown)}
    looked_at = {each.rpartition("/")[2] for each in told}
    assert second.rpartition("/")[2] in looked_at
    assert first.rpartition("/")[2] not in looked_at


def test_a_photo_that_is_known_is_not_sent_again(world: World, enter: Enter) -> None:
    """And only after it was asked whether the reader still may."""
    lan, path = enter(world.lan), send_visit(world, **{"nha.jpg": another_photo(2)})
    photo = f"{path}/files/nha.jpg"
    first = lan.get(photo)
    assert first.headers["Cache-Control"] == "private, no-cache"
    known = {"If-None-Match": first.headers["ETag"]}
    again = lan.get(photo, headers=known)
    assert (again.status_code, again.get_data()) == (304, b"")
    assert enter(world.minh).get(photo, headers=known).status_code == 404


def test_a_file_that_no_answer_names_is_kept_and_shown(world: World, enter: Enter) -> None:
    lan = enter(world.lan)
    path = send_visit(world, **{"nha.jpg": another_photo(1), "ghi âm 1.m4a": b"\0\0\0 ftypM4A "})
    page = open_page(lan, path)
    assert headings(page)[-1] == "h2 Tệp đính kèm không thuộc câu hỏi nào"
    [sound] = links(page, "ghi âm 1.m4a")
    answer = lan.get(sound)
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_file_is_opened_whatever_its_name_is(world: World, enter: Enter) -> None:
    """R15: composed and decomposed letters, blanks, and what looks like a path."""
    names = ["ảnh nhà số 5.jpg", unicodedata.normalize("NFD", "ảnh bếp.jpg"), "a/b.jpg", "100%.jpg",
             'ngoặc "kép".jpg', "..\\x.jpg", "a?b#c.jpg", "%2F.jpg"]  # fmt: skip
    files = {name: f"{name}".encode() for name in names}
    lan, path = enter(world.lan), send_visit(world, **files)
    page = open_page(lan, path)
    for name, content in files.items():
        [href] = links(page, name)
        answer = lan.get(href)
        assert answer.status_code == 200, name
        assert answer.get_data() == content, name
        assert answer.headers["Content-Disposition"].isascii()
    typed = lan.get(f"{path}/files/ảnh bếp.jpg")  # composed, as a keyboard writes it
    assert typed.get_data() == files[names[1]]


def test_a_photo_that_old_data_has_twice_is_shown_twice(world: World, enter: Enter) -> None:
    """R10: each under a name of its own; looked at, exported and sent again without a crash."""
    world.publish(xform_named("x"))
    xml, name = answers_to("x", "<anh>1.jpg</anh>"), "1.jpg"
    one, two = another_photo(1), another_photo(2)
    world.send(xml, {name: one, "2.jpg": two})
    records = world.house.stores.submissions._records
    records.update_one({"media.name": "2.jpg"}, {"$set": {"media.1.name": name}})
    run_due(world.house.stores, world.house.shelf, world.clock())
    [record] = world.records("x")
    assert {each.name: world.file(record, each.name) for each in record.media} == {
        name: one,
        f"{name} (2)": two,
    }
    admin = enter(world.admin)
    page = open_page(admin, f"/records/x/{record.instance_id}")
    originals = {admin.get(each).data for each in page.xpath("//a/@href") if "/files/" in each}
    assert {one, two} <= originals
    made = export(
        world.house,
        WHOLE_HOUSE,
        FormKey(PROJECT, "x"),
        "csv.zip",
        Filters(top=seq_at(world.clock())),
        Options(),
    )
    with zipfile.ZipFile(io.BytesIO(b"".join(made.pieces))) as archive:
        assert archive.read("media/1.jpg") == without_place(one, "image/jpeg")
    assert isinstance(world.send(xml, {name: one}).decision, Same)

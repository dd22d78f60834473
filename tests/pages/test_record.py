"""One record as a case manager reads it."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from PIL import Image

from exports.source import Options
from server.exporting import export
from server.model.filters import Filters
from server.model.forms import FormKey
from server.model.scope import WHOLE_HOUSE
from server.model.sequence import seq_at
from server.processing.audit_reading import Wanted, everything
from server.processing.decide import Same
from server.processing.follow_ups.run import run_due
from server.processing.shared_picture import without_place
from server.services import PROJECT
from server.xforms.read_form import read_form
from tests.javarosa.filler import xform
from tests.pages.conftest import Enter
from tests.pages.looking import answer_to, evidence, headings, links, open_page, said, words
from tests.processing import camera
from tests.questions import heard
from tests.records import LIBRARY, another_photo, record_of
from tests.sheets import answers_to, xform_named, xform_of
from tests.world import World, forgery_token

VISIT = """
| survey | | | | | | | |
| | type | name | label::Tiếng Việt (vi) | label::English (en) | appearance | calculation | |
| | start | start | | | | | |
| | note | loi_dan | Đọc cho gia đình nghe | Read this out | | | |
| | text | ten | Họ tên **chủ hộ** | Name of the *head* | | | |
| | select_one_from_file xa.csv | xa | Xã | Commune | | | |
| | select_multiple nguon | nguon | Nguồn thu | Income from | | | |
| | integer | nam_sinh | Năm sinh | Year of birth | | | |
| | integer | thu_nhap | Thu nhập | Income | thousands-sep | | |
| | decimal | can_nang | Cân nặng (<40 kg) | Weight (<40 kg) | | | |
| | date | ngay | Ngày | Day | | | |
| | date | thang | Tháng sinh | Month of birth | month-year | | |
| | time | gio | Giờ | Time | | | |
| | dateTime | bao | Báo lúc | Reported at | | | |
| | geopoint | gps | Vị trí | Place | | | |
| | image | anh | Ảnh nhà | Photo of the house | | | |
| | calculate | an | | | | 1 + 1 | |
| | calculate | diem | Điểm nguy cơ | Risk points | | 3 | |
| | calculate | nhom | Nhóm | Group | | 'nong' | |
| | calculate | lan_cuoi | Lần gặp gần nhất | Last seen | | '2026-11-08' | |
| | begin_repeat | tre | Từng trẻ | Each child | | | |
| | text | ten_tre | Tên trẻ | Child's name | | | |
| | begin_group | hoc | Việc học của ${ten_tre} | School of ${ten_tre} | | | |
| | text | truong | ${ten} cho ${ten_tre} học ở | ${ten} sends ${ten_tre} to | | | |
| | end_group | | | | | | |
| | end_repeat | | | | | | |
| choices | | | | |
| | list_name | name | label::Tiếng Việt (vi) | label::English (en) |
| | nguon | nong | Nông nghiệp | Farming |
| | nguon | tro_cap | Trợ cấp | Allowance |
| settings | | | | |
| | form_id | version | form_title | default_language |
| | tham | 1 | Thăm hộ | Tiếng Việt (vi) |
"""
INSIDE = """
<start>2026-11-24T08:00:00.000+07:00</start><loi_dan/><ten>Trần Văn Mạnh</ten><xa>06862</xa>
<nguon>nong tro_cap</nguon><nam_sinh>1950</nam_sinh><thu_nhap>1250000</thu_nhap>
<can_nang>12.50</can_nang><ngay>2026-11-08</ngay><thang>2014-03-01</thang>
<gio>08:13:00.000+07:00</gio><bao>2026-11-08T01:13:00.000Z</bao>
<gps>21.0285 107.5 12.0 8.0</gps><anh>nha.jpg</anh><an>2</an><diem>3</diem><nhom>nong</nhom>
<lan_cuoi>2026-11-08</lan_cuoi>
<tre><ten_tre>Ánh</ten_tre><hoc><truong>Tiểu học</truong></hoc></tre>
<tre><ten_tre>Sềnh</ten_tre><hoc><truong/></hoc></tre>
"""


def send_visit(world: World, inside: str = INSIDE, **files: bytes) -> str:
    """The path of its page."""
    csv = "name,label\n06862,Xã Tiên Yên\n".encode()
    world.publish(xform_of(VISIT), {"xa.csv": csv})
    received = world.send(answers_to("tham", inside.replace("\n", "")), files)
    return f"/records/tham/{received.instance_id}"


def in_english(client: FlaskClient) -> None:
    fields = {"csrf_token": forgery_token(client, "/"), "language": "en"}
    assert client.post("/language", data=fields).status_code == 303


def test_lan_reads_the_answers_in_her_language_in_the_order_of_the_phone(
    world: World, enter: Enter
) -> None:
    lan, path = enter(world.lan), send_visit(world)
    assert said(open_page(lan, path)) == [
        ("Họ tên chủ hộ", "Trần Văn Mạnh"),
        ("Xã", "Xã Tiên Yên"),
        ("Nguồn thu", "Nông nghiệp / Trợ cấp"),
        ("Năm sinh", "1950"),
        ("Thu nhập", "1.250.000"),
        ("Cân nặng (<40 kg)", "12,50"),
        ("Ngày", "08/11/2026"),
        ("Tháng sinh", "03/2014"),
        ("Giờ", "08:13"),
        ("Báo lúc", "08/11/2026, 08:13"),
        ("Vị trí", "21,02850; 107,50000, sai số ±8 m"),
        ("Ảnh nhà", "Ảnh này chưa gửi về"),
        ("Điểm nguy cơ", "3"),
        ("Nhóm", "Nông nghiệp"),
        ("Lần gặp gần nhất", "08/11/2026"),
        ("Tên trẻ", "Ánh"),
        ("Trần Văn Mạnh cho Ánh học ở", "Tiểu học"),
        ("Tên trẻ", "Sềnh"),
        ("Trần Văn Mạnh cho Sềnh học ở", "Chưa trả lời"),
    ]


def test_a_guest_reads_the_same_record_in_english(world: World, enter: Enter) -> None:
    lan, path = enter(world.lan), send_visit(world)
    in_english(lan)
    page = open_page(lan, path)
    assert answer_to(page, "Name of the head") == "Trần Văn Mạnh"
    assert answer_to(page, "Income from") == "Farming / Allowance"
    assert answer_to(page, "Income") == "1,250,000"
    assert answer_to(page, "Weight (<40 kg)") == "12.50"
    assert answer_to(page, "Place") == "21.02850; 107.50000, accuracy ±8 m"


RISK = """
| survey | | | | | |
| | type | name | label::Tiếng Việt (vi) | label::English (en) | calculation |
| | integer | diem | Điểm | Points | |
| | select_one muc | muc_nv | Theo nhân viên | By the worker | |
| | select_multiple nguon | nguon | Nguồn thu | Income from | |
| | calculate | muc | Mức gợi ý | Suggested | if(${diem} > 6,'cao','thap') |
| | calculate | muc_ten | Tên mức | In words | jr:choice-name(${muc},'${muc_nv}') |
| | calculate | nguon_cu | Nguồn cũ | Income before | ${nguon} |
| | calculate | co_gap | Có gặp | Met | if(${diem} > 6,1,0) |
| | calculate | tb | Trung bình | Mean | ${diem} div 3 |
| choices | | | | |
| | list_name | name | label::Tiếng Việt (vi) | label::English (en) |
| | muc | cao | Cao | High |
| | muc | thap | Thấp | Low |
| | khac | cao | Cao lắm | Very high |
| | nguon | nong | Nông nghiệp | Farming |
| | nguon | tro_cap | Trợ cấp | Allowance |
| | co_gap | 1 | Có | Yes |
| | co_gap | 0 | Không | No |
| settings | | | | |
| | form_id | version | form_title | default_language |
| | nguy_co | 1 | Nguy cơ | Tiếng Việt (vi) |
"""


def test_what_a_form_computes_is_said_in_the_reader_s_language(world: World, enter: Enter) -> None:
    """By the choices that the form calls it among, whatever the phone's language was."""
    world.publish(xform_of(RISK))
    inside = (
        "<diem>7</diem><muc_nv>thap</muc_nv><nguon>nong tro_cap</nguon><muc>cao</muc>"
        "<muc_ten>Cao</muc_ten><nguon_cu>nong tro_cap</nguon_cu><co_gap>1</co_gap><tb>2.5</tb>"
    )
    received = world.send(answers_to("nguy_co", inside))
    lan, path = enter(world.lan), f"/records/nguy_co/{received.instance_id}"
    assert said(open_page(lan, path))[3:] == [
        ("Mức gợi ý", "Cao"),
        ("Tên mức", "Cao"),
        ("Nguồn cũ", "Nông nghiệp / Trợ cấp"),
        ("Có gặp", "Có"),
        ("Trung bình", "2,5"),
    ]
    in_english(lan)
    assert [answer for _, answer in said(open_page(lan, path))[3:]] == [
        *("High", "High", "Farming / Allowance", "Yes", "2.5"),
    ]


def test_what_kind_of_office_was_inspected_is_said_in_words(world: World, enter: Enter) -> None:
    """A kind of the centre's own stands as it is written."""
    made = record_of("kiem_tra_van_phong").without_files()
    ours = record_of("kiem_tra_van_phong").without_files()
    kind = re.search(rb"<cap_vp>\w+", made.xml)
    assert kind is not None
    world.send(made.saying(kind[0], b"<cap_vp>xa").xml)
    world.send(ours.saying(kind[0], "<cap_vp>liên xã".encode()).xml)
    lan, path = enter(world.lan), f"/records/kiem_tra_van_phong/{made.instance_id}"
    assert answer_to(open_page(lan, path), "Cấp văn phòng") == "Văn phòng CTXH cấp xã"
    there = f"/records/kiem_tra_van_phong/{ours.instance_id}"
    assert answer_to(open_page(lan, there), "Cấp văn phòng") == "liên xã"
    in_english(lan)
    assert answer_to(open_page(lan, path), "Office level") == "Commune office"


def test_each_round_of_a_repeat_is_a_sheet_of_its_own(world: World, enter: Enter) -> None:
    lan, path = enter(world.lan), send_visit(world)
    assert headings(open_page(lan, path)) == [
        "h2 Từng trẻ · 1/2",
        "h3 Việc học của Ánh",
        "h2 Từng trẻ · 2/2",
        "h3 Việc học của Sềnh",
    ]


def test_what_the_form_does_not_know_stands_under_a_heading_of_its_own(
    world: World, enter: Enter
) -> None:
    lan, path = enter(world.lan), send_visit(world, INSIDE + "<la>điều lạ &lt;b&gt;</la>")
    page = open_page(lan, path)
    assert headings(page)[-1] == "h2 Câu trả lời không có trong biểu mẫu"
    assert said(page)[-1] == ("la", "điều lạ <b>")
    assert page.xpath("//dd//b") == []


def test_an_answer_of_the_wrong_kind_is_shown_as_it_came_with_a_doubt(
    world: World, enter: Enter
) -> None:
    lan, path = enter(world.lan), send_visit(world, INSIDE.replace("1950", "năm mốt"))
    page = open_page(lan, path)
    assert answer_to(page, "Năm sinh").startswith("năm mốt")
    assert "không đúng kiểu" in answer_to(page, "Năm sinh")
    assert any("Năm sinh: " in each and "không đúng kiểu" in each for each in evidence(page))


def test_evidence_calls_a_photo_by_its_question_and_says_what_is_missing(
    world: World, enter: Enter
) -> None:
    lan, path = enter(world.lan), send_visit(world)
    before = open_page(lan, path)
    assert any("“Ảnh nhà” chưa gửi về" in each for each in evidence(before))
    assert before.xpath("//*[@class='photo-missing']")

    world.clock.move(minutes=40)
    world.send(answers_to("tham", INSIDE.replace("\n", "")), {"nha.jpg": another_photo(1)})
    checked = open_page(lan, path)
    assert any("đang được kiểm tra" in each for each in evidence(checked))
    run_due(world.house.stores, world.house.shelf, world.clock())
    after = open_page(lan, path)
    assert any("Ảnh “Ảnh nhà” được chụp cách" in each for each in evidence(after))
    assert any("Đã nhận 1 ảnh" in each for each in evidence(after))
    assert "Ảnh được chụp cách" in answer_to(after, "Ảnh nhà")
    assert "1 tệp đến sau" in words(after.xpath("//ol[@class='history']")[0])


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


def test_an_encrypted_record_says_so_and_is_reviewed_like_any_other(
    world: World, enter: Enter
) -> None:
    world.publish(xform_of(VISIT))
    sealed = (
        b'<data id="tham" version="1" encrypted="yes" '
        b'xmlns="http://www.opendatakit.org/xforms/encrypted">'
        b"<base64EncryptedKey>x</base64EncryptedKey>"
        b'<orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>uuid:sealed'
        b"</orx:instanceID></orx:meta><encryptedXmlFile>submission.xml.enc</encryptedXmlFile>"
        b"</data>"
    )
    world.send(sealed, {"submission.xml.enc": b"\x01\x02"})
    page = open_page(enter(world.lan), "/records/tham/uuid:sealed")
    assert "Phiếu này được mã hóa" in words(page)
    assert page.xpath("//form//input[@value='hasIssues']")


def test_ten_thousand_rounds_make_a_page_that_a_browser_still_shows(
    world: World, enter: Enter
) -> None:
    rounds = "<tre><ten_tre>Ánh</ten_tre><hoc><truong>A</truong></hoc></tre>" * 10_000
    lan, path = enter(world.lan), send_visit(world, INSIDE + rounds)
    answer = lan.get(path)
    assert "quá dài để hiện hết" in answer.get_data(as_text=True)
    assert len(answer.get_data()) < 500_000
    assert len(lan.get(f"{path}/data.json").get_json()["answers"]) > 20_000


def test_a_record_of_a_version_that_the_house_never_had_is_still_read(
    world: World, enter: Enter
) -> None:
    """R52."""
    world.publish(xform_of(VISIT))
    old = answers_to("tham", "<ten>Lò Văn Dũng</ten><cu>tên cũ</cu>", version="0")
    received = world.send(old)
    page = open_page(enter(world.lan), f"/records/tham/{received.instance_id}")
    assert answer_to(page, "Họ tên chủ hộ") == "Lò Văn Dũng"
    assert answer_to(page, "cu") == "tên cũ"
    assert any("phiên bản biểu mẫu mà máy chủ không có" in each for each in evidence(page))


@pytest.mark.parametrize("form", LIBRARY)
def test_every_sample_of_the_library_is_read_without_a_code_on_the_page(
    world: World, enter: Enter, form: str
) -> None:
    """No name of a question and no placeholder reaches a reader."""
    names = {each.name for each in read_form(xform(form)).walk()}
    lan = enter(world.lan)
    samples = [record_of(form, number) for number in range(1, 6)]
    for made in samples:
        world.send(made.xml, made.files)
    for language in (None, in_english):
        if language is not None:
            language(lan)
        for made in samples:
            page = open_page(lan, f"/records/{form}/{made.instance_id}")
            questions = [question for question, _ in said(page)]
            assert len(questions) > 10
            assert names.isdisjoint(questions)
            odd = [each for each in questions if "${" in each or "**" in each or "…" in each]
            assert odd == []


def test_opening_a_record_asks_the_database_six_times(world: World, enter: Enter) -> None:
    """Who asks takes two of them, whom the record may be given to and whether it is shared one,
    however many records and offices there are."""
    lan, path = enter(world.lan), send_visit(world)
    open_page(lan, path)
    before = heard.count
    open_page(lan, path)
    assert heard.count - before == 6


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

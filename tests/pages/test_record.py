"""One record as a case manager reads it."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from server.processing.follow_ups.run import run_due
from server.xforms.read_form import read_form
from tests.javarosa.filler import xform
from tests.pages.conftest import Enter
from tests.pages.looking import answer_to, evidence, headings, open_page, said, words
from tests.questions import heard
from tests.records import LIBRARY, another_photo, record_of
from tests.sheets import answers_to, xform_of
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
            assert len(questions) >= 10
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

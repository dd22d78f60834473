"""The archive: tables, the files that records mention, and interview logs."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from server.model.records import Record
from server.xforms.form import Form
from tests.exports.making import (
    NOW,
    answered,
    column,
    export,
    form_of,
    media,
    read_csv,
    record,
    source,
    unzipped,
)


def form(rows: str, form_id: str = "tham") -> Form:
    return form_of(f"""
| survey |
| | type | name | label |
{rows.strip()}
| settings |
| | form_title | form_id | version |
| | Thăm | {form_id} | 1 |
""")


PHOTO = form("| | image | anh | A |\n| | image | anh2 | B |\n| | audit | audit | |")


def with_photo(name: str, content: bytes, *, number: int) -> Record:
    xml = answered(PHOTO, f"<anh>{name}</anh>", number=number)
    return record(xml, number=number, files=[media(name, content)])


def with_log(log: bytes, *, number: int = 1) -> Record:
    inside = f"<meta><instanceID>uuid:{number}</instanceID><audit>audit.csv</audit></meta>"
    xml = f'<data id="tham" version="1">{inside}</data>'.encode()
    return record(xml, number=number, files=[media("audit.csv", log)])


def files_of(*contents: bytes) -> dict[str, bytes]:
    return {str(number): content for number, content in enumerate(contents)}


def test_a_reader_finds_the_photos_beside_the_tables() -> None:
    about = source(PHOTO, files=files_of(b"jpeg 1", b"jpeg 2"))
    records = [with_photo("b.jpg", b"jpeg 2", number=2), with_photo("a.jpg", b"jpeg 1", number=1)]
    files = unzipped(export("csv.zip", about, records))
    assert list(files) == ["tham.csv", "media/b.jpg", "media/a.jpg"]
    assert files["media/a.jpg"] == b"jpeg 1"


def test_a_reader_who_wants_no_files_gets_tables_only() -> None:
    records = [with_photo("a.jpg", b"jpeg 1", number=1), with_log(b"event\nx\n", number=2)]
    files = unzipped(export("csv.zip", source(PHOTO), records, attachments=False))
    assert list(files) == ["tham.csv"]


def test_two_photos_of_one_name_are_both_there_and_tell_whose_they_are() -> None:
    about = source(PHOTO, files=files_of(b"first", b"other"))
    records = [
        with_photo("1.jpg", b"first", number=3),
        with_photo("1.jpg", b"other", number=2),
        with_photo("1.jpg", b"first", number=1),
    ]
    files = unzipped(export("csv.zip", about, records))
    assert {name: data for name, data in files.items() if name != "tham.csv"} == {
        "media/1.jpg": b"first",
        "media/2/1.jpg": b"other",
    }


def test_names_that_a_disk_takes_for_one_do_not_overwrite_each_other() -> None:
    """R15"""
    about = source(PHOTO, files=files_of(b"1", b"2", b"3"))
    records = [
        with_photo("\u1ea3nh.JPG", b"1", number=3),
        with_photo("a\u0309nh.jpg", b"2", number=2),
        with_photo("\u1ea3n?h.jpg", b"3", number=1),
    ]
    files = unzipped(export("csv.zip", about, records))
    assert list(files)[1:] == [
        "media/\u1ea3nh.JPG",
        "media/2/a\u0309nh.jpg",
        "media/1/\u1ea3nh.jpg",
    ]


def test_two_names_of_one_record_that_come_to_the_same_are_both_kept() -> None:
    xml = answered(PHOTO, "<anh>a?.jpg</anh><anh2>a.jpg</anh2>")
    one = record(xml, files=[media("a?.jpg", b"1"), media("a.jpg", b"2")])
    other = with_photo("a.jpg", b"3", number=2)
    about = source(PHOTO, files=files_of(b"1", b"2", b"3"))
    files = unzipped(export("csv.zip", about, [other, one]))
    assert list(files)[1:] == ["media/a.jpg", "media/1/a.jpg", "media/1/2/a.jpg"]
    assert list(files.values())[1:] == [b"3", b"1", b"2"]


def test_a_path_in_a_file_name_leads_nowhere(tmp_path: Path) -> None:
    name = "../../../x.jpg"
    about = source(PHOTO, files=files_of(b"1"))
    data = export("csv.zip", about, [with_photo(name, b"1", number=1)])
    assert list(unzipped(data))[1] == "media/......x.jpg"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(tmp_path / "in")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
    assert column("anh", unzipped(data)["tham.csv"]) == [name]


def test_files_that_no_answer_mentions_any_more_stay_behind() -> None:
    both = [media("a.jpg", b"1"), media("z.jpg", b"2")]
    one = record(answered(PHOTO, "<anh>a.jpg</anh>"), files=both)
    files = unzipped(export("csv.zip", source(PHOTO, files=files_of(b"1", b"2")), [one]))
    assert list(files)[1:] == ["media/a.jpg"]
    assert column("AttachmentsPresent", files["tham.csv"]) == ["1"]


def test_two_questions_may_show_one_photo() -> None:
    """R11"""
    one = record(
        answered(PHOTO, "<anh>a.jpg</anh><anh2>a.jpg</anh2>"), files=[media("a.jpg", b"1")]
    )
    files = unzipped(export("csv.zip", source(PHOTO, files=files_of(b"1")), [one]))
    assert list(files)[1:] == ["media/a.jpg"]


def test_photos_are_stored_as_they_are_and_carry_the_time_they_arrived() -> None:
    about = source(PHOTO, files=files_of(b"1" * 9999))
    data = export("csv.zip", about, [with_photo("a.jpg", b"1" * 9999, number=1)])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        photo = archive.getinfo("media/a.jpg")
        table = archive.getinfo("tham.csv")
    assert (photo.compress_type, photo.compress_size) == (zipfile.ZIP_STORED, 9999)
    assert photo.date_time == NOW.timetuple()[:6]
    assert table.compress_type == zipfile.ZIP_DEFLATED


def test_interview_logs_become_one_table() -> None:
    first = b"event,node,start,end\nform start,,1792063222570,\nquestion,/data/anh,1,2\n\n"
    other = """\ufeffevent,start,node,old-value,extra
"a
 b",7,/data/x,"trẻ, em",?
""".encode()
    about = source(PHOTO, files=files_of(first, other))
    records = [with_log(first, number=2), with_log(other, number=1)]
    files = unzipped(export("csv.zip", about, records))
    assert list(files) == ["tham.csv", "tham - audit.csv"]
    assert files["tham - audit.csv"].decode() == (
        "instance ID,event,node,start,end,latitude,longitude,accuracy,old-value,new-value,"
        "user,change-reason\n"
        "uuid:2,form start,,1792063222570,,,,,,,,\n"
        "uuid:2,question,/data/anh,1,2,,,,,,,\n"
        'uuid:1,"a\n b",/data/x,7,,,,,"trẻ, em",,,\n'
    )
    assert column("AttachmentsPresent", files["tham.csv"]) == ["1", "1"]


@pytest.mark.parametrize("log", [b"", b"\xff\xfe\x00", b"event\n", b'event\n"' + b"x" * 200_000])
def test_one_phones_broken_log_does_not_cost_everybody_the_export(log: bytes) -> None:
    good = b"event\nform exit\n"
    about = source(PHOTO, files=files_of(log, good))
    files = unzipped(export("csv.zip", about, [with_log(log, number=2), with_log(good)]))
    events = [row["event"] for row in read_csv(files["tham - audit.csv"])]
    assert events[-1] == "form exit"
    assert events[:-1] == (["unreadable log"] if len(log) > 999 else [])


def test_repeats_of_one_name_are_numbered_in_form_order() -> None:
    def within(group: str, answer: str) -> Form:
        tre = f"| | begin_repeat | tre | T |\n| | text | {answer} | A |\n| | end_repeat | | |"
        return form(f"| | begin_group | {group} | G |\n{tre}\n| | end_group | | |")

    now, was = within("g1", "a1"), within("g2", "a2")
    xml = answered(now, "<g1><tre><a1>x</a1></tre></g1><g2><tre><a2>y</a2></tre></g2>")
    about = replace(source(now, was), form_of=lambda _: was)
    files = unzipped(export("csv.zip", about, [record(xml)]))
    assert list(files) == ["tham.csv", "tham-tre~1.csv", "tham-tre~2.csv"]
    assert read_csv(files["tham-tre~2.csv"])[0]["a2"] == "y"
    assert read_csv(files["tham-tre~2.csv"])[0]["KEY"] == "uuid:1/g2/tre[1]"


def test_a_form_id_with_a_slash_names_files_all_the_same() -> None:
    repeat = form("| | begin_repeat | tre | T |\n| | text | a | A |\n| | end_repeat | | |\n")
    about = source(repeat, form_id="../=+/*451%\\é")
    assert list(unzipped(export("csv.zip", about, []))) == ["..=+451%é.csv", "..=+451%é-tre.csv"]


ENCRYPTED = b"""<data xmlns="http://www.opendatakit.org/xforms/encrypted" id="tham" version="1"
 encrypted="yes"><base64EncryptedKey>AAAA</base64EncryptedKey>
<orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>uuid:9</orx:instanceID></orx:meta>
<media><file>a.jpg.enc</file></media><encryptedXmlFile>submission.xml.enc</encryptedXmlFile></data>
"""


def test_an_encrypted_record_has_a_row_that_says_so() -> None:
    sealed = [media("submission.xml.enc", b"1"), media("a.jpg.enc", b"2")]
    about = source(PHOTO, files=files_of(b"1", b"2"))
    files = unzipped(export("csv.zip", about, [record(ENCRYPTED, files=sealed)]))
    assert list(files) == ["tham.csv"]
    (row,) = read_csv(files["tham.csv"])
    assert (row["KEY"], row["Status"], row["anh"]) == ("uuid:9", "not decrypted", "")
    assert (row["AttachmentsPresent"], row["AttachmentsExpected"]) == ("2", "2")
    (row,) = read_csv(export("csv", about, [record(ENCRYPTED)]))
    assert row["Status"] == "missing encrypted form data"


def test_nobody_is_told_that_an_unread_record_chose_nothing() -> None:
    choosing = form("""
| | select_multiple cay | cay | A |
| choices |
| | list_name | name | label |
| | cay       | ngo  | Ngô   |
""")
    records = [record(ENCRYPTED), record(answered(choosing, "<cay>ngo</cay>"))]
    data = export("csv", source(choosing), records, split_select_multiples=True)
    assert column("cay/ngo", data) == ["", "1"]


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed")
def test_the_archive_passes_unzips_own_test(tmp_path: Path) -> None:
    """R59"""
    about = source(PHOTO, files=files_of(b"jpeg 1"))
    data = export("csv.zip", about, [with_photo("ảnh.jpg", b"jpeg 1", number=1)])
    path = tmp_path / "tham.zip"
    path.write_bytes(data)
    tested = subprocess.run(["unzip", "-t", path], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stdout


def test_what_may_still_tell_a_place_is_named_and_what_would_is_left_out() -> None:
    film = b"\0\0\0\x14ftypisom" + bytes(8) + b"\0\0\0\x10mdatGPS21.02"
    kinds = {"giay.pdf": (b"%PDF-1", "application/pdf"), "phim.mp4": (film, "video/mp4")}
    records = [
        replace(each, media=(replace(each.media[0], type=kind),))
        for number, (name, (content, kind)) in enumerate(kinds.items(), 1)
        for each in [with_photo(name, content, number=number)]
    ]
    about = source(PHOTO, files=files_of(b"%PDF-1", film, b""))
    files = unzipped(export("csv.zip", about, [*records, with_photo("a", b"", number=3)]))
    assert list(files) == ["tham.csv", "media/giay.pdf", "media/a", "place-not-removed.csv"]
    assert files["place-not-removed.csv"].decode() == (
        "file,what\nmedia/giay.pdf,as it came\nmedia/phim.mp4,left out\n"
    )

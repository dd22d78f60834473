"""The CSV is ODK Central's to the letter (central-api.md §5), so that scripts read both."""

from __future__ import annotations

import pytest

from server.model.records import ReviewState
from tests.exports.making import (
    answered,
    column,
    edited,
    export,
    form_of,
    header,
    media,
    read_csv,
    record,
    source,
    unzipped,
)

VISIT = form_of("""
| survey |
| | type                 | name        | label |
| | begin_group          | ho          | H     |
| | text                 | chu-ho      | A     |
| | geopoint             | gps         | B     |
| | begin_group          | nha         | N     |
| | decimal              | dien_tich   | C     |
| | end_group            |             |       |
| | end_group            |             |       |
| | select_multiple cay  | cay_trong   | D     |
| | geotrace             | duong       | E     |
| | image                | anh         | F     |
| | begin_repeat         | tre         | T     |
| | text                 | ten         | G     |
| | begin_group          | hoc         | K     |
| | begin_repeat         | lop         | L     |
| | select_multiple cay  | mon         | M     |
| | end_repeat           |             |       |
| | end_group            |             |       |
| | end_repeat           |             |       |
| choices |
| | list_name | name | label |
| | cay       | ngo  | Ngô   |
| | cay       | san  | Sắn   |
| | cay       | lua  | Lúa   |
| settings |
| | form_title | form_id | version |
| | Thăm       | tham    | 3       |
""")

FULL = """
<ho><chu-ho>Trần Văn Mạnh</chu-ho><gps>21.33 107.4 12.5 4.0</gps>
<nha><dien_tich>2.50</dien_tich></nha></ho><cay_trong>san ngo</cay_trong>
<duong>21.1 107.1 0 0; 21.2 107.2 0 0</duong><anh>a.jpg</anh>
<tre><ten>An</ten><hoc><lop><mon>lua</mon></lop><lop><mon>ngo</mon></lop></hoc></tre>
<tre><ten>Bình</ten><hoc><lop><mon/></lop></hoc></tre>
"""


def test_a_script_made_for_central_finds_every_column_in_its_place() -> None:
    data = export("csv", source(VISIT), [])
    assert data.decode() == (
        "SubmissionDate,ho-chu-ho,ho-gps-Latitude,ho-gps-Longitude,ho-gps-Altitude,"
        "ho-gps-Accuracy,ho-nha-dien_tich,cay_trong,duong,anh,meta-instanceID,"
        "KEY,SubmitterID,SubmitterName,AttachmentsPresent,AttachmentsExpected,Status,"
        "ReviewState,DeviceID,Edits,FormVersion\n"
    )


def test_a_script_made_for_central_reads_the_answers_as_the_phone_wrote_them() -> None:
    arrived = record(answered(VISIT, FULL), files=[media("a.jpg", b"x")])
    (row,) = read_csv(export("csv", source(VISIT), [arrived]))
    assert row == {
        "SubmissionDate": "2026-11-24T08:31:00.007Z",
        "ho-chu-ho": "Trần Văn Mạnh",
        "ho-gps-Latitude": "21.33",
        "ho-gps-Longitude": "107.4",
        "ho-gps-Altitude": "12.5",
        "ho-gps-Accuracy": "4.0",
        "ho-nha-dien_tich": "2.50",
        "cay_trong": "san ngo",
        "duong": "21.1 107.1 0 0; 21.2 107.2 0 0",
        "anh": "a.jpg",
        "meta-instanceID": "uuid:1",
        "KEY": "uuid:1",
        "SubmitterID": "17",
        "SubmitterName": "Hoàng Thị Bích Ngọc",
        "AttachmentsPresent": "1",
        "AttachmentsExpected": "1",
        "Status": "",
        "ReviewState": "",
        "DeviceID": "collect:q7Xw2LmN8rTb4KvZ",
        "Edits": "0",
        "FormVersion": "3",
    }


def test_a_reader_joins_children_and_classes_to_the_record_by_their_keys() -> None:
    files = unzipped(export("csv.zip", source(VISIT), [record(answered(VISIT, FULL))]))
    assert list(files) == ["tham.csv", "tham-tre.csv", "tham-lop.csv"]
    assert files["tham-tre.csv"].decode() == (
        "ten,PARENT_KEY,KEY\nAn,uuid:1,uuid:1/tre[1]\nBình,uuid:1,uuid:1/tre[2]\n"
    )
    assert files["tham-lop.csv"].decode() == (
        "mon,PARENT_KEY,KEY\n"
        "lua,uuid:1/tre[1],uuid:1/tre[1]/hoc/lop[1]\n"
        "ngo,uuid:1/tre[1],uuid:1/tre[1]/hoc/lop[2]\n"
        ",uuid:1/tre[2],uuid:1/tre[2]/hoc/lop[1]\n"
    )


def test_a_reader_who_wants_short_names_gets_the_last_part_only() -> None:
    names = header(export("csv", source(VISIT), [], group_paths=False))
    assert names[1:7] == [
        "chu-ho",
        "gps-Latitude",
        "gps-Longitude",
        "gps-Altitude",
        "gps-Accuracy",
        "dien_tich",
    ]


def test_a_reader_who_splits_choices_gets_a_column_for_each_that_occurs() -> None:
    second = record(answered(VISIT, "<cay_trong>ngo</cay_trong>", number=2), number=2)
    third = record(answered(VISIT, "", number=3), number=3)
    records = [third, second, record(answered(VISIT, FULL))]
    files = unzipped(export("csv.zip", source(VISIT), records, split_select_multiples=True))
    names = header(files["tham.csv"])
    at = names.index("cay_trong")
    # lua was never chosen here: no column for it.
    assert names[at : at + 4] == ["cay_trong", "cay_trong/ngo", "cay_trong/san", "duong"]
    rows = read_csv(files["tham.csv"])
    assert [(row["cay_trong/ngo"], row["cay_trong/san"]) for row in rows] == [
        ("0", "0"),
        ("1", "0"),
        ("1", "1"),
    ]
    assert [row["duong"] for row in rows][-1].startswith("21.1")
    assert files["tham-lop.csv"].decode().splitlines() == [
        "mon,mon/lua,mon/ngo,PARENT_KEY,KEY",
        "lua,1,0,uuid:1/tre[1],uuid:1/tre[1]/hoc/lop[1]",
        "ngo,0,1,uuid:1/tre[1],uuid:1/tre[1]/hoc/lop[2]",
        ",0,0,uuid:1/tre[2],uuid:1/tre[2]/hoc/lop[1]",
    ]
    plain = export("csv", source(VISIT), records, split_select_multiples=True)
    assert plain == files["tham.csv"]


def test_a_reviewed_and_edited_record_keeps_its_key_sender_and_device() -> None:
    """R30"""
    first = record(answered(VISIT, FULL), review=ReviewState.EDITED)
    later = answered(VISIT, "<ho><chu-ho>Mạnh</chu-ho></ho>", number=9)
    (row,) = read_csv(export("csv", source(VISIT), [edited(first, later)]))
    assert (row["KEY"], row["meta-instanceID"]) == ("uuid:1", "uuid:9")
    assert (row["Edits"], row["ReviewState"], row["ho-chu-ho"]) == ("1", "edited", "Mạnh")
    assert (row["SubmitterID"], row["DeviceID"]) == ("17", "collect:q7Xw2LmN8rTb4KvZ")


@pytest.mark.parametrize("state", ReviewState)
def test_a_reader_sees_the_review_in_centrals_words(state: ReviewState) -> None:
    data = export("csv", source(VISIT), [record(answered(VISIT, ""), review=state)])
    said = "" if state is ReviewState.RECEIVED else state.value
    assert column("ReviewState", data) == [said]


def test_a_reader_sees_what_is_still_missing() -> None:
    data = export("csv", source(VISIT), [record(answered(VISIT, FULL))])
    (row,) = read_csv(data)
    assert (row["AttachmentsPresent"], row["AttachmentsExpected"]) == ("0", "1")


def test_a_place_that_is_none_is_not_cut_to_pieces() -> None:
    """R50"""
    odd = "<ho><gps>cạnh nhà ông Bảy, thôn Hai</gps></ho>"
    (row,) = read_csv(export("csv", source(VISIT), [record(answered(VISIT, odd))]))
    assert row["ho-gps-Latitude"] == "cạnh nhà ông Bảy, thôn Hai"
    assert row["ho-gps-Accuracy"] == ""
    short = "<ho><gps>21.3 107.4</gps></ho>"
    (row,) = read_csv(export("csv", source(VISIT), [record(answered(VISIT, short))]))
    assert (row["ho-gps-Longitude"], row["ho-gps-Altitude"]) == ("107.4", "")


def test_quotes_commas_and_lines_in_an_answer_do_not_break_a_row() -> None:
    text = 'Bà nói: "cháu, ở đâu?"\nrồi khóc\r\n\t;'
    xml = answered(VISIT, f"<ho><chu-ho>{text.replace(chr(13), '&#13;')}</chu-ho></ho>")
    assert column("ho-chu-ho", export("csv", source(VISIT), [record(xml)])) == [text]


def test_the_newest_record_stands_first() -> None:
    records = [record(answered(VISIT, "", number=n), number=n) for n in (3, 2, 1)]
    assert column("KEY", export("csv", source(VISIT), records)) == ["uuid:3", "uuid:2", "uuid:1"]

"""Whatever a phone, a broken phone or a stranger with a phone's token sends: the intake answers in
words, keeps what it was sent, and goes on."""

from __future__ import annotations

import logging
import socket
from http.client import HTTPConnection
from pathlib import Path

import pytest

from server.wsgi import without_words
from tests.journeys.remarks import remarks
from tests.multipart import Body, Part, RawBody
from tests.phone import Phone
from tests.records import Made, another_photo, record_of
from tests.sheets import answers_to, xform_named
from tests.world import World

pytestmark = pytest.mark.journey

BOMB = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><data id="vang_gia">&b;</data>'
OUTSIDE = b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><data id="vang_gia">&a;</data>'
UNREADABLE = {
    "no XML": "Xin chào".encode(),
    "cut off": b'<data id="vang_gia"><ten>Na',
    "a DOCTYPE": b'<!DOCTYPE data><data id="vang_gia"/>',
    "an entity bomb": BOMB,
    "a file of the server": OUTSIDE,
    "no form id": b"<data><ten>Na</ten></data>",
    "NUL": b'<data id="vang_gia"><ten>N\0a</ten></data>',
    "NUL as a reference": b'<data id="vang_gia"><ten>&#0;</ten></data>',
    "a control letter": b'<data id="vang_gia"><ten>N\x08a</ten></data>',
    "no UTF-8": b'<data id="vang_gia"><ten>\xff\xfe\xfd</ten></data>',
    "too deep": b'<data id="vang_gia">' + b"<a>" * 5000 + b"</a>" * 5000 + b"</data>",
    "too many attributes": b'<data id="vang_gia" '
    + b" ".join(b'a%d="1"' % number for number in range(5000))
    + b"/>",
    "one long text": b'<data id="vang_gia"><ten>' + b"a" * 11_000_000 + b"</ten></data>",
}


@pytest.mark.parametrize("xml", UNREADABLE.values(), ids=UNREADABLE)
def test_a_record_that_cannot_be_read_is_refused_in_words_and_kept(
    world: World, phone: Phone, xml: bytes
) -> None:
    """R24: 400 that a collaborator can act on; the bytes are kept for the operator."""
    answer = phone.send(xml)
    assert answer.statuses == [400]
    vietnamese, english = answer.message.splitlines()
    assert "đừng xóa phiếu" in vietnamese
    assert "do not delete" in english
    assert "passwd" not in answer.message
    [kept] = world.set_aside()
    assert (kept.why, kept.sender) == ("RecordUnreadable", world.hong.actor.id)
    assert world.house.stores.blobs.read(kept.xml) == xml


def test_the_message_of_a_refusal_does_not_quote_the_record(phone: Phone) -> None:
    """It could be shown to others, or written to a log."""
    assert "Hoàng" not in phone.send("<data id='vang_gia'><ten>Hoàng & Na".encode()).message


WELL = {
    "emoji": "Bé Na 👧🏽",
    "escapes": "a&#64;b &lt;&amp;&gt; &#x1F467;",
    "CDATA": "<![CDATA[1 < 2 && 3 > 2]]>",
    "tabs and lines": "một\n\thai&#13;ba",
    "the other direction": "\u202eabc",
    "NFD": "Be\u0301 Na",
}


@pytest.mark.parametrize("text", WELL.values(), ids=WELL)
def test_odd_letters_are_kept_as_they_came(world: World, phone: Phone, text: str) -> None:
    """R24: emoji and what XML allows are no reason to refuse anything."""
    world.publish(xform_named("x"))
    xml = answers_to("x", f"<ten>{text}</ten>")
    assert phone.send(xml).statuses == [201]
    [record] = world.records("x")
    assert record.current.xml == xml
    assert record.derived.answers["ten"]
    assert remarks(record) == []


def test_a_form_that_is_not_here_is_said_in_both_languages(world: World, phone: Phone) -> None:
    made = Made("la", answers_to("lạ", "<ten>Na</ten>"), {"1.jpg": another_photo(1)})
    sent = phone.send(made.xml, made.files)
    assert sent.statuses == [404]
    vietnamese, english = sent.message.splitlines()
    assert vietnamese.startswith("Biểu mẫu “lạ” không có")
    assert english.startswith("The form “lạ” is not")
    [kept] = world.set_aside()
    assert kept.why == "FormUnknown"
    assert [world.house.stores.blobs.read(each.sha256) for each in kept.files] == [
        made.files["1.jpg"]
    ]


def test_a_refusal_does_not_repeat_a_long_form_id_whole(phone: Phone) -> None:
    """A stranger's text is not for a phone's screen."""
    sent = phone.send(answers_to("l" * 5000, "<ten>Na</ten>"))
    assert sent.statuses == [404]
    assert len(sent.message) < 400


def test_a_phone_that_sends_too_many_files_at_once_is_told_so(world: World, phone: Phone) -> None:
    """The size is not what was wrong; and whoever looks after the phones sees it, once, with the
    answers as far as they were read."""
    world.publish(xform_named("x"))
    answers = answers_to("x", "<ten>Na</ten>", instance_id="uuid:1")
    xml = Part("xml_submission_file", answers, "x.xml")
    many = [Part(f"{number}.txt", b"a", f"{number}.txt") for number in range(1000)]
    for _ in range(2):
        answer = phone.post(Body([xml, *many]))
        assert answer.status == 400
    assert "quá nhiều tệp" in answer.message
    assert "Too many files" in answer.message
    [noted] = world.set_aside()
    assert (noted.why, noted.sender) == ("TooManyFiles", world.hong.actor.id)
    assert (noted.form, noted.instance_id) == ("x", "uuid:1")
    assert world.house.stores.blobs.read(noted.xml) == answers
    assert world.records("x") == []


EVIL_NAMES = (
    "../../../../tmp/thoat.jpg",
    "/etc/cron.d/thoat",
    "..\\..\\thoat.jpg",
    "C:\\thoat.jpg",
    ".",
    "..",
    ".htaccess",
    "a/b/c.jpg",
    "$where.jpg",
    "a.b.$c.jpg",
    'ngoặc "kép".jpg',
    "x" * 300 + ".jpg",
    "; rm -rf ~.jpg",
    "a;filename=b.jpg",
    "<script>.jpg",
)


def test_a_name_like_a_path_is_a_label(world: World, phone: Phone) -> None:
    """Kept as it came; nothing is written outside the journal's and the database's own names."""
    before = everything_on_disk(world)
    made = record_of("vang_gia").without_files()
    files = {name: name.encode() for name in EVIL_NAMES}
    assert phone.send(made.xml, files).statuses == [201]
    [record] = world.records("vang_gia")
    kept = {world.file(record, each.name): each.name for each in record.media}
    assert set(kept) == set(files.values())
    for name, content in files.items():
        # What a backslash in a header means depends on who reads it; Collect sends none.
        assert kept[content] == name or "\\" in name
    new = everything_on_disk(world) - before
    assert {each.suffix for each in new} <= {".post", ".file", ""}
    assert not any("thoat" in each.name for each in new)
    assert not Path("/tmp/thoat.jpg").exists()


def everything_on_disk(world: World) -> set[Path]:
    return set(world.house.config.data.rglob("*"))


def test_two_files_of_one_name_in_one_post_are_both_kept(world: World, phone: Phone) -> None:
    made = record_of("vang_gia")
    parts = [
        Part("xml_submission_file", made.xml, "x.xml", "text/xml"),
        *(Part("1.jpg", content, "1.jpg", "image/jpeg") for content in (b"mot", b"hai")),
    ]
    assert phone.post(Body(parts)).status == 201
    [record] = world.records("vang_gia")
    assert {world.file(record, each.name) for each in record.media} == {b"mot", b"hai"}


def test_two_records_in_one_post_are_both_kept(world: World, phone: Phone) -> None:
    """The first is taken in; the other is a file of it, and a person is told. One that only comes
    twice is one."""
    one, two = record_of("vang_gia"), record_of("vang_gia", 2)
    parts = [Part("xml_submission_file", each.xml, "x.xml", "text/xml") for each in (one, one, two)]
    assert phone.post(Body(parts[:2])).status == 201
    assert world.aside() == []
    assert [phone.post(Body(parts)).status for _ in range(2)] == [201, 202]
    [record] = world.records("vang_gia")
    assert record.current.xml == one.xml
    assert [world.file(record, each.name) for each in record.media] == [two.xml]
    [kept] = world.set_aside()
    assert (kept.why, kept.instance_id) == ("TwoRecords", one.instance_id)
    assert [world.house.stores.blobs.read(each.sha256) for each in kept.files] == [two.xml]


@pytest.mark.parametrize("letters", [300, 3_000, 100_000])
def test_a_record_with_an_endless_identity_is_taken_like_any_other(
    world: World, phone: Phone, letters: int
) -> None:
    """No page's address holds it, and no phone can shorten it: retries and edits find it all the
    same."""
    world.publish(xform_named("x"))
    endless = "a" * letters
    made = Made("x", answers_to("x", "<ten>Na</ten>", instance_id=endless))
    other = Made("x", answers_to("x", "<ten>Na</ten>", instance_id=f"{endless}b"))
    assert [phone.send(each.xml).statuses for each in (made, made, other)] == [[201], [202], [201]]
    assert phone.send(made.edited(b"Na", b"Mai").xml).statuses == [201]
    records = {len(each.versions): each for each in world.records("x")}
    assert records[2].versions[0].xml == made.xml
    assert records[1].current.xml == other.xml
    assert {len(each.instance_id) <= 255 for each in records.values()} == {True}


def test_the_record_is_found_by_its_field_wherever_it_stands(world: World, phone: Phone) -> None:
    """collect.md §9.29: not by position, file name or type."""
    made = record_of("vang_gia")
    parts = [
        Part("1.jpg", b"mot", "1.jpg", "image/jpeg"),
        Part("xml_submission_file", made.xml, "1.jpg", "image/jpeg"),
    ]
    assert phone.post(Body(parts)).status == 201
    assert world.records("vang_gia")[0].current.xml == made.xml


def test_a_record_in_a_plain_field_is_taken_too(world: World, phone: Phone) -> None:
    made = record_of("vang_gia")
    assert phone.post(Body([Part("xml_submission_file", made.xml)])).status == 201
    assert world.records("vang_gia")[0].current.xml == made.xml


BROKEN_BODIES = {
    "nothing": b"",
    "no boundary": b"abc",
    "half a part": b'--b\r\nContent-Disposition: form-data; name="xml_submission_file"; file',
    "no end": b'--b\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\nabc',
    "no name": b"--b\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--b--\r\n",
    "no disposition": b"--b\r\nX: y\r\n\r\nabc\r\n--b--\r\n",
}


# The type of the body, and the record's part, each a little off.
ODD_BODIES = {
    "a boundary in another alphabet": ("boundary*=utf-8''%E1%BA%BF", b"", 400),
    "an empty boundary": ('boundary=""', b"", 400),
    "two boundaries": ("boundary=b; boundary=c", b"", 400),
    "a part shorter than it says": ("boundary=b", b"\r\nContent-Length: 5", 400),
    "a part of negative length": ("boundary=b", b"\r\nContent-Length: -5", 400),
    "a part that claims to be packed": ("boundary=b", b"\r\nContent-Encoding: gzip", 201),
    "a part in an unknown alphabet": ("boundary=b", b"\r\nContent-Type: a; charset=tlh", 201),
    "an encoded name": ("boundary=b", b"; filename*=tlh''%ff", 201),
    "a name in pieces": ("boundary=b", b"; filename*0=a; filename*1=b", 201),
    "NUL in a name": ("boundary=b", b'; filename="a\0b"', 201),
    "a folded header": ("boundary=b", b';\r\n filename="a"', 201),
}


def test_an_odd_body_is_read_or_refused_in_words(phone: Phone) -> None:
    for name, (kind, head, status) in ODD_BODIES.items():
        part = b'Content-Disposition: form-data; name="xml_submission_file"' + head
        body = b"--b\r\n%b\r\n\r\n%b\r\n--b--\r\n" % (part, record_of("vang_gia").xml)
        answer = phone.post(RawBody(body, f"multipart/form-data; {kind}"))
        assert answer.status == status, name
        assert status == 201 or len(answer.message.splitlines()) == 2, name


@pytest.mark.parametrize("body", BROKEN_BODIES.values(), ids=BROKEN_BODIES)
def test_a_broken_body_is_400_in_words(phone: Phone, body: bytes) -> None:
    for kind in ("multipart/form-data; boundary=b", "multipart/form-data", "x"):
        answer = phone.post(RawBody(body, kind))
        assert answer.status == 400
        assert len(answer.message.splitlines()) == 2


def test_a_body_in_chunks_is_taken_like_any_other(world: World, phone: Phone) -> None:
    """Not Collect, but scripts and proxies send so."""
    made = record_of("vang_gia")
    [body] = phone.posts(made.xml, made.files)
    connection = HTTPConnection(phone.host, timeout=60)
    head = {"Content-Type": body.type}
    connection.request("POST", f"{phone.path}/submission", iter(body.pieces()), head)
    assert connection.getresponse().status == 201
    connection.close()
    [record] = world.records("vang_gia")
    assert {name: world.file(record, name) for name in made.files} == made.files


# A letter in the address, the rest of a record after its announced length, a broken header.
CANNOT_BE_READ = (
    "GET {path}/formList/ế HTTP/1.1\r\nHost: x\r\n\r\n",
    "<ten>Trần Văn Mạnh</ten>\r\n\r\n",
    "GET {path}/formList HTTP/1.1\r\nHost: x\r\nTrần Văn Mạnh\r\n\r\n",
)


def test_the_log_does_not_quote_a_request_that_cannot_be_read(
    world: World, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    log = logging.getLogger("gunicorn.error")
    log.addHandler(caplog.handler)
    log.addFilter(without_words)
    try:
        with caplog.at_level(logging.WARNING, "gunicorn.error"):
            for sent in CANNOT_BE_READ:
                refused = asked_raw(phone, sent.format(path=phone.path).encode())
                assert b" 400 " in refused
    finally:
        log.removeHandler(caplog.handler)
        log.removeFilter(without_words)
    assert caplog.text.count("cannot be read") == len(CANNOT_BE_READ)
    assert world.hong.token not in caplog.text
    assert "Mạnh" not in caplog.text


def asked_raw(phone: Phone, sent: bytes) -> bytes:
    host, port = phone.host.split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(sent)
        return connection.recv(4096)


ODD_PATHS = ("forms/%00.xml", "forms/%FF.xml", "forms/%08/manifest", "forms/x/attachments/%00")


def test_an_odd_address_is_answered_in_words(phone: Phone) -> None:
    """Though the words name it, and XML cannot hold it."""
    for path in (*ODD_PATHS, "forms/vang_gia.xml?version=%00"):
        answer = phone.get(f"{phone.path}/{path}")
        assert answer.status == 404
        assert len(answer.message.splitlines()) == 2

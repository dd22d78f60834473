"""Whose record it is, read before anything is known of its form."""

from __future__ import annotations

import pytest

from server.xforms.envelope import encrypted_files, read_envelope
from server.xforms.xml import parse

UUID = "3b0c7b2e-6a51-4f0e-9d4d-3f1c2a5e7b90"
ORX = 'xmlns:orx="http://openrosa.org/xforms"'


def identified(inside: str, attributes: str = ORX) -> str:
    return read_envelope(f"<data id='t' {attributes}>{inside}</data>".encode()).instance_id


@pytest.mark.parametrize(
    "meta",
    [
        "<meta><instanceID>{}</instanceID></meta>",
        "<orx:meta><orx:instanceID>{}</orx:instanceID></orx:meta>",
        "<orx:meta><instanceID>{}</instanceID></orx:meta>",
        "<meta xmlns='http://openrosa.org/xforms'><instanceID> {}\n</instanceID></meta>",
        "<a/><g><meta><instanceID>uuid:other</instanceID></meta></g><meta><instanceID>{}</instanceID></meta>",
    ],
)
@pytest.mark.parametrize("written", [f"uuid:{UUID}", f"uuid:uuid:{UUID}", f"uuid: {UUID}", UUID])
def test_one_record_has_one_identity_however_a_client_writes_it(meta: str, written: str) -> None:
    """R25"""
    assert identified(meta.format(written)) == f"uuid:{UUID}"


def test_an_identity_that_is_no_uuid_stays_as_it_is() -> None:
    assert identified("<meta><instanceID>phieu-7</instanceID></meta>") == "phieu-7"
    assert identified("", f"instanceID='uuid:{UUID}'") == f"uuid:{UUID}"


@pytest.mark.parametrize("none", ["", "uuid:", "uuid:None", "uuid:uuid:null", "undefined"])
def test_a_record_without_identity_gets_one_from_its_content(none: str) -> None:
    """R02, R25: so that a retry is still the same record."""
    inside = f"<meta><instanceID>{none}</instanceID></meta><a>{{}}</a>"
    first, again, other = (identified(inside.format(text)) for text in "115")
    assert first == again != other
    assert first.startswith("sha256:")


@pytest.mark.parametrize("tag", ["deprecatedID", "orx:deprecatedID"])
def test_an_edit_names_the_version_it_edits_with_and_without_namespace(tag: str) -> None:
    """R30"""
    edit = f"<orx:instanceID>uuid:b</orx:instanceID><{tag}>uuid:uuid:{UUID}</{tag}>"
    meta = f"<orx:meta>{edit}</orx:meta>"
    envelope = read_envelope(f"<data id='t' version=' 3 ' {ORX}>{meta}</data>".encode())
    assert envelope.deprecated_id == f"uuid:{UUID}"
    assert (envelope.instance_id, envelope.version) == ("uuid:b", "3")


def test_a_first_version_edits_none() -> None:
    empty = b"<data id='t'><meta><deprecatedID/></meta></data>"
    assert read_envelope(empty).deprecated_id is None
    assert read_envelope(b"<data id='t'/>").version == ""


def test_two_copies_are_the_same_when_they_say_the_same() -> None:
    """R01"""
    one = f"<?xml version='1.0'?><data id='t' version='1' {ORX}><a>x&#64;</a><b /></data>"
    other = f"<data {ORX} version=\"1\"   id='t'><a><![CDATA[x@]]></a><!-- c --><b></b></data>\n"
    third = one.replace("x&#64;", "x")
    first, again, changed = (read_envelope(each.encode()).digest for each in (one, other, third))
    assert first == again != changed


def test_a_form_with_a_hand_written_namespace_is_compared_too() -> None:
    digests = [
        read_envelope(f"<data id='t' xmlns='ho'><a>{text}</a></data>".encode()).digest
        for text in ("1", "&#49;", "2")
    ]
    assert digests[0] == digests[1] != digests[2]


SEALED = f"""<data xmlns="http://www.opendatakit.org/xforms/encrypted" {ORX} id="t" version="1"
 encrypted="yes"><base64EncryptedKey>AAAA</base64EncryptedKey>
<orx:meta><orx:instanceID>uuid:{UUID}</orx:instanceID></orx:meta>
<media><file>a.jpg.enc</file></media><media><file>b.jpg.enc</file></media>
<encryptedXmlFile>submission.xml.enc</encryptedXmlFile></data>"""


def test_an_encrypted_record_says_who_it_is_and_which_files_belong_to_it() -> None:
    envelope = read_envelope(SEALED.encode())
    assert envelope.encrypted
    assert (envelope.form_id, envelope.instance_id) == ("t", f"uuid:{UUID}")
    assert encrypted_files(parse(SEALED.encode())) == (
        "a.jpg.enc",
        "b.jpg.enc",
        "submission.xml.enc",
    )
    assert not read_envelope(b"<data id='t'/>").encrypted


def test_a_name_is_read_with_its_letters() -> None:
    meta = "<meta><instanceName>Phiếu &amp; hộ</instanceName></meta>"
    assert read_envelope(f"<data id='t'>{meta}</data>".encode()).instance_name == "Phiếu & hộ"

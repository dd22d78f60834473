"""What Collect's parser makes of our XML (tests.collect_xml is as strict as it is)."""

from __future__ import annotations

import pytest
from lxml import etree

from server.wire.openrosa import (
    SUCCESS,
    ListedFile,
    ListedForm,
    form_list,
    manifest,
    response,
)
from tests.collect_xml import RESPONSE, FormUnusable, read_form_list, read_manifest, read_message

MD5 = "0" * 32
FORM = ListedForm("a/b & c", "Phiếu <1>", "1", MD5, "https://x.example/f", "https://x.example/m")


def test_a_list_is_read_as_it_was_meant() -> None:
    [entry] = read_form_list(form_list([FORM]))
    assert (entry.form_id, entry.name, entry.version) == ("a/b & c", "Phiếu <1>", "1")
    assert entry.hash == f"md5:{MD5}"
    assert (entry.download_url, entry.manifest_url) == (FORM.download_url, FORM.manifest_url)


def test_a_form_without_version_or_media_has_no_empty_elements() -> None:
    """collect.md §9.3: one empty element costs the phone its whole list."""
    bare = ListedForm("x", "X", "", MD5, "https://x.example/f", None)
    [entry] = read_form_list(form_list([bare]))
    assert (entry.version, entry.manifest_url) == ("", None)
    root = etree.fromstring(form_list([bare]))
    assert all(each.text for each in root.iter() if not len(each))


def test_no_document_begins_with_a_byte_order_mark() -> None:
    """collect.md §9.7."""
    for document in (form_list([FORM]), manifest([]), response("x")):
        assert document.startswith(b"<?xml")


def test_a_list_of_nothing_is_a_list() -> None:
    assert read_form_list(form_list([])) == []


def test_a_manifest_is_read_as_it_was_meant() -> None:
    file = ListedFile("hình 1.png", MD5, "https://x.example/h%C3%ACnh%201.png")
    [read] = read_manifest(manifest([file]))
    assert (read.name, read.hash, read.download_url) == (
        "hình 1.png",
        f"md5:{MD5}",
        file.download_url,
    )


@pytest.mark.parametrize("words", ["Đã nhận phiếu.\nReceived.", "a < b & c", SUCCESS, "“ngoặc”"])
def test_a_message_is_found_where_collect_looks_for_it(words: str) -> None:
    """collect.md 7.4: un-prefixed, with the word OpenRosaResponse in the body."""
    document = response(words, "submit_failure")
    assert read_message(document) == words
    assert etree.fromstring(document).nsmap == {None: RESPONSE}


def test_the_reader_of_these_tests_is_as_strict_as_collect() -> None:
    for spoilt in (
        b"\xef\xbb\xbf" + form_list([FORM]),
        form_list([FORM]).replace(b"md5:", b""),
        form_list([FORM]).replace(b"0000", b"ABCD"),
        form_list([FORM]).replace("Phiếu &lt;1&gt;".encode(), b""),
        form_list([FORM]).replace(b"https://x.example/f", b"/f"),
        form_list([FORM]).replace(b"https://x.example/f", b"https://x.example/a b"),
    ):
        with pytest.raises(FormUnusable):
            read_form_list(spoilt)

"""Foreign XML comes in by one door, which no trick opens."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from server.xforms.envelope import read_envelope
from server.xforms.read_form import media_named, read_form
from server.xforms.xml import NotReadable, local, parse

STEPS = zip("abcdefgh", "bcdefghi", strict=True)
ENTITIES = "".join(f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in STEPS)
BOMB = f'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">{ENTITIES}]>'


@pytest.mark.parametrize(
    "xml",
    [
        "<!DOCTYPE d><d id='x'/>",
        "<!DOCTYPE d [<!ENTITY e 'x'>]><d id='x'>&e;</d>",
        "<!DOCTYPE d SYSTEM 'file:///etc/passwd'><d id='x'/>",
        "<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><d id='x'>&e;</d>",
        BOMB + "<d id='x'>&i;</d>",
        BOMB + "<d id='x' y='&i;'/>",
        BOMB + "<d id='x' y='&b;'/>",
    ],
)
def test_no_document_type_comes_in_nor_what_it_carries(xml: str) -> None:
    for encoding in ("utf-8", "utf-16"):
        with pytest.raises(NotReadable):
            read_envelope(xml.encode(encoding))


def test_nothing_is_fetched_for_anybody(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("mật")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        place = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="{}"/>'
        for href in (place, secret.as_uri()):
            root = parse(f"<d id='x'>{include.format(href)}</d>".encode())
            assert "".join(map(str, root.itertext())) == ""
            with pytest.raises(NotReadable):
                parse(f"<!DOCTYPE d [<!ENTITY % p SYSTEM '{href}'>%p;]><d id='x'/>".encode())
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"not XML",
        b"<d id='x'>",
        b"<d id='x'><a></d>",
        b"<d id='x'>\x00</d>",
        b"<d id='x'>&#0;</d>",
        b"<d id='x'>&#1;</d>",
        b"<d id='x'>&#xD800;</d>",
        b"<d id='x'>\xff</d>",
        b"<d id='x'>&unknown;</d>",
        b"<?xml version='1.0' encoding='klingon'?><d id='x'/>",
        b"<d id='x' id='y'/>",
        b"<p:d id='x'/>",
        b"<d id='x'/><d id='x'/>",
        b"<d/>",
        b"<d id=' '/>",
        b"<d id='x'>" + b"<a>" * 300 + b"</a>" * 300 + b"</d>",
        b"<d id='x'>" + b"<a>" * 100_000,
        b"<d id='x'>" + b"a" * 10_000_001 + b"</d>",
        b"<d id='x' " + b" ".join(b"a%d='1'" % n for n in range(100_000)) + b"/>",
    ],
    ids=lambda xml: repr(xml[:24]),
)
def test_a_phone_that_sends_what_cannot_be_read_is_told_so(xml: bytes) -> None:
    """R24"""
    with pytest.raises(NotReadable):
        read_envelope(xml)


@pytest.mark.parametrize(
    "inside", [b"<a/>" * 1_000_000, b"<a>" + b"x" * 9_000_000 + b"</a>"], ids=["elements", "bytes"]
)
def test_what_would_fill_the_memory_is_not_even_begun(inside: bytes) -> None:
    """Fifty megabytes of empty elements would take two gigabytes."""
    times = 1 if inside.startswith(b"<a/>") else 8
    with pytest.raises(NotReadable) as refused:
        read_envelope(b"<d id='x'>" + inside * times + b"</d>")
    assert refused.value.why == "too large"


def test_names_that_nobody_knows_are_not_kept_in_memory() -> None:
    """Each process reads records for months; libxml2 keeps each name that a thread ever read."""
    before = 0
    for turn in range(20):
        names = (f"n{turn}_{number}_{'x' * 4000}" for number in range(500))
        root = parse(b"<d>%b</d>" % "".join(f"<{each}/>" for each in names).encode())
        assert local(root[0]).startswith(f"n{turn}_0_")
        before = before or resident()
    assert resident() - before < 20_000_000


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_the_reason_tells_the_operator_where_and_quotes_nobody() -> None:
    with pytest.raises(NotReadable) as refused:
        read_envelope("<d id='x'>\n<ten>Trần Văn Mạnh</tên></d>".encode())
    assert refused.value.why == "XML tag_name_mismatch line 2"


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("&#64;&amp;&lt;", "@&<"),
        ("<![CDATA[a < b]]>", "a < b"),
        ("a<!-- c -->b", "ab"),
        ("a<?pi x?>b", "ab"),
        ("😀 ễ", "😀 ễ"),
        ("=1+1\n\t x", "=1+1\n\t x"),
    ],
)
def test_what_phones_do_write_is_read(inside: str, text: str) -> None:
    (answer,) = parse(f"<d id='x'><a>{inside}</a></d>".encode())
    assert answer.text == text


def test_a_record_two_hundred_groups_deep_is_still_read() -> None:
    envelope = read_envelope(b"<d id='x'>" + b"<a>" * 200 + b"</a>" * 200 + b"</d>")
    assert envelope.digest


VOCABULARY = some.sampled_from(
    [
        "html",
        "head",
        "title",
        "model",
        "instance",
        "data",
        "bind",
        "itext",
        "translation",
        "text",
        "value",
        "body",
        "input",
        "select",
        "select1",
        "item",
        "itemset",
        "label",
        "hint",
        "group",
        "repeat",
        "meta",
        "instanceID",
        "deprecatedID",
        "entity",
        "upload",
        "output",
        "h:head",
        "xf:model",
        "orx:meta",
        "tên",
        "name",
        "itextId",
        "root",
        "media",
        "file",
        "encryptedXmlFile",
    ]
)
NAMES = some.sampled_from(
    """id version nodeset ref src lang default type form value xmlns""".split()  # noqa: SIM905
)
VALUES = some.sampled_from(
    [
        "",
        "x",
        "/data/a",
        "/data",
        "data",
        "jr:itext('x')",
        "jr:itext('",
        "instance('x')/root",
        "jr://file/x.csv\n    ",
        "jr://images/",
        "(vi)",
        "true()",
        "instance(''",
        "relative",
    ]
)
ATTRIBUTES = some.dictionaries(NAMES, VALUES, max_size=4)
TEXTS = some.sampled_from(["", "x", " ", "jr://images/a b.jpg", "uuid:uuid:", "name", "x" * 50])


def element(name: str, attributes: dict[str, str], text: str, children: list[str]) -> str:
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{written}>{text}{''.join(children)}</{name}>"


LEAVES = some.builds(element, VOCABULARY, ATTRIBUTES, TEXTS, some.just([]))
TREES = some.recursive(
    LEAVES,
    lambda inside: some.builds(
        element, VOCABULARY, ATTRIBUTES, TEXTS, some.lists(inside, max_size=5)
    ),
    max_leaves=40,
)
SHELL = (
    '<h:html xmlns:h="h" xmlns:xf="f" xmlns:orx="o"><h:head><h:title>T</h:title><model>{}</model>'
    "</h:head><h:body>{}</h:body></h:html>"
)
PRIMARY = '<instance><data id="x">{}</data></instance>'


def readable_or_not(xml: bytes) -> None:
    for read in (read_envelope, read_form):
        with contextlib.suppress(NotReadable):
            read(xml)
    media_named(xml)


@given(some.binary(max_size=300))
def test_no_bytes_whatever_stop_the_server(data: bytes) -> None:
    """R24"""
    readable_or_not(data)


@given(some.sampled_from(["<data id='x'>", BOMB, SHELL, "<?xml "]), some.binary(max_size=40))
def test_nor_do_bytes_that_begin_well(start: str, data: bytes) -> None:
    """R24"""
    readable_or_not(start.encode() + data)


@given(TREES, TREES, TREES)
def test_nor_does_any_tree_of_the_words_that_forms_use(one: str, two: str, three: str) -> None:
    """R24"""
    readable_or_not(one.encode())
    readable_or_not(SHELL.format(one + two, three).encode())
    readable_or_not(SHELL.format(PRIMARY.format(one) + two, three).encode())
    with contextlib.suppress(NotReadable):
        assert read_envelope(f'<data xmlns:orx="o" id="x">{one}</data>'.encode()).digest

"""The one door through which foreign XML comes in.

Libxml2 without ``huge_tree`` refuses trees deeper than 256 and text nodes over 10 MB by itself; a
DOCTYPE is refused whole, since neither forms nor records need one and every XML bomb does. What it
does not refuse is a million elements, each of which takes thirty times the four bytes it is written
with: those are counted before.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from lxml import etree

Element = etree._Element

OPENROSA = "http://openrosa.org/xforms"
ENCRYPTED = "http://www.opendatakit.org/xforms/encrypted"

# libxml2 sorts and looks up an element's attributes one by one: a hundred thousand take a minute.
_MANY = 200
_MOST_BYTES = 64 * 1024 * 1024
_MOST_TAGS = 1_000_000  # ten thousand rounds of fifty answers
# lxml keeps every name that a thread ever read for as long as the thread lives.
_NAMES_MATTER = 256 * 1024
_LONG_NAME = 500


class NotReadable(Exception):
    """``why`` is a short reason in English without any of the content."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def parse(data: bytes) -> Element:
    """The root element of ``data``. Raises NotReadable."""
    if len(data) > _MOST_BYTES or data.count(b"<") > _MOST_TAGS:
        raise NotReadable("too large")
    if len(data) > _NAMES_MATTER:
        with ThreadPoolExecutor(1) as for_this_alone:
            return for_this_alone.submit(_parse, data).result()
    return _parse(data)


def _parse(data: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as broken:
        raise NotReadable(_reason(broken)) from None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise NotReadable("DOCTYPE")
    if data.count(b"=") > _MANY and any(len(each.attrib) > _MANY for each in root.iter()):
        raise NotReadable("too many attributes")
    return root


def _reason(broken: Exception) -> str:
    # libxml2's message may quote the content, which can be personal; its code does not.
    code = getattr(broken, "code", None)
    name = etree.ErrorTypes._getName(code) if code else ""
    place = getattr(broken, "position", None) or (0, 0)
    return f"XML {name.removeprefix('ERR_').lower()} line {place[0]}" if name else "XML"


def local(element: Element) -> str:
    """The element's name without its namespace."""
    tag = element.tag
    # A name as no form has it is not remembered: each may be fifty kilobytes.
    return _local(tag) if len(tag) < _LONG_NAME else _bare(tag)


@lru_cache(maxsize=8192)
def _local(tag: str) -> str:
    return _bare(tag)


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]


def child(element: Element, name: str) -> Element | None:
    """The first child of that local name, whatever its namespace.

    Collect writes ``meta`` in the OpenRosa namespace or in none, and ``deprecatedID`` without a
    prefix beside ``orx:`` siblings (EditedFormFinalizationProcessor).
    """
    return next((each for each in element if local(each) == name), None)


def text_of(element: Element | None) -> str:
    """All text inside, trimmed; the empty string for no element."""
    return "" if element is None else "".join(map(str, element.itertext())).strip()


def written(root: Element) -> bytes:
    """An element as a document."""
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)

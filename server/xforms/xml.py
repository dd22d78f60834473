"""The one door through which foreign XML comes in.

Libxml2 without ``huge_tree`` refuses trees deeper than 256 and text nodes over 10 MB by itself; a
DOCTYPE is refused whole, since neither forms nor records need one and every XML bomb does.
"""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

Element = etree._Element

OPENROSA = "http://openrosa.org/xforms"
ENCRYPTED = "http://www.opendatakit.org/xforms/encrypted"

# libxml2 sorts and looks up an element's attributes one by one: a hundred thousand take a minute.
_MANY = 200


class NotReadable(Exception):
    """``why`` is a short reason in English without any of the content."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def parse(data: bytes) -> Element:
    """The root element of ``data``. Raises NotReadable."""
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
    return _local(element.tag)


@lru_cache(maxsize=8192)
def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: Element, name: str) -> Element | None:
    """The first child of that local name, whatever its namespace.

    Collect writes ``meta`` in the OpenRosa namespace or in none, and ``deprecatedID`` without a
    prefix beside ``orx:`` siblings (EditedFormFinalizationProcessor).
    """
    return next((each for each in element if local(each) == name), None)


def text_of(element: Element | None) -> str:
    """All text inside, trimmed; the empty string for no element."""
    return "" if element is None else "".join(map(str, element.itertext())).strip()

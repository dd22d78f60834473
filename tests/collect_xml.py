"""How Collect reads the server's XML, with all its strictness (collect.md §3.2, §5.1)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree

LIST = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
RESPONSE = "http://openrosa.org/http/response"

_HASH = re.compile(r"md5:[0-9a-f]{32}")
_ADDRESS = re.compile(r"https?://[^/\s]+(/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-F]{2})*)?")


class FormUnusable(Exception):
    """Collect would throw this list or manifest away."""


@dataclass(frozen=True)
class FormEntry:
    """``hash`` as it stands, '' for none."""

    form_id: str
    name: str
    version: str
    hash: str
    download_url: str
    manifest_url: str | None

    @dataclass(frozen=True)
    class File:
        name: str
        hash: str
        download_url: str
        type: str = ""
        integrity_url: str | None = None

        def is_of(self, content: bytes) -> bool:
            return self.hash == _md5(content)

    def is_of(self, xml: bytes) -> bool:
        return self.hash == _md5(xml)


def read_form_list(body: bytes) -> list[FormEntry]:
    return [_entry(each) for each in _root(body, LIST, "xforms") if each.tag == f"{{{LIST}}}xform"]


def read_manifest(body: bytes) -> list[FormEntry.File]:
    root = _root(body, MANIFEST, "manifest")
    return [_file(each) for each in root if each.tag == f"{{{MANIFEST}}}mediaFile"]


def read_message(body: bytes) -> str:
    if b"OpenRosaResponse" not in body:
        return ""
    root = _root(body, RESPONSE, "OpenRosaResponse")
    return root.findtext(f"{{{RESPONSE}}}message") or ""


def _entry(element: etree._Element) -> FormEntry:
    return FormEntry(
        form_id=_required(element, LIST, "formID"),
        name=_required(element, LIST, "name"),
        version=_text(element, LIST, "version") or "",
        hash=_hash(element, LIST),
        download_url=_address(_required(element, LIST, "downloadUrl")),
        manifest_url=_address(_text(element, LIST, "manifestUrl")),
    )


def _file(element: etree._Element) -> FormEntry.File:
    return FormEntry.File(
        # Folders are cut off.
        name=PurePosixPath(_required(element, MANIFEST, "filename")).name,
        hash=_hash(element, MANIFEST),
        download_url=_address(_required(element, MANIFEST, "downloadUrl")),
        type=element.get("type") or "",
        integrity_url=_address(_text(element, MANIFEST, "integrityUrl")),
    )


def read_integrity(body: bytes) -> dict[str, bool]:
    """As Collect reads it: an empty pair of ``entities`` is an error (collect.md §6.2)."""
    if b"<entities></entities>" in body:
        raise FormUnusable("an empty pair of entities")
    root = etree.fromstring(body)
    answers = {"true": True, "false": False}
    return {
        each.attrib["id"]: answers[each.findtext("deleted") or ""]
        for each in root.iterfind("entities/entity")
    }


def _root(body: bytes, namespace: str, name: str) -> etree._Element:
    if body.startswith(b"\xef\xbb\xbf"):
        raise FormUnusable("a byte order mark")
    try:
        root = etree.fromstring(body)
    except etree.XMLSyntaxError as broken:
        raise FormUnusable(str(broken)) from None
    if root.tag != f"{{{namespace}}}{name}":
        raise FormUnusable(f"<{root.tag}>")
    return root


def _text(element: etree._Element, namespace: str, name: str) -> str | None:
    found = element.findtext(f"{{{namespace}}}{name}")
    return found.strip() if found else None


def _required(element: etree._Element, namespace: str, name: str) -> str:
    found = _text(element, namespace, name)
    if not found:
        raise FormUnusable(f"an empty {name}")
    return found


def _hash(element: etree._Element, namespace: str) -> str:
    found = _text(element, namespace, "hash") or ""
    if not _HASH.fullmatch(found):
        raise FormUnusable(f"the hash {found!r}")
    return found


def _address(url: str | None) -> str:
    """Absolute, and escaped as Java's URI wants it."""
    if url is not None and not _ADDRESS.fullmatch(url):
        raise FormUnusable(f"the address {url!r}")
    return url  # type: ignore[return-value]


def _md5(content: bytes) -> str:
    return f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}"

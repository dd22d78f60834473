"""OpenRosa: the XML that ODK Collect reads (collect.md §3, §5, §7.3; docs.getodk.org/openrosa)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

XFORMS_LIST = "http://openrosa.org/xforms/xformsList"
XFORMS_MANIFEST = "http://openrosa.org/xforms/xformsManifest"
RESPONSE = "http://openrosa.org/http/response"
CONTENT_TYPE = "text/xml; charset=utf-8"

# The cap and the batch size at once (R06): small batches for rural networks. Larger single files
# are accepted all the same.
BATCH_BYTES = 5_000_000

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Collect shows this one sentence as its own localised "Success".
SUCCESS = "full submission upload was successful!"


@dataclass(frozen=True, slots=True)
class ListedForm:
    """``md5`` is of the exact bytes at ``download_url``; ``manifest_url`` None without media."""

    form_id: str
    name: str
    version: str
    md5: str
    download_url: str
    manifest_url: str | None


@dataclass(frozen=True, slots=True)
class ListedFile:
    """``integrity_url`` for an entity list; ``approval``: phones make none of its entities."""

    filename: str
    md5: str
    download_url: str
    integrity_url: str | None = None
    approval: bool = False


def form_list(forms: Iterable[ListedForm]) -> bytes:
    """The formList document. Collect throws the whole list away for one empty element, so a form
    without a version has none rather than an empty one."""
    root = _root(XFORMS_LIST, "xforms")
    for form in forms:
        entry = etree.SubElement(root, f"{{{XFORMS_LIST}}}xform")
        _add(entry, XFORMS_LIST, "formID", form.form_id)
        _add(entry, XFORMS_LIST, "name", form.name)
        if form.version:
            _add(entry, XFORMS_LIST, "version", form.version)
        _add(entry, XFORMS_LIST, "hash", f"md5:{form.md5}")
        _add(entry, XFORMS_LIST, "downloadUrl", form.download_url)
        if form.manifest_url:
            _add(entry, XFORMS_LIST, "manifestUrl", form.manifest_url)
    return _document(root)


def manifest(files: Iterable[ListedFile]) -> bytes:
    root = _root(XFORMS_MANIFEST, "manifest")
    for file in files:
        entry = etree.SubElement(root, f"{{{XFORMS_MANIFEST}}}mediaFile")
        if file.integrity_url:
            entry.set("type", "approvalEntityList" if file.approval else "entityList")
        _add(entry, XFORMS_MANIFEST, "filename", file.filename)
        _add(entry, XFORMS_MANIFEST, "hash", f"md5:{file.md5}")
        _add(entry, XFORMS_MANIFEST, "downloadUrl", file.download_url)
        if file.integrity_url:
            _add(entry, XFORMS_MANIFEST, "integrityUrl", file.integrity_url)
    return _document(root)


def integrity(deleted: Mapping[str, bool]) -> bytes:
    """Which of the entities a phone asked about are gone. Never an empty pair of ``entities``:
    Collect fails on one (collect.md §6.2)."""
    root = etree.Element("data")
    entities = etree.SubElement(root, "entities")
    for uuid, is_deleted in deleted.items():
        entity = etree.SubElement(entities, "entity", id=uuid)
        etree.SubElement(entity, "deleted").text = "true" if is_deleted else "false"
    return _document(root)


@lru_cache(maxsize=64)
def response(message: str, nature: str = "") -> bytes:
    """An OpenRosaResponse: its message is what the user of the phone reads."""
    root = _root(RESPONSE, "OpenRosaResponse")
    root.set("items", "0")
    # A message may name what was asked for, and an address may hold what XML may not.
    element = _add(root, RESPONSE, "message", _NOT_XML.sub("\ufffd", message))
    element.set("nature", nature)
    return _document(root)


def _root(namespace: str, name: str) -> etree._Element:
    """Un-prefixed, since Collect looks for plain names."""
    names: dict[str | None, str] = {None: namespace}
    return etree.Element(f"{{{namespace}}}{name}", nsmap=names)  # type: ignore[arg-type]


def _add(parent: etree._Element, namespace: str, name: str, text: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{namespace}}}{name}")
    element.text = text
    return element


def _document(root: etree._Element) -> bytes:
    # No byte order mark: Collect's parser fails on one.
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

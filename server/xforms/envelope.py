"""What the outside of a submission says, read before anything is known about its form."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from server.xforms.xml import ENCRYPTED, Element, NotReadable, child, local, parse, text_of

_LONGEST_ID = 255


@dataclass(frozen=True)
class Envelope:
    """One submission's XML with its identity (OpenRosa Metadata Schema: instanceID,
    deprecatedID)."""

    xml: bytes
    root: Element
    form_id: str
    version: str
    instance_id: str
    deprecated_id: str | None
    instance_name: str
    encrypted: bool

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hex of the canonical XML: two copies are the same when they say the same,
        however a client wrote them down."""
        return hashlib.sha256(_canonical(self.root)).hexdigest()


def read_envelope(xml: bytes) -> Envelope:
    """Identity of a submission. Raises NotReadable for no XML, a DOCTYPE or no form id.

    A record without an instanceID gets one from its content, so that a retry is still the same
    record (R02, R25).
    """
    root = parse(xml)
    form_id = (root.get("id") or "").strip()
    if not form_id:
        raise NotReadable("no form id")
    meta = child(root, "meta")
    return Envelope(
        xml=xml,
        root=root,
        form_id=form_id,
        version=(root.get("version") or "").strip(),
        instance_id=_identity(_meta(meta, "instanceID") or root.get("instanceID"))
        or f"sha256:{hashlib.sha256(xml).hexdigest()}",
        deprecated_id=_identity(_meta(meta, "deprecatedID")) or None,
        instance_name=_meta(meta, "instanceName"),
        encrypted=_is_encrypted(root),
    )


def encrypted_files(root: Element) -> tuple[str, ...]:
    """Names that an encrypted submission's manifest says belong to it (ODK Encrypted Forms)."""
    named = [text_of(child(each, "file")) for each in root if local(each) == "media"]
    named.append(text_of(child(root, "encryptedXmlFile")))
    return tuple(name for name in dict.fromkeys(named) if name)


def _canonical(root: Element) -> bytes:
    # Version 1 is libxml2's own, twenty times as fast as the second, which lxml adds.
    try:
        return etree.tostring(root, method="c14n", exclusive=True)
    except etree.C14NError:
        # It knows no relative namespace, which a form written by hand may have.
        return etree.tostring(root, encoding="utf-8")


def _is_encrypted(root: Element) -> bool:
    namespace = root.tag.rpartition("}")[0].lstrip("{") if isinstance(root.tag, str) else ""
    return namespace == ENCRYPTED or (root.get("encrypted") or "").strip().lower() == "yes"


def _meta(meta: Element | None, name: str) -> str:
    return text_of(child(meta, name)) if meta is not None else ""


def _identity(given: str | None) -> str:
    """``uuid:uuid:x`` and bare ``x`` of doubtful clients are one identity; ``uuid:None`` is
    none."""
    bare = (given or "").strip()
    if len(bare) > _LONGEST_ID:
        # No page's address holds it, and no phone can shorten it.
        return f"sha256:{hashlib.sha256(bare.encode()).hexdigest()}"
    prefixed = bare.startswith("uuid:")
    while bare.startswith("uuid:"):
        bare = bare[5:].strip()
    if bare in ("", "None", "null", "undefined"):
        return ""
    return f"uuid:{bare}" if prefixed or _looks_like_uuid(bare) else bare


def _looks_like_uuid(text: str) -> bool:
    return (
        len(text) == 36
        and text.count("-") == 4
        and all(c in "0123456789abcdefABCDEF-" for c in text)
    )

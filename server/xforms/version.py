"""The version of a form, which stands in its primary instance."""

from __future__ import annotations

from lxml import etree

from server.xforms.xml import local, parse


def with_version(xform: bytes, version: str) -> bytes:
    """The same form under another number. Raises NotReadable."""
    root = parse(xform)
    for instance in (each for each in root.iter() if local(each) == "instance"):
        primary = next((each for each in instance if local(each)), None)
        if primary is not None:
            primary.set("version", version)
        break
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

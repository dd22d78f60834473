"""multipart/form-data as Collect's HTTP client writes it (collect.md 7.2)."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

_TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".m4a": "audio/mp4",
    ".amr": "audio/amr",
    ".oga": "audio/ogg",
    ".mp4": "video/mp4",
    ".csv": "text/csv",
    ".pdf": "application/pdf",
}


@dataclass(frozen=True)
class Part:
    """``file_name`` None makes a plain field."""

    name: str
    content: bytes
    file_name: str | None = None
    type: str | None = None

    def head(self) -> bytes:
        """Names in raw UTF-8, and no length: OkHttp 5."""
        said = f'form-data; name="{_quoted(self.name)}"'
        if self.file_name is not None:
            said += f'; filename="{_quoted(self.file_name)}"'
        kind = f"Content-Type: {self.type}\r\n" if self.type else ""
        return f"Content-Disposition: {said}\r\n{kind}\r\n".encode()


class Body:
    """multipart/form-data, its length known ahead."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = tuple(parts)
        self._boundary = str(uuid.uuid4())
        self.type = f"multipart/form-data; boundary={self._boundary}"
        self.length = sum(len(each) for each in self.pieces())

    def pieces(self) -> Iterable[bytes]:
        for part in self.parts:
            yield f"--{self._boundary}\r\n".encode() + part.head()
            yield part.content
            yield b"\r\n"
        yield f"--{self._boundary}--\r\n".encode()


class RawBody(Body):
    """Bytes as they are."""

    def __init__(self, content: bytes, kind: str) -> None:
        self._content, self.type, self.length = content, kind, len(content)

    def pieces(self) -> Iterable[bytes]:
        yield self._content


def parts_of(xml: bytes, files: Mapping[str, bytes], title: str, incomplete: bool) -> list[Part]:
    """The whole XML, some of its files, and whether others follow."""
    bare = "".join(each if each.isalnum() else " " for each in title).strip()
    own_name = f"{bare}_{time.strftime('%Y-%m-%d_%H-%M-%S')}.xml"
    parts = [Part("xml_submission_file", xml, own_name, "text/xml")]
    for name, content in files.items():
        kind = _TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
        parts.append(Part(name, content, name, kind))
    if incomplete:
        parts.append(Part("*isIncomplete*", b"yes"))
    return parts


def _quoted(name: str) -> str:
    return name.replace("\n", "%0A").replace("\r", "%0D").replace('"', "%22")

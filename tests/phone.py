"""A phone with ODK Collect on it, as far as a server can tell.

It writes the bytes that Collect's HTTP client (OkHttp) writes and draws the conclusions that
Collect draws; what a user would read is in ``CollectError`` and ``Sent``.
"""

from __future__ import annotations

import base64
import gzip
import http.client
import random
import string
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import TracebackType
from urllib.parse import quote, urlsplit

from tests.collect_xml import FormEntry, FormUnusable, read_form_list, read_manifest, read_message

TIMEOUT = 60
DEFAULT_BATCH = 10_000_000
MOST_FILES = 100
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


class CollectError(Exception):
    """What Collect could not do, as it tells its user."""


class WantsPassword(CollectError):
    """Collect asks its user for a password."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def message(self) -> str:
        """The words of an OpenRosaResponse, '' for anything else."""
        return read_message(self.body)


@dataclass(frozen=True)
class Sent:
    """One send: the answer to each POST."""

    answers: tuple[Answer, ...]

    @property
    def statuses(self) -> list[int]:
        return [each.status for each in self.answers]

    @property
    def message(self) -> str:
        """Collect shows that of the last POST only."""
        return self.answers[-1].message

    @property
    def done(self) -> bool:
        """Collect marks a record as sent, and may delete it."""
        return all(each.status in (201, 202) for each in self.answers)


@dataclass
class InstalledForm:
    entry: FormEntry
    xml: bytes
    media: dict[str, bytes]


class Phone:
    """``address`` is the project's; ``https`` says that a proxy on the server's machine takes TLS
    off, as phones in the field have it."""

    def __init__(
        self,
        address: str,
        *,
        credentials: tuple[str, str] | None = None,
        https: str | None = None,
        seed: int = 0,
    ) -> None:
        parts = urlsplit(address)
        self._at = (parts.hostname or "", parts.port or 80)
        self.https = https
        self.path = parts.path.rstrip("/")
        self._credentials = credentials
        self._signed = False
        self._chance = random.Random(seed)
        letters = string.ascii_letters + string.digits
        self.device = "collect:" + "".join(self._chance.choices(letters, k=16))
        self._connection: http.client.HTTPConnection | None = None
        self._cached: dict[str, Answer] = {}
        self.installed: dict[str, InstalledForm] = {}
        self.batch = DEFAULT_BATCH

    def __enter__(self) -> Phone:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.hang_up()

    @property
    def host(self) -> str:
        return f"{self._at[0]}:{self._at[1]}"

    def hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # -- forms -------------------------------------------------------------------------------------

    def form_list(self) -> list[FormEntry]:
        answer = self.get(f"{self.path}/formList")
        return read_form_list(self._openrosa(answer, "the formList API"))

    def sync(self) -> None:
        """ "Match exactly": get what is new or changed, remove what is listed no more."""
        listed = {each.form_id: each for each in self.form_list()}
        for entry in listed.values():
            if self._is_outdated(entry):
                self.download(entry)
        for form_id in set(self.installed) - set(listed):
            del self.installed[form_id]

    def download(self, entry: FormEntry) -> InstalledForm:
        if not entry.hash:
            raise CollectError(f"no hash for {entry.form_id}")
        xml = self._bytes(entry.download_url)
        media: dict[str, bytes] = {}
        before = self.installed.get(entry.form_id)
        for file in self._manifest(entry):
            kept = before.media.get(file.name) if before else None
            is_kept = kept is not None and file.is_of(kept)
            media[file.name] = kept if is_kept and kept else self._bytes(file.download_url)
        form = InstalledForm(entry, xml, media)
        self.installed[entry.form_id] = form
        return form

    def _is_outdated(self, entry: FormEntry) -> bool:
        form = self.installed.get(entry.form_id)
        # Asked at every check, whether the form is new or not.
        files = self._manifest(entry)
        if form is None or not entry.is_of(form.xml):
            return True
        return any(not file.is_of(form.media.get(file.name, b"")) for file in files)

    def _manifest(self, entry: FormEntry) -> list[FormEntry.File]:
        """Collect swallows every failure here and installs the form without media."""
        if entry.manifest_url is None:
            return []
        try:
            answer = self.get(self._own(entry.manifest_url))
            return read_manifest(self._openrosa(answer, "manifests"))
        except (CollectError, FormUnusable):
            return []

    def _bytes(self, url: str) -> bytes:
        answer = self.get(self._own(url))
        if answer.status != 200:
            raise CollectError(f"server error {answer.status}")
        return answer.body

    def _own(self, url: str) -> str:
        """The path of an address under this phone's own server; credentials go nowhere else."""
        parts = urlsplit(url)
        wanted = ("https", self.https) if self.https else ("http", self.host)
        if (parts.scheme, parts.netloc) != wanted:
            raise CollectError(f"another server: {parts.scheme}://{parts.netloc}")
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @staticmethod
    def _openrosa(answer: Answer, what: str) -> bytes:
        if answer.status == 401:
            raise WantsPassword("the server asks for a password")
        if answer.status == 404:
            raise CollectError("unreachable")
        if answer.status != 200:
            raise CollectError(f"server error {answer.status}")
        kind = answer.headers.get("Content-Type")
        if kind is not None and "text/xml" not in kind:
            raise CollectError("log in to your network?")
        if answer.headers.get("X-OpenRosa-Version") is None:
            raise CollectError(f"the server does not implement {what}")
        return answer.body

    # -- records -----------------------------------------------------------------------------------

    def send(
        self,
        xml: bytes,
        files: Mapping[str, bytes] | None = None,
        *,
        title: str = "Phiếu vãng gia",
        silently_twice: bool = False,
    ) -> Sent:
        """HEAD, then as many POSTs as the server's limit needs; ends at the first refusal.

        ``silently_twice``: each connection dies after the last byte, and OkHttp sends again.
        """
        self.ask_before_sending()
        answers: list[Answer] = []
        for body in self.posts(xml, files or {}, title):
            if silently_twice:
                self.post_and_vanish(body)
            answers.append(self.post(body))
            if answers[-1].status not in (201, 202):
                break
        return Sent(tuple(answers))

    def ask_before_sending(self) -> Answer:
        answer = self.request("HEAD", f"{self.path}/submission?{self._device}")
        if answer.status == 401:
            raise WantsPassword("the server asks for a password")
        if 200 <= answer.status < 300 and answer.status != 204:
            raise CollectError("will not upload: the answer to HEAD was no 204")
        if answer.status == 204:
            limit = answer.headers.get("X-OpenRosa-Accept-Content-Length")
            self.batch = int(limit) if limit else DEFAULT_BATCH
        return answer

    def posts(self, xml: bytes, files: Mapping[str, bytes], title: str = "Phiếu") -> list[Body]:
        """The whole XML in each, files until the next would pass the limit or 100 are in."""
        names = list(files)
        self._chance.shuffle(names)  # a folder is read in any order
        batches: list[list[str]] = [[]]
        size = len(xml)
        for name in names:
            full = len(batches[-1]) >= MOST_FILES or size + len(files[name]) > self.batch
            if batches[-1] and full:
                batches.append([])
                size = len(xml)
            batches[-1].append(name)
            size += len(files[name])
        last = len(batches) - 1
        return [
            Body(_parts(xml, {name: files[name] for name in batch}, title, at < last))
            for at, batch in enumerate(batches)
        ]

    def post(self, body: Body) -> Answer:
        return self.request("POST", f"{self.path}/submission?{self._device}", body)

    def post_and_vanish(self, body: Body) -> None:
        """All bytes go out, and nobody is there any more for the answer."""
        self._write("POST", f"{self.path}/submission?{self._device}", body)
        self.hang_up()

    @property
    def _device(self) -> str:
        return f"deviceID={quote(self.device, safe='')}"

    # -- HTTP --------------------------------------------------------------------------------------

    def get(self, path: str) -> Answer:
        """With the device's id, and OkHttp's cache in front."""
        path += ("&" if "?" in path else "?") + self._device
        known = self._cached.get(path)
        if known is not None and "max-age" in known.headers.get("Cache-Control", ""):
            return known  # whatever the server has by now
        marks = {"If-None-Match": known.headers["ETag"]} if known else {}
        answer = self.request("GET", path, headers=marks)
        if answer.status == 304 and known is not None:
            return known
        if answer.status == 200 and answer.headers.get("ETag"):
            self._cached[path] = answer
        return answer

    def request(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        answer = self._ask(method, path, body, headers or {})
        if answer.status == 401 and self._may_sign(answer):
            self._signed = True  # from now on without being asked
            answer = self._ask(method, path, body, headers or {})
        return answer

    def _may_sign(self, answer: Answer) -> bool:
        """Basic goes out over https alone, and only where a challenge says so."""
        challenges = answer.headers.get_all("WWW-Authenticate") or []
        offered = any(each.startswith("Basic ") for each in challenges)
        return bool(self._credentials and self.https and offered and not self._signed)

    def _ask(self, method: str, path: str, body: Body | None, headers: Mapping[str, str]) -> Answer:
        try:
            return self._answer(self._write(method, path, body, headers))
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # A kept connection turned out dead: OkHttp sends again, silently.
            self.hang_up()
            return self._answer(self._write(method, path, body, headers))

    def _write(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> http.client.HTTPConnection:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(*self._at, timeout=TIMEOUT)
        connection = self._connection
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in (*self._headers(), *(headers or {}).items()):
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Type", body.type)
            connection.putheader("Content-Length", str(body.length))
        host = self.https or self.host
        connection.putheader("Host", host)
        connection.putheader("Connection", "Keep-Alive")
        connection.putheader("Accept-Encoding", "gzip")
        connection.endheaders()
        for piece in body.pieces() if body else ():
            connection.send(piece)
        return connection

    def _headers(self) -> Iterator[tuple[str, str]]:
        if self._signed and self._credentials:
            plain = ":".join(self._credentials).encode("iso-8859-1", "replace")
            yield "Authorization", f"Basic {base64.b64encode(plain).decode()}"
        if self.https:
            yield "X-Forwarded-Proto", "https"
            yield "X-Forwarded-Host", self.https
        yield "User-Agent", "org.odk.collect.android/v2026.3.0 Dalvik/2.1.0 (Linux; U; Android 14)"
        yield "X-OpenRosa-Version", "1.0"
        # Twelve hours without AM or PM, as Collect writes it.
        yield "Date", time.strftime("%a, %d %b %Y %I:%M:%S GMT", time.gmtime())

    @staticmethod
    def _answer(connection: http.client.HTTPConnection) -> Answer:
        response = connection.getresponse()
        body = response.read()
        if response.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return Answer(response.status, response.headers, body)


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


def _parts(xml: bytes, files: Mapping[str, bytes], title: str, incomplete: bool) -> list[Part]:
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

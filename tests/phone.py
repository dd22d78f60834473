"""A phone with ODK Collect on it, as far as a server can tell.

It writes the bytes that Collect's HTTP client (OkHttp) writes and draws the conclusions that
Collect draws; what a user would read is in ``CollectError`` and ``Sent``.
"""

from __future__ import annotations

import random
import string
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from tests.collect_xml import FormEntry, FormUnusable, read_form_list, read_manifest
from tests.multipart import Body, parts_of
from tests.okhttp import Answer, OkHttp

DEFAULT_BATCH = 10_000_000
MOST_FILES = 100


class CollectError(Exception):
    """What Collect could not do, as it tells its user."""


class WantsPassword(CollectError):
    """Collect asks its user for a password."""


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


class Phone(OkHttp):
    """Set up for one project; ``installed`` are its blank forms."""

    def __init__(
        self,
        address: str,
        *,
        credentials: tuple[str, str] | None = None,
        https: str | None = None,
        seed: int = 0,
    ) -> None:
        super().__init__(address, credentials=credentials, https=https)
        self._chance = random.Random(seed)
        letters = string.ascii_letters + string.digits
        self.device = "collect:" + "".join(self._chance.choices(letters, k=16))
        self.installed: dict[str, InstalledForm] = {}
        self.batch = DEFAULT_BATCH

    def get(self, path: str) -> Answer:
        """With the device's id, as every GET has it."""
        return super().get(path + ("&" if "?" in path else "?") + self._device)

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
            answer = self.get(self.path_of(entry.manifest_url))
            return read_manifest(self._openrosa(answer, "manifests"))
        except (CollectError, FormUnusable):
            return []

    def _bytes(self, url: str) -> bytes:
        answer = self.get(self.path_of(url))
        if answer.status != 200:
            raise CollectError(f"server error {answer.status}")
        return answer.body

    def path_of(self, url: str) -> str:
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
            Body(parts_of(xml, {name: files[name] for name in batch}, title, at < last))
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

"""The settings of one installation, read once from the environment.

Everything wrong is named at once, so that an operator mends the whole list in one go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from server.errors import BadSettings

MEGABYTE = 1024 * 1024
# Its origin is written into a header: nothing but a plain host and port may stand there.
TILES = re.compile(
    r"(?P<origin>https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?)"
    r"/[!-z|~]*(?:\{[xyz]\}[!-z|~]*){3}"
)
_LOCAL = ("localhost", "127.0.0.1", "::1")
Network = IPv4Network | IPv6Network
_THIS_MACHINE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
ENGINES = ("auto", "mongod", "secantusd-rs", "secantusdb")


@dataclass(frozen=True, slots=True)
class Config:
    """All settings; sizes are bytes, folders absolute."""

    data: Path
    mongo_uri: str | None = field(default=None, repr=False)
    db: str = "caunoi"
    host: str = "127.0.0.1"
    port: int = 8080
    base_url: str | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    http_port: int | None = None
    trusted_proxies: tuple[Network, ...] = _THIS_MACHINE
    workers: int = 2
    admin_email: str | None = None
    admin_password: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    tiles: str | None = None
    tiles_file: Path | None = None
    tiles_credit: str | None = None
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = field(default=None, repr=False)
    oidc_name: str = "OpenID Connect"
    second_factor_roles: frozenset[str] = frozenset()
    engine: str = "auto"
    engine_home: Path = Path("engine")
    journal: bool | None = None
    mass_export: int = 500
    disk_reserve: int = 1024 * MEGABYTE
    max_upload: int = 250 * MEGABYTE

    @property
    def public_url(self) -> str:
        """What phones and people type; CAUNOI_BASE_URL, else the local address."""
        scheme = "https" if self.tls_cert else "http"
        return self.base_url or f"{scheme}://{self.host}:{self.port}"


def read_config(environ: Mapping[str, str], here: Path) -> Config:
    """Settings from ``environ``; relative folders are taken from ``here``.

    Raises BadSettings with one sentence per wrong setting.
    """
    return _Reader(environ, here).read()


class _Reader:
    def __init__(self, environ: Mapping[str, str], here: Path) -> None:
        self.environ, self.here = environ, here
        self.wrong: list[str] = []

    def read(self) -> Config:
        data = self._folder("CAUNOI_DATA", self.here / "data")
        config = Config(
            data=data,
            mongo_uri=self._url("CAUNOI_MONGO_URI", ("mongodb", "mongodb+srv")),
            db=self._database("CAUNOI_DB", "caunoi"),
            host=self._text("CAUNOI_HOST") or "127.0.0.1",
            port=self._number("CAUNOI_PORT", 8080, 1, 65535),
            base_url=self._base_url(),
            tls_cert=self._certificate("CAUNOI_TLS_CERT", "CAUNOI_TLS_KEY"),
            tls_key=self._certificate("CAUNOI_TLS_KEY", "CAUNOI_TLS_CERT"),
            http_port=self._http_port(),
            trusted_proxies=self._proxies(),
            workers=self._number("CAUNOI_WORKERS", 2, 1, 64),
            admin_email=self._email("CAUNOI_ADMIN_EMAIL"),
            admin_password=self._password("CAUNOI_ADMIN_PASSWORD"),
            secret_key=self._secret("CAUNOI_SECRET_KEY"),
            tiles=self._tiles(),
            tiles_file=self._tiles_file(),
            tiles_credit=self._text("CAUNOI_TILES_CREDIT"),
            smtp_url=self._smtp_url(),
            mail_from=self._email("CAUNOI_MAIL_FROM"),
            oidc_issuer=self._issuer(),
            oidc_client_id=self._text("CAUNOI_OIDC_CLIENT_ID"),
            oidc_client_secret=self._text("CAUNOI_OIDC_CLIENT_SECRET"),
            oidc_name=self._text("CAUNOI_OIDC_NAME") or "OpenID Connect",
            second_factor_roles=self._names("CAUNOI_SECOND_FACTOR_ROLES"),
            engine=self._choice("CAUNOI_ENGINE", ENGINES),
            engine_home=self._folder("CAUNOI_ENGINE_HOME", data / "engine"),
            journal=self._switch("CAUNOI_JOURNAL"),
            mass_export=self._number("CAUNOI_MASS_EXPORT", 500, 0, 10_000),
            disk_reserve=self._number("CAUNOI_DISK_RESERVE_MB", 1024, 0, 10**9) * MEGABYTE,
            max_upload=self._number("CAUNOI_MAX_UPLOAD_MB", 250, 1, 10**6) * MEGABYTE,
        )
        if self.wrong:
            raise BadSettings(problems=tuple(self.wrong))
        return config

    def _text(self, name: str) -> str | None:
        return self.environ.get(name, "").strip() or None

    def _complain(self, name: str, what: str) -> None:
        self.wrong.append(f"{name} {what}")

    def _folder(self, name: str, default: Path) -> Path:
        given = self._text(name)
        return (self.here / given).resolve() if given else default.resolve()

    def _number(self, name: str, default: int, least: int, most: int) -> int:
        given = self._text(name)
        if given is None:
            return default
        if not given.isascii() or not given.isdigit() or not least <= int(given) <= most:
            self._complain(name, f"must be a whole number from {least} to {most}")
            return default
        return int(given)

    def _choice(self, name: str, choices: tuple[str, ...]) -> str:
        given = self._text(name) or choices[0]
        if given not in choices:
            self._complain(name, "must be one of " + ", ".join(choices))
        return given

    def _url(self, name: str, schemes: tuple[str, ...]) -> str | None:
        given = self._text(name)
        if given and urlsplit(given).scheme not in schemes:
            self._complain(name, "must start with " + " or ".join(f"{s}://" for s in schemes))
        return given

    def _base_url(self) -> str | None:
        given = self._url("CAUNOI_BASE_URL", ("http", "https"))
        if given and (urlsplit(given).query or not urlsplit(given).hostname):
            self._complain("CAUNOI_BASE_URL", "must be an address such as https://example.org")
        return given.rstrip("/") if given else None

    def _smtp_url(self) -> str | None:
        """A letter's link must lead here, whatever host a request says it is for."""
        given = self._url("CAUNOI_SMTP_URL", ("smtp", "smtps"))
        if given and not self._text("CAUNOI_BASE_URL"):
            self._complain("CAUNOI_SMTP_URL", "needs CAUNOI_BASE_URL beside it, for the links")
        return given

    def _certificate(self, name: str, other: str) -> Path | None:
        given = self._text(name)
        if given is None:
            return None
        if self._text(other) is None:
            self._complain(name, f"needs {other} beside it")
        if (self._text("CAUNOI_BASE_URL") or "").startswith("http:"):
            self._complain(name, "goes with a CAUNOI_BASE_URL of https")
        path = (self.here / given).resolve()
        if not path.is_file():
            self._complain(name, "must be a file")
        return path

    def _http_port(self) -> int | None:
        given = self._text("CAUNOI_HTTP_PORT")
        if given and self._text("CAUNOI_TLS_CERT") is None:
            self._complain("CAUNOI_HTTP_PORT", "is for beside CAUNOI_TLS_CERT")
        return self._number("CAUNOI_HTTP_PORT", 0, 1, 65535) or None

    def _proxies(self) -> tuple[Network, ...]:
        """Those beside the ones on this machine. Nobody trusts everybody."""
        found = list[Network](_THIS_MACHINE)
        for each in sorted(self._names("CAUNOI_TRUSTED_PROXIES")):
            try:
                network = ip_network(each)
            except ValueError:
                network = None
            if network is None or network.prefixlen == 0:
                self._complain(
                    "CAUNOI_TRUSTED_PROXIES", "must be addresses such as 10.0.0.5 or 10.0.0.0/28"
                )
                break
            found.append(network)
        return tuple(found)

    def _issuer(self) -> str | None:
        """What it says decides who comes in: not over an open line, but to this machine itself."""
        given = self._url("CAUNOI_OIDC_ISSUER", ("https", "http"))
        if given and given.startswith("http:") and urlsplit(given).hostname not in _LOCAL:
            self._complain("CAUNOI_OIDC_ISSUER", "must start with https://")
        if given and not self._text("CAUNOI_OIDC_CLIENT_ID"):
            self._complain("CAUNOI_OIDC_CLIENT_ID", "must be set beside CAUNOI_OIDC_ISSUER")
        return given.rstrip("/") if given else None

    def _tiles(self) -> str | None:
        """The address of single tiles on a host; what is no address is a file."""
        given = self._text("CAUNOI_TILES")
        if given is None or "://" not in given:
            return None
        if not TILES.fullmatch(given) or len(set(re.findall(r"\{.\}", given))) != 3:
            self._complain(
                "CAUNOI_TILES", "must be an address such as https://example.org/{z}/{x}/{y}.png"
            )
        elif given.startswith("http:") and (self._text("CAUNOI_BASE_URL") or "").startswith(
            "https:"
        ):
            self._complain("CAUNOI_TILES", "must be https, since a page over https shows no other")
        elif self._text("CAUNOI_TILES_CREDIT") is None:
            self._complain(
                "CAUNOI_TILES_CREDIT", "must name who made the tiles of CAUNOI_TILES, as they ask"
            )
        return given

    def _tiles_file(self) -> Path | None:
        given = self._text("CAUNOI_TILES")
        if given is None or "://" in given:
            return None
        if not given.endswith(".pmtiles"):
            self._complain(
                "CAUNOI_TILES",
                "must be a file such as quang-ninh.pmtiles, "
                "or an address such as https://example.org/{z}/{x}/{y}.png",
            )
        return (self.here / given).resolve()

    def _database(self, name: str, default: str) -> str:
        given = self._text(name) or default
        if not given.replace("_", "").replace("-", "").isalnum() or len(given.encode()) > 60:
            self._complain(name, "must be at most 60 letters, digits, hyphens or underscores")
        return given

    def _names(self, name: str) -> frozenset[str]:
        given = (each.strip() for each in (self._text(name) or "").split(","))
        return frozenset(each for each in given if each)

    def _email(self, name: str) -> str | None:
        given = self._text(name)
        if given and "@" not in given:
            self._complain(name, "must be an e-mail address")
        return given

    def _password(self, name: str) -> str | None:
        given = self._text(name)
        if given and len(given) < 10:
            self._complain(name, "must have at least 10 characters")
        return given

    def _secret(self, name: str) -> str | None:
        given = self._text(name)
        if given and len(given) < 32:
            self._complain(name, "must have at least 32 characters")
        return given

    def _switch(self, name: str) -> bool | None:
        given = self._text(name)
        if given is None:
            return None
        if given not in ("0", "1"):
            self._complain(name, "must be 0 or 1")
        return given == "1"

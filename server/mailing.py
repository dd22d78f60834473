"""Letters to people, by the mail server that the house names. Without one nothing is sent."""

from __future__ import annotations

import logging
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Protocol
from urllib.parse import unquote, urlsplit

from server.config import Config

log = logging.getLogger(__name__)

_PATIENCE = 10.0
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Letter:
    to: str
    subject: str
    text: str


class Mailer(Protocol):
    def send(self, letter: Letter) -> bool:
        """Whether the mail server took it; it never raises, since a link can be passed on by hand
        as well."""


def mailer_of(config: Config) -> Mailer | None:
    if config.smtp_url is None:
        return None
    host = urlsplit(config.public_url).hostname or "localhost"
    return SmtpMailer(config.smtp_url, config.mail_from or f"caunoi@{host}")


class SmtpMailer:
    """``smtp://user:password@host:587`` (with STARTTLS where the server has it) or ``smtps://``."""

    def __init__(self, url: str, sender: str) -> None:
        self._url, self._sender = urlsplit(url), sender

    def send(self, letter: Letter) -> bool:
        message = EmailMessage()
        message["From"], message["To"] = self._sender, letter.to
        message["Subject"], message["Date"] = letter.subject, formatdate()
        message["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2])
        message.set_content(letter.text)
        try:
            with self._connect() as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as trouble:
            # Without its words, which may quote an address.
            log.error("a letter could not be sent (%s)", type(trouble).__name__)
            return False
        return True

    def _connect(self) -> smtplib.SMTP:
        host, secure = self._url.hostname or "localhost", ssl.create_default_context()
        if self._url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self._url.port or 465, timeout=_PATIENCE, context=secure
            )
        else:
            server = smtplib.SMTP(host, self._url.port or 587, timeout=_PATIENCE)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=secure)
            elif self._url.username and host not in _LOCAL:
                raise smtplib.SMTPNotSupportedError("no password goes over an open line")
        if self._url.username:
            server.login(unquote(self._url.username), unquote(self._url.password or ""))
        return server

"""Letters, through a real mail server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP, Envelope, Session

from server.config import Config
from server.mailing import Letter, SmtpMailer, mailer_of

LETTER = Letter("moi@ctxh.example", "Tài khoản của bạn", "Chào Vũ Thị Mới,\n\nhãy mở: http://x/y\n")


class Box(Sink):
    """Keeps what it gets."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[EmailMessage] = []
        self.refuses = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuses:
            return "554 no"
        content = envelope.content
        assert isinstance(content, bytes)
        self.letters.append(message_from_bytes(content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def box() -> Iterator[tuple[Box, str]]:
    box = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


def test_a_letter_arrives_with_its_vietnamese_words(box: tuple[Box, str]) -> None:
    kept, url = box
    assert SmtpMailer(url, "caunoi@ctxh.example").send(LETTER)
    [letter] = kept.letters
    assert (letter["To"], letter["Subject"]) == (LETTER.to, LETTER.subject)
    assert letter["From"] == "caunoi@ctxh.example"
    assert letter.get_content().replace("\r\n", "\n") == LETTER.text


def test_a_mail_server_that_refuses_or_is_not_there_stops_nothing(
    box: tuple[Box, str], caplog: pytest.LogCaptureFixture
) -> None:
    kept, url = box
    kept.refuses = True
    assert not SmtpMailer(url, "caunoi@ctxh.example").send(LETTER)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        silent = f"smtp://127.0.0.1:{nobody.getsockname()[1]}"
        assert not SmtpMailer(silent, "caunoi@ctxh.example").send(LETTER)
    assert LETTER.to not in caplog.text


def test_a_house_without_a_mail_server_sends_nothing() -> None:
    assert mailer_of(Config(data=Path("/nowhere"))) is None

"""What all errors share, and the families they belong to."""

from __future__ import annotations

from typing import ClassVar


class CauNoiError(Exception):
    """The root. A subclass gives one sentence in Vietnamese and one in English.

    The sentences are ``str.format`` templates over the keyword facts the error was raised with.
    """

    vi: ClassVar[str] = "Đã có lỗi ở máy chủ."
    en: ClassVar[str] = "Something went wrong on the server."
    on_phone_vi: ClassVar[str] = ""
    on_phone_en: ClassVar[str] = ""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.words("en"))

    def words(self, language: str) -> str:
        """One sentence for a person, in ``vi`` or ``en``."""
        return (self.vi if language == "vi" else self.en).format(**self.facts)

    def words_for_phone(self, language: str) -> str:
        """The same to whoever reads it in ODK Collect, beside a record that was not sent."""
        safe = self.on_phone_vi if language == "vi" else self.on_phone_en
        return f"{self.words(language)} {safe}".rstrip()


# -- the four families; each subclass belongs to exactly one ------------------------------------


class BadInput(CauNoiError):
    """What was sent cannot be understood; sending it again will not help."""


class NotAllowed(CauNoiError):
    """Who asks is unknown, or may not."""


class NotFound(CauNoiError):
    """What is asked for is not there, or not within the caller's scope."""


class Clash(CauNoiError):
    """It would overwrite something that is already there."""


class Unavailable(CauNoiError):
    """The server cannot do it now; nothing is lost and trying later will help."""


class Trouble(CauNoiError):
    """The installation itself is wrong; the operator must act."""

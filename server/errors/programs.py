"""What only programs meet: requests that no page and no phone makes.

Their facts carry the names that ODK Central gives in an error's ``details`` (``field``, ``value``).
"""

from __future__ import annotations

from server.errors import FormUnreadable
from server.errors.families import BadInput, Clash, NotFound


class BodyUnreadable(BadInput):
    vi = "Nội dung gửi lên không phải JSON đọc được."
    en = "The body is no JSON that can be read."


class FieldMissing(BadInput):
    vi = "Yêu cầu thiếu “{field}”."
    en = "The request lacks “{field}”."


class SignInIncomplete(BadInput):
    vi = "Để đăng nhập cần “email” và “password”, đều là chuỗi ký tự."
    en = "To sign in, “email” and “password” are needed, both as text."


class ValueUnexpected(BadInput):
    vi = "Giá trị “{value:.64}” không dùng được cho “{field}”: {reason_vi}"
    en = "The value “{value:.64}” cannot be used for “{field}”: {reason_en}"


class WrongType(BadInput):
    vi = "Giá trị “{value:.64}” sai kiểu; cần: {expected}."
    en = "The value “{value:.64}” is of the wrong type; expected: {expected}."


class NotCovered(BadInput):
    """It means something to ODK Central, and leaving it out would answer another question."""

    vi = "Máy chủ này chưa hỗ trợ “{feature:.64}”."
    en = "This server does not support “{feature:.64}”."


class XFormUnreadable(FormUnreadable):
    """It was handed in as XML, and is no form."""

    vi = "Tệp XML này chưa dùng được. {listed_vi}"
    en = "This XML cannot be used. {listed_en}"


class FormDoubtful(BadInput):
    """A form can be used, and whoever hands it in has not said that warnings are to be ignored."""

    vi = "Biểu mẫu dùng được nhưng có cảnh báo: {listed_vi}"
    en = "The form can be used, with warnings: {listed_en}"

    def __init__(self, warnings: tuple[tuple[str, str], ...], gone: tuple[str, ...]) -> None:
        self.warnings, self.gone = warnings, gone
        lost = ", ".join(gone)
        said = list(warnings)
        if gone:
            said.append((f"mất hoặc đổi chỗ: {lost}.", f"gone or moved: {lost}."))
        vi, en = (" ".join(each) for each in zip(*said, strict=True))
        super().__init__(listed_vi=vi, listed_en=en)


class NeverPublished(Clash):
    vi = "Biểu mẫu “{form_id}” chỉ có bản nháp: hãy xóa cả biểu mẫu."
    en = "The form “{form_id}” is only a draft: delete the form itself."


class EntityUnknown(NotFound):
    vi = "Không có mục này trong sổ."
    en = "There is no such entry in the register."


class RegisterUnknown(NotFound):
    vi = "Không có sổ “{name:.64}”."
    en = "There is no register “{name:.64}”."


class EntityOutdated(Clash):
    """Facts as Central's details have them: both versions as text."""

    vi = "Mục này trong sổ đang ở phiên bản {current}; yêu cầu dựa trên phiên bản “{provided:.9}”."
    en = "The entry is at version {current}; the request builds on version “{provided:.9}”."


class EntityInvalid(BadInput):
    vi = "Mục gửi lên chưa dùng được: {reason_vi}"
    en = "The entry cannot be used: {reason_en}"


class NothingToResolve(BadInput):
    vi = "Mục này không có gì cần quyết định."
    en = "The entry has no conflict to resolve."


class BodyUnexpected(BadInput):
    vi = "Nội dung gửi lên phải có: {expected}."
    en = "The body must have: {expected}."

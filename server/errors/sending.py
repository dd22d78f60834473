"""What a role, or a code that is good once, does not let somebody send."""

from __future__ import annotations

from server.errors.families import Clash, NotFound


class FormNotGiven(NotFound):
    """A phone gets only the forms of its role, and sends no others."""

    vi = "Vai trò của máy hoặc tài khoản này không có biểu mẫu “{form_id:.64}”."
    en = "The role of this phone or account does not have the form “{form_id:.64}”."
    on_phone_vi = "Phiếu vẫn an toàn trên điện thoại."
    on_phone_en = "The record is safe on the phone."


class EditNotGiven(Clash):
    """By somebody who may see that the record is there."""

    vi = "Vai trò của tài khoản này không sửa phiếu do người khác gửi."
    en = "The role of this account does not edit records that others sent."
    on_phone_vi = "Bản sửa vẫn an toàn trên điện thoại."
    on_phone_en = "The edit is safe on the phone."


class CodeOver(NotFound):
    """The same for all that may be wrong with it: which codes there are is nobody's business."""

    vi = "Mã này không dùng được: mã chưa đúng, đã được dùng, đã hết hạn hoặc đã bị thu hồi."
    en = "This code cannot be used: it is wrong, or was used already, or is over."


class BatchUnknown(NotFound):
    vi = "Không có đợt mã này, hoặc đợt mã thuộc văn phòng khác."
    en = "There are no such codes, or they belong to another office."

"""What goes wrong with the centre's duties towards those whose data it holds."""

from __future__ import annotations

from server.errors import RecordUnknown
from server.errors.families import Clash, NotFound


class DataRequestUnknown(NotFound):
    vi = "Không tìm thấy yêu cầu này."
    en = "There is no such request."


class IncidentUnknown(NotFound):
    vi = "Không tìm thấy sự cố này."
    en = "There is no such incident."


class IncidentChanged(Clash):
    vi = "Sự cố này vừa được người khác cập nhật. Hãy xem lại rồi thử lần nữa."
    en = "Someone else has just updated this incident. Look at it and try again."


class DataRequestChanged(Clash):
    vi = "Yêu cầu này vừa được người khác cập nhật. Hãy xem lại rồi thử lần nữa."
    en = "Someone else has just updated this request. Look at it and try again."


class RetentionChanged(Clash):
    vi = "Người khác vừa thay đổi thời hạn lưu giữ của biểu mẫu này. Hãy xem lại rồi thử lần nữa."
    en = "Someone else has just changed how long this form's records are kept. Look and try again."


class RecordDeleted(RecordUnknown):
    vi = "Phiếu này đã bị xóa ngày {day}: {asked} đề nghị, {granted} đồng ý."
    en = "This record was deleted on {day}: {asked} asked for it, {granted} granted it."


class RecordErased(Clash):
    vi = "Thông tin cá nhân của phiếu này đã bị xóa vĩnh viễn: phiếu chỉ còn để thống kê."
    en = "The personal data of this record were erased for ever: it only counts in statistics."

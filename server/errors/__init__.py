"""Everything that can go wrong, by name.

An error is a fact in the words of both languages. What it means on the wire (an HTTP status, an
ODK Central code) is decided once, in ``server.routes.dialects``; nothing here knows about HTTP.
"""

from __future__ import annotations

from server.errors.families import BadInput as BadInput
from server.errors.families import CauNoiError as CauNoiError
from server.errors.families import Clash as Clash
from server.errors.families import NotAllowed as NotAllowed
from server.errors.families import NotFound as NotFound
from server.errors.families import Trouble as Trouble
from server.errors.families import Unavailable as Unavailable

# -- settings and the managed database -----------------------------------------------------------


class BadSettings(Trouble):
    vi = "Cấu hình chưa đúng: {listed}"
    en = "The settings are wrong: {listed}"

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__(listed="; ".join(problems))


class EngineTrouble(Trouble):
    """The managed database cannot be started; ``why`` says what to do, in English, for the log."""

    vi = "Không khởi động được cơ sở dữ liệu: {why}"
    en = "The database cannot be started: {why}"


class DataFolderInUse(EngineTrouble):
    vi = "Thư mục dữ liệu {folder} đang được một máy chủ khác sử dụng (tiến trình {pid})."
    en = "The data folder {folder} is in use by another server (process {pid})."


class ForeignDataFolder(EngineTrouble):
    vi = "Thư mục {folder} thuộc về {found}, không mở bằng {wanted}. Hãy dùng lệnh move-database."
    en = (
        "The folder {folder} belongs to {found} and is not opened with {wanted}. Use move-database."
    )


class DatabaseDown(Unavailable):
    vi = "Máy chủ tạm thời bận."
    en = "The server is busy for now."
    on_phone_vi = "Phiếu vẫn an toàn trên điện thoại, hãy gửi lại sau."
    on_phone_en = "The form is safe on the phone; send it again later."


class TypefaceMissing(Trouble):
    """It is built with the web assets, which some commands do without."""

    vi = "Chưa có phông chữ để in. Hãy khởi động máy chủ một lần: python3 caunoi.py serve"
    en = "The typeface for printing is missing. Start the server once: python3 caunoi.py serve"


class DiskNearlyFull(Unavailable):
    vi = "Ổ đĩa của máy chủ đã đầy. Không mất gì cả: hãy giữ phiếu trên máy và gửi lại sau."
    en = "The server's disk is full. Nothing is lost: keep the form and send it again later."


# -- who asks ------------------------------------------------------------------------------------


class NotSignedIn(NotAllowed):
    vi = "Hãy đăng nhập để tiếp tục."
    en = "Please sign in to continue."


class WrongPassword(NotAllowed):
    vi = "Tên đăng nhập hoặc mật khẩu không đúng."
    en = "The user name or password is wrong."


class TokenRefused(NotAllowed):
    vi = "Điện thoại này chưa được kết nối hoặc đã bị ngắt. Hãy xin mã QR kết nối mới."
    en = "This phone is not connected, or was disconnected. Ask for a new QR code."


class Forbidden(NotAllowed):
    vi = "Bạn không có quyền thực hiện việc này."
    en = "You may not do this."


class OriginalHidden(NotAllowed):
    """The XML as it came holds every answer, and cannot be shown in part."""

    vi = "Bản gốc có câu trả lời mà vai trò của bạn không được xem."
    en = "The original holds answers that your role does not read."


class PlaceStays(NotAllowed):
    """Nobody can say which of its bytes tell of a place."""

    vi = "Không xóa được vị trí trong tệp này. Chỉ ai được xem bản gốc mới tải được."
    en = "The place cannot be removed from this file. Only who may have originals can take it."


class PasswordToChange(NotAllowed):
    vi = "Mật khẩu dùng một lần: hãy đăng nhập trên trang web và đặt mật khẩu mới trước."
    en = "This is a one-time password: sign in on the web page and choose a new one first."


class TooManyTries(NotAllowed):
    vi = "Quá nhiều lần thử. Hãy đợi {minutes} phút rồi thử lại."
    en = "Too many tries. Wait {minutes} min and try again."


# -- what is asked for ---------------------------------------------------------------------------


class PageUnknown(NotFound):
    vi = "Không tìm thấy trang này."
    en = "There is no such page."


class ProjectUnknown(NotFound):
    vi = "Không tìm thấy chương trình này trên máy chủ."
    en = "This project is not on the server."


class FormUnknown(NotFound):
    vi = "Biểu mẫu “{form_id:.64}” không có trên máy chủ này."
    en = "The form “{form_id:.64}” is not on this server."
    on_phone_vi = "Phiếu vẫn an toàn trên điện thoại."
    on_phone_en = "The record is safe on the phone."


class VersionUnknown(NotFound):
    vi = "Không có phiên bản này của biểu mẫu “{form_id}”."
    en = "The form “{form_id}” has no such version."


class RecordUnknown(NotFound):
    vi = "Không tìm thấy phiếu này."
    en = "There is no such record."


class OriginalUnknown(NotFound):
    vi = "Đây là bản sửa của phiếu mà văn phòng bạn chưa gửi lên. Hãy gửi phiếu gốc trước."
    en = "This edits a record that your office has not sent. Send the original first."


class AsideUnknown(NotFound):
    vi = "Không tìm thấy phiếu giữ riêng này."
    en = "There is no such set-aside upload."


class AttachmentUnknown(NotFound):
    vi = "Không tìm thấy tệp này."
    en = "There is no such file."


class OfficeUnknown(NotFound):
    vi = "Không có văn phòng mang mã “{code}”."
    en = "There is no office with the code “{code}”."


class PersonUnknown(NotFound):
    vi = "Không có tài khoản này."
    en = "There is no such account."


class PhoneUnknown(NotFound):
    vi = "Không có điện thoại này."
    en = "There is no such phone."


# -- what was sent -------------------------------------------------------------------------------


class RecordUnreadable(BadInput):
    """The XML of a submission cannot be read: no XML, a DOCTYPE, too deep, no form id …"""

    vi = "Phiếu này không đọc được ({why}). Hãy báo cho cán bộ phụ trách; đừng xóa phiếu trên máy."
    en = (
        "This record cannot be read ({why}). Tell your supervisor; do not delete it from the phone."
    )


class RecordTooLarge(BadInput):
    """More than a document of the database holds, with all its versions."""

    vi = "Phiếu này lớn quá mức máy chủ lưu được. Phiếu được giữ riêng để cán bộ xem lại."
    en = "This record is larger than the server can store. It was set aside for review."


class RecordMissing(BadInput):
    vi = "Không nhận được nội dung phiếu (xml_submission_file). Hãy gửi lại."
    en = "The record itself (xml_submission_file) did not arrive. Send it again."


class FormUnreadable(BadInput):
    """A form cannot be used; ``problems`` say where and what to do, each in both languages."""

    vi = "Biểu mẫu chưa dùng được. {listed_vi}"
    en = "The form cannot be used. {listed_en}"

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        self.problems = problems
        vi, en = (" ".join(said) for said in zip(*problems, strict=True))
        super().__init__(listed_vi=vi, listed_en=en)


class TooLarge(BadInput):
    vi = "Tệp gửi lên quá lớn (tối đa {megabytes} MB)."
    en = "What was sent is too large ({megabytes} MB at most)."


class TooManyFiles(BadInput):
    vi = "Một lần gửi có quá nhiều tệp (tối đa {most})."
    en = "Too many files were sent at once ({most} at most)."


class OfficeUnclear(BadInput):
    vi = "Có {count} đơn vị khớp với “{words}”: hãy chọn một đơn vị trong danh sách."
    en = "There are {count} units for “{words}”: choose one from the list."


class NotUnderstood(BadInput):
    vi = "Yêu cầu chưa đúng: {why_vi}"
    en = "The request is wrong: {why_en}"


class UploadBroken(BadInput):
    vi = "Kết nối bị ngắt giữa chừng. Hãy gửi lại."
    en = "The connection broke half-way. Send it again."


# -- what would be overwritten -------------------------------------------------------------------


class SameIdOtherAnswers(Clash):
    vi = "Máy chủ đã có một phiếu khác mang cùng mã. Phiếu này được giữ riêng để cán bộ xem lại."
    en = "The server has another record with this id. This one was set aside for review."


class EditOutdated(Clash):
    vi = "Phiếu này đã được sửa ở nơi khác. Bản sửa của bạn được giữ riêng để cán bộ xem lại."
    en = "This record was edited elsewhere meanwhile. Your edit was set aside for review."


class RecordChanged(Clash):
    vi = "Phiếu vừa được người khác cập nhật. Hãy xem lại rồi thử lần nữa."
    en = "Someone else has just updated this record. Look at it and try again."


class EntityChanged(Clash):
    vi = "Mục này trong sổ vừa thay đổi. Hãy xem lại rồi thử lần nữa."
    en = "This entry of the register has just changed. Look at it and try again."


class SuccessionUnderWay(Clash):
    vi = "Lần thay đổi đơn vị trước đang được hoàn tất. Hãy đợi vài phút rồi thử lại."
    en = "The last change of units is still being completed. Wait a few minutes and try again."


class SuccessionStays(Clash):
    vi = "Không hoàn tác được: {why_vi}"
    en = "This cannot be undone: {why_en}"


class EntitySettled(EntityChanged):
    vi = "Người khác vừa quyết định mục này trong sổ. Hãy xem lại kết quả."
    en = "Someone else has just settled this entry of the register. Look at what they decided."


class VersionExists(Clash):
    vi = "Biểu mẫu “{form_id}” đã có phiên bản “{version}” với nội dung khác. Hãy đổi số phiên bản."
    en = "The form “{form_id}” has a version “{version}” with other content. Change the version."


class AnswersUnreadable(Clash):
    """A form that gives a name another kind of thing than the answers collected under it are."""

    vi = (
        "Không phát hành được: {number} câu trả lời đã thu thập sẽ không đọc được nữa ({listed}). "
        "Hãy đặt tên khác cho các câu hỏi này."
    )
    en = (
        "This cannot be published: {number} collected answers would become unreadable ({listed}). "
        "Give these questions other names."
    )


class FormInBin(Clash):
    vi = "Biểu mẫu “{form_id}” đang ở trong thùng rác. Hãy khôi phục trước."
    en = "The form “{form_id}” is in the bin. Restore it first."


class AlreadyThere(Clash):
    vi = "{what_vi} này đã có."
    en = "This {what_en} exists already."

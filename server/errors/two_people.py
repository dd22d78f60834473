"""What goes wrong where two people must agree."""

from __future__ import annotations

from server.errors.families import Clash, NotAllowed, NotFound


class ApprovalUnknown(NotFound):
    vi = "Không tìm thấy đề nghị này."
    en = "There is no such request for approval."


class ApprovalDecided(Clash):
    vi = "Đề nghị này đã được người khác quyết định, rút lại hoặc đã hết hạn. Hãy xem lại kết quả."
    en = "This was decided by someone else, taken back, or has lapsed. Look at what came of it."


class AskerMayNotGrant(NotAllowed):
    vi = "Người đề nghị không được tự đồng ý. Cần một người khác có cùng quyền."
    en = "Who asked for it cannot grant it. Another person with the same power must."


class SecondTooNew(NotAllowed):
    """Or whoever asks could make themselves a second person."""

    vi = (
        "Tài khoản được lập, hoặc đặt lại mật khẩu bằng liên kết, sau khi có đề nghị thì không "
        "được đồng ý đề nghị đó. Hãy để người kia rút lại rồi đề nghị lần nữa."
    )
    en = (
        "An account that was made, or got a new password by a link, after this was asked for "
        "cannot grant it. Let whoever asked take it back and ask again."
    )


class AskerMayNoMore(Clash):
    vi = "Người đề nghị không còn quyền làm việc này. Hãy từ chối đề nghị."
    en = "Who asked for this may no longer do it. Refuse it."


class KeptSince(Clash):
    """Whoever asked could not know; whoever asks anew can."""

    vi = (
        "Sau khi có đề nghị, {name} đã ghi giữ lại phiếu đến {day}. Lý do: “{reason}”. "
        "Hãy từ chối; nếu vẫn cần thì đề nghị lại."
    )
    en = (
        "Since this was asked for, {name} wants the record kept until {day}. Reason: “{reason}”. "
        "Refuse it; if it is still needed, let it be asked for again."
    )


class TakesTwo(NotAllowed):
    """More people's data than one person may take out alone on one day."""

    vi = (
        "Một người chỉ tự tải xuống dữ liệu của tối đa {most} phiếu hoặc mục mỗi ngày. "
        "Nhiều hơn thì cần người thứ hai đồng ý: hãy đề nghị ở trang “Việc cần hai người”."
    )
    en = (
        "One person alone takes out the data of at most {most} records or entries a day. "
        "More takes a second person's approval: ask for it on the page “What takes two people”."
    )

"""What can go wrong with accounts: a second factor, links, roles that are given,
phones and offices that have ended."""

from __future__ import annotations

from server.errors import OfficeUnknown
from server.errors.families import Clash, NotAllowed, NotFound


class WrongCode(NotAllowed):
    vi = "Mã xác nhận không đúng hoặc đã dùng rồi. Hãy nhập mã đang hiện trong ứng dụng."
    en = "The code is wrong, or was used already. Type the one that the app shows now."


class SecondFactorToSet(NotAllowed):
    vi = "Vai trò của bạn cần bước xác nhận thứ hai: hãy đăng nhập trên trang web để thiết lập."
    en = "Your role asks for a second factor: sign in on the web page and set it up first."


class SecondFactorNeeded(NotAllowed):
    """A program gives the password of an account that asks for more."""

    vi = "Tài khoản này có bước xác nhận thứ hai: hãy dùng mã truy cập tạo trên trang Tài khoản."
    en = "This account has a second factor: use a token, made on the page My account."


class RoleNotGiven(NotAllowed):
    vi = "Bạn không thể giao vai trò này ở văn phòng này: vai trò có quyền mà bạn không có ở đó."
    en = "You cannot give this role there: it may do what you may not do there."


class LinkOver(NotFound):
    vi = "Đường dẫn này đã hết hạn hoặc đã được dùng. Hãy xin một đường dẫn mới."
    en = "This link is over, or was used already. Ask for a new one."


class LastRole(Clash):
    vi = "Đây là vai trò cuối cùng của người này. Hãy giao vai trò khác trước, hoặc ngừng quyền."
    en = "This is the last role of this person. Give another first, or end the access."


class RolesChanged(Clash):
    vi = "Người khác vừa thay đổi vai trò của người này. Hãy xem lại rồi thử lần nữa."
    en = "Somebody else has just changed the roles of this person. Look at them and try again."


class SessionUnknown(NotFound):
    vi = "Phiên đăng nhập này không còn nữa."
    en = "This session is no longer there."


class OtherHouseRefused(NotAllowed):
    vi = "Không đăng nhập được bằng tài khoản khác. Hãy thử lại, hoặc dùng mật khẩu."
    en = "Signing in with the other account did not work. Try again, or use your password."


class InvitationFirst(NotAllowed):
    """An account that has no password, being new or given back after its end: whoever may have it
    is shown by the link alone."""

    vi = "Tài khoản này chưa được kích hoạt. Hãy mở đường dẫn mời và đặt mật khẩu trước."
    en = "This account is not active yet. Open the link of your invitation, and choose a password."


class NobodyHere(NotAllowed):
    vi = "Thư điện tử này không có tài khoản ở đây. Hãy xin người quản trị mời bạn."
    en = "There is no account here with this e-mail address. Ask an administrator to invite you."


class OfficeClosed(OfficeUnknown):
    """It is known, and gets nobody and nothing new: it has ended, or has not begun."""

    vi = "Văn phòng mang mã “{code}” không hoạt động vào hôm nay. Hãy dùng văn phòng kế nhiệm."
    en = "The office with the code “{code}” does not stand today. Use the one that took over."


class PhoneEnded(Clash):
    vi = "Điện thoại này đã bị ngắt kết nối. Hãy kết nối lại trên trang của điện thoại trước."
    en = "This phone was disconnected. Connect it again on its page first."

"""What may be remarked on a record, and how it is said to a person.

The sentences are short and calm, and blame nobody: most remarks have an innocent reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from server.model.records import Issue


class Code(StrEnum):
    """Everything that may be remarked."""

    VERSION_UNKNOWN = "version_unknown"
    FORM_CLOSED = "form_closed"
    NOT_PROJECTED = "not_projected"
    VALUE_ODD = "value_odd"
    ANSWER_UNKNOWN = "answer_unknown"
    FOLLOW_UP_FAILED = "follow_up_failed"
    ENTITY_UNNAMED = "entity_unnamed"
    EDITED_ELSEWHERE = "edited_elsewhere"
    MISSING_FILE = "missing_file"
    NOT_A_PICTURE = "not_a_picture"
    PICTURE_EMPTY = "picture_empty"
    PICTURE_TRUNCATED = "picture_truncated"
    PICTURE_UNREADABLE = "picture_unreadable"
    PICTURE_TOO_LARGE = "picture_too_large"
    PICTURE_NOT_SHOWN = "picture_not_shown"
    PICTURE_PLACE_FAR = "picture_place_far"
    PICTURE_OLD = "picture_old"
    SAME_PICTURE = "same_picture"
    ACCURACY_POOR = "accuracy_poor"
    POINT_BY_HAND = "point_by_hand"
    POINT_FAR_FROM_OFFICE = "point_far_from_office"
    CLOCK_WRONG = "clock_wrong"
    FILLED_TOO_FAST = "filled_too_fast"
    VERY_LATE = "very_late"


# (Vietnamese, English); the placeholders are the facts of the issue.
_WORDS: Mapping[str, tuple[str, str]] = {
    Code.VERSION_UNKNOWN: (
        "Phiếu được làm bằng một phiên bản biểu mẫu mà máy chủ không có.",
        "The record was made with a version of the form that the server does not have.",
    ),
    Code.FORM_CLOSED: (
        "Phiếu đến sau khi biểu mẫu đã đóng.",
        "The record arrived after the form was closed.",
    ),
    Code.NOT_PROJECTED: (
        "Chưa đọc được các câu trả lời của phiếu này. Nội dung gốc vẫn được giữ nguyên.",
        "The answers of this record could not be read. What was sent is kept as it came.",
    ),
    Code.VALUE_ODD: (
        "Câu trả lời không đúng kiểu của câu hỏi. Nội dung gốc vẫn được giữ nguyên.",
        "The answer is not of the question's kind. What was sent is kept as it came.",
    ),
    Code.ANSWER_UNKNOWN: (
        "Câu trả lời này thuộc một câu hỏi không có trong biểu mẫu.",
        "This answer belongs to a question that the form does not have.",
    ),
    Code.ENTITY_UNNAMED: (
        "Phần này cập nhật một sổ nhưng không nêu rõ mục nào trong sổ, nên sổ không thay đổi.",
        "This part updates a register without naming an entry of it; the register is unchanged.",
    ),
    Code.EDITED_ELSEWHERE: (
        "Bản sửa mới nhất do văn phòng khác gửi nên các sổ không thay đổi theo.",
        "The newest edit came from another office; the registers do not follow it.",
    ),
    Code.FOLLOW_UP_FAILED: (
        "Chưa kiểm tra được ảnh, vị trí và thời gian của phiếu này.",
        "The photos, places and times of this record could not be checked.",
    ),
    Code.MISSING_FILE: (
        "Chưa nhận được tệp {name}.",
        "The file {name} has not arrived yet.",
    ),
    Code.NOT_A_PICTURE: (
        "Tệp {name} không phải là ảnh.",
        "The file {name} is not a picture.",
    ),
    Code.PICTURE_EMPTY: (
        "Tệp ảnh {name} trống, không có nội dung.",
        "The photo {name} is an empty file.",
    ),
    Code.PICTURE_TRUNCATED: (
        "Ảnh {name} chỉ đến được một phần.",
        "Only a part of the photo {name} arrived.",
    ),
    Code.PICTURE_UNREADABLE: (
        "Không mở được ảnh {name}. Tệp gốc vẫn được giữ nguyên.",
        "The photo {name} cannot be opened. The original file is kept.",
    ),
    Code.PICTURE_TOO_LARGE: (
        "Ảnh {name} quá lớn để hiển thị. Tệp gốc vẫn được giữ nguyên.",
        "The photo {name} is too large to show. The original file is kept.",
    ),
    Code.PICTURE_NOT_SHOWN: (
        "Máy chủ chưa hiển thị được ảnh HEIC {name}. Tệp gốc vẫn được giữ nguyên.",
        "The server cannot show the HEIC photo {name} yet. The original file is kept.",
    ),
    Code.PICTURE_PLACE_FAR: (
        "Ảnh {name} được chụp cách vị trí ghi trong phiếu {metres}.",
        "The photo {name} was taken {metres} away from the place in the record.",
    ),
    Code.PICTURE_OLD: (
        "Ảnh {name} được chụp lúc {taken_at}, còn phiếu được làm lúc {recorded_at}.",
        "The photo {name} was taken at {taken_at}, but the record was made at {recorded_at}.",
    ),
    Code.SAME_PICTURE: (
        "Ảnh {name} trông giống một ảnh của phiếu khác.",
        "The photo {name} looks the same as one of another record.",
    ),
    Code.ACCURACY_POOR: (
        "Vị trí chưa chính xác: sai số ±{metres}.",
        "The place is not precise: ±{metres}.",
    ),
    Code.POINT_BY_HAND: (
        "Vị trí được chọn bằng tay trên bản đồ, không phải do GPS đo.",
        "The place was chosen by hand on the map, not measured by GPS.",
    ),
    Code.POINT_FAR_FROM_OFFICE: (
        "Vị trí ghi trong phiếu cách văn phòng gần nhất của đơn vị {metres}.",
        "The place in the record is {metres} away from the nearest office of its unit.",
    ),
    Code.CLOCK_WRONG: (
        "Đồng hồ điện thoại có vẻ sai: điện thoại ghi {phone_at}, phiếu đến lúc {received_at}.",
        "The phone's clock seems wrong: it said {phone_at}, the record came at {received_at}.",
    ),
    Code.FILLED_TOO_FAST: (
        "Phiếu được điền xong trong {seconds} giây.",
        "The form was filled in within {seconds} seconds.",
    ),
    Code.VERY_LATE: (
        "Phiếu được gửi về {days} ngày sau khi làm xong.",
        "The record arrived {days} days after it was finished.",
    ),
}


def words(issue: Issue, language: str) -> str:
    """One sentence for a person, in ``vi`` or ``en``."""
    vietnamese, english = _WORDS[issue.code]
    shown = {key: _shown(key, value, language) for key, value in issue.facts.items()}
    return (vietnamese if language == "vi" else english).format(**shown)


def _shown(key: str, value: object, language: str) -> str:
    if key == "metres":
        return _distance(int(str(value)), language)
    if key.endswith("_at"):
        return f"{datetime.fromisoformat(str(value)):%H:%M %d/%m/%Y}"
    return str(value)


def _distance(metres: int, language: str) -> str:
    text = f"{metres} m" if metres < 1000 else f"{metres / 1000:,.1f} km"
    # A point groups and a comma divides in Vietnamese; in English it is the other way round.
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text

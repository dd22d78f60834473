"""What stands on every paper besides the form's own words, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from server.xforms.paper.conditions import Is


class Phrase(StrEnum):
    ASK_IF = "ask_if"
    ASK_IF_IT_FITS = "ask_if_it_fits"
    RULE = "rule"
    CHECKED = "checked"
    MUST_IF = "must_if"
    MAY_HAVE_TO = "may_have_to"
    COMPUTED = "computed"
    QUESTION = "question"
    QUESTION_NUMBER = "question_number"
    THE_ANSWER = "the_answer"
    CHOSEN_IN = "chosen_in"
    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"
    NOT_EMPTY = "not_empty"
    EMPTY = "empty"
    TODAY = "today"
    AND = "and"
    OR = "or"
    NONE_OF = "none_of"
    SEVERAL = "several"
    IN_ORDER = "in_order"
    CODE_OR_NAME = "code_or_name"
    PLACE = "place"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    ACCURACY = "accuracy"
    WALK = "walk"
    PHOTO = "photo"
    FILE = "file"
    NAMED = "named"
    READ = "read"
    ROUND = "round"
    ROUND_OF = "round_of"
    MORE_ROUNDS = "more_rounds"
    LEGEND = "legend"
    VERSION = "version"


# (Vietnamese, English)
_PHRASES: Mapping[Phrase, tuple[str, str]] = {
    Phrase.ASK_IF: ("Chỉ hỏi nếu {condition}.", "Ask only if {condition}."),
    Phrase.ASK_IF_IT_FITS: (
        "Có lúc không phải hỏi: điện thoại tự tính điều kiện. Trên giấy, hỏi khi thấy phù hợp.",
        "Not always asked: the phone works out when. On paper, ask where it fits.",
    ),
    Phrase.RULE: ("Điều kiện: {condition}.", "Rule: {condition}."),
    Phrase.CHECKED: (
        "Điện thoại sẽ kiểm tra câu trả lời này.",
        "The phone will check this answer.",
    ),
    Phrase.MUST_IF: ("Phải trả lời nếu {condition}.", "Must be answered if {condition}."),
    Phrase.MAY_HAVE_TO: ("Có trường hợp phải trả lời.", "In some cases this must be answered."),
    Phrase.COMPUTED: (
        "Điện thoại tự tính, không cần ghi.",
        "The phone works this out; nothing to write.",
    ),
    Phrase.QUESTION: ("câu {number} “{label}”", "question {number} “{label}”"),
    Phrase.QUESTION_NUMBER: ("[câu {number}]", "[question {number}]"),
    Phrase.THE_ANSWER: ("câu trả lời", "the answer"),
    Phrase.CHOSEN_IN: ("số mục chọn ở {question}", "the number of choices in {question}"),
    Phrase.ANSWERED: ("{question} có câu trả lời", "{question} is answered"),
    Phrase.NOT_ANSWERED: ("{question} để trống", "{question} is left blank"),
    Phrase.NOT_EMPTY: ("{question} không trống", "{question} is not empty"),
    Phrase.EMPTY: ("{question} trống", "{question} is empty"),
    Phrase.TODAY: ("ngày hôm nay", "today"),
    Phrase.AND: ("và", "and"),
    Phrase.OR: ("hoặc", "or"),
    Phrase.NONE_OF: ("và", "or"),
    Phrase.SEVERAL: ("Có thể chọn nhiều.", "More than one may be chosen."),
    Phrase.IN_ORDER: (
        "Ghi số thứ tự vào ô: 1 là đầu tiên.",
        "Number the boxes in order: 1 comes first.",
    ),
    Phrase.CODE_OR_NAME: (
        "Ghi mã hoặc tên theo danh sách.",
        "Write the code or the name from the list.",
    ),
    Phrase.PLACE: (
        "Vị trí: lấy bằng điện thoại tại chỗ. Nếu chỉ có giấy, ghi tọa độ đọc được.",
        "Place: taken by the phone on the spot. With paper only, write the coordinates.",
    ),
    Phrase.LATITUDE: ("Vĩ độ", "Latitude"),
    Phrase.LONGITUDE: ("Kinh độ", "Longitude"),
    Phrase.ACCURACY: ("Sai số (m)", "Accuracy (m)"),
    Phrase.WALK: (
        "Đường hoặc vùng: ghi bằng điện thoại khi đi dọc theo.",
        "Line or area: recorded by the phone while walking along it.",
    ),
    Phrase.PHOTO: (
        "Ảnh: chụp bằng điện thoại hoặc máy ảnh, ghi tên hay số ảnh để tìm lại.",
        "Photo: taken with a phone or camera; note its name or number to find it again.",
    ),
    Phrase.FILE: (
        "Tệp: thu bằng điện thoại, ghi tên tệp để tìm lại.",
        "File: recorded with a phone; note its name to find it again.",
    ),
    Phrase.NAMED: ("Tên hoặc số", "Name or number"),
    Phrase.READ: ("Đã đọc", "Read"),
    Phrase.ROUND: ("Lần {number}", "Number {number}"),
    Phrase.ROUND_OF: ("{title}: lần {number}", "{title}: number {number}"),
    Phrase.MORE_ROUNDS: (
        "Nếu có nhiều hơn, dùng thêm tờ khác.",
        "If there are more, use another sheet.",
    ),
    Phrase.LEGEND: (
        "Ô tròn: chọn một. Ô vuông: có thể chọn nhiều. Dấu *: phải trả lời. "
        "Ngày ghi theo thứ tự ngày, tháng, năm.",
        "Round: choose one. Square: choose one or more. A star (*): must be answered. "
        "Dates are written day, month, year.",
    ),
    Phrase.VERSION: ("phiên bản {version}", "version {version}"),
}

_COMPARED: Mapping[Is, tuple[str, str]] = {
    Is.EQUAL: ("{question} = {value}", "{question} is {value}"),
    Is.OTHER: ("{question} khác {value}", "{question} is not {value}"),
    Is.LESS: ("{question} nhỏ hơn {value}", "{question} is less than {value}"),
    Is.AT_MOST: ("{question} không quá {value}", "{question} is at most {value}"),
    Is.MORE: ("{question} lớn hơn {value}", "{question} is more than {value}"),
    Is.AT_LEAST: ("{question} từ {value} trở lên", "{question} is at least {value}"),
    Is.HAS: ("{question} có chọn {value}", "{question} includes {value}"),
    Is.LACKS: ("{question} không chọn {value}", "{question} does not include {value}"),
}
_COMPARED_IN_TIME: Mapping[Is, tuple[str, str]] = {
    Is.LESS: ("{question} trước {value}", "{question} is before {value}"),
    Is.AT_MOST: ("{question} không sau {value}", "{question} is not after {value}"),
    Is.MORE: ("{question} sau {value}", "{question} is after {value}"),
    Is.AT_LEAST: ("{question} không trước {value}", "{question} is not before {value}"),
}


def phrase(which: Phrase, language: str, **facts: object) -> str:
    return _in(_PHRASES[which], language).format(**facts)


def compared(how: Is, language: str, question: str, value: str, *, in_time: bool) -> str:
    pair = _COMPARED_IN_TIME.get(how, _COMPARED[how]) if in_time else _COMPARED[how]
    return _in(pair, language).format(question=question, value=value)


def _in(pair: tuple[str, str], language: str) -> str:
    """A form in a third language is surrounded by English."""
    return pair[0] if language == "vi" else pair[1]

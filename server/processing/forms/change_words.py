"""Changes of a form, and why one is refused, as sentences for a designer."""

from __future__ import annotations

from collections.abc import Mapping

from server.processing.forms.changes import Refusal, Why
from server.processing.forms.kind_words import kind_words
from server.xforms.compare import Change, What
from server.xforms.form import Field, Kind
from server.xforms.label_text import plain

Pair = tuple[str, str]

# (Vietnamese, English). ``it`` is the question or group, as it is called now.
_CHANGES: Mapping[What, Pair] = {
    What.SHAPE: (
        "{it} trước là {kind_before}, nay là {kind_after}.",
        "{it} was a {kind_before} and is a {kind_after} now.",
    ),
    What.TYPE: (
        "{it} đổi kiểu: từ {kind_before} thành {kind_after}.",
        "{it} changes its type: from {kind_before} to {kind_after}.",
    ),
    What.REMOVED: ("Bỏ {it}.", "{it} is removed."),
    What.RENAMED: (
        "{it}: có lẽ đã đổi tên từ {before} thành {after}.",
        "{it} was probably renamed from {before} to {after}.",
    ),
    What.MOVED: (
        "{it} chuyển chỗ: từ {before} sang {after}.",
        "{it} moves from {before} to {after}.",
    ),
    What.CHOICES_REMOVED: ("{it}: bỏ lựa chọn {choices}.", "{it} loses choices: {choices}."),
    What.CHOICE_FILE: (
        "{it} lấy danh sách lựa chọn ở chỗ khác: từ {before} sang {after}.",
        "{it} takes its choices from elsewhere: from {before} to {after}.",
    ),
    What.CALCULATION: (
        "{it} tính theo cách khác: từ {before} thành {after}.",
        "{it} is calculated otherwise: from {before} to {after}.",
    ),
    What.ADDED: ("Thêm {it} ({kind_after}).", "{it} is added ({kind_after})."),
    What.CHOICES_ADDED: ("{it}: thêm lựa chọn {choices}.", "{it} gains choices: {choices}."),
    What.CHOICES_REWORDED: (
        "{it}: đổi lời của lựa chọn {choices}.",
        "{it}: choices are worded otherwise: {choices}.",
    ),
    What.LABEL: (
        "{it} đổi lời{language}: từ “{before}” thành “{after}”.",
        "{it} is worded otherwise{language}: from “{before}” to “{after}”.",
    ),
    What.RELEVANT: (
        "{it} hiện ra theo điều kiện khác: từ {before} thành {after}.",
        "{it} is asked under another condition: from {before} to {after}.",
    ),
    What.CONSTRAINT: (
        "{it} nhận câu trả lời theo quy tắc khác: từ {before} thành {after}.",
        "{it} takes answers by another rule: from {before} to {after}.",
    ),
    What.REQUIRED: (
        "{it} đổi quy định bắt buộc: từ {before} thành {after}.",
        "{it} changes whether it must be answered: from {before} to {after}.",
    ),
}
_REFUSALS: Mapping[Why, Pair] = {
    Why.VERSION_EXISTS: (
        "Phiên bản “{version}” đã phát hành với nội dung khác. Hãy đổi số phiên bản.",
        "Version “{version}” was published with other content. Change the version.",
    ),
    Why.SHAPE: (
        "{it} trước là {kind_before}, nay là {kind_after}: {answers} câu trả lời đã thu thập sẽ "
        "không đọc chung được. Hãy đặt tên khác.",
        "{it} was a {kind_before} and is a {kind_after} now: {answers} collected answers could not "
        "be read as one with the new ones. Give it another name.",
    ),
    Why.FILE: (
        "{it} đổi từ {kind_before} thành {kind_after}: {answers} câu trả lời đã thu thập sẽ không "
        "đọc được. Hãy đặt tên khác cho câu hỏi mới.",
        "{it} changes from {kind_before} to {kind_after}: {answers} collected answers would become "
        "unreadable. Give the new question another name.",
    ),
    Why.PLACE: (
        "{it} đổi từ {kind_before} thành {kind_after}: {answers} câu trả lời đã thu thập sẽ không "
        "còn đúng kiểu. Hãy đặt tên khác cho câu hỏi mới.",
        "{it} changes from {kind_before} to {kind_after}: {answers} collected answers would no "
        "longer fit. Give the new question another name.",
    ),
}
_NOTHING: Pair = ("(không có)", "(nothing)")
_LANGUAGES: Mapping[str, Pair] = {
    "": ("", ""),  # the one language of a form that names none
    "vi": (" (tiếng Việt)", " (Vietnamese)"),
    "en": (" (tiếng Anh)", " (English)"),
}
_QUOTED = frozenset((What.LABEL,))


def change_words(change: Change, language: str) -> str:
    """One sentence in ``vi`` or ``en``."""
    sentence = _in(_CHANGES[change.what], language)
    was, now = change.old or change.field, change.new or change.field
    nothing = "" if change.what in _QUOTED else _in(_NOTHING, language)
    return sentence.format(
        it=_named(change.field, language),
        kind_before=kind_words(was, language),
        kind_after=kind_words(now, language),
        before=plain(change.before) or nothing,
        after=plain(change.after) or nothing,
        language=_in(_LANGUAGES.get(change.language, (f" ({change.language})",) * 2), language),
        choices=", ".join(_choice(change, each, language) for each in change.choices),
    )


def refusal_words(refusal: Refusal, language: str) -> str:
    """One sentence in ``vi`` or ``en``, with what to do."""
    was, now = refusal.was, refusal.now
    return _in(_REFUSALS[refusal.why], language).format(
        it=_named(now, language) if now else "",
        kind_before=kind_words(was, language) if was else "",
        kind_after=kind_words(now, language) if now else "",
        answers=refusal.answers,
        version=refusal.version,
    )


def _named(field: Field, language: str) -> str:
    """By its words and its name: the first is for reading, the second for the spreadsheet."""
    label = plain(field.label.in_(language))
    called = f"“{label}” ({field.name})" if label else field.name
    if field.kind is Kind.QUESTION:
        return called
    return f"{kind_words(field, language)} {called}"


def _choice(change: Change, name: str, language: str) -> str:
    items = (change.old if change.what is What.CHOICES_REMOVED else change.field) or change.field
    words = items.choices.items.get(name)
    label = plain(words.in_(language)) if words else ""
    return f"“{label}” ({name})" if label else name


def _in(pair: tuple[str, ...], language: str) -> str:
    return pair[0] if language == "vi" else pair[1]

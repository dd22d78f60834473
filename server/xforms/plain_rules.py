"""What pyxform and ODK Validate say, and how it is said plainly in Vietnamese and English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """``vi`` and ``en`` may hold ``{groups}`` of the pattern. Where the group ``word`` resembles
    one of ``among`` (types, names, lists or functions), that is proposed in place of ``vi_do`` and
    ``en_do``. ``column`` is where it lies, if the message does not say."""

    pattern: re.Pattern[str]
    vi: str
    en: str
    vi_do: str
    en_do: str
    column: str = ""
    among: str = ""


def _rule(
    pattern: str, vi: str, en: str, vi_do: str, en_do: str, *, column: str = "", among: str = ""
) -> Rule:
    return Rule(re.compile(pattern, re.DOTALL), vi, en, vi_do, en_do, column, among)


RULES: Sequence[Rule] = (
    _rule(
        r"sheet named '(?P<name>[^']*)', the following sheets with similar names were found: "
        r"(?P<word>.*?)\.",
        "Không có trang tính {name}, nhưng có {word}.",
        "There is no sheet {name}, but there is {word}.",
        "Nếu đó là trang tính này, hãy sửa tên.",
        "If that is the one, correct its name.",
    ),
    _rule(
        r"Unknown question type '(?P<word>[^']*)'",
        "Không có loại câu hỏi “{word}”.",
        "There is no question type “{word}”.",
        "Hãy dùng một loại của XLSForm, ví dụ text, integer, select_one.",
        "Use a type of XLSForm, such as text, integer, select_one.",
        column="type",
        among="types",
    ),
    _rule(
        r"List name not in choices sheet: (?P<word>.+)",
        "Danh sách lựa chọn “{word}” không có ở trang tính choices.",
        "The choice list “{word}” is not on the choices sheet.",
        "Hãy thêm các dòng có list_name là “{word}” vào trang tính choices.",
        "Add rows with the list_name “{word}” to the choices sheet.",
        column="type",
        among="lists",
    ),
    _rule(
        r"There should be a choices sheet",
        "Biểu mẫu có câu hỏi lựa chọn nhưng không có trang tính choices.",
        "The form has choice questions but no choices sheet.",
        "Hãy thêm trang tính tên choices với các cột list_name, name, label.",
        "Add a sheet named choices with the columns list_name, name, label.",
    ),
    _rule(
        r"Could not find the name '(?P<word>[^']*)'|no survey element named '(?P<other>[^']*)'",
        "Không có câu hỏi nào tên “{word}”, nhưng ô này nhắc đến ${{{word}}}.",
        "No question is named “{word}”, though this cell refers to ${{{word}}}.",
        "Hãy sửa tên trong ${{{word}}} hoặc thêm câu hỏi đó vào trang tính survey.",
        "Correct the name in ${{{word}}}, or add that question to the survey sheet.",
        among="names",
    ),
    _rule(
        r"The name '(?P<word>[^']*)' appears more than once",
        "Có nhiều câu hỏi cùng tên “{word}” nên không rõ ${{{word}}} là câu nào.",
        "Several questions are named “{word}”, so it is not clear which ${{{word}}} is meant.",
        "Hãy đặt cho mỗi câu hỏi một tên riêng.",
        "Give each question a name of its own.",
    ),
    _rule(
        r"'name' value '(?P<word>[^']*)' is invalid\. (Questions|Repeat names must unique)",
        "Tên “{word}” đã được dùng{where_vi}.",
        "The name “{word}” is used already{where_en}.",
        "Hãy đổi tên một trong hai câu hỏi.",
        "Rename one of the two questions.",
        column="name",
    ),
    _rule(
        r"'name' value '(?P<word>[^']*)' is problematic",
        "Tên “{word}” chỉ khác một tên khác ở chữ hoa và chữ thường.",
        "The name “{word}” differs from another only in capital letters.",
        "Nên đổi một tên, vì nhiều phần mềm không phân biệt.",
        "Better rename one: many programs do not tell them apart.",
        column="name",
    ),
    _rule(
        r"Unmatched 'begin_(?P<word>\w+)'.*for the name '(?P<name>[^']*)'",
        "“begin_{word}” của “{name}” chưa được đóng.",
        "The “begin_{word}” of “{name}” is never closed.",
        "Hãy thêm một dòng end_{word} ở cuối phần này.",
        "Add a row end_{word} where this part ends.",
        column="type",
    ),
    _rule(
        r"Unmatched 'end_(?P<word>\w+)'",
        "“end_{word}” này không đóng phần nào đang mở.",
        "This “end_{word}” closes nothing that is open.",
        "Hãy xóa dòng này, hoặc thêm begin_{word} ở đầu phần.",
        "Delete this row, or add begin_{word} where the part begins.",
        column="type",
    ),
    _rule(
        r"full names in '(?P<word>[^']*)': (?P<columns>.*)",
        "Tệp “{word}” có cột ghi họ tên đầy đủ: {columns}. Điện thoại nhận nguyên tệp này.",
        "The file “{word}” has people's full names, in: {columns}. Phones get it as it is.",
        "Nếu là trẻ em hay gia đình, hãy bỏ các cột đó hoặc nhập danh sách vào một sổ, nơi điện "
        "thoại chỉ nhận tên viết tắt.",
        "If these are children or families, leave the columns out, or import the list into a "
        "register, of which phones get names in short.",
    ),
    _rule(
        r"no XPath: (?P<word>.*)",
        "Biểu thức “{word}” viết sai.",
        "The expression “{word}” is not well formed.",
        "Hãy kiểm tra dấu ngoặc, dấu nháy và phép so sánh (=, !=, <=, and, or).",
        "Check its brackets, quotes and operators (=, !=, <=, and, or).",
    ),
    _rule(
        r"invalid \w+ expression \[(?P<word>.*?)\]|display condition for node .*? at line: "
        r"(?P<other>.*?), Couldn't",
        "Biểu thức “{word}” viết sai.",
        "The expression “{word}” is not well formed.",
        "Hãy kiểm tra dấu ngoặc, dấu nháy và phép so sánh (=, !=, <=, and, or).",
        "Check its brackets, quotes and operators (=, !=, <=, and, or).",
    ),
    _rule(
        r"(?:Cycle detected|waits for itself).*?\n(?P<word>“[^”]*”(?:\n“[^”]*”)+)$",
        "Các câu hỏi {word} phụ thuộc vòng vào nhau, nên điện thoại không biết tính câu nào trước.",
        "The questions {word} depend on each other in a circle, so no phone can work them out.",
        "Hãy bỏ bớt một tham chiếu ở cột relevant hoặc calculation.",
        "Take one of the references out of the relevant or calculation column.",
    ),
    _rule(
        r"(?:Cycle detected|waits for itself).*?\n(?P<word>“[^”]*”)$",
        "{word} phụ thuộc vào chính nó, hoặc vào một câu hỏi nằm trong nó.",
        "{word} depends on itself, or on a question inside it.",
        "Hãy bỏ tham chiếu đó ở cột relevant hoặc calculation.",
        "Take that reference out of the relevant or calculation column.",
    ),
    _rule(
        r"cannot handle function '(?P<word>[^']*)'\. Requires (?P<needs>\S+) arguments? but "
        r"(?P<has>\d+)",
        "Hàm {word}() cần {needs} tham số nhưng ô này đưa {has}.",
        "The function {word}() needs {needs} arguments, but this cell gives {has}.",
        "Hãy bổ sung cho đủ.",
        "Complete them.",
    ),
    _rule(
        r"cannot handle function '(?P<word>[^']*)'",
        "Không có hàm {word}().",
        "There is no function {word}().",
        "Hãy xem danh sách hàm tại docs.getodk.org/form-operators-functions.",
        "See the list of functions at docs.getodk.org/form-operators-functions.",
        among="functions",
    ),
    _rule(
        r"Names must begin with a letter",
        "Tên chỉ được gồm chữ, số, gạch dưới, và bắt đầu bằng chữ; không có dấu cách.",
        "A name consists of letters, digits and underscores, begins with a letter, and has no "
        "spaces.",
        "Ví dụ: ho_ten.",
        "For example: ho_ten.",
    ),
    _rule(
        r"Question or group with no name",
        "Dòng này chưa có tên.",
        "This row has no name.",
        "Hãy đặt một tên không dấu, ví dụ ho_ten.",
        "Give it a name, such as ho_ten.",
        column="name",
    ),
    _rule(
        r"Question with no type",
        "Dòng này chưa có loại câu hỏi.",
        "This row has no question type.",
        "Hãy điền, ví dụ text hoặc integer.",
        "Fill it in, for example text or integer.",
        column="type",
    ),
    _rule(
        r"element named '(?P<word>[^']*)' has no label",
        "Câu hỏi “{word}” chưa có nhãn, nên trên điện thoại sẽ trống.",
        "The question “{word}” has no label, so the phone would show nothing.",
        "Hãy điền cột label.",
        "Fill in the label column.",
        column="label",
    ),
    _rule(
        r"Missing calculation",
        "Dòng calculate này chưa có công thức.",
        "This calculate row has no formula.",
        "Hãy điền cột calculation.",
        "Fill in the calculation column.",
        column="calculation",
    ),
    _rule(
        r"Choices must have a name",
        "Lựa chọn này chưa có mã.",
        "This choice has no code.",
        "Hãy điền cột name của trang tính choices.",
        "Fill in the name column of the choices sheet.",
        column="name",
    ),
    _rule(
        r"Choice names must be unique",
        "Mã lựa chọn này đã có trong cùng danh sách.",
        "This choice's code is in the same list already.",
        "Hãy đổi một trong hai mã.",
        "Change one of the two codes.",
        column="name",
    ),
    _rule(
        r"Choices should have a label",
        "Lựa chọn này chưa có nhãn.",
        "This choice has no label.",
        "Hãy điền cột label của trang tính choices.",
        "Fill in the label column of the choices sheet.",
        column="label",
    ),
    _rule(
        r"Choice names with spaces.*\[(?P<word>[^\]]*)\] in \[(?P<name>[^\]]*)\]",
        "Mã lựa chọn “{word}” của danh sách “{name}” có dấu cách.",
        "The choice “{word}” of the list “{name}” has a space in its code.",
        "Hãy thay dấu cách bằng gạch dưới.",
        "Replace it with an underscore.",
    ),
    _rule(
        r"You must have a sheet named 'survey'|appear to be a valid XLSForm",
        "Bảng tính không có câu hỏi nào: thiếu trang tính survey với các cột type, name, label.",
        "The workbook has no questions: a survey sheet with the columns type, name, label is "
        "missing.",
        "Hãy đặt tên trang tính chứa câu hỏi là survey.",
        "Name the sheet with the questions survey.",
    ),
    _rule(
        r"for sheet: '(?P<name>[^']*)'.*(not found|mapping for): ?(?P<word>[^.]*)\.",
        "Trang tính {name} thiếu cột bắt buộc: {word}.",
        "The sheet {name} lacks a required column: {word}.",
        "Hãy thêm cột này vào dòng đầu tiên.",
        "Add it to the first row.",
    ),
    _rule(
        r"Duplicate column header: (?P<word>.+)|"
        r"same column were found: '[^']*', '(?P<other>[^']*)'",
        "Hai cột cùng tên “{word}”.",
        "Two columns have the name “{word}”.",
        "Hãy xóa hoặc đổi tên một cột.",
        "Delete or rename one of them.",
    ),
    _rule(
        r"language declarations do not contain valid machine-readable codes: (?P<word>.*?)\. Learn",
        "Ngôn ngữ “{word}” thiếu mã.",
        "The language “{word}” has no code.",
        "Hãy ghi mã trong ngoặc, ví dụ label::Tiếng Việt (vi).",
        "Add it in brackets, for example label::Tiếng Việt (vi).",
    ),
    _rule(
        r"Language '(?P<word>[^']*)' is missing the (?P<name>\w+) (columns? )?(?P<what>.*?)"
        r"\s*(column)?\.",
        "Ngôn ngữ “{word}” thiếu bản dịch ở trang tính {name}: {what}.",
        "The language “{word}” lacks translations on the {name} sheet: {what}.",
        "Hãy thêm cột của ngôn ngữ này.",
        "Add the column of this language.",
    ),
    _rule(
        r"Use the max-pixels parameter",
        "Ảnh sẽ được gửi nguyên cỡ, chậm và tốn chỗ.",
        "Photos will be sent in full size, which is slow and takes much space.",
        "Nên điền max-pixels=2048 vào cột parameters.",
        "Better write max-pixels=2048 in the parameters column.",
        column="parameters",
    ),
    _rule(
        r"has no label: ",
        "Nhóm lặp này chưa có nhãn.",
        "This repeat has no label.",
        "Nên điền cột label để người dùng biết đang thêm gì.",
        "Better fill in the label column, so that people know what they add.",
        column="label",
    ),
)

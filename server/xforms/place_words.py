"""Words that places are called by: the hamlet, the commune, the school that somebody is of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from server.xforms.plain_names import plain_name

BEFORE_A_PLACE = frozenset(
    each
    for few in (
        ("thôn", "xóm", "khu", "tổ", "xã", "phường", "ấp", "bản", "buôn", "làng", "huyện", "quận"),
        ("tỉnh", "trấn", "phố", "trường", "trạm", "chợ", "đường", "thcs", "thpt", "ngõ", "cụm"),
    )
    for each in few
)
# Of two words, since the first alone may begin a name: Thị Sa Rây.
_PAIRS = frozenset((("thị", "xã"), ("thị", "trấn"), ("thành", "phố"), ("đặc", "khu")))

# Without their signs most of these words are others as well: giới tính, môi trường, dinh dưỡng,
# phương tiện, buồn, huyết áp. So only where they stand alone, or with what makes them places.
_NAMES = re.compile(
    r"(.*_)?(thon|xom|huyen|lop|xa(?!_hoi|_cach))(_.*)?|(ten_|ma_|id_|ds_)?(ap|ban_lang|buon|duong|"
    r"khu|lang|phuong|quan|tinh|truong)(_id|_ma|_ten|_khac)?|(.*_)?(khu_(pho|vuc|dan_cu)|to_(dan_pho|"
    r"dan|so)|dia_(chi|ban|diem|phuong)|noi_(o|sinh|cu_tru|song|hoc)|cho_o|que(_quan)?|thuong_tru|"
    r"tam_tru|(xa|diem|ten)_truong|truong_(hoc|tieu_hoc|mam_non|thcs|thpt)|tram_y_te|tinh_thanh|"
    r"quan_huyen|village|hamlet|commune|ward|district|province|school|class|address|street|town|"
    r"neighbourhood|location)(_.*)?"
)


def begins_a_place(words: Sequence[str], at: int) -> bool:
    """Whether what follows the word there is a place's name, in a text as people write it."""
    word = words[at].casefold()
    if word in BEFORE_A_PLACE:
        return True
    after = words[at + 1].casefold() if at + 1 < len(words) else ""
    return (word, after) in _PAIRS


@cache
def is_called_like_a_place(name: str) -> bool:
    """Of a question, a list or a property, by its own name: ``thon_to``, ``xaPhuong``, ``school``.
    ``truong_hop`` is a case and no school."""
    return _NAMES.fullmatch(plain_name(name)) is not None

"""What must be there after a phone was thanked."""

from __future__ import annotations

from tests.records import Made
from tests.world import World

THREE_PHOTOS = """
| survey |
| | type  | name | label |
| | text  | ten  | Tên   |
| | image | a    | A     |
| | image | b    | B     |
| | image | c    | C     |
| settings |
| | form_title | form_id     | version |
| | Không giờ  | khong_start | 1       |
"""


def noise(megabytes: float, seed: int = 1) -> bytes:
    return bytes([seed]) * int(megabytes * 1024**2)


def assert_stored_whole(world: World, made: Made) -> None:
    """One record, with this very XML and these very files."""
    [record] = world.records(made.form_id)
    assert record.current.xml == made.xml
    assert {each.name for each in record.media} == set(made.files)
    for name, content in made.files.items():
        assert world.file(record, name) == content

"""Makes the samples of the form library anew, for a designer who changed a form.

``python -m tests.javarosa.samples [FORM ...]``
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from tests.javarosa.filler import FORMS, fill, media_for, xform

EACH = 5
# Chosen by reading: between them the five show every part of the form.
SEED = 2059


def make(form: str) -> None:
    folder = FORMS / form / "samples"
    with tempfile.TemporaryDirectory() as media:
        records = fill(xform(form), media_for(form, Path(media)), EACH, SEED)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for number, record in enumerate(records, start=1):
        (folder / f"{form}_{number}.xml").write_bytes(record.xml)


if __name__ == "__main__":
    for name in sys.argv[1:] or sorted(path.stem for path in FORMS.glob("*/*.xlsx")):
        make(name)

"""Records as a phone makes them: JavaRosa, the engine inside ODK Collect, fills a form at random.

Every answer is valid by the form's own rules, and the XML is what Collect would send. The seed
decides the answers; identifiers and clock times are new each time, as on a phone.
"""

from __future__ import annotations

import functools
import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
import pyxform

from server.xforms.xlsform import Converted, convert_xlsform

HERE = Path(__file__).resolve().parent
FORMS = HERE.parent.parent / "forms"
JAR = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
OLDEST_JAVA = 17

# It runs for seconds, in which the second compiler takes more than it gives; and the platform's
# default encoding and zone would leak into the answers.
JVM = (
    "java",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Dfile.encoding=UTF-8",
    "-Duser.timezone=Asia/Ho_Chi_Minh",
)


@dataclass(frozen=True)
class Filled:
    """One record: the XML that Collect would send, and the names of the files that go with it."""

    xml: bytes
    files: tuple[str, ...]


@functools.cache
def java_missing() -> str | None:
    """Why no form can be filled here, or None when it can."""
    if shutil.which("java") is None or shutil.which("javac") is None:
        return "java (a JDK, 17 or later) is not installed"
    said = subprocess.run(["javac", "-version"], capture_output=True, text=True, check=True)
    version = re.search(r"\d+", said.stdout + said.stderr)
    if version is None or int(version[0]) < OLDEST_JAVA:
        return f"java {version[0] if version else '?'} is older than {OLDEST_JAVA}"
    return None


def fill(form_xml: bytes, media: Path, count: int, seed: int) -> list[Filled]:
    """``count`` records of a form whose ``jr://`` files lie in ``media``."""
    if missing := java_missing():
        pytest.skip(missing)
    with tempfile.TemporaryDirectory() as folder:
        form = Path(folder, "form.xml")
        form.write_bytes(form_xml)
        classpath = f"{JAR}:{classes().name}:{HERE}"
        arguments = (str(form), str(media), folder, str(count), str(seed))
        run = subprocess.run(
            [*JVM, "-cp", classpath, "Fill", *arguments],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if run.returncode != 0:
            raise AssertionError(f"JavaRosa could not fill the form:\n{run.stderr[-4000:]}")
        records = [json.loads(line) for line in run.stdout.splitlines()]
        return [
            Filled(Path(folder, f"{record['record']}.xml").read_bytes(), tuple(record["files"]))
            for record in records
        ]


@functools.cache
def classes() -> tempfile.TemporaryDirectory[str]:
    """The compiled filler; the folder goes away with the process."""
    folder = tempfile.TemporaryDirectory(prefix="caunoi-filler-")
    sources = sorted(str(source) for source in HERE.glob("*.java"))
    command = ["javac", "-encoding", "UTF-8", "-cp", str(JAR), "-d", folder.name, *sources]
    subprocess.run(command, check=True)
    return folder


@functools.cache
def converted(form: str) -> Converted:
    """What publishing makes of a form of the library, and what it warns of: once a process."""
    return convert_xlsform((FORMS / form / f"{form}.xlsx").read_bytes(), validate=False)


def xform(form: str) -> bytes:
    """A form of the library as the phone gets it."""
    return converted(form).xform


def media_for(form: str, folder: Path, *, registers: bool = True) -> Path:
    """``folder``, filled with what a phone holds beside a form of the library.

    With ``registers`` the households, children and cases are invented ones; without, they are
    as empty as on a centre's first day.
    """
    sources = [FORMS / "shared", FORMS / form / "media"]
    if registers:
        sources.append(HERE / "registers")
    for source in sources:
        if source.is_dir():
            shutil.copytree(source, folder, dirs_exist_ok=True)
    return folder

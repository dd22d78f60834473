"""Who installs by `pip` has all that a start from a clone has."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import caunoi

ROOT = caunoi.ROOT
UV = Path(sys.executable).with_name("uv")
# Our rooms alone: those of this clone must not stand in for what the wheel lacks.
PROGRAM = """
import sys
sys.path[:0] = [sys.argv.pop(1), {packages!r}]
from server.cli import main
from server.cli.house import FORMS
from server.processing.forms.library import library
print(*sorted(each.name for each in library(FORMS)))
sys.argv[1:] = ["--help"]
main()
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files, built of a copy: what a build leaves behind must not lie in the clone."""
    copy, made = (tmp_path_factory.mktemp(each) for each in ("source", "wheel"))
    for each in ("server", "exports", "forms"):
        shutil.copytree(ROOT / each, copy / each, ignore=shutil.ignore_patterns("__pycache__"))
    for each in (
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "requirements.in",
        "requirements-units.in",
    ):
        shutil.copy(ROOT / each, copy / each)
    subprocess.run([UV, "build", "-q", "--wheel", "-o", made, copy], check=True)
    [wheel] = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(made / "unpacked")
    return made / "unpacked"


def test_the_forms_pages_words_and_assets_are_in_the_wheel(unpacked: Path) -> None:
    wanted = [each for each in (ROOT / "forms").rglob("*") if each.is_file()]
    wanted += [each for each in (ROOT / "server").rglob("*") if each.suffix in (".html", ".mo")]
    wanted += [ROOT / "server/static/dist/manifest.json", ROOT / "server/engine/secantusdb.lock"]
    missing = [each for each in wanted if not (unpacked / each.relative_to(ROOT)).exists()]
    assert missing == []


def test_the_commands_start_and_find_the_library(unpacked: Path, tmp_path: Path) -> None:
    program = PROGRAM.format(packages=str(caunoi.SITE_PACKAGES))
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, unpacked],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    forms, usage = ran.stdout.split("\n", 1)
    assert forms.split() == sorted(each.name for each in ROOT.glob("forms/*/*.xlsx"))
    assert "serve" in usage

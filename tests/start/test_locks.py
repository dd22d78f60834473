"""What a fresh machine installs is pinned, and says nothing about where it comes from."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# In halves, or this file would be the one that names them.
REGISTRY_HOSTS = tuple(
    f"{name}.{end}"
    for name, end in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("crates", "io"),
    )
)


def pins_of(lock: str) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", (ROOT / lock).read_text("utf-8"), re.M)
    return dict(found)


def committed_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_a_developer_tests_with_the_very_packages_that_an_office_runs() -> None:
    runtime = pins_of("requirements.lock")
    assert runtime
    assert runtime.items() <= pins_of("requirements-dev.lock").items()


def test_every_pinned_package_is_checked_by_its_hash() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        for block in re.split(r"\n(?=[A-Za-z0-9])", (ROOT / lock).read_text("utf-8")):
            assert "--hash=sha256:" in block, block.splitlines()[0]


def test_an_office_with_its_own_mirror_finds_no_registry_in_the_files() -> None:
    named = [
        (path.relative_to(ROOT), host)
        for path in committed_files()
        for host in REGISTRY_HOSTS
        if host.encode() in path.read_bytes()
    ]
    assert named == []


def test_the_web_packages_are_checked_by_hash_and_bound_to_no_registry() -> None:
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text("utf-8"))
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    assert packages
    assert [name for name, facts in packages.items() if "resolved" in facts] == []
    assert [name for name, facts in packages.items() if "integrity" not in facts] == []

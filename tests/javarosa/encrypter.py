"""A record encrypted on the phone, as Collect does for a form with a public key."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.javarosa.filler import JVM, classes, java_missing

# Of a pair whose private half nobody kept.
PUBLIC_KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAje2cdZfOv0+/j0/Wbc+rfo/c1ajFiBLhMN0Q"
    "lxtdTh+2lnCc3WUfWcyqa49sMKcYYBJszk7XXYRxXT9T9qlvW2INdEqDgRwcty5ozBDH/fCjnSms8R+8"
    "gDGTzChWeH1thPUQX4Oo/ClNdtlCFt5tDhK1Io6dKJya+ctZ+1xcr0cQHJIyaHY1jO+ZPwaaW2NgoC3/"
    "bCQ1eICJgAvt/yU0xGIxRjReF55AM94q8mvQT0dFEGGq3GYkYlmbNE9e1R8vKO7lQwdz84jVg+GVsEs0"
    "jLKlQyFQFKQj8p0faxvBFYRZW7f/9wy5zS+cw8IpOhUOURkcZUyv+XQi08Z9FGKIqQIDAQAB"
)


def encrypt(
    form_id: str, version: str, instance_id: str, answers: bytes, files: Mapping[str, bytes]
) -> tuple[bytes, dict[str, bytes]]:
    """The manifest that is sent for the answers, and the sealed files. Skips without Java."""
    if missing := java_missing():
        pytest.skip(missing)
    with tempfile.TemporaryDirectory() as plain, tempfile.TemporaryDirectory() as sealed:
        for name, content in {**files, "submission.xml": answers}.items():
            Path(plain, name).write_bytes(content)
        who = (form_id, version, instance_id, PUBLIC_KEY)
        paths = (str(Path(plain, "submission.xml")), sealed, *(str(Path(plain, n)) for n in files))
        command = [*JVM, "-cp", classes().name, "Encrypt", *who, *paths]
        subprocess.run(command, check=True, capture_output=True)
        made = {each.name: each.read_bytes() for each in Path(sealed).iterdir()}
    return made.pop("submission.xml"), made

"""`serve --tls`: gunicorn with its files, and the address of before."""

from __future__ import annotations

import os
import re
import socket
import ssl
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import requests
import trustme
from click.testing import CliRunner

from server.cli.plain_http import sent_elsewhere
from server.cli.serve import _try_certificate, _web, serve
from server.config import Config, read_config
from server.engine.ports import free_port
from server.errors import BadSettings
from tests.logs import told_in


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Certificate, key, and the authority that a client trusts."""
    authority = trustme.CA()
    own = authority.issue_cert("127.0.0.1")
    names = tmp_path / "cert.pem", tmp_path / "key.pem", tmp_path / "ca.pem"
    names[0].write_bytes(b"".join(each.bytes() for each in own.cert_chain_pems))
    own.private_key_pem.write_to_path(names[1])
    authority.cert_pem.write_to_path(names[2])
    return names


def test_gunicorn_serves_https_tells_browsers_to_stay_and_the_old_address_leads_there(
    files: tuple[Path, Path, Path],
    installation: Config,
    mongo_uri: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    cert, key, authority = files
    given = {
        "CAUNOI_DATA": str(tmp_path / "data"),
        "CAUNOI_MONGO_URI": mongo_uri,
        "CAUNOI_DB": "caunoi_test_tls",
        "CAUNOI_SECRET_KEY": installation.secret_key or "",
        "CAUNOI_WORKERS": "1",
        "CAUNOI_PORT": str(free_port()),
        "CAUNOI_TLS_CERT": str(cert),
        "CAUNOI_TLS_KEY": str(key),
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    config = read_config(given, tmp_path)
    _try_certificate(config)
    assert config.public_url == f"https://127.0.0.1:{config.port}"
    process = _web(config)
    try:
        with requests.Session() as browser:
            browser.verify, browser.trust_env = str(authority), False
            page = _eventually(lambda: browser.get(f"{config.public_url}/sign-in", timeout=120))
            assert page.status_code == 200
            assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
            assert re.search("caunoi=.*Secure", page.headers["Set-Cookie"])
            with sent_elsewhere("127.0.0.1", 0, config.public_url) as port:
                old = f"http://127.0.0.1:{port}"
                assert browser.get(f"{old}/sign-in?next=/records", timeout=120).url == (
                    f"{config.public_url}/sign-in?next=/records"
                )
                sent = browser.post(
                    f"{old}/v1/key/x/projects/1/submission", b"<data/>", timeout=120
                )
                assert sent.status_code == 403
                assert config.public_url in sent.text
        assert _speaks(config.port, ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
        assert _speaks(config.port, ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
        with pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION"):  # the other side's own word
            _speaks(config.port, ssl.TLSVersion.TLSv1_1)
        with pytest.raises(requests.RequestException):
            requests.get(f"http://127.0.0.1:{config.port}/sign-in", timeout=120)
    finally:
        process.terminate()
        process.wait(30)
    assert told_in("".join(capfd.readouterr())) == [], "a phone's token was in an address"


def _speaks(port: int, version: ssl.TLSVersion) -> str | None:
    """What comes of a client that speaks this version alone, whatever else it would put up with."""
    client = ssl.create_default_context()
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is old is the point
        client.minimum_version = client.maximum_version = version
    wire = socket.create_connection(("127.0.0.1", port), 120)
    with wire, client.wrap_socket(wire) as spoken:
        return spoken.version()


def _eventually(ask: Callable[[], requests.Response]) -> requests.Response:
    for _ in range(200):
        try:
            return ask()
        except requests.exceptions.SSLError:
            raise
        except requests.ConnectionError:
            time.sleep(0.2)
    raise AssertionError("nobody answers")


def test_a_key_that_does_not_fit_stops_the_start(files: tuple[Path, Path, Path]) -> None:
    cert, _, authority = files
    config = replace(Config(data=cert.parent), tls_cert=cert, tls_key=authority)
    with pytest.raises(BadSettings, match="cannot be used"):
        _try_certificate(config)


def test_half_of_a_certificate_and_an_address_without_it_are_named(tmp_path: Path) -> None:
    (tmp_path / "c.pem").touch()
    given = {"CAUNOI_TLS_CERT": "c.pem", "CAUNOI_BASE_URL": "http://a.example"}
    with pytest.raises(BadSettings) as wrong:
        read_config(given, tmp_path)
    assert "needs CAUNOI_TLS_KEY" in str(wrong.value)
    assert "goes with a CAUNOI_BASE_URL of https" in str(wrong.value)
    with pytest.raises(BadSettings, match="CAUNOI_HTTP_PORT"):
        read_config({"CAUNOI_HTTP_PORT": "8080"}, tmp_path)


def test_serve_takes_the_files_as_an_option_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """They go to the web processes by the environment."""
    # Without them it would start in earnest.
    monkeypatch.setattr("server.cli.serve.own_database", None)
    monkeypatch.setenv("CAUNOI_DATA", str(tmp_path))
    for name in ("CAUNOI_TLS_CERT", "CAUNOI_TLS_KEY"):
        monkeypatch.setenv(name, "")  # and as it was afterwards
    refused = CliRunner().invoke(serve, ["--tls", "/none/cert.pem", "/none/key.pem"])
    assert isinstance(refused.exception, BadSettings)
    assert {each.split()[0] for each in refused.exception.problems} == {
        "CAUNOI_TLS_CERT",
        "CAUNOI_TLS_KEY",
    }
    assert os.environ["CAUNOI_TLS_CERT"] == "/none/cert.pem"

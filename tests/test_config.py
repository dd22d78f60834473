"""The settings of an installation, as an operator writes them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.config import Config, read_config
from server.errors import BadSettings
from server.services import secret_key

HERE = Path("/srv/caunoi")


def read(**settings: str) -> Config:
    return read_config(settings, HERE)


def test_a_newcomer_sets_nothing() -> None:
    config = read()
    assert (config.data, config.port, config.host) == (HERE / "data", 8080, "127.0.0.1")
    assert config.engine_home == HERE / "data" / "engine"
    assert config.public_url == "http://127.0.0.1:8080"


def test_an_empty_or_blank_setting_is_none() -> None:
    assert read(CAUNOI_PORT="", CAUNOI_BASE_URL="  ", CAUNOI_MONGO_URI="") == read()


def test_everything_wrong_is_named_at_once() -> None:
    wrong = {
        "CAUNOI_PORT": "eighty",
        "CAUNOI_WORKERS": "0",
        "CAUNOI_MONGO_URI": "localhost:27017",
        "CAUNOI_BASE_URL": "phieu.ctxh.example",
        "CAUNOI_ADMIN_EMAIL": "admin",
        "CAUNOI_ADMIN_PASSWORD": "ngan",
        "CAUNOI_SECRET_KEY": "short",
        "CAUNOI_ENGINE": "sqlite",
        "CAUNOI_JOURNAL": "yes",
        "CAUNOI_DB": "a/b",
        "CAUNOI_TILES": "file:///etc/{z}/{x}/{y}.png",
        "CAUNOI_SMTP_URL": "http://x.example",
        "CAUNOI_TRUSTED_PROXIES": "10.0.0.5, gateway",
        "CAUNOI_DISK_RESERVE_MB": "-1",
        "CAUNOI_MAX_UPLOAD_MB": "0",
    }
    with pytest.raises(BadSettings) as refused:
        read(**wrong)
    assert {each.split()[0] for each in refused.value.problems} == set(wrong)
    for name in wrong:
        assert name in refused.value.words("vi")


@pytest.mark.parametrize("number", ["١٢", "1e3", "+8080", "8080.0", "70000", "0x50"])
def test_a_port_is_a_plain_number(number: str) -> None:
    with pytest.raises(BadSettings):
        read(CAUNOI_PORT=number)


def test_phones_are_given_the_address_without_a_slash_at_its_end() -> None:
    assert (
        read(CAUNOI_BASE_URL="https://x.example/caunoi/").public_url == "https://x.example/caunoi"
    )


def test_folders_are_taken_from_where_the_command_stands() -> None:
    config = read(CAUNOI_DATA="du_lieu", CAUNOI_ENGINE_HOME="/opt/engine")
    assert (config.data, config.engine_home) == (HERE / "du_lieu", Path("/opt/engine"))


def test_secrets_are_not_shown_where_settings_are_printed() -> None:
    shown = repr(
        read(
            CAUNOI_MONGO_URI="mongodb://lan:bimat12345@db/",
            CAUNOI_ADMIN_PASSWORD="bimat12345",
            CAUNOI_SECRET_KEY="bimat12345" * 4,
            CAUNOI_SMTP_URL="smtp://lan:bimat12345@mail",
            CAUNOI_BASE_URL="https://x.example",
        )
    )
    assert "bimat12345" not in shown


def test_the_message_about_a_wrong_secret_does_not_show_it() -> None:
    with pytest.raises(BadSettings) as refused:
        read(CAUNOI_ADMIN_PASSWORD="bimat", CAUNOI_SECRET_KEY="bimat")
    assert "bimat" not in refused.value.words("en")


def test_sizes_are_given_in_megabytes() -> None:
    config = read(CAUNOI_MAX_UPLOAD_MB="20", CAUNOI_DISK_RESERVE_MB="0")
    assert (config.max_upload, config.disk_reserve) == (20 * 1024**2, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        "file:///data/{z}/{x}/{y}.png",
        "pmtiles://tiles.example/vn.pmtiles",
        "https://tiles.example/vn.pmtiles",
        "https://tiles.example/{z}/{x}.png",
        "https://tiles.example/{z}/{x}/{x}.png",
        "https://tiles.example/{z}/{x}/{y}{r}.png",
        "https://{z}.tiles.example/{x}/{y}.png",
        "https://*/{z}/{x}/{y}.png",
        "https://tiles.example;script-src/{z}/{x}/{y}.png",
        "https://tiles.example /{z}/{x}/{y}.png",
        "https://lan:bimat@tiles.example/{z}/{x}/{y}.png",
        "quang-ninh.mbtiles",
        "/etc/passwd",
    ],
)
def test_tiles_are_a_file_or_an_address_on_one_plain_host(wrong: str) -> None:
    with pytest.raises(BadSettings) as refused:
        read(CAUNOI_TILES=wrong, CAUNOI_TILES_CREDIT="©")
    [problem] = refused.value.problems
    assert problem.startswith("CAUNOI_TILES must be")


def test_whoever_made_the_tiles_of_a_host_is_named() -> None:
    host = "https://tiles.example:8443/a/{z}/{x}/{y}.png?key=a;b"
    with pytest.raises(BadSettings, match="CAUNOI_TILES_CREDIT"):
        read(CAUNOI_TILES=host)
    config = read(CAUNOI_TILES=host, CAUNOI_TILES_CREDIT="© OpenStreetMap")
    assert (config.tiles, config.tiles_credit) == (host, "© OpenStreetMap")


def test_pages_over_https_take_no_tiles_over_http() -> None:
    tiles = {"CAUNOI_TILES": "http://tiles.example/{z}/{x}/{y}.png", "CAUNOI_TILES_CREDIT": "©"}
    assert read(**tiles).tiles
    with pytest.raises(BadSettings, match="https"):
        read(CAUNOI_BASE_URL="https://x.example", **tiles)


def test_a_file_of_tiles_is_taken_from_where_the_command_stands() -> None:
    config = read(CAUNOI_TILES="maps/quang-ninh.pmtiles")
    assert (config.tiles, config.tiles_file) == (None, HERE / "maps" / "quang-ninh.pmtiles")


@pytest.mark.parametrize(("given", "read_as"), [("1", True), ("0", False)])
def test_the_journal_is_switched_by_hand_or_left_to_the_engine(given: str, read_as: bool) -> None:
    assert read(CAUNOI_JOURNAL=given).journal is read_as
    assert read().journal is None


def test_processes_that_start_at_one_moment_have_one_key_and_an_empty_one_opens_nothing(
    tmp_path: Path,
) -> None:
    """Each signs cookies that the others must know; a crash may have left an empty file."""
    config = Config(data=tmp_path / "data")
    with ThreadPoolExecutor(8) as many:
        keys = set(many.map(secret_key, [config] * 8))
    assert len(keys) == 1
    [path] = config.data.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("")
    assert len(secret_key(config)) > 40


def test_whose_accounts_come_in_is_not_asked_over_an_open_line() -> None:
    with pytest.raises(BadSettings) as refused:
        read(CAUNOI_OIDC_ISSUER="http://so.example")
    assert [each.split()[0] for each in refused.value.problems] == [
        "CAUNOI_OIDC_ISSUER",
        "CAUNOI_OIDC_CLIENT_ID",
    ]
    config = read(CAUNOI_OIDC_ISSUER="https://so.example/", CAUNOI_OIDC_CLIENT_ID="caunoi")
    assert config.oidc_issuer == "https://so.example"


def test_roles_stand_with_commas_between_them() -> None:
    roles = read(CAUNOI_SECOND_FACTOR_ROLES=" administrator, case_manager,").second_factor_roles
    assert roles == {"administrator", "case_manager"}


def test_letters_are_sent_only_where_their_links_lead_to_an_address_of_the_settings() -> None:
    """doctor and serve say so."""
    with pytest.raises(BadSettings, match="CAUNOI_SMTP_URL needs CAUNOI_BASE_URL"):
        read(CAUNOI_SMTP_URL="smtp://mail.example")


def test_proxies_are_addresses_and_never_everybody() -> None:
    said = read(CAUNOI_TRUSTED_PROXIES="10.0.0.5, 10.1.0.0/28,2001:db8::7").trusted_proxies
    assert {"10.0.0.5/32", "10.1.0.0/28", "2001:db8::7/128"} <= {str(each) for each in said}
    assert set(read().trusted_proxies) <= set(said), "those on this machine"
    for wrong in ("0.0.0.0/0", "::/0", "10.0.0.5/8", "proxy.example"):
        with pytest.raises(BadSettings, match="CAUNOI_TRUSTED_PROXIES"):
            read(CAUNOI_TRUSTED_PROXIES=wrong)

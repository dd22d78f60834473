"""Whether a database is well is seen by writing to it."""

from __future__ import annotations

from collections.abc import Callable

from server.config import Config
from server.engine import Health, health, own_database
from server.engine.credentials import read_credentials
from server.engine.folder import Folder
from tests.engine.conftest import Client


def test_an_operator_sees_that_the_database_is_well(
    config: Config, connect: Callable[[str], Client]
) -> None:
    with own_database(config) as uri:
        assert health(uri, config.db) is Health.WELL
        assert health(uri, config.db) is Health.WELL
        assert connect(uri)[config.db]["engine_health"].count_documents({}) == 1


def test_an_operator_sees_that_the_database_is_gone_or_refuses(embedded: Config) -> None:
    with own_database(embedded) as uri:
        password = read_credentials(Folder(embedded.data).credentials).password
        assert health(uri.replace(password, "guessed"), embedded.db) is Health.REFUSED
    hurried = uri.replace("serverSelectionTimeoutMS=8000", "serverSelectionTimeoutMS=300")
    assert health(hurried, embedded.db) is Health.FAILING

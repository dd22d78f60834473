"""Programs that people use beside the pages, against a real server: pyODK, and plain requests for
what it lacks.

One world serves all of them: three people, no form of the library. Each test brings forms of its
own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests
from pyodk.client import Client

from server.app import create_app
from server.config import Config
from server.processing.first_run import read_offices
from tests.conftest import MEGABYTE, empty_house
from tests.javarosa.filler import FORMS
from tests.serving import serving
from tests.world import Clock, Person, World, build_world


@pytest.fixture(scope="package")
def province(
    installation: Config, mongo_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    data = tmp_path_factory.mktemp("province")
    # So that too much is not very much.
    config = replace(installation, data=data, max_upload=4 * MEGABYTE)
    with empty_house(config, mongo_uri, clock := Clock()) as house:
        house.stores.offices.put(read_offices(FORMS / "shared" / "van_phong.csv"))
        yield build_world(house, clock)


@pytest.fixture(scope="package")
def address(province: World) -> Iterator[str]:
    with serving(create_app(province.house)) as found:
        yield found


@dataclass(frozen=True)
class Program:
    """A program of somebody's, signed in: ``got = program.get("/projects")``."""

    address: str
    http: requests.Session

    def __call__(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.http.request(method, f"{self.address}/v1{path}", timeout=60, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self("GET", path, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        return self("POST", path, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        return self("DELETE", path, **options)


def signed_in(address: str, person: Person) -> Program:
    stranger = Program(address, requests.Session())
    token = stranger.post(
        "/sessions", json={"email": person.email, "password": person.password}
    ).json()["token"]
    stranger.http.headers["Authorization"] = f"Bearer {token}"
    return stranger


@pytest.fixture(scope="package")
def admin(province: World, address: str) -> Program:
    """Hà's, who looks after forms."""
    return signed_in(address, province.admin)


@pytest.fixture(scope="package")
def lan(province: World, address: str) -> Program:
    """Lan's, who manages cases in Hạ Long (VP01 and below)."""
    return signed_in(address, province.lan)


@pytest.fixture(scope="package")
def stranger(address: str) -> Program:
    """Nobody's."""
    return Program(address, requests.Session())


@pytest.fixture
def pyodk(address: str, tmp_path: Path) -> Callable[[Person], Client]:
    """pyODK as somebody configures it."""

    def client(person: Person) -> Client:
        config = tmp_path / "pyodk_config.toml"
        config.write_text(
            f'[central]\nbase_url = "{address}"\nusername = "{person.email}"\n'
            f'password = "{person.password}"\ndefault_project_id = 1\n'
        )
        return Client(config_path=config, cache_path=tmp_path / "pyodk_cache.toml")

    return client


def code(answer: requests.Response) -> tuple[int, float]:
    """The status, and ODK Central's number for what went wrong."""
    assert answer.headers["Content-Type"].startswith("application/json"), answer.text
    found = answer.json()
    assert found["message"]
    return answer.status_code, found["code"]

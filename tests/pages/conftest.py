"""Readers of pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.world import Person, sign_in

Enter = Callable[[Person], FlaskClient]


@pytest.fixture
def enter(app: Flask) -> Enter:
    """Somebody's own browser, signed in."""

    def entered(person: Person) -> FlaskClient:
        client = app.test_client()
        sign_in(client, person)
        return client

    return entered

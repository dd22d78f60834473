"""What the house adds to a database's address."""

from __future__ import annotations

import pytest
from pymongo import MongoClient
from pymongo.uri_parser import parse_uri

from server.engine.address import given_address, managed_address
from server.engine.credentials import Credentials

FULL = "retryWrites=true&readConcernLevel=majority&w=majority&journal=true"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("mongodb://h", f"mongodb://h/?{FULL}"),
        ("mongodb://h/", f"mongodb://h/?{FULL}"),
        ("mongodb://a:b@h1:1,h2:2/auth", f"mongodb://a:b@h1:1,h2:2/auth?{FULL}"),
        ("mongodb+srv://h/?tls=true", f"mongodb+srv://h/?tls=true&{FULL}"),
        # Repeated options stay in their order.
        (
            "mongodb://h/?readPreferenceTags=dc:hn&readPreferenceTags=",
            f"mongodb://h/?readPreferenceTags=dc:hn&readPreferenceTags=&{FULL}",
        ),
    ],
)
def test_an_operator_s_address_gets_the_options_it_lacks(given: str, wanted: str) -> None:
    assert given_address(given) == wanted


def test_an_operator_may_turn_off_retries_but_not_durability() -> None:
    address = given_address("mongodb://h/?retrywrites=false&W=1&JOURNAL=false&w=0")
    assert address == (
        "mongodb://h/?retrywrites=false&readConcernLevel=majority&w=majority&journal=true"
    )


def test_a_driver_reads_the_address_of_a_managed_database_as_meant() -> None:
    address = managed_address(Credentials("caunoi", "p@ss/w?rd&%"), 20_001)
    parsed = parse_uri(address)
    assert parsed["nodelist"] == [("127.0.0.1", 20_001)]
    assert (parsed["username"], parsed["password"]) == ("caunoi", "p@ss/w?rd&%")
    client: MongoClient[dict[str, object]] = MongoClient(address, connect=False)
    assert client.write_concern.document == {"w": "majority", "j": True}
    assert not client.options.retry_writes
    client.close()

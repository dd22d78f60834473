"""Every word that a page or the API reads, given another region's offices and ids, on every
route: nothing of that region is told, and nothing in it is changed.

Routes come from the map and words from the code, so that a new one is asked too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from server.access.verbs import ADMINISTRATOR, CASE_MANAGER
from server.routes.access_table import Line
from server.routes.allow import By
from server.storage.database import connect
from tests.access.asking import asked_by, filled
from tests.access.test_every_route import Scene, scene
from tests.architecture.test_rules import ROOT
from tests.registers import CHILDREN
from tests.world import basic, forgery_token, sign_in

__all__ = ["scene"]

_READ = re.compile(r"""(?:\b(?:get|getlist|given|chosen|asked)\(|\[|: ?|= ?)"([a-z_]+)\"""")
# What a word means; any other is given an office.
_MEANT = {
    **dict.fromkeys(("who", "worker", "actor", "to", "asker", "processor"), "person_id"),
    **dict.fromkeys(("uuid", "entry"), "uuid"),
    **dict.fromkeys(("record", "before", "id"), "instance_id"),
}
# What a page would stumble over before it looks at an office.
_PLAIN = {"email": "moi@ctxh.example", "role": CASE_MANAGER, "day": "2026-12-01"}
_OF_LOOKS = ("audit", "taken_out")
_NOT_ASKED = frozenset(("sign_in.leave",))


def _words() -> list[str]:
    routes = (ROOT / "server" / "routes").rglob("*.py")
    found = {each for path in routes for each in _READ.findall(path.read_text("utf-8"))}
    assert {"office", "worker", "who", "to", "actor", "end", "asker"} <= found
    return sorted(found)


def test_whoever_reads_changes_nothing(scene: Scene, mongo_uri: str) -> None:
    """By GET, which any other site may make a browser ask: nothing but what is noted of looks."""
    client = scene.app.test_client()
    sign_in(client, scene.people[ADMINISTRATOR])
    client.get("/account")  # which notes that they were seen
    before = _all_of(scene, mongo_uri)
    for line in asked_by(scene.app, By.SESSION):
        if line.method == "GET":
            client.get(_own(scene, line))
    assert _all_of(scene, mongo_uri) == before


def test_no_word_of_a_page_reaches_into_another_region(scene: Scene, mongo_uri: str) -> None:
    """As who may everything, but in their own region."""
    there, client = scene.there, scene.app.test_client()
    sign_in(client, scene.people[ADMINISTRATOR])
    token, before = forgery_token(client, "/account/password"), _of(scene, mongo_uri)
    words = {
        each: str({"office": there.office, **there.given}[_MEANT.get(each, "office")])
        for each in _words()
    } | _PLAIN
    asked = 0
    program = {"json": words, "headers": basic(scene.people[ADMINISTRATOR])}
    page = {"data": words, "headers": {"X-CSRFToken": token}}
    for line in asked_by(scene.app, By.SESSION, By.PROGRAM):
        if line.endpoint in _NOT_ASKED:
            continue
        asked += 1
        # A phone's role is chosen where none is named.
        words["role"] = "" if line.path.startswith("/phones") else CASE_MANAGER
        sent = page if line.rule.by is By.SESSION else program
        brings = sent if line.method not in ("GET", "HEAD") else {"headers": sent["headers"]}
        answer = client.open(_own(scene, line), method=line.method, query_string=words, **brings)
        assert answer.status_code < 500, (line, answer.status_code)
        said = answer.get_data().decode(errors="replace")
        told = [each for each in there.secrets if each in said and each not in words.values()]
        assert told == [], (line, told)
    assert asked
    after = _of(scene, mongo_uri)
    assert before - after == Counter(), "what is there has changed"
    placed = re.compile(rf"'(?:office|offices|within|reach)': (?:\[[^]]*)?'{there.office}'")
    assert [each for each in after - before if placed.search(each)] == [], "it came to lie there"


def _own(scene: Scene, line: Line) -> str:
    """The route's address of what is in one's own region."""
    of_register = line.path.startswith("/lists/") or "/datasets/" in line.path
    own = dict(scene.here.given) | ({"name": CHILDREN.name} if of_register else {})
    return filled(line.path, lambda _, name: str(own[name]))


def _of(scene: Scene, uri: str) -> Counter[str]:
    """What the database holds that names the other region."""
    marks = (*scene.there.secrets, f"'{scene.there.office}'")
    whole = _all_of(scene, uri, but=())
    return Counter(each for each in whole if any(mark in each for mark in marks))


def _all_of(scene: Scene, uri: str, but: Collection[str] = _OF_LOOKS) -> Counter[str]:
    db = connect(uri, scene.world.house.config.db)
    try:
        return Counter(
            f"{name}: {document}"
            for name in db.list_collection_names()
            if name not in but
            for document in map(repr, db[name].find())
        )
    finally:
        db.client.close()

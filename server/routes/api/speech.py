"""How the REST interface is spoken to, and how it answers."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, request

from server.errors import ProjectUnknown, TooLarge
from server.errors.programs import BodyUnreadable, NotCovered, WrongType
from server.model.forms import FormKey
from server.routes.parts import HANDED_IN
from server.services import PROJECT
from server.wire.central import DONE

_LARGEST_JSON = 1024 * 1024
JSON = "application/json; charset=utf-8"


def api_blueprint(name: str) -> Blueprint:
    """Routes below ``/v1``; what they answer is kept by nobody without asking again."""
    made = Blueprint(f"api_{name}", __name__, url_prefix="/v1")
    made.after_request(_fresh)
    return made


def _fresh(response: Response) -> Response:
    reads = request.method in ("GET", "HEAD")
    response.headers.setdefault("Cache-Control", "private, no-cache" if reads else "no-store")
    return response


# -- answers ---------------------------------------------------------------------------------------


def told(value: Any) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), content_type=JSON)


def done() -> Response:
    return told(DONE)


# -- requests --------------------------------------------------------------------------------------


def form_key(project: int, form_id: str) -> FormKey:
    """Raises ProjectUnknown."""
    if project != PROJECT:
        raise ProjectUnknown
    return FormKey(project, form_id)


def is_on(name: str) -> bool:
    """A word in the query: true or false, in any case."""
    return request.args.get(name, "").lower() == "true"


def is_off(name: str) -> bool:
    return request.args.get(name, "").lower() == "false"


def only_what_is_covered(*flags: str) -> None:
    """Raises NotCovered for a filter (``$filter`` and the like), and for what of ``flags`` is
    on."""
    asked = [name for name in request.args if name.startswith("$")]
    asked += [name for name in flags if is_on(name)]
    if asked:
        raise NotCovered(feature=asked[0])


def wants_more() -> bool:
    return request.headers.get("X-Extended-Metadata", "").lower() == "true"


def whole_number(name: str) -> int | None:
    """None where it was not given. Raises WrongType."""
    given = request.args.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit()) or len(given) > 9:
        raise WrongType(value=given, expected="type integer")
    return int(given)


def body() -> bytes:
    """Raises TooLarge, also for what comes in pieces: reading it just ends at the limit."""
    most = request.max_content_length = min(HANDED_IN, request.max_content_length or HANDED_IN)
    data = request.get_data()
    if request.content_length is None and len(data) >= most:
        raise TooLarge(megabytes=most // 1024**2)
    return data


def json_body(most: int = _LARGEST_JSON) -> dict[str, Any]:
    """What was sent as JSON; empty for another kind of content. Raises BodyUnreadable."""
    if request.mimetype != "application/json":
        return {}
    request.max_content_length = most
    data = body()
    try:
        found = json.loads(data) if data else {}
        json.dumps(found, ensure_ascii=False).encode()  # half a letter is none
    except (ValueError, RecursionError):
        raise BodyUnreadable from None
    if not isinstance(found, dict):
        raise BodyUnreadable
    return found

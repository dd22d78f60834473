"""The answers that ODK Collect gets: lists, forms, media, each in the bytes it checks."""

from __future__ import annotations

from io import BytesIO

from flask import Response, request, send_file, url_for

from server.errors import AttachmentUnknown
from server.model.entities import EntityList
from server.model.scope import Scope
from server.processing.forms.shelf import OnHand
from server.processing.registers.registers import Cut
from server.routes.allow import Caller, services
from server.routes.noted import handed_over
from server.wire import openrosa
from server.xforms.entities import entity_id

_MOST_ASKED = 5000


def listed(on_hand: OnHand) -> openrosa.ListedForm:
    """A form as the list of this request's phone shows it."""
    version = on_hand.version
    return openrosa.ListedForm(
        form_id=version.key.form_id,
        name=version.title,
        version=version.version,
        md5=version.md5,
        download_url=_url("form_xml", on_hand),
        manifest_url=_url("manifest", on_hand) if _has_files(on_hand) else None,
    )


def _has_files(on_hand: OnHand) -> bool:
    return bool(on_hand.version.media or services().registers.lists_of(on_hand))


def _url(what: str, on_hand: OnHand, **more: str) -> str:
    """An absolute address under the prefix of this request, made for this version alone: a publish
    between list and download must not mix two versions (collect.md §9.10)."""
    arguments = dict(request.view_args or {})
    arguments.pop("name", None)
    if "draft_token" in arguments:
        endpoint = f"draft_{what}"
    else:
        endpoint = f"{what}_by_token" if "token" in arguments else what
        more["version"] = on_hand.version.version
    arguments["form_id"] = on_hand.version.key.form_id
    return url_for(f"openrosa.{endpoint}", _external=True, **arguments, **more)


def form_xml(on_hand: OnHand) -> Response:
    """Exactly the stored bytes, whose hash the list has (collect.md §4.1)."""
    answer = send_file(BytesIO(on_hand.version.xml), mimetype="text/xml", etag=on_hand.version.md5)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def manifest(on_hand: OnHand, scope: Scope) -> Response:
    """Only files that are there: Collect fails the whole form for one that is not."""
    lists = services().registers.lists_of(on_hand)
    files = [
        openrosa.ListedFile(each.name, each.md5, _url("attachment", on_hand, name=each.name))
        for each in on_hand.version.media
        if each.name not in lists
    ]
    files += [_listed_list(on_hand, scope, name, each) for name, each in lists.items()]
    return xml_answer(openrosa.manifest(files))


def _listed_list(
    on_hand: OnHand, scope: Scope, name: str, its_list: EntityList
) -> openrosa.ListedFile:
    return openrosa.ListedFile(
        filename=name,
        md5=services().registers.cut(scope, its_list).md5,
        download_url=_url("attachment", on_hand, name=name),
        integrity_url=_url("integrity", on_hand, name=name),
        approval=its_list.approval,
    )


def attachment(on_hand: OnHand, scope: Scope, name: str, *, on_phone: bool = True) -> Response:
    """Raises AttachmentUnknown."""
    its_list = services().registers.list_under(on_hand, name)
    if its_list is not None:
        cut = services().registers.cut(scope, its_list, on_phone=on_phone)
        handed_over(f"list:{its_list.key.text}", cut.md5)
        return _entities(cut)
    media = next((each for each in on_hand.version.media if each.name == name), None)
    if media is None:
        raise AttachmentUnknown
    content = services().stores.blobs.open(media.sha256)
    answer = send_file(content, mimetype=media.type, etag=media.md5)
    answer.content_length = media.size
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _entities(cut: Cut) -> Response:
    answer = Response(cut.pieces(), mimetype="text/csv")
    answer.content_length = cut.size
    answer.set_etag(cut.md5)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.make_conditional(request)
    return answer


def integrity(on_hand: OnHand, caller: Caller, name: str) -> Response:
    """Which of the entities in ``id`` are gone for this phone. Raises AttachmentUnknown."""
    its_list = services().registers.list_under(on_hand, name)
    if its_list is None:
        raise AttachmentUnknown
    asked = (entity_id(each) for each in request.args.get("id", "").split(","))
    wanted = list(dict.fromkeys(each for each in asked if each))[:_MOST_ASKED]
    told = services().registers.deleted(caller.actor, caller.scope, its_list, wanted)
    return xml_answer(openrosa.integrity(told))


def xml_answer(body: bytes, status: int = 200) -> Response:
    """With the headers without which Collect takes nothing for OpenRosa."""
    answer = Response(body, status)
    answer.content_type = openrosa.CONTENT_TYPE
    answer.headers["X-OpenRosa-Version"] = "1.0"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer

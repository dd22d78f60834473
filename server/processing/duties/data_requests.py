"""Taking in what somebody asks about the data held of them, and what is done about it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import unquote, urlsplit

from server.errors.duties import DataRequestChanged, DataRequestUnknown
from server.model.calendar import day_of
from server.model.data_requests import Act, Concern, DataRequest, Deed, Standing, Wanted, Wish
from server.model.entities import ListKey
from server.model.forms import FormKey
from server.model.offices import within
from server.model.people import Actor
from server.model.scope import WHOLE_HOUSE, Scope
from server.model.sequence import later, new_seq
from server.model.withholding import LISTS, RECORDS, Withholding
from server.processing.duties.withholding import withhold
from server.processing.filled_in import (
    LONGEST_NAME,
    LONGEST_WORDS,
    chosen,
    chosen_office,
    written,
    wrong,
)
from server.processing.forms.shelf import Shelf
from server.storage.data_requests import read_journalled
from server.storage.stores import Stores
from server.xforms.entities import entity_id

MOST_CONCERNS = 50
_SHARING = frozenset((Deed.STOPPED, Deed.RESUMED))
_ADDRESS = re.compile(rf"/({RECORDS}|{LISTS})/([^/]+)/([^/]+)")
_EARLIEST = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Filled:
    """The page's form as it was filled in."""

    wish: str
    arrived: str
    asker: str
    standing: str
    about: str
    contact: str
    words: str
    processors: bool
    office: str


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody did. ``seen`` is how many acts they saw; ``concerns`` are addresses of records
    and entries, one a line."""

    deed: str
    note: str
    concerns: str
    seen: int


class Desk:
    """Where one person works on requests: what ``reading`` shows them may be what these are
    about."""

    def __init__(self, stores: Stores, shelf: Shelf, project: int, by: Actor) -> None:
        self._stores, self._shelf = stores, shelf
        self._project, self._by = project, by

    def receive(
        self, scope: Scope, reading: Scope, filled: Filled, concerns: str, at: datetime
    ) -> DataRequest:
        """Raises NotUnderstood with the field, or OfficeUnknown."""
        wanted = _wanted(filled, date.fromisoformat(day_of(at)))
        chain = chosen_office(filled.office, self._shelf.offices(), scope)
        found = self._concerns(reading, concerns)
        request = DataRequest(
            id=secrets.token_hex(8),
            seq=new_seq(at),
            office=filled.office,
            within=chain,
            wanted=wanted,
            acts=(self._act(Deed.RECEIVED, "", found, at),),
        )
        self._stores.data_requests.add(request)
        return request

    def step(self, scope: Scope, reading: Scope, id: str, step: Step, at: datetime) -> DataRequest:
        """Raises DataRequestUnknown, NotUnderstood with the field, or DataRequestChanged when the
        request is no longer what was seen."""
        request = request_of(self._stores, scope, id)
        if len(request.acts) != step.seen:
            raise DataRequestChanged
        deed = chosen(Deed, step.deed, "deed")
        if not request.may(deed):
            raise wrong("deed", "việc này không còn làm được.", "that can no longer be done.")
        note = written(step.note, "note", LONGEST_WORDS)
        at = later(at, request.acts[-1].at)
        act = self._act(deed, note, self._concerns(reading, step.concerns), at)
        if deed in _SHARING and not (request.concerns or act.concerns):
            raise wrong(
                "concerns",
                "hãy ghi các phiếu hoặc mục có liên quan trước.",
                "name the records or entries that it concerns first.",
            )
        then = self._stores.data_requests.add_act(request, act)
        if then is None:
            raise DataRequestChanged
        _complete(self._stores, self._shelf, self._project, then)
        return then

    def _act(self, deed: Deed, note: str, concerns: Sequence[Concern], at: datetime) -> Act:
        return Act(deed, note, tuple(concerns), self._by.id, self._by.name, at)

    def _concerns(self, reading: Scope, text: str) -> Sequence[Concern]:
        """Only what whoever writes it down may read themselves: nothing is learned by trying."""
        lines = [each.strip() for each in text.splitlines() if each.strip()]
        if len(lines) > MOST_CONCERNS:
            most = MOST_CONCERNS
            raise wrong("concerns", f"tối đa {most} địa chỉ.", f"{most} addresses at most.")
        found = []
        for number, line in enumerate(lines, 1):
            concern = self._concern(reading, line)
            if concern is None:
                raise wrong(
                    "concerns",
                    f"dòng {number} không phải địa chỉ của một phiếu hay một mục trong sổ mà bạn "
                    "xem được.",
                    f"line {number} is no address of a record or an entry that you may read.",
                )
            found.append(concern)
        return found

    def _concern(self, reading: Scope, line: str) -> Concern | None:
        try:
            path = urlsplit(line).path
        except ValueError:
            return None
        match = _ADDRESS.fullmatch(path)
        if match is None:
            return None
        kind, name, id = (unquote(each) for each in match.groups())
        if kind == RECORDS:
            record = self._stores.submissions.find(reading, FormKey(self._project, name), id)
            return Concern(kind, name, record.instance_id) if record else None
        entity = self._stores.entities.find(reading, ListKey(self._project, name), entity_id(id))
        return Concern(kind, name, entity.id) if entity else None


def request_of(stores: Stores, scope: Scope, id: str) -> DataRequest:
    """Raises DataRequestUnknown, out of scope too."""
    found = stores.data_requests.find(scope, id)
    if found is None:
        raise DataRequestUnknown
    return found


def complete_requests(stores: Stores, shelf: Shelf, project: int) -> None:
    """What broke off after it was decided."""
    for each in stores.data_requests.unsaid():
        _complete(stores, shelf, project, each)


def _complete(stores: Stores, shelf: Shelf, project: int, request: DataRequest) -> None:
    """What follows once the database has it; twice is as good as once. What was done last about
    sharing is done, then the journal has the acts: never of who was told to look again."""
    acts = request.acts
    while acts and acts[-1].deed not in _SHARING:
        acts = acts[:-1]
    if acts:
        concerns = replace(request, acts=acts).concerns
        withhold(stores, shelf, project, concerns, _withholding(request, acts[-1]))
    stores.data_requests.say(request)


def _withholding(request: DataRequest, act: Act) -> Withholding:
    return Withholding(
        kept_back=act.deed is Deed.STOPPED,
        reason=act.note,
        since=request.wanted.arrived,
        request=request.id,
        by=act.by,
        by_name=act.by_name,
        at=act.at,
    )


def request_again(stores: Stores, body: bytes) -> bool:
    """Out of the journal: whether it was missing. It stands where its office stands now. Raises
    DataRequestUnknown."""
    id, request, act = read_journalled(body)
    if request is not None:
        chain = within(request.office, stores.offices.tree())
        return stores.data_requests.put_again(replace(request, within=chain))
    found = request_of(stores, WHOLE_HOUSE, id)
    if act in found.acts:
        return False
    then = stores.data_requests.add_act(found, act)
    if then is None:
        raise DataRequestChanged
    # What was done about sharing comes back by itself.
    stores.data_requests.say(then)
    return True


def _wanted(filled: Filled, today: date) -> Wanted:
    return Wanted(
        wish=chosen(Wish, filled.wish, "wish"),
        arrived=_day(filled.arrived, today),
        asker=written(filled.asker, "asker", LONGEST_NAME),
        standing=chosen(Standing, filled.standing, "standing"),
        about=written(filled.about, "about", LONGEST_NAME),
        contact=written(filled.contact, "contact", LONGEST_NAME, needed=False),
        words=written(filled.words, "words", LONGEST_WORDS),
        processors=filled.processors,
    )


def _day(text: str, today: date) -> date:
    """Clocks run from it: neither tomorrow nor a slip of the keyboard."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not _EARLIEST <= day <= today:
        raise wrong(
            "arrived", "hãy chọn ngày đã nhận yêu cầu.", "choose the day on which it arrived."
        )
    return day

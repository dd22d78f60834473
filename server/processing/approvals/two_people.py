"""What one person asks for and another grants (docs/decisions/0023).

To add an act: a line in ``approved_acts.ACTS``, and its words in ``approval_words`` of the pages.
``house.two_people`` is this module's ``TwoPeople``. A page for who asks calls

    house.two_people.ask(caller.actor, "erase", About((Concern("records", form_id, id),)),
                         record.within, request.form["reason"], house.clock())

which raises NotUnderstood for a reason that says nothing, and sends them to ``/approvals/<id>``.
When another person grants it there, ``Act.carry_out`` is called once, at once; where the process
breaks off in between the worker calls it again, so it must leave alone what is done already. With
``About.days`` nothing is carried out: whoever asked may do it for so many days
(``Approval.covers``).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from server.access.verbs import scope_for
from server.errors import Forbidden, Unavailable
from server.errors.two_people import (
    ApprovalDecided,
    ApprovalUnknown,
    AskerMayNoMore,
    AskerMayNotGrant,
    KeptSince,
    SecondTooNew,
)
from server.model.approvals import ASKED_FOR, About, Approval, Decision, State
from server.model.calendar import day_of
from server.model.forms import FormKey
from server.model.offices import within
from server.model.people import Actor
from server.model.scope import WHOLE_HOUSE, Scope
from server.model.withholding import RECORDS
from server.processing.approvals.approved_acts import ACTS
from server.processing.filled_in import wrong
from server.processing.reasons import given_reason
from server.storage.approvals import read_journalled
from server.storage.stores import Stores

LONGEST_WORDS = 1000
LONGEST_DAYS = 366
# Who grants is doing it: the worker leaves it to them for so long.
_UNDER_WAY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class TwoPeople:
    """``known_to`` adds to a scope the registers that go with its forms."""

    stores: Stores
    project: int
    known_to: Callable[[Scope, int], Scope]

    # -- who asks --------------------------------------------------------------------------------

    def ask(
        self,
        by: Actor,
        act: str,
        about: About,
        chain: Sequence[str],
        reason: str,
        at: datetime,
    ) -> Approval:
        """``chain`` is the office that it is about with all above it. Raises Forbidden, and
        NotUnderstood for a reason that says nothing."""
        approval = Approval(
            id=secrets.token_hex(8),
            project=self.project,
            act=act,
            about=about,
            within=tuple(chain),
            reason=given_reason(reason),
            asked_by=by.id,
            asked_by_name=by.name,
            asked_at=at,
            lapses_at=at + ASKED_FOR,
        )
        if not about.things or not 0 <= about.days <= LONGEST_DAYS or not self._holds(by, approval):
            raise Forbidden
        self.stores.approvals.add(approval)
        return approval

    def take_back(self, by: Actor, id: str, at: datetime) -> Approval:
        """What they asked for themselves, granted for a time or not yet. Raises ApprovalUnknown and
        ApprovalDecided."""
        approval = self.seen_by(by, id)
        if approval.asked_by != by.id:
            raise Forbidden
        return self._decide(approval, State.TAKEN_BACK, by, "", at)

    # -- the second person -----------------------------------------------------------------------

    def grant(self, by: Actor, id: str, words: str, at: datetime) -> Approval:
        """And what is done at once is done. Raises ApprovalUnknown, ApprovalDecided,
        AskerMayNotGrant, SecondTooNew, AskerMayNoMore and KeptSince."""
        approval = self.seen_by(by, id)
        if approval.asked_by == by.id:
            raise AskerMayNotGrant
        if approval.state(at) is not State.ASKED:
            raise ApprovalDecided
        if by.known_since is None or by.known_since > approval.asked_at:
            raise SecondTooNew
        asker = self.stores.actors.by_id(approval.asked_by)
        if asker is None or not self._holds(asker, approval):
            raise AskerMayNoMore
        self._refuse_what_is_kept(approval, at)
        granted = self._decide(approval, State.GRANTED, by, words.strip()[:LONGEST_WORDS], at)
        return self._carry_out(granted, at) if granted.waits_to_be_done else granted

    def refuse(self, by: Actor, id: str, words: str, at: datetime) -> Approval:
        """Also ends what was granted for a time. Raises like ``grant``, and NotUnderstood without
        words."""
        approval = self.seen_by(by, id)
        if approval.asked_by == by.id:
            raise AskerMayNotGrant
        said = words.strip()[:LONGEST_WORDS]
        if not said:
            raise wrong(
                "words", "hãy ghi lý do để người đề nghị biết.", "write why, for whoever asked."
            )
        return self._decide(approval, State.REFUSED, by, said, at)

    # -- what there is ---------------------------------------------------------------------------

    def seen_by(self, by: Actor, id: str) -> Approval:
        """By who asked, and by who could decide. Raises ApprovalUnknown."""
        found = self.stores.approvals.find(self.scope(by), id)
        if found is None or not (found.asked_by == by.id or self._holds(by, found)):
            raise ApprovalUnknown
        return found

    def waiting_for(self, by: Actor, at: datetime) -> Sequence[Approval]:
        """What others asked for and this person can decide, oldest first."""
        found = self.stores.approvals.asked(self.scope(by), at)
        return [each for each in found if each.asked_by != by.id and self._holds(by, each)]

    def decided(self, by: Actor, before: datetime, most: int, at: datetime) -> Sequence[Approval]:
        """What came of what others asked for before then, newest first, where this person can
        decide."""
        scope, kept = self.scope(by), list[Approval]()
        while len(kept) < most:
            found = self.stores.approvals.page(scope, before, most)
            kept += [
                each
                for each in found
                if each.state(at) is not State.ASKED
                and each.asked_by != by.id
                and self._holds(by, each)
            ]
            if len(found) < most:
                break
            before = found[-1].asked_at
        return kept[:most]

    def has_second(self, approval: Approval) -> bool:
        """Whether there is anybody who could grant it."""
        people = self.stores.actors.people(WHOLE_HOUSE)
        return any(each.id != approval.asked_by and self._holds(each, approval) for each in people)

    def scope(self, by: Actor) -> Scope:
        """Wherever they can decide anything at all."""
        reaches = (scope_for(by, each).reaches for each in {act.verb for act in ACTS.values()})
        return Scope(frozenset().union(*reaches), actor=by.id)

    def finish(self, at: datetime) -> int:
        """What was granted and then broken off; how many. What goes wrong with one is raised when
        the others are done."""
        left = [
            each
            for each in self.stores.approvals.unfinished()
            if each.decision is not None and each.decision.at + _UNDER_WAY <= at
        ]
        failed: Exception | None = None
        for each in left:
            try:
                self._carry_out(each, at)
            except Unavailable:
                raise
            except Exception as trouble:
                failed = trouble
        if failed is not None:
            raise failed
        return len(left)

    # -- how -------------------------------------------------------------------------------------

    def _decide(
        self, approval: Approval, state: State, by: Actor, words: str, at: datetime
    ) -> Approval:
        """Of two who decide at once one is too late. Raises ApprovalDecided."""
        open_states = (State.ASKED,) if state is State.GRANTED else (State.ASKED, State.GRANTED)
        if approval.state(at) not in open_states or approval.waits_to_be_done:
            raise ApprovalDecided
        decided = replace(approval, decision=Decision(state, by.id, by.name, words, at))
        if state is State.GRANTED and approval.about.days:
            decided = replace(decided, lapses_at=at + timedelta(days=approval.about.days))
        if not self.stores.approvals.step(approval, decided):
            raise ApprovalDecided
        return decided

    def _carry_out(self, approval: Approval, at: datetime) -> Approval:
        """Done before it is noted: twice is as good as once, and noted without being done is
        not."""
        carry_out = ACTS[approval.act].carry_out
        if carry_out is not None:
            carry_out(self.stores, approval, at)
        done = replace(approval, carried_out_at=at)
        return done if self.stores.approvals.step(approval, done) else approval

    def _refuse_what_is_kept(self, approval: Approval, at: datetime) -> None:
        """Until a day that is still to come, by who said so after it was asked for."""
        if not ACTS[approval.act].final:
            return
        for each in approval.about.things:
            key = FormKey(self.project, each.name)
            record = self.stores.erasures.find(key, each.id) if each.kind == RECORDS else None
            kept = record.keeping if record else None
            if kept and kept.until >= day_of(at) and kept.at > approval.asked_at:
                day = f"{date.fromisoformat(kept.until):%d/%m/%Y}"
                raise KeptSince(name=kept.by_name, day=day, reason=kept.reason)

    def _holds(self, by: Actor, approval: Approval) -> bool:
        """Whether this person has the act's power over all that it is about."""
        act = ACTS.get(approval.act)
        if act is None:
            return False
        scope = self.known_to(scope_for(by, act.verb), self.project)
        return all(
            scope.sees(approval.within, each.name)
            if each.kind == RECORDS
            else scope.on_list(each.name).sees_office(approval.within)
            for each in approval.about.things
        )


def approve_again(stores: Stores, body: bytes) -> bool:
    """Out of the journal: whether it was missing. It stands where its office stands now."""
    said = read_journalled(body)
    approval = replace(said, within=within(said.office, stores.offices.tree()))
    act = ACTS.get(approval.act)
    done = approval.carried_out_at
    if act is not None and act.carry_out is not None and act.again and done is not None:
        act.carry_out(stores, approval, done)
    return stores.approvals.put_again(approval)

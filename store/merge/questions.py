"""What a person is asked about somebody: worked out of the state alone, and so the same in every book."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from store import folding
from store.merge import exchange, people, state, writing
from store.merge.state import POINTS, Offer, Row, Value, Why, mark
from store.merge.writing import QUIET, Dot, Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from store.merge.exchange import Entry

CONFLICT = "conflict"
ANY_CASE = frozenset({"email", "id_number"})
"""Fields whose case is for reading: who has it in another has the same."""


class Asked(NamedTuple):
    """A question about a field: `kind` is CONFLICT or a `Why`, `theirs` what is offered beside what is in force.

    `offer` is what it comes of, where it does. Of a list's balance, `theirs` is what the balance would come to.
    """

    id: str
    kind: str
    name: str
    ours: Value
    theirs: Value
    offer: Offer | None = None

    @property
    def row(self) -> str:
        """What the questions of one slipped row have in common, which are answered as one; '' for all others."""
        offer = self.offer
        return mark(offer.source, offer.at) if offer is not None and offer.why is Why.PERSON else ""


def asked(uid: str, row: Row, entries: Iterable[Entry] = ()) -> Iterator[Asked]:
    """All questions about a person, by the leader's uid and the view of the rows; the ledger's are asked last."""
    for name in sorted({*row.fields, *row.offers} - {POINTS}):
        if name not in QUIET:
            yield from _of_field(uid, row, name)
    if POINTS in row.offers:
        lines = list(entries)
        ours = exchange.balance(row, lines)
        for offer in exchange.open_balances(row, lines):
            kind, theirs = str(offer.why), offer.value
            if offer.why is Why.LIST:
                kind, theirs = "points", ours + exchange.difference(row, lines, offer)
            yield Asked(mark(uid, POINTS, offer.key), kind, POINTS, ours, theirs, offer)


def _of_field(uid: str, row: Row, name: str) -> Iterator[Asked]:
    versions, offers = row.fields.get(name, ()), row.offers.get(name, ())
    if len(versions) + len(offers) < 2 and all(offer.why is Why.LIST for offer in offers):
        return  # the only value is in force
    ours = state.in_force(row, name)
    others = {version.value for version in versions}
    for value in sorted(others, key=repr):
        if not _same(name, value, ours):
            yield Asked(mark(uid, name, CONFLICT, value), CONFLICT, name, ours, value)
    for offer in sorted(offers):
        if not state.is_silent(name, offer) and not _same(name, offer.value, ours):
            yield Asked(mark(uid, name, offer.key), str(offer.why), name, ours, offer.value, offer)


def _same(name: str, value: Value, ours: Value) -> bool:
    """Whether a value says no more than the one in force."""
    if name in ANY_CASE and isinstance(value, str) and isinstance(ours, str):
        return folding.nocase(value) == folding.nocase(ours)
    return value == ours


def answered(rows: Rows, leader: str, question: Asked, *, take: bool, dot: Dot) -> Rows:
    """The rows after a person answered a question about a field; not for balances, which the ledger answers.

    Taking writes what is offered over all that is there. Keeping writes what is in force over the other value of a
    conflict; an offer that is not taken is only settled.
    """
    whole = state.view(rows.values())
    name, keys = question.name, () if question.offer is None else (question.offer.key,)
    if take:
        keys = (*keys, *(offer.key for offer in whole.offers.get(name, ())))
        rows = writing.write(rows, leader, name, question.theirs, dot, over=writing.every)
    elif question.offer is None:
        kept = {question.ours, question.theirs}
        rows = writing.write(
            rows, leader, name, question.ours, dot,
            over=lambda row, field: frozenset(v for v in row.fields.get(field, ()) if v.value in kept),
        )  # fmt: skip
    return writing.settle(rows, leader, keys)


class Balance(NamedTuple):
    """What taking a balance does: points to enter, with the time at which they count, '' for now, and the reason.

    `reason` is the one that the list gave beside the balance, '' for none. `settles` are the offers that it answers.
    """

    points: int
    at: str
    reason: str
    settles: frozenset[str]


def taken_balance(row: Row, entries: Iterable[Entry], offer: Offer) -> Balance:
    """What taking an offered balance comes to.

    What a list says counts at the time at which it was saved, so that one that was saved later builds on it; lists
    that were saved before have nothing more to say.
    """
    points = exchange.difference(row, entries, offer)
    if offer.why is not Why.LIST:
        return Balance(points, "", "", kept_balance(row, offer))
    older = {o.key for o in row.offers.get(POINTS, ()) if o.why is Why.LIST and o.at < offer.at}
    if (opening := exchange.opening_offer(row)) is not None:  # it goes on counting
        older -= {opening.key}
    at = exchange.moment(offer.at) if offer.at else ""
    reason = next((str(o.value) for o in _beside(row, offer)), "")
    return Balance(points, at, reason, kept_balance(row, offer) | older)


def holder(rows: Rows, name: str, key: str) -> str:
    """The uid in whose row an offer stands, whoever else is the same person: of several the one that leads them."""
    holding = [uid for uid, row in rows.items() if any(offer.key == key for offer in row.offers.get(name, ()))]
    return people.leading(holding or rows)


def answer_name(rows: Rows, offer: Offer, is_there: Callable[[str], bool]) -> str:
    """What the entry is named by that taking a balance makes: the same at every till, whoever has the person there.

    Where the ledger has that one, what is asked anew is a line of its own, and that too the same everywhere.
    """
    of = f"answer:{offer.of or holder(rows, POINTS, offer.key)}:{offer.key}"
    return next(name for n in count() if not is_there(name := f"{of}:{n}" if n else of))


def kept_balance(row: Row, offer: Offer) -> frozenset[str]:
    """The offers that are answered once a balance is not taken: itself, and the reason that is held with it."""
    return frozenset({offer.key, *(o.key for o in _beside(row, offer) if o.why is not Why.LIST)})


def _beside(row: Row, offer: Offer) -> list[Offer]:
    """The reason that a list gave beside a balance."""
    return sorted(o for o in row.offers.get("reason", ()) if (o.at, o.source) == (offer.at, offer.source))

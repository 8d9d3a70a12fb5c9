"""What a person is asked about somebody: worked out of the state alone, and so the same in every book."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.merge import exchange, state, writing
from store.merge.state import POINTS, Offer, Row, Value, Why, mark
from store.merge.writing import QUIET, Dot, Rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from store.merge.exchange import Entry

CONFLICT = "conflict"


class Asked(NamedTuple):
    """A question about a field: `kind` is CONFLICT or a `Why`, `theirs` what is offered beside what is in force.

    `offer` is what it comes of, where it does.
    """

    id: str
    kind: str
    name: str
    ours: Value
    theirs: Value
    offer: Offer | None = None


def asked(uid: str, row: Row, entries: Iterable[Entry] = ()) -> Iterator[Asked]:
    """All questions about a person, by the leader's uid and the view of the rows; the ledger's are asked last."""
    for name in sorted({*row.fields, *row.offers} - {POINTS}):
        if name not in QUIET:
            yield from _of_field(uid, row, name)
    if POINTS in row.offers:
        lines = list(entries)
        ours = exchange.balance(row, lines)
        for offer in exchange.open_balances(row, lines):
            kind = "points" if offer.why is Why.LIST else str(offer.why)
            yield Asked(mark(uid, POINTS, offer.key), kind, POINTS, ours, offer.value, offer)


def _of_field(uid: str, row: Row, name: str) -> Iterator[Asked]:
    ours = state.in_force(row, name)
    others = {version.value for version in row.fields.get(name, ())} - {ours}
    for value in sorted(others, key=repr):
        yield Asked(mark(uid, name, CONFLICT, value), CONFLICT, name, ours, value)
    for offer in sorted(row.offers.get(name, ())):
        if offer.value != ours:
            yield Asked(mark(uid, name, offer.key), str(offer.why), name, ours, offer.value, offer)


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

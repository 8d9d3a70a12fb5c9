"""What of the book rests on lists that were saved after the one that is read: of two lists the earlier counts."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from store import rows
from store.fields import FIELDS
from store.merge import exchange, state
from store.merge.state import POINTS, Why
from store.workbook.cells import CLEARED
from store.workbook.customer_rows import AT
from store.workbook.reading import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from store.database import Book
    from store.merge.state import Row, Value
    from store.workbook.customer_rows import Values
    from store.workbook.match import Known

_AT = re.compile(rb'"l":\[(\d+)')
"""When the list was saved that made a customer, in a short form."""
_ALL = frozenset(field.name for field in FIELDS) - {"uid"}


def uids_resting(book: Book, told: Mapping[str, bytes | None], at: int) -> set[str]:
    """Those of the customers, given by uid with their short forms, of whom a list tells that was saved after `at`."""
    found = {uid for uid, short in told.items() if short is not None and _is_of_later(short, at)}
    for marks, part in rows.in_parts(uid for uid, short in told.items() if short == rows.WHOLE):
        for leader, text in book.rows(
            f"SELECT leader_uid, state FROM row_state WHERE leader_uid IN ({marks})",  # noqa: S608
            part,
        ):
            if leader not in found and _offers_later(text, at):
                found.add(leader)
    return found


def _is_of_later(short: bytes, at: int) -> bool:
    made = _AT.search(short)
    return made is not None and state.is_before(at, int(made[1]))


def _offers_later(text: str, at: int) -> bool:
    """Whether a state that is kept whole has an offer of a later list."""
    if f'"{Why.LIST}"' not in text:
        return False
    offers = (offer for some in json.loads(text)["o"].values() for offer in some)
    return any(why == Why.LIST and state.is_before(at, saved) for saved, _, _, why, *_ in offers)


def fields_resting(book: Book, people: Iterable[Known], at: int) -> dict[int, Mapping[str, Value]]:
    """For each of these customers, by id, what is in force only because a list says so that was saved after `at`.

    The balance that a list brought is among it. Whoever has not so much as an open offer of a later list is left out.
    """
    known = {person.uid: person for person in people}
    resting = uids_resting(book, {uid: person.told for uid, person in known.items()}, at)
    found: dict[int, Mapping[str, Value]] = {}
    whole: list[str] = []
    for uid in resting:
        short = known[uid].told
        if short is None or short == rows.WHOLE:
            whole.append(uid)
        else:
            found[known[uid].id] = _of_short(known[uid], json.loads(short))
    for person in rows.by_uid(book, whole).values():
        found[person.id] = _of_view(person.view, at)
    return found


def _of_short(person: Known, told: Mapping[str, Any]) -> dict[str, Value]:
    left = _ALL - told.get("d", {}).keys()
    values = {name: plain(person.values[AT[name]]) for name in left}
    return values | {POINTS: told.get("p")} | ({"stores": rows.stores_of(person.stores)} if "stores" in left else {})


def _of_view(view: Row, at: int) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, offers in view.offers.items():
        lists = [offer for offer in offers if offer.why is Why.LIST]
        counts = exchange.opening_offer(view) if name == POINTS else min(lists, key=state.offer_rank, default=None)
        if counts is not None and state.winner(view, name) is None and state.is_before(at, counts.at):
            found[name] = counts.value
    return found


def said_again(values: Values, resting: Mapping[str, Value]) -> dict[str, Value]:
    """Those of these values that a row says as well, be it by saying nothing: what it would make somebody of.

    A row that does not say otherwise makes an active customer, without points.
    """
    found = {name: value for name, value in resting.items() if name != POINTS and _says(values[AT[name]])}
    points = 0 if values[AT[POINTS]] is CLEARED else values[AT[POINTS]]
    silent = {"active": 1, "loyalty": int(bool(points))}
    found |= {name: value for name, value in silent.items() if values[AT[name]] is None and resting.get(name) == value}
    if not points and not resting.get(POINTS, 1):
        found[POINTS] = None
    return found


def _says(value: Any) -> bool:
    return value is not None and value is not CLEARED and value != ()

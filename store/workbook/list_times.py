"""What of the book rests on lists that were saved after the one that is read: of two lists the earlier counts."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from store import rows
from store.fields import FIELDS
from store.merge import codec, state
from store.merge.questions import ANY_CASE
from store.merge.state import ACTIVE, DEFAULTED, POINTS, Why
from store.workbook.cells import CLEARED
from store.workbook.customer_rows import AT
from store.workbook.reading import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from store.database import Book
    from store.merge.state import Offer, Row, Value
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


class Resting(NamedTuple):
    """What of a customer whom only lists speak of is in force by these alone: `values` by field.

    The balance that a list brought is among it. Of the fields in `later`, only a list says it that was saved after the
    one that is read; in `silent` are those of which none says anything. `is_news` says that anything is offered by a
    list that was saved after it; `reasons` are the offers of the reasons that such lists give.
    """

    values: Mapping[str, Value]
    later: Collection[str]
    silent: Collection[str]
    is_news: bool
    reasons: Collection[Offer]


def fields_resting(book: Book, said: Iterable[tuple[Values, Known]], at: int) -> dict[int, Resting]:
    """What rests on lists of those customers, by id, of whom rows with these values may say more than shows in them."""
    pairs = list(said)
    later = uids_resting(book, {known.uid: known.told for _, known in pairs}, at)
    found: dict[int, Resting] = {}
    whole: list[str] = []
    for values, known in pairs:
        short = known.told
        if short is None or short == rows.WHOLE:
            if known.uid in later or (short is not None and _may_say_more(values)):
                whole.append(known.uid)
        elif known.uid in later or (b'"l":' in short and _says_more(values, short)):
            found[known.id] = _of_short(known, json.loads(short), is_later=known.uid in later)
    for person in rows.by_uid(book, whole).values():
        found[person.id] = _of_view(person.view, at, is_later=person.uid in later)
    return found


def _says_more(values: Values, short: bytes) -> bool:
    """Whether a row says what a short form does not, though the customer looks so."""
    if _is_nought(values[AT[POINTS]]) and b'"p":' not in short:
        return True
    if b'"q":' in short and any(values[AT[name]] is not None for name in codec.QUIET):
        return True
    return CLEARED in values


def _may_say_more(values: Values) -> bool:
    return (
        _is_nought(values[AT[POINTS]]) or CLEARED in values or any(values[AT[name]] is not None for name in codec.QUIET)
    )


def _is_nought(points: Any) -> bool:
    return points is CLEARED or points == 0


def _of_short(person: Known, told: Mapping[str, Any], *, is_later: bool) -> Resting:
    left = _ALL - told.get("d", {}).keys()
    values: dict[str, Value] = {name: plain(person.values[AT[name]]) for name in left}
    values |= {POINTS: told.get("p")} | ({"stores": rows.stores_of(person.stores)} if "stores" in left else {})
    silent = {name for name, bit in codec.QUIET.items() if name in left and told.get("q", 0) & bit}
    reason = values.get("reason")
    reasons = [state.offered("reason", reason, *told["l"])] if reason and is_later else []
    return Resting(values, values if is_later else (), silent if "p" in told else {*silent, POINTS}, is_later, reasons)


def _of_view(view: Row, at: int, *, is_later: bool) -> Resting:
    values: dict[str, Value] = {}
    later: set[str] = set()
    silent: set[str] = set()
    for name in () if view.is_born else {*view.offers, *_ALL} - view.fields.keys():
        lists = [offer for offer in view.offers.get(name, ()) if offer.why is Why.LIST]
        counts = min(lists, key=state.offer_rank, default=None)
        values[name] = counts and counts.value
        if counts is not None and state.is_before(at, counts.at):
            later.add(name)
        if counts is not None and state.is_silent(name, counts):
            silent.add(name)
    said = [offer for offer in view.offers.get("reason", ()) if offer.why is Why.LIST and offer.value]
    reasons = [offer for offer in said if state.is_before(at, offer.at)]
    return Resting(values, later, silent, is_later, reasons)


def said_again(values: Values, resting: Resting) -> dict[str, Value]:
    """Those of these values that a row says as well, or says of what no list did, None for one that it clears.

    An e-mail and an ID number are said as the row has them. A reason counts with the balance that it stands beside.
    """
    found: dict[str, Value] = {}
    for name, old in resting.values.items():
        value = values[AT[name]]
        if name in {POINTS, "reason"} or value is None or value == ():
            continue
        if value is CLEARED:
            found[name] = 0 if name in DEFAULTED else None
        elif name in resting.silent or (name in resting.later and name in ANY_CASE):
            found[name] = plain(value)
        elif name in resting.later:
            found[name] = old
    if POINTS in resting.later and "reason" in resting.values and isinstance(values[AT["reason"]], str):
        found["reason"] = str(values[AT["reason"]])
    return found


def unsaid(values: Values, resting: Resting) -> dict[str, Value]:
    """What a row that says nothing of these fields would make of somebody: active, and without points.

    It counts where only later lists say anything.
    """
    points = 0 if values[AT[POINTS]] is CLEARED else values[AT[POINTS]]
    silent: dict[str, Value] = {ACTIVE: 1, "loyalty": int(bool(points)), POINTS: None}
    found = {name: value for name, value in silent.items() if name in resting.later and values[AT[name]] is None}
    if POINTS in resting.later and resting.values.get("reason") and not isinstance(values[AT["reason"]], str):
        found["reason"] = None
    return found


def balance_again(points: Any, resting: Resting) -> bool:
    """Whether a balance that the customer has anyway is said by an earlier list, or as the first."""
    return POINTS in resting.later or (_is_nought(points) and POINTS in resting.silent)

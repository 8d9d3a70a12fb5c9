"""A row's state as the book and a workbook's hidden sheet keep it: JSON, and next to nothing for what nobody edited.

The values in force stand elsewhere (in the customer's own columns, in the sheet's own cells): a *short* form says only
what they do not. Most rows have the shortest of all, None: a customer as a book made them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from store.merge.state import (
    ACTIVE,
    BIRTH,
    POINTS,
    Offer,
    Row,
    Value,
    Version,
    Why,
    born,
    is_blank,
    is_silent,
    offered,
    silent,
    winner,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_TEXT = 40_000
_MOST = 10**15
QUIET = {ACTIVE: 1, "loyalty": 2}
"""What stands in a short form, under 'q' and added up, for the fields of which the list says nothing."""


class StateError(ValueError):
    """What should be a row's state is none."""


def dumps(told: object) -> str:
    """JSON without spaces, letters as they are."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def short(uid: str, row: Row, values: Mapping[str, Value]) -> dict[str, Any] | None:
    """What is to be kept of a row beside its values in force. None for one as a book made it.

    A state that the values do not tell of (values that stand beside others, offers) is kept whole, under 'w'.
    """
    if row == born(uid, values):
        return None
    told: dict[str, Any] = {}
    seen = dict(row.seen)
    births = [origin for origin in seen if origin.startswith(BIRTH)]
    if births:
        told["b"] = births[0]
        del seen[births[0]]
    else:
        lists = {(offer.at, offer.source) for offers in row.offers.values() for offer in offers}
        told["l"] = list(max(lists)) if lists else [0, ""]
    if seen:
        told["s"] = seen
    written = {
        name: [version.at, version.origin, version.n]
        for name in row.fields
        if (version := winner(row, name)) is not None and not version.origin.startswith(BIRTH)
    }
    if written:
        told["d"] = written
    if row.gone:
        told["g"] = sorted(row.gone)
    if quiet := sum(bit for name, bit in QUIET.items() if any(is_silent(name, o) for o in row.offers.get(name, ()))):
        told["q"] = quiet
    balances = [offer.value for offer in row.offers.get(POINTS, ()) if offer.value is not None]
    if len(balances) == 1:
        told["p"] = balances[0]
    return told if long(uid, told, values) == row else {"w": whole(row)}


def long(uid: str, told: Mapping[str, Any] | None, values: Mapping[str, Value]) -> Row:
    """The row of a short form. Raises StateError."""
    if told is None:
        return born(uid, values)
    if "w" in told:
        return parsed(told["w"])
    try:
        return _long(uid, told, values)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise StateError(str(error)) from None


def _long(uid: str, told: Mapping[str, Any], values: Mapping[str, Value]) -> Row:
    written = {name: (_whole(at), _text(origin), _count(n)) for name, (at, origin, n) in told.get("d", {}).items()}
    seen = {_text(origin): _count(n) for origin, n in told.get("s", {}).items()}
    fields = {
        name: frozenset({Version(at, origin, _none_if_blank(values.get(name)), n)})
        for name, (at, origin, n) in written.items()
    }
    unwritten = {name: value for name, value in values.items() if name not in written and not is_blank(value)}
    offers: dict[str, frozenset[Offer]] = {}
    if birth := _text(told.get("b", "")):
        seen[birth] = 1
        fields |= {name: frozenset({Version(0, birth, value, 1)}) for name, value in unwritten.items()}
    else:
        at, source = told["l"]
        _whole(at), _text(source)
        offers = {name: frozenset({offered(name, value, at, source)}) for name, value in unwritten.items()}
        if quiet := _whole(told.get("q", 0)):
            names = [name for name, bit in QUIET.items() if quiet & bit and name in unwritten]
            offers |= {name: frozenset({silent(name, unwritten[name], at, source)}) for name in names}
        balance = _whole(told["p"]) if "p" in told else None
        offers[POINTS] = frozenset({offered(POINTS, balance, at, source, uid)})
    return Row(seen, fields, offers, frozenset(_text(key) for key in told.get("g", ())))


def whole(row: Row) -> dict[str, Any]:
    """A row with all that stands in it."""
    return {
        "s": dict(sorted(row.seen.items())),
        "f": {name: [[v.at, v.origin, v.value, v.n] for v in sorted(row.fields[name], key=repr)]
              for name in sorted(row.fields)},
        "o": {name: [told_of(offer) for offer in sorted(row.offers[name], key=repr)] for name in sorted(row.offers)},
        "g": sorted(row.gone),
    }  # fmt: skip


def told_of(offer: Offer) -> list[Any]:
    """An offer with all that stands in it."""
    told = [offer.at, offer.key, offer.value, offer.why, offer.base, offer.source]
    return [*told, offer.of] if offer.of else told


def parsed(told: Any) -> Row:
    """The row that `whole` told of. Raises StateError."""
    try:
        return Row(
            {_text(origin): _count(n) for origin, n in told["s"].items()},
            {
                _text(name): frozenset(Version(_whole(at), _text(origin), _value(value), _count(n))
                                       for at, origin, value, n in versions)
                for name, versions in told["f"].items()
            },
            {
                _text(name): frozenset(
                    Offer(_whole(at), _text(key), _value(value), Why(why), _value(base), _text(source), *map(_text, of))
                    for at, key, value, why, base, source, *of in offers
                )
                for name, offers in told["o"].items()
            },
            frozenset(_text(key) for key in told["g"]),
        )  # fmt: skip
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise StateError(str(error)) from None


def _none_if_blank(value: Value) -> Value:
    return None if is_blank(value) else value


def _value(told: Any) -> Value:
    if isinstance(told, list):
        return tuple(_text(name) for name in told)
    return told if told is None or (isinstance(told, int) and abs(told) <= _MOST) else _text(told)


def _text(told: Any) -> str:
    if not isinstance(told, str) or len(told) > _LONGEST_TEXT:
        raise StateError("no text")
    return told


def _whole(told: Any) -> int:
    if type(told) is not int or abs(told) > _MOST:
        raise StateError("no whole number")
    return told


def _count(told: Any) -> int:
    """The number of a write: every book begins with 1."""
    if _whole(told) < 1:
        raise StateError("no write")
    return int(told)

"""How a row's state is kept: as little as the values leave untold, and nothing that cannot be read again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from store.merge import codec, state, writing
from store.merge.codec import StateError
from store.merge.state import NOTHING, POINTS, Offer, Row, Version, Why
from store.merge.writing import Dot

UID = "11111111-0000-4000-8000-000000000001"
VALUES = {"first_name": "Ann", "notes": "tea", "stores": ("Airport",), "active": 1}
BORN = state.born(UID, VALUES)
LISTED = state.listed({"first_name": "Ann", POINTS: 80}, 7, "list.xlsx", UID)
WITHOUT_BALANCE = state.listed({"first_name": "Ann", POINTS: None}, 7, "list.xlsx", UID)


def edited() -> Row:
    rows = writing.write({UID: BORN}, UID, "notes", "milk", Dot("ab", 3, 50))
    return writing.write(rows, UID, "city", "Bonn", Dot("cd", 1, 60))[UID]


def conflict() -> Row:
    return state.join(edited(), writing.write({UID: BORN}, UID, "notes", "water", Dot("ef", 1, 55))[UID])


def held() -> Row:
    return writing.offer({UID: BORN}, UID, "notes", [Offer(5, "k", None, Why.BLANK, "tea", "a.xlsx")])[UID]


ROWS = {
    "born": BORN,
    "edited": edited(),
    "cleared": writing.write({UID: BORN}, UID, "notes", None, Dot("ab", 3, 50))[UID],
    "conflict": conflict(),
    "held": held(),
    "listed": LISTED,
    "listed without a balance": WITHOUT_BALANCE,
    "two lists": state.join(LISTED, state.listed({"first_name": "Anne", "notes": "tea"}, 9, "other.xlsx")),
    "a list and a book": state.join(LISTED, BORN),
    "a list, edited": writing.write({UID: LISTED}, UID, "first_name", "Anna", Dot("ab", 1, 9))[UID],
    "two births": state.join(BORN, state.born(UID, {**VALUES, "notes": "milk"})),
    "nothing": NOTHING,
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_read_again_as_it_was(name: str) -> None:
    row = ROWS[name]
    values = state.values(row)
    short = codec.short(UID, row, values)
    assert codec.long(UID, json.loads(codec.dumps(short)), values) == row
    assert codec.parsed(json.loads(codec.dumps(codec.whole(row)))) == row


def test_most_rows_need_nothing_and_an_edited_one_little() -> None:
    assert codec.short(UID, BORN, VALUES) is None
    assert set(codec.short(UID, edited(), state.values(edited())) or {}) == {"b", "s", "d", "g"}
    assert set(codec.short(UID, LISTED, state.values(LISTED)) or {}) == {"l", "p"}
    assert set(codec.short(UID, WITHOUT_BALANCE, state.values(WITHOUT_BALANCE)) or {}) == {"l"}
    assert set(codec.short(UID, conflict(), state.values(conflict())) or {}) == {"w"}


def test_equal_rows_are_kept_as_equal_texts() -> None:
    versions = [Version(1, "a", "x", 1), Version(1, "b", "y", 2), Version(1, "c", None, 1)]
    one, other = (Row({"b": 2, "a": 1}, {"notes": frozenset(order)}) for order in (versions, versions[::-1]))
    assert codec.dumps(codec.whole(one)) == codec.dumps(codec.whole(other))


@pytest.mark.parametrize(
    "told",
    [
        {}, {"b": 7}, {"l": []}, {"l": [1, 2]}, {"b": "b1", "s": {"a": "1"}}, {"b": "b1", "s": {"a": True}},
        {"b": "b1", "d": {"notes": [1, "a"]}}, {"b": "b1", "d": []}, {"b": "b1", "g": [7]}, {"l": [10**16, ""]},
        {"l": [1, ""], "p": "80"}, {"w": None}, {"w": {}}, {"w": {"s": {}, "f": {}, "o": {"notes": [[1]]}, "g": []}},
        {"w": {"s": {}, "f": {}, "o": {"notes": [[1, "k", "v", "why", None, ""]]}, "g": []}},
        {"w": {"s": {}, "f": {"notes": [[1, "a", 1.5, 1]]}, "o": {}, "g": []}},
        {"w": {"s": {}, "f": {"notes": [[1, "a", {}, 1]]}, "o": {}, "g": []}},
        {"b": "b1", "s": {"a": 0}}, {"b": "b1", "s": {"a": -1}}, {"b": "b1", "d": {"notes": [1, "a", 0]}},
        {"w": {"s": {"a": 0}, "f": {}, "o": {}, "g": []}},
        {"w": {"s": {}, "f": {"notes": [[1, "a", "x", 0]]}, "o": {}, "g": []}},
        {"w": {"s": {"a": -(10**16)}, "f": {}, "o": {}, "g": []}},
        {"w": {"s": {}, "f": {"notes": [[1, "a", "x" * 40_001, 1]]}, "o": {}, "g": []}},
    ],
)  # fmt: skip
def test_what_is_no_state_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(StateError):
        codec.long(UID, told, VALUES)

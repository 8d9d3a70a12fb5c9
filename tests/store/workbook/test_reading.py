"""What a visible row says otherwise than its base, and what of it is written, held or left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from store.fields import FIELDS
from store.merge import exchange, state
from store.merge.exchange import Entry
from store.merge.state import POINTS, Offer, Why
from store.workbook import reading
from store.workbook.cells import CLEARED, Fault
from store.workbook.customer_rows import AT, CustomerReader
from store.workbook.headers import Header
from store.workbook.reading import File, Said

if TYPE_CHECKING:
    from store.merge.writing import Rows

UID = "11111111-0000-4000-8000-000000000001"
OTHER = "22222222-0000-4000-8000-000000000002"
FILE = File("f1", 100, "till-1.xlsx")
ANN: dict[str, Any] = {
    "uid": UID, "first_name": "Ann", "last_name": "Lee", "email": "ann@example.com", "phone": "0044 20 7946 0018",
    "date_of_birth": "1985-03-07", "id_number": "00700123", "gate_code": "0042", "notes": "likes tea\nno milk",
    "stores": ("Airport", "Downtown"), "loyalty": 1, "points": 80, "reason": "007", "gift_card": "1234567890123456789",
    "zip_code": "00501", "country": "US", "active": 1,
}  # fmt: skip
SHOWN = {
    **ANN, "stores": "Airport; Downtown", "loyalty": "YES", "country": "United States", "active": "Active",
}  # fmt: skip
STORES = {name.casefold(): name for name in ("Airport", "Downtown")}
NAMES = tuple(field.name for field in FIELDS)


def base(**values: Any) -> list[Any]:
    told = ANN | values
    return [told.get(name) for name in NAMES]


def said(cells: dict[str, Any], *, columns: tuple[str, ...] = NAMES, **values: Any) -> Said:
    """What a row of these cells says, the others being as written."""
    there = {**SHOWN, **values, **cells}
    reader = CustomerReader(Header(1, {name: at for at, name in enumerate(columns)}, ()), STORES, lambda name: None)
    [row] = reader.values([[there.get(name) for name in columns]])
    return reading.said(row, base(**values), [AT[name] for name in columns])


def row() -> Rows:
    return {
        UID: state.born(UID, {name: value for name, value in ANN.items() if name not in {"uid", "points", "reason"}})
    }


def written(found: Said, rows: Rows | None = None, file: File = FILE) -> Rows:
    return reading.written(row() if rows is None else rows, UID, base(), found, file)


def test_a_row_as_it_was_written_says_nothing() -> None:
    assert said({}).says_nothing
    assert said({}).is_stranger is False
    assert written(said({})) == row()


@pytest.mark.parametrize(
    "cells",
    [
        {"phone": 442079460018.0}, {"phone": "4.42079E+11"}, {"phone": " 0044 20 7946 0018 "},
        {"id_number": 700123}, {"id_number": 700123.0}, {"gate_code": 42}, {"gift_card": 1234567890123450000},
        {"gift_card": 1.23456789012345e18}, {"zip_code": 501}, {"zip_code": "501.0"}, {"email": "ANN@Example.com "},
        {"date_of_birth": 31113}, {"date_of_birth": "1985-07-03"}, {"date_of_birth": "07-Mar-1985"},
        {"stores": "Downtown;Airport"}, {"first_name": " Ann\t"}, {"notes": "likes tea\r\nno milk  "},
        {"loyalty": True}, {"points": 80.0}, {"points": "80"}, {"reason": 7}, {"reason": " 007"}, {"active": "ACTIVE"},
        {"country": "us"},
    ],
    ids=repr,
)  # fmt: skip
def test_what_a_spreadsheet_does_is_no_edit(cells: dict[str, Any]) -> None:
    assert said(cells).says_nothing


@pytest.mark.parametrize(
    ("cells", "edits"),
    [
        ({"phone": "030 12345"}, {"phone": "030 12345"}),
        ({"gate_code": 43}, {"gate_code": "43"}),
        ({"date_of_birth": "1985-03-08"}, {"date_of_birth": "1985-03-08"}),
        ({"stores": "Airport"}, {"stores": ("Airport",)}),
        ({"loyalty": "NO", "active": "Inactive"}, {"loyalty": 0, "active": 0}),
        ({"notes": "<clear>", "city": "Bonn"}, {"notes": None, "city": "Bonn"}),
        ({"email": "ann@example.org"}, {"email": "ann@example.org"}),
    ],
)
def test_a_changed_cell_is_an_edit(cells: dict[str, Any], edits: dict[str, Any]) -> None:
    found = said(cells)
    assert found.edits == edits
    assert not found.is_stranger
    after = written(found)[UID]
    assert {name: state.in_force(after, name) for name in edits} == edits
    assert all(type(value) in {str, int, tuple, type(None)} for value in found.edits.values())


def test_a_blank_over_a_value_is_held_and_clear_empties() -> None:
    found = said({"notes": None, "phone": "  "})
    assert (found.edits, sorted(found.blanks)) == ({}, ["notes", "phone"])
    after = written(found)[UID]
    assert state.values(after) == state.values(row()[UID])
    [held] = after.offers["notes"]
    assert (held.value, held.why, held.base, held.source, held.at) == (None, Why.BLANK, ANN["notes"], FILE.name, 100)
    assert said({"city": "<clear>", "loyalty": "<clear>", "points": "<clear>"}, loyalty=0, points=0).says_nothing


@pytest.mark.parametrize("name", ["first_name", "last_name", "email"])
@pytest.mark.parametrize("cell", [None, "<clear>"])
def test_what_nobody_can_be_without_stays(name: str, cell: str | None) -> None:
    found = said({name: cell, "city": "Bonn"})
    assert [at for at, _ in found.faults] == [name]
    assert found.edits == {"city": "Bonn"}
    assert found.blanks == []


def test_a_blank_status_says_nothing_of_who_is_active_and_makes_nobody_active_again() -> None:
    assert said({"active": None}).says_nothing
    blank = said({"active": None}, active=0)
    assert [(name, fault.message) for name, fault in blank.faults] == [("active", reading.KEPT)]
    assert blank.blanks == []


def test_a_toggle_that_is_off_is_as_good_as_blank() -> None:
    assert said({"loyalty": None}, loyalty=0).says_nothing
    assert said({"loyalty": None}).blanks == ["loyalty"]


def test_a_faulty_cell_says_nothing_and_the_rest_of_the_row_is_taken() -> None:
    found = said({"phone": "call me", "email": "nobody", "city": "Bonn"})
    assert sorted(name for name, _ in found.faults) == ["email", "phone"]
    assert found.edits == {"city": "Bonn"}
    assert not found.is_stranger


def test_what_the_book_itself_wrote_is_no_fault() -> None:
    """Tills that spent the same points twice have a balance below nought."""
    assert said({"points": -10}, points=-10).says_nothing
    assert said({"points": "-10"}, points=-10).says_nothing
    assert [name for name, _ in said({"points": -20}, points=-10).faults] == ["points"]
    assert said({"phone": 123.0}, phone="00 1 23").says_nothing


def test_a_column_that_was_deleted_says_nothing() -> None:
    found = said({"notes": "no tea"}, columns=("uid", "first_name", "notes"))
    assert (found.edits, found.blanks, found.faults, found.points) == ({"notes": "no tea"}, [], [], None)


@pytest.mark.parametrize(
    ("cells", "points", "reason"),
    [
        ({"points": 105}, 105, ""),
        ({"points": 105, "reason": "Goodwill"}, 105, "Goodwill"),
        ({"reason": "Goodwill"}, None, "Goodwill"),
        ({"points": "<clear>"}, 0, ""),
        ({"points": None, "reason": None}, None, ""),
        ({"points": "many"}, None, ""),
        ({"reason": "<clear>"}, None, ""),
    ],
)
def test_a_balance_and_a_reason_are_the_ledgers(cells: dict[str, Any], points: int | None, reason: str) -> None:
    found = said(cells)
    assert (found.points, found.reason) == (points, reason)
    assert written(found) == row()


STRANGE = {"first_name": "Bob", "last_name": "Ray", "email": "bob@example.org", "phone": "030 12345", "id_number": "B8"}


def test_a_row_that_has_become_somebody_elses_is_held_whole() -> None:
    found = said({**STRANGE, "points": 5, "notes": None, "city": "Bonn"})
    assert found.is_stranger
    after = written(found)[UID]
    assert state.values(after) == state.values(row()[UID])
    held = {name: offer for name, offers in after.offers.items() for offer in offers}
    assert {name: offer.value for name, offer in held.items()} == {**STRANGE, "city": "Bonn", "notes": None, POINTS: 5}
    assert {offer.why for offer in held.values()} == {Why.PERSON}
    assert (held[POINTS].base, held["city"].base) == (80, None)


@pytest.mark.parametrize("name", sorted(STRANGE))
def test_a_row_of_which_something_still_says_who_it_is_is_edited(name: str) -> None:
    assert not said({**STRANGE, name: SHOWN[name]}).is_stranger


def test_a_blank_or_a_fault_is_no_likeness_and_no_other_person_either() -> None:
    assert said({**STRANGE, "phone": None, "id_number": "no!"}).is_stranger
    assert not said(dict.fromkeys(STRANGE)).is_stranger
    assert said({**STRANGE, "id_number": "<clear>"}, id_number=None).is_stranger
    assert not said({"email": "b@example.org"}, columns=("uid", "email", "city")).is_stranger
    damaged = {"phone": 442079460018.0}
    assert not said({**STRANGE, **damaged}).is_stranger


def test_too_many_strangers_are_a_sheet_that_was_sorted_apart() -> None:
    assert [reading.too_many_strangers(strangers, 10) for strangers in (3, 4)] == [False, True]
    assert [reading.too_many_strangers(strangers, 1000) for strangers in (20, 21)] == [False, True]


def test_an_edit_is_the_same_however_often_the_file_is_read_and_another_in_another_copy() -> None:
    found = said({"notes": "milk"})
    once = written(found)[UID]
    assert written(said({"notes": "milk"}), file=File("f1", 100, "renamed.xlsx"))[UID] == once
    other = written(said({"notes": "water"}))[UID]
    both = state.join(once, other)
    assert {version.value for version in both.fields["notes"]} == {"milk", "water"}
    later = written(found, file=File("f2", 200, "till-1.xlsx"))[UID]
    assert len(state.join(once, later).fields["notes"]) == 2


def test_an_edit_supersedes_what_the_row_showed_in_whichever_uids_row_it_is() -> None:
    rows = row() | {OTHER: state.born(OTHER, {"notes": ANN["notes"], "city": "Bonn"})}
    after = written(said({"notes": "milk"}), rows)
    assert [version.value for version in after[UID].fields["notes"]] == ["milk"]
    assert "notes" not in after[OTHER].fields


def test_the_same_cell_is_held_once() -> None:
    found = said({"notes": None})
    once = written(found)
    again = written(found, file=File("f1", 100, "renamed.xlsx"))
    assert len(state.join(once[UID], again[UID]).offers["notes"]) == 1
    assert isinstance(next(iter(once[UID].offers["notes"])), Offer)


def test_of_two_saves_of_one_cell_the_later_is_in_force_whatever_it_says() -> None:
    for first, second in (("milk", "water"), ("water", "milk")):
        one = written(said({"notes": first}), file=replace(FILE, saved=300))[UID]
        other = written(said({"notes": second}), file=replace(FILE, saved=400))[UID]
        both = state.join(one, other)
        assert state.in_force(both, "notes") == second
        assert {version.value for version in both.fields["notes"]} == {"milk", "water"}, "the first is asked about"


def test_a_file_that_does_not_say_when_it_was_saved_was_when_it_was_made() -> None:
    assert (FILE.edited, replace(FILE, saved=300).edited) == (100, 300)


def test_an_adjustment_is_the_same_one_wherever_and_however_often_the_file_is_read() -> None:
    once = reading.adjustment(FILE, UID, 20, "Goodwill")
    assert once == Entry("1970-01-01T00:01:40Z", once.uid, UID, 20, "Goodwill", "", "till-1.xlsx")
    again = [
        reading.adjustment(replace(FILE, name="renamed.xlsx"), UID, 20, "Goodwill"),
        reading.adjustment(FILE, UID, 40, "Birthday"),
        reading.adjustment(replace(FILE, saved=300), UID, 0, "Birthday"),
    ]
    assert {entry.uid for entry in again} == {once.uid}
    others = [reading.adjustment(replace(FILE, id="f2"), UID, 20, ""), reading.adjustment(FILE, OTHER, 20, "")]
    assert len({entry.uid for entry in [*others, once]}) == 3
    assert once.uid[14] == "5"
    assert once.uid[19] in "89ab"


def test_of_two_saves_of_one_balance_the_later_counts() -> None:
    first, second = (
        reading.adjustment(replace(FILE, saved=at), UID, points, "") for at, points in ((300, 40), (400, 20))
    )
    assert exchange.larger_entry(first, second) == exchange.larger_entry(second, first) == second


def test_a_value_is_plain_text_whatever_its_cell_had_been() -> None:
    assert [reading.plain(value) for value in (CLEARED, Fault("x", "no"), None, 7, ("a",))] == [
        None,
        None,
        None,
        7,
        ("a",),
    ]

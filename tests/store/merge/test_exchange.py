"""States of books: joined, and looked at."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from store.merge import exchange, people, state
from store.merge.exchange import Entry, State
from store.merge.people import FOUND, Groups, Verdict
from store.merge.state import NOTHING, POINTS, Row

ONE, TWO, THREE = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "123")
LATER = 1_769_904_000
"""A time after the entries: 2026-02-01."""
ANN = {"first_name": "Ann", "last_name": "Lee", "email": "ann@example.com"}


def made(uid: str, **values: Any) -> State:
    return State({uid: state.born(uid, values)})


def listed(uid: str, *, at: int = 5, **values: Any) -> State:
    return State({uid: state.listed(values, at)})


def entry(uid: str, points: int, *, customer: str = ONE, at: str = "2026-01-01T00:00:00Z", reason: str = "") -> Entry:
    return Entry(at, uid, customer, points, reason)


def in_all_orders(*states: State) -> State:
    found = []
    for order in permutations(states):
        joined = State()
        for one in (*order, order[0]):
            joined = exchange.join(joined, one)
        found.append(joined)
    assert all(one == found[0] for one in found)
    return found[0]


def groups(of: State) -> list[list[str]]:
    return sorted(list(person.uids) for person in exchange.persons(of))


def test_all_that_either_has_is_in_both() -> None:
    one, other = made(ONE, **ANN), made(TWO, first_name="Bob")
    one.entries["e1"], other.entries["e2"] = entry("e1", 5), entry("e2", 7, customer=TWO)
    both = in_all_orders(one, other)
    assert groups(both) == [[ONE], [TWO]]
    assert sorted(both.entries) == ["e1", "e2"]
    assert one.rows.keys() == {ONE}


def test_of_one_entry_with_two_contents_all_books_keep_the_larger() -> None:
    contents = [State(entries={"e": told}) for told in (entry("e", 5), entry("e", 50), entry("e", 20))]
    assert in_all_orders(*contents).entries == {"e": entry("e", 50)}


def test_who_is_certainly_one_person_is_found_in_every_order() -> None:
    both = in_all_orders(made(ONE, **ANN), made(TWO, **ANN), made(THREE, email="ann@example.com"))
    assert groups(both) == [[ONE, TWO], [THREE]]
    assert both.pairs == {(ONE, TWO): Verdict(0, FOUND, True)}


def test_two_that_somebody_told_apart_are_not_found_again() -> None:
    told_apart = State(pairs={(ONE, TWO): Verdict(1, FOUND, False)})
    both = in_all_orders(made(ONE, **ANN), made(TWO, **ANN), told_apart)
    assert groups(both) == [[ONE], [TWO]]


def test_every_pair_is_noted_so_that_a_later_verdict_takes_only_its_own_away() -> None:
    """One is still the same as two who are told apart, and is put to the first of them."""
    alike = [made(uid, **ANN) for uid in (ONE, TWO, THREE)]
    apart = State(pairs={(ONE, THREE): Verdict(9, "a", False)})
    both = in_all_orders(*alike, apart)
    assert groups(both) == [[ONE, TWO], [THREE]]
    assert {pair for pair, verdict in both.pairs.items() if verdict.same} == {(ONE, TWO), (TWO, THREE)}
    both = in_all_orders(*alike, State(pairs={(ONE, TWO): Verdict(9, "a", False)}))
    assert {pair for pair, verdict in both.pairs.items() if verdict.same} == {(ONE, THREE), (TWO, THREE)}


def test_what_agreed_only_in_a_state_that_is_superseded_is_found_by_who_saw_it_and_told_the_others() -> None:
    """The known limit: until the next exchange two books may differ in whom they take for one person."""
    old = made(ONE, **ANN)
    row = old.rows[ONE]
    new = State(
        {ONE: Row({**row.seen, "a": 1}, {**row.fields, "email": frozenset({state.Version(9, "a", "x@y.de", 1)})})}
    )
    other = made(TWO, **ANN)
    saw = exchange.join(exchange.join(old, other), new)
    saw_not = exchange.join(exchange.join(old, new), other)
    assert (groups(saw), groups(saw_not)) == ([[ONE, TWO]], [[ONE], [TWO]])
    assert exchange.join(saw, saw_not) == exchange.join(saw_not, saw) == saw


def test_who_is_erased_stays_erased() -> None:
    one = made(ONE, **ANN)
    one.entries["e"] = entry("e", 5)
    erased = exchange.erase(one, [ONE], 70)
    assert erased.rows == {}
    assert erased.entries == one.entries
    both = in_all_orders(one, erased, listed(ONE, email="ann@example.com"), State(erased={ONE: 60}))
    assert both.rows == {}
    assert both.erased == {ONE: 60}


def test_a_person_of_several_uids_is_shown_once_under_the_leaders() -> None:
    both = exchange.join(made(TWO, **ANN, city="Bonn"), made(ONE, **ANN, phone="030 12345"))
    [person] = exchange.persons(both)
    assert person.uids == (ONE, TWO)
    assert state.values(person.row) == ANN | {"city": "Bonn", "phone": "030 12345"}
    assert list(exchange.persons(State({ONE: NOTHING}))) == []


def test_a_lists_balance_counts_for_somebody_whom_no_book_made() -> None:
    row = listed(ONE, points=80).rows[ONE]
    lines = [entry("e", 5)]
    assert (exchange.opening(row), exchange.balance(row, lines)) == (80, 85)
    made_too = state.join(row, state.born(ONE, ANN))
    assert (exchange.opening(made_too), exchange.balance(made_too, lines)) == (0, 5)
    assert exchange.opening(NOTHING) == 0


def test_a_list_that_says_a_balance_of_the_past_is_old() -> None:
    row = state.join(state.born(ONE, ANN), listed(ONE, points=80).rows[ONE])
    lines = [entry("b", 20, at="2026-01-02"), entry("a", 60, at="2026-01-01"), entry("c", 5, at="2026-01-03")]
    assert exchange.balances(row, lines) == {60, 80, 85}
    assert exchange.open_balances(row, [lines[0], lines[1]]) == []
    assert exchange.open_balances(row, lines) == []
    assert [offer.value for offer in exchange.open_balances(row, [lines[0]])] == [80]


def test_a_list_that_says_nought_is_asked_about_unless_that_is_or_was_the_balance() -> None:
    row = state.join(state.born(ONE, ANN), listed(ONE, points=0, at=LATER).rows[ONE])
    assert exchange.open_balances(row, []) == []
    assert [offer.value for offer in exchange.open_balances(row, [entry("a", 60)])] == [0]
    assert exchange.open_balances(row, [entry("a", 60), entry("b", -60)]) == []
    assert exchange.open_balances(row, [entry("a", 60, at="2026-03-01T00:00:00Z")]) == [], "they had nothing then"


def test_a_lists_balance_is_that_of_when_it_was_saved_and_what_came_after_stays() -> None:
    row = state.join(state.born(ONE, ANN), listed(ONE, points=100, at=LATER).rows[ONE])
    before, after = entry("a", 80), entry("b", 5, at="2026-03-01T00:00:00Z")
    [offer] = exchange.open_balances(row, [before, after])
    assert exchange.balance_at(row, [before, after], LATER) == 80
    assert exchange.difference(row, [before, after], offer) == 20
    same_second = entry("c", 7, at=exchange.moment(LATER))
    assert exchange.difference(row, [before, same_second], offer) == 13


def test_who_had_points_of_a_list_and_spent_some_has_the_rest_once_they_are_somebody_that_a_book_made() -> None:
    row = state.join(state.born(ONE, ANN), listed(ONE, points=100, at=LATER).rows[ONE])
    lines = [entry("had", 10), entry("spent", -30, at="2026-03-01T00:00:00Z")]
    [offer] = exchange.open_balances(row, lines)
    assert exchange.balance(row, lines) + exchange.difference(row, lines, offer) == 70


def test_a_list_that_does_not_say_when_it_was_saved_says_what_there_is_now() -> None:
    row = state.join(state.born(ONE, ANN), listed(ONE, points=100, at=0).rows[ONE])
    lines = [entry("a", 80), entry("b", 5, at="2026-03-01T00:00:00Z")]
    [offer] = exchange.open_balances(row, lines)
    assert exchange.difference(row, lines, offer) == 15


def test_a_held_balance_is_the_difference_from_what_its_editor_saw() -> None:
    held = state.Offer(LATER, "k", 60, state.Why.PERSON, 20)
    assert exchange.difference(Row(offers={POINTS: frozenset({held})}), [entry("a", 500)], held) == 40


def test_what_a_list_brought_somebody_with_is_never_asked_about() -> None:
    """Nought too: an answer would settle it, and the balance of another list would count in its place."""
    row = state.join(listed(ONE, points=0).rows[ONE], listed(ONE, points=100, at=9).rows[ONE])
    assert exchange.opening(row) == 0
    assert [offer.value for offer in exchange.open_balances(row, [entry("a", -10)])] == [100]
    assert exchange.open_balances(listed(ONE, points=0, at=LATER).rows[ONE], [entry("a", -10)]) == []


def test_a_held_balance_is_always_asked_about() -> None:
    held = state.Offer(5, "k", 60, state.Why.PERSON, 20)
    row = Row(offers={POINTS: frozenset({held})})
    assert exchange.open_balances(row, [entry("a", 60)]) == [held]


def test_a_person_may_hang_together_by_somebody_erased() -> None:
    pairs = {(ONE, TWO): Verdict(0, FOUND, True), (TWO, THREE): Verdict(0, FOUND, True)}
    of = State({ONE: state.born(ONE, ANN), THREE: state.born(THREE, ANN)}, {}, dict(pairs), {TWO: 5})
    assert groups(exchange.join(of, State())) == [[ONE, THREE]]
    of.pairs |= people.apart(of.pairs, THREE, 9, "a")
    assert groups(exchange.join(of, State())) == [[ONE], [THREE]]
    assert Groups.of(of.pairs).top(THREE) == THREE

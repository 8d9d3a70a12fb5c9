"""A row's state: what survives a join, what is in force, and what an offer is worth."""

from __future__ import annotations

from itertools import permutations

import pytest

from store.merge import state, writing
from store.merge.state import NOTHING, POINTS, Offer, Row, Version, Why

UID = "6d7e1c7e-0000-4000-8000-000000000001"
TEA, MILK = "tea", "milk"


def row(*versions: Version, name: str = "notes", **more: object) -> Row:
    """A row with these values of one field, all of them seen."""
    seen: dict[str, int] = {}
    for version in versions:
        seen[version.origin] = max(version.n, seen.get(version.origin, 0))
    return Row(**{"seen": seen, "fields": {name: frozenset(versions)} if versions else {}, **more})  # type: ignore[arg-type]


def offer(value: state.Value, *, at: int = 5, name: str = "notes", source: str = "list.xlsx") -> Offer:
    return state.offered(name, value, at, source)


def with_offers(*offers: Offer, name: str = "notes", **more: object) -> Row:
    return Row(offers={name: frozenset(offers)}, **more)  # type: ignore[arg-type]


def in_all_orders(*rows: Row) -> Row:
    """What rows come to, which must be the same in whatever order they are joined, with repeats."""
    found = []
    for order in permutations(rows):
        joined = NOTHING
        for one in (*order, *order[:2]):
            joined = state.join(joined, one)
        found.append(joined)
    assert all(one == found[0] for one in found)
    return found[0]


@pytest.mark.parametrize("more", ["", "answered", "written", "earlier", "twice"])
@pytest.mark.parametrize(("name", "usual"), [(POINTS, 0), ("active", 1), ("loyalty", 0)])
def test_what_a_list_says_by_its_silence_joins_in_any_order(name: str, usual: int, more: str) -> None:
    quiet = state.silent(name, None if name == POINTS else usual, 5, "quiet.xlsx")
    in_words = offer(usual, at=7, name=name)
    others = {
        "answered": Row(gone=frozenset({in_words.key})),
        "written": row(Version(1, "a", usual, 1), name=name),
        "earlier": with_offers(offer(1 - usual, at=4, name=name), name=name),
        "twice": with_offers(quiet._replace(at=3, source="first.xlsx"), name=name),
    }
    told = [with_offers(quiet, name=name), with_offers(in_words, name=name), *([others[more]] if more else ())]
    both = in_all_orders(*told)
    left = {(one.at, one.value) for one in both.offers.get(name, ())}
    if more in {"", "twice"}:
        assert left == {(3 if more else 5, usual)}, "said in words, and from the earlier time on"
    if more == "answered":
        assert left == set()
    if more == "earlier":
        assert (state.in_force(both, name), left) == (1 - usual, {(4, 1 - usual), (5, usual)})


def test_concurrent_values_all_stay() -> None:
    both = in_all_orders(row(Version(1, "a", TEA, 1)), row(Version(2, "b", MILK, 1)))
    assert {version.value for version in both.fields["notes"]} == {TEA, MILK}
    assert both.seen == {"a": 1, "b": 1}


def test_a_value_that_the_other_side_has_seen_and_dropped_is_gone() -> None:
    old = row(Version(1, "a", TEA, 1))
    new = Row({"a": 1, "b": 1}, {"notes": frozenset({Version(2, "b", MILK, 1)})})
    assert in_all_orders(old, new) == new


def test_a_value_that_the_other_side_has_not_seen_stays_beside_a_later_one() -> None:
    first, second = row(Version(1, "a", TEA, 1)), row(Version(3, "a", MILK, 2), name="city")
    both = in_all_orders(first, second)
    assert state.in_force(both, "city") == MILK
    assert both.seen == {"a": 2}


def test_a_field_that_nobody_has_any_more_has_no_entry() -> None:
    cleared = Row({"a": 1, "b": 1}, {})
    assert in_all_orders(row(Version(1, "a", TEA, 1)), cleared) == cleared


def test_of_one_dot_with_two_contents_all_books_keep_the_larger() -> None:
    both = in_all_orders(row(Version(1, "a", TEA, 1)), row(Version(1, "a", MILK, 1)), row(Version(1, "a", "juice", 1)))
    assert [version.value for version in both.fields["notes"]] == [TEA]


def test_the_latest_is_in_force_then_the_greater_origin_then_the_greater_value() -> None:
    late, early = Version(9, "a", TEA, 1), Version(2, "z", MILK, 1)
    assert state.in_force(row(late, early), "notes") == TEA
    assert state.in_force(row(Version(2, "y", TEA, 1), early), "notes") == MILK
    assert state.in_force(row(Version(2, "z", "a", 2), Version(2, "z", "b", 3)), "notes") == "b"
    assert state.winner(NOTHING, "notes") is None


@pytest.mark.parametrize("inactive", [0, None])
def test_inactive_beats_active_however_late(inactive: int | None) -> None:
    both = row(Version(1, "a", inactive, 1), Version(99, "b", 1, 1), name="active")
    assert state.in_force(both, "active") == inactive


def test_what_a_list_offers_is_in_force_only_where_nobody_wrote() -> None:
    assert state.in_force(with_offers(offer(MILK, at=6)), "notes") == MILK
    assert state.in_force(state.join(with_offers(offer(MILK)), row(Version(1, "a", TEA, 1))), "notes") == TEA
    assert state.in_force(state.join(with_offers(offer(MILK)), row(Version(1, "a", None, 1))), "notes") is None


def test_what_the_earliest_list_says_is_in_force_until_somebody_answers() -> None:
    both = in_all_orders(with_offers(offer(TEA, at=5)), with_offers(offer(MILK, at=6)))
    assert state.in_force(both, "notes") == TEA
    again = in_all_orders(both, with_offers(offer(TEA, at=7, source="sent anew")))
    assert state.in_force(again, "notes") == TEA


@pytest.mark.parametrize("other", [TEA, MILK])
def test_a_list_of_no_known_time_comes_after_all_others(other: str) -> None:
    both = in_all_orders(with_offers(offer(TEA, at=0)), with_offers(offer(MILK, at=0)), with_offers(offer("rum", at=9)))
    assert state.in_force(both, "notes") == "rum"
    known = in_all_orders(with_offers(offer(other, at=0)), with_offers(offer(other, at=9)))
    assert known.offers["notes"] == {offer(other, at=9)}


@pytest.mark.parametrize("why", [Why.BLANK, Why.PERSON])
def test_what_is_held_is_never_in_force(why: Why) -> None:
    held = with_offers(Offer(5, "k", TEA, why))
    assert state.in_force(held, "notes") is None


def test_a_row_that_lost_all_it_had_is_somebody_still() -> None:
    """Points may have been entered for it: it stays a part of the person who has its values now."""
    assert NOTHING.is_empty
    assert not with_offers(offer(TEA)).is_empty
    assert not Row({"a": 1}).is_empty
    assert not Row(gone=frozenset({offer(TEA).key})).is_empty


def test_the_same_value_of_another_list_is_the_same_offer_and_the_earlier_stays() -> None:
    both = in_all_orders(with_offers(offer(TEA, at=5, source="a")), with_offers(offer(TEA, at=7, source="b")))
    assert both.offers["notes"] == {offer(TEA, at=5, source="a")}


def test_a_cell_that_two_copies_of_a_file_hold_for_two_reasons_is_one_offer_in_every_book() -> None:
    both = in_all_orders(*(with_offers(Offer(5, "k", None, why, TEA)) for why in (Why.BLANK, Why.PERSON)))
    assert len(both.offers["notes"]) == 1


def test_an_offer_that_says_what_is_written_or_that_is_settled_goes() -> None:
    assert not in_all_orders(with_offers(offer(TEA)), row(Version(1, "a", TEA, 1))).offers
    assert not in_all_orders(with_offers(offer(TEA)), Row(gone=frozenset({offer(TEA).key}))).offers
    held = Offer(5, "k", TEA, Why.BLANK)
    assert in_all_orders(with_offers(held), row(Version(1, "a", TEA, 1))).offers == {"notes": {held}}


def test_two_books_that_make_the_same_customer_of_the_same_values_make_the_same_row() -> None:
    values = {"first_name": "Ann", "notes": TEA, "stores": ("Airport",), "reason": "Welcome", "city": "", "phone": None}
    one = state.born(UID, values)
    assert one == state.born(UID, {**values})
    assert set(one.fields) == {"first_name", "notes", "stores", "reason"}
    assert one.is_born
    renamed = state.born(UID, {**values, "stores": ("Airport 2",)})
    assert renamed.seen == one.seen
    assert state.born(UID, {**values, "notes": MILK}).seen != one.seen
    assert state.born(UID[:-1] + "2", values).seen != one.seen


def test_a_list_makes_offers_and_no_customer_of_a_book() -> None:
    listed = state.listed({"first_name": "Ann", "notes": "", POINTS: 80}, 7, "list.xlsx")
    assert set(listed.offers) == {"first_name", POINTS}
    assert not listed.is_born
    assert state.values(listed) == {"first_name": "Ann"}
    assert state.in_force(listed, POINTS) == 80


def test_zero_is_no_blank() -> None:
    assert [state.is_blank(value) for value in (None, "", (), 0, "0", ("a",))] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def test_several_rows_are_seen_as_one() -> None:
    one = row(Version(1, "a", TEA, 1), gone=frozenset({offer("juice").key}))
    other = state.join(row(Version(2, "b", MILK, 1)), with_offers(offer("juice"), offer("water")))
    whole = state.view([one, other])
    assert {version.value for version in whole.fields["notes"]} == {TEA, MILK}
    assert whole.seen == {"a": 1, "b": 1}
    assert {one.value for one in whole.offers["notes"]} == {"water"}
    assert state.view([one]) is one
    assert state.view([other, one]) == whole


def test_a_value_may_be_no_text_at_all() -> None:
    """Halves of characters come from damaged files, and have a name all the same."""
    assert len(state.mark("\ud800", ("a",), 0, None)) == 16


def test_no_books_own_id_looks_like_a_birth_or_an_edit() -> None:
    for digit in "0123456789abcdef":
        written = writing.write({"u": state.NOTHING}, "u", "city", "Oslo", writing.Dot(digit * 32, 1, 5))["u"]
        assert not written.is_born
        assert not digit.startswith((state.BIRTH, state.EDIT))

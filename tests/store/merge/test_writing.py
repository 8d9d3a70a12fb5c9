"""Writing: a new value supersedes what its writer saw, wherever it stands, and nothing else."""

from __future__ import annotations

from store.merge import state, writing
from store.merge.state import LAST_TIME, NOTHING, Offer, Row, Version, Why
from store.merge.writing import Dot, Rows

ONE, TWO = "11111111-0000-4000-8000-000000000001", "22222222-0000-4000-8000-000000000002"
TEA, MILK, WATER = "tea", "milk", "water"


def born(uid: str = ONE, **values: state.Value) -> Rows:
    return {uid: state.born(uid, values)}


def write(rows: Rows, value: state.Value, dot: Dot, *, name: str = "notes", leader: str = ONE) -> Rows:
    return writing.write(rows, leader, name, value, dot)


def values_of(row: Row, name: str = "notes") -> set[state.Value]:
    return {version.value for version in row.fields.get(name, ())}


def test_a_new_value_supersedes_the_old_one_in_every_book() -> None:
    before = born(notes=TEA)
    after = write(before, MILK, Dot("a", 1, 10))[ONE]
    assert values_of(after) == {MILK}
    assert state.join(before[ONE], after) == after == state.join(after, before[ONE])


def test_only_what_was_on_the_screen_is_superseded() -> None:
    apart = [
        write(born(notes=TEA), value, Dot(name, 1, at))[ONE] for name, value, at in (("a", MILK, 5), ("b", WATER, 9))
    ]
    both = {ONE: state.join(*apart)}
    assert state.in_force(both[ONE], "notes") == WATER
    assert values_of(write(both, "juice", Dot("c", 1, 20))[ONE]) == {MILK, "juice"}


def test_the_same_value_of_two_writers_is_superseded_as_one() -> None:
    both = state.join(*(write(born(notes=TEA), MILK, Dot(name, 1, 5))[ONE] for name in "ab"))
    assert values_of(write({ONE: both}, WATER, Dot("c", 1, 9))[ONE]) == {WATER}


def test_a_wrong_clock_does_not_keep_a_new_value_from_being_in_force() -> None:
    ahead = write(born(notes=TEA), MILK, Dot("a", 1, 10**9))
    after = write(ahead, WATER, Dot("b", 1, 3))[ONE]
    assert state.in_force(after, "notes") == WATER
    assert state.winner(after, "notes") == Version(10**9 + 1, "b", WATER, 1)
    assert min(version.at for version in write(born(), TEA, Dot("b", 1, -7))[ONE].fields["notes"]) == 0


def test_all_reasons_are_superseded_for_they_are_no_question() -> None:
    both = state.join(*(write(born(), value, Dot(value, 1, 5), name="reason")[ONE] for value in (TEA, MILK)))
    assert values_of(write({ONE: both}, WATER, Dot("c", 1, 9), name="reason")[ONE], "reason") == {WATER}


def test_the_leaders_row_takes_the_value_and_the_others_lose_what_was_seen() -> None:
    rows = born(notes=TEA) | born(TWO, notes=TEA, city="Bonn")
    after = write(rows, MILK, Dot("a", 1, 10))
    assert values_of(after[ONE]) == {MILK}
    assert values_of(after[TWO]) == set()
    assert "notes" not in after[TWO].fields
    assert values_of(after[TWO], "city") == {"Bonn"}
    assert after[TWO].seen == rows[TWO].seen


def test_a_list_that_says_what_was_superseded_is_old_whenever_it_comes() -> None:
    listed = state.listed({"notes": TEA}, 7)
    before = born(notes=TEA)[ONE]
    after = write({ONE: before}, MILK, Dot("a", 1, 10))[ONE]
    assert not state.join(after, listed).offers
    assert not write({ONE: state.join(before, listed)}, MILK, Dot("a", 1, 10))[ONE].offers


def test_a_list_comes_to_the_same_in_every_order_when_a_value_moved_to_another_row() -> None:
    """What a row lost is settled in it, though the person has the value still, in the leader's row."""
    before, listed = born(TWO, notes=TEA)[TWO], state.listed({"notes": TEA}, 7)
    rows = born(notes=MILK) | {TWO: before}
    after = writing.write(rows, ONE, "notes", TEA, Dot("a", 1, 10), over=writing.every)[TWO]
    assert state.join(state.join(before, listed), after) == state.join(before, state.join(listed, after))


def test_writing_over_a_lists_value_settles_it() -> None:
    listed = {ONE: state.listed({"notes": TEA}, 7)}
    after = write(listed, MILK, Dot("a", 1, 10))[ONE]
    assert not after.offers
    assert state.join(after, listed[ONE]) == after
    confirmed = write(listed, TEA, Dot("a", 1, 10))[ONE]
    assert state.values(confirmed) == {"notes": TEA}
    assert not confirmed.offers


def test_what_another_list_offers_stays_open() -> None:
    both = state.join(state.listed({"notes": TEA}, 7), state.listed({"notes": MILK}, 9))
    after = write({ONE: both}, WATER, Dot("a", 1, 10))[ONE]
    assert {offer.value for offer in after.offers["notes"]} == {MILK}


def test_clearing_is_writing() -> None:
    after = write(born(notes=TEA), None, Dot("a", 1, 10))[ONE]
    assert state.in_force(after, "notes") is None
    assert state.join(born(notes=TEA)[ONE], after) == after


def test_several_fields_of_one_save_have_one_dot() -> None:
    after = writing.write_all(born(notes=TEA), ONE, {"notes": MILK, "city": "Bonn"}, Dot("a", 4, 10))[ONE]
    assert state.values(after) == {"notes": MILK, "city": "Bonn"}
    assert after.seen["a"] == 4


def test_an_answered_offer_does_not_come_back() -> None:
    held = Offer(5, "k", None, Why.BLANK, TEA)
    rows = writing.offer(born(notes=TEA), ONE, "notes", [held])
    assert rows[ONE].offers == {"notes": {held}}
    settled = writing.settle(rows, ONE, ["k"])
    assert not settled[ONE].offers
    assert not state.join(settled[ONE], rows[ONE]).offers
    assert not writing.offer(settled, ONE, "notes", [held])[ONE].offers


def test_an_edit_of_a_file_is_the_same_write_wherever_it_is_read() -> None:
    dot = writing.edit_dot("f1", ONE, "notes", TEA, MILK, at=5)
    assert dot == writing.edit_dot("f1", ONE, "notes", TEA, MILK, at=5)
    others = [
        writing.edit_dot(*told, at=5)
        for told in (
            ("f2", ONE, "notes", TEA, MILK), ("f1", TWO, "notes", TEA, MILK), ("f1", ONE, "city", TEA, MILK),
            ("f1", ONE, "notes", WATER, MILK), ("f1", ONE, "notes", TEA, WATER), ("f1", ONE, "notes", TEA, None),
        )
    ]  # fmt: skip
    assert len({dot.origin, *(other.origin for other in others)}) == 7
    assert dot.origin.startswith(state.EDIT)


def test_a_held_cell_has_its_own_name() -> None:
    key = writing.held_key("f1", ONE, "notes", TEA, None)
    assert key == writing.held_key("f1", ONE, "notes", TEA, None)
    assert (
        len({key, writing.held_key("f2", ONE, "notes", TEA, None), writing.held_key("f1", ONE, "notes", TEA, MILK)})
        == 3
    )


def test_a_row_without_anything_takes_a_value() -> None:
    assert set(write({ONE: NOTHING}, TEA, Dot("a", 1, 1))[ONE].fields) == {"notes"}


def test_a_value_of_the_end_of_all_times_gives_way_to_a_new_one_which_is_no_later() -> None:
    versions = frozenset({Version(LAST_TIME, "y", MILK, 1), Version(LAST_TIME, "z", WATER, 1)})
    ahead = {ONE: Row({"y": 1, "z": 1}, {"notes": versions})}
    after = write(ahead, TEA, Dot("a", 1, 3))[ONE]
    assert state.winner(after, "notes") == Version(LAST_TIME, "a", TEA, 1)
    assert values_of(state.join(ahead[ONE], after)) == {TEA}

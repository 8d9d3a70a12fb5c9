"""Questions: what the state asks, the same in every book, and what an answer does."""

from __future__ import annotations

from store.merge import exchange, questions, state, writing
from store.merge.exchange import Entry
from store.merge.questions import CONFLICT, Asked
from store.merge.state import POINTS, Offer, Row, Version, Why
from store.merge.writing import Dot, Rows

ONE, TWO = "11111111-0000-4000-8000-000000000001", "22222222-0000-4000-8000-000000000002"
TEA, MILK, WATER = "tea", "milk", "water"
DOT = Dot("m", 1, 50)
AT, BEFORE, AFTER = 1_769_904_000, "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z"
"""When a list was saved, in seconds, and times of the ledger before it and after it."""


def concurrent(*values: state.Value, name: str = "notes") -> Rows:
    """One row in which so many wrote at once, the last of them latest."""
    versions = {Version(at, f"o{at}", value, 1) for at, value in enumerate(values, 1)}
    seen = {version.origin: 1 for version in versions}
    return {ONE: Row(seen, {name: frozenset(versions)})}


def ask(rows: Rows) -> list[Asked]:
    return list(questions.asked(ONE, state.view(rows.values())))


def answer(rows: Rows, question: Asked, *, take: bool) -> Rows:
    return questions.answered(rows, ONE, question, take=take, dot=DOT)


def values_of(row: Row, name: str = "notes") -> set[state.Value]:
    return {version.value for version in row.fields.get(name, ())}


def test_nothing_is_asked_of_a_customer_as_a_book_made_them() -> None:
    assert ask({ONE: state.born(ONE, {"notes": TEA})}) == []


def test_each_other_value_is_a_question() -> None:
    found = ask(concurrent(TEA, MILK, WATER))
    assert [(one.kind, one.name, one.ours, one.theirs) for one in found] == [
        (CONFLICT, "notes", WATER, MILK), (CONFLICT, "notes", WATER, TEA),
    ]  # fmt: skip
    assert len({one.id for one in found}) == 2


def test_the_same_value_of_two_writers_is_no_question() -> None:
    assert ask(concurrent(TEA, TEA)) == []


def test_reasons_are_no_question() -> None:
    assert ask(concurrent(TEA, MILK, name="reason")) == []


def test_a_question_has_the_same_name_in_every_book_and_another_for_another_person() -> None:
    rows = concurrent(TEA, MILK)
    [here], [there] = ask(rows), questions.asked(TWO, rows[ONE])
    assert here.id == ask(dict(rows))[0].id != there.id


def test_taking_supersedes_all_that_was_shown() -> None:
    rows = concurrent(TEA, MILK, WATER)
    after = answer(rows, next(one for one in ask(rows) if one.theirs == TEA), take=True)
    assert values_of(after[ONE]) == {TEA}
    assert ask(after) == []
    assert state.join(rows[ONE], after[ONE]) == after[ONE]


def test_keeping_supersedes_the_two_values_of_the_question_and_leaves_the_third() -> None:
    rows = concurrent(TEA, MILK, WATER)
    after = answer(rows, next(one for one in ask(rows) if one.theirs == TEA), take=False)
    assert values_of(after[ONE]) == {WATER, MILK}
    assert [(one.ours, one.theirs) for one in ask(after)] == [(WATER, MILK)]


def test_a_list_that_says_otherwise_is_a_question_and_one_that_says_the_same_is_none() -> None:
    born = state.born(ONE, {"notes": TEA})
    assert ask({ONE: state.join(born, state.listed({"notes": TEA}, 5))}) == []
    rows = {ONE: state.join(born, state.listed({"notes": MILK}, 5, "list.xlsx"))}
    [asked] = ask(rows)
    assert (asked.kind, asked.ours, asked.theirs) == (Why.LIST, TEA, MILK)
    assert asked.offer is not None
    assert asked.offer.source == "list.xlsx"
    assert state.values(answer(rows, asked, take=True)[ONE]) == {"notes": MILK}
    kept = answer(rows, asked, take=False)
    assert state.values(kept[ONE]) == {"notes": TEA}
    assert ask({ONE: state.join(kept[ONE], rows[ONE])}) == []


def test_a_held_blank_is_a_question_until_it_is_answered_or_comes_true() -> None:
    held = Offer(5, "k", None, Why.BLANK, TEA, "till-1.xlsx")
    rows = writing.offer({ONE: state.born(ONE, {"notes": TEA})}, ONE, "notes", [held])
    [asked] = ask(rows)
    assert (asked.kind, asked.ours, asked.theirs) == (Why.BLANK, TEA, None)
    assert state.values(answer(rows, asked, take=True)[ONE]) == {}
    assert state.values(answer(rows, asked, take=False)[ONE]) == {"notes": TEA}
    assert ask(writing.write(rows, ONE, "notes", None, DOT)) == []


def test_taking_one_offer_settles_the_others_of_the_field() -> None:
    held = Offer(5, "k", None, Why.BLANK, TEA)
    rows = writing.offer({ONE: state.born(ONE, {"notes": TEA})}, ONE, "notes", [held, state.offered("notes", MILK, 6)])
    after = answer(rows, next(one for one in ask(rows) if one.theirs == MILK), take=True)
    assert state.values(after[ONE]) == {"notes": MILK}
    assert ask(after) == []


def test_an_answer_for_several_uids_stands_in_the_leaders_row() -> None:
    rows = {ONE: state.born(ONE, {"notes": TEA}), TWO: state.born(TWO, {"notes": MILK})}
    [asked] = ask(rows)
    after = answer(rows, asked, take=True)
    assert values_of(after[ONE]) == {asked.theirs}
    assert values_of(after[TWO]) == set()


def test_a_lists_balance_is_asked_about_with_the_balance_that_there_is_and_the_one_that_it_would_come_to() -> None:
    row = state.join(state.born(ONE, {"notes": TEA}), state.listed({POINTS: 80}, AT))
    lines = [Entry(BEFORE, "e", ONE, 60), Entry(AFTER, "f", ONE, 5)]
    [asked] = questions.asked(ONE, row, lines)
    assert (asked.kind, asked.name, asked.ours, asked.theirs) == ("points", POINTS, 65, 85)
    assert asked.offer is not None
    assert asked.offer.value == 80
    assert list(questions.asked(ONE, row, [Entry(BEFORE, "e", ONE, 80)])) == []
    assert next(questions.asked(ONE, row, lines[:1])).id == asked.id, "what comes meanwhile makes it no other question"


def test_taking_a_lists_balance_counts_from_when_the_list_was_saved_for_its_reason() -> None:
    told = {POINTS: 80, "reason": "Moved"}
    row = state.join(state.born(ONE, {"notes": TEA}), state.listed(told, AT, "list.xlsx"))
    row = state.join(row, state.listed({"reason": "Other"}, AT, "other.xlsx"))
    [asked] = questions.asked(ONE, row, [Entry(AFTER, "f", ONE, 5)])
    assert asked.offer is not None
    taken = questions.taken_balance(row, [Entry(AFTER, "f", ONE, 5)], asked.offer)
    assert taken == (80, exchange.moment(AT), "Moved", frozenset({asked.offer.key}))


def test_a_reason_that_is_held_with_a_balance_counts_with_it_alone_and_is_answered_with_it() -> None:
    held = Offer(AT, "r", "Moved", Why.PERSON, None, "list.xlsx")
    rows = {ONE: state.join(state.born(ONE, {"notes": TEA}), state.listed({POINTS: 80}, AT, "list.xlsx"))}
    row = writing.offer(rows, ONE, "reason", [held])[ONE]
    [asked] = questions.asked(ONE, row, [])
    assert asked.offer is not None
    assert state.in_force(row, "reason") is None
    taken = questions.taken_balance(row, [], asked.offer)
    assert (taken.reason, taken.settles) == ("Moved", frozenset({asked.offer.key, "r"}))
    assert questions.kept_balance(row, asked.offer) == taken.settles


def test_two_lists_that_are_taken_one_after_the_other_make_the_balance_of_the_later() -> None:
    row = state.join(state.born(ONE, {"notes": TEA}), state.listed({POINTS: 100}, AT))
    row = state.join(row, state.listed({POINTS: 110}, AT + 60))
    lines = [Entry(BEFORE, "e", ONE, 80), Entry(AFTER, "f", ONE, 5)]
    for order in (100, 110), (110,):
        rows, ledger = {ONE: row}, list(lines)
        for value in order:
            asked = next(
                one for one in questions.asked(ONE, rows[ONE], ledger) if one.offer and one.offer.value == value
            )
            assert asked.offer is not None
            taken = questions.taken_balance(rows[ONE], ledger, asked.offer)
            ledger.append(Entry(taken.at, f"answer {value}", ONE, taken.points))
            rows = writing.settle(rows, ONE, taken.settles)
        assert exchange.balance(rows[ONE], ledger) == 115
        assert list(questions.asked(ONE, rows[ONE], ledger)) == [], "what an older list says is settled with the newer"


def test_taking_a_later_lists_balance_keeps_what_the_first_brought() -> None:
    row = state.join(state.listed({POINTS: 100}, AT), state.listed({POINTS: 130}, AT + 60))
    [asked] = questions.asked(ONE, row, [])
    assert asked.offer is not None
    taken = questions.taken_balance(row, [], asked.offer)
    assert (asked.ours, asked.theirs, taken.points) == (100, 130, 30)
    rows = writing.settle({ONE: row}, ONE, taken.settles)
    assert exchange.balance(rows[ONE], [Entry(taken.at, "answer", ONE, taken.points)]) == 130
    assert list(questions.asked(ONE, rows[ONE], [Entry(taken.at, "answer", ONE, taken.points)])) == []


def test_whom_a_list_made_without_a_balance_has_none_until_somebody_says_so() -> None:
    row = state.join(state.listed({"notes": TEA, POINTS: None}, AT), state.listed({POINTS: 130}, AT + 60))
    lines = [Entry(AFTER, "f", ONE, 40)]
    assert exchange.balance(row, lines) == 40
    [asked] = questions.asked(ONE, row, lines)
    assert (asked.ours, asked.offer and asked.offer.value) == (40, 130)


def test_of_two_lists_that_do_not_say_when_they_were_saved_neither_settles_the_other() -> None:
    row = state.join(state.born(ONE, {"notes": TEA}), state.listed({POINTS: 100}, 0))
    held = Offer(0, "k", 7, Why.PERSON, 5)
    row = writing.offer({ONE: state.join(row, state.listed({POINTS: 110}, 0))}, ONE, POINTS, [held])[ONE]
    first, second, third = questions.asked(ONE, row, [])
    assert first.offer is not None
    assert questions.taken_balance(row, [], first.offer)[1:] == ("", "", frozenset({first.offer.key}))
    later = state.offered(POINTS, 120, AT)
    assert {one.offer.key for one in (first, second, third) if one.offer} - questions.taken_balance(
        writing.offer({ONE: row}, ONE, POINTS, [later])[ONE], [], later
    ).settles == {"k"}, "nothing but an answer settles what is held"


def test_a_strangers_balance_is_a_question_about_the_person() -> None:
    row = Row(offers={POINTS: frozenset({Offer(5, "k", 80, Why.PERSON, 20)})})
    [asked] = questions.asked(ONE, row, [])
    assert (asked.kind, asked.ours, asked.theirs) == (Why.PERSON, 0, 80)


def test_case_that_is_for_reading_is_no_question() -> None:
    """The book holds ID numbers, and people their e-mail, for the same whatever the case; a name is spelled by it."""
    assert ask(concurrent("a1", "A1", name="id_number")) == []
    assert ask(concurrent("Ann@example.com", "ann@example.com", name="email")) == []
    assert len(ask(concurrent("a1", "A1", "a2", name="id_number"))) == 2
    assert len(ask(concurrent("mcgee", "McGee", name="last_name"))) == 1


def test_an_answer_is_named_by_whom_the_list_spoke_of_whoever_leads_them() -> None:
    offer = state.offered(POINTS, 90, AT)
    alone = {TWO: Row(offers={POINTS: frozenset({offer})})}
    name = questions.answer_name(alone, offer, lambda _: False)
    assert questions.answer_name({ONE: state.born(ONE, {}), **alone}, offer, lambda _: False) == name
    of_both = {ONE: alone[TWO], **alone}
    assert questions.answer_name(of_both, offer, lambda _: False) != name
    assert questions.answer_name({ONE: alone[TWO]}, offer, lambda _: False) == questions.answer_name(
        of_both, offer, lambda _: False
    )


def test_an_answer_is_named_by_who_the_list_says_it_is_of_whoever_has_them() -> None:
    offer = state.offered(POINTS, 90, AT, of="row")
    told = [questions.answer_name({uid: Row(offers={POINTS: frozenset({offer})})}, offer, lambda _: False)
            for uid in (ONE, TWO)]  # fmt: skip
    assert told[0] == told[1]
    other = state.offered(POINTS, 90, AT, of="another row")
    assert questions.answer_name({ONE: Row(offers={POINTS: frozenset({other})})}, other, lambda _: False) != told[0]


def test_what_is_answered_once_more_has_a_name_of_its_own_which_is_the_same_everywhere() -> None:
    offer = state.offered(POINTS, 90, AT)
    alone = {ONE: Row(offers={POINTS: frozenset({offer})})}
    names: list[str] = []
    for _ in range(3):
        names.append(questions.answer_name(alone, offer, names.__contains__))
    assert len(set(names)) == 3
    assert questions.answer_name(alone, offer, {*names[:2]}.__contains__) == names[2]

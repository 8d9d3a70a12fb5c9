"""Taking the steps of an import that join states: what somebody saved since the plan was made is joined as well."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from store import erased, erasure, id_numbers, nobodies, persons, review, rows, store_states
from store.merge import codec
from store.merge.people import Verdict
from store.review_records import Answer
from store.workbook import journal, merging

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from store.merge.state import Row
    from store.rows import Person
    from store.workbook.customer_steps import Shop

_NUMBER = "id_number"


def write_pairs(shop: Shop, steps: Sequence[list[Any]]) -> None:
    """Take verdicts on who is who."""
    pairs = {(uid, other): Verdict(at, origin, same) for uid, other, at, origin, same in steps}
    with _judging(shop, {uid for pair in pairs for uid in pair}):
        persons.judge(shop.book, pairs)


@contextmanager
def _judging(shop: Shop, uids: Collection[str]) -> Iterator[None]:
    """Record what becomes of the verdicts that name these uids."""
    before = persons.verdicts(shop.book, uids)
    yield
    after = persons.verdicts(shop.book, uids)
    journal.judged(shop.book, shop.run, {pair: before.get(pair) for pair in after}, after)


def write_merges(shop: Shop, steps: Sequence[list[Any]]) -> None:
    """Join the states of people with those of the book, and show what is in force."""
    if not shop.stores:
        shop.know_stores()
    for _, uid, told, digest, reason in steps:
        gone = erased.among(shop.book, told)
        theirs = {
            member: store_states.in_row(codec.parsed(row), shop.called)
            for member, row in told.items()
            if member not in gone
        }
        if not theirs:  # erased since the plan was made
            continue
        uids = persons.group(shop.book, {uid, *theirs})
        leaders = rows.leaders(shop.book, uids)
        there = list(rows.by_uid(shop.book, dict.fromkeys(leaders.values())).values())
        if there:
            kept = _join(shop, there, theirs)
        else:
            with _numbers_going(shop, [], theirs.values()):
                kept = persons.bring_in(shop.book, theirs, shop.stores)
            journal.made(shop.book, shop.run, "customer", {kept.id: kept.uid})
            journal.brought(shop.book, shop.run, theirs.keys() - {kept.uid})
        persons.settle_opening(shop.book, kept, reason)
        shop.book.execute("UPDATE customer SET row_digest = ? WHERE id = ?", (bytes.fromhex(digest) or None, kept.id))
        journal.person_after(shop.book, shop.run, kept)


def _join(shop: Shop, there: list[Person], theirs: dict[str, Any]) -> Person:
    note_before(shop, there)
    ours = {uid: row for person in there for uid, row in person.rows.items()}
    both = merging.joined(ours, theirs)
    more = {uid: row for uid, row in both.items() if uid not in ours}
    kept = there[0]
    if len(there) > 1 or more:
        kept = persons.put_together(shop.book, there, more)
        journal.brought(shop.book, shop.run, more)
    with _numbers_going(shop, [kept], both.values()):
        persons.show(shop.book, kept, both, shop.stores)
    kept.rows = both
    return kept


@contextmanager
def _numbers_going(shop: Shop, there: Iterable[Person], coming: Iterable[Row] = ()) -> Iterator[None]:
    """Record whoever else shows another ID number because one of these customers shows it from now on, or no more."""
    known = list(there)
    ids = {person.id for person in known}
    numbers = id_numbers.of([*(row for person in known for row in person.rows.values()), *coming])
    numbers |= {str(person.values[_NUMBER]) for person in known if person.values.get(_NUMBER)}
    found = {
        customer_id
        for marks, part in rows.in_parts(numbers)
        for (customer_id,) in shop.book.rows(f"SELECT id FROM customer WHERE id_number IN ({marks})", part)  # noqa: S608
    }
    hiding = {uid for number in numbers for uid in id_numbers.hiders(shop.book, number)}
    found |= {person.id for person in rows.by_uid(shop.book, hiding).values()}
    others = rows.by_id(shop.book, found - ids)
    note_before(shop, others.values())
    yield
    now = rows.by_id(shop.book, others)
    hidden = [who for who, other in now.items() if other.version != others[who].version]
    journal.raised(shop.book, shop.run, hidden)


def note_before(shop: Shop, there: Iterable[Person]) -> None:
    """Record what customers are before they are joined, so that it can be taken back."""
    for person in there:
        journal.person_before(shop.book, shop.run, person)


def write_regroups(shop: Shop, steps: Sequence[list[Any]]) -> None:
    """Put customers together, and tell them apart, as the verdicts say."""
    uids = [uid for (uid,) in steps]
    leaders = rows.leaders(shop.book, persons.reached(shop.book, uids))
    there = rows.by_uid(shop.book, dict.fromkeys(leaders.values()))
    note_before(shop, there.values())
    known = {person.id for person in there.values()}
    with _numbers_going(shop, there.values()):
        regrouped = persons.regroup(shop.book, uids)
    for person in regrouped:
        persons.settle_opening(shop.book, person)
        if person.id not in known:
            journal.made(shop.book, shop.run, "customer", {person.id: person.uid})
        journal.person_after(shop.book, shop.run, person)


def write_erasures(shop: Shop, steps: Sequence[list[Any]]) -> None:
    """Erase people who were erased in another book."""
    forgotten = erasure.forget(shop.book, dict(steps))
    shop.traces = (shop.traces or set()) | forgotten.traces
    if forgotten.people:
        journal.erased(shop.book, shop.run, forgotten.people)


def write_nobodies(shop: Shop, steps: Sequence[list[Any]]) -> None:
    """Have an erased customer for lines that come of people who were erased, and whom the book never had."""
    made = nobodies.make(shop.book, [uid for (uid,) in steps])
    journal.made(shop.book, shop.run, "customer", {person.id: person.uid for person in made})
    for person in made:
        journal.person_after(shop.book, shop.run, person)


def write_answers(shop: Shop, steps: Sequence[list[Any]]) -> None:
    """Answer questions of the file as a person did before it was applied: (id, answer, uid of whom it is about)."""
    answers = {question_id: Answer(choice) for question_id, choice, _ in steps}
    of = {question_id: uid for question_id, _, uid in steps}
    concerned = review.concerned(shop.book, answers, of)
    note_before(shop, concerned)
    ids = [person.id for person in concerned]
    uids = {uid for person in concerned for uid in person.rows}
    with _judging(shop, uids), _numbers_going(shop, concerned), journal.entering(shop.book, shop.run, ids):
        answered = review.answer(shop.book, answers, of)
    shop.report.answered += len(answers) - answered.gone
    shop.answers |= answers
    journal.count(shop.book, shop.run, {"answered": len(answers) - answered.gone}, 0)
    for person in rows.by_id(shop.book, ids).values():
        journal.person_after(shop.book, shop.run, person)

"""What waits for a person's answer, and answering it: worked out of the states, the same in every book."""

from __future__ import annotations

from collections import Counter
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from store import clock, fields, identity, loyalty, pairs, persons, rows, sources
from store.fields import BY_NAME, Kind
from store.merge import people, state, writing
from store.merge import questions as rules
from store.merge.state import POINTS, mark
from store.review_records import Answer, Answered, Question
from store.review_records import Kind as Asking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from store.database import Book
    from store.merge.exchange import Entry
    from store.merge.questions import Asked
    from store.merge.state import Offer, Row, Value
    from store.merge.writing import Rows
    from store.rows import Person
    from store.sources import Teller

_ADJUSTED = "Balance of {}"
_NOTHING: Mapping[str, str] = MappingProxyType({})


def counts(book: Book) -> dict[Asking, int]:
    """How many questions of each kind are open."""
    with book.read():
        found: Counter[Asking] = Counter(question.kind for question in _all(book))
    return dict(found)


def questions(book: Book, *, offset: int = 0, limit: int = 500, kinds: Sequence[Asking] = ()) -> tuple[Question, ...]:
    """The open questions in their order: by customer, then pairs of customers."""
    with book.read():
        wanted = [question for question in _all(book) if not kinds or question.kind in kinds]
    return tuple(wanted[offset : offset + limit])


def _all(book: Book) -> Iterator[Question]:
    asking, teller = _asking(book), sources.teller(book)
    for at in range(0, len(asking), rows.AT_ONCE):
        found = rows.by_id(book, asking[at : at + rows.AT_ONCE])
        for customer_id in asking[at : at + rows.AT_ONCE]:
            yield from about(book, found[customer_id], teller)
    yield from pairs.asked(book)


def about(book: Book, person: Person, teller: Teller | None = None) -> list[Question]:
    """The open questions about a customer, but for who else they may be."""
    entries = rows.entries_of(book, person.id) if POINTS in person.view.offers else []
    return told(person.uid, person.rows, entries, teller or sources.teller(book))


def told(uid: str, rows_now: Rows, entries: Iterable[Entry], teller: Teller) -> list[Question]:
    """The questions about somebody's state, in words; `uid` is the leader's."""
    view = state.view(rows_now.values())
    return [_question(uid, rows_now, view, asked, teller) for asked in rules.asked(uid, view, entries)]


def full_name(view: Row) -> str:
    """First and last name in force."""
    return " ".join(filter(None, (str(state.in_force(view, part) or "") for part in ("first_name", "last_name"))))


def _question(uid: str, rows_now: Rows, view: Row, asked: Asked, teller: Teller) -> Question:
    offer, ours = asked.offer, teller.in_force(view, asked.name)
    if offer is None:
        base, theirs = "", teller.other(rows_now, view, asked.name, asked.theirs)
    else:
        base, theirs = shown(asked.name, offer.base), teller.offered(offer)
    return Question(
        asked.id, Asking(asked.kind), uid, full_name(view), BY_NAME[asked.name].label,
        base, shown(asked.name, asked.ours), _theirs(asked),
        theirs.source, "", ours.source, theirs.at, ours.at, asked.row and mark(uid, asked.row),
    )  # fmt: skip


def _theirs(asked: Asked) -> str:
    """What is offered; of a list's balance what it would come to, and what the list says where that is another."""
    text = shown(asked.name, asked.theirs)
    if asked.name != POINTS or asked.offer is None or asked.offer.value == asked.theirs:
        return text
    return f"{text} (list: {shown(POINTS, asked.offer.value)})"


def shown(name: str, value: Value) -> str:
    """A value of a state as a person reads it; '' for a blank."""
    if state.is_blank(value):
        return ""
    field = BY_NAME[name]
    match field.kind:
        case Kind.DATE:
            return fields.show_date(date.fromisoformat(str(value)))
        case Kind.TOGGLE | Kind.STATUS:
            return field.show(bool(value))
        case Kind.WHOLE:
            return f"{value:,}"
    return field.show(value)


def answer(book: Book, answers: Mapping[str, Answer], of: Mapping[str, str] = _NOTHING) -> Answered:
    """Carry out answers by the questions' ids. A question that nobody asks any more is counted as gone.

    `of` gives by id the uid of the customer whom a question is about, as the question has it; for one that it does not
    name everybody is looked at who is asked anything. A balance that is taken becomes an entry of the difference from
    the balance now. What is said of one cell of a slipped row is said of all its cells that no other answer names.
    """
    done = 0
    with book.write():
        dot = rows.dot(book)
        for question_id, choice in answers.items():
            if question_id.startswith(pairs.WHO):
                done += _say_who(book, question_id, choice, dot)
        uids = _whom(book, answers, of)
        found = done
        for person, named in _concerned(book, uids.values()):
            given = {key: choice for key, choice in answers.items() if uids.get(key) in named}
            answered = _answer_person(book, person, named, given, dot)
            done, found = done + len(answered), found + len(answered & given.keys())
    return Answered(done, len(answers) - found)


def concerned(book: Book, answers: Iterable[str], of: Mapping[str, str] = _NOTHING) -> list[Person]:
    """The customers whom answers would change, by the questions' ids; `of` as for `answer`."""
    listed = list(answers)
    of_pairs = [uid for key in listed if key.startswith(pairs.WHO) for uid in pairs.two(key)]
    return [person for person, _ in _concerned(book, [*of_pairs, *_whom(book, listed, of).values()])]


def _whom(book: Book, answers: Iterable[str], of: Mapping[str, str]) -> dict[str, str]:
    """By id the uid of whom a question about a field concerns; those that nobody asks are left out."""
    wanted = {key for key in answers if not key.startswith(pairs.WHO)}
    known = {key: of[key] for key in wanted if of.get(key)}
    if left := wanted - known.keys():
        known |= {
            question.id: person.uid
            for person in _loaded(book, _asking(book))
            for question in about(book, person)
            if question.id in left
        }
    return known


def _concerned(book: Book, uids: Iterable[str]) -> Iterator[tuple[Person, list[str]]]:
    """The customers who show these uids by now, each with those of the uids that they show."""
    leaders = rows.leaders(book, uids)
    found = rows.by_uid(book, leaders.values())
    for leader, person in found.items():
        yield person, [uid for uid, of in leaders.items() if of == leader]


def _say_who(book: Book, question_id: str, choice: Answer, dot: writing.Dot) -> int:
    found = rows.by_uid(book, set(rows.leaders(book, pairs.two(question_id)).values()))
    if len(found) < 2:
        return 0
    say(book, list(found.values()), dot, same=choice is Answer.TAKE)
    return 1


def say(book: Book, two: Sequence[Person], dot: writing.Dot, *, same: bool) -> Person | None:
    """Note that two customers are one person, and make one of them, or that they are two."""
    if same:
        return identity.one(book, two, dot)
    identity.two(book, two, dot)
    return None


def _asking(book: Book) -> list[int]:
    """The ids of the customers about whom anything is asked, by name."""
    found = book.rows(
        "SELECT customer.id FROM row_state JOIN customer ON customer.uid = row_state.leader_uid WHERE asks > 0 "
        "ORDER BY customer.ord"
    )
    return [customer_id for (customer_id,) in found]


def _loaded(book: Book, ids: Sequence[int]) -> Iterator[Person]:
    for at in range(0, len(ids), rows.AT_ONCE):
        yield from rows.by_id(book, ids[at : at + rows.AT_ONCE]).values()


def _answer_person(
    book: Book, person: Person, uids: Sequence[str], answers: Mapping[str, Answer], dot: writing.Dot
) -> set[str]:
    """Answer what is asked of one customer; each answer looks anew, for one may settle another. The ids answered.

    A question is known by the id that it has where any of these uids leads: who leads may be another since it was read.
    """
    names: set[str] = set()
    entries = rows.entries_of(book, person.id) if POINTS in person.view.offers else []
    left = _with_whole_rows(person, uids, entries, answers)
    done: set[str] = set()
    while left:
        found = next(((key, asked) for key, asked in _asked_as(person, uids, entries) if key in left), None)
        if found is None:
            break
        key, asked = found
        take = left.pop(key) is Answer.TAKE
        done.add(key)
        names.add(asked.name)
        if asked.name != POINTS:
            person.rows = rules.answered(person.rows, person.uid, asked, take=take, dot=dot)
        else:
            _answer_balance(book, person, asked, entries, take=take)
            entries = rows.entries_of(book, person.id)
    if done:
        persons.show(book, person, person.rows)
        book.execute("UPDATE customer SET row_digest = NULL, version = version + 1 WHERE id = ?", (person.id,))
    if not names.isdisjoint(people.IDENTITY):
        persons.tell_apart(book, person.id)
    return done


def _with_whole_rows(
    person: Person, uids: Sequence[str], entries: Sequence[Entry], answers: Mapping[str, Answer]
) -> dict[str, Answer]:
    """The answers, with those to the other cells of a slipped row of which one is answered.

    Of several cells for one field, which rows of people bring who are one by now, the one that is named is taken, else
    the first by its id.
    """
    asked_as = [(key, asked) for key, asked in _asked_as(person, uids, entries) if asked.row]
    named = {asked.id: asked.name for key, asked in asked_as if key in answers}
    of_rows = {asked.row: answers[key] for key, asked in asked_as if key in answers}
    all_answers, fields = dict(answers), set(named.values())
    for key, asked in sorted(asked_as, key=lambda pair: pair[1].id):
        choice = of_rows.get(asked.row)
        if choice is None or asked.id in named or (choice is Answer.TAKE and asked.name in fields):
            continue
        named[asked.id] = asked.name
        fields.add(asked.name)
        all_answers[key] = choice
    return all_answers


def _asked_as(person: Person, uids: Sequence[str], entries: Sequence[Entry]) -> Iterator[tuple[str, Asked]]:
    """What is asked of a customer, each by the ids that it has for these uids."""
    now = list(rules.asked(person.uid, person.view, entries))
    for uid in uids:
        yield from zip((asked.id for asked in rules.asked(uid, person.view, entries)), now, strict=True)


def _answer_balance(book: Book, person: Person, asked: Asked, entries: Sequence[Entry], *, take: bool) -> None:
    offer = asked.offer
    if offer is None:
        return
    settled = rules.kept_balance(person.view, offer)
    if take:
        taken = rules.taken_balance(person.view, entries, offer)
        reason = taken.reason or _ADJUSTED.format(offer.source or "a list")[: fields.LINE_LIMIT]
        at = taken.at if taken.at < clock.now() else ""
        loyalty.enter(book, person.id, taken.points, reason, uid=_answer_uid(book, person, offer), at=at)
        person.points += taken.points
        settled = taken.settles
    person.rows = writing.settle(person.rows, person.uid, settled)


def _answer_uid(book: Book, person: Person, offer: Offer) -> str:
    """The uid of the entry that an answer makes, the same at every till."""

    def is_there(name: str) -> bool:
        return bool(book.rows("SELECT 1 FROM loyalty_entry WHERE uid = ?", (loyalty.derived(name),)))

    return loyalty.derived(rules.answer_name(person.rows, offer, is_there))

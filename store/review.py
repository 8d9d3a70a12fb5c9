"""What waits for a person's answer, and answering it: worked out of the states, the same in every book."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from store import fields, identity, loyalty, persons, rows
from store.fields import BY_NAME, Kind
from store.merge import questions as rules
from store.merge import state, writing
from store.merge.state import EDIT, POINTS, Why
from store.review_records import Answer, Answered, Question
from store.review_records import Kind as Asking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from store.database import Book
    from store.merge.exchange import Entry
    from store.merge.questions import Asked
    from store.merge.state import Row, Value
    from store.rows import Person

_WHO = "who:"
_SHARED_BY_MOST = 20
"""Customers who share an e-mail or a phone: of more it is a number that stands for none, and nobody is asked."""
_ADJUSTED = "Balance of {}"


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
    asking = _asking(book)
    for at in range(0, len(asking), rows.AT_ONCE):
        found = rows.by_id(book, asking[at : at + rows.AT_ONCE])
        for customer_id in asking[at : at + rows.AT_ONCE]:
            yield from about(book, found[customer_id])
    yield from _pairs(book)


def about(book: Book, person: Person) -> list[Question]:
    """The open questions about a customer, but for who else they may be."""
    view = person.view
    entries = rows.entries_of(book, person.id) if POINTS in view.offers else []
    return told(person.uid, view, entries)


def told(uid: str, view: Row, entries: Iterable[Entry]) -> list[Question]:
    """The questions about somebody's state, in words."""
    name = full_name(view)
    return [_question(uid, name, view, asked) for asked in rules.asked(uid, view, entries)]


def full_name(view: Row) -> str:
    """First and last name in force."""
    return " ".join(filter(None, (str(state.in_force(view, part) or "") for part in ("first_name", "last_name"))))


def _question(uid: str, name: str, view: Row, asked: Asked) -> Question:
    base = "" if asked.offer is None else shown(asked.name, asked.offer.base)
    return Question(
        asked.id, Asking(asked.kind), uid, name, BY_NAME[asked.name].label, base, shown(asked.name, asked.ours),
        shown(asked.name, asked.theirs), _source(view, asked),
    )  # fmt: skip


def _source(view: Row, asked: Asked) -> str:
    if asked.offer is not None:
        return asked.offer.source
    origins = {v.origin for v in view.fields.get(asked.name, ()) if v.value == asked.theirs}
    return "an edited workbook" if all(origin.startswith(EDIT) for origin in origins) else "another till"


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


def _pairs(book: Book) -> Iterator[Question]:
    """Customers who share an e-mail or a phone, and of whom nobody said whether they are one."""
    for (uid, name), (other, other_name), shared in alike(book):
        label = " and ".join(BY_NAME[field].label for field in shared)
        yield Question(f"{_WHO}{uid}:{other}", Asking.WHO, uid, name, label, "", name, other_name, "", other)


def alike(book: Book) -> Iterator[tuple[tuple[str, str], tuple[str, str], tuple[str, ...]]]:
    """Pairs of customers, each by uid and name, who may be one, with the fields they share; by the first's name."""
    sql = " UNION ALL ".join(
        f"SELECT {column}, group_concat(uid, ' '), '{field}' FROM customer WHERE {column} <> '' AND active "  # noqa: S608
        f"GROUP BY {column} HAVING count(*) BETWEEN 2 AND {_SHARED_BY_MOST}"
        for column, field in (("email", "email"), ("phone_digits", "phone"))
    )
    shared: dict[tuple[str, str], list[str]] = {}
    for _, uids, field in book.execute(sql):
        listed = sorted(uids.split(" "))
        for at, uid in enumerate(listed):
            for other in listed[at + 1 :]:
                shared.setdefault((uid, other), []).append(field)
    said = identity.told_apart(book, shared)
    names = _names(book, {uid for pair in shared for uid in pair})
    for uid, other in sorted(shared.keys() - said, key=lambda pair: (names[pair[0]].casefold(), pair)):
        yield (uid, names[uid]), (other, names[other]), tuple(shared[uid, other])


def _names(book: Book, uids: Iterable[str]) -> dict[str, str]:
    return {
        uid: name
        for marks, part in rows.in_parts(uids)
        for uid, name in book.rows(
            f"SELECT uid, trim(first_name || ' ' || last_name) FROM customer WHERE uid IN ({marks})",  # noqa: S608
            part,
        )
    }


def answer(book: Book, answers: Mapping[str, Answer]) -> Answered:
    """Carry out answers by the questions' ids. A question that nobody asks any more is counted as gone.

    A balance that is taken becomes an entry of the difference from the balance now.
    """
    done = 0
    with book.write():
        dot = rows.dot(book)
        for question_id, choice in answers.items():
            if question_id.startswith(_WHO):
                done += _say_who(book, question_id, choice, dot)
        fields_asked = {key: choice for key, choice in answers.items() if not key.startswith(_WHO)}
        if fields_asked:
            done += _answer_fields(book, fields_asked, dot)
    return Answered(done, len(answers) - done)


def concerned(book: Book, answers: Iterable[str]) -> list[Person]:
    """The customers whom answers would change, by the questions' ids."""
    wanted = set(answers)
    uids = {uid for key in wanted if key.startswith(_WHO) for uid in key.removeprefix(_WHO).split(":")}
    found = list(rows.by_uid(book, uids).values())
    return found + [
        person
        for person in _loaded(book, _asking(book))
        if person.uid not in uids and wanted & {question.id for question in about(book, person)}
    ]


def _say_who(book: Book, question_id: str, choice: Answer, dot: writing.Dot) -> int:
    uid, _, other = question_id.removeprefix(_WHO).partition(":")
    found = rows.by_uid(book, set(rows.leaders(book, [uid, other]).values()))
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


def _answer_fields(book: Book, answers: Mapping[str, Answer], dot: writing.Dot) -> int:
    left, done = dict(answers), 0
    for person in _loaded(book, _asking(book)):
        done += _answer_person(book, person, left, dot)
        if not left:
            break
    return done


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


def _answer_person(book: Book, person: Person, left: dict[str, Answer], dot: writing.Dot) -> int:
    """Answer what is asked of one customer; each answer looks anew, for one may settle another."""
    done, changed = 0, False
    entries = rows.entries_of(book, person.id) if POINTS in person.view.offers else []
    while True:
        asked = next((one for one in rules.asked(person.uid, person.view, entries) if one.id in left), None)
        if asked is None:
            break
        take = left.pop(asked.id) is Answer.TAKE
        if asked.name != POINTS:
            person.rows = rules.answered(person.rows, person.uid, asked, take=take, dot=dot)
        else:
            _answer_balance(book, person, asked, take=take)
            entries = rows.entries_of(book, person.id)
        done, changed = done + 1, True
    if changed:
        persons.show(book, person, person.rows)
        book.execute("UPDATE customer SET row_digest = NULL, version = version + 1 WHERE id = ?", (person.id,))
    return done


def _answer_balance(book: Book, person: Person, asked: Asked, *, take: bool) -> None:
    offer = asked.offer
    if offer is None:
        return
    if take:
        seen = offer.base if offer.why is Why.PERSON else asked.ours
        points = int(str(offer.value)) - int(str(seen or 0))
        reason = _ADJUSTED.format(offer.source or "a list")[: fields.LINE_LIMIT]
        loyalty.enter(book, person.id, points, reason, uid=loyalty.derived(f"answer:{asked.id}:{points}"))
        person.points += points
    person.rows = writing.settle(person.rows, person.uid, (offer.key,))

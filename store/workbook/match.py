"""Finding a workbook's customers in the book: by UID, then ID number, then e-mail."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store import folding, persons, rows
from store.fields import FIELDS
from store.merge import people
from store.workbook import list_times

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from store.database import Book
    from store.workbook.file_people import FilePeople

AT_ONCE = 1000
"""Most values that one question to the book names."""

_FIELD_COLUMNS = tuple("''" if field.name == "stores" else field.name for field in FIELDS)


@dataclass(slots=True)
class Known:
    """A customer as the book has it: `values` as the columns hold them, in the order of FIELDS."""

    id: int
    version: int
    name_key: str
    digest: bytes | None
    values: list[Any]
    told: bytes | None = None
    """The state in its short form."""
    stores: frozenset[str] = frozenset()

    @property
    def uid(self) -> str:
        """Who it is, in every book."""
        return str(self.values[0])


@dataclass(slots=True)
class Person:
    """Whom a UID or e-mail of the workbook stands for: the uid in the book, and the folded name."""

    uid: str
    name_key: str


@dataclass(slots=True)
class People:
    """The customers that a file's other sheets may speak of: those of its Customers sheet, and the book's."""

    book: Book
    uids: dict[str, str] = field(default_factory=dict)
    """The uid in the book of every UID in the file, where they differ, and of the file's new customers."""
    by_email: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    """The file's new customers by e-mail in `folding.nocase`."""
    erased: frozenset[str] = frozenset()
    """The uids of who was erased on request, here or where the file comes from."""
    of_file: FilePeople | None = None
    """Those whom the file's own state has; with it the book is asked only for whom the file does not have."""
    _shared: set[str] = field(default_factory=set)

    def add_new(self, file_uid: str, uid: str, email: str, name_key: str) -> None:
        """Remember a customer that this file makes; the e-mail in `folding.nocase`."""
        self.uids[uid] = uid
        if file_uid:
            self.uids[file_uid] = uid
        if email:
            self.by_email[email].append(Person(uid, name_key))

    def find(self, asked: Sequence[tuple[str, str, str]]) -> list[str | None]:
        """For each (UID, e-mail, name) the uid of the one customer that is meant; None when none or several are.

        Whoever was erased is meant by the UID, be it that the book never had them.
        """
        known = uids_in_book(self.book, {uid for uid, _, _ in asked if uid and uid not in self.uids})
        loose = {email for uid, email, _ in asked if email and uid not in self.uids and uid not in known}
        others = self._others(loose)
        found: list[str | None] = []
        for uid, email, name in asked:
            if uid in self.uids or uid in known or uid in self.erased:
                found.append(self.uids.get(uid, uid))
                continue
            address = folding.nocase(email)
            persons = [*self.by_email.get(address, ()), *others.get(address, ())] if email else []
            if len(persons) > 1:
                self._shared.add(address)
                key = folding.fold(name).strip()
                persons = [person for person in persons if person.name_key == key]
            found.append(persons[0].uid if len(persons) == 1 else None)
        return found

    def _others(self, emails: Collection[str]) -> Mapping[str, list[Person]]:
        """Whom these e-mails stand for beside the file's new customers, by the e-mail in `folding.nocase`."""
        if self.of_file is None or not emails:
            return emails_in_book(self.book, emails)
        own = self.of_file.with_emails({folding.nocase(email) for email in emails})
        known = own.keys() | self.by_email.keys()
        return {**emails_in_book(self.book, (email for email in emails if folding.nocase(email) not in known)), **own}

    def is_shared(self, email: str) -> bool:
        """Whether several of the customers that were looked for have this e-mail."""
        return folding.nocase(email) in self._shared


def in_parts(values: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    """Values cut into parts that one query can name, each with its `?, ?, ?`."""
    listed = list(values)
    for at in range(0, len(listed), AT_ONCE):
        part = listed[at : at + AT_ONCE]
        yield ",".join("?" * len(part)), part


def digests_by_uid(book: Book, uids: Iterable[str], at: int = 0) -> dict[str, tuple[int, bytes | None]]:
    """The id and row digest of each uid that the book has; of one that was merged into another, that one's id.

    With the time at which a list was saved, whoever rests on a later one has no digest: the list is news of them.
    """
    found: dict[str, tuple[int, bytes | None]] = {}
    told: dict[str, bytes | None] = {}
    wanted = list(uids)
    for marks, part in in_parts(wanted):
        for uid, customer_id, digest, short in book.rows(
            f"SELECT uid, id, row_digest, merge_state FROM customer WHERE uid IN ({marks})",  # noqa: S608
            part,
        ):
            found[uid] = customer_id, digest
            if at and digest is not None:
                told[uid] = short
    found |= {uid: (found[uid][0], None) for uid in list_times.uids_resting(book, told, at)}
    for marks, part in in_parts(uid for uid in wanted if uid not in found):
        for uid, customer_id in book.rows(
            "SELECT row_state.uid, customer.id FROM row_state JOIN customer ON customer.uid = leader_uid "  # noqa: S608
            f"WHERE row_state.uid IN ({marks})",
            part,
        ):
            found[uid] = customer_id, None
    return found


def uids_in_book(book: Book, uids: Iterable[str]) -> set[str]:
    """Those of the uids that the book has."""
    return digests_by_uid(book, uids).keys() | set()


def ids_by_verdict(book: Book, uids: Collection[str]) -> dict[str, int]:
    """For uids that the book does not have, the id of the customer who is one person with each, as verdicts say."""
    said = persons.verdicts(book, uids)
    linked = {uid for pair, verdict in said.items() if verdict.same for uid in pair}.intersection(uids)
    leaders: dict[str, str] = {}
    for uid in linked:
        if shown := set(rows.leaders(book, persons.group(book, [uid])).values()):
            leaders[uid] = people.leading(shown)
    ids = digests_by_uid(book, set(leaders.values()))
    return {uid: ids[leader][0] for uid, leader in leaders.items()}


def ids_by_number(book: Book, numbers: Iterable[str]) -> dict[str, int]:
    """The id of the customer with each ID number, by the number in `folding.nocase`."""
    found: dict[str, int] = {}
    for marks, part in in_parts(numbers):
        for number, customer_id in book.rows(
            f"SELECT id_number, id FROM customer WHERE id_number IN ({marks})",  # noqa: S608  # question marks only
            part,
        ):
            found[folding.nocase(number)] = customer_id
    return found


def ids_by_email(book: Book, emails: Iterable[str]) -> dict[str, list[int]]:
    """The ids of the customers with each e-mail, by the e-mail in `folding.nocase`."""
    found: dict[str, list[int]] = defaultdict(list)
    for marks, part in in_parts(emails):
        for email, customer_id in book.rows(
            f"SELECT email, id FROM customer WHERE email IN ({marks}) ORDER BY id",  # noqa: S608  # as above
            part,
        ):
            found[folding.nocase(email)].append(customer_id)
    return found


def emails_in_book(book: Book, emails: Iterable[str]) -> dict[str, list[Person]]:
    """The customers with each e-mail, by the e-mail in `folding.nocase`."""
    found: dict[str, list[Person]] = defaultdict(list)
    for marks, part in in_parts(emails):
        for email, uid, key in book.rows(
            f"SELECT email, uid, name_key FROM customer WHERE email IN ({marks}) ORDER BY id",  # noqa: S608  # as above
            part,
        ):
            found[folding.nocase(email)].append(Person(uid, key))
    return found


def whole(book: Book, ids: Iterable[int]) -> dict[int, Known]:
    """Customers by id, with all that a row of a workbook may say of them."""
    found: dict[int, Known] = {}
    for marks, part in in_parts(ids):
        for customer_id, version, key, digest, told, *values in book.rows(
            f"SELECT id, version, name_key, row_digest, merge_state, {', '.join(_FIELD_COLUMNS)} FROM customer "  # noqa: S608
            f"WHERE id IN ({marks})",
            part,
        ):
            found[customer_id] = Known(customer_id, version, key, digest, values, told)
        stores: dict[int, set[str]] = defaultdict(set)
        for customer_id, name in book.rows(
            "SELECT customer_id, name FROM customer_store JOIN store ON store.id = store_id "  # noqa: S608  # as above
            f"WHERE customer_id IN ({marks})",
            part,
        ):
            stores[customer_id].add(name)
        for customer_id, names in stores.items():
            found[customer_id].stores = frozenset(names)
    return found

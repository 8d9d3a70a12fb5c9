"""The record of an import in the book: that it runs, how far it is, and what every row was before it."""

from __future__ import annotations

import json
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from store import clock, members, rows
from store.errors import NotNowError
from store.merge import codec
from store.merge.state import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from store.database import Book
    from store.merge.exchange import Entry
    from store.merge.people import Pairs, Verdict
    from store.merge.state import Row
    from store.records import Actor
    from store.rows import Person

APPLYING, APPLIED, TAKING_BACK, TAKEN_BACK = "applying", "applied", "taking back", "taken back"
PERSON, VERDICT = "person", "verdict"
"""The kinds of change of a customer whose state was joined, and of a verdict on two uids (its id is only a number)."""
AFTER = "person after"
"""The kind that holds what a customer's state came to by an import."""
RAISED = "customer version"
"""The kind that counts how often an import raised a customer's version by the ledger alone, with the reason before,
the uid and the balance; and, while it is taken back, with the points that went."""
ERASED, KEPT = "erased", "kept"
"""The kinds that count whom an import erased, and that say what had to stay when it was taken back."""
BROUGHT = "brought uid"
"""The kind that holds a uid that the book knows by the import, and that is no customer of its own."""
RENAMING = "store renames"
"""The kind that holds the renames of stores whose customers are being moved; there is one while that goes on."""
OPENING = "uid, points, reason, employee, till, at, owner_uid"
"""The columns of a balance that a list brought, as they are kept with the customer that they are of."""


@dataclass(frozen=True, slots=True)
class Run:
    """An import that is under way: its row in the book, its stage's file name, the steps already taken and all."""

    id: int
    stage: str
    cursor: int = 0
    file_name: str = ""
    steps: int = 0
    taking_back: bool = False
    """Whether it is on its way out again: then `steps` are the changes to take back, and `cursor` those taken."""

    @property
    def place(self) -> str:
        """How far it is: `37,345 of 100,000`."""
        return f"{self.cursor:,} of {self.steps:,}"

    @property
    def doing(self) -> str:
        """What happens, as the beginning of a sentence."""
        return f"The import of {self.file_name} is {'being taken back' if self.taking_back else 'under way'}"


def begin(book: Book, stage: str, about: dict[str, Any], steps: int = 0) -> Run:
    """Record that an import of so many steps starts. Raises NotNowError while another one is under way."""
    with book.write():
        refuse_second(book)
        actor: Actor = book.actor
        row = book.execute(
            "INSERT INTO import_run (uid, file_name, file_digest, employee, till, started_at, state, stage, counts) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                str(uuid.uuid4()), about["file_name"], about["file_digest"], actor.employee, actor.till, clock.now(),
                APPLYING, stage, json.dumps({"steps": steps, "sheets": about["sheets"]}),
            ),
        )  # fmt: skip
        return Run(int(row.lastrowid or 0), stage, 0, about["file_name"], steps)


def refuse_second(book: Book, then: str = "import this file") -> None:
    """Raise NotNowError while an import is under way, or is being taken back."""
    if now := running(book):
        raise NotNowError(f"{now[0].doing} in this book ({now[0].place} rows). Wait until it has ended, then {then}.")


def running(book: Book) -> list[Run]:
    """The imports that began and did not end, and those that are being taken back; hardly ever more than one."""
    return [
        Run(run_id, stage, cursor, file_name, steps, bool(taking_back))
        for run_id, stage, cursor, file_name, steps, taking_back in book.rows(
            "SELECT id, stage, cursor, file_name, coalesce(json_extract(counts, iif(state = :back, '$.back', "
            "'$.steps')), 0), state = :back FROM import_run WHERE state IN (:applying, :back) ORDER BY id",
            {"applying": APPLYING, "back": TAKING_BACK},
        )
    ]


def is_running(book: Book, run: Run) -> bool:
    """Whether an import has still not ended."""
    return any(now.id == run.id for now in running(book))


def move(book: Book, run: Run, cursor: int) -> None:
    """Record, inside the transaction that takes the steps, that all before `cursor` are taken."""
    book.execute("UPDATE import_run SET cursor = ? WHERE id = ?", (cursor, run.id))


def turn_back(book: Book, run: Run) -> None:
    """Record that an import is taken back from now on, inside a transaction; nobody finishes it any more."""
    book.execute(
        "UPDATE import_run SET state = :back, cursor = 0, award_cursor = NULL, counts = json_set(counts, '$.back', "
        "(SELECT count(*) FROM import_change WHERE run_id = :id AND kind NOT IN (:kept, :erased))) "
        "WHERE id = :id AND state <> :back",
        {"back": TAKING_BACK, "id": run.id, "kept": KEPT, "erased": ERASED},
    )


def count(book: Book, run: Run, more: Mapping[str, int], taken: int) -> None:
    """Add to an import's counts, and move its cursor, inside the transaction that takes steps or changes back."""
    for name, number in more.items():
        book.execute(
            "UPDATE import_run SET counts = json_set(counts, :at, coalesce(json_extract(counts, :at), 0) + :number) "
            "WHERE id = :id",
            {"at": f"$.{name}", "number": number, "id": run.id},
        )
    book.execute("UPDATE import_run SET cursor = cursor + ? WHERE id = ?", (taken, run.id))


def place(book: Book, run: Run) -> tuple[int, int]:
    """How far the import is by now: what is done, and all."""
    found = next((now for now in running(book) if now.id == run.id), run)
    return found.cursor, found.steps


def end(book: Book, run: Run, state: str, sheets: dict[str, dict[str, int]] | None = None) -> None:
    """Record that an import has ended, and with what counts."""
    with book.write():
        book.execute(
            "UPDATE import_run SET state = :state, finished_at = :now, stage = '', counts = CASE WHEN :sheets IS NULL "
            "THEN counts ELSE json_set(counts, '$.sheets', json(:sheets)) END WHERE id = :id",
            {
                "state": state, "now": clock.now(), "id": run.id,
                "sheets": None if sheets is None else json.dumps(sheets),
            },
        )  # fmt: skip


def created(book: Book, run: Run, kind: str, ids: Iterable[int]) -> None:
    """Record rows that the import made."""
    book.raw().executemany(
        "INSERT OR IGNORE INTO import_change (run_id, kind, row_id, before) VALUES (?, ?, ?, NULL)",
        [(run.id, kind, row_id) for row_id in ids],
    )


def made(book: Book, run: Run, kind: str, names: Mapping[int, str]) -> None:
    """Record rows that the import made, each with what it is known by: an id may be another row's one day."""
    book.raw().executemany(
        "INSERT OR REPLACE INTO import_change (run_id, kind, row_id, before) VALUES (?, ?, ?, ?)",
        [(run.id, kind, row_id, json.dumps(name, ensure_ascii=False)) for row_id, name in names.items()],
    )


def made_customers(book: Book, run: Run, first: int, last: int) -> None:
    """Record all customers with these ids and between them, which the import made, as `made` does."""
    book.execute(
        "INSERT OR REPLACE INTO import_change (run_id, kind, row_id, before) "
        "SELECT ?, 'customer', id, json_quote(uid) FROM customer WHERE id BETWEEN ? AND ?",
        (run.id, first, last),
    )


def changed(book: Book, run: Run, kind: str, row_id: int, before: dict[str, Any]) -> None:
    """Record what a row was before the import changed it; the first record of a row counts."""
    book.execute(
        "INSERT OR IGNORE INTO import_change (run_id, kind, row_id, before) VALUES (?, ?, ?, ?)",
        (run.id, kind, row_id, json.dumps(before, ensure_ascii=False)),
    )


def judged(book: Book, run: Run, before: Mapping[tuple[str, str], Verdict | None], after: Pairs) -> None:
    """Record the verdicts that stood before an import's, None where there was none, and those that it left."""
    _number(
        book,
        run,
        VERDICT,
        [
            json.dumps([*pair, None if verdict is None else list(verdict), list(after[pair])])
            for pair, verdict in before.items()
            if pair in after and after[pair] != verdict
        ],
    )


def _number(book: Book, run: Run, kind: str, told: Iterable[str]) -> None:
    """Record what is of no row: the ids only number it."""
    [[last]] = book.rows(
        "SELECT coalesce(max(row_id), 0) FROM import_change WHERE run_id = ? AND kind = ?", (run.id, kind)
    )
    book.raw().executemany(
        "INSERT INTO import_change (run_id, kind, row_id, before) VALUES (?, ?, ?, ?)",
        [(run.id, kind, number, before) for number, before in enumerate(told, last + 1)],
    )


def erased(book: Book, run: Run, people: int) -> None:
    """Record that an import erased people, which nothing brings back; not whom."""
    _number(book, run, ERASED, [json.dumps(people)])


def renaming(book: Book, run: Run, renames: Sequence[Sequence[Any]]) -> None:
    """Record which renames of stores have begun to be carried out."""
    changed(book, run, RENAMING, 1, {"renames": [*renames]})


def renamed(book: Book, run: Run) -> None:
    """Record that they were carried out."""
    book.execute("DELETE FROM import_change WHERE run_id = ? AND kind = ?", (run.id, RENAMING))


def stays(book: Book, run: Run, sentence: str, uids: Iterable[str] = ()) -> None:
    """Record what had to stay when the import was taken back, and whom it concerns."""
    _number(book, run, KEPT, [json.dumps([sentence, *uids], ensure_ascii=False)])


def person_before(book: Book, run: Run, person: Person) -> None:
    """Record a customer whole, with the state, before an import joins it; the first record of a customer counts.

    One that the import made itself has no before.
    """
    made = book.rows(
        "SELECT 1 FROM import_change WHERE run_id = ? AND kind = 'customer' AND row_id = ?", (run.id, person.id)
    )
    if made:
        return
    columns, told = _columns_of(book, person.id)
    noted, with_photos = members.told(book, person.rows) if len(person.rows) > 1 else ({}, [])
    before = {
        "uid": person.uid,
        "version": person.version,
        "columns": columns,
        "told": told,
        "stores": list(rows.stores_of(person.values.get("stores") or ())),  # type: ignore[arg-type]  # a tuple
        "rows": {uid: codec.whole(row) for uid, row in person.rows.items()},
        "noted": noted,
        "with_photos": with_photos,
        "openings": openings_of(book, person.id),
        "points": person.points,
    }
    changed(book, run, PERSON, person.id, before)


def person_after(book: Book, run: Run, person: Person) -> None:
    """Record what a customer's state is after an import joined it: any other state was written since."""
    book.execute(
        "INSERT INTO import_change (run_id, kind, row_id, before) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (run_id, kind, row_id) DO UPDATE SET before = excluded.before",
        (run.id, AFTER, person.id, json.dumps(state_mark(person))),
    )


def state_mark(person: Person) -> str:
    """A short name of all rows of a customer, but for the reason, which the ledger changes."""
    told = sorted((uid, codec.dumps(codec.whole(without_reason(row)))) for uid, row in person.rows.items())
    return mark(person.uid, told)


def without_reason(row: Row) -> Row:
    """A row but for the reason, which is the ledger's as soon as that has one."""
    fields = {name: versions for name, versions in row.fields.items() if name != "reason"}
    offers = {name: some for name, some in row.offers.items() if name != "reason"}
    return replace(row, fields=fields, offers=offers)


def _columns_of(book: Book, customer_id: int) -> tuple[dict[str, Any], str | None]:
    """A customer's columns, and the state in its short form."""
    names = (*rows.COLUMNS, "has_photo")
    found = book.rows(f"SELECT {', '.join(names)}, merge_state FROM customer WHERE id = ?", (customer_id,))  # noqa: S608
    *values, told = found[0]
    return dict(zip(names, values, strict=True)), None if told is None else told.decode()


def openings_of(book: Book, customer_id: int) -> list[list[Any]]:
    """The balance that a list brought a customer, as the ledger has it: the OPENING columns."""
    found = book.rows(f"SELECT {OPENING} FROM loyalty_entry WHERE customer_id = ? AND opening", (customer_id,))  # noqa: S608
    return [list(line) for line in found]


def raised(book: Book, run: Run, ids: Iterable[int]) -> None:
    """Record that the import raises these customers' versions once more, and their reasons and balances until now.

    It changes no other field of theirs.
    """
    book.raw().executemany(
        "INSERT INTO import_change (run_id, kind, row_id, before) "
        "SELECT ?, ?, id, json_array(1, reason, uid, points) FROM customer WHERE id = ? "
        "ON CONFLICT (run_id, kind, row_id) DO UPDATE "
        "SET before = json_set(before, '$[0]', json_extract(before, '$[0]') + 1)",
        [(run.id, RAISED, customer_id) for customer_id in ids],
    )


def taken_out(book: Book, run: Run, points: Mapping[int, int]) -> None:
    """Record how many points of the import more went out of ledgers, by the customer's id, beside what `raised` did."""
    book.raw().executemany(
        "UPDATE import_change SET before = json_set(before, '$[4]', coalesce(json_extract(before, '$[4]'), 0) + ?) "
        "WHERE run_id = ? AND kind = ? AND row_id = ? AND json_array_length(before) >= 4",
        [(some, run.id, RAISED, customer_id) for customer_id, some in points.items()],
    )


def brought(book: Book, run: Run, uids: Iterable[str]) -> None:
    """Record uids that the import brought as others of somebody."""
    if told := [json.dumps(uid) for uid in uids]:
        _number(book, run, BROUGHT, told)


def entered(book: Book, run: Run, last: int) -> None:
    """Record the lines of the ledger that the import added after the one with this id."""
    new = book.rows("SELECT id FROM loyalty_entry WHERE id > ? AND NOT opening", (last,))
    created(book, run, "loyalty_entry", [entry_id for (entry_id,) in new])


@contextmanager
def entering(book: Book, run: Run, ids: Sequence[int]) -> Iterator[None]:
    """Record the lines that the ledgers of these customers get meanwhile, be it under ids of lines that go."""
    before = _lines(book, ids)
    yield
    created(book, run, "loyalty_entry", (line_id for line_id, _ in _lines(book, ids) - before))


def _lines(book: Book, ids: Iterable[int]) -> set[tuple[int, str]]:
    return {
        (line_id, uid)
        for marks, part in rows.in_parts(ids)
        for line_id, uid in book.rows(
            f"SELECT id, uid FROM loyalty_entry WHERE customer_id IN ({marks}) AND NOT opening",  # noqa: S608
            part,
        )
    }


def settled(book: Book, run: Run, line_id: int, was: Entry, now: Entry) -> None:
    """Record a line of the ledger of which the import had a larger content, with both."""
    changed(book, run, "loyalty_entry", line_id, {"was": list(was), "now": list(now)})


def last_entry(book: Book) -> int:
    """The highest id in the ledger; 0 without any."""
    return int(book.rows("SELECT coalesce(max(id), 0) FROM loyalty_entry")[0][0])

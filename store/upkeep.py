"""Looking after a book: testing it for soundness, and copying it while it is in use."""

from __future__ import annotations

import itertools
import os
import sqlite3
import uuid
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from store import awards, copies, currency, erasure, folding
from store.answer import FAILED, OK, REFUSED, fail, say
from store.book_file import APPLICATION_ID, fault_of, judge
from store.database import BUSY_SECONDS, Book, open_book
from store.errors import BookError, DamagedBookError, ExportError, NotABookError
from store.exchange import CheckReport
from store.money import from_minor
from store.payments import effect
from store.shop_days import today
from store.workbook import journal
from store.workbook.stage import is_live
from store.workbook.target import chosen_place, take_away, typed_place

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

_MOST_NAMED = 5
"""Faults of one kind that are told one by one; of the rest there is a count."""


def check(book: Book) -> CheckReport:
    """Test everything that must be true of a book; the report has a sentence for each fault.

    It is a copy that is tested, because SQLite compares a search index under the write lock, and a million
    customers take long enough to turn a cashier's save away.
    """
    with _copied(book) as copy:
        faults = [fault for test in _TESTS for fault in _told(test, copy)]
        return CheckReport(
            customers=_number(copy, "SELECT count(*) FROM customer WHERE active = 1"),
            inactive=_number(copy, "SELECT count(*) FROM customer WHERE active = 0"),
            loyalty_entries=_number(copy, "SELECT count(*) FROM loyalty_entry"),
            receipts=_number(copy, "SELECT count(*) FROM receipt"),
            faults=tuple(faults),
            imports=tuple(_imports(copy)),
        )


@contextmanager
def _copied(book: Book) -> Iterator[Book]:
    place = book.path.with_name(f".{book.path.name}.{uuid.uuid4().hex}.check")
    copy = Book(place, book.actor)
    try:
        _copy_pages(book.path, place, tested=False)
        yield copy
    finally:
        copy.close()
        take_away(*(Path(f"{place}{end}") for end in ("", "-wal", "-shm", "-journal")))


def _told(test: Callable[[Book], Iterator[str]], book: Book) -> list[str]:
    """A test's faults: the first few by name."""
    try:
        faults = test(book)
        named = list(itertools.islice(faults, _MOST_NAMED))
        rest = sum(1 for _ in faults)
    except (DamagedBookError, sqlite3.DatabaseError) as error:
        return [f"The file is damaged: {error.__cause__ or error}."]
    return [*named, f"... and {rest:,} more of this kind."] if rest else named


def _number(book: Book, sql: str) -> int:
    try:
        return int(book.rows(sql)[0][0])
    except DamagedBookError:
        return 0


def _imports(book: Book) -> Iterator[str]:
    """What has not ended; the book is sound at each of an import's steps, but has a part of the file only."""
    try:
        running, unawarded = journal.running(book), awards.pending(book)
    except (DamagedBookError, sqlite3.DatabaseError):
        return  # a test has told it
    for run in running:
        live = is_live(book.path.with_name(run.stage))
        if run.taking_back:
            how = "is being taken back" if live else "was cut off while it was taken back"
            goes_on = "" if live else ": it goes on when the book is next opened"
            yield f"The import of {run.file_name} {how}: {run.place} rows. The figures are not final{goes_on}."
        elif live:
            yield f"An import of {run.file_name} is under way: {run.place} rows. The figures are not final."
        else:
            yield (
                f"The import of {run.file_name} was cut off at {run.place} rows. The figures are not final: "
                "it is finished, or taken back, when the book is next opened."
            )
    for _, file_name in unawarded:
        yield f"Points for the receipts of {file_name} are not all given yet: they are when the book is next opened."


def _page_faults(book: Book) -> Iterator[str]:
    for (found,) in book.execute("PRAGMA integrity_check"):
        if found != "ok":
            yield f"The file is damaged: {' '.join(found.split())}."


def _parent_faults(book: Book) -> Iterator[str]:
    for table, row, parent, _ in book.execute("PRAGMA foreign_key_check"):
        yield f"Row {row} of {table} belongs to a {parent} that is not there."


def _balance_faults(book: Book) -> Iterator[str]:
    sql = (
        "SELECT c.id, c.first_name || ' ' || c.last_name, c.points, coalesce(sum(e.points), 0) AS ledger "
        "FROM customer c LEFT JOIN loyalty_entry e ON e.customer_id = c.id GROUP BY c.id HAVING c.points <> ledger"
    )
    for customer_id, name, points, ledger in book.execute(sql):
        yield f"{name} (customer {customer_id}) shows {points:,} points, but the ledger adds up to {ledger:,}."


def _receipt_faults(book: Book) -> Iterator[str]:
    """Taxes and refunds: what stands on a receipt for the figures, and what its lines say."""
    book.raw().create_function("effect", 1, lambda status: effect(status).value, deterministic=True)
    sql = (
        "SELECT number, name, taxes, taxed, refunded, went_back FROM (SELECT number, store.name, taxes, refunded, "
        "(SELECT coalesce(sum(amount), 0) FROM receipt_tax WHERE receipt_id = receipt.id) AS taxed, "
        "(SELECT iif(count(*) AND max(effect(status) <> 'none') = 0, NULL, "
        "coalesce(sum(abs(amount)) FILTER (WHERE effect(status) = 'back'), 0)) "
        "FROM receipt_payment WHERE receipt_id = receipt.id) AS went_back "
        "FROM receipt LEFT JOIN store ON store.id = store_id) WHERE taxes <> taxed OR refunded IS NOT went_back"
    )
    money = currency.of(book)

    def shown(units: int) -> str:
        return money.show(from_minor(units, money.digits))

    def gone_back(units: int | None) -> str:
        return "no payment that counts" if units is None else f"{shown(units)} that went back"

    for number, store, taxes, taxed, refunded, went_back in book.execute(sql):
        receipt = f"Receipt {number} of {store or 'no store'}"
        if taxes != taxed:
            yield f"{receipt}: the figures reckon with {shown(taxes)} of taxes, but its lines say {shown(taxed)}."
        if refunded != went_back:
            yield f"{receipt}: the figures reckon with {gone_back(refunded)}, its payments say {gone_back(went_back)}."


def _tally_faults(book: Book) -> Iterator[str]:
    tally = dict(book.rows("SELECT name, value FROM tally"))
    for name, active in (("active", 1), ("inactive", 0)):
        counted = book.rows("SELECT count(*) FROM customer WHERE active = ?", (active,))[0][0]
        if tally.get(name) != counted:
            yield f"The book counts {tally.get(name, 0):,} {name} customers, but has {counted:,}."


def _derived_faults(book: Book) -> Iterator[str]:
    """Ranks, folded names and phone digits: what is worked out from a customer's own values."""
    before = ""
    rows = book.execute("SELECT id, name_key, first_name, last_name, phone, phone_digits FROM customer ORDER BY ord")
    for customer_id, key, first, last, phone, digits in rows:
        if key < before:
            yield f"{first} {last} (customer {customer_id}) stands in the wrong place of the list."
        before = key
        if key != folding.name_key(first, last):
            yield f"{first} {last} (customer {customer_id}) is filed under another name: {key}."
        if digits != folding.digits(phone):
            yield f"{first} {last} (customer {customer_id}) is filed under another phone number: {digits}."


def _domain_faults(book: Book) -> Iterator[str]:
    known = {token for (token,) in book.rows("SELECT token FROM email_domain")}
    used = book.execute("SELECT DISTINCT lower(substr(email, instr(email, '@') + 1)) FROM customer WHERE email <> ''")
    for (domain,) in used:
        if folding.domain_token(domain.rpartition("@")[2]) not in known:
            yield f"The search does not know the e-mail domain {domain}."


def _photo_faults(book: Book) -> Iterator[str]:
    sql = (
        "SELECT c.id, c.first_name || ' ' || c.last_name FROM customer c LEFT JOIN customer_photo p "
        "ON p.customer_id = c.id WHERE c.has_photo <> (p.customer_id IS NOT NULL)"
    )
    for customer_id, name in book.execute(sql):
        yield f"{name} (customer {customer_id}) is wrong about having a photo."


def _search_faults(book: Book) -> Iterator[str]:
    try:
        book.execute("INSERT INTO customer_search (customer_search, rank) VALUES ('integrity-check', 1)")
    except DamagedBookError:
        yield "The search index does not match the customers."


_TESTS: tuple[Callable[[Book], Iterator[str]], ...] = (
    _page_faults, _parent_faults, _balance_faults, _receipt_faults, _tally_faults, _derived_faults, _domain_faults,
    _photo_faults, _search_faults,
)  # fmt: skip


def backup(book: Book, target: Path, *, force: bool = False) -> Path:
    """Copy the book to a file, whole and tested, while others use it; the copy's path.

    A folder gets a file of the book's name and the shop's day: `book-2026-03-09.db`. Where it is put is remembered: who
    is erased later on is erased in it as well.

    With `force` an older backup there is replaced in one step. Raises BookError when a file is there already, and
    with `force` when it is the book itself, belongs to something else, or is a book that is open.
    """
    try:
        place = chosen_place(target, lambda: f"{book.path.stem}-{today(book)}{book.path.suffix}")
    except ExportError as error:
        raise BookError(str(error)) from None
    if not place.parent.is_dir():
        raise BookError(f"There is no folder {place.parent}. Make it first, or name another file.")
    with _written(place):
        if place.exists():
            _refuse_to_replace(book, place, force=force)
    if erasure.is_due(book):
        erasure.finish(book)
    copies.lineage(book)
    cleared = copies.cleared(book)
    copy_book(book.path, place)
    copies.note(book, place, cleared)
    return place


def _refuse_to_replace(book: Book, place: Path, *, force: bool) -> None:
    if place.samefile(book.path):
        raise BookError(f"{place} is the book itself. Name another file for the copy.")
    if not force:
        raise BookError(f"{place} is there already. Name another file, or add --force to replace it.")
    if Path(f"{place}-wal").exists():
        raise BookError(f"{place} is a book that is open. Name another file for the copy.")
    if place.stat().st_size:
        try:
            judge(place)
        except NotABookError:
            raise NotABookError(f"{place} is no older backup, and stays. Name another file for the copy.") from None


def copy_book(source: Path, target: Path) -> None:
    """Copy a book beside the target, test the copy, and put it in the target's place. Only its owner may read it."""
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex}.part")
    try:
        with _written(target):
            _copy_pages(source, part, tested=True)
            part.replace(target)
    finally:
        take_away(*(Path(f"{part}{end}") for end in ("", "-journal")))


@contextmanager
def _written(target: Path) -> Iterator[None]:
    """Tell the system's faults inside as BookError."""
    try:
        yield
    except OSError as error:
        raise BookError(f"{target} cannot be written ({error.strerror}). Name another file for the copy.") from None


def _copy_pages(source: Path, target: Path, *, tested: bool) -> None:
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise BookError(f"No file can be made in {target.parent} ({error.strerror}). Name another place.") from None
    try:
        with (
            closing(sqlite3.connect(source, timeout=BUSY_SECONDS)) as original,
            closing(sqlite3.connect(target, isolation_level=None)) as copy,
        ):
            original.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, complete in itself
            if tested and (fault := _first_fault(copy)):
                raise DamagedBookError(f"{source} cannot be copied whole ({fault}). Put an older backup in its place.")
    except sqlite3.DatabaseError as error:
        raise fault_of(error, source) or error from error


def _first_fault(copy: sqlite3.Connection) -> str:
    if copy.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        return "it is no book"
    found = str(copy.execute("PRAGMA quick_check(1)").fetchone()[0])
    return "" if found == "ok" else found


def _check_command(arguments: argparse.Namespace) -> int:
    book = open_book(getattr(arguments, "db", None), create=False, recover=False)
    with closing(book):
        report = check(book)
    customers, receipts = "customer" + "s" * (report.customers != 1), "receipt" + "s" * (report.receipts != 1)
    entries = "loyalty entry" if report.loyalty_entries == 1 else "loyalty entries"
    say(f"{book.path}: {report.customers:,} {customers}, {report.inactive:,} inactive, "
            f"{report.loyalty_entries:,} {entries}, {report.receipts:,} {receipts}.")  # fmt: skip
    for fault in report.faults:
        say(fault)
    for sentence in report.imports:
        say(sentence)
    sound = "The book is sound so far." if report.imports else "The book is sound."
    say(sound if not report.faults else "Keep this file, and put a backup in its place.")
    return OK if not report.faults else FAILED


def _backup_command(arguments: argparse.Namespace) -> int:
    book = open_book(getattr(arguments, "db", None), create=False, recover=False)
    with closing(book):
        if arguments.gone:
            return _dismiss(book, Path(arguments.file))
        place = typed_place(arguments.file)
        left = erasure.finish(book)
        copy = backup(book, place, force=arguments.force)
    say(f"Copied {book.path} to {copy}.")
    for sentence in left.sentences:
        say(sentence)
    return OK


def _dismiss(book: Book, place: Path) -> int:
    if not copies.dismiss(book, place):
        return fail(f"The book knows of no backup at {place}.", REFUSED)
    say(f"{place} is looked for no more.")
    return OK


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"check": _check_command, "backup": _backup_command}
"""The headless commands of this module, by name; each gives its exit code."""

"""How to open every screen of the program with the worst data there is.

A screen that is new in `tui.screens.SCREENS` must get a line in `OPENINGS`: the tests that use this table fail
until it has one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from store import customers, outbox, receipts, settings, stores
from store.currency import Currency
from store.customer_records import FieldChange
from store.erasure_records import Erased, Unreached
from store.exchange import FieldMove, ImportPreview, RowMove, SheetCounts
from store.receipt_records import Bar, Metrics
from store.records import ListQuery, Store
from store.review_records import Kind, Question
from tests.tui.hostile import ATTACKS, STORABLE
from tests.tui.receipts_filled import add_hostile_receipt, add_mail, add_receipt
from tests.tui.reviews import Reviewing, Session
from tui.import_desk import ImportDesk
from tui.receipt_period import ChosenPeriod
from tui.screens.customer_page import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from store.customer_records import Customer
    from store.database import Book
    from tui.app import RegularsApp

TEXT_COLUMNS = (
    "first_name", "last_name", "email", "phone", "nationality", "gate_code", "notes", "reason", "gift_card",
    "address_line1", "address_line2", "city", "state", "zip_code", "gender", "country", "id_number",
)  # fmt: skip
"""Columns of the customer table that hold text."""

ALL = " ".join(STORABLE.values())
"""All attacks in one value."""


def fill_with_attacks(book: Book) -> None:
    """Customers who hold an attack in every text field, each another one, as no form would let them in."""
    attacks = list(STORABLE.values())
    for number in range(len(attacks)):
        made = customers.create(
            book, {"first_name": "Ann", "last_name": f"Attack{number}", "email": f"a{number}@example.com"}
        )
        values = [attacks[(number + at) % len(attacks)] for at in range(len(TEXT_COLUMNS))]
        values[-1] += str(number)
        columns = ", ".join(f"{column} = ?" for column in TEXT_COLUMNS)
        book.execute(f"UPDATE customer SET {columns}, loyalty = 1, points = 7 WHERE id = ?", (*values, made.id))
    for number, attack in enumerate(attacks):
        shop = stores.ensure(book, f"Shop {number}")
        book.execute("UPDATE store SET name = ? WHERE id = ?", (f"{number} {attack}", shop.id))
        book.execute("INSERT INTO customer_store (customer_id, store_id) VALUES (1, ?)", (shop.id,))


def hostile_files(folder: Path) -> Path:
    """A folder of files whose names are attacks, and a workbook full of them; the workbook."""
    folder.mkdir(parents=True, exist_ok=True)
    for attack in STORABLE.values():
        name = attack.replace("/", "").replace("\0", "")[:60]
        (folder / f"{name}.csv").write_text("Nothing\n", encoding="utf-8")
    (folder / "half \udcff.csv").write_text("Nothing\n", encoding="utf-8")
    rows = ["First Name,Last Name,E-Mail,Phone Number,Stores," + _cell(ATTACKS["title"] + ATTACKS["markup"])]
    rows.extend(",".join([_cell(attack)] * 6) for attack in STORABLE.values())
    workbook = folder / f"evil {STORABLE['clear']}.csv"
    workbook.write_text("\n".join(rows), encoding="utf-8")
    return workbook


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""').replace("\0", "") + '"'


def _first(book: Book) -> Customer:
    return customers.get(book, 1)


def _with_ledger(book: Book) -> int:
    """A customer whose entries hold an attack in every text."""
    attacks = list(STORABLE.values())
    for at, attack in enumerate(attacks):
        book.execute(
            "INSERT INTO loyalty_entry (uid, customer_id, points, reason, employee, till, at) "
            "VALUES (?, 1, ?, ?, ?, ?, ?)",
            (
                f"entry {at}",
                10 ** (at % 12),
                attack,
                attacks[at - 1],
                attacks[at - 2],
                f"2026-11-{at + 1:02}T09:30:00Z",
            ),
        )
    return 1


def _with_figures(book: Book, customer_id: int) -> int:
    """A customer whose receipts' numbers, and comments, hold every attack; filled once in a book."""
    if book.rows("SELECT 1 FROM feedback WHERE customer_id = ?", (customer_id,)):
        return customer_id
    for at, attack in enumerate(STORABLE.values()):
        number = f"{customer_id} {at} {attack}"
        receipt_id = add_receipt(book, number, customer=customer_id, total=(-1) ** at * 10 ** (at % 17))
        book.execute(
            "INSERT INTO feedback (uid, customer_id, receipt_id, positive, comment, on_date) VALUES (?, ?, ?, ?, ?, ?)",
            (f"feedback {number}", customer_id, receipt_id, at % 2, attack, "2026-11-22"),
        )
    return customer_id


def _hostile_metrics() -> Metrics:
    bars = tuple(Bar(text, text, Decimal(10) ** (at % 17)) for at, text in enumerate(STORABLE.values()))
    return Metrics(1, Decimal(1), 1, None, 1, 1, bars, bars, bars)


def _failed_mail(book: Book) -> Arguments:
    """A receipt whose last mail failed, to nowhere and for a hostile reason."""
    receipt_id = add_hostile_receipt(book)
    add_mail(book, receipt_id, recipient=ALL, state="failed", error=ALL)
    return {"receipt": receipts.get(book, receipt_id), "mails": outbox.of_receipt(book, receipt_id)}


def _with_settings(book: Book) -> Arguments:
    """Settings that hold every attack, as no page would let them in."""
    for name in ("currency", "locale", "mail_host", "mail_user", "mail_password", "mail_sender", "mail_sender_name"):
        settings.put(book, name, ALL)
    settings.put(book, "reasons", list(STORABLE.values()))
    return {}


def _with_outbox(book: Book) -> Arguments:
    """Mails to nowhere, that failed for hostile reasons."""
    _failed_mail(book)
    return {}


def _with_exchange(book: Book) -> Arguments:
    """An exchange with tills and files whose names are attacks, as no folder could hold them."""
    settings.put(book, "sync_folder", ALL)
    settings.put(book, "sync_ran_at", "2026-11-22T09:30:00Z")
    origin = settings.get(book, "origin")
    for at, text in enumerate(STORABLE.values(), 1):
        moment = f"2026-11-{at:02}T09:30:00Z"
        book.execute("INSERT OR REPLACE INTO folder_book VALUES (?, ?, 0, '[]', ?)", (text, text, at))
        book.execute("INSERT OR REPLACE INTO folder_file VALUES (?, ?, ?, ?, ?, 'refused', 3, 0, ?)",
                     (text, text, text, at, moment, text))  # fmt: skip
        book.execute("INSERT OR REPLACE INTO folder_export VALUES (?, ?, '', ?, 0, 0, ?, 1, '', ?, ?, ?)",
                     (origin, at, text, moment, moment, moment, text))  # fmt: skip
    return {}


def _query() -> ListQuery:
    return ListQuery(text=ALL[:200])


def _changes() -> list[FieldChange]:
    names = ("first_name", "notes", "email", "phone")
    return [
        FieldChange(name, base, theirs, ours)
        for name, base, theirs, ours in zip(
            names, *[list(STORABLE.values())[at : at + 4] for at in (0, 4, 8)], strict=True
        )
    ]


def _hostile_questions(app: RegularsApp) -> list[Question]:
    """A question of each kind for each attack; the pairs are of customers of the book."""
    one, other = (customers.get(app.book, who).uid for who in (1, 2))
    return [
        Question(f"{kind} {at}", kind, one, text, text, text, text[::-1], text, text, other if kind is Kind.WHO else "")
        for kind in Kind
        for at, text in enumerate(STORABLE.values())
    ]


def _hostile_move(at: int) -> RowMove:
    text = list(STORABLE.values())[at // 2]
    fields = (FieldMove(text, text, text[::-1], text, text, held=True), FieldMove(text, "", "", text))
    return RowMove(at, text, text, ("created", "updated")[at % 2], fields)


def _hostile_preview(app: RegularsApp, folder: Path, customers_changed: int) -> Arguments:
    """An import that changes customers, and asks, nothing but attacks."""
    session = Session(_hostile_move, customers_changed)
    questions = () if customers_changed else tuple(_hostile_questions(app))
    counts = SheetCounts(1, 2, 3, 4, 5)
    session.news = [ImportPreview(ALL, "", counts, {ALL[:99]: counts}, (), (), customers_changed, questions)]
    app.import_desk = ImportDesk(app, lambda _: session)
    return {"path": folder / "any.xlsx"}


Arguments = dict[str, Any]

OPENINGS: Mapping[str, tuple[Callable[[RegularsApp, Path], Arguments], ...]] = {
    "customers": (lambda app, folder: {},),
    "columns": (lambda app, folder: {"query": _query(), "width": 80},),
    "list_filter": (
        lambda app, folder: {
            "query": _query(),
            "stores": [Store(at, text, text) for at, text in enumerate(STORABLE.values(), 1)],
        },
    ),
    "actions_menu": (lambda app, folder: {"subject": Subject(1, ALL, active=True), "page": app.screen},),
    "metrics": tuple((lambda app, folder, who=who: {"customer_id": _with_figures(app.book, who)}) for who in (1, 9)),
    "numbers": (lambda app, folder: {"metrics": _hostile_metrics(), "currency": Currency(ALL, 2, ALL)},),
    "comments": tuple(
        (lambda app, folder, side=side: {"customer_id": _with_figures(app.book, 1), "positive": side})
        for side in (True, False, None)
    ),
    "period": (lambda app, folder: {"chosen": ChosenPeriod("from-to", date.min, date.max)},),
    "profile": tuple((lambda app, folder, who=who: {"customer_id": who}) for who in (1, 9)),
    "customer_form": (
        *((lambda app, folder, who=who: {"customer_id": who}) for who in (1, 9)),
        lambda app, folder: {"customer_id": None, "prefill": {"first_name": ALL, "email": ATTACKS["title"]}},
    ),
    "calendar": (lambda app, folder: {"title": ALL, "typed": ALL},),
    "picker": (
        lambda app, folder: {
            "title": ALL, "rows": [(text, text) for text in STORABLE.values()], "current": ALL, "typed": "",
        },
    ),
    "conflict": (lambda app, folder: {"person": ALL, "changes": _changes()},),
    "loyalty": (
        lambda app, folder: {"customer": replace(_first(app.book), first_name=ALL)},
        lambda app, folder: {"customer": replace(_first(app.book), first_name=ALL, loyalty=False)},
    ),
    "ledger": (lambda app, folder: {"customer_id": _with_ledger(app.book)},),
    "receipt": (lambda app, folder: {"receipt_id": add_hostile_receipt(app.book)},),
    "send_receipt": (
        lambda app, folder: {"receipt": receipts.get(app.book, add_hostile_receipt(app.book))},
        lambda app, folder: _failed_mail(app.book),
    ),
    "settings": (lambda app, folder: _with_settings(app.book),),
    "shop_settings": (lambda app, folder: _with_settings(app.book),),
    "store_settings": (lambda app, folder: {},),
    "store": (lambda app, folder: {"store": None}, lambda app, folder: {"store": Store(1, ALL, ALL)}),
    "loyalty_settings": (lambda app, folder: _with_settings(app.book),),
    "mail_settings": (lambda app, folder: _with_settings(app.book),),
    "outbox": (lambda app, folder: _with_outbox(app.book),),
    "exchange_settings": (lambda app, folder: _with_exchange(app.book),),
    "exchanged": (lambda app, folder: _with_exchange(app.book),),
    "folder_chooser": (lambda app, folder: {"heading": ALL, "folder": hostile_files(folder / "folders").parent},),
    "file_chooser": (
        lambda app, folder: {"heading": ALL, "kinds": (".csv",), "folder": folder},
        lambda app, folder: {"heading": "Save", "kinds": (".csv",), "folder": folder, "save_as": "a\x1b[2J.csv"},
    ),
    "import": (
        lambda app, folder: {"path": hostile_files(folder / "import")},
        lambda app, folder: _hostile_preview(app, folder, 2 * len(STORABLE)),
        lambda app, folder: _hostile_preview(app, folder, 0),
    ),
    "imports": (lambda app, folder: {},),
    "stayed": (lambda app, folder: {"file": ALL, "sentences": tuple(STORABLE.values())},),
    "customer_chooser": (lambda app, folder: {"subject": Subject(1, ALL, active=True)},),
    "duplicates": (lambda app, folder: {},),
    "review": (lambda app, folder: {"reviewing": Reviewing(_hostile_questions(app))},),
    "compare": (lambda app, folder: {"question": replace(_hostile_questions(app)[-1], label=ALL)},),
    "export": (lambda app, folder: {"query": _query()},),
    "erase": (lambda app, folder: {"customer": replace(_first(app.book), first_name=ALL)},),
    "erased": (lambda app, folder: {"done": Erased(False, (ALL,), (Unreached(ALL, ALL), Unreached(ALL, "gone")))},),
    "confirm": (lambda app, folder: {"title": ALL, "text": ALL, "yes": ALL, "no": ALL, "danger": True},),
    "help": (lambda app, folder: {"screen": app.screen},),
    "palette": (lambda app, folder: {"screen": app.screen},),
}  # fmt: skip
"""For every screen, functions of the app and a folder of hostile files that give its arguments."""

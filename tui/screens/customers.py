"""The list: every customer of the book, found by typing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal
from textual.widgets import Static

from store import search, stores
from store.records import Count, ListQuery, Status
from tui import gate, list_settings, list_words
from tui.jobs import run_store
from tui.list_model import ListModel
from tui.screens.beginning import Beginning
from tui.screens.customer_page import CustomerPage, Subject
from tui.widgets.customer_table import CustomerTable
from tui.widgets.key_bar import KeyBar
from tui.widgets.search_box import SearchBox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual import events
    from textual.app import ComposeResult
    from textual.timer import Timer

    from store import records
    from store.database import Book
    from tui.commands import Command
    from tui.import_desk import ImportDesk
    from tui.import_watch import ImportWatch
    from tui.widgets.empty_book import EmptyBook

LOOK_SECONDS = 2.0
"""How often the book is asked whether another program wrote in it."""
IMPORTS_AFTER = 0.5
"""How long after the start it is asked whether an import is under way: when the first screen stands."""
AHEAD_SECONDS = 0.02
"""How long after a key the next rows are read: when its bytes are out, before the next key comes."""
IDLE_SECONDS = 0.4
"""How long nobody has to type before matches above the cap are counted to the end."""
COUNT_CAP = 1000
NARROW = 70
"""Below this width the count says less."""
NEEDS_CUSTOMERS = frozenset({"filter", "export_workbook", "columns"})
"""Commands that an empty book has no use for."""
NO_MATCH = ("No customer matches.", "F2 adds a new one with what you typed, Esc clears the search.")
NOBODY_LEFT = ("The filter leaves nobody.", "F5 changes it, Esc takes it away.")


class CustomersScreen(CustomerPage[None]):
    """The list of customers, under a search field that always has the focus."""

    HEADING = "Customers"
    HELP = (
        "Type to search: parts of a name, an e-mail, a phone number, a customer ID or a gift card, in any order. "
        "Up, Down, Page Up, Page Down, Home and End move in the list. Enter opens the customer; a scanned card, "
        "ID, phone or e-mail opens its customer at once. Esc clears the search, then the filter."
    )
    COMMANDS = (
        "undo", "restore", "new_customer", "edit", "filter", "points", "import_workbook", "export_workbook", "columns",
        "actions", "delete", "open", "last_import", "settings", "review",
        "exchange", "merge", "separate", "hand_over", "erase", "imports", "duplicates",
    )  # fmt: skip
    NEEDS: ClassVar[Mapping[str, str]] = {
        **CustomerPage.NEEDS,
        "restore": "Needs an inactive customer: F5 shows them.",
        "last_import": "No import yet since the program was started.",
    }
    AUTO_FOCUS = "SearchBox"
    BLANK = True

    def __init__(self) -> None:
        super().__init__()
        self.table = CustomerTable(ListModel(self._fetch, ListQuery()), on_status=self._offer_commands, id="table")
        self.box = SearchBox(on_text=self._typed, on_key_first=self._pressed, id="text")
        self._count = Static("", id="count", markup=False)
        self._filtered = Static("", id="filtered", markup=False)
        self._counting: Timer | None = None
        self._seen_version = 0
        self._cursor_chosen = False
        self._beginning = Beginning(self)
        self._imports: ImportWatch | None = None

    def body(self) -> ComposeResult:
        """The search line, the filter in words when there is one, the list."""
        with Horizontal(id="search"):
            yield Static("Find", id="find", markup=False)
            yield self.box
            yield self._count
        yield self._filtered
        yield self.table

    def on_mount(self) -> None:
        """Show the book's first customers."""
        self.set_interval(LOOK_SECONDS, self._look)
        self.set_timer(IMPORTS_AFTER, self._watch_imports)
        with self.telling():
            self._seen_version = self._book.data_version()
            self._ask(list_settings.arranged(self._book, self.query_now))

    @property
    def _book(self) -> Book:
        return self.regulars.book

    @property
    def query_now(self) -> ListQuery:
        """What the list shows at the moment: text, filter, columns and order."""
        return self.table.model.query

    @property
    def subject(self) -> Subject | None:
        """The customer under the cursor."""
        row = self.table.row
        if row is None:
            return None
        return Subject(row.id, str(row.values[self.query_now.columns.index("name")]), row.active)

    def _fetch(self, query: ListQuery, **place: object) -> records.Page:
        return search.page(self._book, query, **place)  # type: ignore[arg-type]  # Fetch names the same arguments

    # -- asking

    def _ask(self, query: ListQuery, *, around: int | None = None) -> None:
        """Show the answer to a query and how many it has."""
        self.regulars.end_fault(self)
        self._cursor_chosen = around is not None
        self.table.load(query, around=around)
        self._say_filter()
        self._say_count()
        self.refresh_bindings()

    def _typed(self, text: str) -> None:
        """The search field holds another text: rows and count change in the same frame."""
        if text == self.query_now.text:
            return
        self._cursor_chosen = False
        self.regulars.end_fault(self)
        opens_or_ends = not text or not self.query_now.text
        with self.telling():
            self.table.load(replace(self.query_now, text=text))
            self._say_count()
        if opens_or_ends:
            self._offer_commands()

    def _say_count(self) -> None:
        """How many match, of how many; counted to the end later when that takes long."""
        if self._counting is not None:
            self._counting.stop()
            self._counting = None
        query, model = self.query_now, self.table.model
        total = search.total(self._book, query.status)
        if not query.text and query.store_id is None and query.loyalty is None:
            count = Count(total)
        elif model.is_whole:
            count = Count(len(model.rows))
        else:
            count = search.count(self._book, query, cap=COUNT_CAP)
        self._show_count(count, total)
        if count.capped:
            self._counting = self.set_timer(IDLE_SECONDS, partial(self._count_to_the_end, query, total))
        self._say_empty(total)

    def _show_count(self, count: Count, total: int) -> None:
        words = list_words.count_words(count, total, narrow=self.size.width < NARROW)
        if str(self._count.content) != words:
            self._count.update(words, layout=False)

    def _count_to_the_end(self, query: ListQuery, total: int) -> None:
        def counted(count: Count) -> None:
            if self.query_now == query:
                self._show_count(count, total)

        run_store(self, lambda book: search.count(book, query, cap=None), counted, group="count", exclusive=True)

    def _say_filter(self) -> None:
        words = list_words.filter_words(self.query_now, stores.all_stores(self._book) if self._is_filtered else ())
        self._filtered.set_class(bool(words), "-set")
        self._filtered.update(gate.plain(f"{words}   (Esc shows everybody)" if words else ""))

    @property
    def _is_filtered(self) -> bool:
        return list_words.is_filtered(self.query_now)

    def _say_empty(self, total: int) -> None:
        """What stands where no rows are; a book without a customer offers how to begin."""
        if self.table.model.rows:
            self._beginning.offer(False)
            return
        query = self.query_now
        self.table.say(*(NO_MATCH if query.text else NOBODY_LEFT))
        begins = not total and not query.text and not self._is_filtered
        self._beginning.offer(begins and not search.total(self._book, Status.ALL))

    def _look(self) -> None:
        """Did another program write in the book? Then show what it wrote, where it is on the screen."""
        if not self.is_current or not self._seen_version:
            return
        with self.telling():
            version = self._book.data_version()
            if version != self._seen_version:
                self._seen_version = version
                self.table.reload()
                self._say_count()
                self._watch_imports()

    def _watch_imports(self) -> None:
        """While another program's import runs, the list is a part of what it will be: say so."""
        from store.workbook import journal

        with self.telling():
            if self._imports is None and journal.running(self._book):
                from tui.import_watch import ImportWatch

                self._imports = ImportWatch(self)
            if self._imports is not None:
                self._imports.look()

    def on_screen_resume(self) -> None:
        """Back from another page: the book may have changed meanwhile."""
        self._look()

    # -- keys and mouse

    def _pressed(self, event: events.Key) -> bool:
        """A key, before the search field sees it; in the order of typing, whatever was typed in one burst."""
        if self._beginning.press(event.key):
            return True
        if event.key == "enter":
            self._enter()
            return True
        with self.telling():
            if self.table.press(event.key, at_once=not self.regulars.types_on):
                self._cursor_chosen = True
                if self.table.model.wants_more:
                    self.set_timer(AHEAD_SECONDS, self._read_ahead)
                return True
        return False

    def _read_ahead(self) -> None:
        with self.telling():
            self.table.model.read_ahead()

    def _enter(self) -> None:
        """Open whom a scanner named, otherwise whom the cursor is on."""
        text = self.query_now.text.strip()
        if text and not self._cursor_chosen:
            with self.telling():
                named = search.exact(self._book, text)
                if len(named) == 1:
                    self.box.value = ""
                    self.show_changed(named[0])
                    self.open_customer(named[0])
                    return
                if len(named) > 1:
                    self._cursor_chosen = True
                    self.announce(f"{len(named)} customers have this. Choose one and press Enter.", hint=True)
                    return
        if self.subject:
            self.open_customer(self.subject.id)
        else:
            self.announce(NO_MATCH[0] if text else NOBODY_LEFT[0], error=True)

    def on_customer_table_opened(self, event: CustomerTable.Opened) -> None:
        """A customer was clicked open."""
        self.open_customer(event.row.id)

    def _offer_commands(self) -> None:
        """Other commands make sense now."""
        self.query_one(KeyBar).follow()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc has something to clear, or nothing."""
        if action == "back":
            return bool(self.query_now.text) or self._is_filtered
        if action in NEEDS_CUSTOMERS and self._beginning.offered:
            return False
        if action == "last_import":
            desk = self.regulars.import_desk
            return desk is not None and desk.result is not None
        return super().check_action(action, parameters)

    def words(self, command: Command) -> str:
        """Esc clears here."""
        return "Clear" if command.id == "back" else super().words(command)

    # -- commands

    def action_back(self) -> None:
        """Take the search away, then the filter part by part; the cursor stays on its customer."""
        query, row = self.query_now, self.table.row
        if query.text:
            self.box.set_silently("")
            wider = replace(query, text="")
        elif query.status is not Status.ACTIVE:
            wider = replace(query, status=Status.ACTIVE)
        elif query.loyalty is not None:
            wider = replace(query, loyalty=None)
        else:
            wider = replace(query, store_id=None)
        with self.telling():
            self._ask(wider, around=row.id if row else None)

    def action_new_customer(self) -> None:
        """The empty form; what was searched for in vain stands on it already."""
        typed = {} if self.table.model.rows else list_words.prefill(self.query_now.text)
        self.regulars.open_screen("customer_form", self._created, customer_id=None, prefill=typed or None)

    def _created(self, customer_id: int | None) -> None:
        if customer_id is None:
            return
        with self.telling():
            self.box.set_silently("")
            plain = replace(self.query_now, text="", store_id=None, loyalty=None, status=Status.ACTIVE)
            self._ask(plain, around=customer_id)

    def show_changed(self, customer_id: int) -> None:
        """Show a customer as they are now, with the cursor on them if the list has them."""
        with self.telling():
            if (self.subject is not None and self.subject.id == customer_id) or not self.table.seek(customer_id):
                self.table.reload()
            self._say_count()
            self.refresh_bindings()

    def action_filter(self) -> None:
        """Which customers the list shows."""
        with self.telling():
            known = stores.all_stores(self._book)
            self.regulars.open_screen("list_filter", self._rearranged, query=self.query_now, stores=known)

    def action_columns(self) -> None:
        """Which columns the list shows, and how it is sorted."""
        self.regulars.open_screen("columns", self._arranged, query=self.query_now, width=self.size.width)

    def _arranged(self, query: ListQuery | None) -> None:
        if query is not None:
            with self.telling():
                list_settings.keep(self._book, query)
            self._rearranged(query)

    def _rearranged(self, query: ListQuery | None) -> None:
        if query is not None:
            row = self.table.row
            with self.telling():
                self._ask(query, around=row.id if row else None)

    def action_import_workbook(self) -> None:
        """Read a workbook into the book, after a preview."""
        from tui.import_desk import Stage, import_desk

        def moved(desk: ImportDesk) -> None:
            if desk.stage is Stage.DONE:
                self._look()

        changed = import_desk(self.regulars).changed
        changed.unsubscribe(self)
        changed.subscribe(self, moved)
        self.regulars.open_screen("import", path=None)

    def action_last_import(self) -> None:
        """What the last import did, and which rows it refused."""
        self.regulars.open_screen("import", last=True)

    def action_review(self) -> None:
        """The questions that wait for an answer."""
        self.regulars.open_screen("review", lambda _: self._look())

    def action_imports(self) -> None:
        """The imports of late, to take one back."""
        self.regulars.open_screen("imports", lambda _: self._look())

    def action_duplicates(self) -> None:
        """Customers who may be one person."""
        self.regulars.open_screen("duplicates", lambda _: self._look())

    def action_exchange(self) -> None:
        """Exchange with the folder, if one is set up."""
        from tui.exchange_desk import exchange_desk

        exchange_desk(self.regulars).begin()

    def action_export_workbook(self) -> None:
        """Write the list, or everything, as a workbook."""
        self.regulars.open_screen("export", query=self.query_now)

    def on_empty_book_chosen(self, event: EmptyBook.Chosen) -> None:
        """Begin the way that was chosen."""
        if event.way == "demo":
            self._beginning.load_demo()
        else:
            self.call_after_refresh(self.run_action, f"screen.{event.way}")

    def begin_again(self) -> None:
        """The book is no longer what it was: ask the same question again."""
        with self.telling():
            self._ask(self.query_now)

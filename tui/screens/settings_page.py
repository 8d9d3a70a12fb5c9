"""A page of settings that is a form: labels, controls, a fault under its field, and the button that saves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store.errors import InvalidSettingsError, StoreError
from tui.gate import plain
from tui.jobs import run_store
from tui.screens.typed_page import TypedPage
from tui.settings_form import SAVED, SettingsModel
from tui.widgets.code_field import CodeField
from tui.widgets.form_button import FormButton
from tui.widgets.form_field import ChoiceWanted, FieldEdited, FieldLeft, FieldRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import DescendantFocus

    from store.database import Book
    from tui.commands import Command
    from tui.form_model import Entry
    from tui.settings_form import Row


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before saving, and what the button says that saves."""

    title: str
    text: str
    yes: str


class SettingsPane(Vertical):
    """All that takes keys on the page; the arrows and Enter move on from field to field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,enter", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]


class SettingsBody(VerticalScroll, can_focus=False, inherit_bindings=False):
    """The rows; scrolls with the cursor."""


class SettingsPage(TypedPage[bool]):
    """Dismisses with True once something was saved. A subclass answers for what its rows hold and mean."""

    COMMANDS: ClassVar[tuple[str, ...]] = ("save", "choose")
    CSS_PATH = "settings.tcss"
    ROWS: ClassVar[tuple[Row, ...]] = ()
    HELP = (
        "Tab, Enter and the arrows move from field to field. A field that has a list opens it as soon as you type. "
        "Update becomes available once something has changed and all of it is valid."
    )

    def __init__(self) -> None:
        super().__init__()
        self.model = SettingsModel((), {}, dict)
        self._unreadable = ""
        """Why the page cannot be shown."""

    def read(self, book: Book) -> dict[str, Entry]:
        """What the fields hold at first."""
        raise NotImplementedError

    def faults(self) -> dict[str, str]:
        """What is wrong with what the fields hold, by field."""
        raise NotImplementedError

    def writing(self) -> Callable[[Book], None]:
        """What keeps what the fields hold now."""
        raise NotImplementedError

    def example(self) -> str:
        """What the fields mean in practice; '' to say nothing."""
        return ""

    def note(self, name: str) -> str:
        """What is to be known of a field that has no fault."""
        del name
        return ""

    def unit(self, name: str) -> str:
        """What a field that counts has a number of."""
        del name
        return ""

    def asking(self) -> Callable[[Book], Question | None] | None:
        """What finds out, in the book, whether to ask before saving; None to save at once."""
        return None

    def edited(self, name: str) -> None:
        """A person changed a field."""

    def saved(self) -> None:
        """It is kept in the book now."""

    def more_buttons(self) -> ComposeResult:
        """Other buttons than those every page has."""
        yield from ()

    @property
    def typed(self) -> SettingsModel:
        """What was typed."""
        return self.model

    @property
    def can_save(self) -> bool:
        """Whether something has changed, all of it is valid, and the book is not at work on it."""
        return self.model.dirty and not self.saving and not self.model.faults()

    @property
    def busy(self) -> bool:
        """Whether the book is at work on what was typed."""
        return self.saving

    def words(self, command: Command) -> str:
        """Settings are there already: saving updates them."""
        return "Update" if command.id == "save" else super().words(command)

    def body(self) -> ComposeResult:
        """The rows, the example, the buttons."""
        try:
            entries = self.read(self.regulars.book)
        except StoreError as error:
            self._unreadable = str(error)
            return
        self.model = SettingsModel(self.ROWS, entries, self.faults)
        with SettingsPane():
            with SettingsBody():
                for row in self.ROWS:
                    with Horizontal(classes="setting-row", id=f"row-{row.name}"):
                        yield Static(self._label(row, focused=False), classes="setting-label", id=f"label-{row.name}")
                        with Vertical(classes="setting-value"):
                            yield from self._control(row, entries[row.name])
                            yield Static("", classes="setting-said", id=f"said-{row.name}", markup=False)
                yield Static("", id="example", markup=False)
            with Horizontal(id="settings-buttons"):
                yield FormButton("Update", "save", id="save", disabled=True)
                yield from self.more_buttons()
                yield FormButton("Cancel", "back", id="cancel")
                yield Static("", id="waiting", markup=False)

    def _control(self, row: Row, entry: Entry) -> ComposeResult:
        """A row's control, and beside it of what its number is."""
        if not row.counts:
            yield row.control(row.name, entry)
            return
        with Horizontal(classes="setting-count"):
            yield row.control(row.name, entry)
            yield Static("", classes="setting-unit", id=f"unit-{row.name}", markup=False)

    @staticmethod
    def _label(row: Row, *, focused: bool) -> Content:
        star = Content.styled("*", "$error") if row.required else Content(" ")
        return Content.styled(row.label, "bold $accent" if focused else "$muted") + star

    def on_mount(self) -> None:
        """Begin in the first field."""
        if self._unreadable:
            self.announce(self._unreadable, error=True)
            self.leave_soon()
            return
        self.sync()
        self.query(".field").first().focus()

    def sync(self) -> None:
        """Bring faults, example, buttons and key bar in line with what was typed."""
        faults = self.model.faults()
        said = self.model.said(faults)
        for name, row in self.model.rows.items():
            if row.counts and str((unit := self.query_one(f"#unit-{name}", Static)).content) != self.unit(name):
                unit.update(plain(self.unit(name)))
            line = self.query_one(f"#said-{name}", Static)
            words = f"! {said[name]}" if name in said else self.note(name)
            if str(line.content) != words:
                line.update(plain(words))
            line.display = bool(words)
            line.set_class(name in said, "-fault")
        example = self.query_one("#example", Static)
        if str(example.content) != (words := self.example()):
            example.update(plain(words))
        waiting = self.query_one("#waiting", Static)
        if str(waiting.content) != (words := "Saving..." if self.saving else self.model.waiting(faults)):
            waiting.update(plain(words))
        save = self.query_one("#save", FormButton)
        if save.disabled is self.can_save:
            save.disabled = not save.disabled
            self.refresh_bindings()

    @on(FieldEdited)
    def _edited(self, message: FieldEdited) -> None:
        message.stop()
        if message.name in self.model.entries:
            self.model.enter(message.name, message.entry)
            self.edited(message.name)
            self.say_mended(message.name)
            self.sync()

    @on(FieldLeft)
    def _left(self, message: FieldLeft) -> None:
        message.stop()
        if message.name in self.model.rows and message.sender.is_attached:
            self.model.leave(message.name)
            self.sync()

    @on(FieldRefused)
    def _refused(self, message: FieldRefused) -> None:
        message.stop()
        if message.name in self.model.rows:
            self.model.note(message.name, message.reason)
            self.sync()

    @on(ChoiceWanted)
    def _wanted(self, message: ChoiceWanted) -> None:
        message.stop()
        control = message.sender
        if not isinstance(control, CodeField):
            return

        def take(code: str | None) -> None:
            if code is not None:
                control.take(code)

        title = self.model.rows[message.name].label
        rows = list(control.names().items())
        self.regulars.open_screen("picker", take, title=title, rows=rows, current=control.entry, typed=message.typed)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Mark the label of the field that has the cursor."""
        for name, row in self.model.rows.items():
            label = self.query_one(f"#label-{name}", Static)
            label.update(self._label(row, focused=event.widget.id == f"field-{name}"), layout=False)
        self.refresh_bindings()

    def action_save(self) -> None:
        """Save, or go to the first fault and say it."""
        if self.saving or not self.caught_up(self.action_save):
            return
        self.model.leave_all()
        self.sync()
        if self.say_first_fault():
            return
        if not self.model.dirty:
            self.announce("Nothing has changed yet.")
            return
        self.saving = True
        self.sync()
        if (asking := self.asking()) is None:
            self._write()
        else:
            run_store(self, asking, self._asked, on_error=self._not_saved, group="save")

    def _asked(self, question: Question | None) -> None:
        if question is None:
            self._write()
            return
        self.saving = False
        self.sync()
        self.ask(question.title, question.text, question.yes, self._write, no="Cancel")

    def _write(self) -> None:
        self.saving = True
        self.sync()
        run_store(self, self.writing(), self._saved, on_error=self._not_saved, group="save")

    def _saved(self, _: None) -> None:
        self.saving = False
        self.saved()
        self.dismiss(True)
        self.announce(SAVED)

    def _not_saved(self, error: StoreError) -> None:
        self.saving = False
        others = self.model.refuse(error) if isinstance(error, InvalidSettingsError) else [str(error)]
        self.sync()
        if others:
            self.complain(" ".join(others))
        else:
            self.say_first_fault()

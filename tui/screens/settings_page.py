"""A page of settings that is a form: labels, controls, a fault under its field, and the button that saves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store.errors import InvalidSettingsError, StoreError
from tui.gate import plain
from tui.jobs import run_store
from tui.page import Page
from tui.settings_form import SettingsModel
from tui.widgets.code_field import CodeField
from tui.widgets.form_button import FormButton
from tui.widgets.form_field import ChoiceWanted, FieldEdited, FieldLeft, FieldRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import DescendantFocus
    from textual.widget import Widget

    from store.database import Book
    from tui.commands import Command
    from tui.form_model import Entry
    from tui.settings_form import Row

SAVED = "Settings Updated Successfully"


class SettingsPane(Vertical):
    """All that takes keys on the page; the arrows and Enter move on from field to field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,enter", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]


class SettingsBody(VerticalScroll, can_focus=False, inherit_bindings=False):
    """The rows; scrolls with the cursor."""


class SettingsPage(Page[bool]):
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
        self.saving = False
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

    def edited(self, name: str) -> None:
        """A person changed a field."""

    def saved(self) -> None:
        """It is kept in the book now."""

    def more_buttons(self) -> ComposeResult:
        """Other buttons than those every page has."""
        yield from ()

    @property
    def unsaved(self) -> bool:
        """Whether leaving now would lose something."""
        return self.model.dirty

    @property
    def busy(self) -> bool:
        """Whether the book is at work on what was typed."""
        return self.saving

    def words(self, command: Command) -> str:
        """Settings are there already: saving updates them."""
        return "Update" if command.id == "save" else super().words(command)

    def commands(self) -> list[tuple[Command, bool]]:
        """Update is dim until it can be done; pressed all the same, it says why."""
        able = self._can_save
        return [(command, usable and (command.id != "save" or able)) for command, usable in super().commands()]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Choosing needs a field that has something to choose."""
        if action == "choose":
            return True if hasattr(self.focused, "choose") else None
        return super().check_action(action, parameters)

    @property
    def _can_save(self) -> bool:
        return self.model.dirty and not self.saving and not self.model.faults()

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
                            yield row.control(row.name, entries[row.name])
                            yield Static("", classes="setting-said", id=f"said-{row.name}", markup=False)
                yield Static("", id="example", markup=False)
            with Horizontal(id="settings-buttons"):
                yield FormButton("Update", "save", id="save", disabled=True)
                yield from self.more_buttons()
                yield FormButton("Cancel", "back", id="cancel")
                yield Static("", id="waiting", markup=False)

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

    def control(self, name: str) -> Any:
        """The control of a field."""
        return self.query_one(f"#field-{name}")

    def sync(self) -> None:
        """Bring faults, example, buttons and key bar in line with what was typed."""
        faults = self.model.faults()
        said = self.model.said(faults)
        for name in self.model.rows:
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
        if save.disabled is self._can_save:
            save.disabled = not save.disabled
            self.refresh_bindings()

    @on(FieldEdited)
    def _edited(self, message: FieldEdited) -> None:
        message.stop()
        if message.name in self.model.entries:
            self.model.enter(message.name, message.entry)
            self.edited(message.name)
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
        super().on_descendant_focus(event)
        for name, row in self.model.rows.items():
            label = self.query_one(f"#label-{name}", Static)
            label.update(self._label(row, focused=event.widget.id == f"field-{name}"), layout=False)
        self.refresh_bindings()

    def caught_up(self, again: Callable[[], None]) -> bool:
        """Whether all that was typed has arrived in the controls, and so in the model; else `again` is called then."""
        controls: list[Widget] = list(self.query(".field"))
        for control in controls:
            if control.message_queue_size and control is not self.focused:
                control.call_later(self.call_later, again)
                return False
        for name in self.model.rows:
            self.model.enter(name, self.control(name).entry)
        return True

    def action_choose(self) -> None:
        """Open the focused field's list."""
        choose = getattr(self.focused, "choose", None)
        if choose is not None:
            choose()

    def action_save(self) -> None:
        """Save, or go to the first fault and say it."""
        if self.saving or not self.caught_up(self.action_save):
            return
        self.model.leave_all()
        faults = self.model.faults()
        self.sync()
        if faults:
            self._go_to(faults)
        elif not self.model.dirty:
            self.announce("Nothing has changed yet.")
        else:
            self.saving = True
            self.sync()
            run_store(self, self.writing(), self._saved, on_error=self._not_saved, group="save")

    def _go_to(self, faults: dict[str, str]) -> None:
        name = next(iter(faults))
        self.control(name).focus()
        self.announce(f"{self.model.rows[name].label}: {faults[name]}", error=True)

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
            self.announce(" ".join(others), error=True)
        elif faults := self.model.faults():
            self._go_to(faults)

    def action_back(self) -> None:
        """Leave; asks when that would lose something."""
        if not self._unreadable and not self.caught_up(self.action_back):
            return
        if not self.model.dirty:
            self.dismiss(None)
            return

        def answered(agreed: bool | None) -> None:
            if agreed:
                self.dismiss(None)

        self.regulars.open_screen(
            "confirm", answered, title="Leave without saving?", text="What you have changed is not saved.",
            yes="Leave", no="Stay", danger=True,
        )  # fmt: skip

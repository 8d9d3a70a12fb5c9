"""A page that is a form: sections of fields, faults said when a field is left, and the button that saves."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from store.fields import Section
from tui.gate import plain
from tui.screens.form_sections import PHOTO, FormSection, name_of
from tui.screens.typed_page import TypedPage
from tui.widgets.form_button import FormButton
from tui.widgets.form_field import FieldEdited, FieldLeft, FieldRefused
from tui.widgets.photo import PhotoField

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import DescendantFocus

    from tui.commands import Command
    from tui.form_model import FormModel

WIDE = 116
"""Columns from which the sections stand in two columns."""
TALL = 36
"""Lines from which more of the notes is shown."""
_SECTIONS = tuple(section for section in Section if section is not Section.RECORD)


class FormPane(Vertical):
    """All that takes keys on the form; the arrows and Enter move on from field to field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,enter", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("pagedown", "screen.section(1)", show=False),
        Binding("pageup", "screen.section(-1)", show=False),
    ]


class FormBody(VerticalScroll, can_focus=False, inherit_bindings=False):
    """The sections; scrolls with the cursor."""

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """A picture scrolls with its field, or goes."""
        super().watch_scroll_y(old_value, new_value)
        for photo in self.query(PhotoField):
            photo.withdraw()


class FormPage(TypedPage[int]):
    """The form itself. A subclass reads and writes the book: it answers `read_book`, `save` and `field_changed`."""

    COMMANDS: ClassVar[tuple[str, ...]] = ()
    CSS_PATH = "customer_form.tcss"

    def __init__(self, model: FormModel) -> None:
        super().__init__()
        self.model = model
        self.rebuilding = False
        """Whether another model is being brought into the form."""
        self._words = ""
        self._unpainted = ExitStack()
        """Holds the painting back while the form is put together: one frame instead of four."""

    def read_book(self) -> tuple[str, ...]:
        """Read what the form starts with; the names of the stores."""
        raise NotImplementedError

    def check_unique(self, name: str) -> None:
        """Ask the book whether it can take what a field holds now."""

    def field_changed(self, name: str) -> None:
        """A person changed a field."""

    def photo_removed(self) -> None:
        """A person took the photo away."""

    def save(self) -> None:
        """Give what was typed to the book; it is complete and valid."""
        raise NotImplementedError

    @property
    def typed(self) -> FormModel:
        """What was typed."""
        return self.model

    @property
    def can_save(self) -> bool:
        """Whether it is complete and valid, and the book is not at work on it."""
        return self.model.can_save and not self.saving

    @property
    def busy(self) -> bool:
        """While the book is at work, and while the form is put together anew."""
        return self.saving or self.rebuilding

    @property
    def save_word(self) -> str:
        """What saving is called: Save for a new customer, Update for an existing one."""
        return "Save" if self.model.new else "Update"

    def words(self, command: Command) -> str:
        """Save is called Update when somebody is edited."""
        return self.save_word if command.id == "save" else super().words(command)

    def body(self) -> ComposeResult:
        """The sections, a line for who it may be, and the buttons."""
        self._unpainted.enter_context(self.app.batch_update())
        names = self.read_book()
        with FormPane():
            with FormBody():
                with Vertical(classes="form-column"):
                    yield FormSection(_SECTIONS[0], self.model)
                with Vertical(classes="form-column"):
                    for section in _SECTIONS[1:]:
                        yield FormSection(section, self.model, names)
            if self.model.new:
                yield Static(id="duplicates", markup=False)
            with Horizontal(id="form-buttons"):
                yield FormButton(self.save_word, "save", id="save", disabled=not self.model.can_save)
                yield FormButton("Cancel", "back", id="cancel")
                yield Static(id="waiting", markup=False)

    def on_resize(self) -> None:
        """Two columns, and more notes, where there is room for them."""
        body = self.query(FormBody)
        body.set_class(self.size.width >= WIDE, "-wide")
        body.set_class(self.size.height >= TALL, "-tall")

    def sync(self) -> None:
        """Bring faults, buttons and key bar in line with what was typed."""
        for section in self.query(FormSection):
            section.sync()
        self.sync_buttons()

    def sync_buttons(self) -> None:
        """Bring buttons and key bar in line with what was typed."""
        save = self.query_one("#save", FormButton)
        able = self.can_save
        if save.disabled is able:
            save.disabled = not able
            self.refresh_bindings()
        words = "Saving..." if self.saving else self.model.waiting()
        if words != self._words:
            self._words = words
            self.query_one("#waiting", Static).update(plain(words), layout=False)

    def say_fault(self, name: str, fault: str) -> None:
        """Say a fault of a field that the model does not read: the photo's."""
        self.query_one(f"#section-{Section.GENERAL.name.lower()}", FormSection).say_fault(name, fault)

    @on(FieldEdited)
    def _edited(self, message: FieldEdited) -> None:
        message.stop()
        if message.name == PHOTO:
            self.photo_removed()
            return
        said = dict(self.model.said)
        self.model.enter(message.name, message.entry)
        self.say_mended(message.name)
        if said != self.model.said or self.model.gates(message.name):
            self.sync()
        else:
            self.sync_buttons()
        self.field_changed(message.name)

    @on(FieldLeft)
    def _left(self, message: FieldLeft) -> None:
        message.stop()
        name, control = message.name, message.sender
        if name not in self.model.fields or not control.is_attached:
            return
        self.check_unique(name)
        self.model.leave(name)
        settled = self.model.settled(name)
        if settled != self.model.entries[name]:
            self.model.enter(name, settled)
            control.show_entry(settled)  # type: ignore[attr-defined]  # every control of a form has it
        self.sync()

    @on(FieldRefused)
    def _refused(self, message: FieldRefused) -> None:
        message.stop()
        # What was typed before has its own message under way, which comes first.
        self.model.note(message.name, message.reason)
        self.sync()

    def on_unmount(self) -> None:
        """Whatever became of the form, the program goes on painting."""
        self._unpainted.close()

    def on_screen_suspend(self) -> None:
        """Another screen is on top: no picture may shine through."""
        for photo in self.query(PhotoField):
            photo.withdraw()

    def on_screen_resume(self) -> None:
        """Back on top: the picture comes again."""
        self.call_later(self._unpainted.close)
        self.query(PhotoField).refresh()

    def on_descendant_focus(self, event: DescendantFocus) -> None:  # noqa: ARG002 (Textual's signature)
        """Another field may have something to choose."""
        self.refresh_bindings()

    def action_section(self, step: int = 1) -> None:
        """Go to the next section, or the one before; after the last comes the first."""
        sections = list(self.query(FormSection))
        around = self.focused.ancestors if self.focused is not None else ()
        here = next((at for at, section in enumerate(sections) if section in around), -1 if step > 0 else 0)
        section = sections[(here + step) % len(sections)]
        self.query_one(FormBody).scroll_to_widget(section, top=True, animate=False)
        # At once: `focus()` would wait its turn behind keys that are on their way already.
        self.set_focus(section.query(".field").first(), scroll_visible=False)

    def action_save(self) -> None:
        """Save, or go to the first fault and say it."""
        if self.saving or not self.caught_up(self.action_save):
            return
        if self.focused is not None and (name := name_of(self.focused)) in self.model.fields:
            self.check_unique(name)
        for name in self.model.fields:
            self.model.leave(name)
        self.sync()
        if self.say_first_fault():
            return
        if not self.model.can_save:
            self.announce(self.model.waiting())
            return
        self.saving = True
        self.sync_buttons()
        self.save()

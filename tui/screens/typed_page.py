"""What every page has on which something is typed and saved: the form of a customer, and those of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from tui.page import Page, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui.commands import Command
    from tui.form_model import Entry
    from tui.widgets.banner import Notice


class Typed(Protocol):
    """What was typed, as far as such a page needs to know it."""

    @property
    def dirty(self) -> bool:
        """Whether leaving would lose something."""

    @property
    def labels(self) -> Mapping[str, str]:
        """What each field is called, by its name."""

    def enter(self, name: str, entry: Entry) -> object:
        """Take what a control holds now."""

    def faults(self) -> Mapping[str, str]:
        """What is wrong, by field, in the page's order."""


class TypedPage(Page[Result]):
    """Its controls have the class `field` and the id `field-<name>`. A subclass says what was `typed`."""

    COMMANDS: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.saving = False
        """Whether the book is at work on what was typed."""
        self._faulty = ""
        """The field whose fault the banner says, until it is mended."""
        self._complaint: Notice | None = None
        """What this page said last of what is wrong with it."""

    @property
    def typed(self) -> Typed:
        """What was typed."""
        raise NotImplementedError

    @property
    def can_save(self) -> bool:
        """Whether it can be kept now."""
        raise NotImplementedError

    @property
    def unsaved(self) -> bool:
        """Whether leaving now would lose something."""
        return self.typed.dirty

    def commands(self) -> list[tuple[Command, bool]]:
        """Save is dim until it can be done; pressed all the same, it says why."""
        able = self.can_save
        return [(command, usable and (command.id != "save" or able)) for command, usable in super().commands()]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Choosing needs a field that has something to choose."""
        if action == "choose":
            return True if hasattr(self.focused, "choose") else None
        return super().check_action(action, parameters)

    def action_choose(self) -> None:
        """Open the focused field's calendar, list or file chooser."""
        choose = getattr(self.focused, "choose", None)
        if choose is not None:
            choose()

    def control(self, name: str) -> Any:
        """The control of a field."""
        return self.query_one(f"#field-{name}")

    def caught_up(self, again: Callable[[], object]) -> bool:
        """Whether all that was typed has arrived in the controls, and so in the model; else `again` is called then."""
        for control in self.query(".field"):
            if control.message_queue_size and control is not self.focused:
                control.call_later(self.call_later, again)
                return False
        for name in self.typed.labels:
            for control in self.query(f"#field-{name}"):
                self.typed.enter(name, control.entry)  # type: ignore[attr-defined]  # every control of a form has it
        return True

    def say_first_fault(self, faults: Mapping[str, str] | None = None) -> bool:
        """Go to the first fault, if there is one, and say it with its field's label; without `faults`, the model's."""
        for name, fault in (self.typed.faults() if faults is None else faults).items():
            self.control(name).focus()
            self.complain(f"{self.typed.labels[name]}: {fault}")
            self._faulty = name
            return True
        return False

    def complain(self, text: str) -> None:
        """Say what is wrong here, until the page is left."""
        self.announce(text, error=True)
        self._complaint = self.regulars.notice

    def say_mended(self, name: str) -> None:
        """End the banner about a field's fault once the field has none."""
        if self._faulty == name and name not in self.typed.faults():
            self._faulty = ""
            self.regulars.end_notice()

    def action_back(self) -> None:
        """Leave; asks when that would lose something."""
        if not self.caught_up(self.action_back):
            return
        if self.typed.dirty:
            self.ask("Leave without saving?", "What you have typed is not saved.", "Leave", self._leave_unsaved)
        else:
            self._leave_unsaved()

    def _leave_unsaved(self) -> None:
        """Leave; what was wrong here no longer matters."""
        if self._complaint is not None and self.regulars.notice is self._complaint:
            self.regulars.end_notice()
        self.dismiss(None)

    def ask(
        self, title: str, text: str, yes: str, act: Callable[[], object], *, no: str = "Stay", danger: bool = True
    ) -> None:
        """Ask, and act on yes. With `danger`, Enter alone does no harm."""

        def answered(agreed: bool | None) -> None:
            if agreed:
                act()

        self.regulars.open_screen("confirm", answered, title=title, text=text, yes=yes, no=no, danger=danger)

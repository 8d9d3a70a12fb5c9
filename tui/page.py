"""What all screens share: `Page`, a full screen, and `Dialog`, a modal one.

A page names its commands, most important first, and answers each by a method `action_<id>`:

    class CustomersScreen(Page[None]):
        HEADING = "Customers"
        HELP = "Type to search. ..."
        COMMANDS = ("new_customer", "edit", "import_workbook")

        def body(self) -> ComposeResult:          # instead of compose(): the bars are there already
            yield CustomerTable()

        def action_edit(self) -> None:
            self.regulars.open_screen("customer_form", self._saved, customer_id=self.customer_id)

Keys, key bar, palette and help come from `tui.commands`. Whether a command is available now is what
`check_action("edit", ())` says: False takes it out of the bars, None dims it. Call `self.refresh_bindings()`
when that changes. `announce` shows one line in place of the title.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen

from tui.commands import BY_ID, bindings
from tui.jobs import Outcome  # noqa: TC001 (Textual reads the handler's annotation)
from tui.widgets.key_bar import KeyBar
from tui.widgets.title_bar import TitleBar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import DescendantFocus, Key
    from textual.widget import Widget

    from tui.app import RegularsApp
    from tui.commands import Command

Result = TypeVar("Result")

EVERYWHERE = ("help", "palette", "back", "quit", "settings")
"""Commands that every page has."""


class Commanded(Screen[Result]):
    """A screen whose bindings come from the registry of commands."""

    COMMANDS: ClassVar[tuple[str, ...]] = ()  # type: ignore[assignment]  # Textual's are providers for its own palette
    """Ids of the screen's own commands, most important first."""
    ALWAYS: ClassVar[tuple[str, ...]] = ()
    """Ids of commands that all screens of this kind have."""
    HEADING: ClassVar[str] = ""
    """What the screen is called in the title bar, palette and help."""
    WORDS: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """Where the screen calls a command otherwise than the registry: by its id, the words and what it does here."""
    OWN_KEYS: ClassVar[tuple[Command, ...]] = ()
    """Keys that mean something on this screen alone, which answers them itself: for the key bar and the help."""
    NEEDS: ClassVar[Mapping[str, str]] = {}
    """Of commands that do nothing at the moment: by their id, what they need. Their keys say it, and the palette."""
    HELP: ClassVar[str] = ""
    """A short text for the help page: what one does here."""
    BINDINGS: ClassVar[list[BindingType]] = []

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """The focused widget. Textual would send the whole screen when it changes; the widgets paint themselves."""

    def __init_subclass__(cls, **arguments: bool) -> None:
        cls.BINDINGS = list(bindings(cls.command_ids()))
        super().__init_subclass__(**arguments)

    @classmethod
    def command_ids(cls) -> tuple[str, ...]:
        """The ids of all commands of this screen, its own first."""
        return (*cls.COMMANDS, *(name for name in cls.ALWAYS if name not in cls.COMMANDS))

    @property
    def regulars(self) -> RegularsApp:
        """The app, as what it is."""
        return cast("RegularsApp", self.app)

    def commands(self) -> list[tuple[Command, bool]]:
        """The commands that make sense now, in order, and whether each can be used at this moment."""
        states = ((BY_ID[name], self.check_action(name, ())) for name in self.command_ids())
        return [(command, state is True) for command, state in states if state is not False]

    def missing(self) -> list[tuple[Command, str]]:
        """The commands of `NEEDS` that cannot be used now, and what they need."""
        known = ((name, words) for name, words in self.NEEDS.items() if name in self.command_ids())
        return [(BY_ID[name], words) for name, words in known if not self.check_action(name, ())]

    @property
    def busy(self) -> bool:
        """Whether what a key asked for is still under way here: the keys typed after it wait for its end."""
        return False

    def words(self, command: Command) -> str:
        """How this screen calls a command: as `WORDS` has it, or the registry."""
        return self.WORDS[command.id][0] if command.id in self.WORDS else command.words

    def meaning(self, command: Command) -> str:
        """What a command does on this screen, in a sentence: as `WORDS` has it, or the registry."""
        return self.WORDS[command.id][1] if command.id in self.WORDS else command.help

    @property
    def help_heading(self) -> str:
        """The title of the help about this screen."""
        return self.HEADING or "Help"

    def action_help(self) -> None:
        """What every key of this screen does."""
        self.regulars.open_screen("help", screen=self)

    def announce(self, text: str, **options: object) -> None:
        """Say one line on top of the page; see `RegularsApp.announce`."""
        self.regulars.announce(text, by=self, **options)  # type: ignore[arg-type]  # handed on as it is

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Nothing blinks, for that sends bytes from an idle screen; and no input keeps a command's key to itself."""
        if getattr(event.widget, "cursor_blink", False):
            event.widget.cursor_blink = False  # type: ignore[attr-defined]  # inputs and text areas have it
        own = event.widget._bindings.key_to_bindings  # noqa: SLF001 (Textual offers no way to take one binding away)
        for command in (BY_ID[name] for name in self.command_ids()):
            for key in (command.key, *command.twins):
                if key.startswith("ctrl+"):
                    own.pop(key, None)

    def on_outcome(self, message: Outcome) -> None:
        """Work of the store that was given to a thread is done: go on in the screen that asked."""
        message.stop()
        message.finish()


class Page(Commanded[Result]):
    """A full screen: one line of title, the body, one line of keys."""

    COMMANDS: ClassVar[tuple[str, ...]] = ()
    ALWAYS = EVERYWHERE
    NEEDS: ClassVar[Mapping[str, str]] = {"undo": "Nothing to take back."}

    def compose(self) -> ComposeResult:
        """The bars around `body`."""
        yield TitleBar()
        yield from self.body()
        yield KeyBar()

    def body(self) -> ComposeResult:
        """The page's own widgets, between the bars."""
        yield from ()

    @property
    def heading(self) -> str:
        """What stands in the title bar; may be data, which the bar makes harmless."""
        return self.HEADING

    @property
    def unsaved(self) -> bool:
        """Whether leaving now would lose something: quitting asks first."""
        return False

    def retitle(self) -> None:
        """Show a `heading` that has changed."""
        self.query_one(TitleBar).refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Undo needs something to take back; the first page has nothing behind it, and the settings open once."""
        if action == "undo":
            return self.regulars.can_undo
        if action == "back":
            return len(self.app.screen_stack) > 1 and self.app.screen_stack[0] is not self
        if action == "settings":  # not over the settings themselves
            return all(getattr(screen, "HEADING", "") != BY_ID["settings"].words for screen in self.app.screen_stack)
        return super().check_action(action, parameters)

    def on_key(self, event: Key) -> None:
        """A key whose command has nothing to work on says so."""
        for command, words in self.missing():
            if event.key in (command.key, *command.twins):
                event.stop()
                self.announce(words, hint=True)

    def action_back(self) -> None:
        """Leave the page without a result; what was wrong on it stays with it."""
        self.regulars.end_fault(self)
        self.dismiss(None)

    def action_settings(self) -> None:
        """The shop, its loyalty programme and its mail server."""
        self.regulars.open_screen("settings")

    def leave_soon(self) -> None:
        """Leave without a result, once what is under way is over: for a page that finds nothing to show."""
        self.call_after_refresh(self._leave)

    def _leave(self) -> None:
        self.dismiss(None)  # awaited, as what a callback gives back is, it would wait for the end of its own screen

    def action_undo(self) -> None:
        """Take back what was done last."""
        self.regulars.undo()

    def action_palette(self) -> None:
        """Everything this screen can do, found by typing."""
        self.regulars.open_screen("palette", self._run_chosen, screen=self)

    def action_quit(self) -> None:
        """Leave Regulars, after asking when something is unsaved."""
        self.regulars.leave()

    def _run_chosen(self, name: str | None) -> None:
        if name is not None:
            self.call_after_refresh(self.run_action, f"screen.{name}")

    _opened = False

    def on_screen_resume(self) -> None:
        """What was announced while another screen was on top is shown here; a new page begins with its title."""
        if self._opened:
            self.query_one(TitleBar).show(self.regulars.notice)
            self.refresh_bindings()
        self._opened = True


class Dialog(ModalScreen[Result], Commanded[Result]):
    """A modal over a page. It only dismisses with its result, and None means that it was closed."""

    COMMANDS: ClassVar[tuple[str, ...]] = ()
    ALWAYS = ("help", "back")

    def on_mount(self) -> None:
        """A key bar of its own: the keys of the page behind do not work here."""
        self.mount(KeyBar())

    def words(self, command: Command) -> str:
        """What leads back from a page closes a dialog."""
        return "Close" if command.id == "back" and command.id not in self.WORDS else super().words(command)

    def action_back(self) -> None:
        """Close without a result."""
        self.dismiss(None)

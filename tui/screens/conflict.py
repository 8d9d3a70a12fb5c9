"""Two people at one customer: what each changed, side by side, and which of the two to keep, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store.fields import BY_NAME, PHOTO_LABEL
from tui.gate import plain, shown
from tui.page import Page
from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from store.customer_records import FieldChange
    from store.records import Value
    from tui.commands import Command
    from tui.widgets.line_list import Span

EMPTY = "(empty)"
INTRODUCTION = "Somebody saved this customer meanwhile. Choose, field by field, what to keep."
_PHOTO_WORDS = {True: "a photo", False: "no photo"}
_LABEL_WIDTH = 18


def label_of(change: FieldChange) -> str:
    """The label of the field that changed."""
    return BY_NAME[change.field].label if change.field in BY_NAME else PHOTO_LABEL


def text_of(change: FieldChange, value: Value) -> str:
    """A value of the field, as it is shown everywhere."""
    if change.field not in BY_NAME:
        return _PHOTO_WORDS[bool(value)]
    return BY_NAME[change.field].show(value) or EMPTY


def settled(change: FieldChange) -> bool | None:
    """What is kept unless a person says otherwise: True for mine, False for theirs, None when that must be chosen.

    Only what both changed, and differently, is a question.
    """
    if change.ours in (change.theirs, change.base):
        return False
    return True if change.theirs == change.base else None


class ConflictList(LineList):
    """A row for each field: what it was, what they made it, what I want; the one that is kept is marked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "keep(False)", show=False),
        Binding("right", "keep(True)", show=False),
        Binding("space", "other", show=False),
        Binding("t,T", "keep_all(False)", show=False),
        Binding("m,M", "keep_all(True)", show=False),
    ]

    def __init__(self, changes: Sequence[FieldChange]) -> None:
        super().__init__("conflicts")
        self.changes = tuple(changes)
        self.mine = {change.field: settled(change) for change in self.changes}
        """For each field whether mine is kept; None while that is not chosen."""
        open_rows = [at for at, change in enumerate(self.changes) if self.mine[change.field] is None]
        self.set_reactive(LineList.cursor, open_rows[0] if open_rows else 0)

    def count(self) -> int:
        """How many fields there are."""
        return len(self.changes)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """Field, base, theirs, mine."""
        change = self.changes[index]
        mine = self.mine[change.field]
        cells = (width - _LABEL_WIDTH - 2) // 3
        sides = ((change.base, False), (change.theirs, mine is False), (change.ours, mine is True))
        spans: list[Span] = [(fit(f" {label_of(change)}", _LABEL_WIDTH + 1), "")]
        for at, (value, kept) in enumerate(sides):
            mark = "?" if mine is None and at else "•" if kept else " "
            style = "fault" if mark == "?" else "accent" if kept else "dim"
            spans.append((fit(f"{mark} {text_of(change, value).splitlines()[0]}", cells - 1) + " ", style))
        return spans

    def action_keep(self, mine: bool) -> None:
        """Keep mine, or theirs, in the field under the cursor."""
        if self.cursor is not None:
            self._put({self.changes[self.cursor].field: mine})

    def action_other(self) -> None:
        """Keep the other one."""
        if self.cursor is not None:
            field = self.changes[self.cursor].field
            self._put({field: not self.mine[field]})

    def action_keep_all(self, mine: bool) -> None:
        """Keep all of mine, or all of theirs."""
        self._put(dict.fromkeys(self.mine, mine))

    def _put(self, choice: dict[str, bool]) -> None:
        self.mine.update(choice)
        self.refresh()
        self.post_message(self.Moved(self))


class ConflictScreen(Page[frozenset[str]]):
    """Dismisses with the names of the fields in which mine is kept, or None to go back to the form.

    `person` is the customer's name, `changes` what `ChangedMeanwhileError` tells.
    """

    HEADING = "Somebody else changed this customer"
    HELP = (
        "Left keeps theirs, Right keeps mine, T keeps all of theirs, M all of mine. Fields that only one of you "
        "changed are kept already. Ctrl+S saves what is marked; Esc goes back to the form."
    )
    COMMANDS: ClassVar[tuple[str, ...]] = ("save",)
    CSS_PATH = "conflict.tcss"

    def __init__(self, person: str, changes: Sequence[FieldChange]) -> None:
        super().__init__()
        self._person = person
        differing = [change for change in changes if change.theirs != change.ours]
        self._list = ConflictList(differing)

    @property
    def heading(self) -> str:
        """Whom it is about."""
        return f"{self.HEADING} · {self._person}"

    @property
    def unsaved(self) -> bool:
        """What was typed on the form is not saved yet."""
        return True

    @property
    def open_fields(self) -> list[str]:
        """The labels of the fields that both changed and nobody decided on."""
        return [label_of(change) for change in self._list.changes if self._list.mine[change.field] is None]

    def commands(self) -> list[tuple[Command, bool]]:
        """Save is dim while something is undecided."""
        return [
            (command, able and (command.id != "save" or not self.open_fields)) for command, able in super().commands()
        ]

    def body(self) -> ComposeResult:
        """What happened, the fields, and the whole values of the one under the cursor."""
        yield Static(INTRODUCTION, id="conflict-words", markup=False)
        yield Static(id="conflict-head", markup=False)
        yield self._list
        with VerticalScroll(id="conflict-detail"):
            yield Static(id="conflict-values", markup=False)
        yield Static(id="conflict-keys", markup=False)

    def on_mount(self) -> None:
        """Say it all."""
        self._list.focus()
        self._tell()

    def on_resize(self) -> None:
        """The columns follow the width."""
        self._tell()

    def on_line_list_moved(self, message: LineList.Moved) -> None:
        """Another field, or another choice."""
        message.stop()
        self._tell()

    def _tell(self) -> None:
        cells = (self.size.width - _LABEL_WIDTH - 2) // 3
        head = "".join(f"{word:<{cells}}" for word in ("  Before", "  Theirs", "  Mine"))
        self.query_one("#conflict-head", Static).update(plain(f"{'':<{_LABEL_WIDTH + 1}}{head}"))
        keys = "Left theirs   Right mine   T all theirs   M all mine"
        self.query_one("#conflict-keys", Static).update(plain(f"{keys}   {self._undecided()}"))
        if self._list.cursor is not None and self._list.changes:
            change = self._list.changes[self._list.cursor]
            self.query_one("#conflict-values", Static).update(_whole(change, self._list.mine[change.field]))
        self.refresh_bindings()

    def _undecided(self) -> str:
        return f"Choose: {', '.join(self.open_fields)}" if self.open_fields else ""

    def action_save(self) -> None:
        """Save what is marked, or go to the first field that nobody decided on."""
        if self.open_fields:
            fields = [change.field for change in self._list.changes]
            self._list.cursor = next(at for at, field in enumerate(fields) if self._list.mine[field] is None)
            self.announce(f"Choose theirs or mine: {', '.join(self.open_fields)}", error=True)
            return
        self.dismiss(frozenset(field for field, mine in self._list.mine.items() if mine))


def _whole(change: FieldChange, mine: bool | None) -> Content:
    sides = (
        ("Before", change.base, False),
        ("Theirs", change.theirs, mine is False),
        ("Mine", change.ours, mine is True),
    )
    lines = [Content.styled(shown(label_of(change)), "bold")]
    for word, value, kept in sides:
        lines.append(
            Content.styled(f"{'•' if kept else ' '} {word}: ", "bold" if kept else "") + plain(text_of(change, value))
        )
    return Content("\n").join(lines)

"""The sections of the customer form: labels, controls and faults, built from the table of fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region, Spacing
from textual.layouts.vertical import VerticalLayout
from textual.strip import Strip
from textual.widget import Widget

from store import loyalty
from store.errors import StoreError
from store.fields import FIELDS, PHOTO_LABEL, Field, Kind, Section
from tui.widgets.choice_field import ChoiceField, ToggleField
from tui.widgets.country_field import CountryField
from tui.widgets.date_field import DateField
from tui.widgets.form_field import FieldInput
from tui.widgets.line_list import fit
from tui.widgets.notes_field import NotesField
from tui.widgets.photo import PhotoField
from tui.widgets.store_picker import StorePicker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.events import DescendantBlur, DescendantFocus
    from textual.geometry import Size
    from textual.layout import Layout, WidgetPlacement

    from store.customer_records import Customer
    from store.database import Book
    from tui.form_model import Entry, FormModel
    from tui.page import Commanded
    from tui.points import Points

PHOTO = "photo"
"""The name of the photo's control; it is no entry in the table of fields."""
LABEL_WIDTH = max(len(field.label) for field in FIELDS)
LEFT = LABEL_WIDTH + 4
"""Cells before a control: a margin, the label, its star, a gap."""
SHORT = 32
"""Cells of a line whose values are short; the others take what there is."""
_SHORT_KINDS = frozenset({Kind.DATE, Kind.WHOLE, Kind.PHONE, Kind.CODE})
_LEAST_WIDTHS: dict[Kind, int] = {Kind.DATE: 13, Kind.WHOLE: 13, Kind.CHOICE: 38, Kind.TOGGLE: 20}
"""Fewest cells that a fault beside a control leaves to it; a longer fault stands below it."""
_TALL = frozenset({Kind.NOTES, Kind.STORES, Kind.PHOTO})
DATE_HINT = "DD-MMM-YYYY, F12 calendar"

Control = FieldInput | ChoiceField | ToggleField | CountryField | NotesField | StorePicker | PhotoField


def name_of(control: Widget) -> str:
    """The name of the field that a control is for; '' for any other widget."""
    return (control.id or "").removeprefix("field-") if control.has_class("field") else ""


def programme_note(points: Points, gift: int) -> str:
    """What the programme's rules mean to who fills in the section, whom joining gives `gift`; '' for nothing to say."""
    if not points.programme.on:
        return "the programme is off (F11 Settings)"
    return f"joining gives {gift:,} {points.unit(gift)}" if gift else ""


def gift_of(book: Book, points: Points, customer: Customer | None) -> int:
    """The points that joining gives somebody; None is who is entered just now."""
    if customer is None:
        return points.programme.sign_up_points
    return 0 if customer.loyalty else loyalty.gift(book, customer.id, customer.uid)


def _line(field: Field, entry: Entry, _stores: Sequence[str]) -> Control:
    return FieldInput(field.name, str(entry), hint=field.hint, limit=field.limit)


def _choice(field: Field, entry: Entry, _stores: Sequence[str]) -> Control:
    return ChoiceField(field.name, field.choices, str(entry))


def _toggle(field: Field, entry: Entry, _stores: Sequence[str]) -> Control:
    return ToggleField(field.name, ("yes", "no"), entry=bool(entry))


def _picker(field: Field, entry: Entry, stores: Sequence[str]) -> Control:
    return StorePicker(field.name, stores, entry if isinstance(entry, tuple) else ())


CONTROLS: dict[Kind, Callable[[Field, Entry, Sequence[str]], Control]] = {
    Kind.CHOICE: _choice,
    Kind.TOGGLE: _toggle,
    Kind.STORES: _picker,
    Kind.DATE: lambda field, entry, _: DateField(field.name, str(entry), hint=DATE_HINT),
    Kind.COUNTRY: lambda field, entry, _: CountryField(field.name, str(entry)),
    Kind.NOTES: lambda field, entry, _: NotesField(field.name, str(entry)),
}
"""What a field of some kind is filled in with; any other kind is a line of text."""


class _Rows(VerticalLayout):
    """One control below the other; tells the section where each came to stand."""

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> list[WidgetPlacement]:
        placements = list(super().arrange(parent, children, size, greedy))
        if isinstance(parent, FormSection):
            parent.placed(placements)
        return placements


class FormSection(Widget):
    """A heading, and under it a label, a control and perhaps a fault in each row.

    The section draws everything but the controls itself: a form of forty rows is thirty widgets.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "form-section--heading",
        "form-section--rule",
        "form-section--label",
        "form-section--label-focused",
        "form-section--star",
        "form-section--fault",
    }

    def __init__(self, section: Section, model: FormModel, stores: Sequence[str] = ()) -> None:
        super().__init__(id=f"section-{section.name.lower()}")
        self.section = section
        self.model = model
        self._stores = stores
        self._faults: dict[str, str] = {}
        self._below: set[str] = set()
        self._lines: dict[int, tuple[Widget, bool, int]] = {}
        """For each line with a label or a fault below: the control, which of the two, and where the control ends."""
        self._rows = _Rows()
        self._labels = self._labelled()
        self._note = ""
        """What stands beside the heading."""

    @property
    def layout(self) -> Layout:
        """The layout that tells where each control stands."""
        return self._rows

    def _labelled(self) -> dict[str, str]:
        """The label of each control, in order."""
        own = {field.name: field.label for field in self.model.fields.values() if field.section is self.section}
        if self.section is not Section.GENERAL:
            return own
        rows: dict[str, str] = {}
        for name, label in own.items():
            if self.model.fields[name].kind is Kind.NOTES:
                rows[PHOTO] = PHOTO_LABEL
            rows[name] = label
        return rows if PHOTO in rows else rows | {PHOTO: PHOTO_LABEL}

    def compose(self) -> ComposeResult:
        """The controls, one for each field of the section."""
        for at, name in enumerate(self._labels):
            control = self._control(name)
            control.styles.margin = (1 if at == 0 else 0, 1, 0, LEFT)
            if name != PHOTO:
                control.display = self.model.applies(name)
            yield control

    def _control(self, name: str) -> Control:
        if name == PHOTO:
            return PhotoField(PHOTO)
        field = self.model.fields[name]
        control = CONTROLS.get(field.kind, _line)(field, self.model.entries[name], self._stores)
        if field.kind in _SHORT_KINDS or 0 < field.limit < SHORT:
            control.styles.max_width = SHORT
        return control

    def on_mount(self) -> None:
        """Say what the loyalty programme's rules mean here."""
        if self.section is not Section.LOYALTY:
            return
        from tui.points import points_of

        screen = cast("Commanded[object]", self.screen)
        book = screen.regulars.book
        try:
            points = points_of(book)
            gift = gift_of(book, points, self.model.customer)
        except StoreError as error:
            screen.announce(str(error), error=True)
            return
        self._note = programme_note(points, gift)
        self.refresh(Region(0, 0, self.size.width, 1))

    def sync(self) -> None:
        """Show the controls that count, and the faults that are said."""
        for control in self.children:
            name = name_of(control)
            if name in self.model.fields:
                if control.display is not self.model.applies(name):
                    control.display = not control.display
                self.say_fault(name, self.model.said.get(name, ""), control)

    def say_fault(self, name: str, fault: str, control: Widget | None = None) -> None:
        """Say a fault beside the control where there is room, else below it; '' says nothing more."""
        if self._faults.get(name, "") == fault and self.size.width:
            if fault:
                self._make_room(name, control or self.query_one(f"#field-{name}"))
            return
        if fault:
            self._faults[name] = fault
        else:
            self._faults.pop(name, None)
        control = control or self.query_one(f"#field-{name}")
        self._make_room(name, control)
        self._refresh_line(control)

    def on_resize(self) -> None:
        """Another width: the faults may fit elsewhere."""
        for name in self._faults:
            self._make_room(name, self.query_one(f"#field-{name}"))

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Mark the label."""
        self._refresh_line(event.widget)

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        """Mark no label."""
        self._refresh_line(event.widget)

    def _refresh_line(self, control: Widget) -> None:
        for y, line in self._lines.items():
            if line[0] is control:
                self.refresh(Region(0, y, self.size.width, 1))

    def _make_room(self, name: str, control: Widget) -> None:
        cells = cell_len(self._said(name))
        kind = self.model.fields[name].kind if name in self.model.fields else Kind.PHOTO
        held = cell_len(control.value) + 1 if isinstance(control, FieldInput) else 0
        # What is wrong with a text is often its end, which must not go out of view.
        room = self.size.width - LEFT - max(_LEAST_WIDTHS.get(kind, 22), held) - 2
        below = cells > 0 and (kind in _TALL or cells > room)
        (self._below.add if below else self._below.discard)(name)
        top, _, _, left = control.styles.margin
        margin = Spacing(top, cells + 2 if cells and not below else 1, 1 if below else 0, left)
        if margin != control.styles.margin:
            control.styles.margin = margin

    def _said(self, name: str) -> str:
        return f"! {self._faults[name]}" if name in self._faults else ""

    def placed(self, placements: Sequence[WidgetPlacement]) -> None:
        """Take note of where the controls stand."""
        lines: dict[int, tuple[Widget, bool, int]] = {}
        for widget, region in ((placement.widget, placement.region) for placement in placements):
            lines[region.y] = (widget, False, region.right)
            if name_of(widget) in self._below:
                lines[region.bottom] = (widget, True, region.right)
        if lines != self._lines:
            self._lines = lines
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of what stands around the controls."""
        width = self.size.width
        plain = self.rich_style
        if y == 0:
            title = f" {self.section.value} "
            note = f"- {self._note} " if self._note else ""
            return Strip([
                Segment(title, self.get_component_rich_style("form-section--heading")),
                Segment(note, self.get_component_rich_style("form-section--label")),
                Segment("─" * (width - len(title + note) - 1), self.get_component_rich_style("form-section--rule")),
            ]).adjust_cell_length(width, plain)  # fmt: skip
        control, below, end = self._lines.get(y, (None, False, 0))
        if control is None:
            return Strip.blank(width, plain)
        name = name_of(control)
        said = self._said(name)
        fault = self.get_component_rich_style("form-section--fault")
        if below:
            return Strip([Segment(" " * LEFT, plain), Segment(fit(said, width - LEFT), fault)])
        label = self._label(name, control)
        if not said or name in self._below:
            return Strip(label).adjust_cell_length(width, plain)
        at = end + 1
        return Strip([
            *label, Segment(" " * (at - LEFT), plain), Segment(fit(said, max(width - at, 0)), fault)
        ]).adjust_cell_length(width, plain)  # fmt: skip

    def _label(self, name: str, control: Widget) -> list[Segment]:
        field = self.model.fields.get(name)
        focused = "-focused" if control.has_focus else ""
        return [
            Segment(
                f" {self._labels[name]:>{LABEL_WIDTH}}", self.get_component_rich_style(f"form-section--label{focused}")
            ),
            Segment("*" if field and field.required else " ", self.get_component_rich_style("form-section--star")),
            Segment("  ", self.rich_style),
        ]

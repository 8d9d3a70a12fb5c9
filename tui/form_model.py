"""What stands on the customer form, apart from any widget: what was typed, its faults, and what would be saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import FieldError
from store.fields import FIELDS, Field, Kind, Section
from tui.gate import shown, shown_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from store.customer_records import Customer
    from store.records import Value

Entry = str | bool | tuple[str, ...]
"""What a control holds: the text as typed, whether a toggle is on, or the names of the stores chosen."""

REASON_WANTED = "required for a new balance"
_AS_THEY_ARE = frozenset({Kind.TOGGLE, Kind.STORES})
"""Kinds whose control holds the value itself and not a text of it."""
DUPLICATE_FIELDS = frozenset({"first_name", "last_name", "email", "phone", "date_of_birth"})
"""The fields that say whether a new customer may be an existing one."""


def form_fields(fields: Iterable[Field] = FIELDS) -> tuple[Field, ...]:
    """The fields a person fills in, in the form's order."""
    return tuple(field for field in fields if field.section is not Section.RECORD)


def entry_of(field: Field, value: Value) -> Entry:
    """A value as its control holds it. Control characters are pictured; a country is its code."""
    if field.kind is Kind.TOGGLE:
        return bool(value)
    if isinstance(value, tuple):
        return value
    if field.kind is Kind.COUNTRY:
        return str(value or "")
    if field.kind is Kind.WHOLE and value == field.empty:
        return "0"
    text = field.show(value)
    return shown_lines(text) if field.kind is Kind.NOTES else shown(text)


class FormModel:
    """The state of one form. `customer` is whom it edits, or None for a new one.

    A field that nobody touched keeps the very value the book has, however odd; it is not read back from what
    its control shows. `prefill` holds values that a new form starts with; they do not count as changes.
    """

    def __init__(
        self,
        customer: Customer | None,
        prefill: Mapping[str, Value] | None = None,
        fields: Iterable[Field] = FIELDS,
    ) -> None:
        self.customer = customer
        self.fields = {field.name: field for field in form_fields(fields)}
        given = prefill or {}
        self._base: dict[str, Value] = {
            name: given.get(name, field.empty) if customer is None else getattr(customer, name, field.empty)
            for name, field in self.fields.items()
        }
        self._initial: dict[str, Entry] = {
            name: entry_of(field, self._base[name]) for name, field in self.fields.items()
        }
        self.entries: dict[str, Entry] = dict(self._initial)
        self.said: dict[str, str] = {}
        self.photo: bytes | None = None
        self.photo_changed = False
        self.revive = False
        """Whether a customer who was inactivated meanwhile becomes active again."""
        self._refused: dict[str, tuple[Entry, str]] = {}
        self._noted: dict[str, Entry] = {}
        """By field: what it held when it did not take all that was typed."""
        self._readings: dict[str, tuple[Entry, Value, str]] = {}
        self._gates = {field.section: field.name for field in self.fields.values() if field.kind is Kind.TOGGLE}

    @property
    def new(self) -> bool:
        """Whether this form makes a new customer."""
        return self.customer is None

    @property
    def title(self) -> str:
        """The name of whom it is about, as typed."""
        return " ".join(str(self.entries.get(name, "")) for name in ("first_name", "last_name")).strip()

    @property
    def labels(self) -> dict[str, str]:
        """What each field is called, by its name."""
        return {name: field.label for name, field in self.fields.items()}

    def enter(self, name: str, entry: Entry) -> None:
        """Take what a control holds now; faults that this mends are no longer said."""
        self.entries[name] = entry
        for said in tuple(self.said):
            if not self.fault(said) and not self._stands(said):
                del self.said[said]

    def leave(self, name: str) -> str:
        """The field was left: say its fault from now on, or nothing. The fault, or ''."""
        if fault := self.fault(name):
            self.said[name] = fault
        elif not self._stands(name):
            self.said.pop(name, None)
        return fault

    def note(self, name: str, words: str) -> None:
        """The field did not take all that was typed: said until it holds something else. It is no fault."""
        self.said[name] = words
        self._noted[name] = self.entries[name]

    def _stands(self, name: str) -> bool:
        """Whether a note on the field is still true."""
        return name in self._noted and self._noted[name] == self.entries[name]

    def settled(self, name: str) -> Entry:
        """The entry as the book will show it (`1985-03-07` as `07-Mar-1985`); as it is when it is faulty."""
        entry = self.entries[name]
        if not self.touched(name) or self.fault(name) or not isinstance(entry, str):
            return entry
        field = self.fields[name]
        return entry if field.kind is Kind.NOTES else entry_of(field, self.value(name))

    def touched(self, name: str) -> bool:
        """Whether the control holds something else than at the start."""
        return self.entries[name] != self._initial[name]

    def applies(self, name: str) -> bool:
        """Whether the field counts: the rest of a section with a toggle does only while that is on."""
        gate = self._gates.get(self.fields[name].section, name)
        return gate == name or self.entries[gate] is True

    def gates(self, name: str) -> bool:
        """Whether the field is a toggle that others depend on."""
        return name in self._gates.values()

    def value(self, name: str) -> Value:
        """The value of a field that has no fault; that of a faulty one is what the book has."""
        return self._reading(name)[0]

    def fault(self, name: str) -> str:
        """What is wrong with a field, in words that follow its label; '' when nothing is."""
        if not self.applies(name):
            return ""
        value, fault = self._reading(name)
        if fault:
            return fault
        entry, refusal = self._refused.get(name, (None, ""))
        if refusal and entry == self.entries[name]:
            return refusal
        if self.fields[name].required and value == self.fields[name].empty:
            return "required"
        if name == "reason" and not value and self._balance_changes():
            return REASON_WANTED
        return ""

    def refuse(self, name: str, message: str) -> None:
        """The store refuses what the field holds now; it stays faulty until that changes."""
        self._refused[name] = (self.entries[name], message)
        self.said[name] = message

    def accept(self, name: str) -> None:
        """The store has nothing more against the field."""
        self._refused.pop(name, None)

    def faults(self) -> dict[str, str]:
        """Every fault by field, in the form's order."""
        return {name: fault for name in self.fields if (fault := self.fault(name))}

    def changes(self) -> dict[str, Value]:
        """What saving would write: for a new customer every value there is, else what differs from the book."""
        changed = {
            name: value
            for name, field in self.fields.items()
            if self.applies(name) and (value := self.value(name)) != (field.empty if self.new else self._base[name])
        }
        if self.revive:
            changed["active"] = True
        if "points" in changed and "reason" in self.fields:
            changed["reason"] = self.value("reason")
        return changed

    @property
    def dirty(self) -> bool:
        """Whether something was typed that leaving would lose."""
        return (
            self.photo_changed
            or self.revive
            or any(
                self.touched(name) and (self.fault(name) != "" or self.value(name) != self._base[name])
                for name in self.fields
                if self.applies(name)
            )
        )

    @property
    def can_save(self) -> bool:
        """Whether the form is complete and valid, and there is something to save."""
        return (self.new or self.dirty) and not self.faults()

    def waiting(self) -> str:
        """Why it cannot be saved, in words for the line beside the button; '' when it can."""
        faults = self.faults()
        missing = [self.fields[name].label for name, fault in faults.items() if fault == "required"]
        wrong = [self.fields[name].label for name in faults if faults[name] != "required"]
        parts = [f"Still needed: {', '.join(missing)}"] if missing else []
        parts += [f"Not right yet: {', '.join(wrong)}"] if wrong else []
        if parts:
            return ". ".join(parts)
        return "" if self.new or self.dirty else "Nothing has changed yet"

    def merged(self, now: Customer, mine: Iterable[str]) -> FormModel:
        """A form on the customer as somebody else saved it, in which the fields of `mine` hold what they hold here."""
        model = FormModel(now, fields=self.fields.values())
        for name in mine:
            if name in self.fields:
                model.enter(name, self.entries[name])
            elif name == "photo":
                model.photo, model.photo_changed = self.photo, self.photo_changed
            elif name == "active":
                model.revive = not now.active
        return model

    def anew(self) -> FormModel:
        """The same, for a new customer."""
        model = FormModel(None, self._base, self.fields.values())
        for name in self.fields:
            if self.touched(name):
                model.enter(name, self.entries[name])
        model.photo, model.photo_changed = self.photo, self.photo is not None
        return model

    def _balance_changes(self) -> bool:
        return "points" in self.fields and self.applies("points") and self.value("points") != self._base["points"]

    def _reading(self, name: str) -> tuple[Value, str]:
        entry = self.entries[name]
        if not self.touched(name):
            return self._base[name], ""
        if self.fields[name].kind in _AS_THEY_ARE:
            return entry, ""
        known = self._readings.get(name)
        if known is None or known[0] != entry:
            known = (entry, *self._read(name, str(entry)))
            self._readings[name] = known
        return known[1], known[2]

    def _read(self, name: str, text: str) -> tuple[Value, str]:
        try:
            return self.fields[name].read(text), ""
        except FieldError as fault:
            return self._base[name], fault.message

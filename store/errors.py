"""What can go wrong with a book, each kind with a sentence a cashier understands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.customer_records import FieldChange


class StoreError(Exception):
    """Anything the store refuses. `str(error)` is the sentence to show; it names no internals."""


class BookError(StoreError):
    """The file cannot be used as a book: not one, too new, locked, read-only or damaged."""


class NotABookError(BookError):
    """The file is no Regulars book."""


class NewerBookError(BookError):
    """The book was last opened by a newer Regulars."""


class BusyBookError(BookError):
    """Another program holds the book for longer than the busy timeout."""


class ReadOnlyBookError(BookError):
    """The file or its folder cannot be written to."""


class DamagedBookError(BookError):
    """SQLite finds the file corrupt."""


class WrongWordsError(StoreError):
    """A command line asks for something that there is not; nothing was tried."""


class FieldError(StoreError):
    """A value that its field refuses.

    `field` is the field's name in `store.fields`; `message` says, without the label, what is wanted.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class InvalidCustomerError(StoreError):
    """One or more fields of a customer are not acceptable; `faults` holds a `FieldError` for each."""

    def __init__(self, faults: tuple[FieldError, ...]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults


class UnknownCustomerError(StoreError):
    """No customer has this id."""

    def __init__(self) -> None:
        super().__init__("This customer is no longer in the book.")


class ErasedCustomerError(StoreError):
    """The customer was erased on request: nothing is written in them any more."""

    def __init__(self) -> None:
        super().__init__("This customer was erased on request: nothing is left of them to change or to hand over.")


class ErasureError(StoreError):
    """A person cannot be erased at this moment; nothing was changed."""


class ChangedMeanwhileError(StoreError):
    """Somebody saved the customer since it was opened here; nothing was written.

    `changes` lists every field that differs between what was opened (base), what the book has now
    (theirs) and what this person wants to save (ours). `version` is the book's version now.
    """

    def __init__(self, changes: tuple[FieldChange, ...], version: int) -> None:
        super().__init__("Somebody else changed this customer while you were editing.")
        self.changes = changes
        self.version = version


class ProgrammeOffError(StoreError):
    """Points are changed while the loyalty programme is off."""

    def __init__(self) -> None:
        super().__init__("The loyalty programme is off. Switch it on in Settings (F11), under Loyalty.")


class InactiveCustomerError(StoreError):
    """Points are changed of a customer who is inactive."""

    def __init__(self) -> None:
        super().__init__("This customer is inactive. Restore the customer first (Ctrl+B), then change the points.")


class BalanceMovedError(StoreError):
    """The balance is no longer what the person saw; nothing was written. `now` is the balance at this moment."""

    def __init__(self, now: int) -> None:
        super().__init__(f"The balance changed while you were editing: it is {now:,} now.")
        self.now = now


class UnknownEntryError(StoreError):
    """No entry of the ledger has this uid."""

    def __init__(self) -> None:
        super().__init__("This entry is not in the ledger.")


class ReversalError(StoreError):
    """An entry of the ledger cannot be taken back; the sentence says why. Nothing was written."""


class AlreadyReversedError(ReversalError):
    """The entry was taken back before."""

    def __init__(self) -> None:
        super().__init__("This entry was reversed before.")


class WorkbookError(StoreError):
    """The whole file is refused: unreadable, no usable header, too large, or its reader was stopped."""


class NotNowError(WorkbookError):
    """The file may be sound, but cannot be imported at this moment: another import runs, or this computer fails."""


class ForgedError(WorkbookError):
    """The file can be read, but is not signed as the book wants it: waiting makes it no better."""


class TakeBackError(StoreError):
    """An import cannot be taken back; the sentence says why. Nothing was written."""


class ExchangeError(StoreError):
    """The folder by which books exchange workbooks cannot be used; what was done in it before stands."""


class ExportError(StoreError):
    """The workbook could not be written where it was asked for; nothing was left behind."""


class InvalidSettingsError(StoreError):
    """One or more settings are not acceptable; `faults` holds a `FieldError` for each, named by its field."""

    def __init__(self, faults: tuple[FieldError, ...]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = faults


class UnknownReceiptError(StoreError):
    """No receipt has this id or number."""

    def __init__(self, sentence: str = "This receipt is no longer in the book.") -> None:
        super().__init__(sentence)


class MailError(StoreError):
    """A mail could not be sent; the sentence says what is in the way."""


class TicketError(StoreError):
    """The PDF could not be made, or not written where it was asked for; nothing was left behind."""


class WrongEndingError(WrongWordsError, ExportError, TicketError):
    """The name of the file to write does not end in a format that can be written."""


class UnknownPaymentError(TicketError):
    """The receipt has no payment of this number."""


class TicketThereError(TicketError):
    """A file is there already, at `path`, and nobody said to replace it."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is there already. Choose another name.")
        self.path = path

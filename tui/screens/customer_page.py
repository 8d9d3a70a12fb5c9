"""What the list and the pages of one customer share: everything that can be done with the customer at hand."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from store.errors import InactiveCustomerError, StoreError
from tui.page import Page, Result

if TYPE_CHECKING:
    from collections.abc import Iterator

INACTIVATED = "Customer inactivated successfully"
RESTORED = "Customer restored successfully"
POINTS_UPDATED = "Customer Loyalty Points Updated Successfully"
"""The manual's banners; Restore, which it does not have, follows them."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The customer at hand, as far as a page needs to know them for a command."""

    id: int
    name: str
    active: bool


class CustomerPage(Page[Result]):
    """A page with a customer at hand, or none at the moment."""

    COMMANDS: ClassVar[tuple[str, ...]] = ()
    ON_ANY: ClassVar[frozenset[str]] = frozenset({"actions", "edit", "open", "merge", "separate", "hand_over", "erase"})
    ON_ACTIVE: ClassVar[frozenset[str]] = frozenset({"points", "delete"})
    ON_INACTIVE: ClassVar[frozenset[str]] = frozenset({"restore"})
    ON_ERASED: ClassVar[frozenset[str]] = frozenset({"open"})
    """Of the above, what there is for a customer who was erased."""

    @property
    def subject(self) -> Subject | None:
        """The customer at hand."""
        raise NotImplementedError

    def show_changed(self, customer_id: int) -> None:
        """This customer was changed here: show them as they are now."""
        raise NotImplementedError

    @contextmanager
    def telling(self) -> Iterator[None]:
        """What the store refuses inside is said in the banner."""
        try:
            yield
        except StoreError as error:
            self.announce(str(error), error=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A customer's commands need one, and one of the right status."""
        if action in (self.ON_ANY | self.ON_INACTIVE) - self.ON_ERASED and self._is_erased():
            return False
        if action in self.ON_ANY:
            return self.subject is not None
        if action in self.ON_ACTIVE:
            return self.subject is not None and self.subject.active
        if action in self.ON_INACTIVE:
            return self.subject is not None and not self.subject.active
        return super().check_action(action, parameters)

    def _is_erased(self) -> bool:
        """Whether nothing is left of the customer at hand; who is active is not looked up."""
        if self.subject is None or self.subject.active:
            return False
        from store import erased

        try:
            return erased.is_erased(self.regulars.book, self.subject.id)
        except StoreError:
            return True  # the book cannot be read: there is nothing to be done

    def action_actions(self) -> None:
        """The manual's three dots."""
        if self.subject:
            from store import members

            with self.telling():
                is_several = members.any_of(self.regulars.book, self.subject.id)
                without = frozenset(() if is_several else {"separate"})
                self.regulars.open_screen("actions_menu", self._act, subject=self.subject, page=self, without=without)

    def _act(self, name: str | None) -> None:
        if name is not None:
            self.call_after_refresh(self.run_action, f"screen.{name}")

    def action_open(self) -> None:
        """The customer's metrics."""
        if self.subject:
            self.open_customer(self.subject.id)

    def open_customer(self, customer_id: int) -> None:
        """Show one customer's metrics."""
        self.regulars.open_screen("metrics", self._left_customer, customer_id=customer_id)

    def _left_customer(self, customer_id: int | None) -> None:
        if customer_id is not None:
            self.show_changed(customer_id)

    def action_edit(self) -> None:
        """The form of the customer at hand."""
        if self.subject:
            self.regulars.open_screen("customer_form", self._edited, customer_id=self.subject.id)

    def _edited(self, customer_id: int | None) -> None:
        if customer_id is not None:
            self.show_changed(customer_id)

    def action_points(self) -> None:
        """Edit the loyalty points of the customer at hand."""
        if self.subject:
            from store import customers

            with self.telling():
                customer = customers.get(self.regulars.book, self.subject.id)
                if not customer.active:  # deleted elsewhere, since the page was read
                    self.show_changed(customer.id)
                    raise InactiveCustomerError
                done = partial(self._points_given, customer.id)
                self.regulars.open_screen("loyalty", done, customer=customer)

    def _points_given(self, customer_id: int, updated: bool | None) -> None:
        if updated is not None:
            self.show_changed(customer_id)
        if updated:
            self.announce(POINTS_UPDATED)

    def action_delete(self) -> None:
        """Inactivate the customer at hand, after asking."""
        if self.subject is None:
            return
        self.regulars.open_screen(
            "confirm",
            partial(self._inactivate_if, self.subject.id),
            title="Delete this customer?",
            text=f"{self.subject.name}\nReceipts and points are kept, and the customer can be restored.",
            yes="Delete",
            danger=True,
        )

    def _inactivate_if(self, customer_id: int, agreed: bool | None) -> None:
        if agreed:
            from store import customers

            with self.telling():
                customers.inactivate(self.regulars.book, customer_id)
                self.show_changed(customer_id)
                self.announce(INACTIVATED, undo=partial(self._bring_back, customer_id))

    def action_merge(self) -> None:
        """Make one customer of the one at hand and another."""
        if self.subject:
            from tui.customer_merging import ask_whom_to_merge

            with self.telling():
                ask_whom_to_merge(self, self.subject)

    def action_separate(self) -> None:
        """Make a customer again of whoever was put together with the one at hand."""
        if self.subject:
            from tui.customer_merging import ask_whom_to_take_apart

            with self.telling():
                ask_whom_to_take_apart(self, self.subject)

    def action_hand_over(self) -> None:
        """All that the book has of the customer at hand, as a workbook for them."""
        if self.subject:
            from tui.customer_requests import ask_where_to_hand_over

            with self.telling():
                ask_where_to_hand_over(self.regulars, self.subject)

    def action_erase(self) -> None:
        """Erase the customer at hand for good, after asking in earnest."""
        if self.subject:
            from tui.customer_requests import ask_to_erase

            with self.telling():
                ask_to_erase(self.regulars, self.subject)

    def action_restore(self) -> None:
        """Bring the inactive customer at hand back."""
        if self.subject:
            self._bring_back(self.subject.id)

    def _bring_back(self, customer_id: int) -> None:
        from store import customers

        with self.telling():
            customers.restore(self.regulars.book, customer_id)
            self.show_changed(customer_id)
            self.announce(RESTORED)

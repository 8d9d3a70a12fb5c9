"""Two entries for one person, from the customer at hand: merging with another, and taking apart again."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from store.errors import StoreError
from store.review_records import Answer, Kind, Question
from tui.folders import counted
from tui.screens.customer_page import CustomerPage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.customer_records import Customer
    from store.review_records import Member
    from tui.page import Commanded
    from tui.screens.customer_page import Subject

NOBODY = "Nobody was put together with {}."
ONE, TWO, APART = "{} is one customer now.", "{} and {} stay two customers.", "{} is a customer again."
ASKED = " Where they differ, the review asks: {}."


def ask_whom_to_merge(page: CustomerPage[Any], subject: Subject) -> None:
    """Let the other entry be found, and the two be compared."""
    page.regulars.open_screen("customer_chooser", partial(_compare, page, subject.id), subject=subject)


def _compare(page: CustomerPage[Any], customer_id: int, other_id: str | None) -> None:
    if other_id is None:
        return
    from store import customers

    with page.telling():
        one, other = (customers.get(page.regulars.book, at) for at in (customer_id, int(other_id)))
        question = Question("", Kind.WHO, one.uid, one.name, "", "", one.name, other.name, "", other.uid)
        page.regulars.open_screen("compare", partial(_judged, page, one, other), question=question)


def _judged(page: CustomerPage[Any], one: Customer, other: Customer, answer: Answer | None) -> None:
    from store import duplicates

    book = page.regulars.book
    with page.telling():
        if answer is Answer.TAKE:
            kept = duplicates.merge(book, one.uid, other.uid)
            _show(page, {one.id, other.id}, kept.id)
            page.announce(merged_words(kept, len(duplicates.conflicts(book, kept.uid))))
        elif answer is Answer.KEEP:
            duplicates.keep_apart(book, one.uid, other.uid)
            page.announce(TWO.format(one.name, other.name))


def merged_words(kept: Customer, questions: int) -> str:
    """What became of two customers who were made one."""
    asked = ASKED.format(counted(questions, "question")) if questions else ""
    return ONE.format(kept.name) + asked


def ask_whom_to_take_apart(page: CustomerPage[Any], subject: Subject) -> None:
    """Let one of those be chosen who were put together with the customer. Raises StoreError."""
    from store import customers, duplicates

    customer = customers.get(page.regulars.book, subject.id)
    members = duplicates.members(page.regulars.book, customer.uid)
    if not members:
        page.announce(NOBODY.format(customer.name), hint=True)
    elif len(members) == 1:
        _ask_apart(page, customer, members[0])
    else:
        rows = [(member.uid, f"{member.name}   {member_words(member)}") for member in members]
        page.regulars.open_screen(
            "picker", partial(_chosen, page, customer, members), title="Take apart", rows=rows
        )  # fmt: skip


def _chosen(page: CustomerPage[Any], customer: Customer, members: Sequence[Member], uid: str | None) -> None:
    for member in members:
        if member.uid == uid:
            _ask_apart(page, customer, member)


def _ask_apart(page: CustomerPage[Any], customer: Customer, member: Member) -> None:
    from store import duplicates

    with page.telling():
        first = duplicates.itself(page.regulars.book, customer.uid)
        confirm_apart(page, first, member, partial(_apart, page, customer.id))


def known_by(member: Member) -> str:
    """Who somebody was when they came: name, e-mail and phone."""
    return "   ".join(filter(None, (member.name, member.email, member.phone)))


def member_words(member: Member) -> str:
    """What makes a member known, and what they brought along."""
    return "   ".join(filter(None, (member.email, member.phone, brought_by(member))))


def brought_by(member: Member) -> str:
    """The points and receipts that a member brought along."""
    return f"{counted(member.points, 'point')}, {counted(member.receipts, 'receipt')}"


def confirm_apart(page: Commanded[Any], first: Member, member: Member, do: Callable[[str], None]) -> None:
    """Ask whether somebody is to be a customer of their own again; on yes `do` gets their uid. `first` stays."""
    page.regulars.open_screen(
        "confirm",
        lambda agreed: do(member.uid) if agreed else None,
        title="Take them apart?",
        text=f"Who becomes a customer again, with {brought_by(member)}:\n{known_by(member)}\n"
        f"Who stays:\n{known_by(first)}\n\n"
        "Each has again what they had, as far as this book knows it, and the receipts, points and feedback that they "
        "brought. What was newly written since, and what came since, stays with who stays.",
        yes="Take apart",
        no="Leave",
        danger=True,
    )


def _apart(page: CustomerPage[Any], customer_id: int, member_uid: str) -> None:
    from store import duplicates

    with page.telling():
        made = duplicates.separate(page.regulars.book, member_uid)
        _show(page, {customer_id}, customer_id)
        page.announce(APART.format(made.name))


def _show(page: CustomerPage[Any], concerned: set[int], customer_id: int) -> None:
    """Have every open page that shows one of these customers show who they are now."""
    for other in page.regulars.screen_stack:
        if isinstance(other, CustomerPage) and other is not page:
            subject = None
            with suppress(StoreError):
                subject = other.subject
            if subject is not None and subject.id in concerned:
                other.show_changed(customer_id)
    page.show_changed(customer_id)

"""Customers who may be one person, the likeliest first, and those who were put together, to be taken apart again."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from store import duplicates
from store.errors import StoreError
from store.review_records import Answer, Kind, Question
from tui.customer_merging import APART, TWO, confirm_apart, known_by, merged_words
from tui.jobs import run_store
from tui.screens.list_page import ListPage
from tui.widgets.line_list import LineList, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.database import Book
    from store.duplicates import Joined
    from store.review_records import Pair
    from tui.widgets.line_list import Span

MOST, ALL = 500, 1_000_000
"""Pairs in the list, the likeliest, others come up when these are judged; and more than there are in any book."""
_WHY = 30
TOGETHER = "put together"


def why(pair: Pair) -> str:
    """What two customers share, in words."""
    return ", ".join(pair.because)


class PairList(LineList):
    """Two names and what they share; below them who was put together."""

    def __init__(self) -> None:
        super().__init__("entries")
        self.pairs: Sequence[Pair] = ()
        self.joined: Sequence[Joined] = ()

    @property
    def pair(self) -> Pair | None:
        """The pair under the cursor."""
        return self.pairs[self.cursor] if self.cursor is not None and self.cursor < len(self.pairs) else None

    @property
    def one(self) -> Joined | None:
        """Who was put together with another, under the cursor."""
        at = -1 if self.cursor is None else self.cursor - len(self.pairs)
        return self.joined[at] if at >= 0 else None

    def count(self) -> int:
        """How many lines there are."""
        return len(self.pairs) + len(self.joined)

    def line(self, index: int, width: int) -> Sequence[Span]:
        """One pair."""
        each = max((width - _WHY - 4) // 2, 1)
        if index < len(self.pairs):
            pair = self.pairs[index]
            return (
                (f" {fit(pair.name, each)} ", ""),
                (f"{fit(pair.other_name, each)} ", ""),
                (fit(why(pair), _WHY), "dim"),
            )
        one = self.joined[index - len(self.pairs)]
        each = max((width - len(TOGETHER) - 4) // 2, 1)
        return (
            (f" {fit(known_by(one.first), each)} ", ""),
            (f"{fit(known_by(one.member), each)} ", ""),
            (fit(TOGETHER, len(TOGETHER)), "accent"),
        )


def _read(book: Book) -> tuple[int, Sequence[Pair], Sequence[Joined]]:
    pairs = duplicates.likely(book, limit=ALL)
    return len(pairs), pairs[:MOST], duplicates.joined(book)


class DuplicatesScreen(ListPage[PairList]):
    """The likely pairs, and who was put together."""

    HEADING = "Duplicates"
    HELP = (
        "Customers who may be one person, the likeliest first. Enter shows the two side by side: one person, or two. "
        "One person has the receipts and points of both. Below stand those who were put together: Del takes them apart "
        "again, each with what was theirs."
    )
    COMMANDS = ("open", "delete")
    WORDS: ClassVar = {
        "open": ("Compare", "Show the two side by side, and say whether they are one person."),
        "delete": ("Take apart", "Make two customers again of those who were put together, after asking."),
    }

    def __init__(self) -> None:
        super().__init__(PairList())

    def on_mount(self) -> None:
        """Look for them: in a large book that takes a moment."""
        self.count_in_words("Looking for customers who may be one person...")
        self._list.focus()
        self._read()

    def _read(self) -> None:
        run_store(self, _read, self._show, group="duplicates", exclusive=True)

    def _show(self, found: tuple[int, Sequence[Pair], Sequence[Joined]]) -> None:
        number, pairs, joined = found
        at = self._list.cursor or 0
        self._list.pairs, self._list.joined = pairs, joined
        self._list.reset(min(at, max(self._list.count() - 1, 0)))
        words = f"{number:,} {'pair' if number == 1 else 'pairs'} to judge" if number else "Nobody looks like another"
        more = f"; {len(joined):,} put together" if joined else ""
        self.count_in_words(f"{words}{more}.")
        self.tell()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Pairs are compared, and those who were put together taken apart."""
        if action == "open":
            return self._list.pair is not None
        if action == "delete":
            return self._list.one is not None
        return super().check_action(action, parameters)

    def whole(self) -> str:
        """What the two share, or who was put together with whom."""
        pair, one = self._list.pair, self._list.one
        if pair is not None:
            return f"{pair.name} and {pair.other_name} share: {why(pair)}."
        if one is None:
            return ""
        return f"{known_by(one.first)}\n{known_by(one.member)}\nput together, and {one.name} by now."

    def action_open(self) -> None:
        """Show the two side by side."""
        pair = self._list.pair
        if pair is None:
            return
        question = Question(
            "", Kind.WHO, pair.uid, pair.name, why(pair), "", pair.name, pair.other_name, "", pair.other_uid
        )
        self.regulars.open_screen("compare", lambda answer: self._judge(pair, answer), question=question)

    def _judge(self, pair: Pair, answer: Answer | None) -> None:
        if answer is Answer.TAKE:
            run_store(self, lambda book: _merged(book, pair), self._said)
        elif answer is Answer.KEEP:
            run_store(self, lambda book: duplicates.keep_apart(book, pair.uid, pair.other_uid),
                      lambda _: self._said(TWO.format(pair.name, pair.other_name)))  # fmt: skip

    def _said(self, words: str) -> None:
        self.announce(words)
        self._read()

    def action_delete(self) -> None:
        """Make two customers again, after asking."""
        one = self._list.one
        if one is None:
            return
        try:
            members = duplicates.members(self.regulars.book, one.uid)
        except StoreError as error:
            self.announce(str(error), error=True)
            return
        for member in members:
            if member.uid == one.member.uid:
                confirm_apart(self, one.first, member, self._take_apart)

    def _take_apart(self, member_uid: str) -> None:
        run_store(self, lambda book: duplicates.separate(book, member_uid),
                  lambda made: self._said(APART.format(made.name)))  # fmt: skip


def _merged(book: Book, pair: Pair) -> str:
    kept = duplicates.merge(book, pair.uid, pair.other_uid)
    return merged_words(kept, len(duplicates.conflicts(book, kept.uid)))

"""What a book learns of a file beside what its rows change, in words: who is erased, who is who, what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.merge.people import FOUND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.merge.people import Pairs
    from store.workbook.merging import Outcome


@dataclass(slots=True)
class Learning:
    """Counts what no row shows: `see` each merge, then ask for the `words`."""

    answers: int = 0
    """Questions that nobody asks any more, of customers who look the same."""
    quiet: int = 0
    """Customers who look the same, and of whom nothing was answered or is asked."""

    def see(self, outcome: Outcome) -> None:
        """Take a merge that changes the state of somebody whom the book has."""
        if not outcome.is_seen:
            self.answers += outcome.settled
            self.quiet += not (outcome.settled or outcome.asked)

    def words(self, pairs: Pairs, *, erased: int, others: bool, alone: bool) -> tuple[str, ...]:
        """Each thing in words; so many customers are `erased`, and `others` says that the book lacks some who are.

        What books find out by themselves is told only where it is `alone`, and nothing is seen of any row.
        """
        return tuple(self._told(pairs, erased, others=others, alone=alone))

    def _told(self, pairs: Pairs, erased: int, *, others: bool, alone: bool) -> Iterator[str]:
        said = sum(verdict.origin != FOUND for verdict in pairs.values())
        found = len(pairs) - said if alone else 0
        if erased:
            yield "1 customer is erased, for good" if erased == 1 else f"{erased:,} customers are erased, for good"
        elif others:
            yield "who was erased elsewhere, and is not in this book"
        if said:
            yield f"{said:,} {'decision' if said == 1 else 'decisions'} made elsewhere about who is who"
        if self.answers:
            yield f"{self.answers:,} {'answer' if self.answers == 1 else 'answers'} given elsewhere"
        if found:
            yield f"{found:,} {'pair' if found == 1 else 'pairs'} told from their rows to be one person, or two"
        if self.quiet and alone:
            whom = "1 customer" if self.quiet == 1 else f"{self.quiet:,} customers"
            yield f"of {whom} when and where values were written"

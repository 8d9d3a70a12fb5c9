"""Which of several renames counts, where books did not know of each other."""

from __future__ import annotations

from itertools import permutations

from store.merge.renames import Rename, StoreNames


def _name(first: str, *renames: Rename) -> str | None:
    """What the store is called that was called so first, in whatever order the renames came to be known."""
    [said] = {StoreNames(order).now(first) for order in permutations(renames)}
    return said


def test_of_two_that_are_alike_but_for_their_spelling_the_later_counts() -> None:
    assert (
        _name("main", Rename("main", "center", "Center", 1, "a"), Rename("main", "center", "CENTER", 2, "b"))
        == "CENTER"
    )


def test_a_name_that_was_given_up_is_not_taken_again_by_a_later_rename_to_it() -> None:
    first, later = Rename("main", "center", "Center", 1, "a"), Rename("main", "center", "Center", 50, "b")
    assert _name("main", first, Rename("center", "downtown", "Downtown", 2, "a"), later) == "Downtown"


def test_a_clock_that_is_behind_spells_the_name_that_two_stores_get() -> None:
    known = Rename("pier", "harbor", "Harbor", 100, "a")
    assert _name("main", known, StoreNames([known]).renaming("Main", "HARBOR", 5, "b")) == "HARBOR"

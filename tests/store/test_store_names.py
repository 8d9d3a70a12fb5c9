"""What people call a store, on a command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store import stores

if TYPE_CHECKING:
    from store.database import Book


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("Downtown", "Downtown"),
        (" dOWNTOWN ", "Downtown"),
        ("01", "Downtown"),
        ("cafe", "Cafe"),
        ("Café", "Café"),
        ("ÉLYSÉE", "Elysée"),
        ("x9", "X9"),
        ("ca", "Cafe"),
    ],
)
def test_a_store_is_found_by_its_name_or_else_its_code(book: Book, called: str, name: str) -> None:
    for other, code in (("A code's twin", "X9"), ("Cafe", "CA"), ("Café", ""), ("Elysée", ""), ("X9", "")):
        stores.ensure(book, other, code)
    assert stores.named(book, called).name == name


@pytest.mark.parametrize("called", ["", " ", "Mars", "\udcff", "Down"])
def test_another_word_is_answered_with_the_stores_there_are(book: Book, called: str) -> None:
    stores.ensure(book, "Without a code")
    with pytest.raises(stores.UnknownStoreError, match=r"stores: Airport, Downtown, harbour, Without a code\."):
        stores.named(book, called)

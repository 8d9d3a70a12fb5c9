"""The table of a book's backups; as `models`, and nothing else."""

from __future__ import annotations

from peewee import BooleanField, IntegerField, TextField

from store.model_base import Table


class BookCopy(Table):
    """A backup of the book: where it was put, percent-encoded.

    Those of the first `cleared` people in ErasedPerson do not stand in it; -1 while that is under way. `elsewhere` says
    that it lies on another drive than the book, which may not be connected.
    """

    path = TextField(primary_key=True)
    made_at = TextField()
    elsewhere = BooleanField()
    cleared = IntegerField()

    class Meta:
        without_rowid = True


TABLES: tuple[type[Table], ...] = (BookCopy,)

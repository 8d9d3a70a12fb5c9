"""What all of the book's tables have in common."""

from __future__ import annotations

from peewee import Model


class Table(Model):
    """Base of all tables; bound to no database, so that two books can be open at once."""

    class Meta:
        legacy_table_names = False

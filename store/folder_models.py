"""The tables of a book that exchanges workbooks through a folder; as `models`, and nothing else."""

from __future__ import annotations

from peewee import AutoField, CompositeKey, IntegerField, TextField

from store.model_base import Table


class FolderChange(Table):
    """A row that changed since the last export: triggers mark it, from the first exchange on.

    `kind` is 'customer', 'receipt', 'feedback', 'store' or 'erased', after 'office ' where a workbook of the office
    brought the change. A row that changes again gets a new mark, which
    is higher than all that ever were.
    """

    mark = AutoField()
    kind = TextField()
    row_id = IntegerField()

    class Meta:
        indexes = ((("kind", "row_id"), True),)


class FolderQuiet(Table):
    """Has a row while a transaction writes what came by the folder: 1 in another till's export, 2 from the office."""

    id = AutoField()


class FolderExport(Table):
    """A numbered export of the book that was `origin` then. It holds what changed after export `since`, 0 for all.

    `mark` is the highest mark that it clears. Until `sent_at` it is only meant to be in the folder. `seen_by` says
    how it was found out that the office has seen it.
    """

    origin = TextField()
    number = IntegerField()
    folder = TextField()
    name = TextField()
    since = IntegerField()
    mark = IntegerField()
    made_at = TextField()
    customers = IntegerField(default=0)
    digest = TextField(default="", index=True)
    sent_at = TextField(null=True)
    seen_at = TextField(null=True)
    seen_by = TextField(default="")

    class Meta:
        primary_key = CompositeKey("origin", "number")
        without_rowid = True


class FolderFile(Table):
    """A file that was taken, or refused, by the digest of its content.

    `origin` and `number` say which export it is, or was made of. `refused` counts the rows that were not taken,
    `left_out` those of which faulty cells were not; `message` says why the whole file was not.
    """

    digest = TextField(primary_key=True)
    name = TextField()
    origin = TextField(default="")
    number = IntegerField(default=0)
    at = TextField(index=True)
    outcome = TextField()
    refused = IntegerField(default=0)
    left_out = IntegerField(default=0)
    message = TextField(default="")

    class Meta:
        without_rowid = True


class FolderPath(Table):
    """How a file in the folder looked when it was last looked at: `mtime` in nanoseconds, `looked_at` in seconds.

    `digest` is what it then held; NULL while it may still be being copied.
    """

    path = TextField(primary_key=True)
    size = IntegerField()
    mtime = IntegerField()
    looked_at = IntegerField()
    digest = TextField(null=True)

    class Meta:
        without_rowid = True


class FolderBook(Table):
    """Another book: all of its exports up to `highest` were taken, and those of `later` (JSON: since and number).

    `told` is the highest number that it was said to have sent.
    """

    origin = TextField(primary_key=True)
    till = TextField(default="")
    highest = IntegerField(default=0)
    later = TextField(default="[]")
    told = IntegerField(default=0)

    class Meta:
        without_rowid = True


TABLES: tuple[type[Table], ...] = (FolderChange, FolderQuiet, FolderExport, FolderFile, FolderPath, FolderBook)

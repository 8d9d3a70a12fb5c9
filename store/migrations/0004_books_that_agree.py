"""What books need that exchange workbooks: states of rows, verdicts on who is who, and whose an entry was first.

And when a receipt was corrected.
"""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    "DROP TABLE field_sibling",
    "DROP TABLE person_link",
    "DROP TABLE held_value",
    "ALTER TABLE erased_person RENAME TO erased_before",
    """CREATE TABLE row_state (
        uid TEXT NOT NULL PRIMARY KEY, leader_uid TEXT NOT NULL, state TEXT NOT NULL, asks INTEGER NOT NULL DEFAULT 0,
        hides TEXT
    ) WITHOUT ROWID""",
    "CREATE INDEX row_state_leader_uid ON row_state (leader_uid)",
    "CREATE INDEX row_state_several ON row_state (leader_uid) WHERE uid <> leader_uid",
    "CREATE INDEX row_state_asks ON row_state (leader_uid) WHERE asks > 0",
    "CREATE INDEX row_state_hides ON row_state (hides COLLATE NOCASE) WHERE hides IS NOT NULL",
    """CREATE TABLE person_pair (
        uid TEXT NOT NULL, other_uid TEXT NOT NULL, at INTEGER NOT NULL, origin TEXT NOT NULL, same INTEGER NOT NULL,
        PRIMARY KEY (uid, other_uid)
    ) WITHOUT ROWID""",
    "CREATE INDEX person_pair_other_uid ON person_pair (other_uid)",
    "CREATE TABLE erased_person (uid TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
    # a backup has some where people were erased in its book since
    "INSERT INTO erased_person (uid, at) SELECT uid, CAST(at AS INTEGER) FROM erased_before",
    "DROP TABLE erased_before",
    "CREATE TABLE member_state (uid TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE member_photo (
        uid TEXT NOT NULL PRIMARY KEY, media_type TEXT NOT NULL, image BLOB NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE store_rename (
        former TEXT NOT NULL, used TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, origin TEXT NOT NULL,
        PRIMARY KEY (former, used)
    ) WITHOUT ROWID""",
    # an import that is taken back gives everybody the id again that they had
    "CREATE TABLE spent_id (kind TEXT NOT NULL PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID",
    """CREATE TRIGGER customer_id_is_spent AFTER DELETE ON customer BEGIN
        INSERT INTO spent_id (kind, id) VALUES ('customer', OLD.id)
        ON CONFLICT (kind) DO UPDATE SET id = excluded.id WHERE excluded.id > id;
    END""",
    "ALTER TABLE loyalty_entry ADD COLUMN owner_uid TEXT",
    "ALTER TABLE loyalty_entry ADD COLUMN opening INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE receipt ADD COLUMN owner_uid TEXT",
    "ALTER TABLE feedback ADD COLUMN owner_uid TEXT",
    "ALTER TABLE receipt ADD COLUMN corrected_at INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE receipt ADD COLUMN former TEXT",
    # who stand in one book as two are not taken for one by another, however alike they are
    """INSERT INTO person_pair (uid, other_uid, at, origin, same)
        SELECT min(one.uid, other.uid), max(one.uid, other.uid), 1, '', 0
        FROM customer AS one JOIN customer AS other ON other.email = one.email AND other.id > one.id
        WHERE one.email IN (
            SELECT email FROM customer WHERE email <> '' GROUP BY email HAVING count(*) BETWEEN 2 AND 20
        ) AND (
            other.name_key = one.name_key OR (one.phone_digits <> '' AND other.phone_digits = one.phone_digits)
        ) LIMIT 100000""",
    # an import of before had another record, of which nothing can be taken back any more
    """DELETE FROM import_change WHERE run_id IN (
        SELECT id FROM import_run WHERE state <> 'applying' AND award_cursor IS NULL)""",
    # two customers may turn out to be one person, and their entries with them
    "DROP TRIGGER ledger_is_append_only",
    """CREATE TRIGGER ledger_is_append_only
        BEFORE UPDATE OF id, uid, points, reason, employee, till, at ON loyalty_entry BEGIN
        SELECT RAISE(ABORT, 'the points ledger is never changed');
    END""",
)


def up(migrator: Any, db: Any) -> None:
    """Make the tables and columns; those that go were never filled."""
    for statement in STATEMENTS:
        db.execute_sql(statement)

"""The book's first schema: a frozen copy, so that later changes of the models do not rewrite history."""

from __future__ import annotations

from typing import Any

TABLES = """
CREATE TABLE setting (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE tally (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL DEFAULT 0);
INSERT INTO tally (name, value) VALUES ('active', 0), ('inactive', 0);

CREATE TABLE store (
    id INTEGER NOT NULL PRIMARY KEY,
    code TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL COLLATE NOCASE
);
CREATE UNIQUE INDEX store_name ON store (name);

CREATE TABLE customer (
    id INTEGER NOT NULL PRIMARY KEY,
    uid TEXT NOT NULL,
    ord INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    phone TEXT NOT NULL DEFAULT '',
    phone_digits TEXT NOT NULL DEFAULT '',
    gender TEXT NOT NULL DEFAULT '',
    date_of_birth TEXT,
    id_number TEXT COLLATE NOCASE,
    nationality TEXT NOT NULL DEFAULT '',
    gate_code TEXT NOT NULL DEFAULT '',
    anniversary TEXT,
    notes TEXT NOT NULL DEFAULT '',
    loyalty INTEGER NOT NULL DEFAULT 0,
    points INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    gift_card TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    address_line1 TEXT NOT NULL DEFAULT '',
    address_line2 TEXT NOT NULL DEFAULT '',
    city TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT '',
    zip_code TEXT NOT NULL DEFAULT '',
    country TEXT NOT NULL DEFAULT '',
    enrolled TEXT,
    active INTEGER NOT NULL DEFAULT 1,
    has_photo INTEGER NOT NULL DEFAULT 0,
    row_digest BLOB,
    merge_state BLOB
);
CREATE UNIQUE INDEX customer_uid ON customer (uid);
CREATE UNIQUE INDEX customer_ord ON customer (ord);
CREATE UNIQUE INDEX customer_id_number ON customer (id_number);
CREATE INDEX customer_active ON customer (active, ord);
CREATE INDEX customer_name_key ON customer (name_key, ord);
CREATE INDEX customer_email ON customer (email, ord);
CREATE INDEX customer_phone_digits ON customer (phone_digits, ord);
CREATE INDEX customer_gift_card ON customer (gift_card, ord);
CREATE INDEX customer_points ON customer (points, ord);
CREATE INDEX customer_has_photo ON customer (ord) WHERE has_photo = 1;
CREATE INDEX customer_last_name ON customer (last_name COLLATE NOCASE, ord);

CREATE TABLE customer_store (
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    store_id INTEGER NOT NULL REFERENCES store (id) ON DELETE CASCADE,
    PRIMARY KEY (customer_id, store_id)
) WITHOUT ROWID;
CREATE INDEX customer_store_store_id ON customer_store (store_id);

CREATE TABLE customer_photo (
    customer_id INTEGER NOT NULL PRIMARY KEY REFERENCES customer (id) ON DELETE CASCADE,
    media_type TEXT NOT NULL,
    image BLOB NOT NULL
);

CREATE TABLE email_domain (token TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE loyalty_entry (
    id INTEGER NOT NULL PRIMARY KEY,
    uid TEXT NOT NULL,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE RESTRICT,
    points INTEGER NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    employee TEXT NOT NULL DEFAULT '',
    till TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL
);
CREATE UNIQUE INDEX loyalty_entry_uid ON loyalty_entry (uid);
CREATE INDEX loyalty_entry_customer_id ON loyalty_entry (customer_id);

CREATE TABLE receipt (
    id INTEGER NOT NULL PRIMARY KEY,
    store_id INTEGER REFERENCES store (id) ON DELETE RESTRICT,
    number TEXT NOT NULL,
    customer_id INTEGER REFERENCES customer (id) ON DELETE RESTRICT,
    paid_at TEXT NOT NULL,
    service_type TEXT NOT NULL DEFAULT '',
    employee TEXT NOT NULL DEFAULT '',
    gratuity INTEGER NOT NULL DEFAULT 0,
    discount INTEGER NOT NULL DEFAULT 0,
    card_service_charge INTEGER NOT NULL DEFAULT 0,
    online_order_service_charge INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    total_tip INTEGER NOT NULL DEFAULT 0,
    cash_discount INTEGER NOT NULL DEFAULT 0,
    item_service_charge INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX receipt_number_store_id ON receipt (number, store_id);
CREATE INDEX receipt_customer_id_paid_at ON receipt (customer_id, paid_at);

CREATE TABLE receipt_item (
    id INTEGER NOT NULL PRIMARY KEY,
    receipt_id INTEGER NOT NULL REFERENCES receipt (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    item TEXT NOT NULL,
    price INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    amount INTEGER NOT NULL
);
CREATE INDEX receipt_item_receipt_id ON receipt_item (receipt_id);

CREATE TABLE receipt_tax (
    id INTEGER NOT NULL PRIMARY KEY,
    receipt_id INTEGER NOT NULL REFERENCES receipt (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    type TEXT NOT NULL,
    rate INTEGER NOT NULL,
    amount INTEGER NOT NULL
);
CREATE INDEX receipt_tax_receipt_id ON receipt_tax (receipt_id);

CREATE TABLE receipt_payment (
    id INTEGER NOT NULL PRIMARY KEY,
    receipt_id INTEGER NOT NULL REFERENCES receipt (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    type TEXT NOT NULL DEFAULT '',
    card_service_charge INTEGER NOT NULL DEFAULT 0,
    amount INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT '',
    auth_code TEXT NOT NULL DEFAULT '',
    transaction_number TEXT NOT NULL DEFAULT ''
);
CREATE INDEX receipt_payment_receipt_id ON receipt_payment (receipt_id);

CREATE TABLE feedback (
    id INTEGER NOT NULL PRIMARY KEY,
    uid TEXT NOT NULL,
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE RESTRICT,
    receipt_id INTEGER REFERENCES receipt (id) ON DELETE SET NULL,
    positive INTEGER NOT NULL,
    comment TEXT NOT NULL DEFAULT '',
    on_date TEXT
);
CREATE UNIQUE INDEX feedback_uid ON feedback (uid);
CREATE INDEX feedback_customer_id ON feedback (customer_id);
CREATE INDEX feedback_receipt_id ON feedback (receipt_id);

CREATE TABLE outbox_mail (
    id INTEGER NOT NULL PRIMARY KEY,
    message_id TEXT NOT NULL,
    receipt_id INTEGER REFERENCES receipt (id) ON DELETE SET NULL,
    recipient TEXT NOT NULL,
    message BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued',
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TEXT,
    last_error TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    sent_at TEXT
);
CREATE UNIQUE INDEX outbox_mail_message_id ON outbox_mail (message_id);
CREATE INDEX outbox_mail_receipt_id ON outbox_mail (receipt_id);
CREATE INDEX outbox_mail_state ON outbox_mail (state);

CREATE TABLE import_run (
    id INTEGER NOT NULL PRIMARY KEY,
    uid TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_digest TEXT NOT NULL,
    employee TEXT NOT NULL DEFAULT '',
    till TEXT NOT NULL DEFAULT '',
    started_at TEXT NOT NULL,
    finished_at TEXT,
    state TEXT NOT NULL,
    stage TEXT NOT NULL DEFAULT '',
    cursor INTEGER NOT NULL DEFAULT 0,
    counts TEXT NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX import_run_uid ON import_run (uid);
CREATE INDEX import_run_file_digest ON import_run (file_digest);
CREATE INDEX import_run_state ON import_run (state);

CREATE TABLE import_change (
    run_id INTEGER NOT NULL REFERENCES import_run (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    before TEXT,
    PRIMARY KEY (run_id, kind, row_id)
) WITHOUT ROWID;

CREATE TABLE field_sibling (
    customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    origin TEXT NOT NULL,
    counter INTEGER NOT NULL,
    at INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (customer_id, field, origin, counter)
) WITHOUT ROWID;

CREATE TABLE person_link (uid TEXT NOT NULL PRIMARY KEY, leader_uid TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX person_link_leader_uid ON person_link (leader_uid);
CREATE TABLE erased_person (uid TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE held_value (
    uid TEXT NOT NULL PRIMARY KEY,
    customer_uid TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    answer TEXT
) WITHOUT ROWID;
CREATE INDEX held_value_customer_uid ON held_value (customer_uid)
"""

SEARCH = """
CREATE VIEW customer_words (ord, words) AS
    SELECT ord, search_words(
        first_name, last_name, email, phone, phone_digits, id_number, gift_card, loyalty, active,
        (SELECT group_concat(store_id) FROM customer_store WHERE customer_id = customer.id)
    ) FROM customer;
CREATE VIRTUAL TABLE customer_search USING fts5 (
    words, content = 'customer_words', content_rowid = 'ord',
    tokenize = 'ascii', prefix = '1 2 3 4 5 6', detail = none, columnsize = 0
);
INSERT INTO customer_search (customer_search, rank) VALUES ('hashsize', 4194304)
"""
"""A beginning that has no index of its own is merged from all words that begin so: milliseconds where many do.
An import's slice is written in one piece of up to 4 MiB, where FTS5's own 1 MiB makes many that are merged later."""

TRIGGERS = (
    """CREATE TRIGGER tally_new AFTER INSERT ON customer BEGIN
        UPDATE tally SET value = value + 1 WHERE name = iif(new.active, 'active', 'inactive');
    END""",
    """CREATE TRIGGER tally_gone AFTER DELETE ON customer BEGIN
        UPDATE tally SET value = value - 1 WHERE name = iif(old.active, 'active', 'inactive');
    END""",
    """CREATE TRIGGER tally_changed AFTER UPDATE OF active ON customer WHEN old.active <> new.active BEGIN
        UPDATE tally SET value = value - 1 WHERE name = iif(old.active, 'active', 'inactive');
        UPDATE tally SET value = value + 1 WHERE name = iif(new.active, 'active', 'inactive');
    END""",
    """CREATE TRIGGER ledger_is_append_only BEFORE UPDATE ON loyalty_entry BEGIN
        SELECT RAISE(ABORT, 'the points ledger is never changed');
    END""",
)


def up(migrator: Any, db: Any) -> None:
    """Make every table, index, trigger and the search index of a new book."""
    for statement in (*TABLES.split(";\n"), *SEARCH.split(";\n"), *TRIGGERS):
        db.execute_sql(statement.strip())

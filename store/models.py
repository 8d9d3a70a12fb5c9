"""The book's tables, and nothing else. A model never leaves `store`; a query names its database.

Every text column that a person may leave blank holds '' when blank; NULL means "no such thing".
Money is an integer of minor units, a time is an ISO 8601 text in UTC, a date an ISO 8601 text.
The indexes that the list walks, the search index and the triggers stand in the migrations.
"""

from __future__ import annotations

from peewee import (
    AutoField,
    BlobField,
    BooleanField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    TextField,
)

from store import copy_models, folder_models
from store.model_base import Table


class Setting(Table):
    """A typed setting: `value` is JSON."""

    name = TextField(primary_key=True)
    value = TextField()


class Tally(Table):
    """Counters that triggers keep, so that no screen counts a million rows ('active', 'inactive')."""

    name = TextField(primary_key=True)
    value = IntegerField(default=0)


class Store(Table):
    """A shop of the business."""

    id = AutoField()
    code = TextField(default="")
    name = TextField(collation="NOCASE", unique=True)


class Customer(Table):
    """A customer. `ord` is a gapped rank in the order of `name_key`, and the search index's row id.

    `version` rises by one with every write. `row_digest` is the digest of the workbook row this customer
    last came from, and NULL once the book changed it since. `merge_state` is the short form of the row's state
    (see `merge.codec`): NULL for one as a book made it, and '*' where the whole stands in RowState.
    """

    id = AutoField()
    uid = TextField(unique=True)
    ord = IntegerField(unique=True)
    name_key = TextField(index=True)
    version = IntegerField(default=1)
    first_name = TextField()
    last_name = TextField()
    email = TextField(default="", collation="NOCASE", index=True)
    phone = TextField(default="")
    phone_digits = TextField(default="", index=True)
    gender = TextField(default="")
    date_of_birth = TextField(null=True)
    id_number = TextField(null=True, collation="NOCASE", unique=True)
    nationality = TextField(default="")
    gate_code = TextField(default="")
    anniversary = TextField(null=True)
    notes = TextField(default="")
    loyalty = BooleanField(default=False)
    points = IntegerField(default=0)
    reason = TextField(default="")
    gift_card = TextField(default="", collation="NOCASE", index=True)
    address_line1 = TextField(default="")
    address_line2 = TextField(default="")
    city = TextField(default="")
    state = TextField(default="")
    zip_code = TextField(default="")
    country = TextField(default="")
    enrolled = TextField(null=True)
    active = BooleanField(default=True)
    has_photo = BooleanField(default=False)
    row_digest = BlobField(null=True)
    merge_state = BlobField(null=True)


class CustomerStore(Table):
    """Which customers belong to which stores."""

    customer = ForeignKeyField(Customer, on_delete="CASCADE", index=False)
    store = ForeignKeyField(Store, on_delete="CASCADE")

    class Meta:
        primary_key = CompositeKey("customer", "store")
        without_rowid = True


class CustomerPhoto(Table):
    """A customer's photo: downscaled, stripped of metadata. `media_type` is a MIME type."""

    customer = ForeignKeyField(Customer, primary_key=True, on_delete="CASCADE")
    media_type = TextField()
    image = BlobField()


class EmailDomain(Table):
    """Every e-mail domain that customers have, as its search token: a typed beginning names whole domains."""

    token = TextField(primary_key=True)

    class Meta:
        without_rowid = True


class Receipt(Table):
    """A sale. `number` is `node-number`, unique in a store; a sale to nobody known has no customer.

    Triggers keep two sums of its lines: `taxes`, and what was `refunded`, NULL when no payment brought money. One that
    was corrected says when, in seconds, and by `former` marks what it said before (see `workbook.receipt_marks`).
    """

    id = AutoField()
    store = ForeignKeyField(Store, null=True, on_delete="RESTRICT", index=False)
    number = TextField()
    customer = ForeignKeyField(Customer, null=True, on_delete="RESTRICT", index=False)
    paid_at = TextField()
    service_type = TextField(default="")
    employee = TextField(default="")
    gratuity = IntegerField(default=0)
    discount = IntegerField(default=0)
    card_service_charge = IntegerField(default=0)
    online_order_service_charge = IntegerField(default=0)
    total = IntegerField(default=0)
    total_tip = IntegerField(default=0)
    cash_discount = IntegerField(default=0)
    item_service_charge = IntegerField(default=0)
    taxes = IntegerField(default=0)
    refunded = IntegerField(null=True, default=0)
    owner_uid = TextField(null=True)
    corrected_at = IntegerField(default=0)
    former = TextField(null=True)

    class Meta:
        indexes = ((("number", "store"), True), (("customer", "paid_at"), False))


class LoyaltyEntry(Table):
    """A line of the points ledger. Never changed, never deleted; a balance is the sum of its lines.

    `receipt` is what the book gave the points for, where it did. `owner_uid` is the uid that the line was of before
    that was found to be this customer. With `opening` it is the balance that a list brought, and goes into no file.
    """

    id = AutoField()
    uid = TextField(unique=True)
    customer = ForeignKeyField(Customer, on_delete="RESTRICT", index=False)
    points = IntegerField()
    reason = TextField(default="")
    employee = TextField(default="")
    till = TextField(default="")
    at = TextField()
    receipt = ForeignKeyField(Receipt, null=True, on_delete="SET NULL", index=False)
    owner_uid = TextField(null=True)
    opening = BooleanField(default=False)


class ReceiptItem(Table):
    """A line of a receipt. `quantity` counts thousandths (2,000 is two pieces), as weighed goods need."""

    id = AutoField()
    receipt = ForeignKeyField(Receipt, on_delete="CASCADE")
    position = IntegerField()
    item = TextField()
    price = IntegerField()
    quantity = IntegerField()
    amount = IntegerField()


class ReceiptTax(Table):
    """A tax on a receipt. `rate` counts thousandths of a percent (6.25 % is 6,250)."""

    id = AutoField()
    receipt = ForeignKeyField(Receipt, on_delete="CASCADE")
    position = IntegerField()
    type = TextField()
    rate = IntegerField()
    amount = IntegerField()


class ReceiptPayment(Table):
    """A payment of a receipt. No card number ever stands here."""

    id = AutoField()
    receipt = ForeignKeyField(Receipt, on_delete="CASCADE")
    number = IntegerField()
    type = TextField(default="")
    card_service_charge = IntegerField(default=0)
    amount = IntegerField()
    status = TextField(default="")
    auth_code = TextField(default="")
    transaction_number = TextField(default="")


class Feedback(Table):
    """What a customer said of a visit. `uid` is derived from its content when the source gives none."""

    id = AutoField()
    uid = TextField(unique=True)
    customer = ForeignKeyField(Customer, on_delete="RESTRICT")
    receipt = ForeignKeyField(Receipt, null=True, on_delete="SET NULL")
    positive = BooleanField()
    comment = TextField(default="")
    on_date = TextField(null=True)
    owner_uid = TextField(null=True)


class OutboxMail(Table):
    """A mail to send, or that was sent. `state` is 'queued', 'sending', 'sent' or 'failed'.

    `next_attempt_at` is when one that is queued is due, and until when one that is being sent is its sender's own.
    `message` is what goes out, empty before it is written and once it is of no use.
    """

    id = AutoField()
    message_id = TextField(unique=True)
    receipt = ForeignKeyField(Receipt, null=True, on_delete="SET NULL")
    recipient = TextField()
    message = BlobField()
    state = TextField(default="queued", index=True)
    attempts = IntegerField(default=0)
    next_attempt_at = TextField(null=True)
    last_error = TextField(default="")
    created_at = TextField()
    sent_at = TextField(null=True)


class ImportRun(Table):
    """An import, before, during and after. `state`: 'applying', 'applied', 'taking back' or 'taken back'.

    `stage` is the file name of the staged rows, beside the book; `cursor` the number of its rows that are in
    the book: it moves in the transaction that writes them. `counts` is JSON: all `steps`, and the counts by
    sheet, in `sheets`. While the book gives points for its receipts, `award_cursor` is the id of the receipt up to
    which it is through; NULL before and after.
    """

    id = AutoField()
    uid = TextField(unique=True)
    file_name = TextField()
    file_digest = TextField(index=True)
    employee = TextField(default="")
    till = TextField(default="")
    started_at = TextField()
    finished_at = TextField(null=True)
    state = TextField(index=True)
    stage = TextField(default="")
    cursor = IntegerField(default=0)
    counts = TextField(default="{}")
    award_cursor = IntegerField(null=True)


class ImportChange(Table):
    """What an import did to a row: `before` is its JSON before, NULL or only a name where the import created it.

    `kind` is the row's table, or one of those of `workbook.journal`.
    """

    run = ForeignKeyField(ImportRun, on_delete="CASCADE", index=False)
    kind = TextField()
    row_id = IntegerField()
    before = TextField(null=True)

    class Meta:
        primary_key = CompositeKey("run", "kind", "row_id")
        without_rowid = True


class RowState(Table):
    """The whole state of a uid that its customer's columns do not tell: `state` is JSON (see `merge.codec`).

    A customer who is one uid has at most one, of somebody who is several each uid has one. `leader_uid` is the uid of
    the customer that shows it; the leader's own row counts in `asks` what a person is asked about them, and has in
    `hides` the ID number that is theirs, but that another customer shows.
    """

    uid = TextField(primary_key=True)
    leader_uid = TextField(index=True)
    state = TextField()
    asks = IntegerField(default=0)
    hides = TextField(null=True)

    class Meta:
        without_rowid = True


class PersonPair(Table):
    """A verdict on two uids, the smaller first: whether they are one person. `at` is in seconds, 0 for one found."""

    uid = TextField()
    other_uid = TextField(index=True)
    at = IntegerField()
    origin = TextField()
    same = BooleanField()

    class Meta:
        primary_key = CompositeKey("uid", "other_uid")
        without_rowid = True


class StoreRename(Table):
    """A store was renamed, here or in another book: see `merge.renames`. `at` is in seconds."""

    former = TextField()
    used = TextField()
    name = TextField()
    at = IntegerField()
    origin = TextField()

    class Meta:
        primary_key = CompositeKey("former", "used")
        without_rowid = True


class SpentId(Table):
    """The highest id that was ever taken away from a row of a kind: none is given twice."""

    kind = TextField(primary_key=True)
    id = IntegerField()

    class Meta:
        without_rowid = True


class ErasedPerson(Table):
    """A uid whose person asked to be forgotten, and when, in seconds; its values never come back."""

    uid = TextField(primary_key=True)
    at = IntegerField()

    class Meta:
        without_rowid = True


class MemberState(Table):
    """Who a customer was that was merged into another: `state` is JSON, all rows by uid, under the uid that it had."""

    uid = TextField(primary_key=True)
    state = TextField()

    class Meta:
        without_rowid = True


class MemberPhoto(Table):
    """The photo of a uid that was merged into another customer, for the day on which they are told apart again."""

    uid = TextField(primary_key=True)
    media_type = TextField()
    image = BlobField()

    class Meta:
        without_rowid = True


TABLES: tuple[type[Table], ...] = (
    Setting, Tally, Store, Customer, CustomerStore, CustomerPhoto, EmailDomain, Receipt, LoyaltyEntry, ReceiptItem,
    ReceiptTax, ReceiptPayment, Feedback, OutboxMail, ImportRun, ImportChange, RowState, PersonPair, ErasedPerson,
    MemberState, MemberPhoto, StoreRename, SpentId, *folder_models.TABLES, *copy_models.TABLES,
)  # fmt: skip
"""Every table, parents before children."""

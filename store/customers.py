"""Creating, editing, inactivating and restoring customers. Nobody overwrites what they have not seen."""

from __future__ import annotations

import uuid
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from store import changing, clock, fields, folding, indexing, loyalty, settings
from store.acceptance import accept, id_number_fault
from store.customer_records import Customer, Duplicate, FieldChange
from store.errors import (
    ChangedMeanwhileError,
    ErasedCustomerError,
    FieldError,
    InactiveCustomerError,
    InvalidCustomerError,
    ProgrammeOffError,
    UnknownCustomerError,
)
from store.models import Customer as CustomerTable
from store.models import CustomerPhoto, CustomerStore, Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.database import Book
    from store.records import Value

__all__ = [
    "KEEP", "by_uid", "create", "get", "id_number_fault", "inactivate", "likely_duplicates", "photo", "restore",
    "update", "with_id_number",
]  # fmt: skip


class _Keep(Enum):
    KEEP = "keep"


KEEP: Final = _Keep.KEEP
"""Given as a photo: leave the one that is there."""

_PLAIN = tuple(field.name for field in fields.FIELDS if field.name not in {"uid", "stores"})
"""Fields that stand in a column of their own, under their own name."""
_DATES = frozenset({field.name for field in fields.FIELDS if field.kind is fields.Kind.DATE})
_MOST_DUPLICATES = 5
_MOST_ALIKE = 100
"""Customers that are looked at for one reason: thousands may share the phone 000000."""
_IDENTITY = frozenset({"first_name", "last_name", "email", "phone", "id_number"})
_COLUMNS = ("id", "uid", "version", *_PLAIN, "has_photo")


def get(book: Book, customer_id: int) -> Customer:
    """The customer, whole. Raises UnknownCustomerError."""
    with book.read():
        return _read(book, CustomerTable.id == customer_id)


def by_uid(book: Book, uid: str) -> Customer:
    """The customer of this UID, whole. Raises UnknownCustomerError."""
    with book.read():
        return _read(book, CustomerTable.uid == uid)


def with_id_number(book: Book, id_number: str) -> Customer | None:
    """Whoever has this ID number."""
    found = book.rows("SELECT id FROM customer WHERE id_number = ?", (id_number,))
    return get(book, found[0][0]) if found else None


def photo(book: Book, customer_id: int) -> bytes | None:
    """The customer's photo as an image file, if there is one."""
    found = book.rows("SELECT image FROM customer_photo WHERE customer_id = ?", (customer_id,))
    return found[0][0] if found else None


def create(book: Book, values: Mapping[str, Value], photo: bytes | None = None) -> Customer:
    """Add a customer of these parsed values by field name; what is left out is empty, the enrol date today.

    Opening points become an entry of the ledger, beside the sign-up points of who is enrolled. Raises
    InvalidCustomerError with every fault.
    """
    with book.write():
        accepted = accept(book, values, before=None)
        points = int(accepted.pop("points", 0))
        _refuse_when_off(book, points)
        stores = accepted.pop("stores", ())
        columns = _columns_of(accepted)
        columns.setdefault("enrolled", clock.today().isoformat())
        key = folding.name_key(columns["first_name"], columns["last_name"])
        rank = indexing.place(book, key)
        columns |= {"uid": accepted.get("uid") or str(uuid.uuid4()), "ord": rank, "name_key": key}
        columns["id"] = changing.next_id(book)
        _refuse_erased(book, columns["uid"])
        customer_id = int(CustomerTable.insert(columns).execute(book.database))
        _put_stores(book, customer_id, stores)
        _put_photo(book, customer_id, photo)
        indexing.know_domain(book, columns["email"])
        indexing.index(book, rank, indexing.stored_words(book, rank))
        if columns.get("loyalty"):
            loyalty.enroll(book, customer_id, columns["uid"], fields.MOST_POINTS - points)
        if points or (columns.get("reason") and loyalty.how_many(book, customer_id)):
            loyalty.enter(book, customer_id, points, columns.get("reason", ""))
        _tell_apart(book, customer_id)
        return _read(book, CustomerTable.id == customer_id)


def update(
    book: Book,
    customer_id: int,
    changes: Mapping[str, Value],
    version: int,
    *,
    base: Customer,
    photo: bytes | _Keep | None = KEEP,
) -> Customer:
    """Save what a person changed on the customer they opened as `base`, at `version`.

    A new `points` balance becomes a ledger entry of its difference from the balance now. Raises
    ChangedMeanwhileError when somebody saved the customer since, InvalidCustomerError with every fault,
    ErasedCustomerError, and UnknownCustomerError.
    """
    with book.write():
        now = _read(book, CustomerTable.id == customer_id)
        _refuse_erased(book, now.uid)
        if now.version != version:
            _refuse_overlap(base, now, changes, photo)
        accepted = accept(book, changes, before=now)
        changed = {name: value for name, value in accepted.items() if value != getattr(now, name)}
        _refuse_points(book, now, changed.get("points", now.points) - now.points)
        if not changed and photo is KEEP:
            return now
        _write(book, now, changed, photo)
        return _read(book, CustomerTable.id == customer_id)


def inactivate(book: Book, customer_id: int, version: int | None = None) -> Customer:
    """Take a customer out of the active list; nothing of them is lost. With `version`, only as last seen."""
    return _set_active(book, customer_id, version, active=False)


def restore(book: Book, customer_id: int, version: int | None = None) -> Customer:
    """Bring an inactive customer back, as they were."""
    return _set_active(book, customer_id, version, active=True)


def likely_duplicates(book: Book, values: Mapping[str, Value], exclude: int | None = None) -> tuple[Duplicate, ...]:
    """At most five customers with the same phone, e-mail, or name and birthday; active ones first."""
    because: dict[int, list[str]] = {}
    phone = folding.digits(str(values.get("phone") or ""))
    key = folding.name_key(str(values.get("first_name") or ""), str(values.get("last_name") or ""))
    born = values.get("date_of_birth")
    tests: tuple[tuple[object, tuple[str, ...], Any], ...] = (
        (phone, ("phone",), CustomerTable.phone_digits == phone),
        (values.get("email"), ("email",), CustomerTable.email == values.get("email")),
        (
            key and born,
            ("first_name", "last_name", "date_of_birth"),
            (CustomerTable.name_key == key) & (CustomerTable.date_of_birth == _stored("date_of_birth", born)),
        ),
    )
    active: dict[int, bool] = {}
    with book.read():
        for given, names, condition in tests:
            if given:
                alike = CustomerTable.select(CustomerTable.id, CustomerTable.active).where(condition).limit(_MOST_ALIKE)
                for customer_id, is_active in alike.tuples().execute(book.database):
                    because.setdefault(customer_id, []).extend(names)
                    active[customer_id] = is_active
        because.pop(exclude or 0, None)
        ranked = sorted(because, key=lambda at: (not active[at], -len(because[at]), at))[:_MOST_DUPLICATES]
        return tuple(Duplicate(_read(book, CustomerTable.id == at), tuple(because[at])) for at in ranked)


def _read(book: Book, condition: Any) -> Customer:
    columns = [getattr(CustomerTable, name) for name in _COLUMNS]
    row = CustomerTable.select(*columns).where(condition).tuples().execute(book.database)
    found = next(iter(row), None)
    if found is None:
        raise UnknownCustomerError
    values = dict(zip(_COLUMNS, found, strict=True))
    values["id_number"] = values["id_number"] or ""
    for name in _DATES:
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    names = (
        Store.select(Store.name)
        .join(CustomerStore, on=(CustomerStore.store == Store.id))
        .where(CustomerStore.customer == values["id"])
        .order_by(Store.name, Store.id)
    )
    return Customer(**values, stores=tuple(name for (name,) in names.tuples().execute(book.database)))


def _refuse_overlap(base: Customer, now: Customer, changes: Mapping[str, Value], photo: bytes | _Keep | None) -> None:
    names = (*_PLAIN, "stores")
    differing = [
        FieldChange(name, getattr(base, name), getattr(now, name), changes.get(name, getattr(base, name)))
        for name in names
        if getattr(base, name) != getattr(now, name) or changes.get(name, getattr(base, name)) != getattr(base, name)
    ]
    ours = base.has_photo if photo is KEEP else photo is not None
    if base.has_photo != now.has_photo or photo is not KEEP:
        differing.append(FieldChange("photo", base.has_photo, now.has_photo, ours))
    if photo is not KEEP or any(change.base != change.theirs for change in differing):
        raise ChangedMeanwhileError(tuple(differing), now.version)


def _write(book: Book, now: Customer, changed: dict[str, Any], photo: bytes | _Keep | None) -> None:
    first, last = changed.get("first_name", now.first_name), changed.get("last_name", now.last_name)
    key = folding.name_key(first, last)
    moves = key != folding.name_key(now.first_name, now.last_name)
    rank = indexing.place(book, key) if moves else None
    old_rank = book.rows("SELECT ord FROM customer WHERE id = ?", (now.id,))[0][0]
    old_words = indexing.stored_words(book, old_rank)
    points = changed.pop("points", now.points) - now.points
    columns = _columns_of(changed) | {"name_key": key, "ord": rank or old_rank, "row_digest": None}
    columns["version"] = CustomerTable.version + 1
    CustomerTable.update(columns).where(CustomerTable.id == now.id).execute(book.database)
    if "stores" in changed:
        _put_stores(book, now.id, changed["stores"])
    if photo is not KEEP:
        _put_photo(book, now.id, photo)
    if changed.get("loyalty"):
        loyalty.enroll(book, now.id, now.uid, fields.MOST_POINTS - now.points - points)
    if points or changed.get("reason"):  # another reason alone is an entry of no points: other books learn of it so
        loyalty.enter(book, now.id, points, changed.get("reason", now.reason))
    if "email" in changed:
        indexing.know_domain(book, changed["email"])
    _note_for_other_books(book, now, changed)
    if "id_number" in changed and now.id_number:
        _free_number(book, now.id_number)
    new_rank = columns["ord"]
    words = indexing.stored_words(book, new_rank)
    if (new_rank, words) != (old_rank, old_words):
        indexing.unindex(book, old_rank, old_words)
        indexing.index(book, new_rank, words)


def _note_for_other_books(book: Book, now: Customer, changed: dict[str, Any]) -> None:
    from store import rows

    before = _columns_of({name: getattr(now, name) for name in _PLAIN}) | {"stores": now.stores}
    stores = {"stores": changed["stores"]} if "stores" in changed else {}
    rows.record(book, now.id, before, _columns_of(changed) | stores)
    if _IDENTITY & changed.keys():
        _tell_apart(book, now.id)


def _free_number(book: Book, number: str) -> None:
    """An ID number that somebody gave up is shown by whoever has it too."""
    from store import id_numbers

    id_numbers.free(book, [number])


def _tell_apart(book: Book, customer_id: int) -> None:
    """Who enters somebody that looks like another customer has seen that one: no book may take the two for one."""
    from store import persons

    persons.tell_apart(book, customer_id)


def _refuse_erased(book: Book, uid: str) -> None:
    if book.rows("SELECT 1 FROM erased_person WHERE uid = ?", (uid,)):
        raise ErasedCustomerError


def _refuse_when_off(book: Book, points: int) -> None:
    if points and not settings.get(book, "loyalty_on"):
        raise InvalidCustomerError((FieldError("points", str(ProgrammeOffError())),))


def _refuse_points(book: Book, now: Customer, points: int) -> None:
    """Refuse a change that `loyalty.adjust` would refuse."""
    _refuse_when_off(book, points)
    if points and not now.active:
        raise InvalidCustomerError((FieldError("points", str(InactiveCustomerError())),))
    if abs(points) > loyalty.MOST_AT_ONCE:
        raise InvalidCustomerError((FieldError("points", loyalty.TOO_MANY),))


def _set_active(book: Book, customer_id: int, version: int | None, *, active: bool) -> Customer:
    with book.write():
        now = _read(book, CustomerTable.id == customer_id)
        if version not in {None, now.version} and now.active != active:
            raise ChangedMeanwhileError((FieldChange("active", not active, now.active, active),), now.version)
        return update(book, customer_id, {"active": active}, now.version, base=now)


def _columns_of(accepted: dict[str, Any]) -> dict[str, Any]:
    columns = {name: _stored(name, accepted[name]) for name in _PLAIN if name in accepted}
    if "phone" in columns:
        columns["phone_digits"] = folding.digits(columns["phone"])
    return columns


def _stored(name: str, value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if name == "id_number":
        return value or None
    return value


def _put_stores(book: Book, customer_id: int, names: tuple[str, ...]) -> None:
    book.execute("DELETE FROM customer_store WHERE customer_id = ?", (customer_id,))
    for name in names:
        book.execute(
            "INSERT INTO customer_store (customer_id, store_id) SELECT ?, id FROM store WHERE name = ?",
            (customer_id, name),
        )


def _put_photo(book: Book, customer_id: int, image: bytes | None) -> None:
    CustomerPhoto.delete().where(CustomerPhoto.customer == customer_id).execute(book.database)
    if image is not None:
        media = _media_type(image)
        CustomerPhoto.insert(customer=customer_id, media_type=media, image=image).execute(book.database)
    CustomerTable.update(has_photo=image is not None).where(CustomerTable.id == customer_id).execute(book.database)


_SIGNATURES = ((b"\x89PNG", "image/png"), (b"\xff\xd8", "image/jpeg"), (b"RIFF", "image/webp"))


def _media_type(image: bytes) -> str:
    for signature, media in _SIGNATURES:
        if image.startswith(signature):
            return media
    raise InvalidCustomerError((FieldError("photo", "not a PNG, JPEG or WebP image"),))

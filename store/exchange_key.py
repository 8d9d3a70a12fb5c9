"""The exchange key: what the books of one shop share, so that each knows a workbook that another of them wrote.

A person reads it out and types it as a code: eight groups of four characters and a ninth that checks them, in
Crockford's base32, which has no I, L, O and U. Whoever has the key can sign workbooks: no file but the book has it.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import TYPE_CHECKING

from store import settings
from store.errors import StoreError

if TYPE_CHECKING:
    from store.database import Book

KEY_BYTES = 20
"""Bytes of a key: 32 characters of five bits each."""
CODE_LENGTH = 36
"""Characters of a code, those that check it with them, without the hyphens."""
_GROUP = 4
_RFC, _CROCKFORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_AS_CODE = str.maketrans(_RFC, _CROCKFORD)
_AS_RFC = str.maketrans(_CROCKFORD, _RFC)
_MEANT = str.maketrans("ILO", "110", "-\u2010\u2011\u2013\u2014 \u00a0\t\r\n")
"""What a person may take other characters for, and what stands between them."""


class KeyCodeError(StoreError):
    """What was typed is no code of an exchange key."""


class KeyThereError(StoreError):
    """The book has another key already, and nobody said to replace it."""

    def __init__(self) -> None:
        super().__init__(
            "This book has an exchange key already. What was signed with it is refused once it is replaced."
        )


class NoKeyError(StoreError):
    """The book has no key."""

    def __init__(self) -> None:
        super().__init__(
            "This book has no exchange key. Make one (regulars key new), or type another book's (regulars key set)."
        )


def key_of(book: Book) -> bytes | None:
    """The book's key; None when it has none. Raises KeyCodeError when what the book holds is none."""
    kept = str(settings.get(book, "exchange_key"))
    if not kept:
        return None
    try:
        return key_in(kept)
    except KeyCodeError:
        raise KeyCodeError(
            "The exchange key in this book is damaged. Type it again: regulars key set --force."
        ) from None


def insists(book: Book) -> bool:
    """Whether the book takes only workbooks that are signed with its key."""
    return bool(settings.get(book, "exchange_insist"))


def insist(book: Book, on: bool) -> None:
    """Choose whether the book takes only signed workbooks. Raises NoKeyError: without a key it could take none."""
    with book.write():
        if on and key_of(book) is None:
            raise NoKeyError
        settings.put(book, "exchange_insist", on)


def make(book: Book, *, force: bool = False) -> str:
    """Give the book a new key; its code. Raises KeyThereError when it has one, unless forced."""
    code = code_of(secrets.token_bytes(KEY_BYTES))
    _keep(book, code, force=force)
    return code


def set_code(book: Book, code: str, *, force: bool = False) -> None:
    """Give the book another book's key. Raises KeyCodeError when it is mistyped, and KeyThereError as `make` does."""
    _keep(book, code_of(key_in(code)), force=force)


def forget(book: Book) -> bool:
    """Take the key out of the book, which then takes unsigned workbooks again; whether there was one."""
    with book.write():
        was_there = bool(settings.get(book, "exchange_key"))
        settings.put(book, "exchange_key", "")
        settings.put(book, "exchange_insist", False)
    return was_there


def _keep(book: Book, code: str, *, force: bool) -> None:
    with book.write():
        if not force and settings.get(book, "exchange_key") not in {"", code}:
            raise KeyThereError
        settings.put(book, "exchange_key", code)


def code_of(key: bytes) -> str:
    """A key as the code that people read out: `7K3M-...`."""
    text = base64.b32encode(key + _check(key)).decode("ascii").rstrip("=").translate(_AS_CODE)[:CODE_LENGTH]
    return "-".join(text[start : start + _GROUP] for start in range(0, CODE_LENGTH, _GROUP))


def key_in(code: str) -> bytes:
    """The key that a code stands for, typed in either case, with or without its hyphens. Raises KeyCodeError.

    No error tells the code.
    """
    text = code.upper().translate(_MEANT)
    if not set(text) <= set(_CROCKFORD):
        raise KeyCodeError("This is no exchange key: a key has digits and letters alone, in groups of four, and no U.")
    if len(text) != CODE_LENGTH:
        raise KeyCodeError(
            f"An exchange key has {CODE_LENGTH} characters in groups of four; this has {len(text)}. Type it once more."
        )
    key = base64.b32decode(text[:32].translate(_AS_RFC))
    if code_of(key).replace("-", "") != text:
        raise KeyCodeError(
            "This is no exchange key: a character is mistyped, or two changed places. Type it once more."
        )
    return key


def _check(key: bytes) -> bytes:
    """The first 20 bits of it check the key."""
    return hashlib.blake2b(key, digest_size=5, person=b"regulars-key").digest()

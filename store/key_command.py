"""`regulars key`: the exchange key of the shop's books, made, typed in, shown and forgotten."""

from __future__ import annotations

import getpass
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from store import exchange_key
from store.answer import OK, REFUSED, fail, say
from store.database import open_book
from store.exchange_key import KeyThereError, NoKeyError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from store.database import Book

_MOST_TYPED = 1000
"""Characters of standard input that are looked at."""
_UNREADABLE = "\ufffd"


def manage_key(arguments: argparse.Namespace) -> int:
    """Carry out `regulars key`; its exit code."""
    with closing(open_book(getattr(arguments, "db", None), create=False, recover=False)) as book:
        try:
            return _ACTIONS[arguments.action](book, arguments)
        except NoKeyError as error:
            return fail(str(error), REFUSED)


def _new(book: Book, arguments: argparse.Namespace) -> int:
    try:
        code = exchange_key.make(book, force=arguments.force)
    except KeyThereError as error:
        return fail(f"{error} Add --force to replace it.")
    say(code)
    say("Type it in the shop's other books: regulars key set. Tell it to nobody else.")
    return OK


def _set(book: Book, arguments: argparse.Namespace) -> int:
    code = _typed()
    if not code.strip():
        return fail("No exchange key was typed.", REFUSED)
    try:
        exchange_key.set_code(book, code, force=arguments.force)
    except KeyThereError as error:
        return fail(f"{error} Add --force to replace it.")
    say("This book has the exchange key now, and signs what it exports.")
    return OK


def _typed() -> str:
    """What a person types unseen, or what a script puts on standard input: the command line is no place for a key."""
    try:
        if not sys.stdin.isatty():
            return sys.stdin.readline(_MOST_TYPED)
        return getpass.getpass("Exchange key (it is not shown): ")
    except EOFError:
        return ""
    except UnicodeDecodeError:
        return _UNREADABLE


def _show(book: Book, _: argparse.Namespace) -> int:
    key = exchange_key.key_of(book)
    if key is None:
        raise NoKeyError
    say(exchange_key.code_of(key))
    say(
        "Only workbooks signed with it are taken."
        if exchange_key.insists(book)
        else "Unsigned workbooks are taken as well."
    )
    return OK


def _forget(book: Book, _: argparse.Namespace) -> int:
    insisted = exchange_key.insists(book)
    if not exchange_key.forget(book):
        say("This book has no exchange key.")
        return OK
    also = " It takes unsigned workbooks again." if insisted else ""
    say(f"The exchange key is forgotten. What this book exports is unsigned from now on.{also}")
    return OK


def _insist(book: Book, arguments: argparse.Namespace) -> int:
    exchange_key.insist(book, arguments.choice == "on")
    say(
        "Only workbooks that are signed with the exchange key are taken."
        if exchange_key.insists(book)
        else "Unsigned workbooks are taken as well."
    )
    return OK


_ACTIONS: dict[str, Callable[[Book, argparse.Namespace], int]] = {
    "new": _new, "set": _set, "show": _show, "forget": _forget, "insist": _insist,
}  # fmt: skip

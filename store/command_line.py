"""The words of the headless commands: what each takes, and what it says of itself when asked for help."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from store.answer import mutter, printable, put
from store.errors import WrongWordsError

if TYPE_CHECKING:
    from collections.abc import Callable

EXIT_CODES = (
    "Ends with 0 when all was done, 1 when something could not be done, and 2 when the command line is wrong or asks "
    "for what there is not."
)
IMPORT_EXIT_CODES = (
    "Ends with 0 when every row was taken, 1 when something could not be done, 2 when the file was refused or the "
    "command line is wrong, and 3 when the file was taken but for some rows or cells, which are named."
)
TAKE_BACK_EXIT_CODES = (
    "Ends with 0 when all was done, 1 when there is no taking back, 2 when the command line is wrong, and 3 when what "
    "was changed since had to stay, which is named."
)
CHECK_EXIT_CODES = "Ends with 0 when the book is sound, and with 1 when it is not, or could not be tested."
MAIL_EXIT_CODES = (
    "Ends with 0 when everything that was due is sent, or nothing was; with 1 when none of it could be, 2 when the "
    "command line is wrong, and 3 when only a part of it could."
)
RETURNED_EXIT_CODES = (
    "Ends with 0 when no row is at fault, 1 when something could not be done, 2 when the file was refused or the "
    "command line is wrong, and 3 when faults are marked."
)
SYNC_EXIT_CODES = (
    "Ends with 0 when all was done, or another run does it; with 1 when the folder could not be used, 2 when the "
    "command line is wrong, and 3 when files, rows or cells were refused, or exports of another till are missing."
)
ERASE_EXIT_CODES = (
    "Ends with 0 when nothing of the customer is left, 1 when something could not be done, 2 when the command line is "
    "wrong or names nobody, and 3 when a backup could not be reached or the file not be cleared: that is tried again."
)


class _Parser(argparse.ArgumentParser):
    """A part of the command line. What it prints may be cut off, as by `head`."""

    def _print_message(self, message: str, file: object = None) -> None:
        (put if file is sys.stdout else mutter)(message)


class _Main(_Parser):
    """The whole command line. Where a book is looked for is only found out for those who ask."""

    def format_help(self) -> str:
        """The help, with the path of the book that opens when none is named."""
        from store.database import default_path

        self.epilog = (
            f"Without --db the book is the one that the variable REGULARS_DB names, else book.db in your data folder. "
            f"Here and now: {default_path()}"
        )
        return "\n".join(map(printable, super().format_help().split("\n")))


if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[_Parser]  # noqa: SLF001  # it has no other name


def parser() -> argparse.ArgumentParser:
    """The command line; `command` is None when the program itself is wanted."""
    main = _Main(prog="regulars", description="The customer book for the till. Without a command it opens the book.")
    book = _path("--db")
    main.add_argument("--db", type=book, metavar="PATH", help="the book; see below for the one that opens without it")
    main.add_argument("--version", action="version", version=f"regulars {_version()}")
    common = _Parser(add_help=False)
    common.add_argument("--db", type=book, metavar="PATH", default=argparse.SUPPRESS, help="the book")
    commands = main.add_subparsers(
        dest="command",
        metavar="COMMAND",
        title="commands that need no screen",
        description="regulars COMMAND --help says more.",
        parser_class=_Parser,
    )
    for add in (
        _add_import, _add_export, _add_imports, _add_upkeep, _add_ticket, _add_mail, _add_returned, _add_key, _add_sync,
        _add_person, _add_demo,
    ):  # fmt: skip
        add(commands, common)
    return main


def _add_import(commands: _Commands, common: _Parser) -> None:
    take = commands.add_parser(
        "import", parents=[common], help="read a workbook into the book", epilog=IMPORT_EXIT_CODES
    )
    take.add_argument("file", type=_path("FILE"), metavar="FILE", help="a .xlsx, .xlsm, .xlsb, .xls, .ods or .csv file")
    take.add_argument("--dry-run", action="store_true", help="only say what it would do")
    take.add_argument("--json", action="store_true", help="print the result as JSON")


def _add_export(commands: _Commands, common: _Parser) -> None:
    give = commands.add_parser(
        "export", parents=[common], help="write customers to a .xlsx or .csv file", epilog=EXIT_CODES
    )
    give.add_argument(
        "file", type=_place("FILE"), metavar="FILE", help="its ending says the format; an existing one is replaced"
    )
    what = give.add_mutually_exclusive_group()
    what.add_argument("--customers", action="store_true", help="only the Customers sheet")
    what.add_argument("--all", action="store_true", help="every sheet (the default)")
    give.add_argument(
        "--store", type=_word("--store", "store"), metavar="NAME",
        help="only active customers of a store, by name or code",
    )  # fmt: skip
    give.add_argument("--search", metavar="TEXT", default="", help="only active customers the list would find")
    give.add_argument("--columns", metavar="LABELS", help="comma-separated column labels, in order")


def _add_imports(commands: _Commands, common: _Parser) -> None:
    past = commands.add_parser(
        "imports", parents=[common], help="list the imports of late, or take one back", epilog=TAKE_BACK_EXIT_CODES
    )
    past.add_argument("--take-back", type=int, metavar="ID", help="take this one back: what it changed and made")
    past.add_argument("--json", action="store_true", help="print the result as JSON")


def _add_upkeep(commands: _Commands, common: _Parser) -> None:
    commands.add_parser("check", parents=[common], help="test the book's soundness", epilog=CHECK_EXIT_CODES)
    save = commands.add_parser("backup", parents=[common], help="copy the book while it is in use", epilog=EXIT_CODES)
    save.add_argument(
        "file", type=_place("FILE"), metavar="FILE", help="a new file, or a folder, which gets book-DATE.db"
    )
    save.add_argument("--force", action="store_true", help="replace the older backup that FILE is")
    save.add_argument("--gone", action="store_true", help="make none: FILE is an older one that is no more")


def _add_ticket(commands: _Commands, common: _Parser) -> None:
    ticket = commands.add_parser(
        "ticket", parents=[common], help="write a receipt, or a payment's ticket, as PDF", epilog=EXIT_CODES
    )
    ticket.add_argument("receipt", type=_word("RECEIPT", "receipt"), metavar="RECEIPT", help="its number, as 3-1001")
    ticket.add_argument("file", type=_place("FILE"), metavar="FILE", help="a new .pdf file, or a folder")
    ticket.add_argument(
        "--store", type=_word("--store", "store"), metavar="NAME", help="its store, by name or code, if several have it"
    )
    ticket.add_argument("--payment", type=int, metavar="N", help="only the ticket of this payment")
    ticket.add_argument("--force", action="store_true", help="replace the older file that FILE is")


def _add_mail(commands: _Commands, common: _Parser) -> None:
    post = commands.add_parser(
        "mail", parents=[common], help="send the receipts that wait in the outbox", epilog=MAIL_EXIT_CODES
    )
    post.add_argument("--now", action="store_true", help="try those again too that wait for later or failed")
    post.add_argument("--json", action="store_true", help="print the result as JSON")


def _add_returned(commands: _Commands, common: _Parser) -> None:
    back = commands.add_parser(
        "returned", parents=[common], help="mark a workbook's faults in it, to be sent back",
        description="Writes the sender's own workbook with a status for each row, and each faulty cell coloured and "
        "commented. Nothing is imported.", epilog=RETURNED_EXIT_CODES,
    )  # fmt: skip
    back.add_argument("file", type=_path("FILE"), metavar="FILE", help="the workbook, as it came")
    back.add_argument(
        "out", type=_place("OUT"), metavar="OUT",
        help="where the marked one goes, or a folder; an older one is replaced",
    )  # fmt: skip
    back.add_argument("--json", action="store_true", help="print the result as JSON")


def _add_key(commands: _Commands, common: _Parser) -> None:
    key = commands.add_parser(
        "key", parents=[common], help="the exchange key: the shop's books sign workbooks with it",
        description="A workbook that is signed with the exchange key was written by a book of the shop.",
        epilog=EXIT_CODES,
    )  # fmt: skip
    actions = key.add_subparsers(dest="action", metavar="ACTION", required=True, title="actions")
    for name, words in (
        ("new", "make an exchange key for this book, and show it"),
        ("set", "take another book's exchange key, typed at a prompt or read from standard input"),
        ("show", "show the exchange key, to be typed at another book"),
        ("forget", "take the exchange key out of this book"),
        ("insist", "choose whether only workbooks signed with the exchange key are taken"),
    ):
        sentence = f"{words[0].upper()}{words[1:]}."
        action = actions.add_parser(name, parents=[common], help=words, description=sentence, epilog=EXIT_CODES)
        if name in {"new", "set"}:
            action.add_argument("--force", action="store_true", help="replace the key that the book has")
        elif name == "insist":
            action.add_argument("choice", choices=("on", "off"), help="on for only signed ones, off for all")


def _add_person(commands: _Commands, common: _Parser) -> None:
    """What a customer may ask for: all that is known of them, and to be forgotten."""
    customer, who = _word("CUSTOMER", "customer"), "the customer's UID, customer ID number or e-mail"
    give = commands.add_parser(
        "hand-over", parents=[common], help="write all that the book has of one customer, for them",
        description="What the workbook holds is the customer's own: give it to nobody else.", epilog=EXIT_CODES,
    )  # fmt: skip
    give.add_argument("customer", type=customer, metavar="CUSTOMER", help=who)
    give.add_argument(
        "file", type=_place("FILE"), metavar="FILE", help="a .xlsx file, or a folder; an existing file is replaced"
    )
    forget = commands.add_parser(
        "erase", parents=[common], help="erase a customer who asks to be forgotten, for good",
        description="Erases a customer in the book and in its backups. Without CUSTOMER, backups that could not be "
        "reached before are tried again.", epilog=ERASE_EXIT_CODES,
    )  # fmt: skip
    forget.add_argument("customer", type=customer, nargs="?", metavar="CUSTOMER", help=who)
    forget.add_argument("--yes", action="store_true", help="do not ask for the customer's name first")


def _add_sync(commands: _Commands, common: _Parser) -> None:
    trade = commands.add_parser(
        "sync", parents=[common], help="exchange workbooks with the office and other tills by a folder",
        description="Takes the new workbooks of FOLDER/inbox, and writes what changed to FOLDER/outbox.",
        epilog=SYNC_EXIT_CODES,
    )  # fmt: skip
    trade.add_argument(
        "folder", type=_path("FOLDER"), metavar="FOLDER", nargs="?", help="a folder that all share; kept for next time"
    )
    how = trade.add_mutually_exclusive_group()
    how.add_argument("--everything", action="store_true", help="send all of the book once more, not only what changed")
    how.add_argument("--leave", action="store_true", help="take part no more: the other tills do not wait for this one")
    trade.add_argument("--dry-run", action="store_true", help="only say what it would do")
    trade.add_argument("--json", action="store_true", help="print the result as JSON")


def _add_demo(commands: _Commands, common: _Parser) -> None:
    demo = commands.add_parser(
        "demo", parents=[common], help="fill a new book with a believable shop", epilog=EXIT_CODES
    )
    demo.add_argument("--customers", type=int, default=2000, metavar="N", help="how many (default: 2000)")
    demo.add_argument("--receipts", type=int, default=None, metavar="N", help="how many (default: six a customer)")
    demo.add_argument(
        "--seed", type=int, default=1, metavar="N", help="another number gives another shop, the same one the same"
    )


def _word(name: str, what: str) -> Callable[[str], str]:
    """How a word of the command line is read: trimmed, bytes that are no text written out, and not empty."""

    def read(given: str) -> str:
        word = given.encode("utf-8", "backslashreplace").decode().strip()
        if not word:
            raise WrongWordsError(f"{name} names no {what}.")
        return word

    return read


def _place(name: str) -> Callable[[str], str]:
    """How the place of a file that is written is read: as it is typed, since a separator at its end says something.

    An empty one would be the folder that one is in.
    """

    def read(given: str) -> str:
        if not given:
            raise WrongWordsError(f"{name} names no file.")
        return given

    return read


def _path(name: str) -> Callable[[str], Path]:
    """How any other path of the command line is read."""
    place = _place(name)
    return lambda given: Path(place(given))


def _version() -> str:
    from importlib.metadata import version

    return version("regulars")

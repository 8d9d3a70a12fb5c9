"""The exchange key: as a book keeps it, as people read it out and type it, and that it goes nowhere else."""

from __future__ import annotations

import getpass
import io
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import cli, exchange_key
from store.database import Book, open_book
from store.exchange import ExportRequest
from store.exchange_key import KeyCodeError, KeyThereError, NoKeyError, code_of, key_in
from store.workbook import sync_sheet
from store.workbook.exporter import export
from store.workbook.reader import open_workbook
from tui import crash

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

KEY = bytes(range(7, 147, 7))
CODE = code_of(KEY)
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(st.binary(min_size=exchange_key.KEY_BYTES, max_size=exchange_key.KEY_BYTES))
def test_a_code_is_its_key(key: bytes) -> None:
    code = code_of(key)
    assert key_in(code) == key
    assert [len(group) for group in code.split("-")] == [4] * 9
    assert set(code) <= set(LETTERS) | {"-"}


def test_a_code_may_be_typed_as_people_type() -> None:
    code = code_of(bytes(10) + bytes.fromhex("08421084210842108421"))
    assert {"0", "1"} <= set(code)
    typed = (
        code.lower(), code.replace("-", ""), code.replace("-", " "), f"  {code}\r\n", code.replace("-", " \u2013 "),
        code.replace("0", "O").replace("1", "l"), code.replace("0", "o").replace("1", "I"),
    )  # fmt: skip
    assert {key_in(text) for text in typed} == {key_in(code)}


def test_one_mistyped_character_is_noticed() -> None:
    for at, right in enumerate(CODE):
        for letter in LETTERS if right != "-" else "":
            if letter != right:
                with pytest.raises(KeyCodeError, match="mistyped"):
                    key_in(CODE[:at] + letter + CODE[at + 1 :])


def test_two_groups_or_characters_that_changed_places_are_noticed() -> None:
    groups = CODE.split("-")
    for at in range(8):
        swapped = [*groups[:at], groups[at + 1], groups[at], *groups[at + 2 :]]
        with pytest.raises(KeyCodeError, match="changed places"):
            key_in("-".join(swapped))
    plain = CODE.replace("-", "")
    for at in range(35):
        if plain[at] != plain[at + 1]:
            with pytest.raises(KeyCodeError):
                key_in(plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :])


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "36 characters in groups of four; this has 0"), (CODE[:-1], "this has 35"), (CODE + "0", "this has 37"),
        (CODE[:-1] + "U", "no U"), (CODE[:-1] + "\u0660", "digits and letters"), (CODE[:-1] + "?", "digits and letters"),
    ],
)  # fmt: skip
def test_what_is_no_code_is_refused_without_being_told(typed: str, why: str) -> None:
    with pytest.raises(KeyCodeError, match=why) as refused:
        key_in(typed)
    assert CODE[:4] not in str(refused.value)


def test_a_book_has_no_key_until_it_is_given_one(book: Book, book_path: Path) -> None:
    assert exchange_key.key_of(book) is None
    assert not exchange_key.insists(book)
    code = exchange_key.make(book)
    with closing(open_book(book_path)) as other:
        assert exchange_key.key_of(other) == key_in(code)
    assert exchange_key.make(book, force=True) != code


def test_a_key_is_only_replaced_when_somebody_says_so(book: Book) -> None:
    exchange_key.set_code(book, CODE.lower())
    exchange_key.set_code(book, CODE)
    for attempt in (lambda: exchange_key.make(book), lambda: exchange_key.set_code(book, code_of(bytes(20)))):
        with pytest.raises(KeyThereError):
            attempt()
    assert exchange_key.key_of(book) == KEY
    exchange_key.set_code(book, code_of(bytes(20)), force=True)
    assert exchange_key.key_of(book) == bytes(20)


def test_a_book_can_only_insist_on_a_key_that_it_has(book: Book) -> None:
    with pytest.raises(NoKeyError):
        exchange_key.insist(book, True)
    exchange_key.insist(book, False)
    exchange_key.set_code(book, CODE)
    exchange_key.insist(book, True)
    assert exchange_key.insists(book)
    assert exchange_key.forget(book)
    assert not exchange_key.insists(book), "it could take nothing any more"
    assert exchange_key.key_of(book) is None
    assert not exchange_key.forget(book)


def test_a_key_that_is_damaged_in_the_book_is_no_missing_one(book: Book) -> None:
    """What was to be signed would go out unsigned."""
    exchange_key.make(book)
    book.execute("UPDATE setting SET value = '\"AAAA\"' WHERE name = 'exchange_key'")
    with pytest.raises(KeyCodeError, match="regulars key set --force"):
        exchange_key.key_of(book)
    exchange_key.set_code(book, CODE, force=True)
    assert exchange_key.key_of(book) == KEY


def command(book: Book, *words: str) -> int:
    return cli.main(["key", *words, "--db", str(book.path)])


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put words on standard input."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_key_is_carried_from_book_to_book(
    book: Book, tmp_path: Path, capsys: pytest.CaptureFixture[str], typed: Callable[[str], None]
) -> None:
    assert command(book, "new") == 0
    code = capsys.readouterr().out.splitlines()[0]
    assert exchange_key.key_of(book) == key_in(code)
    assert command(book, "show") == 0
    shown = capsys.readouterr().out
    assert shown == f"{code}\nUnsigned workbooks are taken as well.\n"
    with closing(open_book(tmp_path / "second.db")) as second:
        typed(shown)
        assert command(second, "set") == 0
        assert exchange_key.key_of(second) == exchange_key.key_of(book)
    assert code not in capsys.readouterr().out
    assert command(book, "insist", "on") == 0
    assert exchange_key.insists(book)
    assert command(book, "show") == 0
    assert command(book, "insist", "off") == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        code, "Only workbooks signed with it are taken.", "Unsigned workbooks are taken as well.",
    ]  # fmt: skip
    assert command(book, "insist", "on") == command(book, "forget") == 0
    assert exchange_key.key_of(book) is None
    assert "It takes unsigned workbooks again." in capsys.readouterr().out
    assert command(book, "forget") == 0
    assert capsys.readouterr().out == "This book has no exchange key.\n"


def test_a_person_types_it_unseen(
    book: Book, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, typed: Callable[[str], None]
) -> None:
    typed("not this")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: CODE)
    assert command(book, "set") == 0
    assert exchange_key.key_of(book) == KEY
    assert CODE not in capsys.readouterr().out

    def ended(prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr(getpass, "getpass", ended)
    assert command(book, "set") == 2


def test_a_key_is_only_replaced_by_force(
    book: Book, capsys: pytest.CaptureFixture[str], typed: Callable[[str], None]
) -> None:
    exchange_key.set_code(book, CODE)
    typed(code_of(bytes(20)))
    for words in (["new"], ["set"]):
        assert command(book, *words) == 1
        assert "Add --force to replace it." in capsys.readouterr().err
    assert exchange_key.key_of(book) == KEY
    typed(code_of(bytes(20)))
    assert command(book, "set", "--force") == 0
    assert exchange_key.key_of(book) == bytes(20)
    assert command(book, "new", "--force") == 0
    assert exchange_key.key_of(book) not in {KEY, bytes(20), None}


class _NoText(io.StringIO):
    """Standard input with bytes that are no text."""

    def readline(self, size: int | None = -1) -> str:
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no text")


def test_what_cannot_be_done_is_said(
    book: Book, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, typed: Callable[[str], None]
) -> None:
    assert command(book, "show") == 2
    assert command(book, "insist", "on") == 2
    typed("")
    assert command(book, "set") == 2
    typed(CODE[:-1] + ("0" if CODE[-1] != "0" else "1"))
    assert command(book, "set") == 1
    monkeypatch.setattr("sys.stdin", _NoText())
    assert command(book, "set") == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert [line.partition(".")[0] for line in said.err.splitlines()] == [
        "regulars: This book has no exchange key", "regulars: This book has no exchange key",
        "regulars: No exchange key was typed",
        "regulars: This is no exchange key: a character is mistyped, or two changed places",
        "regulars: This is no exchange key: a key has digits and letters alone, in groups of four, and no U",
    ]  # fmt: skip
    assert CODE[:9] not in said.err


@pytest.mark.parametrize("words", [[], ["set", CODE], ["new", CODE], ["insist"], ["insist", "perhaps"]])
def test_a_key_has_no_place_on_the_command_line(
    book: Book, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command(book, *words)
    assert ended.value.code == 2
    assert exchange_key.key_of(book) is None


def test_a_book_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert cli.main(["key", "new", "--db", str(tmp_path / "none.db")]) == 1
    assert not (tmp_path / "none.db").exists()


def test_the_key_leaves_the_book_in_no_file(book: Book, add: Callable[..., Any], tmp_path: Path) -> None:
    add("Ann Lee")
    exchange_key.set_code(book, CODE)
    for name in ("all.xlsx", "all.csv"):
        export(book, tmp_path / name, ExportRequest())
    with zipfile.ZipFile(tmp_path / "all.xlsx") as parts:
        said = [parts.read(name) for name in parts.namelist()]
    unpacked = sync_sheet.unpack(open_workbook(tmp_path / "all.xlsx").sync, KEY, insist=True)
    crash.report(RuntimeError("the till is on fire"), tmp_path)
    report = (tmp_path / crash.REPORT).read_bytes()
    for content in (*said, (tmp_path / "all.csv").read_bytes(), unpacked.payload, report):
        for trace in (CODE.encode(), CODE.replace("-", "").encode(), KEY, KEY.hex().encode()):
            assert trace not in content

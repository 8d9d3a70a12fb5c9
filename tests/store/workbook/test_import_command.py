"""`regulars import` as a script uses it: exit codes, the JSON, and the words."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from store import stores
from store.cli import main
from store.customers import create, get, update
from store.database import open_book
from tests.store.workbook.importing import ADA, BOB, exported
from tests.store.workbook.importing import customers as sheet

if TYPE_CHECKING:
    from collections.abc import Sequence


def test_a_clean_file_is_applied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, book_path = sheet(tmp_path / "a.xlsx", ADA, BOB), tmp_path / "book.db"
    assert main(["import", str(path), "--db", str(book_path)]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "Imported a.xlsx", f"Made the book {book_path}.", "  Customers: 2 created, 0 updated, 0 unchanged, 0 refused",
    ]  # fmt: skip
    assert said.err == ""
    assert main(["import", str(path), "--db", str(book_path)]) == 0
    said = capsys.readouterr()
    assert "0 created, 0 updated, 2 unchanged" in said.out
    assert "Made the book" not in said.out


def test_json_says_what_was_refused(tmp_path: Path, samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = samples / "messy-customers.xlsx"
    assert main(["import", str(path), "--db", str(tmp_path / "book.db"), "--json"]) == 3
    said = json.loads(capsys.readouterr().out)
    assert list(said) == ["created", "updated", "unchanged", "refused", "held", "sheets", "rows"]
    assert [said[name] for name in ("created", "updated", "unchanged", "refused", "held")] == [14, 0, 0, 23, 0]
    assert said["sheets"] == {"Stores": {"created": 4, "updated": 0, "unchanged": 0, "refused": 0, "held": 0}}
    assert said["rows"][0] == {
        "sheet": "Customers", "row": 3, "outcome": "error:First Name", "message": "First Name: required",
    }  # fmt: skip


def test_what_waits_for_an_answer_is_counted_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--db", str(tmp_path / "book.db")]
    with closing(open_book(tmp_path / "book.db")) as book:
        ada = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", "city": "Paris"}
        create(book, ada)
        create(book, {"first_name": "Bob", "last_name": "Marley", "email": "bob@example.com"})
    assert main(["import", str(sheet(tmp_path / "a.xlsx", ADA, BOB)), *words]) == 0
    assert "wait" not in capsys.readouterr().out
    other = sheet(tmp_path / "b.xlsx", ADA | {"City": "Rome"}, BOB | {"City": "Kingston"})
    assert main(["import", str(other), *words, "--json", "--dry-run"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [said[name] for name in ("created", "updated", "unchanged", "refused", "held")] == [0, 1, 1, 0, 1]
    assert said["rows"] == [
        {"sheet": "Customers", "row": 2, "outcome": "held:City",
         "message": "City: the book has Paris"},
    ]  # fmt: skip
    assert main(["import", str(other), *words]) == 0, "nothing was refused"
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == (
        "  Customers: 0 created, 1 updated, 1 unchanged, 0 refused; 1 waits for an answer (open regulars, ^P, Review)"
    )
    assert lines[2] == "Customers, row 2: City (Rome): the book has Paris; waits for an answer"
    many = sheet(tmp_path / "c.xlsx", ADA | {"City": "Oslo"}, BOB | {"City": "Oslo"})
    with closing(open_book(tmp_path / "book.db")) as book:
        bob = get(book, 2)
        update(book, bob.id, {"city": "Nine Mile"}, bob.version, base=bob)
    assert main(["import", str(many), *words]) == 0
    assert "; 2 wait for an answer (open regulars, ^P, Review)" in capsys.readouterr().out


def test_stores_that_are_not_there_are_named_before_the_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [ADA | {"Stores": "Harbor; downtown"}, BOB | {"Stores": "Downtown;Airport"}]
    path = sheet(tmp_path / "a.xlsx", *rows)
    assert main(["import", str(path), "--db", str(tmp_path / "book.db")]) == 3
    said = capsys.readouterr().out.splitlines()
    assert said[3] == (
        "3 stores are not in the book: Airport, downtown, Harbor. Add them in Settings (F11), Stores, or import the "
        "office's workbook that brings them, then import this file again."
    )
    assert said[4].startswith("Customers, row 2: Stores (Harbor; downtown): no store is called Harbor")


def test_every_fault_of_a_row_has_its_value_and_a_reason_stands_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sheet(tmp_path / "a.xlsx", ADA | {"E-Mail": "no\npe", "Phone Number": "12", "First Name": None}, BOB)
    words = ["--db", str(tmp_path / "book.db")]
    assert main(["import", str(path), *words]) == 3
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Customers, row 2: First Name: required; E-Mail (no pe): not a valid e-mail address; "
        "Phone Number (12): 6 to 28 digits"
    )
    with closing(open_book(tmp_path / "book.db")) as book:
        for name in ("Harbor", "Inn"):
            stores.ensure(book, name)
        everything = openpyxl.load_workbook(exported(book, tmp_path / "all.xlsx"))
    rows = everything["Customers"]
    typed = {"First Name": "Zed", "Last Name": "Ott", "E-Mail": "z@example.com", "Stores": "Inn; Harbor"}
    for cell in rows[1]:
        if cell.value in typed:
            rows.cell(2, cell.column).value = typed[cell.value]
    everything.save(tmp_path / "all.xlsx")
    assert main(["import", str(tmp_path / "all.xlsx"), *words, "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Customers, row 2: First Name (Zed), Last Name (Ott), E-Mail (z@example.com), Stores (Harbor; Inn): "
        "the row is somebody else's; waits for an answer"
    )


def test_a_dry_run_says_the_same_and_writes_nothing(
    tmp_path: Path, samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["import", str(samples / "messy-customers.xlsx"), "--db", str(tmp_path / "book.db"), "--json"]
    assert main([*words, "--dry-run"]) == 3
    dry = capsys.readouterr().out
    assert list(tmp_path.iterdir()) == [], "not even a book is made"
    assert main([*words[:-1], "--dry-run"]) == 3
    assert capsys.readouterr().out.splitlines()[1] == (
        f"There is no book {tmp_path / 'book.db'} yet: the import would make it."
    )
    open_book(tmp_path / "book.db").close()
    assert main([*words, "--dry-run"]) == 3
    assert capsys.readouterr().out == dry
    assert main(words) == 3
    assert capsys.readouterr().out == dry


def test_a_refused_file_is_two_and_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"\x89PNG\0")
    assert main(["import", str(tmp_path / "a.xlsx"), "--db", str(tmp_path / "book.db"), "--json"]) == 2
    said = capsys.readouterr()
    assert json.loads(said.out) == {"error": "a.xlsx is named .xlsx but is no workbook."}
    assert said.err == "regulars: a.xlsx is named .xlsx but is no workbook.\n"
    assert main(["import", str(tmp_path / "a.xlsx"), "--db", str(tmp_path / "book.db")]) == 2
    assert capsys.readouterr().out == "", "only a program needs it twice"


def test_a_book_that_cannot_be_used_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "book.db").write_text("not a book at all, but long enough to look at it twice")
    assert main(["import", str(sheet(tmp_path / "a.xlsx", ADA)), "--db", str(tmp_path / "book.db")]) == 1
    assert "no Regulars book" in capsys.readouterr().err
    assert main(["import", "a.xlsx", "--db", str(tmp_path / "book.db"), "--json"]) == 1
    assert "no Regulars book" in json.loads(capsys.readouterr().out)["error"]


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
def test_a_book_in_a_folder_of_others_is_one(
    tmp_path: Path, dry_run: Sequence[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, there = sheet(tmp_path / "a.xlsx", ADA), Path.stat

    def closed(self: Path, **how: bool) -> os.stat_result:
        if "others" in self.parts:
            raise PermissionError(errno.EACCES, "Permission denied")
        return there(self, **how)

    monkeypatch.setattr(Path, "stat", closed)
    assert main(["import", str(path), "--db", str(tmp_path / "others" / "book.db"), *dry_run]) == 1
    assert "cannot be reached (Permission denied)" in capsys.readouterr().err


def test_what_strangers_write_cannot_act_on_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("First Name,Last Name,E-Mail,\x1b]0;owned\x07\nAda,L,\x1b[31m\u202ered\n".encode())
    assert main(["import", str(path), "--db", str(tmp_path / "book.db")]) == 3
    said = capsys.readouterr()
    assert all(char.isprintable() or char == "\n" for char in said.out + said.err)


def test_it_runs_from_any_folder_without_help_from_it(tmp_path: Path, samples: Path) -> None:
    (tmp_path / "store.py").write_text("raise SystemExit('the wrong store')")
    (tmp_path / "python_calamine.py").write_text("raise SystemExit('the wrong reader')")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "store.cli", "import", str(samples / "office-customers-97.xls"), "--json"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "REGULARS_DB": str(tmp_path / "book.db")},
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert json.loads(done.stdout)["refused"] == 300

"""`regulars hand-over` and `regulars erase`."""

from __future__ import annotations

import io
import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from store import cli, copies, customers, erasure_command, upkeep
from store.database import open_book
from store.erasure_records import NOT_CLEARED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.customer_records import Customer
    from store.database import Book


@pytest.fixture
def run(book: Book, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a command on the book: exit code, output, error output."""

    def run_one(*words: str) -> tuple[int, str, str]:
        code = cli.main(["--db", str(book.path), *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run_one


def name_of(book: Book, customer: Customer) -> str:
    """What a customer is called now."""
    return customers.get(book, customer.id).name


@pytest.mark.parametrize("who", ["uid", "id_number", "email"])
def test_a_customer_is_handed_over_by_what_names_them(
    who: str, add: Callable[..., Customer], run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    ann = add("Ann Lee", id_number="A17")
    add("Bo Lee", email="bo@example.com")
    code, out, _ = run("hand-over", f" {str(getattr(ann, who)).upper()}", str(tmp_path / "ann.xlsx"))
    assert (code, out) == (0, f"Wrote all that the book has of Ann Lee to {tmp_path / 'ann.xlsx'}.\n")
    assert (tmp_path / "ann.xlsx").exists()


def test_who_is_not_one_is_not_guessed(
    add: Callable[..., Customer], run: Callable[..., tuple[int, str, str]], tmp_path: Path, book: Book
) -> None:
    ann, bo = add("Ann Lee"), add("Bo Lee")
    for command in (("hand-over", "ann@example.com", str(tmp_path / "a.xlsx")), ("erase", "ann@example.com", "--yes")):
        code, _, error = run(*command)
        assert code == 2
        assert "2 customers have the e-mail ann@example.com: Ann Lee, Bo Lee" in error
        assert ann.uid in error
        assert bo.uid in error
    code, _, error = run("erase", "nobody@example.com", "--yes")
    assert (code, "No customer has" in error) == (2, True)
    with pytest.raises(SystemExit) as ended:
        run("erase", " ")
    assert ended.value.code == 2
    assert name_of(book, ann) == "Ann Lee"


def test_erasing_asks_for_the_name(
    add: Callable[..., Customer],
    run: Callable[..., tuple[int, str, str]],
    book: Book,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ann = add("Ann Lée")
    for typed in ("", "\n", "yes\n", "Ann\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code, out, error = run("erase", "ann@example.com")
        assert (code, name_of(book, ann)) == (2, "Ann Lée")
        assert erasure_command.WARNING in out
        assert erasure_command.NOT_THE_NAME in error
    monkeypatch.setattr("sys.stdin", io.StringIO(" ann   lee\n"))
    code, out, _ = run("erase", "ann@example.com")
    assert (code, name_of(book, ann)) == (0, "Erased customer")
    assert out.endswith("Ann Lée is erased.\n")


def test_backups_are_told(
    add: Callable[..., Customer], run: Callable[..., tuple[int, str, str]], book: Book, tmp_path: Path
) -> None:
    ann = add("Ann Lee")
    for name in ("stick", "safe"):
        (tmp_path / name).mkdir()
        assert run("backup", str(tmp_path / name / "copy.db"))[0] == 0
    shutil.move(tmp_path / "stick", tmp_path / "pulled")
    code, out, _ = run("erase", ann.uid, "--yes")
    assert code == 3
    assert out.splitlines() == [
        "Ann Lee is erased.",
        f"Cleared the backup {tmp_path / 'safe' / 'copy.db'}.",
        NOT_CLEARED.format(f"{tmp_path / 'stick' / 'copy.db'}. {copies.NOT_THERE}"),
    ]
    code, out, _ = run("backup", str(tmp_path / "safe" / "second.db"))
    assert (code, "Not cleared" in out) == (0, True)
    shutil.move(tmp_path / "pulled", tmp_path / "stick")
    assert run("erase") == (0, f"Cleared the backup {tmp_path / 'stick' / 'copy.db'}.\n", "")
    assert run("erase") == (0, f"{erasure_command.NOTHING_LEFT}\n", "")
    with closing(open_book(tmp_path / "stick" / "copy.db")) as copy:
        assert name_of(copy, ann) == "Erased customer"


def test_a_backup_that_is_gone_is_looked_for_no_more(
    add: Callable[..., Customer], run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    ann = add("Ann Lee")
    (tmp_path / "stick").mkdir()
    copy = str(tmp_path / "stick" / "copy.db")
    run("backup", copy)
    shutil.rmtree(tmp_path / "stick")
    assert run("erase", ann.uid, "--yes")[0] == 3
    assert run("backup", copy, "--gone") == (0, f"{copy} is looked for no more.\n", "")
    assert run("backup", copy, "--gone")[0] == 2
    assert run("erase")[0] == 0


def test_a_backup_is_made_of_a_clean_book(add: Callable[..., Customer], book: Book, tmp_path: Path) -> None:
    add("Ann Lee")
    made = upkeep.backup(book, tmp_path / "copy.db")
    assert [copy.path for copy in copies.known(book)] == [made]
    assert copies.known(book)[0].cleared == copies.cleared(book) == 0

"""The bench itself: on the smallest books it fills its table with figures. What they are is not judged here."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pytest

from tests.bench import __main__ as bench
from tests.bench import budgets, figures, report

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGULARS_BENCH_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize(
    ("groups", "sizes", "sheet"),
    [
        ("start,memory", "60,90", 60),
        ("idle,search,keys,typing", "60", 60),
        ("import,export", "60", 60),
        ("busy", "60", 2000),
        ("metrics", "60", 60),
    ],
)
def test_every_group_fills_its_rows(groups: str, sizes: str, sheet: int, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--only", groups, "--customers", sizes, "--runs", "1", "--sheet", str(sheet), "--json"]
    words += ["--receipts", "3000"]
    assert bench.main(words) == 0
    found = json.loads(capsys.readouterr().out)["figures"]
    expected = {row.key for row in budgets.ROWS if row.group in groups.split(",")}
    assert {figure["key"] for figure in found} == expected
    for figure in found:
        assert math.isfinite(figure["ours"])
        assert figure["ours"] >= 0
        if figure["reference_name"] != "-":
            assert figure["reference"] > 0
            assert math.isfinite(figure["ratio"])


def test_the_table_says_what_is_over_its_budget() -> None:
    text = report.table(
        [
            figures.beside("query", 1000, 1.5, None, 10),
            figures.beside("start", 1000, 130.0, 100.0, 9),
            figures.beside("start", 1_000_000, 110.0, 100.0, 9),
            figures.beside("idle", 1000, 12.0, None, 1),
            figures.beside("import-openpyxl", None, 5.0, 20.0, 1),
        ]
    )
    lines = text.splitlines()
    assert lines[0].endswith("80 x 24 pseudo-terminal")
    assert [line.split()[-1] for line in lines[4:9]] == ["OVER", "ok", "OVER", "ok", "0.25"]
    assert " ".join(lines[4].split()) == "start to full first paint 1,000 130.0 ms bare app 100.0 ms x 1.30 x 1.2 OVER"
    assert lines[-1] == "2 of 4 budgets kept."


def test_a_pairs_ratio_is_untouched_by_what_slows_both() -> None:
    figure = figures.paired("start", 1000, [11.0, 110.0, 12.0], [10.0, 100.0, 10.0])
    assert (figure.ours, figure.reference) == (12.0, 10.0)
    assert figure.ratio == pytest.approx(1.1)


def test_percentiles_are_values_that_were_measured() -> None:
    assert figures.percentile(range(1, 101), 95) == 96
    assert figures.percentile([7.0], 99) == 7.0


def test_every_row_has_a_measure() -> None:
    assert set(bench.MEASURES) == set(budgets.GROUPS)


@pytest.mark.parametrize("words", [["--only", "speed"], ["--customers", "0"], ["--customers", "many"]])
def test_a_wrong_command_line_is_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bench.main(words)
    assert ended.value.code == 2

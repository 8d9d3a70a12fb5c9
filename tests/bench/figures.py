"""Medians, percentiles, and a figure beside its reference."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.budgets import Figure

if TYPE_CHECKING:
    from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which so many of a hundred lie; the nearest one that was measured."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))]


def paired(key: str, customers: int | None, ours: Sequence[float], reference: Sequence[float]) -> Figure:
    """Medians of runs taken in turns.

    Where each run of ours has its own of the reference, the ratio is the median of the pairs' ratios: what slows the
    machine for a while slows both of a pair.
    """
    figure = beside(key, customers, median(ours), median(reference), len(ours))
    if len(ours) != len(reference) or not all(reference):
        return figure
    return replace(figure, ratio=median(mine / theirs for mine, theirs in zip(ours, reference, strict=True)))


def beside(key: str, customers: int | None, ours: float, reference: float | None, samples: int) -> Figure:
    """A figure and its reference, already reduced to one number each."""
    ratio = None if not reference else ours / reference
    return Figure(key, customers, ours, reference, ratio, samples)

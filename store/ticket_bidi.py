"""The order in which a line of mixed direction is set, by the Unicode bidirectional algorithm."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection


class Run(NamedTuple):
    """Text of one direction, in reading order."""

    text: str
    right_to_left: bool


@lru_cache(maxsize=512)
def runs_of(line: str, *, right_to_left: bool) -> tuple[Run, ...]:
    """A line's runs from left to right as they stand on paper; `right_to_left` is its paragraph's direction.

    fpdf2 finds each character's level but puts only two levels in order, and 12 in a Hebrew name has a third.
    """
    base = TextDirection.RTL if right_to_left else TextDirection.LTR
    characters = BidiParagraph(line, base_direction=base, preserve_bn_chars=True).characters
    runs = [
        (level, "".join(character.character for character in run))
        for level, run in groupby(characters, lambda character: character.embedding_level)
    ]
    for least in range(max((level for level, _ in runs), default=0), 0, -1):
        runs = _turned(runs, least)
    return tuple(Run(text, level % 2 == 1) for level, text in runs)


def _turned(runs: list[tuple[int, str]], least: int) -> list[tuple[int, str]]:
    """Rule L2: neighbours of at least a level change places."""
    turned: list[tuple[int, str]] = []
    for high, group in groupby(runs, lambda run: run[0] >= least):
        neighbours = list(group)
        turned += neighbours[::-1] if high else neighbours
    return turned

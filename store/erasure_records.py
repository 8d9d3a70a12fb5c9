"""What erasing a person tells."""

from __future__ import annotations

from dataclasses import dataclass

NOT_CLEAN = (
    "The customer is gone from the book, but unused parts of its file may still hold something. {} "
    "It is cleared with the next backup."
)
IN_USE = "The file was in use."
NOT_CLEARED = "Not cleared: {} Erased customers may still stand in this backup."


@dataclass(frozen=True, slots=True)
class Unreached:
    """A backup in which somebody may still stand: where it was put, and why it could not be cleared, in words."""

    path: str
    why: str

    @property
    def sentence(self) -> str:
        """Both."""
        return NOT_CLEARED.format(self.why if self.path in self.why else f"{self.path}. {self.why}")


@dataclass(frozen=True, slots=True)
class Erased:
    """How an erasure ended. What is left is tried again with the next erasure, and the next backup.

    `clean`: nothing of the person is found in the book's file any more; else `why` is a sentence that says what was in
    the way. `copies` are the backups that were cleared.
    """

    clean: bool
    copies: tuple[str, ...] = ()
    unreached: tuple[Unreached, ...] = ()
    why: str = ""

    @property
    def sentences(self) -> list[str]:
        """What is left to be done."""
        return [
            *(() if self.clean else (NOT_CLEAN.format(self.why or IN_USE),)),
            *(one.sentence for one in self.unreached),
        ]

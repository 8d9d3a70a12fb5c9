"""Measurements of the program on a real pseudo-terminal, each beside a reference taken in the same run."""

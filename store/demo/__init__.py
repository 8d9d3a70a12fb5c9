"""A believable shop of any size, invented: for trying the program out, and for measuring it."""

from store.demo.command import fill_book
from store.demo.shop import DemoError, make_shop

__all__ = ["DemoError", "fill_book", "make_shop"]

"""The book: everything about customers that is true without a screen."""

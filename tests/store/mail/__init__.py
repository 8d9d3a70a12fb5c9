"""A mail server on loopback that behaves as badly as it is told to, and a book with a receipt to send.

`localhost.crt` and `localhost.key` are made for these tests alone, are trusted by nobody, and hold until 2126.
"""
